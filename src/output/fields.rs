//! The sheet of fields: how complete and how valid each field is, over the records of the month.

use anyhow::Result;

use super::book::Book;
use super::style::Look;
use super::table::{Column, Plan};
use super::value::{NOT_APPLICABLE, Value};
use crate::report::FieldLine;

pub const NAME: &str = "Fields";
pub const ABOUT: &str =
    "Every field: how often it is complete where it is mandatory, how often valid where it is given";

/// Writes one row for each field, in upload order.
pub fn write(book: &mut Book) -> Result<()> {
    let report = book.report;
    let mut sheet = book.sheet(NAME, "Data quality by field")?;
    sheet.line(
        "Over all records of the month, held back or not. Mandatory: the record's scenario asks for the \
         field.",
    )?;
    sheet.line(
        "Completeness: complete of mandatory. Validity: given and not invalid, of given; a default \
             (\"not known\") code is valid.",
    )?;
    sheet.line(
        "Invalid: unreadable, not in the code list or not in force on its date, of the wrong length, or a \
         failed check digit.",
    )?;
    sheet.line(
        "Retired: invalid values that are in the code list but were no longer in force on their date.",
    )?;
    sheet.line("[z]: no record has or needs the field.")?;
    let columns = columns();
    let plan = Plan {
        frozen_columns: 1,
        ..Plan::filtered("Fields", &columns, "The data set has no fields.")
    };
    sheet.table(&plan, report.fields.iter().map(row))?;
    Ok(())
}

fn columns() -> [Column; 13] {
    [
        Column::new("Field", 24.0, Look::Code),
        Column::new("Title", 36.0, Look::Words),
        Column::new("Mandatory", 13.0, Look::Whole),
        Column::new("Complete", 12.0, Look::Whole),
        Column::new("Missing", 12.0, Look::Whole),
        Column::new("Given", 12.0, Look::Whole),
        Column::new("Valid", 12.0, Look::Whole),
        Column::new("Invalid", 12.0, Look::Whole),
        Column::new("Of these, retired", 14.0, Look::Whole),
        Column::new("Default", 12.0, Look::Whole),
        Column::new("Completeness", 17.0, Look::Percent),
        Column::new("Validity", 12.0, Look::Percent),
        Column::new("Default rate", 12.0, Look::Percent),
    ]
}

fn row(line: &FieldLine) -> Vec<Value<'_>> {
    let share = |share: Option<f64>| share.map_or(NOT_APPLICABLE, Value::Number);
    vec![
        line.name.as_str().into(),
        line.title.as_str().into(),
        line.applies.into(),
        line.complete.into(),
        line.missing().into(),
        line.given.into(),
        line.valid().into(),
        line.invalid.into(),
        line.retired.into(),
        line.default.into(),
        share(line.completeness()),
        share(line.validity()),
        share(line.default_rate()),
    ]
}

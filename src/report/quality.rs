//! Data quality field by field, in the manner of the NHS Data Quality Maturity Index: coverage, completeness,
//! validity, default. Missing, invalid and default are three different things and are counted apart.
//!
//! Completeness is measured over records whose scenario makes the field mandatory; validity and defaults over
//! every record with a value, mandatory or not. All are sums, from which percentages are calculated last.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::*;
use toml::Spanned;

use crate::records::Records;
use crate::records::selection::{Membership, Selection};
use crate::report::FieldLine;
use crate::rulebook::columns::PARENT;
use crate::rulebook::{Field, Kind, columns};
use crate::sql::{RunContext, Snippet, expression, type_of};

/// One line for each field of the upload, over the records that `keep` selects and their rows in nested
/// tables.
pub fn by_field(
    records: &Records,
    selection: Option<&Selection>,
    context: &RunContext,
) -> Result<Vec<FieldLine>> {
    let fields: Vec<&Field> = context.rulebook.upload_fields().collect();
    let mut lines = match selection {
        Some(selection) => of_fields(&fields, &selection.in_month(&records.frame)?, context)?,
        None => of_fields(&fields, &records.frame, context)?,
    };
    for (name, rows) in &records.extra_tables {
        let Ok(parents) = rows.column(PARENT) else {
            continue;
        };
        let is_kept = |parent: Option<u32>| {
            let in_month =
                |selection: &Selection, parent| selection.membership(parent) == Membership::InMonth;
            selection.is_none_or(|selection| parent.is_some_and(|parent| in_month(selection, parent)))
        };
        let kept: BooleanChunked = parents
            .u32()?
            .iter()
            .map(|parent| Some(is_kept(parent)))
            .collect();
        let fields = context.rulebook.fields_of(Some(name));
        let own: Vec<&Field> = fields.into_iter().filter(|field| field.table.is_some()).collect();
        lines.extend(of_fields(&own, &rows.filter(&kept)?, context)?);
    }
    Ok(lines)
}

fn of_fields(fields: &[&Field], records: &DataFrame, context: &RunContext) -> Result<Vec<FieldLine>> {
    let mut sums = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        sums.extend(counts(index, field, records.schema(), context)?);
    }
    let sums = records.clone().lazy().select(sums).collect()?;
    let sum = |index: usize, what: &str| -> Result<usize> {
        Ok(sums
            .column(&format!("{what} {index}"))?
            .cast(&DataType::UInt64)?
            .u64()?
            .get(0)
            .unwrap_or_default() as usize)
    };
    let line = |(index, field): (usize, &&Field)| {
        Ok(FieldLine {
            name: field.name.clone(),
            title: field.title.clone(),
            records: records.height(),
            applies: sum(index, "applies")?,
            complete: sum(index, "complete")?,
            given: sum(index, "given")?,
            invalid: sum(index, "invalid")?,
            retired: sum(index, "retired")?,
            default: sum(index, "default")?,
        })
    };
    fields.iter().enumerate().map(line).collect()
}

/// The number of records for which a field is mandatory, and how many of them have a value.
#[derive(Clone, Copy, Default)]
pub struct Complete {
    pub applies: usize,
    pub complete: usize,
}

impl Complete {
    pub fn share(self) -> Option<f64> {
        (self.applies > 0).then(|| self.complete as f64 / self.applies as f64)
    }
}

impl std::ops::AddAssign for Complete {
    fn add_assign(&mut self, other: Complete) {
        self.applies += other.applies;
        self.complete += other.complete;
    }
}

/// The completeness of each upload field, in upload order, for each text in a column.
pub fn complete_by(
    records: &DataFrame,
    column: &str,
    context: &RunContext,
) -> Result<BTreeMap<String, Vec<Complete>>> {
    let fields: Vec<&Field> = context.rulebook.upload_fields().collect();
    let mut sums = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let Mandatory {
            applies, complete, ..
        } = mandatory(field, records.schema(), context)?;
        sums.push(applies.sum().alias(format!("applies {index}")));
        sums.push(complete.sum().alias(format!("complete {index}")));
    }
    let sums = records
        .clone()
        .lazy()
        .group_by([col(column)])
        .agg(sums)
        .collect()?;
    let names = sums.column(column)?.str()?.clone();
    let mut counts: BTreeMap<String, Vec<Complete>> = BTreeMap::new();
    for index in 0..fields.len() {
        let sum = |what: &str| -> Result<UInt64Chunked> {
            let column = sums.column(&format!("{what} {index}"))?.cast(&DataType::UInt64)?;
            Ok(column.u64()?.clone())
        };
        let (applies, complete) = (sum("applies")?, sum("complete")?);
        for (row, name) in names.iter().enumerate() {
            let of = |counts: &UInt64Chunked| counts.get(row).unwrap_or_default() as usize;
            let count = Complete {
                applies: of(&applies),
                complete: of(&complete),
            };
            counts
                .entry(name.unwrap_or_default().to_string())
                .or_default()
                .push(count);
        }
    }
    Ok(counts)
}

/// Conditions on a field: mandatory for the record, mandatory and given, given at all.
struct Mandatory {
    applies: Expr,
    complete: Expr,
    given: Expr,
}

fn mandatory(field: &Field, columns: &Schema, context: &RunContext) -> Result<Mandatory> {
    let name = &field.name;
    let due = match context.rulebook.data_set.due_when.get(name) {
        Some(narrower) => is_due(narrower, columns, context)?,
        None => lit(true),
    };
    let applies = flag(field, &format!("mandatory({name})"), columns, context)?.and(due);
    let given = flag(field, &format!("readable({name}) IS NOT NULL"), columns, context)?;
    Ok(Mandatory {
        complete: applies.clone().and(given.clone()),
        applies,
        given,
    })
}

/// A condition about a field; false if it is unknown.
fn flag(field: &Field, text: &str, columns: &Schema, context: &RunContext) -> Result<Expr> {
    let text = format!("COALESCE({text}, FALSE)");
    let snippet = Snippet {
        text: &text,
        file: "fields.csv".into(),
        whole: &text,
        line: 1,
        of: format!("the data quality of `{}`", field.name),
    };
    expression(&snippet, columns, context)
}

/// The sums for one field.
fn counts(index: usize, field: &Field, columns: &Schema, context: &RunContext) -> Result<Vec<Expr>> {
    let name = &field.name;
    let flag = |text: &str| flag(field, text, columns, context);
    let Mandatory {
        applies,
        complete,
        given,
    } = mandatory(field, columns, context)?;
    let invalid = flag(&is_invalid(field, columns))?;
    let retired = match (field.kind, &field.code_list, &field.code_date) {
        (Kind::Code, Some(_), Some(date)) => {
            flag(&format!("known_code({name}) AND NOT open_code({name}, {date})"))?
        }
        _ => lit(false),
    };
    let default = match field.code_list {
        Some(_) => flag(&format!("default_code({name})"))?,
        None => lit(false),
    };
    let sum = |what: &str, flag: Expr| flag.sum().alias(format!("{what} {index}"));
    Ok(vec![
        sum("applies", applies),
        sum("complete", complete),
        sum("given", given.clone()),
        sum("invalid", given.clone().and(invalid.clone())),
        sum("retired", given.clone().and(retired)),
        sum("default", given.and(invalid.not()).and(default)),
    ])
}

/// The condition of `due_when`. If it is unknown, the field is not due.
fn is_due(sql: &Spanned<String>, columns: &Schema, context: &RunContext) -> Result<Expr> {
    let data_set = &context.rulebook.data_set;
    let path = format!("{}/data_set.toml", data_set.folder);
    let (file, whole) = (
        format!("rules/{path}"),
        context.rulebook.files.get(&path).unwrap_or_default(),
    );
    let snippet = Snippet::value(sql.get_ref(), &file, whole, sql.span(), "`due_when`".to_string());
    let condition = expression(&snippet, columns, context)?;
    match type_of(&snippet, &condition, columns)? {
        DataType::Boolean => Ok(condition.fill_null(lit(false))),
        _ => Err(snippet.mistake(1, 1, 1, "a condition is expected").into()),
    }
}

/// SQL that is true for an invalid value: it cannot be read as its type, is not in its code list or not in
/// force on its date, fails its check digit, or has the wrong length.
fn is_invalid(field: &Field, columns: &Schema) -> String {
    let name = &field.name;
    let mut faults = vec![format!("NOT readable({name})")];
    match (
        field.kind,
        field.code_list.is_some(),
        field.min_length,
        field.max_length,
    ) {
        (Kind::Code, true, _, _) => {
            faults.push(format!("NOT known_code({name})"));
            faults.extend(
                field
                    .code_date
                    .as_ref()
                    .map(|date| format!("NOT open_code({name}, {date})")),
            );
        }
        (Kind::Date | Kind::Days, _, _, _) => {}
        (_, _, Some(min), Some(max)) => {
            faults.push(format!("LENGTH({name}) < {min} OR LENGTH({name}) > {max}"))
        }
        _ => {}
    }
    let valid = columns::valid(name);
    if columns.contains(&valid) {
        faults.push(format!("NOT {valid}"));
    }
    faults
        .iter()
        .map(|fault| format!("COALESCE({fault}, FALSE)"))
        .collect::<Vec<_>>()
        .join(" OR ")
}

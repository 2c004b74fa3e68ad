//! Source tables whose columns are already the fields of a table of the data set. The SQL that copies each
//! field is generated here.

use anyhow::Result;
use toml::Spanned;

use super::sources::{Also, Mapping, Source};
use super::{DataSet, Field, Mistake, suggestion};

/// The name of the records in `holds`.
const RECORDS: &str = "records";

/// Fills in the columns and the SQL of each source table that `holds` a table of the data set.
pub fn fill(source: &mut Source, file: &str, text: &str, data_set: &DataSet, fields: &[Field]) -> Result<()> {
    for index in 0..source.table.len() {
        let table = &mut source.table[index];
        let Some(holds) = table.holds.clone() else {
            continue;
        };
        let columns: Vec<String> = match (holds.get_ref().as_str(), data_set.extra_table(holds.get_ref())) {
            (RECORDS, _) => fields.iter().map(|field| field.name.clone()).collect(),
            (_, Some(known)) => known.columns.clone(),
            (unknown, None) => {
                let known = data_set.table.iter().map(|table| table.name.as_str());
                let message = format!("`{unknown}` is not a table of the data set `{}`", data_set.name);
                return Err(Mistake::at(file, text, holds.span(), message)
                    .help(suggestion(unknown, known.chain([RECORDS])))
                    .into());
            }
        };
        // The positions of rows of XML are columns of the table too.
        if source.xml.is_none()
            && let Some(name) = without_effect(table.columns(), &columns, text)
        {
            let at = text.find(&format!("\"{name}\"")).map_or(0, |at| at + 1);
            let message = format!(
                "table `{}` has the column `{name}`, which is not a field of `{}` and which no SQL names: it has \
                 no effect",
                table.name,
                holds.get_ref()
            );
            let known = columns.iter().map(String::as_str);
            return Err(Mistake::at(file, text, at..at + name.len(), message)
                .help(suggestion(name, known))
                .into());
        }
        let missing = |name: &&String| !table.required.contains(name) && !table.optional.contains(name);
        let more: Vec<String> = columns.iter().filter(missing).cloned().collect();
        table.optional.extend(more);
        let sql = Spanned::new(holds.span(), select(&table.name, &columns));
        let name = table.name.clone();
        match holds.get_ref().as_str() {
            RECORDS => source.records = sql,
            _ => source.also.push(Also {
                gives: holds,
                table: name,
                rows: sql,
            }),
        }
    }
    if source.records.get_ref().is_empty() && source.gives != Mapping::Tables {
        let message = format!("source `{}` gives no records", source.name);
        return Err(Mistake::at(file, text, 0..1, message)
            .help(
                "write `records`, the SQL to the fields of a record, or `holds = \"records\"` in the table \
                 that has them",
            )
            .into());
    }
    Ok(())
}

/// The first column of a table that is no field, and that stands nowhere else in the source's file.
fn without_effect<'a>(
    columns: impl IntoIterator<Item = &'a String>,
    known: &[String],
    text: &str,
) -> Option<&'a str> {
    let words = |name: &str| {
        let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.filter(|word| *word == name).count()
    };
    let mut unknown = columns.into_iter().filter(|name| !known.contains(name));
    unknown.find(|name| words(name) < 2).map(String::as_str)
}

/// SQL that selects every column under its own name.
fn select(table: &str, columns: &[String]) -> String {
    let columns: Vec<String> = columns.iter().map(|name| format!(",\n  {name}")).collect();
    format!("SELECT\n  _id{}\nFROM {table}\n", columns.concat())
}

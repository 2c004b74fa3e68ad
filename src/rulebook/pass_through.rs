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

/// SQL that selects every column under its own name.
fn select(table: &str, columns: &[String]) -> String {
    let columns: Vec<String> = columns.iter().map(|name| format!(",\n  {name}")).collect();
    format!("SELECT\n  _id{}\nFROM {table}\n", columns.concat())
}

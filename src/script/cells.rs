//! The cells of the engine's table in the form in which this program reads files: text, trimmed, blank as
//! NULL.

use anyhow::Result;

use super::{Input, Kind, PROVIDER, Plan, Statement, items};
use crate::rulebook::Source;
use crate::rulebook::columns::RECORD;
use crate::sql::dialect::Dialect;

/// Every character that counts as a space at the end of a cell: Unicode's White_Space.
const SPACES: [u32; 25] = [
    0x9, 0xA, 0xB, 0xC, 0xD, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
    0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
];

/// The statement `cells`: one row for each record, with the columns of the source's table.
pub fn cells(plan: &Plan) -> Result<Statement> {
    let sql = match &plan.input {
        Input::Table {
            source,
            name,
            record_id,
            provider_column,
        } => {
            let mut columns = vec![format!(
                "CAST({} AS BIGINT) AS {RECORD}",
                plan.dialect.name(record_id)
            )];
            if let Some(column) = provider_column {
                let code = trimmed(plan, &plan.dialect.name(column), &[]);
                columns.push(format!("UPPER({code}) AS {PROVIDER}"));
            }
            columns.extend(source_columns(source).iter().map(|column| {
                let name = plan.dialect.name(column);
                format!("{} AS {name}", trimmed(plan, &name, &source.blank_cells))
            }));
            format!("SELECT\n{}\nFROM {}", items(columns), plan.names.input(name))
        }
        Input::Examples(examples) => examples.cells(plan),
    };
    Ok(Statement {
        name: "cells".to_string(),
        kind: if plan.tables { Kind::Table } else { Kind::View },
        is_step: false,
        from: match &plan.input {
            Input::Table { source, .. } => vec![source.file.clone()],
            Input::Examples(_) => Vec::new(),
        },
        about: "The cells as text, without spaces at their ends, blank as NULL. Holds identifiers."
            .to_string(),
        columns: vec![("_record", "Number of the record in file order")],
        sql,
    })
}

/// The columns of a source with one table.
pub fn source_columns(source: &Source) -> Vec<String> {
    match (source.headerless, source.table.first()) {
        (false, Some(table)) => table.columns().cloned().collect(),
        _ => source.columns.clone(),
    }
}

/// A cell without spaces at its ends; NULL if nothing is left, or if the word means blank.
pub fn trimmed(plan: &Plan, cell: &str, blank: &[String]) -> String {
    // The file reader removes byte order marks anywhere in a cell.
    let mark = match plan.dialect {
        Dialect::DuckDb => "CHR(65279)",
        Dialect::Spark => "'\\uFEFF'",
    };
    let text = format!(
        "REPLACE(CAST({cell} AS {}), {mark}, '')",
        plan.dialect.text_type()
    );
    let trimmed = match plan.dialect {
        Dialect::DuckDb => format!("TRIM({text}, {})", spaces(plan.dialect)),
        Dialect::Spark => format!("TRIM(BOTH {} FROM {text})", spaces(plan.dialect)),
    };
    let words = std::iter::once("").chain(blank.iter().map(String::as_str));
    words.fold(trimmed, |cell, word| {
        format!("NULLIF({cell}, {})", plan.dialect.literal(word))
    })
}

fn spaces(dialect: Dialect) -> String {
    match dialect {
        Dialect::DuckDb => {
            let each: Vec<String> = SPACES.iter().map(|code| format!("CHR({code})")).collect();
            format!("({})", each.join(" || "))
        }
        Dialect::Spark => {
            let each: String = SPACES.iter().map(|code| format!("\\u{code:04X}")).collect();
            format!("'{each}'")
        }
    }
}

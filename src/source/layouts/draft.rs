//! Drafts a source file for an unknown layout: one table, one record a row, each guessed column, and
//! everything else as a comment for a person to decide.

use std::fmt::Write;

use crate::rulebook::{Field, Kind, Rulebook};
use crate::source::known_date_forms;
use crate::source::layouts::Layout;
use crate::source::recognise::spelled;

/// The text of `sources/<name>.toml` for a layout.
pub fn draft(rulebook: &Rulebook, layout: &Layout, name: &str) -> String {
    let guessed: Vec<(&str, &Field)> = layout
        .columns
        .iter()
        .filter_map(|column| Some((column.heading.as_str(), column.guess.as_ref()?.field)))
        .filter(|(heading, _)| !heading.is_empty())
        .collect();
    let mut text = head(rulebook, layout, name);
    put_sql(&mut text, rulebook, layout, &guessed);
    put_table(&mut text, layout, &guessed);
    put_example(&mut text, rulebook, &guessed);
    put_other_rows(&mut text, rulebook);
    text
}

fn head(rulebook: &Rulebook, layout: &Layout, name: &str) -> String {
    let forms: Vec<String> = known_date_forms(rulebook)
        .iter()
        .map(|form| format!("  \"{form}\","))
        .collect();
    format!(
        "# A draft from the headings of `{file}`: read every line, correct it, and delete what is not so.
# Then: clockstop sources test --rules FOLDER --select {name}
# FOLDER/sources/{name}.toml is where this file belongs. The guide is rules/README.md, *Sources*.

name = \"{name}\"
title = \"(what the export is called, and which system it comes from)\"
data_set = \"{data_set}\"
gives = \"records\"
# The forms in which its dates are written, tried in order. Keep only those that the export uses: `%d/%m/%Y` is 31/10/2026.
date_forms = [
{forms}
]
# Cells that stand for blank.
blank_cells = [\"NULL\"]
source = \"(where this layout is written down)\"
basis = \"local\"

",
        file = layout.file,
        data_set = rulebook.data_set.name,
        forms = forms.join("\n"),
    )
}

/// One column for each guessed field; the other fields and columns as comments.
fn put_sql(text: &mut String, rulebook: &Rulebook, layout: &Layout, guessed: &[(&str, &Field)]) {
    text.push_str("records = '''\n");
    text.push_str(
        "-- One row a record. `_id` must stay: it says which row of the file a record comes from.\n",
    );
    for column in layout.columns.iter().filter(|column| column.number.is_some()) {
        let number = column.number.unwrap_or_default();
        match &column.guess {
            Some(guess) if !column.heading.is_empty() => {
                let _ = writeln!(
                    text,
                    "-- column {number} `{}`: {}, by {}",
                    column.heading, guess.field.name, guess.why
                );
            }
            _ if column.heading.is_empty() => {
                let _ = writeln!(text, "-- column {number}: no heading that can be shown");
            }
            _ => {
                let _ = writeln!(text, "-- column {number} `{}`: not used", column.heading);
            }
        }
    }
    text.push_str("SELECT\n");
    for (heading, field) in guessed {
        let _ = writeln!(text, "  {} AS {},", spelled(heading), field.name);
    }
    let is_missing = |field: &&Field| !guessed.iter().any(|(_, known)| known.name == field.name);
    for field in rulebook.fields.iter().filter(is_missing) {
        let _ = writeln!(text, "  -- (column) AS {},  -- {}", field.name, field.label);
    }
    text.push_str("  _id\nFROM rows\n'''\n\n");
}

fn put_table(text: &mut String, layout: &Layout, guessed: &[(&str, &Field)]) {
    let names = |names: Vec<&str>| -> String {
        names
            .iter()
            .map(|name| format!("  \"{}\",\n", spelled(name)))
            .collect()
    };
    let headings: Vec<&str> = layout
        .columns
        .iter()
        .filter(|column| column.number.is_some() && !column.heading.is_empty())
        .map(|column| column.heading.as_str())
        .collect();
    let required: Vec<&str> = guessed.iter().map(|(heading, _)| *heading).collect();
    let optional: Vec<&str> = headings
        .into_iter()
        .filter(|heading| !required.contains(heading))
        .collect();
    let _ = write!(
        text,
        "[[table]]
name = \"rows\"
title = \"(what a row of it is)\"
needed = true
# The file is recognised by these headings: keep the few that no other export has together.
required = [
{}]
# Read where they are there.
optional = [
{}]

",
        names(required),
        names(optional)
    );
}

/// A row of invented values and the record that it must give: the test of the source.
fn put_example(text: &mut String, rulebook: &Rulebook, guessed: &[(&str, &Field)]) {
    let cells = |names: Vec<String>| -> String {
        let cells = names.iter().zip(guessed);
        let cells: Vec<String> = cells
            .map(|(name, (_, field))| format!("{name} = \"{}\"", made_up(rulebook, field)))
            .collect();
        format!("{{ {} }}", cells.join(", "))
    };
    let _ = write!(
        text,
        "# Made-up values. Add a row for each thing that could go wrong.
[[example]]
title = \"a row with every column that is read\"
tables.rows = [{}]
records = [{}]
",
        cells(guessed.iter().map(|(heading, _)| spelled(heading)).collect()),
        cells(guessed.iter().map(|(_, field)| field.name.clone()).collect()),
    );
}

/// As a comment: how rows that are no records would be given, a block for each extra table.
fn put_other_rows(text: &mut String, rulebook: &Rulebook) {
    let mut tables = rulebook
        .data_set
        .table
        .iter()
        .filter(|table| table.key.is_none())
        .peekable();
    if tables.peek().is_some() {
        text.push_str(
            "
# Are its rows no records, but one of the following? Then write `gives = \"tables\"`, delete `records` above and in the example,
# take the marks # off that block, and put the columns in. In the example, `also.<table>` has the rows that it must give.
",
        );
    }
    for table in tables {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("#   -- (column) AS {column},\n"))
            .collect();
        let _ = write!(
            text,
            "#
# [[also]]
# gives = \"{}\"  # {}
# table = \"rows\"
# rows = '''
# SELECT
{}#   _id
# FROM rows
# '''
",
            table.name,
            table.title,
            columns.concat()
        );
    }
}

/// An invented value of the field.
fn made_up(rulebook: &Rulebook, field: &Field) -> String {
    let first_code = || {
        let list = rulebook.code_list(field.code_list.as_deref()?)?;
        list.codes.first().map(|code| code.code.clone())
    };
    match field.kind {
        Kind::Date => "2026-01-05".to_string(),
        Kind::Days => "3".to_string(),
        Kind::NhsNumber => "9990000018".to_string(),
        Kind::Icd10 => "C50.9".to_string(),
        Kind::Org => "RZZ".to_string(),
        Kind::OrgSite => "RZZ01".to_string(),
        Kind::Code | Kind::Flag => first_code().unwrap_or_else(|| "1".to_string()),
        Kind::Identifier | Kind::Text => "A1".to_string(),
    }
}

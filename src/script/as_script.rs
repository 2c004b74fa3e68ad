//! Writes statements as one script. Each ends in a semicolon on its own line; no literal contains such a
//! line.

use std::fmt::Write;

use super::{Input, Kind, Plan, Statement};
use crate::sql::dialect::Dialect;

/// The text of the script. The same rules and options give the same bytes.
pub fn text(plan: &Plan, statements: &[Statement]) -> String {
    let mut text = heading(plan, statements);
    if plan.dialect == Dialect::DuckDb {
        for (name, sql) in letters(plan) {
            put(&mut text, &format!("CREATE OR REPLACE MACRO {name}(x) AS\n{sql}"));
        }
    }
    for statement in statements {
        let name = plan.names.bare(&statement.name);
        let _ = write!(text, "\n{}", comment(&format!("{name}: {}", statement.about)));
        if !statement.from.is_empty() {
            text.push_str(&comment(&format!("From {}.", statement.from.join(", "))));
        }
        match (statement.kind, plan.dialect) {
            (Kind::View, _) => put(
                &mut text,
                &format!("CREATE OR REPLACE VIEW {name} AS\n{}", statement.sql),
            ),
            (Kind::Table, Dialect::DuckDb) => put(
                &mut text,
                &format!("CREATE OR REPLACE TABLE {name} AS\n{}", statement.sql),
            ),
            // Spark replaces a table only if the catalogue supports it, so the table is dropped first.
            (Kind::Table, Dialect::Spark) => {
                put(&mut text, &format!("DROP TABLE IF EXISTS {name}"));
                put(&mut text, &format!("CREATE TABLE {name} AS\n{}", statement.sql));
            }
        }
    }
    if !plan.keep_steps {
        text.push_str("\n-- The intermediate tables hold identifiers.\n");
        for statement in statements
            .iter()
            .filter(|statement| is_dropped(plan, statement))
            .rev()
        {
            let kind = if statement.kind == Kind::View {
                "VIEW"
            } else {
                "TABLE"
            };
            put(
                &mut text,
                &format!("DROP {kind} IF EXISTS {}", plan.names.bare(&statement.name)),
            );
        }
    }
    text
}

/// A self-test keeps only its result.
fn is_dropped(plan: &Plan, statement: &Statement) -> bool {
    statement.is_step
        || (matches!(plan.input, Input::Examples(_)) && statement.name != super::self_test::WRONG)
}

fn put(text: &mut String, statement: &str) {
    let _ = write!(text, "{statement}\n;\n");
}

fn heading(plan: &Plan, statements: &[Statement]) -> String {
    let rulebook = plan.context.rulebook;
    let mut lines = vec![format!(
        "clockstop {}: {} {} for {}.",
        env!("CARGO_PKG_VERSION"),
        rulebook.data_set.title,
        rulebook.data_set.version,
        plan.dialect.word()
    )];
    lines.push(format!("Rules {}.", rulebook.hash()));
    match &plan.input {
        Input::Table {
            name,
            record_id,
            source,
            ..
        } => {
            lines.push(format!(
                "Reads {name}, laid out as `{}`: {}; {record_id} is the order of the file.",
                source.name, source.title
            ));
            if !source.as_written {
                lines.push(
                    "Cells are read unchanged. The program itself first repairs some, such as 1.0 \
                    for 1: docs/scale.md."
                        .to_string(),
                );
            }
        }
        Input::Examples(_) => lines.push(format!(
            "Self-test: the examples that the rules carry. {} must have no row.",
            plan.names.bare(super::self_test::WRONG)
        )),
    }
    let results: Vec<String> = statements
        .iter()
        .filter(|statement| !is_dropped(plan, statement) && statement.kind == Kind::Table)
        .map(|statement| plan.names.bare(&statement.name))
        .collect();
    lines.push(format!("Gives {}.", results.join(", ")));
    lines.push(
        "These hold no identifier and no free text. Small numbers are not suppressed in them.".to_string(),
    );
    if plan.tables {
        lines.push("Except the tables of cells and records, which hold identifiers (--tables).".to_string());
    }
    lines.iter().map(|line| comment(line)).collect()
}

/// Comment lines of at most 110 characters.
fn comment(text: &str) -> String {
    let mut lines = vec!["--".to_string()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if lines[last].chars().count() + word.chars().count() < 110 {
            lines[last] = format!("{} {word}", lines[last])
        } else {
            lines.push(format!("-- {word}"))
        }
    }
    lines.join("\n") + "\n"
}

/// DuckDB's macros for upper and lower case. DuckDB's own functions do not know the letters that become several
/// letters, so a text that has any letter beyond ASCII is written letter by letter.
///
/// DuckDB copies a macro into every place that calls it, so its text must be short: a hundred nested `REPLACE`
/// took most of the time of the script to plan.
pub fn letters(plan: &Plan) -> Vec<(String, String)> {
    let all = || (char::MIN..=char::MAX).filter(|letter| !letter.is_ascii());
    let upper = all().filter_map(|letter| several(letter, letter.to_uppercase().collect()));
    let lower = all().filter_map(|letter| several(letter, letter.to_lowercase().collect()));
    // A sigma at the end of a word has its own form.
    let sigma = "REGEXP_REPLACE(x, '(\\p{L}\\p{M}*)Σ(\\P{L}|$)', '\\1ς\\2', 'g')";
    vec![
        (
            plan.names.macro_name("upper"),
            letter_by_letter("UPPER", upper.collect(), "x"),
        ),
        (
            plan.names.macro_name("lower"),
            letter_by_letter("LOWER", lower.collect(), sigma),
        ),
    ]
}

/// A text in upper or lower case: `several` are the letters that become several letters.
fn letter_by_letter(function: &str, several: Vec<(char, String)>, text: &str) -> String {
    let letters: String = several.iter().map(|(letter, _)| *letter).collect();
    let become_these: Vec<String> = several.into_iter().map(|(_, becomes)| becomes).collect();
    // The place in the list is 0 for every other letter, and the list has nothing there.
    let special = format!(
        "STRING_SPLIT('{}', '|')[STRPOS('{letters}', letter)]",
        become_these.join("|")
    );
    format!(
        "CASE WHEN STRLEN(x) = LENGTH(x) THEN {function}(x) ELSE ARRAY_TO_STRING(\n    [COALESCE({special}, {function}(letter))\n    \
         FOR letter IN STRING_SPLIT({text}, '')], '') END"
    )
}

fn several(letter: char, becomes: String) -> Option<(char, String)> {
    (becomes.chars().count() > 1).then_some((letter, becomes))
}

//! The example rows of checks are their tests.

use anyhow::Result;
use polars::prelude::*;

use super::{Compiled, compile, judge};
use crate::records::derive;
use crate::rulebook::{Check, Example, Row, Rulebook};
use crate::source::{parse_text_records, readable_column};
use crate::sql::Dictionary;

/// What one example of a check did.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub check: String,
    pub file: String,
    /// `pass 1`, `fail 2`, `unassessed 1`
    pub example: String,
    /// Why it is not as it should be; `None` when it is.
    pub wrong: Option<String>,
}

/// Runs every example of every check.
pub fn run_examples(rulebook: &Rulebook, checks: &[&Check], dictionary: &Dictionary) -> Result<Vec<Outcome>> {
    let empty = frame(rulebook, &[], 0, dictionary)?;
    let compiled = compile(rulebook, checks, empty.schema(), dictionary)?;
    let mut outcomes = Vec::new();
    for check in &compiled {
        let groups = [("pass", &check.check.pass), ("fail", &check.check.fail), ("unassessed", &check.check.unassessed)];
        for (expected, examples) in groups {
            for (number, example) in examples.iter().enumerate() {
                let wrong = run_one(rulebook, check, example, expected, dictionary)?;
                outcomes.push(Outcome {
                    check: check.check.id.clone(),
                    file: check.check.file.clone(),
                    example: format!("{expected} {}", number + 1),
                    wrong,
                });
            }
        }
        for (kind, examples) in &groups[..2] {
            if examples.is_empty() {
                let wrong = Some(format!("there is no `{kind}` example"));
                outcomes.push(Outcome { check: check.check.id.clone(), file: check.check.file.clone(), example: kind.to_string(), wrong });
            }
        }
    }
    Ok(outcomes)
}

fn run_one(rulebook: &Rulebook, compiled: &Compiled, example: &Example, expected: &str, dictionary: &Dictionary) -> Result<Option<String>> {
    let rows = example.rows();
    let records = frame(rulebook, rows, 0, dictionary)?;
    let single = Compiled {
        check: compiled.check,
        each: compiled.each.clone(),
        conditions: compiled
            .conditions
            .iter()
            .map(|one| super::compile::Condition { when: one.when.clone(), assert: one.assert.clone() })
            .collect(),
    };
    let findings = judge(std::slice::from_ref(&single), &records)?;
    let counts = &findings.checks[0];
    let got =
        [("pass", counts.passed), ("fail", counts.failed), ("unassessed", counts.not_assessed), ("not applicable", counts.not_applicable)];
    let right = got.iter().all(|(name, count)| *count == if *name == expected { rows.len() } else { 0 });
    Ok((!right).then(|| {
        let got: Vec<String> = got.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{count} {name}")).collect();
        format!("expected {} {expected}, got {}", rows.len(), got.join(", "))
    }))
}

/// Example rows as records with their derived facts.
pub fn frame(rulebook: &Rulebook, rows: &[Row], first: u32, dictionary: &Dictionary) -> Result<DataFrame> {
    let height = rows.len();
    let mut columns = vec![
        Column::new("_record".into(), (first..first + height as u32).collect::<Vec<_>>()),
        Column::new("_file".into(), vec![0u32; height]),
        Column::new("_row".into(), (1..=height as u32).collect::<Vec<_>>()),
    ];
    for field in &rulebook.fields {
        let cells: StringChunked = rows.iter().map(|row| row.get(&field.name).map(text)).collect();
        columns.push(cells.with_name(field.name.as_str().into()).into_column());
    }
    let text = DataFrame::new(height, columns)?;
    let forms = crate::source::iso_forms();
    let typed = parse_text_records(rulebook, &forms, text)?;
    debug_assert!(
        rulebook.fields.iter().all(|field| !field.kind.can_be_unreadable() || typed.column(&readable_column(&field.name)).is_ok())
    );
    derive(rulebook, typed, dictionary)
}

/// An example's value as a cell of text.
pub fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

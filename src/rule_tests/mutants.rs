//! Tests whether the examples of a check notice a fault in its SQL. In: checks with their examples. Out:
//! every small fault that could be planted in `when` or `assert`, and whether an example then has another
//! outcome.

use std::collections::HashMap;

use anyhow::Result;
use polars::prelude::*;

use super::mutate::{Mutation, mutated, mutations};
use crate::check::compile::{Part, texts};
use crate::check::tally::Tally;
use crate::compact::{Truth, truth};
use crate::rule_tests::examples::{Bench, Case};
use crate::rulebook::{Check, Outcome, Rulebook};
use crate::sql::{RunContext, parse, plain_sql, polars_expression};

/// A check with a fault planted in it.
pub struct Mutant {
    /// Index of the check on the bench.
    pub check: usize,
    /// `when` or `assert`
    pub part: &'static str,
    /// Line of its file.
    pub line: usize,
    pub change: String,
    /// Whether an example has another outcome than expected.
    pub is_noticed: bool,
    /// The columns that judge it; one condition for each field.
    conditions: Vec<Judged>,
}

/// Numbers of the columns that judge one condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Judged {
    when: Option<usize>,
    assert: usize,
}

/// Plants every fault in every check of the bench, and runs the check's examples on each.
pub fn run(rulebook: &Rulebook, bench: &Bench, context: &RunContext) -> Result<Vec<Mutant>> {
    let mut mutants = Vec::new();
    for (index, compiled) in bench.compiled.iter().enumerate() {
        // A check over every table has its examples in one of the checks made from it.
        if compiled.check.is_made {
            continue;
        }
        let (cases, records) = bench.of_check(index);
        let mut sheet = Sheet::of(rulebook, compiled.check, index, bench.columns(), context)?;
        let (_, outcomes) = sheet.judge(&records)?;
        for (mutant, outcomes) in sheet.mutants.iter_mut().zip(outcomes) {
            mutant.is_noticed = !all_hold(&cases, &outcomes);
        }
        mutants.append(&mut sheet.mutants);
    }
    Ok(mutants)
}

fn all_hold(cases: &[&Case], outcomes: &[Outcome]) -> bool {
    let first = cases.first().map_or(0, |case| case.rows.start);
    cases.iter().all(|case| {
        let got = &outcomes[case.rows.start - first..case.rows.end - first];
        case.asked(got).all(|got| *got == case.expected)
    })
}

/// The mutants of one check, and the columns that judge them; equal SQL has one column.
pub(super) struct Sheet {
    pub mutants: Vec<Mutant>,
    /// The unchanged check.
    right: Vec<Judged>,
    columns: Vec<Expr>,
    numbers: HashMap<String, usize>,
}

impl Sheet {
    pub fn of(
        rulebook: &Rulebook,
        check: &Check,
        index: usize,
        columns: &Schema,
        context: &RunContext,
    ) -> Result<Sheet> {
        let mut sheet = Sheet {
            mutants: Vec::new(),
            right: Vec::new(),
            columns: Vec::new(),
            numbers: HashMap::new(),
        };
        let (each, texts) = texts(rulebook, check);
        for (when, assert) in &texts {
            let mut column = |part: &Part| sheet.column(rulebook, check, part, None, columns, context);
            let when = when.as_ref().map(&mut column).transpose()?.flatten();
            let Some(assert) = column(assert)? else { continue };
            sheet.right.push(Judged { when, assert });
        }
        for name in ["when", "assert"] {
            let parts: Option<Vec<&Part>> = texts
                .iter()
                .map(|(when, assert)| {
                    if name == "when" {
                        when.as_ref()
                    } else {
                        Some(assert)
                    }
                })
                .collect();
            let Some(parts) = parts.filter(|parts| !parts.is_empty()) else {
                continue;
            };
            // The faults of the first field's SQL are planted in the SQL of every field.
            let (found, line) = parts[0].snippet(rulebook, check, |snippet| {
                Ok::<_, anyhow::Error>((mutations(&parse(snippet, columns)?), snippet.line))
            })?;
            for fault in found {
                let column = |sheet: &mut Sheet, part: &Part| {
                    sheet.column(rulebook, check, part, Some(&fault), columns, context)
                };
                let Some(conditions) = sheet.planted(&parts, column)? else {
                    continue;
                };
                let change = each.first().map_or(fault.change.clone(), |field| {
                    fault.change.replace(field.as_str(), "{field}")
                });
                sheet.mutants.push(Mutant {
                    check: index,
                    part: parts[0].name,
                    line: line + fault.line - 1,
                    change,
                    is_noticed: false,
                    conditions,
                });
            }
        }
        Ok(sheet)
    }

    /// The conditions of the check with a fault in these parts, one for each field; `None` if the fault gives
    /// no valid SQL in one of them, or the same SQL: then it is the same check.
    fn planted(
        &mut self,
        parts: &[&Part],
        column: impl Fn(&mut Sheet, &Part) -> Result<Option<usize>>,
    ) -> Result<Option<Vec<Judged>>> {
        let mut conditions = self.right.clone();
        for (condition, part) in conditions.iter_mut().zip(parts) {
            match column(self, part)? {
                Some(column) if part.name == "when" => condition.when = Some(column),
                Some(column) => condition.assert = column,
                None => return Ok(None),
            }
        }
        Ok(Some(conditions).filter(|conditions| *conditions != self.right))
    }

    /// The number of the column for a part, with or without a fault; `None` if the fault does not give valid
    /// SQL.
    fn column(
        &mut self,
        rulebook: &Rulebook,
        check: &Check,
        part: &Part,
        fault: Option<&Mutation>,
        columns: &Schema,
        context: &RunContext,
    ) -> Result<Option<usize>> {
        part.snippet(rulebook, check, |snippet| {
            let right = parse(snippet, columns)?;
            let sql = match fault {
                None => right,
                // A field whose SQL lacks the part stays unchanged.
                Some(fault) => mutated(&right, fault).unwrap_or(right),
            };
            let text = plain_sql(snippet, sql, columns, context)?;
            if let Some(number) = self.numbers.get(&text) {
                return Ok(Some(*number));
            }
            let Ok(expression) = polars_expression(snippet, &text) else {
                return Ok(None);
            };
            let number = self.columns.len();
            self.columns
                .push(expression.cast(DataType::Boolean).alias(number.to_string()));
            self.numbers.insert(text, number);
            Ok(Some(number))
        })
    }

    /// The outcome of the unchanged check for each record, and the outcomes of each mutant.
    pub fn judge(&mut self, records: &DataFrame) -> Result<(Vec<Outcome>, Vec<Vec<Outcome>>)> {
        let judged = records
            .clone()
            .lazy()
            .with_comm_subexpr_elim(false)
            .select(self.columns.clone())
            .collect()?;
        let column = |number: usize| -> Result<Truth> {
            let column = judged.column(&number.to_string())?;
            Ok(truth(column.bool()?, records.height()))
        };
        let columns = (0..self.columns.len()).map(column).collect::<Result<Vec<_>>>()?;
        let wrong = self
            .mutants
            .iter()
            .map(|mutant| outcomes(&mutant.conditions, &columns, records.height()))
            .collect();
        Ok((outcomes(&self.right, &columns, records.height()), wrong))
    }
}

fn outcomes(conditions: &[Judged], columns: &[Truth], rows: usize) -> Vec<Outcome> {
    let mut tally = Tally::new(rows);
    for condition in conditions {
        tally.add(
            &columns[condition.assert],
            condition.when.map(|when| &columns[when]),
        );
    }
    tally.outcomes()
}

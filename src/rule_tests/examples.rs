//! Runs the example rows of checks, which are their tests. In: checks. Out: the outcome of each example.
//!
//! All examples are in one table, so that they are typed, derived and judged together; but each is judged as
//! if it were its own file.

use std::ops::Range;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use crate::check::tally::verdicts;
use crate::check::{Compiled, compile};
use crate::records::{derive, derive_extra_table};
use crate::rulebook::columns;
use crate::rulebook::{Check, Outcome as Verdict, ROW_CONTEXT, ROW_TABLE, Row, Rulebook};
use crate::source::parse_text_records;
use crate::sql::{EXAMPLE, RunContext};

/// The outcome of one example of a check.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The check has no example of this kind. That is an omission of its author, and says nothing about its
    /// SQL.
    pub is_missing: bool,
    pub check: String,
    pub file: String,
    /// `pass 1`, `fail 2`, `unassessed 1`
    pub example: String,
    /// How the outcome differs from the expected one; `None` if it does not.
    pub wrong: Option<String>,
}

/// The checks of one table, with their examples as rows of the table.
pub struct Bench<'a> {
    /// The extra table; `None`: the records.
    pub table: Option<&'a str>,
    pub compiled: Vec<Compiled<'a>>,
    pub cases: Vec<Case>,
    frame: DataFrame,
}

/// One example: its rows, and the expected outcome for each.
pub struct Case {
    /// Index of the check on the bench.
    pub check: usize,
    pub expected: Verdict,
    /// Number of the example among those of its kind, from 1.
    pub number: usize,
    pub rows: Range<usize>,
    /// For each of these rows: whether it is context for the others, so that its own outcome is not compared.
    is_context: Vec<bool>,
}

impl Case {
    /// The outcomes of the rows that are compared, from the outcomes of all rows of the example.
    pub fn asked<'o>(&'o self, outcomes: &'o [Verdict]) -> impl Iterator<Item = &'o Verdict> {
        let all = outcomes.iter().zip(&self.is_context);
        all.filter(|(_, is_context)| !**is_context)
            .map(|(outcome, _)| outcome)
    }
}

impl<'a> Bench<'a> {
    /// The benches for checks, one for each table.
    pub fn all(rulebook: &'a Rulebook, checks: &[&'a Check], context: &RunContext) -> Result<Vec<Bench<'a>>> {
        let tables = [None].into_iter().chain(
            rulebook
                .data_set
                .table
                .iter()
                .map(|table| Some(table.name.as_str())),
        );
        tables
            .map(|table| {
                (
                    table,
                    checks
                        .iter()
                        .copied()
                        .filter(|check| check.extra_table() == table)
                        .collect::<Vec<_>>(),
                )
            })
            .filter(|(_, checks)| !checks.is_empty())
            .map(|(table, checks)| Bench::new(rulebook, table, &checks, context))
            .collect()
    }

    fn new(
        rulebook: &Rulebook,
        table: Option<&'a str>,
        checks: &[&'a Check],
        context: &RunContext,
    ) -> Result<Bench<'a>> {
        let mut examples: Vec<&[Row]> = Vec::new();
        let mut cases = Vec::new();
        let mut first = 0;
        for (index, check) in checks.iter().enumerate() {
            for (expected, of_kind) in check.examples() {
                for (number, example) in of_kind.iter().enumerate() {
                    let own = example.rows().iter().filter(|row| is_of(table, row));
                    let only_context: Vec<bool> = own.map(is_context).collect();
                    let rows = first..first + only_context.len();
                    first = rows.end;
                    examples.push(example.rows());
                    cases.push(Case {
                        check: index,
                        expected,
                        number: number + 1,
                        rows,
                        is_context: only_context,
                    });
                }
            }
        }
        let frame = rows_of(rulebook, table, &examples, context)?;
        let compiled = compile(rulebook, checks, frame.schema(), context)?;
        Ok(Bench {
            table,
            compiled,
            cases,
            frame,
        })
    }

    /// Its rows, with their facts.
    pub fn rows(&self) -> &DataFrame {
        &self.frame
    }

    /// The columns of its rows.
    pub fn columns(&self) -> &Schema {
        self.frame.schema()
    }

    /// The examples of a check, and only their rows.
    pub fn of_check(&self, check: usize) -> (Vec<&Case>, DataFrame) {
        let cases: Vec<&Case> = self.cases.iter().filter(|case| case.check == check).collect();
        let first = cases.first().map_or(0, |case| case.rows.start);
        let last = cases.last().map_or(0, |case| case.rows.end);
        (cases, self.frame.slice(first as i64, last - first))
    }

    /// The outcome of every example of every check.
    pub fn run(&self) -> Result<Vec<Outcome>> {
        let of_checks = self.compiled.par_iter().enumerate();
        let of_checks = of_checks.map(|(index, compiled)| self.of_one(index, compiled));
        Ok(of_checks
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// The outcome of every example of one check.
    fn of_one(&self, index: usize, compiled: &Compiled) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        let (cases, records) = self.of_check(index);
        let verdicts = verdicts(compiled, &records)?;
        let outcome = |example: String, wrong: Option<String>| Outcome {
            is_missing: false,
            check: compiled.check.id.clone(),
            file: compiled.check.file.clone(),
            example,
            wrong,
        };
        let first = cases.first().map_or(0, |case| case.rows.start);
        for case in cases {
            let got = &verdicts[case.rows.start - first..case.rows.end - first];
            outcomes.push(outcome(
                format!("{} {}", case.expected.key(), case.number),
                wrong(case.expected, &case.asked(got).copied().collect::<Vec<_>>()),
            ));
        }
        for (kind, examples) in &compiled.check.examples()[..2] {
            if examples.is_empty() && !compiled.check.is_made {
                let missing = Some(format!("there is no `{}` example", kind.key()));
                outcomes.push(Outcome {
                    is_missing: true,
                    ..outcome(kind.key().to_string(), missing)
                });
            }
        }
        Ok(outcomes)
    }
}

fn wrong(expected: Verdict, got: &[Verdict]) -> Option<String> {
    if got.iter().all(|verdict| *verdict == expected) {
        return None;
    }
    let kinds = [
        Verdict::Pass,
        Verdict::Fail,
        Verdict::Unassessed,
        Verdict::NotApplicable,
    ];
    let counts = kinds
        .iter()
        .map(|kind| (kind, got.iter().filter(|verdict| *verdict == kind).count()));
    let words: Vec<String> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {}", kind.key()))
        .collect();
    Some(format!(
        "expected {} {}, got {}",
        got.len(),
        expected.key(),
        words.join(", ")
    ))
}

/// The columns that a check of a table may name; `None`: of the records.
pub fn example_columns(rulebook: &Rulebook, table: Option<&str>, context: &RunContext) -> Result<Schema> {
    Ok(rows_of(rulebook, table, &[], context)?.schema().as_ref().clone())
}

/// Whether a check of the table looks at the row: rows of other tables name their table.
pub fn is_of(table: Option<&str>, row: &Row) -> bool {
    match row.get(ROW_TABLE).and_then(toml::Value::as_str) {
        None => true,
        Some(RECORDS) => table.is_none(),
        Some(other) => table == Some(other),
    }
}

/// Whether the row is context for the other rows of its example.
pub fn is_context(row: &Row) -> bool {
    row.get(ROW_CONTEXT).and_then(toml::Value::as_bool) == Some(true)
}

/// The name of the records among the tables of examples.
const RECORDS: &str = "records";

/// The table of an example row, in an example of a check of `table`.
fn table_of<'a>(table: Option<&'a str>, row: &'a Row) -> Option<&'a str> {
    match row.get(ROW_TABLE).and_then(toml::Value::as_str) {
        None => table,
        Some(RECORDS) => None,
        other => other,
    }
}

/// Examples as rows of a table, with derived facts.
fn rows_of(
    rulebook: &Rulebook,
    table: Option<&str>,
    examples: &[&[Row]],
    context: &RunContext,
) -> Result<DataFrame> {
    match table {
        None => frame(rulebook, examples, context),
        Some(name) if rulebook.data_set.nested().any(|(table, _)| table.name == name) => {
            rows_nested(rulebook, name, examples, context)
        }
        Some(name) => rows_of_extra_table(rulebook, name, examples, context),
    }
}

/// Examples of an extra table. Each example is derived separately, with the records and the nested rows in
/// it.
fn rows_of_extra_table(
    rulebook: &Rulebook,
    name: &str,
    examples: &[&[Row]],
    context: &RunContext,
) -> Result<DataFrame> {
    let none: &[Row] = &[];
    let examples: &[&[Row]] = if examples.is_empty() { &[none] } else { examples };
    let nested = nested_rows(rulebook, Some(name), examples)?;
    let records = derive(
        rulebook,
        records_of(rulebook, Some(name), examples)?,
        &nested,
        context,
    )?;
    let columns = rulebook
        .data_set
        .extra_table(name)
        .map(|table| table.columns.as_slice())
        .unwrap_or_default();
    let mut all: Option<DataFrame> = None;
    for (number, rows) in examples.iter().enumerate() {
        let rows: Vec<&Row> = rows.iter().filter(|row| is_of(Some(name), row)).collect();
        let numbers = vec![number as u32; rows.len()];
        let typed = typed_rows(rulebook, &rows, &numbers, columns)?;
        let records = of_example(&records, number)?;
        let nested = nested
            .iter()
            .map(|(table, rows)| Ok((table.clone(), of_example(rows, number)?)))
            .collect::<Result<Vec<_>>>()?;
        let mut derived = derive_extra_table(name, typed, &records, &nested, context)?;
        derived.with_column(Column::new_scalar(
            EXAMPLE.into(),
            Scalar::from(number as u32),
            derived.height(),
        ))?;
        match &mut all {
            Some(all) => drop(all.vstack_mut(&derived)?),
            None => all = Some(derived),
        }
    }
    Ok(all.unwrap_or_default())
}

/// The rows of one example.
fn of_example(rows: &DataFrame, number: usize) -> Result<DataFrame> {
    let own = rows.clone().lazy().filter(col(EXAMPLE).eq(lit(number as u32)));
    Ok(own.collect()?.drop(EXAMPLE)?)
}

/// Examples of a nested table, each with its records and its rows of other nested tables.
fn rows_nested(
    rulebook: &Rulebook,
    name: &str,
    examples: &[&[Row]],
    context: &RunContext,
) -> Result<DataFrame> {
    let nested = nested_rows(rulebook, Some(name), examples)?;
    let records = derive(
        rulebook,
        records_of(rulebook, Some(name), examples)?,
        &nested,
        context,
    )?;
    let own = nested.iter().find(|(table, _)| table == name);
    let own = own.map(|(_, rows)| rows.clone()).unwrap_or_default();
    derive_extra_table(name, own, &records, &nested, context)
}

/// The rows of every nested table in examples of a check of `table`.
fn nested_rows(
    rulebook: &Rulebook,
    table: Option<&str>,
    examples: &[&[Row]],
) -> Result<Vec<(String, DataFrame)>> {
    let nested = rulebook.data_set.nested().map(|(nested, _)| {
        let (rows, numbers) = rows_and_numbers(table, Some(&nested.name), examples);
        let mut rows = typed_rows(rulebook, &rows, &numbers, &nested.columns)?;
        rows.with_column(Column::new(EXAMPLE.into(), numbers))?;
        Ok((nested.name.clone(), rows))
    });
    nested.collect()
}

/// The rows of one table in examples of a check of this or another table, each with the number of its
/// example.
fn rows_and_numbers<'a>(
    table: Option<&str>,
    wanted: Option<&str>,
    examples: &[&'a [Row]],
) -> (Vec<&'a Row>, Vec<u32>) {
    let rows = examples.iter().enumerate().flat_map(|(number, rows)| {
        let rows = rows.iter().filter(|row| table_of(table, row) == wanted);
        rows.map(move |row| (row, number as u32))
    });
    rows.unzip()
}

/// Example rows with types. The keys of nested tables differ between examples. Rows of an example without
/// keys get the same key, so that they belong together.
pub fn typed_rows<T: AsRef<str>>(
    rulebook: &Rulebook,
    rows: &[&Row],
    numbers: &[u32],
    names: &[T],
) -> Result<DataFrame> {
    let mut cells = text_rows(rows, names)?;
    for (_, key) in rulebook.data_set.nested() {
        let Ok(given) = cells.column(key) else { continue };
        let keys = given.str()?.iter().zip(numbers);
        let keys: StringChunked = keys
            .map(|(key, number)| Some(format!("{number}/{}", key.unwrap_or("1"))))
            .collect();
        cells.with_column(keys.with_name(key.into()).into_column())?;
    }
    parse_text_records(rulebook, &crate::source::iso_forms(), cells)
}

/// Example rows in the form in which a text file would give them.
fn text_rows<T: AsRef<str>>(rows: &[&Row], names: &[T]) -> Result<DataFrame> {
    let height = rows.len();
    let mut columns = vec![
        Column::new(columns::RECORD.into(), (0..height as u32).collect::<Vec<_>>()),
        Column::new(columns::FILE.into(), vec![0u32; height]),
        Column::new(columns::ROW.into(), (1..=height as u32).collect::<Vec<_>>()),
    ];
    for name in names {
        let name = name.as_ref();
        let cells: StringChunked = rows
            .iter()
            .map(|row| row.get(name).map(text).filter(|cell| !cell.is_empty()))
            .collect();
        columns.push(cells.with_name(name.into()).into_column());
    }
    Ok(DataFrame::new(height, columns)?)
}

/// The outcome of each check over the records for the first row of each example.
pub fn outcomes_of(
    rulebook: &Rulebook,
    checks: &[&Check],
    tries: &[Vec<&[Row]>],
    context: &RunContext,
) -> Result<Vec<Vec<Verdict>>> {
    let all: Vec<&[Row]> = tries.iter().flatten().copied().collect();
    let records = frame(rulebook, &all, context)?;
    let compiled = compile(rulebook, checks, records.schema(), context)?;
    let mut first = 0;
    let mut outcomes = Vec::new();
    for (check, tries) in compiled.iter().zip(tries) {
        let records_in = |rows: &&[Row]| rows.iter().filter(|row| is_of(None, row)).count();
        let height: usize = tries.iter().map(records_in).sum();
        let verdicts = verdicts(check, &records.slice(first as i64, height))?;
        first += height;
        let starts = tries.iter().scan(0, |start, rows| {
            let at = *start;
            *start += records_in(rows);
            Some(at)
        });
        outcomes.push(starts.map(|start| verdicts[start]).collect());
    }
    Ok(outcomes)
}

/// Examples as records with derived facts; each example is derived separately.
pub fn frame(rulebook: &Rulebook, examples: &[&[Row]], context: &RunContext) -> Result<DataFrame> {
    let nested = nested_rows(rulebook, None, examples)?;
    derive(rulebook, records_of(rulebook, None, examples)?, &nested, context)
}

/// The records in examples of a check of `table`.
pub fn records_of(rulebook: &Rulebook, table: Option<&str>, examples: &[&[Row]]) -> Result<DataFrame> {
    let (rows, numbers) = rows_and_numbers(table, None, examples);
    let names: Vec<&str> = rulebook.fields.iter().map(|field| field.name.as_str()).collect();
    let mut typed = typed_rows(rulebook, &rows, &numbers, &names)?;
    debug_assert!(rulebook.fields.iter().all(
        |field| !field.kind.can_be_unreadable() || typed.column(&columns::readable(&field.name)).is_ok()
    ));
    typed.with_column(Column::new(EXAMPLE.into(), numbers))?;
    Ok(typed)
}

/// An example's value as a text cell.
pub fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The cells of an example row in the form of its file: `name = "value"`.
pub fn cells(row: &Row) -> Vec<String> {
    row.iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect()
}

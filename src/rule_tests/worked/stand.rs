//! All worked examples as one table, on which the facts and measures of the data set run like those of a run.
//! Each example stands for its own file, and so do all rows of `waits.csv` together.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use anyhow::Result;
use polars::prelude::*;

use super::{Examples, Expected, Same, Worked};
use crate::measure;
use crate::records::Records;
use crate::rule_tests::examples::{records_of, typed_rows};
use crate::rulebook::{Row, Rulebook};
use crate::source::Mapped;
use crate::sql::{EXAMPLE, RunContext};
use crate::terminal::failure::usage;

/// The outcome of one worked example.
#[derive(Debug, Clone)]
pub struct WorkedOutcome {
    pub example: String,
    /// The differences from what is expected; empty if there are none.
    pub wrong: Vec<String>,
}

pub struct Stand<'a> {
    pub context: &'a RunContext<'a>,
    pub examples: Vec<Worked>,
    /// Faults that change no result.
    pub same: Vec<Same>,
    /// The records of each example.
    pub rows: Vec<Range<usize>>,
    /// The number of each example's file.
    file_of: Vec<usize>,
    pub records: Records,
}

impl<'a> Stand<'a> {
    pub fn new(rulebook: &Rulebook, examples: Examples, context: &'a RunContext<'a>) -> Result<Stand<'a>> {
        let Examples {
            example: examples,
            same,
        } = examples;
        let file_of = files(&examples);
        let mut rows_of: Vec<Vec<Row>> = vec![Vec::new(); file_of.last().map_or(0, |last| last + 1)];
        for (example, file) in examples.iter().zip(&file_of) {
            rows_of[*file].extend(example.records.iter().cloned());
        }
        let rows_of: Vec<&[Row]> = rows_of.iter().map(Vec::as_slice).collect();
        let mut first = 0;
        let rows = examples.iter().map(|example| {
            let rows = first..first + example.records.len();
            first = rows.end;
            rows
        });
        let rows = rows.collect();
        let mapped = Mapped {
            frame: records_of(rulebook, None, &rows_of)?,
            extra_tables: nested_rows(rulebook, &examples, &file_of)?,
            files: vec![format!("rules/{}/examples", rulebook.data_set.folder)],
            readings: Vec::new(),
            notes: Vec::new(),
            unlinked: None,
        };
        Ok(Stand {
            context,
            rows,
            file_of,
            same,
            records: Records::derive(rulebook, mapped, None, context)?,
            examples,
        })
    }

    /// The outcome of every example.
    pub fn run(&self) -> Result<Vec<WorkedOutcome>> {
        let rulebook = self.context.rulebook;
        let facts = Texts::of(&self.records.frame)?;
        let mut lines = measure::run(rulebook, &self.records, self.context)?.frame;
        lines.vstack_mut(&measure::activity(rulebook, &self.records, self.context)?.frame)?;
        let lines = Lines::of(&lines)?;
        let outcomes = (0..self.examples.len()).map(|number| {
            let example = &self.examples[number];
            let mut wrong = self.wrong_names(example);
            wrong.extend(self.wrong_facts(number, &facts));
            wrong.extend(self.wrong_lines(number, &lines, &example.standards()));
            WorkedOutcome {
                example: example.title.clone(),
                wrong,
            }
        });
        Ok(outcomes.collect())
    }

    /// Whether an example has another fact than it should have. This takes far less time than to compare every
    /// line.
    pub fn has_wrong_facts(&self) -> Result<bool> {
        let facts = Texts::of(&self.records.frame)?;
        let mut examples = 0..self.examples.len();
        Ok(examples.any(|number| !self.wrong_facts(number, &facts).is_empty()))
    }

    /// Cells of an example that are no field, and standards that the data set does not have.
    fn wrong_names(&self, example: &Worked) -> Vec<String> {
        let rulebook = self.context.rulebook;
        let cells = example.records.iter().flat_map(|record| record.keys());
        let fields = cells.filter(|name| rulebook.field(name).is_none());
        let mut wrong: Vec<String> = fields.map(|name| format!("`{name}` is not a field")).collect();
        for expected in example.facts.iter().chain(&example.lines) {
            if !(1..=example.records.len()).contains(&expected.record) {
                wrong.push(format!("there is no record {}", expected.record));
            }
        }
        let known = |name: &String| rulebook.data_set.published().any(|rules| rules.standard == *name);
        let named = example.standards();
        wrong.extend(
            named
                .iter()
                .filter(|name| !known(name))
                .map(|name| format!("`{name}` is not a standard")),
        );
        wrong
    }

    /// How the facts of an example differ.
    fn wrong_facts(&self, number: usize, facts: &Texts) -> Vec<String> {
        let mut wrong = Vec::new();
        let own = format!("example {} ", self.file_of[number]);
        for expected in &self.examples[number].facts {
            let row = self.rows[number].start + expected.record.max(1) - 1;
            for (name, text) in expected.columns() {
                let Some(column) = facts.0.get(name) else {
                    wrong.push(format!("`{name}` is not a column of the records"));
                    continue;
                };
                let got = column.get(row).map(|got| got.strip_prefix(&own).unwrap_or(got));
                if !is_equal(got, text.as_deref()) {
                    wrong.push(differs(name, "", expected.record, got, text.as_deref()));
                }
            }
        }
        wrong
    }

    /// How the lines of an example differ, for some standards.
    pub fn wrong_lines(&self, number: usize, lines: &Lines, standards: &[String]) -> Vec<String> {
        let (example, rows) = (&self.examples[number], &self.rows[number]);
        let mut wrong = Vec::new();
        for standard in example
            .standards()
            .into_iter()
            .filter(|name| standards.contains(name))
        {
            let own = lines.of_records(rows.clone(), &standard);
            let mut expected: Vec<&Expected> = example
                .lines
                .iter()
                .filter(|line| line.text("standard").as_ref() == Some(&standard))
                .collect();
            expected.sort_by_key(|line| (line.record, line.text("org_code")));
            if own.len() != expected.len() {
                wrong.push(format!(
                    "{} lines of {standard}, not {}",
                    own.len(),
                    expected.len()
                ));
                continue;
            }
            for (line, expected) in own.into_iter().zip(expected) {
                wrong.extend(lines.differences(line, rows.start, expected, &standard));
            }
        }
        wrong
    }
}

/// The rows of nested tables in the examples, each with the number of its example's file.
fn nested_rows(
    rulebook: &Rulebook,
    examples: &[Worked],
    file_of: &[usize],
) -> Result<Vec<(String, DataFrame)>> {
    let names: BTreeSet<&String> = examples
        .iter()
        .flat_map(|example| example.tables.keys())
        .collect();
    let frames = names.into_iter().map(|name| {
        let Some(table) = rulebook.data_set.extra_table(name) else {
            return Err(usage(format!(
                "a worked example names the table `{name}`, which does not exist"
            )));
        };
        let own = examples.iter().zip(file_of);
        let own = own.filter_map(|(example, file)| Some((example.tables.get(name)?, *file as u32)));
        let own = own.flat_map(|(rows, file)| rows.iter().map(move |row| (row, file)));
        let (rows, numbers): (Vec<&Row>, Vec<u32>) = own.unzip();
        let mut frame = typed_rows(rulebook, &rows, &numbers, &table.columns)?;
        frame.with_column(Column::new(EXAMPLE.into(), numbers))?;
        Ok((name.clone(), frame))
    });
    frames.collect()
}

/// The number of the file that each example stands in.
fn files(examples: &[Worked]) -> Vec<usize> {
    let mut file = 0;
    let numbers = examples.iter().enumerate().map(|(number, example)| {
        let goes_on = number > 0 && example.is_row && examples[number - 1].is_row;
        file += usize::from(number > 0 && !goes_on);
        file
    });
    numbers.collect()
}

impl Worked {
    /// The standards whose lines are given, each once.
    pub fn standards(&self) -> Vec<String> {
        let lines = self.lines.iter().filter_map(|line| line.text("standard"));
        let mut all: Vec<String> = lines.chain(self.none.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// The columns of a table as text.
pub struct Texts(HashMap<String, StringChunked>);

impl Texts {
    pub fn of(frame: &DataFrame) -> Result<Texts> {
        let columns = frame.columns().iter().map(|column| {
            let text = column.cast(&DataType::String)?.str()?.clone();
            Ok((column.name().to_string(), text))
        });
        Ok(Texts(columns.collect::<Result<_>>()?))
    }
}

/// Lines of waits, by record.
pub struct Lines {
    texts: Texts,
    of_record: HashMap<usize, Vec<usize>>,
}

impl Lines {
    pub fn of(frame: &DataFrame) -> Result<Lines> {
        let mut of_record: HashMap<usize, Vec<usize>> = HashMap::new();
        let records = frame.column(crate::rulebook::columns::RECORD)?.u32()?;
        for (line, record) in records.iter().enumerate() {
            of_record
                .entry(record.unwrap_or_default() as usize)
                .or_default()
                .push(line);
        }
        Ok(Lines {
            texts: Texts::of(frame)?,
            of_record,
        })
    }

    fn get(&self, name: &str, line: usize) -> Option<&str> {
        self.texts.0.get(name).and_then(|column| column.get(line))
    }

    /// The lines of a standard, in the order of the records and their trusts.
    fn of_records(&self, records: Range<usize>, standard: &str) -> Vec<usize> {
        let lines = records.filter_map(|record| self.of_record.get(&record)).flatten();
        let mut lines: Vec<usize> = lines
            .copied()
            .filter(|line| self.get("standard", *line) == Some(standard))
            .collect();
        lines.sort_by_key(|line| (self.record(*line), self.get("org_code", *line)));
        lines
    }

    fn record(&self, line: usize) -> usize {
        let text = self.get(crate::rulebook::columns::RECORD, line);
        text.and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    fn differences(&self, line: usize, first: usize, expected: &Expected, standard: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.record(line) + 1 - first != expected.record {
            wrong.push(format!(
                "a line of {standard} is of record {}, not {}",
                self.record(line) + 1 - first,
                expected.record
            ));
        }
        for (name, text) in expected.columns() {
            let got = self.get(name, line);
            if !self.texts.0.contains_key(name) {
                wrong.push(format!("`{name}` is not a column of a wait"));
            } else if !is_equal(got, text.as_deref()) {
                let of = format!(" of {standard}");
                wrong.push(differs(name, &of, expected.record, got, text.as_deref()));
            }
        }
        wrong
    }
}

fn differs(name: &str, of: &str, record: usize, got: Option<&str>, expected: Option<&str>) -> String {
    format!(
        "`{name}`{of} is `{}`, not `{}` (record {record})",
        got.unwrap_or_default(),
        expected.unwrap_or_default()
    )
}

/// Numbers are equal in any form: `1` and `1.0`.
fn is_equal(got: Option<&str>, expected: Option<&str>) -> bool {
    let number = |text: &str| text.parse::<f64>().ok().filter(|_| text.contains('.'));
    match (got, expected) {
        (Some(got), Some(expected)) => {
            got == expected || number(got).is_some_and(|number| expected.parse() == Ok(number))
        }
        (got, expected) => got == expected,
    }
}

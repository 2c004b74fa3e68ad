//! Runs the examples of the rules on the engine: the examples of checks and the worked waits go through the
//! same statements as any record. In: the rulebook. Out: their cells, and the table of wrong results.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::cells::trimmed;
use super::lists::query_of;
use super::{Kind, Plan, Statement, items, outcomes};
use crate::rule_tests::{example_text, is_context};
use crate::rulebook::columns::RECORD;
use crate::rulebook::{Check, Outcome, ROW_CONTEXT, Rulebook};
use crate::sql::EXAMPLE;

/// The table that must have no row.
pub const WRONG: &str = "wrong";

/// The columns of a line of waits that are compared.
const WAIT_COLUMNS: [&str; 10] = [
    RECORD,
    "standard",
    "counted",
    "reason",
    "days",
    "within",
    "month",
    "org_code",
    "share",
    "share_within",
];

/// Examples laid out as records; their index in `rows` is the record id.
pub struct Examples<'a> {
    rows: Vec<Row>,
    /// The fields that at least one of them fills.
    pub fields: Vec<String>,
    outcomes: Vec<ExpectedOutcome<'a>>,
    waits: Vec<ExpectedWait>,
}

struct Row {
    /// The number of the example; rows of one example are checked together.
    example: usize,
    cells: BTreeMap<String, String>,
}

struct ExpectedOutcome<'a> {
    record: usize,
    check: &'a Check,
    /// `fail 1`
    label: String,
    outcome: Outcome,
}

/// One expected line of a worked wait.
struct ExpectedWait {
    record: usize,
    id: String,
    /// `standard`, `counted`, `reason`, `days`, `within`, `month`, and for a counted wait the trust and both
    /// shares.
    cells: Vec<Option<String>>,
}

impl<'a> Examples<'a> {
    pub fn new(rulebook: &'a Rulebook) -> Result<Examples<'a>> {
        let mut examples = Examples {
            rows: Vec::new(),
            fields: Vec::new(),
            outcomes: Vec::new(),
            waits: Vec::new(),
        };
        let mut number = 0;
        let checks = rulebook
            .checks
            .iter()
            .filter(|check| !check.is_of_file() && check.extra_table().is_none());
        for check in checks {
            for (outcome, of_kind) in check.examples() {
                for (index, example) in of_kind.iter().enumerate() {
                    for row in example.rows() {
                        let label = format!("{} {}", outcome.key(), index + 1);
                        let record = examples.rows.len();
                        if !is_context(row) {
                            examples.outcomes.push(ExpectedOutcome {
                                record,
                                check,
                                label,
                                outcome,
                            });
                        }
                        let cells = row
                            .iter()
                            .filter(|(name, _)| *name != ROW_CONTEXT)
                            .map(|(name, value)| (name.clone(), example_text(value)));
                        examples.rows.push(Row {
                            example: number,
                            cells: cells.collect(),
                        });
                    }
                    number += 1;
                }
            }
        }
        examples.add_worked_waits(rulebook, number)?;
        let filled: BTreeSet<&String> = examples.rows.iter().flat_map(|row| row.cells.keys()).collect();
        let fields = rulebook.fields.iter().map(|field| &field.name);
        examples.fields = fields.filter(|name| filled.contains(name)).cloned().collect();
        Ok(examples)
    }

    /// Adds `examples/waits.csv`: the cells of a record, and the expected results of the measures.
    fn add_worked_waits(&mut self, rulebook: &Rulebook, first: usize) -> Result<()> {
        let path = format!("{}/examples/waits.csv", rulebook.data_set.folder);
        let Some(text) = rulebook.files.get(&path) else {
            return Ok(());
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        for (number, row) in reader.deserialize::<BTreeMap<String, String>>().enumerate() {
            let row = row.with_context(|| format!("`rules/{path}` cannot be read"))?;
            let record = self.rows.len();
            let cell = |name: &str| row.get(name).filter(|cell| !cell.is_empty()).cloned();
            let is_counted = cell("counted").as_deref() == Some("yes");
            let common: Vec<Option<String>> = ["standard", "counted", "reason", "days", "within", "month"]
                .into_iter()
                .enumerate()
                .map(|(index, name)| cell(name).filter(|_| index < 3 || is_counted))
                .collect();
            let lines = cell("lines").unwrap_or_default();
            let shares: Vec<Vec<Option<String>>> = if is_counted {
                lines
                    .split(';')
                    .map(|line| line.split(':').map(|part| Some(part.to_string())).collect())
                    .collect()
            } else {
                vec![vec![None, None, None]]
            };
            for share in shares {
                let cells = common.iter().cloned().chain(share).collect();
                self.waits.push(ExpectedWait {
                    record,
                    id: cell("id").unwrap_or_default(),
                    cells,
                });
            }
            let cells = row
                .iter()
                .filter(|(name, cell)| rulebook.field(name).is_some() && !cell.is_empty());
            let cells = cells.map(|(name, cell)| (name.clone(), cell.clone())).collect();
            self.rows.push(Row {
                example: first + number,
                cells,
            });
        }
        Ok(())
    }

    /// The cells in the form in which a file reader gives them. Every second record has spaces around its
    /// cells.
    pub fn cells(&self, plan: &Plan) -> String {
        let text = plan.dialect.text_type();
        let names: Vec<&str> = [RECORD, EXAMPLE]
            .into_iter()
            .chain(self.fields.iter().map(String::as_str))
            .collect();
        let types: Vec<&str> = ["BIGINT", "INT"]
            .into_iter()
            .chain(self.fields.iter().map(|_| text))
            .collect();
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .enumerate()
            .map(|(record, row)| {
                let cells = self.fields.iter().map(|field| match row.cells.get(field) {
                    Some(cell) if record % 2 == 1 && !cell.is_empty() => {
                        plan.dialect.literal(&format!("\u{a0}\t{cell}\u{3000} "))
                    }
                    Some(cell) => plan.dialect.literal(cell),
                    None => "NULL".to_string(),
                });
                [record.to_string(), row.example.to_string()]
                    .into_iter()
                    .chain(cells)
                    .collect()
            })
            .collect();
        let columns = [RECORD.to_string(), EXAMPLE.to_string()]
            .into_iter()
            .chain(self.fields.iter().map(|field| {
                let name = plan.dialect.name(field);
                format!("{} AS {name}", trimmed(plan, &name, &[]))
            }));
        format!(
            "SELECT\n{}\nFROM (\n{}\n) AS examples",
            items(columns),
            query_of(plan, &names, &types, &rows)
        )
    }

    /// The expected results, and the table of differences.
    pub fn wrong(&self, plan: &Plan) -> Vec<Statement> {
        let parts = [
            self.wrong_outcomes(plan),
            self.wrong_waits(plan),
            wrong_letters(plan),
        ];
        vec![Statement {
            name: WRONG.to_string(),
            kind: Kind::Table,
            is_step: false,
            from: Vec::new(),
            about: "MUST HAVE NO ROW: each row is an example with another result on this engine than the rules expect. With a row in \
                    it, no figure of this engine is to be used."
                .to_string(),
            columns: vec![
                ("example", "The example, as its rules file has it, or the worked wait"),
                ("expected", "The result that the rules expect"),
                ("got", "The result on this engine"),
            ],
            sql: parts.join("\nUNION ALL\n"),
        }]
    }

    fn wrong_outcomes(&self, plan: &Plan) -> String {
        let text = plan.dialect.text_type();
        let literal = |text: &str| plan.dialect.literal(text);
        let rows: Vec<Vec<String>> = self
            .outcomes
            .iter()
            .map(|expected| {
                vec![
                    expected.record.to_string(),
                    literal(&expected.check.id),
                    literal(&expected.label),
                    number_of(expected.outcome).to_string(),
                ]
            })
            .collect();
        let expected = query_of(
            plan,
            &[RECORD, "id", "label", "outcome"],
            &["BIGINT", text, text, "INT"],
            &rows,
        );
        let said = outcomes::long(plan, "outcome >= 0");
        let word = |column: &str| {
            format!(
                "CASE {column} WHEN 0 THEN 'not_applicable' WHEN 1 THEN 'pass' WHEN 2 THEN 'unassessed' \
                 WHEN 3 THEN 'fail' END"
            )
        };
        format!(
            "SELECT\n    expected.id || ' ' || expected.label AS example,\n    {} AS expected,\n    {} AS got\nFROM (\n{expected}\n) AS \
             expected\nLEFT JOIN (\n{said}\n) AS said ON said.{RECORD} = expected.{RECORD} AND said.id = expected.id\nWHERE \
             said.outcome IS NULL OR said.outcome <> expected.outcome",
            word("expected.outcome"),
            word("said.outcome")
        )
    }

    /// The lines of worked waits that the engine does not give, and the lines that it gives but should not.
    fn wrong_waits(&self, plan: &Plan) -> String {
        let text = plan.dialect.text_type();
        let expected = self.expected_waits(plan);
        let asked = self.asked_waits(plan);
        let of_counted = |name: &str| format!("CASE WHEN counted = 'yes' THEN {name} END AS {name}");
        let columns = ["record", "standard", "counted", "reason"]
            .map(String::from)
            .into_iter()
            .chain(WAIT_COLUMNS[4..].iter().map(|name| of_counted(name)));
        let got = format!("SELECT\n{}\nFROM {}", items(columns), plan.names.object("waits"));
        let line: Vec<String> = WAIT_COLUMNS[2..]
            .iter()
            .map(|name| format!("COALESCE(CAST({name} AS {text}), '')"))
            .collect();
        let line = line.join(" || ' ' || ");
        let side = |kept: &str, taken: &str, expected: &str, got: &str| {
            format!(
                "SELECT 'worked wait ' || asked.id AS example, {expected} AS expected, {got} AS got\nFROM (\n{kept}\nEXCEPT\n{taken}\n) AS \
                 line\nINNER JOIN (\n{asked}\n) AS asked ON asked.asked = line.record AND asked.asked_standard = line.standard"
            )
        };
        let none = plan.no_text();
        format!(
            "{}\nUNION ALL\n{}",
            side(&expected, &got, &line, &none),
            side(&got, &expected, &none, &line)
        )
    }

    /// A query of the lines of worked waits, as they are to be.
    fn expected_waits(&self, plan: &Plan) -> String {
        let text = plan.dialect.text_type();
        let types = [
            "BIGINT", text, text, text, "INT", text, text, text, "DOUBLE", "DOUBLE",
        ];
        let optional = |cell: &Option<String>| {
            cell.as_deref()
                .map_or("NULL".to_string(), |cell| plan.dialect.literal(cell))
        };
        let rows: Vec<Vec<String>> = self
            .waits
            .iter()
            .map(|wait| {
                std::iter::once(wait.record.to_string())
                    .chain(wait.cells.iter().map(optional))
                    .collect()
            })
            .collect();
        let lines = query_of(plan, &WAIT_COLUMNS, &types, &rows);
        format!(
            "SELECT {RECORD} AS record, {} FROM (\n{lines}\n) AS worked",
            WAIT_COLUMNS[1..].join(", ")
        )
    }

    /// A query of the record and standard of each worked wait, with the id of its example.
    fn asked_waits(&self, plan: &Plan) -> String {
        let text = plan.dialect.text_type();
        let worked: BTreeMap<(usize, &str), &str> = self
            .waits
            .iter()
            .map(|wait| {
                let standard = wait.cells[0].as_deref().unwrap_or_default();
                ((wait.record, standard), wait.id.as_str())
            })
            .collect();
        let rows: Vec<Vec<String>> = worked
            .iter()
            .map(|((record, standard), id)| {
                vec![
                    record.to_string(),
                    plan.dialect.literal(standard),
                    plan.dialect.literal(id),
                ]
            })
            .collect();
        let names = ["asked", "asked_standard", "id"];
        query_of(plan, &names, &["BIGINT", text, text], &rows)
    }
}

fn number_of(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotApplicable => 0,
        Outcome::Pass => 1,
        Outcome::Unassessed => 2,
        Outcome::Fail => 3,
    }
}

/// Tests how the engine compares letters: a collation of a schema or catalogue would change results silently.
fn wrong_letters(plan: &Plan) -> String {
    let literal = |text: &str| plan.dialect.literal(text);
    let around = plan.around("records");
    let hold = [
        (
            "small letters and capitals are two",
            format!("{} <> {}", literal("a"), literal("A")),
        ),
        (
            "letters with and without an accent are two",
            format!("{} <> {}", literal("e"), literal("é")),
        ),
        (
            "a space at the end is a letter",
            format!("{} <> {}", literal("a"), literal("a ")),
        ),
        (
            "capitals come before small letters",
            format!("{} < {}", literal("B"), literal("a")),
        ),
        (
            "an accent comes after Z",
            format!("{} > {}", literal("É"), literal("Z")),
        ),
        (
            "UPPER knows ß",
            format!("{}({}) = {}", around.upper, literal("aß"), literal("ASS")),
        ),
        (
            "a quote stays in a text",
            format!("LENGTH({}) = 3", literal("a'b")),
        ),
        (
            "a backslash stays in a text",
            format!("LENGTH({}) = 3", literal("a\\b")),
        ),
        (
            "what cannot be read is NULL",
            "TRY_CAST('x' AS INT) IS NULL".to_string(),
        ),
        (
            "1900 has no 29 February",
            "TRY_CAST('1900-02-29' AS DATE) IS NULL".to_string(),
        ),
    ];
    let each = hold.iter().map(|(what, condition)| {
        let cast = |text: &str| format!("CAST({text} AS {})", plan.dialect.text_type());
        format!(
            "SELECT {} AS example, {} AS expected, {} AS got WHERE NOT COALESCE({condition}, FALSE)",
            cast(&literal(what)),
            cast("'true'"),
            cast("'false'")
        )
    });
    each.collect::<Vec<_>>().join("\nUNION ALL\n")
}

//! Turns the rows of a table into published lines. Blank rows and footnotes are skipped. A row that looks
//! like a line but cannot be read as one gives a problem, so that no line is lost silently.

use std::collections::BTreeSet;

use crate::measure::performance::{ALL_CANCERS, ALL_MODALITIES};
use crate::published::book::{Cell, Row};
use crate::published::figures::Figures;
use crate::published::fold;
use crate::published::headings;
use crate::published::layout::Table;
use crate::published::rules::Rules;
use crate::published::words::Headings;
use crate::published::{BASIS, ENGLAND, Problem, PublishedLine};

/// The lines of one table, and the problems and notes about its rows.
#[derive(Debug, Default)]
pub struct Read {
    pub lines: Vec<PublishedLine>,
    pub problems: Vec<Problem>,
    pub notes: Vec<Problem>,
    /// Routes and stages that the rules do not know; each is noted once.
    unknown_labels: BTreeSet<String>,
}

/// Reads the rows under a table's headings.
pub fn read(rules: &Rules, table: &Table, period: &str) -> Read {
    let mut read = Read::default();
    let mut part = table.part.clone();
    for row in table.rows {
        part = headings::part_heading(row).or(part);
        read_row(rules, table, row, part.as_deref(), period, &mut read);
    }
    read
}

/// The texts of a row; a text is empty if the table has no such column.
struct Words {
    code: String,
    name: String,
    cancer_type: String,
    modality: String,
    route: String,
}

impl Words {
    fn read(table: &Table, row: &Row) -> Words {
        let text = |column: Option<u32>| {
            let cell = column.and_then(|column| row.at(column));
            cell.map(as_text).unwrap_or_default()
        };
        let columns = &table.columns;
        Words {
            code: text(columns.org_code),
            name: text(columns.org_name),
            cancer_type: text(columns.cancer_type),
            modality: text(columns.modality),
            route: text(columns.route_or_stage),
        }
    }

    fn has_provider(&self) -> bool {
        !self.code.is_empty() || !self.name.is_empty()
    }

    /// The provider's name in messages.
    fn provider(&self) -> &str {
        if self.name.is_empty() {
            &self.code
        } else {
            &self.name
        }
    }

    fn has_labels(&self) -> bool {
        !self.route.is_empty() || !self.cancer_type.is_empty() || !self.modality.is_empty()
    }

    fn is_england(&self, rules: &Rules) -> bool {
        let names = &rules.england.names;
        names.holds(&fold::heading(&self.code)) || names.holds(&fold::heading(&self.name))
    }
}

fn read_row(rules: &Rules, table: &Table, row: &Row, part: Option<&str>, period: &str, read: &mut Read) {
    let words = Words::read(table, row);
    let figures = Figures::read(rules, table, row);
    let say = |message: String| Problem {
        sheet: table.sheet.name.clone(),
        row: row.number,
        message,
    };
    let provider = words.provider();
    if figures.is_blank {
        if words.has_provider() && words.has_labels() {
            read.notes
                .push(say(format!("`{provider}` has no figures: the row is left out")));
        }
        return;
    }
    if !words.has_provider() {
        read.problems
            .push(say("figures without a provider: the row is left out".to_string()));
        return;
    }
    read.problems.extend(figures.mistakes.iter().cloned().map(say));
    let Some(total) = figures.total else {
        read.problems
            .push(say(format!("`{provider}` has no total: the row is left out")));
        return;
    };
    if figures.total_is_sum {
        read.notes.push(say(format!(
            "the total of `{provider}` is suppressed: {total} is the sum of its parts"
        )));
    }
    if !words.is_england(rules) && words.code.is_empty() {
        read.problems.push(say(format!("`{provider}` has no ODS code")));
    }
    note_unknown_label(table, row, &words.route, read);
    let line = PublishedLine {
        period: period.to_string(),
        ..line(rules, table, row, part, words, figures, total)
    };
    read.lines.push(line);
}

/// Notes a route or stage that the rules do not know, once a label.
fn note_unknown_label(table: &Table, row: &Row, route: &str, read: &mut Read) {
    let item = table.item;
    let is_known =
        item.labels.of(route).is_some() || fold::heading(route) == fold::heading(&item.all_routes_or_stages);
    let is_unknown = !route.is_empty() && !is_known;
    if is_unknown && read.unknown_labels.insert(route.to_string()) {
        read.notes.push(Problem {
            sheet: table.sheet.name.clone(),
            row: row.number,
            message: format!(
                "`{route}` is not a route or stage of {} that the rules know: it stays as printed",
                table.item.name
            ),
        });
    }
}

/// The line of a row, without its period.
fn line(
    rules: &Rules,
    table: &Table,
    row: &Row,
    part: Option<&str>,
    words: Words,
    figures: Figures,
    total: f64,
) -> PublishedLine {
    PublishedLine {
        period: String::new(),
        basis: BASIS,
        org_name: words.provider().to_string(),
        org_code: if words.is_england(rules) {
            ENGLAND.to_string()
        } else {
            words.code
        },
        standard_or_item: table.item.name.clone(),
        cancer_type: all_or(ALL_CANCERS, &rules.all.cancer_types, words.cancer_type),
        route_or_stage: route_or_stage(table, part, words.route),
        modality: all_or(ALL_MODALITIES, &rules.all.modalities, words.modality),
        total,
        within: figures.within,
        after: figures.after,
        performance: figures.performance,
        bands: figures.bands,
        sheet: table.sheet.name.clone(),
        row: row.number,
    }
}

/// The Combined CSV's name of the route or stage: from the row, else from the PART heading, else all of them.
/// A name that the rules do not know stays as it is printed.
fn route_or_stage(table: &Table, part: Option<&str>, printed: String) -> String {
    let labels = &table.item.labels;
    match labels.of(&printed) {
        Some(known) => known.to_string(),
        None if printed.is_empty() => part
            .and_then(|part| labels.of(part))
            .unwrap_or(&table.item.all_routes_or_stages)
            .to_string(),
        None => printed,
    }
}

/// A cancer type or treatment as printed. A blank, or any word that means all of them, becomes `all`.
fn all_or(all: &str, words: &Headings, printed: String) -> String {
    if printed.is_empty() || words.holds(&fold::heading(&printed)) {
        all.to_string()
    } else {
        printed
    }
}

fn as_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => fold::label(text),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
    }
}

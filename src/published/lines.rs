//! Rows of a table become published lines. Blank rows and footnotes are passed over; a row that looks like a line and
//! cannot be one is said, so that none is lost in silence.

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

/// The lines of one table, and what was wrong or worth knowing about its rows.
#[derive(Debug, Default)]
pub struct Read {
    pub lines: Vec<PublishedLine>,
    pub problems: Vec<Problem>,
    pub notes: Vec<Problem>,
    /// Routes and stages that the rules do not know, each noted once.
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

fn read_row(rules: &Rules, table: &Table, row: &Row, part: Option<&str>, period: &str, read: &mut Read) {
    let text = |place: Option<u32>| {
        place
            .and_then(|column| row.at(column))
            .map(as_text)
            .unwrap_or_default()
    };
    let (code, name) = (text(table.places.org_code), text(table.places.org_name));
    let (cancer_type, modality) = (text(table.places.cancer_type), text(table.places.modality));
    let route = text(table.places.route_or_stage);

    let figures = Figures::read(rules, table, row);
    let say = |message: String| Problem {
        sheet: table.sheet.name.clone(),
        row: row.number,
        message,
    };
    let has_provider = !code.is_empty() || !name.is_empty();
    let provider = if name.is_empty() { &code } else { &name };
    if figures.is_blank {
        if has_provider
            && [&route, &cancer_type, &modality]
                .iter()
                .any(|text| !text.is_empty())
        {
            read.notes
                .push(say(format!("`{provider}` has no figures: the row is left out")));
        }
        return;
    }
    if !has_provider {
        read.problems
            .push(say("figures without a provider: the row is left out".to_string()));
        return;
    }
    read.problems.extend(figures.mistakes.into_iter().map(say));
    let Some(total) = figures.total else {
        read.problems
            .push(say(format!("`{provider}` has no total: the row is left out")));
        return;
    };

    if figures.total_is_sum {
        read.notes.push(say(format!(
            "the total of `{provider}` is not told: {total} is the sum of its parts"
        )));
    }
    let is_england = [&code, &name]
        .into_iter()
        .any(|text| rules.england.names.holds(&fold::heading(text)));
    if !is_england && code.is_empty() {
        read.problems.push(say(format!("`{provider}` has no ODS code")));
    }
    if !route.is_empty()
        && table.item.labels.of(&route).is_none()
        && read.unknown_labels.insert(route.clone())
    {
        read.notes.push(say(format!(
            "`{route}` is not a route or stage of {} that the rules know: it stays as printed",
            table.item.name
        )));
    }
    read.lines.push(PublishedLine {
        period: period.to_string(),
        basis: BASIS,
        org_name: provider.clone(),
        org_code: if is_england { ENGLAND.to_string() } else { code },
        standard_or_item: table.item.name.clone(),
        cancer_type: all_or(ALL_CANCERS, &rules.all.cancer_types, cancer_type),
        route_or_stage: route_or_stage(table, part, route),
        modality: all_or(ALL_MODALITIES, &rules.all.modalities, modality),
        total,
        within: figures.within,
        after: figures.after,
        performance: figures.performance,
        bands: figures.bands,
        sheet: table.sheet.name.clone(),
        row: row.number,
    });
}

/// The Combined CSV's word: from the row, else from the PART heading, else all of them. One that the rules do not
/// know stays as it is printed.
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

/// A cancer type or treatment as printed; blank, and every word for all of them, become the one word.
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

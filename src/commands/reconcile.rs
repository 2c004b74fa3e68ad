//! `clockstop reconcile`: our figures beside the published ones, and which of our rows a difference may come from.

use std::collections::BTreeSet;

use anyhow::Result;

use super::published::read;
use super::{dictionary, records, rulebook, say_readings};
use crate::cli::Reconcile;
use crate::failure::{Exit, usage};
use crate::measure;
use crate::month::Month;
use crate::performance::{self, Line};
use crate::published::PublishedLine;
use crate::published::reconcile::{Difference, Kind, compare};
use crate::reconcile::{Places, candidates};
use crate::submission;
use crate::write::{self, Value};

const HEADINGS: [&str; 12] = [
    "status",
    "standard",
    "cancer_type",
    "route_or_stage",
    "modality",
    "ours_total",
    "published_total",
    "difference",
    "ours_within",
    "published_within",
    "candidates",
    "candidate_rows",
];

pub fn run(options: &Reconcile) -> Result<Exit> {
    let rulebook = rulebook(&options.inputs.rules)?;
    let dictionary = dictionary(&rulebook, &options.inputs)?;
    let book = read(&rulebook, &options.published)?;
    let month = Month::parse(options.month.as_deref().unwrap_or(&book.period))?;
    if month.to_string() != book.period {
        return Err(usage(format!("`{}` is of {}, not of {month}", options.published.display(), book.period)));
    }
    let records = records(&rulebook, &options.inputs, &dictionary)?;
    say_readings(&records);
    let provider = submission::provider(&rulebook, &records, dictionary.provider.as_deref())?;
    let waits = measure::run(&rulebook, &records, &dictionary)?.of_month(&book.period)?;
    let ours: Vec<PublishedLine> = performance::count(&rulebook, &waits)?.iter().map(as_published).collect();
    let standards: BTreeSet<&str> = rulebook.data_set.performance.iter().map(|rules| rules.standard.as_str()).collect();
    let published: Vec<PublishedLine> = book.lines.into_iter().filter(|line| standards.contains(line.standard_or_item.as_str())).collect();
    let differences = compare(&ours, &published, &provider, &book.period);
    let places = Places::new(&rulebook, &records, &waits, &provider)?;
    let different: Vec<&Difference> = differences.iter().filter(|difference| difference.kind != Kind::Equal).collect();
    let shown = differences.iter().filter(|difference| options.all || difference.kind != Kind::Equal);
    let rows = shown.map(|difference| values(difference, &candidates(&places, difference, &different)));
    write::table(options.output.format, options.output.output.as_deref(), &HEADINGS, rows)?;
    eprintln!(
        "compared  {} lines of {provider} in {}: {} equal, {} different",
        differences.len(),
        book.period,
        differences.len() - different.len(),
        different.len()
    );
    Ok(if different.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn as_published(line: &Line) -> PublishedLine {
    PublishedLine {
        period: line.period.clone(),
        basis: crate::published::BASIS,
        org_code: line.org_code.clone(),
        org_name: String::new(),
        standard_or_item: line.standard.clone(),
        cancer_type: line.cancer_type.clone(),
        route_or_stage: line.route_or_stage.clone(),
        modality: line.modality.clone(),
        total: line.total,
        within: Some(line.within),
        after: Some(line.after()),
        performance: line.performance(),
        bands: line.bands.clone(),
        sheet: String::new(),
        row: 0,
    }
}

fn values<'a>(difference: &'a Difference, candidates: &[String]) -> Vec<Value<'a>> {
    /// More are counted than named.
    const NAMED: usize = 20;
    let number = |people: Option<f64>| people.map_or(Value::Blank, Value::Number);
    vec![
        Value::Text(difference.kind.words()),
        Value::Text(&difference.standard_or_item),
        Value::Text(&difference.cancer_type),
        Value::Text(&difference.route_or_stage),
        Value::Text(&difference.modality),
        number(difference.ours.map(|people| people.total)),
        number(difference.published.map(|people| people.total)),
        Value::Number(difference.total()),
        number(difference.ours.and_then(|people| people.within)),
        number(difference.published.and_then(|people| people.within)),
        Value::Whole(candidates.len() as i64),
        Value::Owned(candidates.iter().take(NAMED).cloned().collect::<Vec<_>>().join(" ")),
    ]
}

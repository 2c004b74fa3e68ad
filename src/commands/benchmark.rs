//! `clockstop benchmark`: the rank of a trust among the providers of a published workbook. It is never a
//! league table alone: a rank comes with the limits within which a provider of its size moves by chance.

use anyhow::Result;

use super::published::read;
use super::rulebook;
use crate::cli::Benchmark;
use crate::published::benchmark::{Standing, rank};
use crate::published::{of_providers, once_a_month};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::say;
use crate::write::{self, Value};

const HEADINGS: [&str; 17] = [
    "period",
    "standard",
    "org_code",
    "org_name",
    "within",
    "total",
    "performance",
    "england",
    "rank",
    "of",
    "quartile",
    "lower_95",
    "upper_95",
    "position_95",
    "lower_998",
    "upper_998",
    "position_998",
];

pub fn run(options: &Benchmark) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    let mut standings = Vec::new();
    let books = of_providers(read(&rulebook, &options.files)?)?;
    once_a_month(&books)?;
    for book in &books {
        for rules in &rulebook.data_set.performance {
            match rank(&book.lines, &rules.standard, &options.provider, &book.period) {
                Some(standing) => standings.push(standing),
                None => say!(
                    "no line   nobody is counted for `{}` under {} in {}",
                    options.provider,
                    rules.standard,
                    book.period
                ),
            }
        }
    }
    if standings.is_empty() {
        return Err(usage(format!(
            "`{}` is not a provider in the published files: write its ODS code (three characters or more)",
            options.provider
        )));
    }
    write::table(
        options.output.format,
        options.output.output.as_deref(),
        &HEADINGS,
        standings.iter().map(values),
    )?;
    Ok(Exit::Clean)
}

fn values(standing: &Standing) -> Vec<Value<'_>> {
    let whole = |number: Option<usize>| number.map_or(Value::Blank, |number| Value::Whole(number as i64));
    vec![
        Value::from(&standing.period),
        Value::from(&standing.standard),
        Value::from(&standing.org_code),
        Value::from(&standing.org_name),
        Value::Number(standing.numerator),
        Value::Number(standing.denominator),
        Value::Number(standing.rate),
        Value::Number(standing.england_rate),
        whole(standing.rank),
        Value::Whole(standing.ranked_providers as i64),
        whole(standing.quartile),
        Value::Number(standing.limits_95.lower),
        Value::Number(standing.limits_95.upper),
        Value::from(standing.position.words()),
        Value::Number(standing.limits_99_8.lower),
        Value::Number(standing.limits_99_8.upper),
        Value::from(standing.position_99_8.words()),
    ]
}

//! Finds the check whose SQL fails on a value of the records. All checks run together, so the common error
//! names no check; here each check runs alone until one fails.

use polars::prelude::*;

use crate::check::{Compiled, compile::texts};
use crate::rulebook::Rulebook;
use crate::sql::value_mistake;

/// The error with its position in the rules, if a check fails when it runs alone.
pub fn blamed(
    rulebook: &Rulebook,
    compiled: &[Compiled],
    records: &DataFrame,
    error: anyhow::Error,
) -> anyhow::Error {
    if error.downcast_ref::<PolarsError>().is_none() {
        return error;
    }
    let culprit = compiled
        .iter()
        .find_map(|check| of_check(rulebook, check, records));
    culprit.unwrap_or(error)
}

fn of_check(rulebook: &Rulebook, compiled: &Compiled, records: &DataFrame) -> Option<anyhow::Error> {
    let (_, texts) = texts(rulebook, compiled.check);
    compiled
        .conditions
        .iter()
        .zip(texts)
        .find_map(|(condition, (when, assert))| {
            let parts = condition
                .when
                .iter()
                .zip(when)
                .chain([(&condition.assert, assert)]);
            parts.into_iter().find_map(|(expr, part)| {
                let error = records
                    .clone()
                    .lazy()
                    .select([expr.clone().alias("outcome")])
                    .collect()
                    .err()?;
                Some(
                    part.snippet(rulebook, compiled.check, |snippet| value_mistake(snippet, &error))
                        .into(),
                )
            })
        })
}

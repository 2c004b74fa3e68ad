//! Finds SQL that other engines would run differently or not at all, that is, what `clockstop sql` would
//! refuse.

use anyhow::Result;

use crate::check::compile::texts;
use crate::rule_tests::lint::{Complaint, Level};
use crate::rulebook::{Check, Mapping, Mistake, Rulebook};
use crate::sql::Snippet;
use crate::sql::dialect::{may_stand_in_condition, may_stand_in_query};

/// A complaint for each piece of SQL with a function or form that is not in the list.
pub fn complaints(rulebook: &Rulebook) -> Result<Vec<Complaint>> {
    let mut outcomes: Vec<Result<()>> = rulebook
        .checks
        .iter()
        .flat_map(|check| of_check(rulebook, check))
        .collect();
    let folder = format!("{}/", rulebook.data_set.folder);
    for (path, _) in rulebook.files.under(&folder, ".sql") {
        outcomes.push(
            Snippet::file(&rulebook.files, path).and_then(|snippet| may_stand_in_query(&snippet, rulebook)),
        );
    }
    outcomes.extend(of_sources(rulebook));
    let mistakes = outcomes
        .into_iter()
        .filter_map(Result::err)
        .map(|error| error.downcast::<Mistake>());
    mistakes
        .map(|mistake| {
            mistake.map(|mistake| Complaint {
                level: Level::Error,
                mistake,
            })
        })
        .collect()
}

/// The first mistake of a check, reported once even if the check is made for several fields.
fn of_check(rulebook: &Rulebook, check: &Check) -> Option<Result<()>> {
    let (_, texts) = texts(rulebook, check);
    let parts = texts
        .iter()
        .flat_map(|(when, assert)| when.iter().chain([assert]));
    parts
        .map(|part| {
            part.snippet(rulebook, check, |snippet| {
                may_stand_in_condition(snippet, rulebook)
            })
        })
        .find(Result::is_err)
}

fn of_sources(rulebook: &Rulebook) -> Vec<Result<()>> {
    let own = rulebook
        .sources
        .iter()
        .filter(|source| source.data_set == rulebook.data_set.name);
    own.flat_map(|source| {
        let whole = rulebook
            .files
            .get(source.file.trim_start_matches("rules/"))
            .unwrap_or_default();
        let aside = source
            .table
            .iter()
            .flat_map(|table| &table.set_aside)
            .map(|rule| (&rule.sql, "set_aside"));
        let doubts = source.table.iter().flat_map(|table| &table.doubts);
        let doubts = doubts.map(|doubt| (&doubt.sql, "doubts"));
        let rows = source.also.iter().map(|also| (&also.rows, "rows"));
        let gives_records = source.gives != Mapping::Tables;
        let all = gives_records
            .then_some((&source.records, "records"))
            .into_iter()
            .chain(rows)
            .chain(aside)
            .chain(doubts);
        all.map(|(sql, name)| {
            let of = format!("`{name}` of source `{}`", source.name);
            let snippet = Snippet::value(sql.get_ref(), &source.file, whole, sql.span(), of);
            may_stand_in_query(&snippet, rulebook)
        })
        .collect::<Vec<_>>()
    })
    .collect()
}

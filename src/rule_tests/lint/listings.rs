//! Runs the queries of every listing over no records: a column or table that a query misspells is found
//! before somebody asks for the list. A sheet that shows a column which its table does not have is found too.

use anyhow::Result;

use super::{Complaint, Level};
use crate::report::listing::{self, Listed};
use crate::report::remembered;
use crate::rule_tests::examples::records_of;
use crate::rulebook::{Listing, Mistake, Rulebook, suggestion};
use crate::source::Mapped;
use crate::sql::{EXAMPLE, RunContext};

/// A complaint for each listing whose queries do not run, and for each column that a sheet shows in vain.
pub fn complaints(rulebook: &Rulebook, context: &RunContext) -> Result<Vec<Complaint>> {
    let folder = format!("{}/", rulebook.data_set.folder);
    let mut complaints = Vec::new();
    for (path, _) in rulebook.files.under(&folder, "/listing.toml") {
        let name = path.trim_start_matches(&folder).trim_end_matches("/listing.toml");
        let found = rulebook
            .listing(name)
            .and_then(|listing| Ok(vain_columns(&listing, &empty(rulebook, &listing, context)?)));
        let mistakes = match found {
            Ok(mistakes) => mistakes,
            Err(error) => vec![
                error
                    .downcast::<Mistake>()
                    .unwrap_or_else(|error| Mistake::of_file(&format!("rules/{path}"), error.to_string())),
            ],
        };
        complaints.extend(mistakes.into_iter().map(|mistake| Complaint {
            level: Level::Error,
            mistake,
        }));
    }
    Ok(complaints)
}

/// The tables of a listing over no records.
fn empty(rulebook: &Rulebook, listing: &Listing, context: &RunContext) -> Result<Vec<Listed>> {
    let mapped = Mapped {
        frame: records_of(rulebook, None, &[])?.drop(EXAMPLE)?,
        extra_tables: Vec::new(),
        files: Vec::new(),
        readings: Vec::new(),
        notes: Vec::new(),
        unlinked: None,
    };
    let (records, more) = listing::records(rulebook, listing, mapped, None, context)?;
    let extra = records.every_extra_table(context)?;
    let seen = listing::all_tables(rulebook, &records, &records.frame, more, &extra)?;
    let mut listed = listing::run(rulebook, listing, seen, context)?;
    remembered::add(listing, &mut listed, None, context.as_at, None)?;
    Ok(listed)
}

/// Columns of sheets that no table has.
fn vain_columns(listing: &Listing, listed: &[Listed]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for sheet in &listing.sheet {
        let Some(table) = listed.iter().find(|table| table.name == sheet.table) else {
            continue;
        };
        let shown = sheet.column.iter().filter_map(|column| column.name.as_ref());
        for name in shown.filter(|name| !table.headings.contains(name)) {
            let known = table.headings.iter().map(String::as_str);
            mistakes.push(
                Mistake::of_file(
                    &format!("rules/{}/listing.toml", listing.folder),
                    format!(
                        "sheet `{}` shows the column `{name}`, which `{}` does not have",
                        sheet.name, sheet.table
                    ),
                )
                .help(suggestion(name, known)),
            );
        }
    }
    mistakes
}

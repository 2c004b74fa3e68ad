//! The trust's own words about a standard, and its actions: under the chart of that standard, and all of them
//! on one sheet.

use anyhow::Result;

use super::super::book::Book;
use super::super::sheet::Sheet;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::text::capitalised;
use super::super::value::Value;
use super::figures;
use crate::report::{Action, Pack, Words};

pub const ACTIONS: &str = "Actions";

/// Writes the words and actions of a standard and its sites, if there are any.
pub fn of_standard(sheet: &mut Sheet, pack: &Pack, standard: &str) -> Result<()> {
    let words: Vec<&Words> = pack
        .narrative
        .words
        .iter()
        .filter(|words| words.standard == standard)
        .collect();
    if !words.is_empty() {
        sheet.section("What the trust says")?;
    }
    words.into_iter().try_for_each(|words| paragraphs(sheet, words))?;
    let actions: Vec<&Action> = pack
        .narrative
        .actions
        .iter()
        .filter(|action| action.standard == standard)
        .collect();
    if !actions.is_empty() {
        sheet.section("What is being done")?;
    }
    actions
        .into_iter()
        .try_for_each(|action| sheet.line(&in_a_line(action)))
}

/// Writes the paragraphs of a text. The first begins with the site, and with the month if it is not this one.
pub fn paragraphs(sheet: &mut Sheet, words: &Words) -> Result<()> {
    let heading = heading(words);
    for (index, paragraph) in words.paragraphs.iter().enumerate() {
        match index {
            0 => sheet.line(&format!("{heading}{paragraph}"))?,
            _ => sheet.line(paragraph)?,
        }
    }
    Ok(())
}

/// `Lung, written for September 2026: `, `Written for September 2026: `, or empty.
pub fn heading(words: &Words) -> String {
    let carried = words
        .carried_from
        .as_ref()
        .map(|month| format!("written for {month}"));
    let parts: Vec<&str> = [Some(words.site.as_str()), carried.as_deref()]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{}: ", capitalised(&parts.join(", ")))
    }
}

/// An action in one line: `Open (since September 2026): open a clinic. A manager, by 31 December 2026.
/// Expected: 3 fewer breaches.`
pub fn in_a_line(action: &Action) -> String {
    let site = if action.site.is_empty() {
        String::new()
    } else {
        format!("{}: ", action.site)
    };
    let effect = if action.effect.is_empty() {
        String::new()
    } else {
        format!(" Expected: {}.", action.effect.trim_end_matches('.'))
    };
    format!(
        "{} (since {}): {site}{}. {}, by {}.{effect}",
        action.status,
        action.since,
        action.action.trim_end_matches('.'),
        action.owner,
        action.due.format("%-d %B %Y")
    )
}

/// Writes every action on one sheet.
pub fn actions(book: &mut Book) -> Result<()> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(ACTIONS, "Actions")?;
    sheet.line("From the trust's own narrative file: an action stays until it is done.")?;
    let columns = [
        Column::new("Status", 12.0, Look::Status),
        Column::new("Standard", 30.0, Look::Name),
        Column::new(&pack.words.site, 26.0, Look::Words),
        Column::new("Action", 56.0, Look::Words),
        Column::new("Owner", 24.0, Look::Words),
        Column::new("Due", 13.0, Look::Date),
        Column::new("Expected effect", 30.0, Look::Words),
        Column::new("Since", 17.0, Look::Words),
    ];
    let row = |action: &'_ Action| -> Vec<Value<'_>> {
        let standard = if action.standard.is_empty() {
            Value::from("All")
        } else {
            Value::from(figures::title(pack, &action.standard).to_string())
        };
        vec![
            action.status.into(),
            standard,
            Value::from(action.site.clone()),
            Value::from(action.action.clone()),
            Value::from(action.owner.clone()),
            action.due.into(),
            Value::from(action.effect.clone()),
            Value::from(action.since.clone()),
        ]
    };
    let rows: Vec<Vec<Value>> = pack.narrative.actions.iter().map(row).collect();
    sheet.table(
        &Plan::new("Actions", &columns, "No action is recorded."),
        rows.into_iter(),
    )?;
    Ok(())
}

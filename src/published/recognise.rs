//! Whether a workbook is one of NHS England's monthly provider workbooks since October 2023. Other workbooks
//! are refused, by name if the rules know them.

use anyhow::Result;

use crate::published::book::Book;
use crate::published::fold;
use crate::published::layout::Tables;
use crate::published::rules::{Refused, Rules};
use crate::published::{BASIS, COMMISSIONER};
use crate::terminal::failure::input;

/// Refuses another kind of workbook. A workbook that has a table for every standard is always accepted,
/// whatever else it holds.
pub fn refuse_others(rules: &Rules, book: &Book, tables: &Tables) -> Result<()> {
    if tables.has_every_standard(rules) {
        return Ok(());
    }
    if let Some(refused) = rules
        .refused
        .iter()
        .find(|refused| matches(refused, book, tables))
    {
        return Err(input(format!(
            "`{}` is {}: {}",
            book.file, refused.what, refused.advice
        )));
    }
    if tables.tables.is_empty() && tables.unreadable.is_empty() {
        let sheets: Vec<String> = book
            .sheets
            .iter()
            .map(|sheet| format!("`{}`", sheet.name))
            .take(12)
            .collect();
        let holds = if sheets.is_empty() {
            "no sheet".to_string()
        } else {
            sheets.join(", ")
        };
        let since = &rules.first_month;
        return Err(input(format!(
            "`{}` is not one of NHS England's monthly cancer provider workbooks since {since}: it holds \
             {holds}",
            book.file
        )));
    }
    Ok(())
}

/// Whether a workbook holds figures of providers or of commissioners.
pub fn basis(rules: &Rules, book: &Book, tables: &Tables) -> &'static str {
    let is_commissioner = |text: &str| {
        let folded = fold::heading(text);
        rules.commissioner.texts.begins(&folded) || rules.commissioner.headings.holds(&folded)
    };
    let says_so = |sheet| {
        tables
            .top(sheet)
            .iter()
            .flat_map(|row| row.texts())
            .any(is_commissioner)
    };
    if book.sheets.iter().any(says_so) {
        COMMISSIONER
    } else {
        BASIS
    }
}

/// Refuses a month before this layout began.
pub fn refuse_older(rules: &Rules, book: &Book, period: &str) -> Result<()> {
    if period >= rules.first_month.as_str() {
        return Ok(());
    }
    Err(input(format!(
        "`{}` is for {period}, an older workbook: its layout is that of two week wait and of separate 31-day \
         standards. Months from {} on are read",
        book.file, rules.first_month
    )))
}

fn matches(refused: &Refused, book: &Book, tables: &Tables) -> bool {
    book.sheets.iter().any(|sheet| {
        let name = fold::sheet(&sheet.name);
        let by_name = refused
            .sheets
            .folded
            .iter()
            .any(|sign| name.starts_with(sign.as_str()));
        by_name
            || tables.top(sheet).iter().flat_map(|row| row.texts()).any(|text| {
                let folded = fold::heading(text);
                refused.texts.begins(&folded) || refused.headings.holds(&folded)
            })
    })
}

//! The data-quality worklist: one row for each finding, for the people who correct records and write down
//! what they did. It names pathways, files and rows, never an NHS number or a name.

mod counts;
mod lists;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::book::Book;
use super::checks;
use super::cover::{self, Cover};
use super::style::Look;
use super::table::{Column, Plan};
use super::text::capitalised;
use super::value::Value;
use crate::report::{FindingLine, Report};
use crate::runs::worklist::form::{ACTION, ASSIGNED_TO, COMMENT, STATUS};

/// Excel's longest sheet name, in characters.
const LONGEST_SHEET_NAME: usize = 31;
const TITLE: &str = "Data-quality worklist";
const BANNER: &str =
    "About single patients, by local pathway reference: keep it inside the trust. No NHS numbers, no names.";
/// Worst first; the order of every sheet here.
const SEVERITIES: [&str; 5] = ["reject_file", "reject", "error", "warning", "info"];
const NO_FINDINGS: &str = "No findings: every check that could be assessed passed.";
/// The columns that print, on one page: what to correct, where, and its status.
const PRINTED_COLUMNS: u16 = 10;
/// Id, severity, check and pathway stay visible next to the columns to fill in.
const FROZEN_COLUMNS: u16 = 4;
const GUIDANCE: [&str; 6] = [
    "1. Start with Summary, filter Worklist by your role or name in the column Owner, and work from the top: worst \
     first.",
    "2. Correct the record in the system it came from (cancer register or PAS): the next run reads the \
     source again.",
    "3. Fill in the columns marked with *. Do not write names or NHS numbers of patients in them.",
    "4. Records whose dates do not show their month are listed every month, until a date is corrected: they \
     may belong to it.",
    "5. An id (F-...) stays the same as long as the fault is there. Do not change it: your entries are \
     matched by it.",
    "Reject file: the whole upload would be refused. Reject: kept out of the upload. Error: a figure is \
     probably wrong. Warning: unlikely, look. Info: for information.",
];

/// Writes the worklist to `path`.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    let mut book = Book::new(path, report, TITLE, BANNER)?;
    let findings = worst_first(report);
    let mut contents = cover::contents(&[
        ("Summary", "How many findings each owner has, by severity"),
        ("By check", "How many findings each check made"),
        (
            "Worklist",
            "One row a finding, worst first, with room for what was done",
        ),
        (checks::NAME, checks::ABOUT),
        (lists::NAME, "The words to choose from in the worklist"),
    ]);
    let about_owners = owners(&findings)
        .into_iter()
        .map(|owner| (sheet_of(owner), "Only this owner's rows".to_string()));
    contents.splice(3..3, about_owners);
    let waived = findings
        .iter()
        .filter(|finding| !finding.waived.is_empty())
        .count();
    let facts = vec![
        ("Findings", findings.len().into()),
        ("Of these, waived", waived.into()),
    ];
    cover::write(
        &mut book,
        &Cover {
            facts,
            contents,
            guidance: &GUIDANCE,
        },
    )?;
    counts::by_owner(&mut book, &findings)?;
    counts::by_check(&mut book, &findings)?;
    worklist(&mut book, &findings)?;
    by_owner(&mut book, &findings)?;
    checks::write(&mut book)?;
    lists::write(&mut book)?;
    book.save(path)
}

fn worst_first(report: &Report) -> Vec<&FindingLine> {
    let mut findings: Vec<_> = report.findings.iter().collect();
    findings.sort_by_key(|finding| {
        (
            rank(&finding.severity),
            &finding.check,
            &finding.file,
            finding.row,
            &finding.id,
        )
    });
    findings
}

fn rank(severity: &str) -> usize {
    SEVERITIES
        .iter()
        .position(|known| *known == severity)
        .unwrap_or(SEVERITIES.len())
}

/// Writes all findings. The owners' sheets print instead, where there are any.
fn worklist(book: &mut Book, findings: &[&FindingLine]) -> Result<()> {
    let prints = owners(findings).is_empty();
    rows(book, ("Worklist", TITLE), prints, findings)
}

/// Writes a sheet for each owner, if there are several: whoever wants only their own rows fills them in
/// there.
fn by_owner(book: &mut Book, findings: &[&FindingLine]) -> Result<()> {
    for owner in owners(findings) {
        let of_owner: Vec<&FindingLine> = findings
            .iter()
            .copied()
            .filter(|finding| name_of(finding) == owner)
            .collect();
        let title = format!("{TITLE}: {owner}");
        rows(book, (&sheet_of(owner), &title), true, &of_owner)?;
    }
    Ok(())
}

/// The owners of the findings, if there are several; else none.
fn owners<'a>(findings: &[&'a FindingLine]) -> BTreeSet<&'a str> {
    let owners: BTreeSet<&str> = findings.iter().map(|finding| name_of(finding)).collect();
    if owners.len() < 2 { BTreeSet::new() } else { owners }
}

/// Whose rows they are: the person behind the owner's role, or the role.
fn name_of(finding: &FindingLine) -> &str {
    match finding.person.as_str() {
        "" => &finding.owner,
        person => person,
    }
}

/// The name of an owner's sheet, in a form that Excel accepts.
fn sheet_of(owner: &str) -> String {
    let plain = owner.replace(['[', ']', ':', '*', '?', '/', '\\', '\''], " ");
    let name = format!("For {}", plain.trim());
    name.chars().take(LONGEST_SHEET_NAME).collect()
}

fn rows(book: &mut Book, (name, title): (&str, &str), prints: bool, findings: &[&FindingLine]) -> Result<()> {
    let edition = book.report.edition;
    let mut sheet = book.long_sheet(name, title)?;
    if !prints {
        sheet.for_screen()?;
    }
    sheet.line(
        "Columns marked * are yours to fill in, here or on another sheet: `clockstop worklist read` reads \
         them, and the next run shows them. The columns to the left of them and the status print.",
    )?;
    sheet.line(
        "The other cells are locked, without a password: Review, Unprotect Sheet lets you sort. Row is the \
         row that Excel shows in the file.",
    )?;
    let columns = columns();
    let table = name.replace(|letter: char| !letter.is_alphanumeric(), "_");
    let plan = Plan {
        frozen_columns: FROZEN_COLUMNS,
        printed_columns: PRINTED_COLUMNS,
        ..Plan::filtered(&table, &columns, NO_FINDINGS)
    };
    let table_rows = sheet.table(&plan, findings.iter().map(|finding| row(finding, edition)))?;
    sheet.lock();
    if findings.is_empty() {
        Ok(())
    } else {
        lists::offer(&mut sheet, table_rows)
    }
}

/// What a person corrects by comes first, and prints; then what they fill in; then the rest, to look up.
fn columns() -> [Column; 21] {
    [
        Column::new("Id", 13.0, Look::Code),
        Column::new("Severity", 12.0, Look::Status),
        Column::new("Check", 12.0, Look::Code),
        Column::new("Pathway", 14.0, Look::Code),
        Column::new("What is wrong", 44.0, Look::Words),
        Column::new("How to fix it", 44.0, Look::Words),
        Column::new("File", 20.0, Look::Words),
        Column::new("Row", 9.0, Look::RowNumber),
        Column::new("Months open", 9.0, Look::Whole),
        Column::new("Status*", 17.0, Look::Entry),
        Column::new("Action taken*", 24.0, Look::Entry),
        Column::new("Comment*", 32.0, Look::Entry),
        Column::new("Assigned to*", 18.0, Look::Entry),
        Column::new("Owner", 24.0, Look::Words),
        Column::new("Why it matters", 50.0, Look::Words),
        Column::new("Affects", 18.0, Look::Words),
        Column::new("Effect on the figures", 44.0, Look::Words),
        Column::new("Fields", 44.0, Look::Words),
        Column::new("First seen", 13.0, Look::Date),
        Column::new("Waived", 30.0, Look::Words),
        Column::new("Edition", 10.0, Look::RowNumber),
    ]
}

fn row(finding: &FindingLine, edition: u32) -> Vec<Value<'_>> {
    vec![
        finding.id.as_str().into(),
        capitalised(&finding.severity).into(),
        finding.check.as_str().into(),
        finding.pathway.as_str().into(),
        finding.message.as_str().into(),
        finding.fix.as_str().into(),
        finding.file.as_str().into(),
        finding.row.into(),
        finding.months_open.into(),
        finding.entry.get(STATUS).into(),
        finding.entry.get(ACTION).into(),
        finding.entry.get(COMMENT).into(),
        finding.entry.get(ASSIGNED_TO).into(),
        finding.who().into(),
        finding.why.as_str().into(),
        finding.affects.as_str().into(),
        finding.effect.as_str().into(),
        finding.fields.as_str().into(),
        finding.first_seen.into(),
        finding.waived.as_str().into(),
        edition.into(),
    ]
}

//! `clockstop waivers new`: prints a waiver to fill in, tied to the current values of the record.

use std::path::PathBuf;

use anyhow::Result;
use chrono::Months;

use super::reading::{as_at, key, read as read_inputs};
use super::rulebook;
use crate::check;
use crate::cli::{Inputs, NewWaiver, WaiversCommand};
use crate::findings::waivers::{Stale, Waivers, holds_back, read, values_code};
use crate::findings::{self, FindingRow};
use crate::records::content::Content;
use crate::rulebook::{Rulebook, suggestion};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::{counted, say};
use crate::write;

/// How long a waiver is valid by default.
const MONTHS: Months = Months::new(3);

pub fn run(command: &WaiversCommand) -> Result<Exit> {
    match command {
        WaiversCommand::New(options) => new(options),
    }
}

fn new(options: &NewWaiver) -> Result<Exit> {
    let key = needed_key(&options.inputs)?;
    let rulebook = rulebook(&options.inputs.rules)?;
    let Some(wanted) = rulebook.check(&options.check) else {
        let known = rulebook.checks.iter().map(|check| check.id.as_str());
        return Err(usage(format!(
            "there is no check `{}`: {}",
            options.check,
            suggestion(&options.check.to_uppercase(), known)
        )));
    };
    let (context, records) = read_inputs(&rulebook, &options.inputs, options.output.as_deref())?;
    let found = check::run(&rulebook, &records, &context, |check| check.id == wanted.id)?;
    let rows = findings::rows(&rulebook, &records, &found, |_| false)?;
    let content = Content::new(&rulebook, &records)?;
    let blocks: Vec<String> = rows
        .iter()
        .filter(|finding| finding.pathway == Some(options.pathway.as_str()))
        .filter_map(|finding| block(options, finding, &content, &key))
        .collect();
    if blocks.is_empty() {
        Err(usage(format!(
            "`{}` finds nothing on this pathway: there is nothing to waive (name the pathway as `clockstop \
             check --key-file` shows it)",
            wanted.id
        )))
    } else {
        write::text(options.output.as_deref(), &blocks.join("\n")).map(|()| Exit::Clean)
    }
}

/// A whole waiver. A part that is left empty is an error until somebody fills it in.
fn block(options: &NewWaiver, finding: &FindingRow, content: &Content, key: &[u8]) -> Option<String> {
    let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
    let fields: Vec<String> = if finding.check.each.is_empty() {
        Vec::new()
    } else {
        finding.fields.iter().map(|field| field.to_string()).collect()
    };
    let expires = options
        .expires
        .or_else(|| as_at(&options.inputs).checked_add_months(MONTHS))?;
    let mut lines = vec![
        "[[waiver]]".to_string(),
        format!("# {}, row {}: {}", finding.file, finding.row, finding.message),
        format!("check = {}", quoted(&finding.check.id)),
        format!("pathway = {}", quoted(&options.pathway)),
    ];
    if !fields.is_empty() {
        lines.push(format!(
            "fields = [{}]",
            fields
                .iter()
                .map(|field| quoted(field))
                .collect::<Vec<_>>()
                .join(", ")
        ));
    }
    lines.push(format!(
        "reason = {}",
        quoted(options.reason.as_deref().unwrap_or_default())
    ));
    lines.push(format!(
        "approved_by = {}",
        quoted(options.approved_by.as_deref().unwrap_or_default())
    ));
    lines.push(format!("expires = {expires}"));
    lines.push(format!(
        "values = {}",
        quoted(&values_code(finding, &fields, content, key)?)
    ));
    Some(lines.join("\n") + "\n")
}

/// The trust's secret. With a public key, the hash of a date could be reversed by trying all dates.
pub fn needed_key(inputs: &Inputs) -> Result<Vec<u8>> {
    key(inputs)?.ok_or_else(|| {
        usage("waivers are bound to values by a keyed hash: name the trust's own secret with `--key-file`")
    })
}

/// The waivers of a run, with the key of their hashes: from the named file, otherwise from `waivers.toml` in
/// the folder of the trust's own rules.
pub fn of_run(
    named: Option<&PathBuf>,
    inputs: &Inputs,
    rulebook: &Rulebook,
) -> Result<Option<(Waivers, Vec<u8>)>> {
    let in_rules_folder = inputs
        .rules
        .rules
        .as_ref()
        .map(|folder| folder.join("waivers.toml"))
        .filter(|path| path.is_file());
    match named.cloned().or(in_rules_folder) {
        None => Ok(None),
        Some(path) => Ok(Some((read(&path, rulebook)?, needed_key(inputs)?))),
    }
}

/// Says how many findings are waived, and which waivers are no longer needed.
pub fn say(file: &str, findings: &[FindingRow], rulebook: &Rulebook, stale: &[Stale]) {
    let waived = findings.iter().filter(|finding| finding.waived.is_some());
    let held_back = waived
        .clone()
        .filter(|finding| holds_back(rulebook, finding))
        .count();
    let waived = waived.count();
    let held_back = if held_back > 0 {
        format!(", including {} still held back", counted(held_back, "reject"))
    } else {
        String::new()
    };
    say!(
        "waived    {waived} of {}, by {file}{held_back}",
        counted(findings.len(), "finding")
    );
    for waiver in stale {
        say!(
            "          {file} line {}: the waiver of {} waives nothing: {}",
            waiver.line,
            waiver.check,
            waiver.why
        );
    }
}

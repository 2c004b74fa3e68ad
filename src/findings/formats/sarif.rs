//! Writes findings as SARIF 2.1.0 (OASIS: Static Analysis Results Interchange Format), which code hosts and
//! editors show. A record's row in its file is the line of the region; the fields are its logical locations.

use std::io::{Result, Write};

use serde_json::{Value, json};

use crate::findings::FindingRow;
use crate::findings::formats::{Group, accepted};
use crate::rulebook::{Check, Severity};

/// Writes one run: every check that ran is a rule, every finding a result.
pub fn sarif(out: &mut dyn Write, groups: &[Group]) -> Result<()> {
    let rules: Vec<Value> = groups.iter().map(|group| rule(group.check)).collect();
    let driver = json!({ "name": "clockstop", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    writeln!(
        out,
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{"
    )?;
    writeln!(out, "\"tool\":{{\"driver\":{driver}}},")?;
    write!(out, "\"results\":[")?;
    // SARIF 3.27.23: in one run, every result has `suppressions` or none has.
    let any_waived = groups.iter().any(|group| group.waived() > 0);
    let results = groups
        .iter()
        .enumerate()
        .flat_map(|(index, group)| group.rows.iter().map(move |row| result(index, row, any_waived)));
    for (number, result) in results.enumerate() {
        write!(out, "{}\n{result}", if number == 0 { "" } else { "," })?;
    }
    writeln!(out, "\n]}}]}}")
}

fn rule(check: &Check) -> Value {
    json!({
        "id": check.id,
        "name": check.name,
        "shortDescription": { "text": check.title },
        "fullDescription": { "text": check.why },
        "help": { "text": check.fix },
        "defaultConfiguration": { "level": level(check.severity) },
        "properties": {
            "severity": check.severity.word(), "basis": check.basis, "source": check.source,
            "owner": check.owner, "affects": check.affects,
        },
    })
}

fn result(rule: usize, row: &FindingRow, any_waived: bool) -> Value {
    let fields: Vec<Value> = row
        .fields
        .iter()
        .map(|field| json!({ "name": field, "kind": "member" }))
        .collect();
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(row.file) },
            "region": { "startLine": row.row.max(1) },
        },
    });
    if !fields.is_empty() {
        location["logicalLocations"] = fields.into();
    }
    let mut result = json!({
        "ruleId": row.check.id,
        "ruleIndex": rule,
        "level": level(row.check.severity),
        "message": { "text": row.message },
        "locations": [location],
    });
    if any_waived {
        let suppression =
            |waiver| json!({ "kind": "external", "status": "accepted", "justification": accepted(waiver) });
        result["suppressions"] = row.waived.map(suppression).into_iter().collect();
    }
    result
}

/// SARIF has three levels; the exact severity is in the rule's properties.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::RejectFile | Severity::Reject | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A file name as a relative reference (RFC 3986): every byte that is not a plain letter or digit is escaped.
fn uri(file: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    file.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

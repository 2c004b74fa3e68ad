//! A folder of files, the program run in it, and what came out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder that goes with the test.
pub struct Folder(TempDir);

/// What a run gave.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Folder {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// An upload file of these records, each a list of field and value.
    pub fn upload(&self, name: &str, records: &[&[(&str, &str)]]) -> &Folder {
        let lines: Vec<String> = records.iter().map(|record| upload_line(record)).collect();
        self.file(name, lines.join("\n") + "\n")
    }

    /// Runs the program in the folder on a fixed day.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let mut command = Command::cargo_bin("clockstop").unwrap();
        command
            .current_dir(self.0.path())
            .args(arguments)
            .env_remove("CLOCKSTOP_RULES")
            .env_remove("CLOCKSTOP_KEY_FILE");
        if [
            "run",
            "check",
            "waits",
            "performance",
            "ptl",
            "why",
            "phases",
            "list",
            "quality",
            "records",
            "reconcile",
        ]
        .contains(&arguments[0])
            && !arguments.contains(&"--as-at")
        {
            command.args(["--as-at", "2026-11-24"]);
        }
        let output = command.output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Names in a folder of it, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }
}

pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

impl Run {
    /// The rows of CSV on stdout, each by heading.
    pub fn rows(&self) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(self.stdout.as_bytes());
        let headings = reader.headers().unwrap().clone();
        reader
            .records()
            .map(|row| {
                headings
                    .iter()
                    .map(String::from)
                    .zip(row.unwrap().iter().map(String::from))
                    .collect()
            })
            .collect()
    }
}

/// The 54 fields in upload order, as the rulebook has them.
pub fn fields() -> Vec<String> {
    let rulebook = clockstop::rulebook::Rulebook::load(None, "cwt").unwrap();
    rulebook.upload_fields().map(|field| field.name.clone()).collect()
}

pub fn upload_line(record: &[(&str, &str)]) -> String {
    let fields = fields();
    for (name, _) in record {
        assert!(fields.iter().any(|field| field == name), "{name} is not a field");
    }
    let cell = |field: &String| {
        record
            .iter()
            .find(|(name, _)| name == field)
            .map_or("", |(_, value)| value)
    };
    fields.iter().map(cell).collect::<Vec<_>>().join(",")
}

/// A referral that was told on day 27, with nothing wrong.
pub const TOLD: &[(&str, &str)] = &[
    ("nhs_number", "9990000018"),
    ("nhs_number_status", "01"),
    ("ppi", "A1"),
    ("org_ppi_issuer", "RZZ"),
    ("source_of_referral", "03"),
    ("priority_type", "3"),
    ("decision_to_refer_date", "2026-09-30"),
    ("crtp_start_date", "2026-10-01"),
    ("cancer_referral_type", "07"),
    ("date_first_seen", "2026-10-09"),
    ("site_first_seen", "RZZ01"),
    ("patient_status", "03"),
    ("fdp_end_reason", "02"),
    ("fdp_end_date", "2026-10-28"),
    ("site_fdp_end", "RZZ01"),
];

/// A record with some fields changed; an empty value leaves the field out.
pub fn with<'a>(record: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = record
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
        .copied();
    kept.chain(changes.iter().copied())
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

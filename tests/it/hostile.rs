//! Mangled files: whatever is done to an export, reading it ends in records or in an error that says what to
//! do, never in a panic, and no row is lost.

use std::path::PathBuf;

use clockstop::check;
use clockstop::measure;
use clockstop::records::Records;
use clockstop::rulebook::Rulebook;
use clockstop::source;
use clockstop::table;
use clockstop::terminal::failure::{Exit, exit_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::kit::{TOLD, upload_line, with};

/// What a mail gateway, an editor or an unlucky export does to a file.
#[derive(Debug, Clone)]
enum Harm {
    Byte(usize, u8),
    Insert(usize, Vec<u8>),
    Cut(usize),
    Repeat(usize, usize),
    Utf16,
    Returns,
    Mark,
}

fn harm() -> impl Strategy<Value = Harm> {
    let odd = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b"\0".to_vec()),
        Just(b",".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(b"\"\"\",".to_vec()),
        Just(b"=cmd|' /C calc'!A1".to_vec()),
        Just("\u{feff}\u{202e}\u{1f9ec}".as_bytes().to_vec()),
        Just(vec![0xC3, 0x28, 0xFF]),
        Just(b"9".repeat(70_000)),
        Just(b"99999-99-99".to_vec()),
    ];
    prop_oneof![
        4 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Harm::Byte(at, byte)),
        6 => (any::<usize>(), odd).prop_map(|(at, bytes)| Harm::Insert(at, bytes)),
        2 => any::<usize>().prop_map(Harm::Cut),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Harm::Repeat(from, to)),
        1 => Just(Harm::Utf16),
        1 => Just(Harm::Returns),
        1 => Just(Harm::Mark),
    ]
}

fn done_to(bytes: &mut Vec<u8>, harm: &Harm) {
    let length = bytes.len().max(1);
    match harm {
        Harm::Byte(at, byte) if !bytes.is_empty() => bytes[at % length] = *byte,
        Harm::Byte(..) => {}
        Harm::Insert(at, more) => drop(bytes.splice(at % length..at % length, more.iter().copied())),
        Harm::Cut(at) => bytes.truncate(at % length),
        Harm::Repeat(from, to) => {
            let (from, to) = ((from % length).min(to % length), (from % length).max(to % length));
            bytes.extend_from_within(from..to.min(bytes.len()));
        }
        Harm::Utf16 => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            *bytes = [0xFF, 0xFE]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
                .collect();
        }
        Harm::Returns => bytes
            .iter_mut()
            .filter(|byte| **byte == b'\n')
            .for_each(|byte| *byte = b'\r'),
        Harm::Mark => drop(bytes.splice(0..0, [0xEF, 0xBB, 0xBF])),
    }
}

fn an_upload() -> Vec<u8> {
    let treated = with(
        TOLD,
        &[
            ("ppi", "A2"),
            ("primary_diagnosis_icd", "C50.4"),
            ("delay_comment_fdp", "clinic, \u{e9}t\u{e9}"),
        ],
    );
    let lines = [
        upload_line(TOLD),
        upload_line(&treated).replace("clinic, \u{e9}t\u{e9}", "\"clinic, \u{e9}t\u{e9}\""),
    ];
    (lines.join("\n") + "\n").repeat(6).into_bytes()
}

fn a_workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, cell) in upload_line(TOLD).split(',').enumerate() {
        for row in 0..3 {
            // A field that nobody fills still makes 54 columns.
            sheet
                .write_string(row, column as u16, if column == 53 { "x" } else { cell })
                .unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..Config::default()
    }
}

/// Reads a file to records; errors are those of inputs. With `whole`, checks and measures are run as well.
/// Tells whether it was read.
fn survives(rulebook: &Rulebook, bytes: &[u8], whole: bool) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("upload.csv");
    std::fs::write(&path, bytes).unwrap();
    let context = clockstop::sql::RunContext {
        rulebook,
        as_at: chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        provider: None,
    };
    let read = table::read_all(
        &[path],
        None,
        &table::Layouts::default(),
        table::Limits::default(),
    )
    .and_then(|tables| source::apply(rulebook, tables, None, &context));
    let mapped = match read {
        Ok(mapped) => mapped,
        Err(error) => {
            assert_eq!(exit_of(&error) as u8, Exit::Input as u8, "{error:#}");
            return false;
        }
    };
    for reading in &mapped.readings {
        assert_eq!(
            reading.rows_read,
            reading.rows_mapped + reading.set_aside.len(),
            "a row was lost"
        );
    }
    if whole {
        let records = Records::derive(rulebook, mapped, None, &context).unwrap();
        let found = check::run(rulebook, &records, &context, |check| check.enabled).unwrap();
        let height = records.frame.height();
        assert!(
            found
                .checks
                .iter()
                .all(|of| of.passed + of.failed + of.not_assessed + of.not_applicable == height)
        );
        measure::run(rulebook, &records, &context).unwrap();
    }
    true
}

fn try_many(cases: u32, file: &[u8], whole: bool) {
    let rulebook = Rulebook::load(None, "cwt").unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(config(cases));
    let harms = prop::collection::vec(harm(), 1..4);
    let outcome = runner.run(&harms, |harms| {
        let mut bytes = file.to_vec();
        harms.iter().for_each(|harm| done_to(&mut bytes, harm));
        survives(&rulebook, &bytes, whole);
        Ok(())
    });
    outcome.unwrap();
}

/// Room for the deep plans of an unoptimised build, as the program gives itself.
fn with_room(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn a_mangled_upload_is_read_or_refused_and_no_row_is_lost() {
    with_room(|| try_many(200, &an_upload(), false));
}

#[test]
fn a_mangled_workbook_is_read_or_refused_and_no_row_is_lost() {
    with_room(|| {
        let rulebook = Rulebook::load(None, "cwt").unwrap();
        assert!(
            survives(&rulebook, &a_workbook(), false),
            "the workbook that is mangled is one that can be read"
        );
        try_many(100, &a_workbook(), false);
    });
}

#[test]
fn what_is_read_of_a_mangled_upload_is_checked_and_measured() {
    with_room(|| try_many(6, &an_upload(), true));
}

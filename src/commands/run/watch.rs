//! `clockstop run --watch DIR`: makes the month again whenever an export lands in a folder. Each run is a process
//! of its own, so that one that fails, or takes too long, ends only itself.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::cli::Run;
use crate::runs::record;
use crate::table::expand;
use crate::terminal::failure::{Exit, input, usage};
use crate::terminal::{counted, say};

/// How often the folder is looked at. A file is taken once it stayed the same from one look to the next.
const EVERY: Duration = Duration::from_secs(2);

/// The files of a folder, each with its size and the time of its last change.
type Seen = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// Watches a folder until the program is ended (Ctrl-C). A run that is ended with it leaves all of its files, or
/// none.
pub fn watch(options: &Run, folder: &Path) -> Result<Exit> {
    apart(folder, &options.out)?;
    let program = std::env::current_exe().context("the program cannot find its own file")?;
    let typed = typed(
        std::env::args_os().skip(1),
        options.inputs.inputs.is_empty(),
        folder,
    );
    say!(
        "watching  {}: a run for each change, once its files are complete; Ctrl-C ends it",
        folder.display()
    );
    let mut last = Seen::new();
    for number in 1.. {
        let seen = next_change(folder, &last);
        let what = changed(&last, &seen);
        say!(
            "run {number:<5} {what}; {}",
            once(&program, &typed, &options.out)?
        );
        last = seen;
    }
    Ok(Exit::Clean)
}

/// Refuses a folder whose content the run itself changes.
fn apart(folder: &Path, out: &Path) -> Result<()> {
    if !folder.is_dir() {
        return Err(input(format!(
            "`{}` is not a folder: name the folder where exports land",
            folder.display()
        )));
    }
    match (folder.canonicalize(), out.canonicalize()) {
        (Ok(folder), Ok(out)) if folder == out => Err(usage(
            "`--watch` and `--out` are one folder, so every run would cause the next: name another `--out`",
        )),
        _ => Ok(()),
    }
}

/// What was typed, without `--watch`; the folder is the input if none was named.
fn typed(all: impl Iterator<Item = OsString>, is_input: bool, folder: &Path) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut is_folder = false;
    for argument in all {
        let text = argument.to_string_lossy();
        if is_folder || text.starts_with("--watch=") {
            is_folder = false;
        } else if text == "--watch" {
            is_folder = true;
        } else {
            kept.push(argument);
        }
    }
    kept.extend(is_input.then(|| folder.as_os_str().to_owned()));
    kept
}

/// Waits until the files differ from the last ones and stayed the same from one look to the next.
fn next_change(folder: &Path, last: &Seen) -> Seen {
    let mut before = Seen::new();
    loop {
        // A folder that is empty, or cannot be read for a while, is waited for.
        let now = seen(folder).unwrap_or_default();
        if !now.is_empty() && now != *last && now == before {
            return now;
        }
        before = now;
        std::thread::sleep(EVERY);
    }
}

/// The files that a run would read.
fn seen(folder: &Path) -> Option<Seen> {
    let each = |path: PathBuf| {
        let about = path.metadata().ok()?;
        Some((path, about.len(), about.modified().ok()))
    };
    expand(&[folder.to_path_buf()])
        .ok()?
        .into_iter()
        .map(each)
        .collect()
}

/// What is new, in words: "`referrals.csv` and 2 more".
fn changed(last: &Seen, now: &Seen) -> String {
    let is_new = |file: &&(PathBuf, u64, Option<SystemTime>)| !last.contains(file);
    let mut new = now.iter().filter(is_new).map(|(path, _, _)| path);
    let Some(first) = new.next().and_then(|path| path.file_name()) else {
        return "a file is gone".to_string();
    };
    match new.count() {
        0 => format!("`{}`", first.to_string_lossy()),
        more => format!("`{}` and {more} more", first.to_string_lossy()),
    }
}

/// Runs the month once; returns what to say about it.
fn once(program: &Path, typed: &[OsString], out: &Path) -> Result<String> {
    let ran = Command::new(program)
        .args(typed)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .context("the program cannot start itself again")?;
    let is_done = matches!(ran.status.code(), Some(0 | 1));
    Ok(match record::read(out) {
        Ok(run) if is_done => made(&run.head, out),
        _ => format!("failed, {}", why(&ran.stderr, ran.status.code())),
    })
}

/// A run that was made, in words.
fn made(run: &record::Head, out: &Path) -> String {
    format!(
        "{} of {}: {}, {} held back, {}; {} in {}",
        run.month,
        run.provider,
        counted(run.records.in_month, "record"),
        run.records.held_back,
        counted(run.findings, "finding"),
        counted(run.outputs.len() + 1, "file"),
        out.display()
    )
}

/// The error that a run ended with, and that the files of the run before stay.
fn why(said: &[u8], code: Option<i32>) -> String {
    let said = String::from_utf8_lossy(said);
    let error = said.lines().rev().find(|line| line.starts_with("error: "));
    match (error, code) {
        (Some(error), _) => format!("so the files of the run before stay: {error}"),
        (None, Some(code)) => format!("exit code {code}: run the same command without `--watch` to see why"),
        (None, None) => "ended from outside".to_string(),
    }
}

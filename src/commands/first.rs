//! The first five minutes: `demo` on invented data, `init` for a folder of one's own, and the output of
//! `clockstop` alone.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use anyhow::Result;

use super::reading::{is_trust, today};
use crate::calendar::Month;
use crate::cli::config::{self, Config, FILE};
use crate::cli::{Demo, Init};
use crate::runs::record;
use crate::table::expand;
use crate::terminal::failure::{Exit, output, usage};
use crate::terminal::{counted, say};
use crate::write;

/// The demonstration data: two years of a small trust, always the same.
const DEMO_ROWS: &str = "4000";
const DEMO_MONTH: &str = "2026-10";
const DEMO_DAY: &str = "2026-11-10";
const DEMO_TRUST: &str = "RZZ";

/// Makes synthetic exports, and runs the month from them.
pub fn demo(options: &Demo, run: impl Fn(&[&str]) -> Result<Exit>) -> Result<Exit> {
    let folder = &options.out;
    let exports = folder.join("exports");
    let is_ours = exports.join("referrals.csv").is_file();
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_ours && !is_empty {
        return Err(output(format!(
            "`{}` already exists and is not a demonstration: name another folder, `clockstop demo --out DIR`",
            folder.display()
        )));
    }
    say!("demo      synthetic data, no real patients");
    let (exports, out) = (exports.to_string_lossy(), folder.join("out"));
    let made = out.to_string_lossy();
    run(&[
        "synth", "--source", "sample", "--rows", DEMO_ROWS, "--seed", "1", "--faults", "-o", &exports,
    ])?;
    run(&[
        "run",
        &exports,
        "--month",
        DEMO_MONTH,
        "--provider",
        DEMO_TRUST,
        "--as-at",
        DEMO_DAY,
        "--out",
        &made,
        "--fail-on",
        "never",
    ])?;
    say!(
        "next      open {}, then `clockstop init` in a folder of your own",
        out.join(format!("pack-{DEMO_MONTH}.xlsx")).display()
    );
    Ok(Exit::Clean)
}

/// Writes `clockstop.toml` and a script to double-click, after asking for the settings that were not given.
pub fn init(options: &Init) -> Result<Exit> {
    let config = Path::new(FILE);
    if config.exists() {
        return Err(usage(format!(
            "`{FILE}` already exists here: edit it, or rename it first; `clockstop config show` shows it"
        )));
    }
    let provider = answer(
        options.provider.as_deref(),
        "Code of your trust, three or five characters (such as RZZ)",
        "",
    );
    let provider = provider.trim().to_uppercase();
    if !is_trust(&provider) {
        return Err(usage(
            "which trust? Its code has three or five characters: `clockstop init --provider RZZ`",
        ));
    }
    let inputs = answer(options.inputs.as_deref(), "Folder with the exports", "exports");
    let inputs = inputs.trim().replace('\\', "/");
    write::text(Some(config), &settings(&provider, &inputs))?;
    let script = Path::new("clockstop-month.cmd");
    write::text(Some(script), SCRIPT)?;
    if !Path::new(&inputs).exists() {
        say!("note: there is no folder `{inputs}` yet: put the exports there");
    }
    say!("wrote     {FILE}, {}", script.display());
    let month = Month::of(today()).previous();
    say!(
        "next      `clockstop doctor`, then `clockstop run --month {month}` (or double-click {})",
        script.display()
    );
    Ok(Exit::Clean)
}

/// The option, else what the user types at a terminal, else the default.
fn answer(given: Option<&str>, question: &str, default: &str) -> String {
    if let Some(given) = given {
        return given.to_string();
    }
    let mut line = String::new();
    if std::io::stdin().is_terminal() {
        let shown = if default.is_empty() {
            String::new()
        } else {
            format!(" [{default}]")
        };
        let _ = write!(std::io::stderr(), "{question}{shown}: ");
        let _ = std::io::stdin().lock().read_line(&mut line);
    }
    match line.trim() {
        "" => default.to_string(),
        typed => typed.to_string(),
    }
}

fn settings(provider: &str, inputs: &str) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
    format!(
        "# Settings of clockstop for this folder and those below it. Options typed with a command override them;\n\
         # `clockstop config show` says where each value comes from. Paths are relative to this file.\n\n\
         # The trust that submits\n\
         provider = {}\n\
         # Exports of the register and the PAS: files or folders\n\
         inputs = [{}]\n\
         # Folder for what `run` makes\n\
         out = \"out\"\n\
         # Small numbers in the pack: \"internal\" shows all, \"lt5\" hides counts under five\n\
         small_numbers = \"internal\"\n\n\
         # A file with a secret of your own, 16 characters or more, kept outside shared folders: pathways without a\n\
         # local id are then known from month to month\n\
         # key_file = \"clockstop.key\"\n\
         # Your own checks, lists and plan, laid over the built-in rules\n\
         # rules = \"rules\"\n\
         # Findings accepted as they are\n\
         # waivers = \"waivers.toml\"\n{LOOK}",
        quoted(provider),
        quoted(inputs)
    )
}

/// The tables of the settings, for the trust to uncomment.
const LOOK: &str = r##"
# [look]
# Your logo, a PNG of at most 200 kB, at the top of workbooks and of the report
# logo = "logo.png"
# Your colours, dark enough for white text on them (4.5 to 1); colours of charts have a meaning and stay
# main_colour = "#003087"
# link_colour = "#005EB8"

# [pack]
# The pages of the pack and the report after the summary; a page that is not named is left out
# pages = ["matrix", "charts", "sites", "months", "site-charts", "waits", "waiting", "steps", "benchmark", "quality",
#          "actions", "restatements"]
# Tumour sites with a line of their own, as the pack names them; all others are summed in one line
# sites = ["Breast", "Lung", "Suspected breast cancer", "Suspected lung cancer"]

# [people]
# Who is behind the owners of findings: they are named in the worklist, each with a sheet
# booking = "A. Person"
# data_quality = "B. Person"
# information = "C. Person"
# pathway = "D. Person"
# treatment = "E. Person"
"##;

/// A script for people who never use a command line. It takes the program from its own folder, if it is there.
const SCRIPT: &str = "@echo off\r\n\
    rem Makes the month from the exports, with the settings of clockstop.toml. Double-click it.\r\n\
    chcp 65001 >nul\r\n\
    cd /d \"%~dp0\"\r\n\
    set \"PROGRAM=clockstop\"\r\n\
    if exist \"%~dp0clockstop.exe\" set \"PROGRAM=%~dp0clockstop.exe\"\r\n\
    set /p MONTH=Which month (YYYY-MM)? \r\n\
    \"%PROGRAM%\" run --month %MONTH% --open\r\n\
    pause\r\n";

/// The output of `clockstop` alone: the settings, and what to do next.
pub fn next() -> Result<Exit> {
    let text = match config::find()? {
        None => format!(
            "Nothing is set up here yet: there is no `{FILE}` in this folder or above it.\n\n\
             next   clockstop demo    shows everything on made-up data, in `demo`\n       \
             clockstop init    sets up this folder for your trust\n       \
             clockstop --help  all commands\n"
        ),
        Some(config) => of_config(&config),
    };
    write::text(None, &text)?;
    Ok(Exit::Clean)
}

fn of_config(config: &Config) -> String {
    let month = Month::of(today()).previous();
    let values = |name: &str| {
        config
            .get(name)
            .map(|setting| setting.values.clone())
            .unwrap_or_default()
    };
    let inputs: Vec<_> = values("inputs").iter().map(std::path::PathBuf::from).collect();
    let mut files = expand(&inputs).unwrap_or_default();
    files.retain(|file| file.exists());
    let out = values("out")
        .first()
        .cloned()
        .unwrap_or_else(|| "out".to_string());
    let last = record::read(Path::new(&out)).ok();
    let mut text = format!("settings  {}\n", config.path.display());
    text += &format!(
        "exports   {} in {}\n",
        counted(files.len(), "file"),
        values("inputs").join(", ")
    );
    let last_run = last.as_ref().map_or("none yet".to_string(), |run| {
        format!(
            "{} of {}, as at {}, in {out}",
            run.head.month, run.head.provider, run.head.as_at
        )
    });
    text += &format!("last run  {last_run}\n\n");
    let is_done = last.is_some_and(|run| run.head.month == month.to_string());
    text + &match (files.is_empty(), is_done) {
        (true, _) => "next   put the exports there, then `clockstop doctor`\n".to_string(),
        (false, false) => format!("next   clockstop run --month {month}\n"),
        (false, true) => format!(
            "next   clockstop verify {out}             before the files are handed on\n       \
             clockstop run --month {month}    again, when the exports are new\n"
        ),
    }
}

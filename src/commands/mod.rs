//! One file for each command, short enough to show what the command does.

pub mod benchmark;
pub mod check;
pub mod completeness;
pub mod config;
pub mod diff;
pub mod doctor;
pub mod explain;
pub mod first;
pub mod kept;
mod left_out;
mod link;
pub mod list;
pub mod mdt;
mod milestones;
mod own;
pub mod performance;
pub mod phases;
pub mod profile;
pub mod ptl;
pub mod published;
pub mod quality;
pub mod reading;
pub mod reconcile;
pub mod records;
pub mod rules;
pub mod run;
pub mod shell;
pub mod sources;
pub mod sql;
pub mod synth;
pub mod verify;
pub mod waits;
pub mod waivers;
pub mod why;
pub mod worklist;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::FromArgMatches;
use polars::prelude::PolarsError;

use self::own::Own;
use crate::cli::config::Config;
use crate::cli::{self, Cli, Command, RulesFolder};
use crate::rule_tests;
use crate::rulebook::{Rulebook, suggestion};
use crate::sql::{check_functions, without_values};
use crate::terminal::failure::{Exit, exit_of, usage};
use crate::terminal::{counted, hide_panic_messages, say};
use crate::write;

/// Enough stack for the query plans of the longest rules on every system: Windows gives the first thread only
/// one megabyte.
const STACK_BYTES: usize = 64 << 20;

/// Runs the command that was typed, on a thread with a large stack; the worker threads get the same stack.
pub fn main() -> ExitCode {
    hide_panic_messages();
    polars::error::set_warning_function(warn_of_polars);
    if let Some(message) = unusable_threads()
        .or_else(too_few_files)
        .or_else(too_little_memory)
    {
        say!("error: {message}");
        return ExitCode::from(Exit::Usage as u8);
    }
    // Fails only if the pool exists already (in tests): then the default stack size stays.
    let _ = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build_global();
    let running = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(dispatch);
    match running.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The error is already on stderr.
        Ok(Err(_)) => ExitCode::from(INTERNAL),
        Err(error) => {
            say!("error: the program cannot start its work: {error}");
            ExitCode::from(INTERNAL)
        }
    }
}

/// Shows a warning of polars as a message. A deprecation is about our own code, so no user could act on it.
fn warn_of_polars(message: &str, warning: polars::error::PolarsWarning) {
    if !matches!(warning, polars::error::PolarsWarning::Deprecation) {
        say!("warning: {message}");
    }
}

/// polars panics on a number of threads below 1, so such a number is refused first.
fn unusable_threads() -> Option<String> {
    const VARIABLE: &str = "POLARS_MAX_THREADS";
    let threads = std::env::var(VARIABLE).ok()?;
    let is_usable = threads.parse::<usize>().is_ok_and(|threads| threads > 0);
    (!is_usable).then(|| {
        format!(
            "the environment variable `{VARIABLE}` is not a number of threads: set it to 1 or more, or \
             remove it"
        )
    })
}

/// The number of files that polars needs to open in addition to inputs and outputs; it panics if it cannot.
const FILES_AT_ONCE: usize = 24;

/// An error if the system does not let this program open enough files; tried with the program's own file.
fn too_few_files() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let opened: Vec<_> = (0..FILES_AT_ONCE)
        .map_while(|_| std::fs::File::open(&program).ok())
        .collect();
    let is_limit = !opened.is_empty() && opened.len() < FILES_AT_ONCE;
    is_limit.then(|| {
        format!(
            "this session can open {} files at once, but {FILES_AT_ONCE} are needed: raise the limit \
             (`ulimit -n 256`)",
            opened.len()
        )
    })
}

/// The least memory, in MB, in which a small export can be read and every output written. Below it the program
/// would end in the middle of its work, because it cannot be told that memory is short.
const LEAST_MEMORY: u64 = 1200;

/// An error if the system gives this session less memory than the program needs.
fn too_little_memory() -> Option<String> {
    too_low(&std::fs::read_to_string("/proc/self/limits").ok()?)
}

/// The same from the limits as Linux lists them: `Max address space  819200000  unlimited  bytes`.
fn too_low(limits: &str) -> Option<String> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max address space"))?;
    let megabytes = line.split_whitespace().next()?.parse::<u64>().ok()? >> 20;
    (megabytes < LEAST_MEMORY).then(|| {
        format!(
            "this session may use {megabytes} MB of memory, but {LEAST_MEMORY} MB are needed, and more for many \
             records: raise the limit (`ulimit -v unlimited`)"
        )
    })
}

/// The exit code for a bug of the program.
const INTERNAL: u8 = 70;

/// Runs the command that was typed. An error goes to stderr as one line and sets the exit code.
fn dispatch() -> ExitCode {
    if std::env::args_os().len() < 2 {
        return exit_code(first::next());
    }
    let config = match config() {
        Ok(config) => config,
        Err(error) => return exit_code(Err(error)),
    };
    let definition = match &config {
        Some(config) => config.defaults(cli::definition()),
        None => cli::definition(),
    };
    match parse(definition, std::env::args_os()) {
        Ok(cli) => exit_code(run_command(cli.command, config.as_ref())),
        Err(error) if error.use_stderr() => {
            let _ = error.print();
            ExitCode::from(Exit::Usage as u8)
        }
        // Help or the version.
        Err(page) => exit_code(write::text(None, &page.to_string()).map(|()| Exit::Clean)),
    }
}

/// `clockstop.toml`, if there is one. `doctor` reports mistakes in that file itself.
fn config() -> Result<Option<Config>> {
    let is_doctor = std::env::args_os()
        .nth(1)
        .is_some_and(|command| command == "doctor");
    match crate::cli::config::find() {
        Err(_) if is_doctor => Ok(None),
        found => found,
    }
}

fn parse(
    mut definition: clap::Command,
    typed: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Cli, clap::Error> {
    let matches = definition.try_get_matches_from_mut(typed)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut definition))
}

/// Runs a command as if it had been typed, without `clockstop.toml`.
fn run_typed(arguments: &[&str]) -> Result<Exit> {
    let typed = [env!("CARGO_PKG_NAME")].iter().chain(arguments);
    let cli = parse(cli::definition(), typed).map_err(|error| usage(error.to_string()))?;
    run_command(cli.command, None)
}

fn run_command(command: Command, config: Option<&Config>) -> Result<Exit> {
    let own = || Own::of(config);
    match command {
        Command::Demo(options) => first::demo(&options, run_typed),
        Command::Init(options) => first::init(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Config(options) => self::config::run(&options.command),
        Command::Completions(options) => shell::completions(&options),
        Command::Man(options) => shell::man(&options),
        Command::Run(options) => run::run(&options, &own()?),
        Command::Check(options) => check::run(&options),
        Command::Waits(options) => waits::run(&options),
        Command::Performance(options) => performance::run(&options),
        Command::Published(options) => published::run(&options),
        Command::Reconcile(options) => reconcile::run(&options),
        Command::Benchmark(options) => benchmark::run(&options),
        Command::Ptl(options) => ptl::run(options, &own()?),
        Command::Why(options) => why::run(&options),
        Command::Phases(options) => phases::run(options, &own()?),
        Command::Milestones(options) => milestones::run(options, &own()?),
        Command::Mdt(options) => mdt::run(options, &own()?),
        Command::Completeness(options) => completeness::run(options, &own()?),
        Command::List(options) => list::run(&options, &own()?),
        Command::Link(options) => link::run(&options),
        Command::Quality(options) => quality::run(&options),
        Command::Records(options) => records::run(&options),
        Command::Diff(options) => diff::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Worklist(options) => worklist::run(&options.command),
        Command::Waivers(options) => waivers::run(&options.command),
        Command::Rules(options) => rules::run(&options.command),
        Command::Profile(options) => profile::run(&options),
        Command::Sources(options) => sources::run(&options.command),
        Command::Sql(options) => sql::run(&options),
        Command::Explain(options) => explain::run(&options, &own()?),
        Command::Synth(options) => synth::run(&options),
    }
}

fn exit_code(outcome: Result<Exit>) -> ExitCode {
    match outcome {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            say!("error: {}", in_one_line(&error));
            ExitCode::from(exit_of(&error) as u8)
        }
    }
}

/// An error with its causes. The last cause may come from a library and may hold a value.
fn in_one_line(error: &anyhow::Error) -> String {
    let causes = error
        .chain()
        .map(|cause| match cause.downcast_ref::<PolarsError>() {
            Some(error) => without_values(error),
            None => cause.to_string(),
        });
    causes.collect::<Vec<_>>().join(": ")
}

/// The rules of the run, with a note about each file of the trust's own folder that nothing reads, and about
/// each that replaces other rules of the program.
pub fn rulebook(rules: &RulesFolder) -> Result<Rulebook> {
    crate::sql::set_longest(rules.max_seconds);
    let rulebook = Rulebook::load(rules.rules.as_deref(), &rules.data_set)?;
    check_functions(&rulebook)?;
    for unread in rulebook.unread() {
        say!(
            "note: nothing reads `rules/{}`, so it has no effect: {}",
            unread.path,
            unread.help
        );
    }
    for changed in rulebook.changed() {
        say!("note: {changed}");
    }
    Ok(rulebook)
}

/// Whether examples of a changed rulebook fail; if so, says how many. The built-in rules are tested before
/// the program is built.
pub fn examples_fail(folder: &RulesFolder, rulebook: &Rulebook) -> bool {
    if folder.rules.is_none() {
        return false;
    }
    let outcomes = rule_tests::run_changed(rulebook, &rules::example_context(rulebook));
    if let Some(first) = outcomes.wrong.first() {
        say!(
            "problem   {} of the rules fail{}, so figures may be wrong: `clockstop rules test` with these \
             rules lists them; the first: {first}",
            counted(outcomes.wrong.len(), "example"),
            if outcomes.wrong.len() == 1 { "s" } else { "" }
        );
    }
    !outcomes.wrong.is_empty()
}

/// Whether a check id begins with one of these prefixes.
pub fn begins(id: &str, prefixes: &[String]) -> bool {
    prefixes
        .iter()
        .any(|prefix| id.to_uppercase().starts_with(&prefix.to_uppercase()))
}

/// An error if no check id begins with the prefix.
pub fn known_prefix(rulebook: &Rulebook, prefix: &str) -> Result<()> {
    match rulebook
        .checks
        .iter()
        .any(|check| check.id.to_uppercase().starts_with(&prefix.to_uppercase()))
    {
        true => Ok(()),
        false => {
            let known = rulebook.checks.iter().map(|check| check.id.as_str());
            Err(usage(format!(
                "no check id begins with `{prefix}`: {}",
                suggestion(prefix, known)
            )))
        }
    }
}

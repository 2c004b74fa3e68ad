//! `clockstop explain`: shows one check as a page.

use anyhow::Result;
use chrono::NaiveDate;
use toml::Spanned;

use super::own::Own;
use super::rulebook;
use crate::cli::Explain;
use crate::findings::effect;
use crate::report::chosen::People;
use crate::report::worklist;
use crate::rule_tests::example_text;
use crate::rulebook::{Check, Outcome, ROW_CONTEXT, Row, Rulebook, suggestion};
use crate::runs::record::{self, RunRecord};
use crate::terminal::failure::{Exit, usage};
use crate::terminal::whole_words;
use crate::write;

pub fn run(options: &Explain, own: &Own) -> Result<Exit> {
    let rulebook = rulebook(&options.rules)?;
    let Some(check) = rulebook.check(&options.id) else {
        if let Some(page) = not_checked(&rulebook, &options.id.to_uppercase()) {
            write::text(None, &page)?;
            return Ok(Exit::Clean);
        }
        let known = rulebook.checks.iter().map(|check| check.id.as_str());
        return Err(usage(format!(
            "there is no check `{}`: {}; `clockstop rules list` shows them all",
            options.id,
            suggestion(&options.id.to_uppercase(), known)
        )));
    };
    let last_run = options.run.as_deref().map(record::read).transpose()?;
    let mut page = page(&rulebook, check, &own.people);
    if let Some(run) = last_run {
        page.push_str(&wrapped("last run", &counts(&rulebook, check, &run)));
    }
    write::text(None, &page)?;
    Ok(Exit::Clean)
}

/// The entry for a known rule that is not a check, from the first table of the data set's NOT_CHECKED.md:
/// what the rule says, and why there is no check.
fn not_checked(rulebook: &Rulebook, id: &str) -> Option<String> {
    let file = format!("{}/NOT_CHECKED.md", rulebook.data_set.folder);
    let lines = rulebook.files.get(&file)?.lines();
    let cells = |line: &str| {
        line.split('|')
            .map(|cell| cell.trim().to_string())
            .collect::<Vec<String>>()
    };
    let row = lines
        .map(cells)
        .find(|cells| cells.len() == COLUMNS_AND_EDGES && cells[1] == id)?;
    let mut page = format!("{id}  is not a check\n\n");
    page.push_str(&wrapped("it says", &row[2]));
    page.push_str(&wrapped("why not", &row[3]));
    page.push_str(&wrapped("file", &format!("rules/{file}")));
    Some(page)
}

/// The parts of a row: three columns, and what is before the first bar and after the last.
const COLUMNS_AND_EDGES: usize = 5;

/// The results of a run for the check.
fn counts(rulebook: &Rulebook, check: &Check, run: &RunRecord) -> String {
    let of = format!(
        "{} of {}, as at {}",
        run.head.month, run.head.provider, run.head.as_at
    );
    let rules = if rulebook.hash().starts_with(&run.head.rulebook) {
        ""
    } else {
        " (with different rules)"
    };
    match run.counts(&check.id) {
        Some(counts) => format!(
            "{of}, every record read: {} failed, {} passed, {} not assessed, {} not applicable{rules}",
            counts.failed, counts.passed, counts.not_assessed, counts.not_applicable
        ),
        None => format!("{of}: the check did not run{rules}"),
    }
}

/// The most examples shown for each outcome; the file has all of them.
const MOST_EXAMPLES: usize = 4;

/// The page: what the check finds, why it matters, how to fix it, its sources, and examples.
fn page(rulebook: &Rulebook, check: &Check, people: &People) -> String {
    let state = if check.enabled {
        String::new()
    } else {
        format!("Off: it runs only if selected: --select {}\n", check.id)
    };
    let mut page = format!("{}  {}\n{}\n{state}\n", check.id, check.name, check.title);
    let mut line = |name: &str, text: &str| add(&mut page, name, text);
    line("severity", check.severity.word());
    line("why", &check.why);
    line("fix", &check.fix);
    line("owner", &people.in_words(&worklist::role(&check.owner)));
    line("affects", &effect::affected(rulebook, check, NaiveDate::MAX));
    let names = if check.each.is_empty() {
        check.field_names()
    } else {
        check.each_fields(rulebook)
    };
    let labels: Vec<String> = names
        .iter()
        .map(|name| {
            rulebook
                .field(name)
                .map_or(name.clone(), |field| format!("{} [{name}]", field.label))
        })
        .collect();
    line("fields", &labels.join(", "));
    let sql = |sql: &Option<Spanned<String>>| sql.as_ref().map_or(String::new(), |sql| sql.get_ref().clone());
    page.push_str(&as_written("applies when", &sql(&check.when)));
    page.push_str(&as_written("must hold", &sql(&check.assert)));
    let mut line = |name: &str, text: &str| add(&mut page, name, text);
    line("how sure", &how_sure(check));
    line("source", &check.source);
    line("note", check.note.as_deref().unwrap_or_default());
    line("file", &check.file);
    for (outcome, examples) in check.examples() {
        let name = match outcome {
            Outcome::Pass => "passes",
            Outcome::Fail => "fails",
            Outcome::Unassessed => "not assessed",
            Outcome::NotApplicable => "not applicable",
        };
        for example in examples.iter().take(MOST_EXAMPLES) {
            for (index, row) in example.rows().iter().enumerate() {
                line(if index == 0 { name } else { "  with" }, &shown(row));
            }
        }
        if examples.len() > MOST_EXAMPLES {
            line("", &format!("and {} more", examples.len() - MOST_EXAMPLES));
        }
    }
    page
}

/// How sure the rule is, and how sure its severity is.
fn how_sure(check: &Check) -> String {
    match check.severity_basis.as_str() {
        "" => format!("the rule is {}", check.basis),
        severity => format!("the rule is {}, its severity {severity}", check.basis),
    }
}

fn add(page: &mut String, name: &str, text: &str) {
    if !text.is_empty() {
        page.push_str(&wrapped(name, text));
    }
}

/// SQL with its own line breaks, because a comment ends with its line.
fn as_written(name: &str, sql: &str) -> String {
    let lines: Vec<&str> = sql.trim_matches('\n').lines().map(str::trim_end).collect();
    let margin = |line: &&str| line.len() - line.trim_start().len();
    let margin = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(margin)
        .min()
        .unwrap_or(0);
    let heading = |number: usize| if number == 0 { name } else { "" };
    let lines = lines.iter().enumerate().map(|(number, line)| {
        format!(
            "{:<INDENT$}{}",
            heading(number),
            line.get(margin..).unwrap_or_default()
        )
    });
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The cells of an example's row, without blank cells and without the mark of a row that is there for the
/// others.
fn shown(row: &Row) -> String {
    let filled = row
        .iter()
        .filter(|(name, _)| name.as_str() != ROW_CONTEXT)
        .map(|(name, value)| (name, example_text(value)))
        .filter(|(_, text)| !text.is_empty());
    let cells: Vec<String> = filled
        .map(|(name, text)| format!("{name} = {}", in_words(text)))
        .collect();
    if cells.is_empty() {
        "(all blank)".to_string()
    } else {
        cells.join(", ")
    }
}

/// A cell that is only marks (`?`) stands for a value that cannot be read.
fn in_words(text: String) -> String {
    if text.chars().any(char::is_alphanumeric) {
        text
    } else {
        "(unreadable)".to_string()
    }
}

/// The column at which the text after a name begins.
const INDENT: usize = 15;

/// A name and its text; further lines of the text are indented.
pub fn wrapped(name: &str, text: &str) -> String {
    const WIDTH: usize = 100;
    let indent = " ".repeat(INDENT);
    let name = format!("{name:<INDENT$}");
    let options = whole_words(WIDTH)
        .initial_indent(&name)
        .subsequent_indent(&indent);
    let words: Vec<&str> = text.split_whitespace().collect();
    textwrap::fill(&words.join(" "), options) + "\n"
}

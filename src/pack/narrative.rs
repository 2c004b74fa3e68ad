//! The trust's own words and actions for the pack, from its narrative file (TOML). Words stay until newer
//! words replace them; an action stays until it is done.
//!
//! In: the file, the month, the date of the run. Out: [`Narrative`]. A text with an NHS number is refused.

use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::calendar::Month;
use crate::report::{Action, Narrative, Words};
use crate::rulebook::{Mistake, Rulebook, suggestion, toml_mistake};
use crate::terminal::failure::{refused, usage};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    words: Vec<WordsBlock>,
    #[serde(default)]
    action: Vec<ActionBlock>,
}

/// One `[[words]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsBlock {
    month: Spanned<String>,
    #[serde(default)]
    standard: Option<Spanned<String>>,
    #[serde(default)]
    site: String,
    text: String,
}

/// One `[[action]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionBlock {
    since: Spanned<String>,
    #[serde(default)]
    standard: Option<Spanned<String>>,
    #[serde(default)]
    site: String,
    action: String,
    owner: String,
    due: Spanned<Datetime>,
    #[serde(default)]
    effect: String,
    /// The month in which it was done; the pack of that month is the last to show it.
    #[serde(default)]
    done: Option<Spanned<String>>,
}

/// Reads a narrative file for the pack of a month.
pub fn read(path: &Path, rulebook: &Rulebook, month: Month, as_at: NaiveDate) -> Result<Narrative> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| {
            usage(format!(
                "narrative file `{}` cannot be read: {error}",
                path.display()
            ))
        })?
        .replace("\r\n", "\n");
    without_numbers(path, &text)?;
    let shown = path.display().to_string();
    let is_written = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    // A wrong file may hold patients: its lines are not shown.
    if !text.contains("[[words]]") && !text.contains("[[action]]") && text.lines().any(is_written) {
        return Err(usage(format!(
            "`{shown}` is not a narrative file: it has neither `[[words]]` nor `[[action]]` (see \
             rules/README.md)"
        )));
    }
    let file: File = toml::from_str(&text).map_err(|error| toml_mistake(&shown, &text, &error))?;
    let source = Source {
        file: &shown,
        text: &text,
        rulebook,
    };
    Ok(Narrative {
        words: source.words(file.words, month)?,
        actions: source.actions(file.action, month, as_at)?,
    })
}

/// Refuses ten digits that pass the check digit of an NHS number.
fn without_numbers(path: &Path, text: &str) -> Result<()> {
    for (number, line) in text.lines().enumerate() {
        let digits: String = line
            .chars()
            .filter(|letter| *letter != ' ' && *letter != '-')
            .collect();
        if digits
            .split(|letter: char| !letter.is_ascii_digit())
            .any(is_nhs_number)
        {
            return Err(refused(format!(
                "`{}` line {} holds what looks like an NHS number: a pack names no patient, so remove it",
                path.display(),
                number + 1
            )));
        }
    }
    Ok(())
}

fn is_nhs_number(digits: &str) -> bool {
    let values: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let [weighed @ .., check] = &values[..] else {
        return false;
    };
    let sum: u32 = weighed
        .iter()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    values.len() == 10 && (11 - sum % 11) % 11 == *check
}

/// The file's name and text, for messages with line and column.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
    rulebook: &'a Rulebook,
}

impl Source<'_> {
    /// The latest words on each standard and site, written for this month or an earlier one.
    fn words(&self, blocks: Vec<WordsBlock>, month: Month) -> Result<Vec<Words>> {
        let mut latest: Vec<(Month, Words)> = Vec::new();
        for block in blocks {
            let written = self.month(&block.month)?;
            let words = Words {
                standard: self.standard(block.standard.as_ref())?,
                site: block.site,
                paragraphs: paragraphs(&block.text),
                carried_from: (written < month).then(|| written.title()),
            };
            if written > month {
                continue;
            }
            match latest
                .iter_mut()
                .find(|(_, known)| (&known.standard, &known.site) == (&words.standard, &words.site))
            {
                Some((known, _)) if *known == written => {
                    let message =
                        format!("there are already words for the same standard and site in {written}");
                    return Err(self.wrong(block.month.span(), message).into());
                }
                Some(known) if known.0 < written => *known = (written, words),
                Some(_) => {}
                None => latest.push((written, words)),
            }
        }
        Ok(latest.into_iter().map(|(_, words)| words).collect())
    }

    /// Actions that began by this month and were not done before it.
    fn actions(&self, blocks: Vec<ActionBlock>, month: Month, as_at: NaiveDate) -> Result<Vec<Action>> {
        let mut actions = Vec::new();
        for block in blocks {
            let since = self.month(&block.since)?;
            let done = block.done.as_ref().map(|done| self.month(done)).transpose()?;
            let due = self.date(&block.due)?;
            let standard = self.standard(block.standard.as_ref())?;
            if since > month || done.is_some_and(|done| done < month) {
                continue;
            }
            actions.push(Action {
                standard,
                site: block.site,
                action: block.action,
                owner: block.owner,
                due,
                effect: block.effect,
                status: match done {
                    Some(done) if done <= month => "Done",
                    _ if due < as_at => "Overdue",
                    _ => "Open",
                },
                since: since.title(),
            });
        }
        Ok(actions)
    }

    fn wrong(&self, span: Range<usize>, message: String) -> Mistake {
        Mistake::at(self.file, self.text, span, message)
    }

    fn month(&self, text: &Spanned<String>) -> Result<Month> {
        Month::parse(text.get_ref()).map_err(|error| self.wrong(text.span(), error.to_string()).into())
    }

    fn date(&self, date: &Spanned<Datetime>) -> Result<NaiveDate> {
        let day = date
            .get_ref()
            .date
            .and_then(|day| NaiveDate::from_ymd_opt(day.year.into(), day.month.into(), day.day.into()));
        day.ok_or_else(|| {
            let message = "`due` is a date without quotes, such as 2026-12-31".to_string();
            self.wrong(date.span(), message).into()
        })
    }

    fn standard(&self, named: Option<&Spanned<String>>) -> Result<String> {
        let Some(named) = named else {
            return Ok(String::new());
        };
        let known = || {
            let rules = self.rulebook.data_set.performance.iter();
            rules.map(|rules| rules.standard.as_str())
        };
        if known().any(|standard| standard == named.get_ref()) {
            return Ok(named.get_ref().clone());
        }
        let mistake = self.wrong(named.span(), format!("`{}` is not a standard", named.get_ref()));
        Err(mistake.help(suggestion(named.get_ref(), known())).into())
    }
}

/// Empty lines separate paragraphs.
fn paragraphs(text: &str) -> Vec<String> {
    let joined = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split("\n\n")
        .map(joined)
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrative(text: &str, month: &str) -> Result<Narrative> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("narrative.toml");
        std::fs::write(&path, text).unwrap();
        let rulebook = Rulebook::load(None, "cwt").unwrap();
        let as_at = NaiveDate::from_ymd_opt(2026, 11, 10).unwrap();
        read(&path, &rulebook, Month::parse(month).unwrap(), as_at)
    }

    const FILE: &str = r#"
        [[words]]
        month = "2026-09"
        standard = "62D"
        text = "Of September."
        [[words]]
        month = "2026-10"
        standard = "62D"
        text = """First.

        Second."""
        [[action]]
        since = "2026-09"
        action = "Open a clinic"
        owner = "A manager"
        due = 2026-10-31
        done = "2026-11"
    "#;

    #[test]
    fn words_stay_until_newer_ones_replace_them_and_an_action_until_it_is_done() {
        let of = |month| narrative(FILE, month).unwrap();
        assert_eq!(of("2026-10").words[0].paragraphs, ["First.", "Second."]);
        assert_eq!(of("2026-10").words[0].carried_from, None);
        assert_eq!(
            of("2026-12").words[0].carried_from.as_deref(),
            Some("October 2026")
        );
        assert_eq!(of("2026-08").words.len() + of("2026-08").actions.len(), 0);
        let status = |month| of(month).actions.first().map(|action| action.status);
        assert_eq!(
            ["2026-10", "2026-11", "2026-12"].map(status),
            [Some("Overdue"), Some("Done"), None]
        );
    }

    #[test]
    fn a_narrative_with_an_nhs_number_or_an_unknown_standard_is_refused_with_its_line() {
        for number in ["9990000018", "999 000 0018", "999-000-0018"] {
            let text = FILE.replace("Of September.", &format!("Patient {number} waited."));
            let error = narrative(&text, "2026-10").err().unwrap().to_string();
            assert!(error.contains("line 5") && !error.contains("0018"), "{error}");
        }
        let error = narrative(&FILE.replace("62D", "62"), "2026-10")
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("`62` is not a standard"), "{error}");
    }
}

//! Reads a waivers file (TOML, `[[waiver]]` blocks) with the same care as a rules file: a mistake is reported
//! with its line.

use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::findings::Waiver;
use crate::findings::waivers::Waivers;
use crate::rulebook::{Check, Mistake, Rulebook, suggestion, toml_mistake};
use crate::table::file_name;
use crate::terminal::failure::usage;
use crate::write::sha256_of_bytes;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiversFile {
    #[serde(default)]
    waiver: Vec<Spanned<Block>>,
}

/// One `[[waiver]]` block of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    check: Spanned<String>,
    pathway: Spanned<String>,
    #[serde(default)]
    fields: Vec<Spanned<String>>,
    reason: Spanned<String>,
    approved_by: Spanned<String>,
    expires: Spanned<toml::value::Datetime>,
    values: Spanned<String>,
}

/// Reads and checks a waivers file.
pub fn read(path: &Path, rulebook: &Rulebook) -> Result<Waivers> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| {
            usage(format!(
                "waivers file `{}` cannot be read: {error}",
                path.display()
            ))
        })?
        .replace("\r\n", "\n");
    let shown = path.display().to_string();
    // A wrong file may hold patients or the secret: its lines are not shown.
    if !text.contains("[[waiver]]")
        && text
            .lines()
            .any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
    {
        return Err(usage(format!(
            "`{shown}` is not a waivers file: it has no `[[waiver]]` block. `clockstop waivers new` prints \
             one"
        )));
    }
    let file: WaiversFile = toml::from_str(&text).map_err(|error| {
        let mistake = toml_mistake(&shown, &text, &error);
        mistake.help("`clockstop waivers new` prints a whole waiver, to fill in and paste")
    })?;
    let source = Source {
        file: &shown,
        text: &text,
    };
    let mut waivers: Vec<Waiver> = Vec::new();
    for block in file.waiver {
        let span = block.span();
        let waiver = source.checked(block.into_inner(), span.clone(), rulebook)?;
        if let Some(first) = waivers.iter().find(|other| is_same(other, &waiver)) {
            return Err(source
                .wrong(span, format!("the same waiver is already on line {}", first.line))
                .into());
        }
        waivers.push(waiver);
    }
    let sha256 = sha256_of_bytes(text.as_bytes());
    Ok(Waivers {
        file: file_name(path),
        sha256,
        waivers,
    })
}

fn is_same(left: &Waiver, right: &Waiver) -> bool {
    (&left.check, &left.pathway, &left.fields, &left.values)
        == (&right.check, &right.pathway, &right.fields, &right.values)
}

/// The file's name and text, for messages with line and column.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn wrong(&self, span: Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake::at(self.file, self.text, span, message)
    }

    fn checked(&self, block: Block, span: Range<usize>, rulebook: &Rulebook) -> Result<Waiver> {
        let check = self.check(&block.check, rulebook)?;
        self.fields(&block.fields, check, rulebook)?;
        for (name, value) in [
            ("pathway", &block.pathway),
            ("reason", &block.reason),
            ("approved_by", &block.approved_by),
        ] {
            if value.get_ref().trim().is_empty() {
                let why = format!("`{name}` is empty: a waiver says for what, why, and who is responsible");
                return Err(self.wrong(value.span(), why).into());
            }
        }
        if !is_code(block.values.get_ref()) {
            let mistake = self.wrong(block.values.span(), "`values` is not a code of values");
            return Err(mistake
                .help("it is `V-` and twelve characters: `clockstop waivers new` prints it")
                .into());
        }
        Ok(Waiver {
            check: check.id.clone(),
            pathway: block.pathway.into_inner(),
            fields: block.fields.into_iter().map(Spanned::into_inner).collect(),
            reason: block.reason.into_inner(),
            approved_by: block.approved_by.into_inner(),
            expires: self.date(&block.expires)?,
            values: block.values.into_inner(),
            line: self.text[..span.start].matches('\n').count() + 1,
        })
    }

    fn check<'r>(&self, named: &Spanned<String>, rulebook: &'r Rulebook) -> Result<&'r Check> {
        let Some(check) = rulebook.check(named.get_ref()) else {
            let known = rulebook.checks.iter().map(|check| check.id.as_str());
            let mistake = self.wrong(named.span(), format!("there is no check `{}`", named.get_ref()));
            return Err(mistake.help(suggestion(named.get_ref(), known)).into());
        };
        let about = match (check.is_of_file(), check.extra_table()) {
            (false, None) => return Ok(check),
            (true, _) => "a whole file",
            (false, Some(_)) => "rows that are not records",
        };
        Err(self
            .wrong(
                named.span(),
                format!("`{}` is about {about} and cannot be waived", check.id),
            )
            .into())
    }

    fn fields(&self, named: &[Spanned<String>], check: &Check, rulebook: &Rulebook) -> Result<()> {
        let mut of_check = check.each_fields(rulebook);
        of_check.extend(check.field_names());
        match named.iter().find(|field| !of_check.contains(field.get_ref())) {
            None => Ok(()),
            Some(field) => {
                let mistake = self.wrong(
                    field.span(),
                    format!("`{}` is not a field of check `{}`", field.get_ref(), check.id),
                );
                Err(mistake
                    .help(suggestion(field.get_ref(), of_check.iter().map(String::as_str)))
                    .into())
            }
        }
    }

    /// A date without a time.
    fn date(&self, value: &Spanned<toml::value::Datetime>) -> Result<NaiveDate> {
        let day = match (value.get_ref().date, value.get_ref().time) {
            (Some(date), None) => {
                NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
            }
            _ => None,
        };
        day.ok_or_else(|| {
            self.wrong(
                value.span(),
                "`expires` is not a date: write it as YYYY-MM-DD without quotes, such as 2027-03-31",
            )
            .into()
        })
    }
}

/// `V-` and twelve letters and digits.
fn is_code(text: &str) -> bool {
    text.strip_prefix("V-").is_some_and(|code| {
        code.len() == 12 && code.chars().all(|character| character.is_ascii_alphanumeric())
    })
}

//! `clockstop.toml`: what a trust sets once, found in the working folder or the nearest folder above it. Its
//! plain keys become the defaults of the command line; typed options and environment variables override them.
//! Its tables say how outputs look, what the pack shows, and who is behind a role.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Command;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::rulebook::suggestion;
use crate::terminal::failure::usage;

/// The name of the file.
pub const FILE: &str = "clockstop.toml";
/// The environment variable that names the file, instead of the search.
pub const VARIABLE: &str = "CLOCKSTOP_CONFIG";

/// The keys of this table are roles, which the rules name; see [`PERSON`].
pub const PEOPLE: &str = "people";

/// A key of the file. One without a table sets the option of the same name, in every command that has it.
pub struct Key {
    /// The table it stands in; empty for a plain key.
    pub table: &'static str,
    pub name: &'static str,
    /// The value is a path relative to the folder of the file.
    pub is_path: bool,
    /// The value may be a list of texts.
    pub is_list: bool,
    /// Applies to this command only; `None`: to all commands.
    pub command: Option<&'static str>,
    /// The environment variable that overrides the file.
    pub variable: Option<&'static str>,
    pub meaning: &'static str,
}

const fn key(name: &'static str, meaning: &'static str) -> Key {
    Key {
        table: "",
        name,
        is_path: false,
        is_list: false,
        command: None,
        variable: None,
        meaning,
    }
}

const fn path(name: &'static str, meaning: &'static str) -> Key {
    Key {
        is_path: true,
        ..key(name, meaning)
    }
}

const fn list(name: &'static str, meaning: &'static str) -> Key {
    Key {
        is_list: true,
        ..key(name, meaning)
    }
}

pub static KEYS: [Key; 14] = [
    key(
        "provider",
        "the trust that submits, by its code of three or five characters",
    ),
    Key {
        is_list: true,
        ..path("inputs", "files or folders to read")
    },
    Key {
        command: Some("run"),
        ..path("out", "folder for the files of `run`")
    },
    Key {
        variable: Some("CLOCKSTOP_RULES"),
        ..path("rules", "folder of the trust's own rules")
    },
    Key {
        variable: Some("CLOCKSTOP_KEY_FILE"),
        ..path("key_file", "file with the trust's own secret")
    },
    path("waivers", "file of waivers"),
    key("small_numbers", "small numbers in the pack: `internal` or `lt5`"),
    key("source", "read the inputs as this source"),
    key("data_set", "the data set, a folder of the rules"),
    Key {
        table: "look",
        ..path("logo", "the trust's logo, a PNG, on workbooks and the report")
    },
    Key {
        table: "look",
        ..key("main_colour", "titles, headings of tables, tiles: `#003087`")
    },
    Key {
        table: "look",
        ..key("link_colour", "links: `#005EB8`")
    },
    Key {
        table: "pack",
        ..list(
            "pages",
            "pages that the pack and the report show after the summary",
        )
    },
    Key {
        table: "pack",
        ..list(
            "sites",
            "tumour sites with lines of their own; the others are summed",
        )
    },
];

/// A key of `[people]`.
static PERSON: Key = Key {
    table: PEOPLE,
    ..key("role", "who is behind the role that owns findings")
};

/// A configuration file that was found.
pub struct Config {
    pub path: PathBuf,
    /// In the order of the file.
    pub settings: Vec<Setting>,
}

/// A key with its values, and its line in the file.
pub struct Setting {
    pub key: &'static Key,
    /// `look.logo`, `people.booking`; a plain key is its name.
    pub name: String,
    pub values: Vec<String>,
    pub line: usize,
}

/// The configuration in force; `None` if there is no file.
pub fn find() -> Result<Option<Config>> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return read(Path::new(&named)).map(Some);
    }
    let Ok(here) = std::env::current_dir() else {
        return Ok(None);
    };
    let found = here
        .ancestors()
        .map(|folder| folder.join(FILE))
        .find(|path| path.is_file());
    found
        .map(|path| read(path.strip_prefix(&here).unwrap_or(&path)))
        .transpose()
}

fn read(path: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| usage(format!("`{}` cannot be read: {error}", path.display())))?;
    let file = File { path, text: &text };
    let table = DeTable::parse(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        file.wrong(
            start,
            "not valid TOML: write `key = \"value\"`, with quotation marks, and `/` or `\\\\` in paths",
        )
    })?;
    let mut settings = Vec::new();
    for (name, value) in table.get_ref() {
        match value.get_ref() {
            DeValue::Table(inner) => {
                let table = file.table(name)?;
                for (name, value) in inner {
                    settings.push(file.setting(table, name, value)?);
                }
            }
            _ => settings.push(file.setting("", name, value)?),
        }
    }
    settings.sort_by_key(|setting| setting.line);
    Ok(Config {
        path: path.to_path_buf(),
        settings,
    })
}

/// The file while it is read.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    /// The line of a byte of the text.
    fn line(&self, at: usize) -> usize {
        let before = self.text.bytes().take(at);
        before.filter(|byte| *byte == b'\n').count() + 1
    }

    fn wrong(&self, at: usize, what: &str) -> anyhow::Error {
        mistake(self.path, self.line(at), what)
    }

    /// The name of a table that the file may have.
    fn table(&self, name: &Spanned<impl AsRef<str>>) -> Result<&'static str> {
        let text = name.get_ref().as_ref();
        let mut known: Vec<&'static str> = KEYS.iter().map(|key| key.table).collect();
        known.push(PEOPLE);
        known.retain(|table| !table.is_empty());
        known.dedup();
        known.iter().copied().find(|known| *known == text).ok_or_else(|| {
            let near = suggestion(text, known.iter().copied());
            self.wrong(name.span().start, &format!("`[{text}]` is not a table: {near}"))
        })
    }

    /// The key of a table with this name.
    fn key(&self, table: &str, name: &str, at: usize) -> Result<&'static Key> {
        if table == PEOPLE {
            return Ok(&PERSON);
        }
        let of_table = || KEYS.iter().filter(|key| key.table == table);
        if let Some(key) = of_table().find(|key| key.name == name) {
            return Ok(key);
        }
        let elsewhere = KEYS.iter().find(|key| key.name == name);
        Err(match elsewhere {
            Some(key) if key.table.is_empty() => self.wrong(
                at,
                &format!("`{name}` belongs above the first table: move it above `[{table}]`"),
            ),
            Some(key) => self.wrong(at, &format!("`{name}` belongs under `[{}]`", key.table)),
            None => {
                let near = suggestion(name, KEYS.iter().map(|key| key.name));
                self.wrong(at, &format!("`{name}` is not a key: {near}"))
            }
        })
    }

    fn setting(
        &self,
        table: &str,
        name: &Spanned<impl AsRef<str>>,
        value: &Spanned<DeValue>,
    ) -> Result<Setting> {
        let (at, text) = (name.span().start, name.get_ref().as_ref());
        let key = self.key(table, text, at)?;
        let texts = texts(value.get_ref(), key.is_list).ok_or_else(|| {
            let needs = match key.is_list {
                true => "needs texts in quotation marks: `[\"…\", \"…\"]`",
                false => "needs a text in quotation marks",
            };
            self.wrong(at, &format!("`{text}` {needs}"))
        })?;
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let value = |text: String| match key.is_path {
            true => folder.join(text).to_string_lossy().into_owned(),
            false => text,
        };
        Ok(Setting {
            key,
            name: if table.is_empty() {
                text.to_string()
            } else {
                format!("{table}.{text}")
            },
            values: texts.into_iter().map(value).collect(),
            line: self.line(at),
        })
    }
}

/// The text of a value, or its texts; `None` if it is something else, or has none.
fn texts(value: &DeValue, is_list: bool) -> Option<Vec<String>> {
    let texts = match value {
        DeValue::String(text) => vec![text.to_string()],
        DeValue::Array(list) if is_list => list
            .iter()
            .map(|value| value.get_ref().as_str().map(str::to_string))
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let is_written = !texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty());
    is_written.then_some(texts)
}

/// A mistake in the file, with its line.
pub fn mistake(path: &Path, line: usize, what: &str) -> anyhow::Error {
    usage(format!("`{}`, line {line}: {what}", path.display()))
}

impl Config {
    /// The values of a key.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// A mistake in a setting, with its line.
    pub fn mistake(&self, setting: &Setting, what: &str) -> anyhow::Error {
        mistake(&self.path, setting.line, what)
    }

    /// Sets the values of the file as defaults of the command line.
    pub fn defaults(&self, mut command: Command) -> Command {
        for setting in self
            .settings
            .iter()
            .filter(|setting| setting.key.table.is_empty())
        {
            let name = setting.key.name;
            let is_of = setting.key.command.is_none_or(|of| of == command.get_name());
            if is_of && command.get_arguments().any(|argument| argument.get_id() == name) {
                // `clap` needs values that live as long as the program, so they are leaked.
                let values: Vec<&'static str> = setting
                    .values
                    .iter()
                    .map(|value| &*value.clone().leak())
                    .collect();
                command = command.mut_arg(name, |argument| {
                    let of_another = clap::builder::Resettable::<clap::Id>::Reset;
                    argument
                        .required(false)
                        .required_unless_present(of_another)
                        .default_values(values)
                });
            }
        }
        let names: Vec<String> = command
            .get_subcommands()
            .map(|sub| sub.get_name().to_string())
            .collect();
        for name in names {
            command = command.mut_subcommand(name, |sub| self.defaults(sub));
        }
        command
    }
}

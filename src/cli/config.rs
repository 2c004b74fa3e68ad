//! `clockstop.toml`: the options that a trust always types, found in the working folder or the nearest folder
//! above it. Its values become the defaults of the command line; typed options and environment variables
//! override them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Command;

use crate::rulebook::suggestion;
use crate::terminal::failure::usage;

/// The name of the file.
pub const FILE: &str = "clockstop.toml";
/// The environment variable that names the file, instead of the search.
pub const VARIABLE: &str = "CLOCKSTOP_CONFIG";

/// A key of the file: it sets the option of the same name, in every command that has it.
pub struct Key {
    pub name: &'static str,
    /// The value is a path relative to the folder of the file.
    pub is_path: bool,
    /// Applies to this command only; `None`: to all commands.
    pub command: Option<&'static str>,
    /// The environment variable that overrides the file.
    pub variable: Option<&'static str>,
    pub meaning: &'static str,
}

const fn key(name: &'static str, meaning: &'static str) -> Key {
    Key {
        name,
        is_path: false,
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

pub const KEYS: [Key; 9] = [
    key(
        "provider",
        "the trust that submits, by its code of three or five characters",
    ),
    path("inputs", "files or folders to read"),
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
];

/// A configuration file that was found.
pub struct Config {
    pub path: PathBuf,
    pub settings: Vec<Setting>,
}

/// A key with its values, and its line in the file.
pub struct Setting {
    pub key: &'static Key,
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
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            text[..span.start.min(text.len())].lines().count().max(1)
        });
        usage(format!(
            "`{}`, line {line}: not valid TOML: write `key = \"value\"`, with quotation marks, and `/` or \
             `\\\\` in paths",
            path.display()
        ))
    })?;
    let settings = table
        .iter()
        .map(|(name, value)| setting(path, &text, name, value));
    Ok(Config {
        path: path.to_path_buf(),
        settings: settings.collect::<Result<_>>()?,
    })
}

fn setting(path: &Path, text: &str, name: &str, value: &toml::Value) -> Result<Setting> {
    let is_of_key = |line: &str| {
        let rest = line.trim_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let line = text.lines().position(is_of_key).map_or(1, |line| line + 1);
    let wrong = |what: String| usage(format!("`{}`, line {line}: {what}", path.display()));
    let Some(key) = KEYS.iter().find(|key| key.name == name) else {
        let known = KEYS.iter().map(|key| key.name);
        return Err(wrong(format!(
            "`{name}` is not a key: {}",
            suggestion(name, known)
        )));
    };
    let texts: Option<Vec<&str>> = match value {
        toml::Value::String(text) => Some(vec![text]),
        toml::Value::Array(list) if name == "inputs" => list.iter().map(toml::Value::as_str).collect(),
        _ => None,
    };
    let texts = texts.filter(|texts| !texts.is_empty());
    let texts = texts.ok_or_else(|| wrong(format!("`{name}` needs a text in quotation marks")))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let value = |text: &str| {
        if key.is_path {
            folder.join(text).to_string_lossy().into_owned()
        } else {
            text.to_string()
        }
    };
    Ok(Setting {
        key,
        values: texts.into_iter().map(value).collect(),
        line,
    })
}

impl Config {
    /// The values of a key.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key.name == name)
    }

    /// Sets the values of the file as defaults of the command line.
    pub fn defaults(&self, mut command: Command) -> Command {
        for setting in &self.settings {
            let name = setting.key.name;
            let is_of = setting.key.command.is_none_or(|of| of == command.get_name());
            if is_of && command.get_arguments().any(|argument| argument.get_id() == name) {
                // `clap` needs values that live as long as the program, so they are leaked.
                let values: Vec<&'static str> = setting
                    .values
                    .iter()
                    .map(|value| &*value.clone().leak())
                    .collect();
                command = command.mut_arg(name, |argument| argument.required(false).default_values(values));
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

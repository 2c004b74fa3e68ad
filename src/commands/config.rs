//! `clockstop config show`: every setting, its value, and where the value comes from.

use anyhow::Result;

use crate::cli::ConfigCommand;
use crate::cli::config::{self, Config, FILE, KEYS, Key};
use crate::terminal::failure::Exit;
use crate::terminal::say;
use crate::write::{self, Value};

const HEADINGS: [&str; 4] = ["key", "value", "origin", "meaning"];

pub fn run(command: &ConfigCommand) -> Result<Exit> {
    let ConfigCommand::Show { output } = command;
    let found = config::find()?;
    if found.is_none() {
        say!("note: there is no `{FILE}` in this folder or above it: `clockstop init` writes one");
    }
    let rows = KEYS.iter().map(|key| {
        let (value, origin) = value(key, found.as_ref());
        vec![
            Value::from(key.name),
            Value::from(value),
            Value::from(origin),
            Value::from(key.meaning),
        ]
    });
    write::table(output.format, output.output.as_deref(), &HEADINGS, rows)?;
    Ok(Exit::Clean)
}

/// The value of a key and where it comes from; an option typed with a command overrides all of these.
fn value(key: &Key, found: Option<&Config>) -> (String, String) {
    if let Some(variable) = key.variable
        && let Ok(value) = std::env::var(variable)
    {
        return (value, format!("environment variable {variable}"));
    }
    if let Some((config, setting)) = found.and_then(|config| Some((config, config.get(key.name)?))) {
        return (
            setting.values.join("; "),
            format!("{}, line {}", config.path.display(), setting.line),
        );
    }
    let default = match key.name {
        "out" => "out",
        "small_numbers" => "internal",
        "data_set" => "cwt",
        _ => return (String::new(), "not set".to_string()),
    };
    (default.to_string(), "built-in default".to_string())
}

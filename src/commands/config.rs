//! `clockstop config show`: every setting, its value, and where the value comes from.

use anyhow::Result;

use crate::cli::ConfigCommand;
use crate::cli::config::{self, Config, FILE, KEYS, Key, PEOPLE, Setting};
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
        row(full_name(key), value, origin, key.meaning)
    });
    let settings = found.iter().flat_map(|config| {
        let people = config
            .settings
            .iter()
            .filter(|setting| setting.key.table == PEOPLE);
        people.map(move |setting| (config, setting))
    });
    let people = settings.map(|(config, setting)| {
        let (value, origin) = in_file(config, setting);
        row(setting.name.clone(), value, origin, setting.key.meaning)
    });
    write::table(
        output.format,
        output.output.as_deref(),
        &HEADINGS,
        rows.chain(people),
    )?;
    Ok(Exit::Clean)
}

fn row(name: String, value: String, origin: String, meaning: &str) -> Vec<Value<'_>> {
    vec![
        Value::from(name),
        Value::from(value),
        Value::from(origin),
        Value::from(meaning),
    ]
}

/// `look.logo`; a plain key is its name.
fn full_name(key: &Key) -> String {
    match key.table {
        "" => key.name.to_string(),
        table => format!("{table}.{}", key.name),
    }
}

fn in_file(config: &Config, setting: &Setting) -> (String, String) {
    let origin = format!("{}, line {}", config.path.display(), setting.line);
    (setting.values.join("; "), origin)
}

/// The value of a key and where it comes from; an option typed with a command overrides all of these.
fn value(key: &Key, found: Option<&Config>) -> (String, String) {
    if let Some(variable) = key.variable
        && let Ok(value) = std::env::var(variable)
    {
        return (value, format!("environment variable {variable}"));
    }
    let name = full_name(key);
    if let Some((config, setting)) = found.and_then(|config| Some((config, config.get(&name)?))) {
        return in_file(config, setting);
    }
    let default = match key.name {
        "out" => "out",
        "small_numbers" => "internal",
        "data_set" => "cwt",
        "main_colour" => "#003087",
        "link_colour" => "#005EB8",
        "pages" | "sites" => "all",
        _ => return (String::new(), "not set".to_string()),
    };
    (default.to_string(), "built-in default".to_string())
}

//! `clockstop doctor`: what is missing or doubtful before a run, and what to do.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::own::Own;
use super::reading::today;
use crate::cli::Doctor;
use crate::cli::config::{self, Config, FILE};
use crate::rulebook::Rulebook;
use crate::runs::record::RECORD;
use crate::runs::verify::verify;
use crate::sql::check_functions;
use crate::table::expand;
use crate::terminal::counted;
use crate::terminal::failure::Exit;
use crate::write::{self, Value};

const HEADINGS: [&str; 3] = ["what", "state", "detail"];
/// If the clock shows an earlier year than the program's first version, the clock is wrong.
const FIRST_YEAR: i32 = 2026;
/// The least number of characters of a secret: a shorter one can be guessed.
const SHORTEST_KEY: u64 = 16;

/// The result of one examination.
struct Look {
    what: &'static str,
    state: &'static str,
    detail: String,
}

fn ok(what: &'static str, detail: impl Into<String>) -> Look {
    Look {
        what,
        state: "ok",
        detail: detail.into(),
    }
}

fn doubtful(what: &'static str, detail: impl Into<String>) -> Look {
    Look {
        what,
        state: "doubtful",
        detail: detail.into(),
    }
}

fn missing(what: &'static str, detail: impl Into<String>) -> Look {
    Look {
        what,
        state: "missing",
        detail: detail.into(),
    }
}

pub fn run(options: &Doctor) -> Result<Exit> {
    let looks = looks();
    let row = |look: &Look| {
        vec![
            Value::from(look.what),
            Value::from(look.state),
            Value::from(look.detail.clone()),
        ]
    };
    if options.output.output.is_some() || options.rows {
        write::table(
            options.output.format,
            options.output.output.as_deref(),
            &HEADINGS,
            looks.iter().map(row),
        )?;
    } else {
        let line = |look: &Look| format!("{:<9} {:<10} {}\n", look.state, look.what, look.detail);
        write::text(None, &looks.iter().map(line).collect::<String>())?;
    }
    Ok(if looks.iter().all(|look| look.state == "ok") {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

fn looks() -> Vec<Look> {
    let mut looks = vec![
        ok("version", format!("clockstop {}", env!("CARGO_PKG_VERSION"))),
        clock(),
    ];
    let config = match config::find() {
        Ok(Some(config)) => config,
        Ok(None) => {
            looks.push(missing(
                "settings",
                format!("no `{FILE}` in this folder or above it: `clockstop init` writes one"),
            ));
            return looks;
        }
        Err(error) => {
            looks.push(doubtful("settings", format!("{error:#}")));
            return looks;
        }
    };
    looks.push(ok("settings", config.path.display().to_string()));
    looks.push(match value(&config, "provider", None) {
        Some(code) => ok("trust", code),
        None => missing(
            "trust",
            format!(
                "write `provider = \"RZZ\"` into `{FILE}`: without it the trust with most records is used"
            ),
        ),
    });
    looks.push(exports(&config));
    looks.push(rules(&config));
    looks.push(own(&config));
    looks.push(key(&config));
    looks.push(out(&config));
    looks
}

fn value(config: &Config, name: &str, variable: Option<&str>) -> Option<String> {
    let typed = variable.and_then(|variable| std::env::var(variable).ok());
    typed.or_else(|| config.get(name)?.values.first().cloned())
}

fn clock() -> Look {
    use chrono::Datelike;
    let today = today();
    if today.year() >= FIRST_YEAR {
        ok("clock", today.to_string())
    } else {
        doubtful(
            "clock",
            format!("today is {today} by the clock of this computer: set it, or use `--as-at`"),
        )
    }
}

fn exports(config: &Config) -> Look {
    let inputs: Vec<PathBuf> = config
        .get("inputs")
        .map(|setting| setting.values.iter().map(PathBuf::from).collect())
        .unwrap_or_default();
    if inputs.is_empty() {
        return missing(
            "exports",
            format!("write `inputs = [\"exports\"]` into `{FILE}`, or name them with each command"),
        );
    }
    if let Some(absent) = inputs.iter().find(|input| !input.exists()) {
        return missing(
            "exports",
            format!(
                "`{}` does not exist: create it with the exports, or correct `inputs`",
                absent.display()
            ),
        );
    }
    match expand(&inputs) {
        Ok(files) if files.is_empty() => missing(
            "exports",
            "no file to read in the folder of the exports: put the exports there",
        ),
        Ok(files) => ok(
            "exports",
            format!(
                "{}: `clockstop sources try` says what each is",
                counted(files.len(), "file")
            ),
        ),
        Err(error) => missing("exports", format!("{error:#}")),
    }
}

fn rules(config: &Config) -> Look {
    let folder = value(config, "rules", Some("CLOCKSTOP_RULES"));
    let data_set = value(config, "data_set", None).unwrap_or_else(|| "cwt".to_string());
    let loaded = Rulebook::load(folder.as_deref().map(Path::new), &data_set);
    match loaded.and_then(|rulebook| check_functions(&rulebook).map(|()| rulebook)) {
        Ok(rulebook) => {
            let unread = rulebook.unread().len();
            let of = folder.unwrap_or_else(|| "built in".to_string());
            match unread {
                0 => ok(
                    "rules",
                    format!("{of}: {}", counted(rulebook.checks.len(), "check")),
                ),
                _ => doubtful(
                    "rules",
                    format!(
                        "{of}: nothing reads {}: `clockstop rules lint` names them",
                        counted(unread, "file")
                    ),
                ),
            }
        }
        Err(error) => doubtful(
            "rules",
            format!("{error:#}")
                .lines()
                .next()
                .unwrap_or_default()
                .to_string(),
        ),
    }
}

/// The tables of the settings: logo, colours, pages, sites, people.
fn own(config: &Config) -> Look {
    let own = match Own::of(Some(config)) {
        Ok(own) => own,
        Err(error) => return doubtful("look", format!("{error:#}")),
    };
    let folder = value(config, "rules", Some("CLOCKSTOP_RULES"));
    let data_set = value(config, "data_set", None).unwrap_or_else(|| "cwt".to_string());
    if let Ok(rulebook) = Rulebook::load(folder.as_deref().map(Path::new), &data_set)
        && let Some(doubt) = own.doubts(&rulebook).into_iter().next()
    {
        return doubtful("look", doubt);
    }
    let logo = own.house.logo.map_or("no logo".to_string(), |logo| {
        format!("logo of {} by {} pixels", logo.width, logo.height)
    });
    let named = counted(own.people.0.len(), "role");
    ok(
        "look",
        format!("{logo}, colours can be read, people named for {named}"),
    )
}

fn key(config: &Config) -> Look {
    let Some(path) = value(config, "key_file", Some("CLOCKSTOP_KEY_FILE")).map(PathBuf::from) else {
        return missing(
            "key",
            "no `key_file`: pathways without a local id are identified only by file and row, and waivers \
             cannot be used",
        );
    };
    let Ok(found) = path.metadata() else {
        return missing(
            "key",
            format!(
                "`{}` does not exist: save a secret of 16 characters or more in it",
                path.display()
            ),
        );
    };
    if found.len() < SHORTEST_KEY {
        return doubtful(
            "key",
            format!(
                "`{}` holds fewer than {SHORTEST_KEY} characters: a short secret can be guessed",
                path.display()
            ),
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if found.permissions().mode() & 0o077 != 0 {
            return doubtful(
                "key",
                format!(
                    "`{}` can be read by other users: run `chmod 600` on it",
                    path.display()
                ),
            );
        }
    }
    ok("key", path.display().to_string())
}

fn out(config: &Config) -> Look {
    let folder = PathBuf::from(value(config, "out", None).unwrap_or_else(|| "out".to_string()));
    if !folder.join(RECORD).is_file() {
        return ok("last run", format!("none yet in `{}`", folder.display()));
    }
    match verify(&folder) {
        Ok((run, files)) if files.iter().any(|(_, standing)| standing.is_fault()) => doubtful(
            "last run",
            format!(
                "{}: files changed since the run, or belong to another run: `clockstop verify {}`",
                run.head.month,
                folder.display()
            ),
        ),
        Ok((run, _)) => ok(
            "last run",
            format!("{} as at {}, its files unchanged", run.head.month, run.head.as_at),
        ),
        Err(error) => doubtful("last run", format!("{error:#}")),
    }
}

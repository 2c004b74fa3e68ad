//! What a trust set in the tables of `clockstop.toml`: the look of its outputs, the pages and tumour sites of
//! its pack, the people behind roles. Checked here, so that a mistake is named with its line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use crate::cli::config::{Config, PEOPLE, Setting};
use crate::report::chosen::{Page, Pages, People};
use crate::report::house::{Colours, House, Logo, colour};
use crate::report::worklist::role;
use crate::rulebook::{Rulebook, suggestion};
use crate::write::privacy::shown;

/// The settings; the defaults without a file.
#[derive(Clone, Default)]
pub struct Own {
    pub house: House,
    pub pages: Pages,
    pub people: People,
    /// The tumour sites with lines of their own; empty: all.
    pub sites: BTreeSet<String>,
    /// What the rules have to know.
    named: Vec<Named>,
}

impl Own {
    pub fn of(config: Option<&Config>) -> Result<Own> {
        let Some(config) = config else {
            return Ok(Own::default());
        };
        let sites = config
            .get("pack.sites")
            .map(|setting| setting.values.iter().cloned());
        Ok(Own {
            house: House {
                logo: config
                    .get("look.logo")
                    .map(|setting| logo(config, setting))
                    .transpose()?,
                colours: colours(config)?,
            },
            pages: pages(config)?,
            people: people(config),
            sites: sites.into_iter().flatten().collect(),
            named: named(config),
        })
    }
}

fn logo(config: &Config, setting: &Setting) -> Result<Logo> {
    let file = setting.values.concat();
    let wrong = |what: String| config.mistake(setting, &format!("the logo `{file}` {what}"));
    let bytes = std::fs::read(Path::new(&file)).map_err(|error| {
        wrong(format!(
            "cannot be read ({error}): its path is from the folder of this file"
        ))
    })?;
    Logo::new(bytes).map_err(wrong)
}

fn colours(config: &Config) -> Result<Colours> {
    let set = |name: &str, default: u32| match config.get(name) {
        None => Ok(default),
        Some(setting) => {
            let text = setting.values.concat();
            colour(&text)
                .map_err(|what| config.mistake(setting, &format!("`{}` = `{text}` {what}", setting.key.name)))
        }
    };
    let default = Colours::default();
    Ok(Colours {
        main: set("look.main_colour", default.main)?,
        link: set("look.link_colour", default.link)?,
    })
}

fn pages(config: &Config) -> Result<Pages> {
    let Some(setting) = config.get("pack.pages") else {
        return Ok(Pages::default());
    };
    let page = |name: &String| {
        Page::of(name).ok_or_else(|| {
            let near = suggestion(name, Page::ALL.iter().map(|(known, _)| *known));
            config.mistake(setting, &format!("`{name}` is not a page of the pack: {near}"))
        })
    };
    setting.values.iter().map(page).collect()
}

fn people(config: &Config) -> People {
    let people = config
        .settings
        .iter()
        .filter(|setting| setting.key.table == PEOPLE);
    let named = people.map(|setting| {
        let of = setting.name.split_once('.').map_or("", |(_, role)| role);
        (role(of), shown(&setting.values.concat()).into_owned())
    });
    People(named.collect::<BTreeMap<_, _>>())
}

/// A setting that names something of the rules.
#[derive(Clone)]
struct Named {
    what: Of,
    name: String,
    /// "`clockstop.toml`, line 20"
    place: String,
}

#[derive(Clone, Copy)]
enum Of {
    Role,
    Site,
}

fn named(config: &Config) -> Vec<Named> {
    let each = |setting: &Setting| {
        let (what, names) = match setting.name.split_once('.') {
            Some((PEOPLE, role)) => (Of::Role, vec![role.to_string()]),
            Some(("pack", "sites")) => (Of::Site, setting.values.clone()),
            _ => return Vec::new(),
        };
        let place = format!("`{}`, line {}", config.path.display(), setting.line);
        let named = |name| Named {
            what,
            name,
            place: place.clone(),
        };
        names.into_iter().map(named).collect()
    };
    config.settings.iter().flat_map(each).collect()
}

impl Own {
    /// What the rules do not know: a role that owns no check, a tumour site that no list names. It has no effect,
    /// so it is said, with its line.
    pub fn doubts(&self, rulebook: &Rulebook) -> Vec<String> {
        if self.named.is_empty() {
            return Vec::new();
        }
        let roles: BTreeSet<&str> = rulebook.checks.iter().map(|check| check.owner.as_str()).collect();
        let words = rulebook.words_of_lists();
        let doubt = |named: &Named| {
            let Named { name, place, .. } = named;
            let (known, what) = match named.what {
                Of::Role => (&roles, "no check has the owner"),
                Of::Site => (&words, "no list of the rules has the site"),
            };
            let is_known = known.contains(name.as_str());
            let near = suggestion(name, known.iter().copied());
            (!is_known).then(|| format!("{place}: {what} `{name}`, so it has no effect: {near}"))
        };
        self.named.iter().filter_map(doubt).collect()
    }
}

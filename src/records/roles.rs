//! Checks that `data_set.toml` names columns that the records have, with the type that their role needs. In:
//! the rulebook, the columns of records with derived facts. Out: a mistake with file and line, or nothing.

use anyhow::Result;
use polars::prelude::{DataType, Schema};

use crate::rulebook::spans::{self, Step};
use crate::rulebook::{DataSet, Mistake, Rulebook, suggestion};

/// A column that the data set names, and the type that it needs.
struct Role<'a> {
    path: Vec<Step<'a>>,
    name: &'a str,
    data_type: DataType,
}

pub fn check(rulebook: &Rulebook, columns: &Schema) -> Result<()> {
    for role in roles(&rulebook.data_set) {
        let wrong = match columns.get(role.name) {
            Some(data_type) if *data_type == role.data_type || *data_type == DataType::Null => continue,
            Some(_) => format!("the column `{}` is not {}", role.name, in_words(&role.data_type)),
            None => format!("no record has the column `{}`", role.name),
        };
        let of_type = columns
            .iter()
            .filter(|(_, data_type)| **data_type == role.data_type);
        let known: Vec<&str> = of_type.map(|(name, _)| name.as_str()).collect();
        let path = format!("{}/data_set.toml", rulebook.data_set.folder);
        let text = rulebook.files.get(&path).unwrap_or_default();
        let span = spans::of_value(text, &role.path);
        let mistake = Mistake::at(&format!("rules/{path}"), text, span, wrong);
        return Err(mistake.help(suggestion(role.name, known)).into());
    }
    Ok(())
}

fn roles(data_set: &DataSet) -> Vec<Role<'_>> {
    let single = [
        ("pathway_key", &data_set.pathway_key, DataType::String),
        ("pathway_id", &data_set.pathway_id, DataType::String),
        ("scenario", &data_set.scenario, DataType::String),
        (
            "provider_not_known",
            &data_set.provider_not_known,
            DataType::Boolean,
        ),
    ];
    let lists = [
        ("month_dates", &data_set.month_dates, DataType::Date),
        ("providers", &data_set.providers, DataType::String),
    ];
    let mut roles = Vec::new();
    for (key, name, data_type) in single {
        roles.extend(name.iter().map(|name| Role {
            path: vec![Step::Key(key)],
            name,
            data_type: data_type.clone(),
        }));
    }
    for (key, names, data_type) in lists {
        roles.extend(names.iter().enumerate().map(|(at, name)| Role {
            path: vec![Step::Key(key), Step::At(at)],
            name,
            data_type: data_type.clone(),
        }));
    }
    for (at, rules) in data_set.performance.iter().enumerate() {
        roles.extend(rules.about.iter().map(|name| Role {
            path: vec![Step::Key("performance"), Step::At(at), Step::Key("about")],
            name,
            data_type: DataType::Boolean,
        }));
    }
    roles
}

fn in_words(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Date => "a date",
        DataType::Boolean => "true or false",
        _ => "text",
    }
}

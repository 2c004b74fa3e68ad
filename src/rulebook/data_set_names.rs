//! Checks the names in `data_set.toml`: files of measures and listings, fields, labels, reasons. One wrong
//! letter would otherwise leave a list without its words, a line without its label or a delay without its
//! reason.

use anyhow::Result;

use super::spans::{self, Step};
use super::{BASES, DataSet, Files, Mistake, Performance, Rulebook, suggestion};

/// A name in the file that nothing has.
struct Unknown<'a> {
    path: Vec<Step<'a>>,
    /// The name is a key, not a value.
    is_key: bool,
    message: String,
    help: String,
}

/// An error for the first name that nothing has, at its line.
pub fn check(rulebook: &Rulebook) -> Result<()> {
    let data_set = &rulebook.data_set;
    let unknown = repeated(data_set)
        .or_else(|| files(&rulebook.files, data_set))
        .or_else(|| bases(data_set))
        .or_else(|| delay_reasons(rulebook))
        .or_else(|| words(rulebook));
    let Some(unknown) = unknown else { return Ok(()) };
    let file = format!("{}/data_set.toml", data_set.folder);
    let text = rulebook.files.get(&file).unwrap_or_default();
    let span = if unknown.is_key {
        spans::of_key(text, &unknown.path)
    } else {
        spans::of_value(text, &unknown.path)
    };
    let mistake = Mistake::at(&format!("rules/{file}"), text, span, unknown.message);
    Err(mistake.help(unknown.help).into())
}

fn value<'a>(path: Vec<Step<'a>>, message: String, help: String) -> Unknown<'a> {
    Unknown {
        path,
        is_key: false,
        message,
        help,
    }
}

/// A standard or an extra table that is declared twice.
fn repeated(data_set: &DataSet) -> Option<Unknown<'static>> {
    let standards = data_set.performance.iter().map(|rules| rules.standard.as_str());
    let tables = data_set.table.iter().map(|table| table.name.as_str());
    let of = |block, key, names: Vec<&str>| {
        let at = (1..names.len()).find(|at| names[..*at].contains(&names[*at]))?;
        let path = vec![Step::Key(block), Step::At(at), Step::Key(key)];
        let message = format!("`{}` is given twice", names[at]);
        Some(value(path, message, "give each block its own name".to_string()))
    };
    of("performance", "standard", standards.collect()).or_else(|| of("table", "name", tables.collect()))
}

/// A measure without its SQL, a listing without its file.
fn files(files: &Files, data_set: &DataSet) -> Option<Unknown<'static>> {
    let folder = &data_set.folder;
    let inside = format!("{folder}/");
    let measures: Vec<&str> = files
        .under(&inside, ".sql")
        .filter_map(|(path, _)| {
            path.strip_prefix(&inside)?
                .strip_prefix("measures/")?
                .strip_suffix(".sql")
        })
        .collect();
    let listings: Vec<&str> = files
        .under(&inside, "/listing.toml")
        .filter_map(|(path, _)| path.strip_prefix(&inside)?.strip_suffix("/listing.toml"))
        .collect();
    let missing = |key, names: &[String], known: &[&str], form: &str| {
        let at = names.iter().position(|name| !known.contains(&name.as_str()))?;
        let path = form.replace('*', &names[at]);
        let message = format!(
            "`{key}` names `{}`, but `rules/{folder}/{path}` is missing",
            names[at]
        );
        let help = suggestion(&names[at], known.iter().copied());
        Some(value(vec![Step::Key(key), Step::At(at)], message, help))
    };
    missing("measures", &data_set.measures, &measures, "measures/*.sql")
        .or_else(|| missing("activities", &data_set.activities, &measures, "measures/*.sql"))
        .or_else(|| {
            missing(
                "board_listings",
                &data_set.board_listings,
                &listings,
                "*/listing.toml",
            )
        })
}

fn bases(data_set: &DataSet) -> Option<Unknown<'static>> {
    const KEY: &str = "waived_rejects_released";
    let names = &data_set.waived_rejects_released;
    let at = names.iter().position(|name| !BASES.contains(&name.as_str()))?;
    let message = format!("`{}` is not a basis of a check", names[at]);
    Some(value(
        vec![Step::Key(KEY), Step::At(at)],
        message,
        suggestion(&names[at], BASES),
    ))
}

/// A reason of delay is a field with a code list: its meaning is shown.
fn delay_reasons(rulebook: &Rulebook) -> Option<Unknown<'static>> {
    const KEY: &str = "delay_reasons";
    let has_codes = |name: &String| {
        rulebook
            .field(name)
            .is_some_and(|field| field.code_list.is_some())
    };
    let blocks = rulebook.data_set.performance.iter().enumerate();
    let (block, at, name) = blocks
        .flat_map(|(block, rules)| {
            let names = rules.delay_reasons.iter().enumerate();
            names.map(move |(at, name)| (block, at, name))
        })
        .find(|(_, _, name)| !has_codes(name))?;
    let known = rulebook.fields.iter().filter(|field| field.code_list.is_some());
    let known: Vec<&str> = known.map(|field| field.name.as_str()).collect();
    let path = vec![
        Step::Key("performance"),
        Step::At(block),
        Step::Key(KEY),
        Step::At(at),
    ];
    let message = format!("`{KEY}` names `{name}`, which is not a field with a code list");
    Some(value(path, message, suggestion(name, known)))
}

/// A label is for a value that the data set's SQL or lookups can give.
fn labels(rulebook: &Rulebook) -> Option<Unknown<'_>> {
    let of_block = |block, number, rules: &'_ Performance| {
        let key = rules.labels.keys().find(|key| !is_given(rulebook, key))?.clone();
        Some((block, number, key))
    };
    let standards = rulebook.data_set.performance.iter().enumerate();
    let activities = rulebook.data_set.activity.iter().enumerate();
    let (block, number, key) = standards
        .map(|(number, rules)| ("performance", number, rules))
        .chain(activities.map(|(number, rules)| ("activity", number, rules)))
        .find_map(|(block, number, rules)| of_block(block, number, rules))?;
    let blocks = if block == "performance" {
        &rulebook.data_set.performance
    } else {
        &rulebook.data_set.activity
    };
    let (key, _) = blocks[number].labels.get_key_value(&key)?;
    Some(Unknown {
        path: vec![
            Step::Key(block),
            Step::At(number),
            Step::Key("labels"),
            Step::Key(key),
        ],
        is_key: true,
        message: format!("no SQL or lookup of the data set gives `{key}`, which has a label here"),
        help: format!(
            "write it as `{}` gives it, or remove the line",
            blocks[number].route_or_stage
        ),
    })
}

/// A mistake for words about a value that no SQL gives. A trust's own measure may give fewer values than the
/// program's list has words for.
fn words(rulebook: &Rulebook) -> Option<Unknown<'_>> {
    let (folder, files) = (&rulebook.data_set.folder, &rulebook.files);
    let has_own_sql = files
        .under(&format!("{folder}/"), ".sql")
        .any(|(path, _)| files.is_replaced(path));
    if has_own_sql && !files.is_replaced(&format!("{folder}/data_set.toml")) {
        return None;
    }
    labels(rulebook).or_else(|| reasons(rulebook))
}

/// A reason with words, but given by no SQL, is misspelt.
fn reasons(rulebook: &Rulebook) -> Option<Unknown<'_>> {
    let key = rulebook
        .data_set
        .reasons
        .keys()
        .find(|key| !is_given(rulebook, key))?;
    Some(Unknown {
        path: vec![Step::Key("reasons"), Step::Key(key)],
        is_key: true,
        message: format!("no measure gives the reason `{key}`"),
        help: "write it as the measure does, or remove the line".to_string(),
    })
}

/// Whether SQL of the data set writes the text, or a cell of its lookups holds it.
fn is_given(rulebook: &Rulebook, text: &str) -> bool {
    let folder = format!("{}/", rulebook.data_set.folder);
    let quoted = format!("'{text}'");
    let in_sql = rulebook
        .files
        .under(&folder, ".sql")
        .any(|(_, sql)| sql.contains(&quoted));
    let is_cell = |line: &str| line.split(',').any(|cell| cell.trim().trim_matches('"') == text);
    let lookups = format!("{folder}lookups/");
    in_sql
        || rulebook
            .files
            .under(&lookups, ".csv")
            .any(|(_, list)| list.lines().any(is_cell))
}

//! The keys that the blocks of `data_set.toml` need: all that are missing are reported in one message.

use super::Mistake;
use super::spans::{self, Step};
use crate::terminal::counted;

/// A key, and an example of what to write.
type Key = (&'static str, &'static str);

/// The keys that each block needs.
const NEEDED: [(&str, &[Key]); 4] = [
    (
        "table",
        &[
            ("name", "\"referrals\""),
            ("title", "\"Referrals of the hospital's own system\""),
        ],
    ),
    (
        "lookup",
        &[
            ("name", "\"org_sites\""),
            ("codes", "[\"site\", \"trust\"]"),
            ("lengths", "[3, 5]"),
            ("leads_to", "\"trust\""),
        ],
    ),
    ("performance", &PUBLISHED),
    ("activity", &PUBLISHED),
];
const PUBLISHED: [Key; 5] = [
    ("standard", "\"62D\""),
    ("title", "\"62-day standard\""),
    ("route_or_stage", "\"route\""),
    ("all_routes_or_stages", "\"ALL ROUTES\""),
    ("crosses", "[[], [\"cancer_type\"]]"),
];

/// The mistake that names every missing key, with the line of its block; `None` if no key is missing.
pub fn missing(file: &str, text: &str) -> Option<Mistake> {
    let data_set: toml::Table = toml::from_str(text).ok()?;
    let mut first = None;
    let mut missing = 0;
    let mut blocks_to_mend = Vec::new();
    for (name, keys) in NEEDED {
        let blocks = data_set.get(name).and_then(toml::Value::as_array);
        for (number, block) in blocks.into_iter().flatten().enumerate() {
            let Some(block) = block.as_table() else { continue };
            let lacks = keys.iter().filter(|(key, _)| !block.contains_key(*key));
            let to_write: Vec<String> = lacks
                .map(|(key, example)| format!("`{key} = {example}`"))
                .collect();
            if to_write.is_empty() {
                continue;
            }
            let span = spans::of_value(text, &[Step::Key(name), Step::At(number)]);
            let line = text[..span.start].matches('\n').count() + 1;
            missing += to_write.len();
            blocks_to_mend.push(format!("line {line}, `[[{name}]]`: {}", to_write.join(", ")));
            first.get_or_insert(span);
        }
    }
    let verb = if missing == 1 { "is" } else { "are" };
    let message = format!("{} {verb} missing", counted(missing, "key"));
    let help = format!(
        "add, with values of your own: {}. rules/README.md explains each key",
        blocks_to_mend.join("; ")
    );
    first.map(|span| Mistake::at(file, text, span, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::DataSet;

    /// A data set in which each block has the keys that it needs, except one.
    fn without(left_out: Option<(&str, &str)>) -> String {
        let line = |block: &str, key: &str, example: &str| match left_out {
            Some(out) if out == (block, key) => String::new(),
            _ => format!("{key} = {example}\n"),
        };
        let block = |(name, keys): &(&str, &[Key])| {
            let lines: String = keys
                .iter()
                .map(|(key, example)| line(name, key, example))
                .collect();
            format!("[[{name}]]\n{lines}")
        };
        NEEDED.iter().map(block).collect()
    }

    #[test]
    fn each_key_is_needed_and_no_other() {
        assert!(toml::from_str::<DataSet>(&without(None)).is_ok());
        for (block, keys) in NEEDED {
            for (key, _) in keys {
                let text = without(Some((block, key)));
                let error = toml::from_str::<DataSet>(&text).unwrap_err().to_string();
                assert!(
                    error.contains(&format!("missing field `{key}`")),
                    "{block}: {error}"
                );
                assert!(missing("x", &text).is_some(), "{block}.{key}");
            }
        }
    }

    #[test]
    fn all_missing_keys_are_reported_at_once_with_the_line_of_their_block() {
        let text =
            "name = \"plots\"\n\n[[table]]\nname = \"a\"\n\n[[table]]\ntitle = \"B\"\n\n[[performance]]\n";
        let mistake = missing("rules/plots/data_set.toml", text).unwrap();
        assert_eq!(
            (mistake.line, mistake.message.as_str()),
            (3, "7 keys are missing")
        );
        let help = mistake.help.unwrap();
        for words in [
            "line 3, `[[table]]`: `title = ",
            "line 6, `[[table]]`: `name = ",
            "line 9, `[[performance]]`: `standard = \"62D\"`, `title = ",
        ] {
            assert!(help.contains(words), "{help}");
        }
        assert!(missing("rules/plots/data_set.toml", "name = \"plots\"\n").is_none());
    }
}

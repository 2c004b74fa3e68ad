//! A JSON Schema (draft 2020-12) for the checks of a data set, so that an editor completes keys, words and
//! field names, and explains them.

use serde_json::{Map, Value, json};

use super::check_keys::{CHECK_KEYS, Holds, UPLOAD};
use super::{Kind, ROW_CONTEXT, ROW_TABLE, Rulebook, Sureness};

impl Rulebook {
    /// The schema of a TOML file of checks, with the fields of this data set.
    pub fn checks_schema(&self) -> Value {
        let properties: Map<String, Value> = CHECK_KEYS
            .iter()
            .map(|key| (key.name.to_string(), self.property(key.holds, key.means)))
            .collect();
        let needed: Vec<&str> = CHECK_KEYS
            .iter()
            .filter(|key| key.is_needed)
            .map(|key| key.name)
            .collect();
        let names = self.fields.iter().map(|field| field.name.as_str());
        let columns: Vec<&str> = names.chain(self.extra_columns()).collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": format!("Checks: {}", self.data_set.title),
            "type": "object",
            "properties": {
                "check": {
                    "type": "array",
                    "description": "One [[check]] block for each check.",
                    "items": { "$ref": "#/$defs/check" },
                },
            },
            "additionalProperties": false,
            "$defs": {
                "check": {
                    "type": "object",
                    "properties": properties,
                    "required": needed,
                    "additionalProperties": false,
                },
                "field": { "enum": columns },
                "row": self.row(),
            },
        })
    }

    /// The schema of `plan.toml`: the trust's own plan.
    pub fn plan_schema(&self) -> Value {
        let standards: Vec<&str> = self
            .standards
            .limit
            .iter()
            .map(|limit| limit.standard.as_str())
            .collect();
        let months = json!({
            "type": "object",
            "description": "The share to be reached by month, an exact decimal in quotes: 2026-04 = \"0.72\".",
            "patternProperties": {
                "^[0-9]{4}-(0[1-9]|1[0-2])$": {
                    "type": "string",
                    "pattern": "^(0(\\.[0-9]{1,4})?|1(\\.0{1,4})?)$",
                },
            },
            "additionalProperties": false,
        });
        let plan = json!({
            "type": "object",
            "properties": {
                "provider": words("The trust whose plan it is: three or five characters."),
                "standard": { "enum": standards, "description": "The standard that the plan is for." },
                "status": {
                    "enum": Sureness::ALL.map(Sureness::word),
                    "description": "How sure it is; nobody is judged by an unconfirmed plan.",
                },
                "source": words("Where the plan was agreed."),
                "note": words("Anything else to know."),
                "months": months,
            },
            "required": ["provider", "standard", "status", "source", "months"],
            "additionalProperties": false,
        });
        let rebase = rebase_schema(&standards);
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "The trust's own plan by standard and month",
            "type": "object",
            "properties": {
                "plan": {
                    "type": "array",
                    "description": "One [[plan]] block for each trust and standard.",
                    "items": plan,
                },
                "rebase": {
                    "type": "array",
                    "description": "One [[rebase]] block for each new start of a trend's limits.",
                    "items": rebase,
                },
            },
            "additionalProperties": false,
        })
    }

    fn property(&self, holds: Holds, means: &str) -> Value {
        let mut property = match holds {
            Holds::Text => json!({ "type": "string" }),
            Holds::Word(words) => json!({ "enum": words }),
            Holds::YesNo => json!({ "type": "boolean", "default": true }),
            Holds::Fields => json!({ "type": "array", "items": { "$ref": "#/$defs/field" } }),
            Holds::FieldsOrTypes => {
                json!({ "type": "array", "items": { "anyOf": [{ "$ref": "#/$defs/field" }, { "enum": types() }] } })
            }
            Holds::Standards => json!({ "type": "array", "items": { "enum": self.affected() } }),
            Holds::Examples => {
                let row = json!({ "$ref": "#/$defs/row" });
                json!({ "type": "array", "items": { "anyOf": [row, { "type": "array", "items": row }] } })
            }
        };
        property["description"] = means.into();
        property
    }

    /// The allowed values of `affects`.
    pub fn affected(&self) -> Vec<&str> {
        self.data_set
            .performance
            .iter()
            .map(|standard| standard.standard.as_str())
            .chain([UPLOAD])
            .collect()
    }

    /// An example row: values of fields, as text; numbers of days also as a number.
    fn row(&self) -> Value {
        let cell = |kind: Kind| match kind {
            Kind::Days => json!({ "type": ["string", "integer"] }),
            _ => json!({ "type": "string" }),
        };
        let cells: Map<String, Value> = self
            .fields
            .iter()
            .map(|field| {
                let mut cell = cell(field.kind);
                cell["description"] = field.title.as_str().into();
                (field.name.clone(), cell)
            })
            .chain(
                self.extra_columns()
                    .chain([ROW_TABLE])
                    .map(|name| (name.to_string(), json!({ "type": "string" }))),
            )
            .chain([(ROW_CONTEXT.to_string(), json!({ "type": "boolean" }))])
            .collect();
        json!({ "type": "object", "properties": cells, "additionalProperties": false })
    }

    /// Columns of extra tables that are not fields.
    fn extra_columns(&self) -> impl Iterator<Item = &str> {
        let columns = self.data_set.table.iter().flat_map(|table| &table.columns);
        columns
            .map(String::as_str)
            .filter(|name| self.field(name).is_none())
    }
}

fn types() -> Vec<String> {
    Kind::ALL
        .iter()
        .map(|kind| format!("type:{}", kind.word()))
        .collect()
}

/// The schema of a `[[rebase]]` block.
fn rebase_schema(standards: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": {
            "provider": words("The trust to which it applies: three or five characters."),
            "standard": { "enum": standards, "description": "The standard whose limits start anew." },
            "date": words(
                "A date, without quotes: the first month that begins on it or later is the first of the \
                 new limits.",
            ),
            "reason": words("What changed in the process."),
            "approved_by": words("Who decided it, and when."),
        },
        "required": ["provider", "standard", "date", "reason", "approved_by"],
        "additionalProperties": false,
    })
}

/// A text that must not be empty.
fn words(means: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "description": means })
}

#[cfg(test)]
mod tests {
    use super::super::{Check, check_keys::CHECK_KEYS};

    /// A check with every key except one.
    fn without(left_out: &str) -> String {
        let value = |name: &str| match name {
            "severity" => "\"error\"",
            "finds" => "\"ragged-row\"",
            "fields" | "each" | "affects" | "pass" | "fail" | "unassessed" | "not_applicable" => "[]",
            "enabled" | "listed" | "first_page" => "true",
            _ => "\"x\"",
        };
        let keys = CHECK_KEYS.iter().filter(|key| key.name != left_out);
        keys.map(|key| format!("{} = {}\n", key.name, value(key.name)))
            .collect()
    }

    #[test]
    fn the_list_of_keys_is_what_the_reader_accepts() {
        let error = toml::from_str::<Check>(&format!("{}zzz = 1\n", without("")))
            .expect_err("an unknown key")
            .to_string();
        let expected = error
            .split("expected one of ")
            .nth(1)
            .expect("the keys")
            .lines()
            .next()
            .expect("one line");
        let mut taken: Vec<&str> = expected.split(", ").map(|name| name.trim_matches('`')).collect();
        let mut listed: Vec<&str> = CHECK_KEYS.iter().map(|key| key.name).collect();
        taken.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, taken);
    }

    #[test]
    fn a_key_is_needed_if_the_reader_needs_it() {
        assert!(toml::from_str::<Check>(&without("")).is_ok());
        for key in &CHECK_KEYS {
            assert_eq!(
                toml::from_str::<Check>(&without(key.name)).is_err(),
                key.is_needed,
                "{}",
                key.name
            );
        }
    }

    #[test]
    fn the_severities_are_those_of_the_reader() {
        for word in super::super::check_keys::SEVERITIES {
            let text = without("severity") + &format!("severity = \"{word}\"\n");
            let check: Check = toml::from_str(&text).expect("a severity");
            assert_eq!(check.severity.word(), word);
        }
    }
}

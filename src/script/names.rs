//! The names of a script's objects.

use anyhow::Result;

use crate::terminal::failure::usage;

/// Names with their prefix, in the form for a script or a dbt project.
pub struct Names {
    prefix: String,
    /// The prefix of the self-test's result. Its other objects have a different prefix from those of a real
    /// run.
    outer: String,
    is_dbt: bool,
}

impl Names {
    /// `prefix` begins every name, and may include a schema: `cancer.cwt_`.
    pub fn new(prefix: String, is_dbt: bool) -> Result<Names> {
        named("--prefix", &format!("{prefix}x"))?;
        if is_dbt && prefix.contains('.') {
            return Err(usage(
                "a dbt project has its schema in its profile: give a `--prefix` without a dot",
            ));
        }
        Ok(Names {
            outer: prefix.clone(),
            prefix,
            is_dbt,
        })
    }

    /// Names for a self-test, which differ from every name of a real run.
    pub fn of_self_test(self) -> Names {
        Names {
            prefix: format!("{}test_", self.outer),
            ..self
        }
    }

    /// The object's name in other statements.
    pub fn object(&self, name: &str) -> String {
        if self.is_dbt {
            format!("{{{{ ref('{}') }}}}", self.bare(name))
        } else {
            self.bare(name)
        }
    }

    /// The object's name in its own statement.
    pub fn bare(&self, name: &str) -> String {
        if name == super::self_test::WRONG {
            format!("{}{name}", self.outer)
        } else {
            format!("{}{name}", self.prefix)
        }
    }

    pub fn macro_name(&self, name: &str) -> String {
        if self.is_dbt {
            format!("{{{{ target.schema }}}}.{}", self.bare(name))
        } else {
            self.bare(name)
        }
    }

    /// The date of the run; in a dbt project it is a variable.
    pub fn as_at(&self, date: chrono::NaiveDate) -> String {
        if self.is_dbt {
            format!("{{{{ var('as_at', '{date}') }}}}")
        } else {
            date.to_string()
        }
    }

    /// The table of records; in a dbt project it is a variable.
    pub fn input(&self, table: &str) -> String {
        if self.is_dbt {
            format!("{{{{ var('records', '{}') }}}}", table.replace('\'', "\\'"))
        } else {
            table.to_string()
        }
    }
}

/// Checks the name of a table: letters, digits and `_`, with dots between parts; a part with other characters
/// is in quotes.
pub fn named(option: &str, name: &str) -> Result<()> {
    let is_part = |part: &str| {
        let quoted = [('"', '"'), ('`', '`')].into_iter().find_map(|(open, close)| {
            part.strip_prefix(open)?
                .strip_suffix(close)
                .filter(|inner| !inner.contains([open, '\n']))
        });
        let is_plain = part
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && part.chars().next().is_some_and(|letter| !letter.is_ascii_digit());
        is_plain || quoted.is_some_and(|inner| !inner.is_empty())
    };
    if name.split('.').all(is_part) {
        Ok(())
    } else {
        Err(usage(format!(
            "`{option}` is not a name for a script: write letters, digits and `_`, with dots between catalogue, \
             schema and table"
        )))
    }
}

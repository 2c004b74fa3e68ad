//! What the objects of a script are called.

use anyhow::Result;

use crate::terminal::failure::usage;

/// Names with their prefix, as a script or a dbt project writes them.
pub struct Names {
    prefix: String,
    /// Begins the name of what a self-test ends in; its other objects stand apart from those of a real run.
    outer: String,
    is_dbt: bool,
}

impl Names {
    /// `prefix` begins every name, and may name a schema: `cancer.cwt_`.
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

    /// Names of a self-test, which take the names of nothing that a real run has made.
    pub fn of_self_test(self) -> Names {
        Names {
            prefix: format!("{}test_", self.outer),
            ..self
        }
    }

    /// The object as another statement names it.
    pub fn object(&self, name: &str) -> String {
        match self.is_dbt {
            true => format!("{{{{ ref('{}') }}}}", self.bare(name)),
            false => self.bare(name),
        }
    }

    /// The object as its own statement names it.
    pub fn bare(&self, name: &str) -> String {
        match name == super::self_test::WRONG {
            true => format!("{}{name}", self.outer),
            false => format!("{}{name}", self.prefix),
        }
    }

    pub fn macro_name(&self, name: &str) -> String {
        match self.is_dbt {
            true => format!("{{{{ target.schema }}}}.{}", self.bare(name)),
            false => self.bare(name),
        }
    }

    /// The date of the run, which a dbt project has as a variable.
    pub fn as_at(&self, date: chrono::NaiveDate) -> String {
        match self.is_dbt {
            true => format!("{{{{ var('as_at', '{date}') }}}}"),
            false => date.to_string(),
        }
    }

    /// The table with the records, which a dbt project has as a variable.
    pub fn input(&self, table: &str) -> String {
        match self.is_dbt {
            true => format!("{{{{ var('records', '{}') }}}}", table.replace('\'', "\\'")),
            false => table.to_string(),
        }
    }
}

/// A name of a table: letters, digits and `_`, its parts with dots between them, a part in quotes where it has others.
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
    match name.split('.').all(is_part) {
        true => Ok(()),
        false => Err(usage(format!(
            "`{option}` is not a name that a script can have: write letters, digits and `_`, with dots between catalogue, \
             schema and table"
        ))),
    }
}

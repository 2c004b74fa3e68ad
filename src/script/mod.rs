//! The rulebook as statements for another engine. In: the rulebook, and the name of the engine's table of
//! records. Out: [`Statement`]s in the order in which they run, as a script or as a dbt project.
//!
//! Nothing is run here, and nothing is connected to. Steps that several later statements use are tables:
//! engines compute a view again for every use, and a chain of views takes hundreds of times as long.

mod as_dbt;
mod as_script;
mod cells;
mod counts;
mod dates;
mod facts;
mod lists;
mod names;
mod outcomes;
mod performance;
mod records;
mod self_test;
mod waits;

use anyhow::Result;
use polars::prelude::Schema;

use crate::rulebook::{Check, Source};
use crate::sql::RunContext;
use crate::sql::dialect::{Dialect, Surroundings};
use crate::terminal::failure::usage;

pub use as_dbt::write as write_dbt;
pub use as_script::text as script_text;
pub use names::{Names, named};
pub use self_test::Examples;

/// One object of the script.
pub struct Statement {
    /// The name without the prefix: `findings`.
    pub name: String,
    pub kind: Kind,
    /// An intermediate table, which is dropped at the end because it may hold identifiers.
    pub is_step: bool,
    /// The rules files that it is made from.
    pub from: Vec<String>,
    /// Its content, in one sentence.
    pub about: String,
    /// Its columns with their meanings, if they are few.
    pub columns: Vec<(&'static str, &'static str)>,
    /// The query.
    pub sql: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    View,
    Table,
}

/// The source of the records.
pub enum Input<'a> {
    /// A table of cells with the layout of a source's only table.
    Table {
        source: &'a Source,
        name: String,
        /// The table's column with whole numbers in file order.
        record_id: String,
        /// The table's column with the trust that submitted each record.
        provider_column: Option<String>,
    },
    /// The examples of the rules.
    Examples(Examples<'a>),
}

/// The content of a script, and its options.
pub struct Plan<'a> {
    pub context: &'a RunContext<'a>,
    pub dialect: Dialect,
    pub names: Names,
    pub input: Input<'a>,
    /// The checks over records that run.
    pub checks: Vec<&'a Check>,
    /// Keep the results with the cells themselves as tables too.
    pub tables: bool,
    /// Keep the intermediate tables.
    pub keep_steps: bool,
}

impl<'a> Plan<'a> {
    /// Every statement, in the order in which it runs.
    pub fn statements(&self) -> Result<Vec<Statement>> {
        self.can_be_expressed()?;
        let facts = facts::Facts::new(self)?;
        let mut statements = vec![lists::run(self)];
        statements.extend(lists::used(self)?);
        statements.push(lists::checks(self));
        statements.push(lists::organisations(self));
        statements.push(cells::cells(self)?);
        statements.push(records::records(self)?);
        statements.extend(facts.statements(self)?);
        statements.extend(outcomes::steps(self, &facts.columns)?);
        statements.extend(counts::statements(self));
        statements.push(outcomes::findings(self));
        statements.extend(waits::statements(self, &facts.columns)?);
        statements.push(performance::performance(self));
        if let Input::Examples(examples) = &self.input {
            statements.extend(examples.wrong(self));
        }
        Ok(statements)
    }

    /// Refuses rules that a script cannot express, by name.
    fn can_be_expressed(&self) -> Result<()> {
        let data_set = &self.context.rulebook.data_set;
        match data_set.nested().next() {
            Some((table, _)) => Err(usage(format!(
                "the data set `{}` has nested tables (`{}`), and a script is of one table of records: check its files with \
                 `clockstop check`",
                data_set.name, table.name
            ))),
            None => Ok(()),
        }
    }

    /// What rules see in the script, with this object as `records`.
    fn around(&self, records: &str) -> Surroundings {
        let lists = lists::names(self.context.rulebook);
        let mut tables: std::collections::BTreeMap<String, String> = lists
            .map(|name| (name.to_string(), self.names.object(&lists::object(name))))
            .collect();
        tables.insert("records".to_string(), self.names.object(records));
        let run = self.names.object("run");
        let provider = match &self.input {
            Input::Table {
                provider_column: Some(_),
                ..
            } => PROVIDER.to_string(),
            _ => format!("(SELECT MAX(provider) FROM {run})"),
        };
        Surroundings {
            dialect: self.dialect,
            tables,
            as_at: format!("(SELECT MAX(as_at) FROM {run})"),
            provider,
            upper: self.letters("upper"),
            lower: self.letters("lower"),
        }
    }

    /// The name of a function for upper or lower case.
    fn letters(&self, name: &str) -> String {
        match self.dialect {
            Dialect::DuckDb => self.names.macro_name(name),
            Dialect::Spark => name.to_uppercase(),
        }
    }

    fn holds_examples(&self) -> bool {
        matches!(self.input, Input::Examples(_))
    }

    /// Columns of each record that are not fields: the trust that submitted it, and the example that it
    /// belongs to.
    fn companions(&self) -> Vec<&'static str> {
        match &self.input {
            Input::Table {
                provider_column: Some(_),
                ..
            } => vec![PROVIDER],
            Input::Table { .. } => Vec::new(),
            Input::Examples(_) => vec![crate::sql::EXAMPLE],
        }
    }

    /// A text column of NULLs.
    fn no_text(&self) -> String {
        format!("CAST(NULL AS {})", self.dialect.text_type())
    }
}

/// The column with the trust that submitted a record.
const PROVIDER: &str = "_provider";

/// The columns as a list of select items, one on each line.
fn items(items: impl IntoIterator<Item = String>) -> String {
    items
        .into_iter()
        .map(|item| format!("    {item}"))
        .collect::<Vec<_>>()
        .join(",\n")
}

/// The names of columns.
fn column_names(schema: &Schema) -> impl Iterator<Item = &str> {
    schema.iter_names().map(|name| name.as_str())
}

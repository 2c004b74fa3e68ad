//! Writes statements as a dbt project: one model for each statement, with its columns described, and checks
//! as tests.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::{Input, Kind, Plan, Statement, as_script};
use crate::rulebook::Check;
use crate::sql::dialect::Dialect;
use crate::terminal::failure::usage;
use crate::write;

/// Writes the project into a folder.
pub fn write(plan: &Plan, statements: &[Statement], folder: &Path) -> Result<()> {
    for statement in statements {
        without_jinja(&statement.sql)?;
        let name = plan.names.bare(&statement.name);
        let kind = if statement.kind == Kind::View {
            "view"
        } else {
            "table"
        };
        let text = format!("{{{{ config(materialized='{kind}') }}}}\n\n{}\n", statement.sql);
        file(folder, &format!("models/{name}.sql"), &text)?;
    }
    file(folder, "models/models.yml", &described(plan, statements))?;
    file(folder, "dbt_project.yml", &project(plan, statements))?;
    if plan.dialect == Dialect::DuckDb {
        file(folder, "macros/letters.sql", &macros(plan))?;
    }
    for (name, text) in tests(plan) {
        file(folder, &format!("tests/{name}.sql"), &text)?;
    }
    Ok(())
}

fn file(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| write::cannot(parent, &error))?;
    }
    write::text(Some(&path), text)
}

/// Refuses a literal with two brackets, which dbt would treat as its own syntax.
fn without_jinja(sql: &str) -> Result<()> {
    let own = ["{{ ref('", "{{ var('", "{{ target.schema }}"];
    let rest = own.iter().fold(sql.to_string(), |sql, own| sql.replace(own, ""));
    match ["{{", "{%", "{#"].iter().find(|mark| rest.contains(**mark)) {
        Some(mark) => Err(usage(format!(
            "a rule has `{mark}` in a literal, which dbt treats as its own syntax: print a script instead"
        ))),
        None => Ok(()),
    }
}

/// A text in YAML.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn described(plan: &Plan, statements: &[Statement]) -> String {
    let mut text = "version: 2\n\nmodels:\n".to_string();
    for statement in statements {
        let from = if statement.from.is_empty() {
            String::new()
        } else {
            format!(" From {}.", statement.from.join(", "))
        };
        let _ = writeln!(
            text,
            "  - name: {}\n    description: {}",
            plan.names.bare(&statement.name),
            quoted(&format!("{}{from}", statement.about))
        );
        let mut columns: Vec<(String, String)> = statement
            .columns
            .iter()
            .map(|(name, means)| (name.to_string(), means.to_string()))
            .collect();
        if statement.name == "records" {
            let fields = plan.context.rulebook.fields.iter();
            columns.extend(fields.map(|field| (field.name.clone(), field.title.clone())));
        }
        if !columns.is_empty() {
            text.push_str("    columns:\n");
        }
        for (name, means) in columns {
            let _ = writeln!(
                text,
                "      - name: {name}\n        description: {}",
                quoted(&means)
            );
            if statement.name == "cells" && name == "_record" {
                text.push_str("        data_tests:\n          - unique\n          - not_null\n");
            }
        }
    }
    text
}

fn project(plan: &Plan, statements: &[Statement]) -> String {
    let name = format!("clockstop_{}", plan.context.rulebook.data_set.name);
    let records = match &plan.input {
        Input::Table { name, .. } => name.as_str(),
        Input::Examples(_) => "",
    };
    let mut text = format!(
        "name: {name}\nversion: {}\nconfig-version: 2\nprofile: clockstop\n\nvars:\n  # The date that the run stands at.\n  as_at: {}\n  \
         # The table of records.\n  records: {}\n  # How a finding shows as a test: warn or error.\n  findings: warn\n  # The steps on \
         the way hold identifiers and are dropped.\n  keep_steps: {}\n",
        quoted(env!("CARGO_PKG_VERSION")),
        quoted(&plan.context.as_at.to_string()),
        quoted(records),
        plan.keep_steps
    );
    if plan.dialect == Dialect::DuckDb {
        text.push_str("\non-run-start:\n  - \"{{ clockstop_upper() }}\"\n  - \"{{ clockstop_lower() }}\"\n");
    }
    text.push_str("\non-run-end:\n");
    for statement in statements.iter().filter(|statement| statement.is_step).rev() {
        let _ = writeln!(
            text,
            "  - \"{{% if not var('keep_steps') %}}drop table if exists {{{{ target.schema }}}}.{}{{% endif \
             %}}\"",
            plan.names.bare(&statement.name)
        );
    }
    text
}

fn macros(plan: &Plan) -> String {
    let each = as_script::letters(plan).into_iter().zip(["upper", "lower"]);
    each.map(|((name, sql), word)| {
        format!(
            "{{% macro clockstop_{word}() %}}\ncreate or replace macro {name}(x) as\n{sql}\n{{% endmacro \
             %}}\n"
        )
    })
    .collect::<Vec<_>>()
    .join("\n")
}

/// One test for each check, which lists its findings; and one that the counts of each check add up.
fn tests(plan: &Plan) -> Vec<(String, String)> {
    if plan.holds_examples() {
        let wrong = plan.names.object(super::self_test::WRONG);
        return vec![(
            "examples_come_out_right".to_string(),
            format!("SELECT * FROM {wrong}\n"),
        )];
    }
    let of_check = |check: &&Check| {
        let name = check
            .id
            .to_lowercase()
            .replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
        let text = format!(
            "{{{{ config(severity=var('findings')) }}}}\n-- {}\nSELECT * FROM {} WHERE {} = {}\n",
            check.title.replace(['{', '}', '\n'], " "),
            plan.names.object("findings"),
            plan.dialect.name("check"),
            plan.dialect.literal(&check.id)
        );
        (format!("checks/{name}"), text)
    };
    let mut tests: Vec<(String, String)> = plan.checks.iter().map(of_check).collect();
    tests.push((
        "counts_add_up".to_string(),
        format!(
            "SELECT * FROM {} WHERE passed + failed + not_assessed + not_applicable <> (SELECT COUNT(*) \
             FROM {})\n",
            plan.names.object("summary"),
            plan.names.object("derived")
        ),
    ));
    tests
}

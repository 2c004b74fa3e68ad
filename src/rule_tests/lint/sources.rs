//! A column that a source's SQL compares with values needs a type in `[table.reads]`. Without it, another
//! spelling of a value (`Yes` for 1, `01` for 1) silently takes another branch.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, Value, ValueWithSpan, visit_expressions};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use crate::rule_tests::lint::{Complaint, Level};
use crate::rulebook::{Mistake, Rulebook, Source};

pub fn complaints(rulebook: &Rulebook) -> Vec<Complaint> {
    rulebook
        .sources
        .iter()
        .filter(|source| !source.as_written)
        .flat_map(|source| of_source(rulebook, source))
        .collect()
}

fn of_source(rulebook: &Rulebook, source: &Source) -> Vec<Complaint> {
    let text = rulebook
        .files
        .get(source.file.trim_start_matches("rules/"))
        .unwrap_or_default();
    let queries = std::iter::once(&source.records).chain(source.also.iter().map(|also| &also.rows));
    let compared: BTreeSet<String> = queries
        .flat_map(|query| compared_with_values(query.get_ref()))
        .collect();
    let columns = |name: &str| {
        source.table.iter().find(|table| {
            let known = table.columns();
            known.into_iter().any(|column| column.eq_ignore_ascii_case(name))
        })
    };
    compared
        .iter()
        .filter_map(|name| columns(name).map(|table| (name, table)))
        .filter(|(name, table)| !table.reads.keys().any(|known| known.eq_ignore_ascii_case(name)))
        .map(|(name, table)| {
            let message = format!(
                "source `{}` compares `{name}` with values and does not say what it holds: any other value \
                 takes the other branch without a word",
                source.name
            );
            let help = format!(
                "under `[[table]]` of `{}` add `[table.reads]` with `{name} = \"flag\"`, `\"number\"` or, \
                 where a check knows its codes, `\"code\"`",
                table.name
            );
            Complaint {
                level: Level::Warning,
                mistake: Mistake::at(&source.file, text, source.records.span(), message).help(help),
            }
        })
        .collect()
}

/// Names of columns that a query compares with a quoted text, with `=`, `<>` or `IN`.
fn compared_with_values(sql: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let Ok(statements) = Parser::parse_sql(&GenericDialect, sql) else {
        return names;
    };
    let _ = visit_expressions(&statements, |part| {
        match part {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq | BinaryOperator::NotEq,
                right,
            } => {
                if is_text(right) {
                    add_columns(left, &mut names);
                } else if is_text(left) {
                    add_columns(right, &mut names);
                }
            }
            Expr::InList { expr, list, .. } if list.iter().any(is_text) => add_columns(expr, &mut names),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    names
}

fn is_text(part: &Expr) -> bool {
    matches!(
        part,
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(_),
            ..
        })
    )
}

fn add_columns(part: &Expr, names: &mut BTreeSet<String>) {
    let _ = visit_expressions(part, |inner| {
        match inner {
            Expr::Identifier(name) => drop(names.insert(name.value.clone())),
            Expr::CompoundIdentifier(parts) => names.extend(parts.last().map(|name| name.value.clone())),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_are_compared_with_values_are_found_inside_functions_too() {
        let sql = "SELECT CASE WHEN UPPER(t.A) IN ('1', 'TRUE') THEN 'x' WHEN B = '1' THEN 'y' END FROM t WHERE \
             C <> D AND 'Q' = E AND F IS NULL";
        assert_eq!(
            compared_with_values(sql).into_iter().collect::<Vec<_>>(),
            ["A", "B", "E"]
        );
    }
}

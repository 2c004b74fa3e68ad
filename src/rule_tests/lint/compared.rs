//! Finds comparisons without effect: a field with a code list is compared with a text that is not in the
//! list, or a column with a word that no other place of the rules has. Either one of the two has a wrong
//! letter, or the comparison has no effect.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value, ValueWithSpan,
    visit_expressions,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use crate::rule_tests::lint::{Complaint, Level, about};
use crate::rulebook::{Check, Mistake, Rulebook, suggestion};

/// The folder of all sources: their SQL gives words that the SQL of a data set compares.
const SOURCES: &str = "sources/";

pub fn complaints(rulebook: &Rulebook) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let folder = format!("{}/", rulebook.data_set.folder);
    for (path, text) in rulebook.files.under(&folder, ".sql") {
        for (column, code) in compared(text) {
            let Some((level, message, help)) = without_effect(rulebook, &column, &code) else {
                continue;
            };
            let is_it = |line: &str| line.contains(&format!("'{code}'"));
            let line = text.lines().position(is_it).unwrap_or_default();
            let length = text.lines().nth(line).map_or(1, str::len);
            let mistake = Mistake::at_line(&format!("rules/{path}"), text, line + 1, 1, length, message);
            let mistake = mistake.help(help);
            complaints.push(Complaint { level, mistake });
        }
    }
    let checks = rulebook.checks.iter().filter(|check| !check.is_made);
    complaints.extend(checks.flat_map(|check| of_check(rulebook, check)));
    complaints
}

fn of_check(rulebook: &Rulebook, check: &Check) -> Vec<Complaint> {
    let parts = [("when", &check.when), ("assert", &check.assert)];
    let mut complaints = Vec::new();
    for (key, sql) in parts {
        let Some(sql) = sql else { continue };
        // `{field}` of a check over several fields is no SQL yet.
        let sql = sql.get_ref().replace(['{', '}'], "");
        for (column, code) in compared(&format!("SELECT {sql}")) {
            if let Some((level, message, help)) = without_effect(rulebook, &column, &code) {
                let mut complaint = about(rulebook, check, key, level, message);
                complaint.mistake = complaint.mistake.help(help);
                complaints.push(complaint);
            }
        }
    }
    complaints
}

/// What is wrong with a text that a column is compared with, and what may be meant.
fn without_effect(rulebook: &Rulebook, column: &str, text: &str) -> Option<(Level, String, String)> {
    if text.is_empty() {
        return None;
    }
    let list = rulebook
        .field(column)
        .and_then(|field| rulebook.code_list(field.code_list.as_ref()?));
    if let Some(list) = list {
        let known = || list.codes.iter().map(|code| code.code.as_str());
        let message = format!(
            "`{column}` is compared with `{text}`, which is not in its code list `{}`: no record has it",
            list.name
        );
        let is_known = known().any(|known| known == text);
        return (!is_known).then(|| (Level::Error, message, suggestion(text, known())));
    }
    let is_word = text
        .chars()
        .all(|letter| letter.is_alphabetic() || "-_ ".contains(letter));
    if !is_word || rulebook.field(column).is_some() || stands_elsewhere(rulebook, text) {
        return None;
    }
    let message = format!(
        "`{column}` is compared with `{text}`, a word that stands nowhere else in the rules: nothing gives it"
    );
    let help = "correct the word, or leave the comparison out".to_string();
    Some((Level::Warning, message, help))
}

/// Whether the rules have a text in more than one place: in quotes, or as a cell of a list.
fn stands_elsewhere(rulebook: &Rulebook, text: &str) -> bool {
    let folder = format!("{}/", rulebook.data_set.folder);
    let (one, other) = (format!("'{text}'"), format!("\"{text}\""));
    let places = rulebook.files.iter().map(|(path, whole)| {
        if !path.starts_with(&folder) && !path.starts_with(SOURCES) {
            return 0;
        }
        let lines = whole.lines();
        if path.ends_with(".csv") {
            let cells = lines.flat_map(|line| line.split([',', ';', '"']));
            return cells.filter(|cell| cell.trim() == text).count();
        }
        let code = lines.map(|line| line.split("--").next().unwrap_or_default());
        code.map(|line| line.matches(&one).count() + line.matches(&other).count())
            .sum()
    });
    places.sum::<usize>() > 1
}

/// Each column that a query compares with a quoted text, and the text: with `=`, `<>`, `IN` or `CASE`.
fn compared(sql: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Ok(statements) = Parser::parse_sql(&GenericDialect, sql) else {
        return found;
    };
    let _ = visit_expressions(&statements, |part| {
        match part {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq | BinaryOperator::NotEq,
                right,
            } => {
                found.extend(column(left).zip(text(right)));
                found.extend(column(right).zip(text(left)));
            }
            Expr::InList { expr, list, .. } => {
                let texts = list.iter().filter_map(text);
                found.extend(texts.filter_map(|text| Some((column(expr)?, text))));
            }
            Expr::Case {
                operand: Some(operand),
                conditions,
                ..
            } => {
                let texts = conditions.iter().filter_map(|case| text(&case.condition));
                found.extend(texts.filter_map(|text| Some((column(operand)?, text))));
            }
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    found
}

/// The column that is compared, by itself or with a default.
fn column(part: &Expr) -> Option<String> {
    match part {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.clone()),
        Expr::Nested(inner) => column(inner),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("coalesce") => {
            let FunctionArguments::List(list) = &function.args else {
                return None;
            };
            match list.args.as_slice() {
                [
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(first)),
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(default)),
                ] => text(default).and_then(|_| column(first)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn text(part: &Expr) -> Option<String> {
    match part {
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(text),
            ..
        }) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_the_texts_that_they_are_compared_with_are_found() {
        let pair = |column: &str, text: &str| (column.to_string(), text.to_string());
        assert_eq!(
            compared(
                "SELECT CASE WHEN r.a = '1' THEN 'x' END, CASE f WHEN '5' THEN 'y' END FROM r \
                 WHERE b IN ('2', '3') AND '4' <> c AND d = e AND COALESCE(g, '') <> '6' AND LEFT(h, 1) = '7'"
            ),
            [
                pair("a", "1"),
                pair("f", "5"),
                pair("b", "2"),
                pair("b", "3"),
                pair("c", "4"),
                pair("g", "6")
            ]
        );
    }
}

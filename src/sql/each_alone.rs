//! Rewrites a query over records for records that are each alone: no other record has the same key. In: a
//! query that takes nothing from records with another key (see [`super::looks_beyond`]). Out: a query
//! without joins, groupings and windows that gives the same rows for such records.
//!
//! Where a record is alone, every step of the query has at most one row for it. So a step is the expressions
//! of its columns and the condition on which it has that row. A join becomes a condition, a least or greatest
//! value the value itself, a count 1. Much of that is then decided: a step HAVING COUNT(*) > 1 is empty, so
//! what is joined from it is NULL.

use std::collections::HashMap;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident, JoinConstraint,
    JoinOperator, ObjectName, Query, Select, SelectItem, SetExpr, Statement, TableFactor, VisitMut,
    VisitorMut, WindowType, visit_expressions, visit_expressions_mut,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::across::OF_MANY;
use super::seen::RECORDS;
use super::simpler::{self, literal};

/// The beginning of the names of columns in between; no column of the rules has it.
const PART: &str = "clockstop_part_";

/// The query for records that are each alone; `None` if it has a form that is not known here. `columns` are
/// the columns of the records.
pub fn of_each_alone(statement: &Statement, columns: &[String]) -> Option<Statement> {
    let Statement::Query(query) = statement else {
        return None;
    };
    let records = Relation {
        is_there: literal(true),
        columns: columns.iter().map(|name| (name.clone(), column(name))).collect(),
    };
    let mut rewriting = Rewriting {
        parts: Vec::new(),
        known: HashMap::new(),
    };
    let result = rewriting.query(query, &mut vec![(RECORDS.to_string(), records)])?;
    // A record without a row would be lost.
    if simpler::truth(&result.is_there) != Some(true) {
        return None;
    }
    let text = rewriting.text(&result.columns);
    Parser::parse_sql(&GenericDialect, &text).ok()?.pop()
}

/// The columns by which every window of a condition groups records; none if it has no window, or if a window has a
/// form that is not known here.
pub fn shared_keys(condition: &Expr) -> Vec<String> {
    let mut keys: Option<Vec<String>> = None;
    let _ = visit_expressions(condition, |part| {
        if let Expr::Function(Function {
            over: Some(WindowType::WindowSpec(window)),
            ..
        }) = part
        {
            let by = window.partition_by.iter().filter_map(|by| match by {
                Expr::Identifier(name) => Some(name.value.clone()),
                _ => None,
            });
            let by: Vec<String> = by.collect();
            match &mut keys {
                Some(keys) => keys.retain(|key| by.contains(key)),
                None => keys = Some(by),
            }
        }
        ControlFlow::<()>::Continue(())
    });
    keys.unwrap_or_default()
}

/// A condition for a record that is alone in its windows; `None` if a window has a form that is not known here.
pub fn condition_alone(condition: &Expr) -> Option<Expr> {
    let mut alone = condition.clone();
    let rewritten = visit_expressions_mut(&mut alone, |part| {
        if let Expr::Function(function) = part
            && function.over.is_some()
        {
            match of_one(function).or_else(|| sum_of_one(function)) {
                Some(value) => *part = value,
                None => return ControlFlow::Break(()),
            }
        }
        ControlFlow::Continue(())
    });
    rewritten.is_continue().then(|| simpler::simpler(alone))
}

/// What one step has for a record: at most one row.
#[derive(Clone)]
struct Relation {
    /// The condition on which the step has a row. NULL means that it has none.
    is_there: Expr,
    /// The columns of that row; each is a column of the records, a part or a literal.
    columns: Vec<(String, Expr)>,
}

/// The parts that several expressions may name, in the order in which they can be calculated.
struct Rewriting {
    parts: Vec<Expr>,
    /// The numbers of the parts by their SQL.
    known: HashMap<String, usize>,
}

impl Rewriting {
    fn query(&mut self, query: &Query, steps: &mut Vec<(String, Relation)>) -> Option<Relation> {
        if query.limit_clause.is_some() || query.fetch.is_some() {
            return None;
        }
        let SetExpr::Select(select) = query.body.as_ref() else {
            return None;
        };
        let before = steps.len();
        for step in query.with.iter().flat_map(|with| &with.cte_tables) {
            if !step.alias.columns.is_empty() {
                return None;
            }
            let relation = self.query(&step.query, steps)?;
            steps.push((step.alias.name.value.clone(), relation));
        }
        let result = self.select(select, steps)?;
        steps.truncate(before);
        Some(result)
    }

    fn select(&mut self, select: &Select, steps: &mut Vec<(String, Relation)>) -> Option<Relation> {
        let GroupByExpr::Expressions(by, modifiers) = &select.group_by else {
            return None;
        };
        let is_plain = select.qualify.is_none() && select.top.is_none() && select.exclude.is_none();
        if !is_plain || !modifiers.is_empty() || (by.is_empty() && reduces(select)) {
            return None;
        }
        let (mut is_there, scope) = self.from(select, steps)?;
        for condition in [&select.selection, &select.having].into_iter().flatten() {
            let condition = simpler::condition(scope.resolved(condition)?);
            is_there = self.part(simpler::and(is_there, condition));
        }
        let mut columns = Vec::new();
        for item in &select.projection {
            columns.extend(self.item(item, &scope)?);
        }
        Some(Relation { is_there, columns })
    }

    /// The tables that a SELECT reads, and the condition on which their join has a row.
    fn from(&mut self, select: &Select, steps: &mut Vec<(String, Relation)>) -> Option<(Expr, Scope)> {
        let [from] = select.from.as_slice() else {
            return None;
        };
        let (name, first) = self.table(&from.relation, steps)?;
        let mut is_there = first.is_there;
        let mut scope = Scope(vec![(name, first.columns)]);
        for join in &from.joins {
            let (on, keeps_left) = match &join.join_operator {
                JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on)) => {
                    (on, false)
                }
                JoinOperator::Left(JoinConstraint::On(on))
                | JoinOperator::LeftOuter(JoinConstraint::On(on)) => (on, true),
                _ => return None,
            };
            let (name, right) = self.table(&join.relation, steps)?;
            scope.0.push((name, right.columns));
            let on = simpler::condition(scope.resolved(on)?);
            let fits = self.part(simpler::and(right.is_there, on));
            if !keeps_left {
                is_there = self.part(simpler::and(is_there, fits));
                continue;
            }
            let (_, columns) = scope.0.last_mut()?;
            for (_, value) in columns {
                *value = self.part(simpler::only_if(&fits, value.clone()));
            }
        }
        Some((is_there, scope))
    }

    /// A table with the name under which the SELECT knows it.
    fn table(
        &mut self,
        table: &TableFactor,
        steps: &mut Vec<(String, Relation)>,
    ) -> Option<(String, Relation)> {
        match table {
            TableFactor::Table { name, alias, .. } => {
                let name = name.to_string();
                let (_, relation) = steps.iter().rev().find(|(step, _)| *step == name)?;
                let alias = alias.as_ref();
                let shown = alias.map_or(name, |alias| alias.name.value.clone());
                Some((shown, relation.clone()))
            }
            TableFactor::Derived {
                lateral: false,
                subquery,
                alias: Some(alias),
                ..
            } => Some((alias.name.value.clone(), self.query(subquery, steps)?)),
            _ => None,
        }
    }

    /// The columns of an item of a SELECT.
    fn item(&mut self, item: &SelectItem, scope: &Scope) -> Option<Vec<(String, Expr)>> {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let name = match expr {
                    Expr::Identifier(name) => name,
                    Expr::CompoundIdentifier(names) => names.last()?,
                    _ => return None,
                };
                Some(vec![(name.value.clone(), self.part(scope.resolved(expr)?))])
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                Some(vec![(alias.value.clone(), self.part(scope.resolved(expr)?))])
            }
            SelectItem::Wildcard(more) if *more == Default::default() => match scope.0.as_slice() {
                [(_, columns)] => Some(columns.clone()),
                _ => None,
            },
            SelectItem::QualifiedWildcard(kind, more) if *more == Default::default() => {
                let name = kind.to_string();
                let name = name.strip_suffix(".*").unwrap_or(&name);
                let (_, columns) = scope.0.iter().find(|(table, _)| table == name)?;
                Some(columns.clone())
            }
            _ => None,
        }
    }

    /// An expression as a part of its own, unless it is a column or a literal.
    fn part(&mut self, expr: Expr) -> Expr {
        let mut expr = expr;
        while let Expr::Nested(inner) = expr {
            expr = *inner;
        }
        if matches!(expr, Expr::Identifier(_) | Expr::Value(_)) {
            return expr;
        }
        let next = self.parts.len();
        let number = *self.known.entry(expr.to_string()).or_insert(next);
        if number == next {
            self.parts.push(expr);
        }
        column(&name(number))
    }

    /// The parts that these columns need, level by level as queries in each other, and the columns.
    fn text(&self, columns: &[(String, Expr)]) -> String {
        let mut levels: Vec<usize> = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let below = numbers(part).into_iter().map(|number| levels[number] + 1);
            levels.push(below.max().unwrap_or_default());
        }
        let mut is_needed = vec![false; self.parts.len()];
        let of_result = columns.iter().flat_map(|(_, value)| numbers(value));
        of_result.for_each(|number| is_needed[number] = true);
        for number in (0..self.parts.len()).rev() {
            if is_needed[number] {
                let below = numbers(&self.parts[number]).into_iter();
                below.for_each(|below| is_needed[below] = true);
            }
        }
        let mut from = RECORDS.to_string();
        for level in 0..=levels.iter().copied().max().unwrap_or_default() {
            let of_level =
                (0..self.parts.len()).filter(|number| is_needed[*number] && levels[*number] == level);
            let items: Vec<String> = of_level
                .map(|number| format!("{} AS {}", self.parts[number], name(number)))
                .collect();
            if !items.is_empty() {
                from = format!(
                    "(SELECT *, {} FROM {from}) AS {PART}level_{level}",
                    items.join(", ")
                );
            }
        }
        let items = columns.iter();
        let items: Vec<String> = items
            .map(|(name, value)| format!("{value} AS {}", column(name)))
            .collect();
        format!("SELECT {} FROM {from}", items.join(", "))
    }
}

/// The tables that a SELECT reads, by the names that it gives them, with their columns.
struct Scope(Vec<(String, Vec<(String, Expr)>)>);

impl Scope {
    /// The value of a column; `None` if no table has it, or several have.
    fn value(&self, table: Option<&str>, name: &str) -> Option<&Expr> {
        let tables = self
            .0
            .iter()
            .filter(|(known, _)| table.is_none_or(|table| table == known));
        let columns = tables.flat_map(|(_, columns)| columns);
        let mut values = columns.filter(|(known, _)| known == name).map(|(_, value)| value);
        values.next().filter(|_| values.next().is_none())
    }

    /// An expression over the columns of the records, its aggregates reduced to the one row.
    fn resolved(&self, expr: &Expr) -> Option<Expr> {
        let mut resolved = expr.clone();
        let is_known = resolved.visit(&mut Resolving(self)).is_continue();
        is_known.then(|| simpler::simpler(resolved))
    }
}

/// Replaces the columns of an expression by their values, and its aggregates and windows by what they give
/// for one row. Breaks off at a form that is not known.
struct Resolving<'a>(&'a Scope);

impl VisitorMut for Resolving<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let value = match expr {
            Expr::Identifier(name) => self.0.value(None, &name.value).cloned(),
            Expr::CompoundIdentifier(names) => match names.as_slice() {
                [table, name] => self.0.value(Some(&table.value), &name.value).cloned(),
                _ => None,
            },
            Expr::Function(function) if is_of_many(function) => of_one(function),
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => None,
            _ => return ControlFlow::Continue(()),
        };
        match value {
            Some(value) => *expr = value,
            None => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }
}

/// Whether a function reads many rows.
fn is_of_many(function: &Function) -> bool {
    function.over.is_some() || OF_MANY.contains(&function.name.to_string().to_lowercase().as_str())
}

/// What an aggregate or window gives for one row.
fn of_one(function: &Function) -> Option<Expr> {
    let is_ordered = match &function.over {
        None => false,
        Some(WindowType::WindowSpec(window)) => !window.order_by.is_empty() || window.window_frame.is_some(),
        Some(WindowType::NamedWindow(_)) => true,
    };
    if function.filter.is_some() || !function.within_group.is_empty() || is_ordered {
        return None;
    }
    let FunctionArguments::List(arguments) = &function.args else {
        return None;
    };
    let [FunctionArg::Unnamed(argument)] = arguments.args.as_slice() else {
        return None;
    };
    match (function.name.to_string().to_lowercase().as_str(), argument) {
        ("min" | "max", FunctionArgExpr::Expr(value)) => Some(Expr::Nested(Box::new(value.clone()))),
        ("count", FunctionArgExpr::Wildcard) => Some(simpler::whole(1)),
        ("count", FunctionArgExpr::Expr(value)) => Some(simpler::one_if_known(value)),
        _ => None,
    }
}

/// The sum of one value on an engine where the sum of NULL is NULL, which in polars it is not.
fn sum_of_one(function: &Function) -> Option<Expr> {
    let mut as_least = function.clone();
    as_least.name = ObjectName::from(vec![Ident::new("min")]);
    let is_sum = function.name.to_string().eq_ignore_ascii_case("sum");
    of_one(&as_least).filter(|_| is_sum)
}

/// Whether a SELECT reduces many rows to one outside a window.
fn reduces(select: &Select) -> bool {
    let is_reducing = |part: &Expr| match part {
        Expr::Function(function) if function.over.is_none() && is_of_many(function) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    visit_expressions(&select.projection, is_reducing).is_break()
        || visit_expressions(&select.having, is_reducing).is_break()
}

/// The numbers of the parts that an expression names.
fn numbers(expr: &Expr) -> Vec<usize> {
    let mut numbers = Vec::new();
    let _ = visit_expressions(expr, |part| {
        if let Expr::Identifier(name) = part
            && let Some(number) = name.value.strip_prefix(PART)
        {
            numbers.extend(number.parse::<usize>());
        }
        ControlFlow::<()>::Continue(())
    });
    numbers
}

fn name(number: usize) -> String {
    format!("{PART}{number}")
}

fn column(name: &str) -> Expr {
    Expr::Identifier(Ident::with_quote('"', name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::df;
    use polars::prelude::*;
    use polars::sql::SQLContext;

    fn records() -> DataFrame {
        df!(
            "_record" => [0u32, 1, 2, 3, 4],
            "key" => [Some("a"), Some("b"), Some("c"), Some("d"), None],
            "x" => [Some("01"), None, Some("02"), Some("01"), Some("02")],
            "day" => [Some(1), Some(2), None, Some(4), Some(5)]
        )
        .unwrap()
    }

    fn rewritten(sql: &str) -> Option<Statement> {
        let columns: Vec<String> = ["_record", "key", "x", "day"].map(String::from).to_vec();
        let statement = Parser::parse_sql(&GenericDialect, sql).unwrap().remove(0);
        of_each_alone(&statement, &columns)
    }

    fn rows(sql: &str) -> DataFrame {
        let mut engine = SQLContext::new();
        engine.register("records", records().lazy());
        let rows = engine.execute(sql).unwrap().collect().unwrap();
        rows.sort(["_record"], SortMultipleOptions::default()).unwrap()
    }

    #[test]
    fn records_that_are_alone_get_the_same_rows() {
        for sql in [
            "SELECT _record, COUNT(*) OVER (PARTITION BY key) AS n, MIN(x) OVER (PARTITION BY key) AS low FROM records",
            "WITH several AS (SELECT key, COUNT(*) AS n, MIN(day) AS first FROM records GROUP BY key HAVING COUNT(*) > 1) \
             SELECT records._record, several.n IS NULL AS is_alone, COALESCE(first, day) AS first_day, \
                 CASE WHEN n > 1 THEN 'several' WHEN x = '01' THEN 'one' ELSE x END AS word \
             FROM records LEFT JOIN several ON several.key = records.key",
            "WITH firsts AS (SELECT key, MIN(day) AS first_day, COUNT(x) AS known FROM records WHERE x = '01' GROUP BY key) \
             SELECT records._record, firsts.key IS NOT NULL AS is_first, first_day, known, day - first_day AS since \
             FROM records LEFT JOIN firsts ON firsts.key = records.key",
            "WITH steps AS (SELECT *, day + 1 AS next FROM records), more AS (SELECT *, next * 2 AS twice FROM steps) \
             SELECT one._record, other.twice, one.next FROM more AS one LEFT JOIN \
             (SELECT key, twice FROM more WHERE x = '02') AS other ON other.key = one.key",
            "WITH n AS (SELECT key AS held, COUNT(*) AS n FROM records GROUP BY key) \
             SELECT _record, n FROM records LEFT JOIN n ON n.held = records.key",
        ] {
            let alone = rewritten(sql)
                .unwrap_or_else(|| panic!("not rewritten: {sql}"))
                .to_string();
            for word in [" JOIN ", " GROUP BY ", " OVER "] {
                assert!(!alone.contains(word), "{alone}");
            }
            let (plain, alone) = (rows(sql), rows(&alone));
            assert_eq!(plain.get_column_names(), alone.get_column_names());
            for (plain, alone) in plain.columns().iter().zip(alone.columns()) {
                let alone = alone.cast(plain.dtype()).unwrap();
                let plain = plain.as_materialized_series();
                assert!(
                    plain.equals_missing(alone.as_materialized_series()),
                    "{sql}\n{plain}\n{alone:?}"
                );
            }
        }
    }

    #[test]
    fn other_queries_are_not_rewritten() {
        for sql in [
            "SELECT _record FROM records WHERE x = '01'",
            "SELECT records._record FROM records INNER JOIN records AS other ON other.key = records.key AND other.x = '01'",
            "SELECT _record, ROW_NUMBER() OVER (PARTITION BY key ORDER BY day) AS n FROM records",
            "SELECT _record, SUM(day) OVER (PARTITION BY key) AS n FROM records",
            "SELECT _record, x FROM records UNION ALL SELECT _record, x FROM records",
            "SELECT records._record, long FROM records LEFT JOIN lookup ON lookup.x = records.x",
            "SELECT _record, (SELECT MAX(day) FROM records) AS n FROM records",
            "SELECT MAX(_record) AS _record FROM records",
            "SELECT _record FROM records LIMIT 2",
        ] {
            assert!(rewritten(sql).is_none(), "{sql}");
        }
    }
}

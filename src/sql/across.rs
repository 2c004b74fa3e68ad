//! Whether a query needs more than one record at a time, and whether it needs records of other pathways. In:
//! a query over `records`. Out: yes or no; when in doubt, yes.

use std::ops::ControlFlow;

use anyhow::Result;
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, Function, GroupByExpr, JoinConstraint, JoinOperator, Query, Select,
    SelectItem, SetExpr, Statement, TableFactor, Visit, Visitor, WindowType, visit_expressions,
};

use crate::rulebook::columns::RECORD;
use crate::sql::seen::RECORDS;
use crate::sql::{Snippet, parse_query};

/// Functions that reduce many records to one value.
pub const OF_MANY: [&str; 5] = ["avg", "count", "max", "min", "sum"];

/// Whether the query looks beyond each record: with a window, a count, a grouping, or a join of records with
/// records.
pub fn looks_across_records(snippet: &Snippet) -> Result<bool> {
    let Statement::Query(query) = parse_query(snippet)? else {
        return Ok(true);
    };
    let mut read = Vec::new();
    if counts(query.as_ref()) || !is_plain(&query, &mut read) {
        return Ok(true);
    }
    let steps = query
        .with
        .iter()
        .flat_map(|with| &with.cte_tables)
        .map(|step| step.alias.name.value.to_lowercase());
    let mut of_records = steps.chain([RECORDS.to_string()]);
    Ok(!of_records.all(|table| read.iter().filter(|name| **name == table).count() == 1))
}

fn counts(sql: &impl Visit) -> bool {
    let found = visit_expressions(sql, |part| match part {
        Expr::Function(function)
            if function.over.is_some()
                || OF_MANY.contains(&function.name.to_string().to_lowercase().as_str()) =>
        {
            ControlFlow::Break(())
        }
        Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}

/// Whether the query has only selects and joins, in steps; `read` gets the name of every table that they
/// read.
fn is_plain(query: &Query, read: &mut Vec<String>) -> bool {
    let mut steps = query.with.iter().flat_map(|with| &with.cte_tables);
    let are_steps_plain = steps.all(|step| is_plain(&step.query, read));
    let is_ordered = query.order_by.is_some() || query.limit_clause.is_some() || query.fetch.is_some();
    match query.body.as_ref() {
        SetExpr::Select(select) => are_steps_plain && !is_ordered && is_plain_select(select, read),
        _ => false,
    }
}

fn is_plain_select(select: &Select, read: &mut Vec<String>) -> bool {
    let is_grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(by, _) => !by.is_empty(),
    };
    for table in select
        .from
        .iter()
        .flat_map(|from| std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)))
    {
        let TableFactor::Table { name, .. } = table else {
            return false;
        };
        read.push(name.to_string().to_lowercase());
    }
    !is_grouped && !matches!(select.distinct, Some(Distinct::Distinct | Distinct::On(_)))
}

/// Whether the query could take something from records with another value of `key`: where a window, a
/// grouping or a join goes by neither the key nor the record itself.
pub fn looks_beyond(snippet: &Snippet, key: &str) -> Result<bool> {
    let statement = parse_query(snippet)?;
    let mut within = Within { key };
    Ok(statement.visit(&mut within).is_break())
}

/// Breaks off at the first part that could go beyond the key.
struct Within<'a> {
    key: &'a str,
}

impl Visitor for Within<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let is_plain = matches!(query.body.as_ref(), SetExpr::Select(_));
        let is_cut = query.limit_clause.is_some() || query.fetch.is_some();
        go_on(is_plain && !is_cut)
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let grouped = match &select.group_by {
            GroupByExpr::Expressions(by, _) if by.is_empty() => None,
            GroupByExpr::Expressions(by, _) => Some(by.iter().any(|by| self.names(by))),
            GroupByExpr::All(_) => Some(false),
        };
        let is_reduced = grouped.is_none() && (reduces(&select.projection) || reduces(&select.having));
        let joins = select.from.iter().flat_map(|from| &from.joins);
        let are_joined = joins.clone().all(|join| self.joins(&join.join_operator));
        let is_renamed = select.projection.iter().any(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } => self.is_name(&alias.value) && !self.names(expr),
            _ => false,
        });
        go_on(
            grouped.unwrap_or(true)
                && !is_reduced
                && select.from.len() == 1
                && are_joined
                && !is_renamed
                && select.distinct.is_none(),
        )
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        go_on(match expr {
            Expr::Function(Function {
                over: Some(WindowType::WindowSpec(window)),
                ..
            }) => window.partition_by.iter().any(|by| self.names(by)),
            Expr::Function(Function { over: Some(_), .. }) => false,
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => false,
            _ => true,
        })
    }
}

impl Within<'_> {
    fn is_name(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.key) || name.eq_ignore_ascii_case(RECORD)
    }

    /// Whether an expression is the column of the key or of the record.
    fn names(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Identifier(name) => self.is_name(&name.value),
            Expr::CompoundIdentifier(names) => names.last().is_some_and(|name| self.is_name(&name.value)),
            _ => false,
        }
    }

    fn joins(&self, join: &JoinOperator) -> bool {
        match join {
            JoinOperator::Join(JoinConstraint::On(on))
            | JoinOperator::Inner(JoinConstraint::On(on))
            | JoinOperator::Left(JoinConstraint::On(on))
            | JoinOperator::LeftOuter(JoinConstraint::On(on)) => self.holds_together(on),
            _ => false,
        }
    }

    /// Whether a condition of a join asks, with all else that it asks, for equal keys or records.
    fn holds_together(&self, on: &Expr) -> bool {
        match on {
            Expr::Nested(inner) => self.holds_together(inner),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => self.holds_together(left) || self.holds_together(right),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => self.names(left) || self.names(right),
            _ => false,
        }
    }
}

fn go_on(is_within: bool) -> ControlFlow<()> {
    match is_within {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    }
}

/// Whether SQL reduces many rows to one value outside a window.
fn reduces(sql: &impl Visit) -> bool {
    visit_expressions(sql, |part| match part {
        Expr::Function(function)
            if function.over.is_none()
                && OF_MANY.contains(&function.name.to_string().to_lowercase().as_str()) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(text: &str) -> bool {
        looks_across_records(&Snippet {
            text,
            file: "derived.sql".into(),
            whole: text,
            line: 1,
            of: String::new(),
        })
        .unwrap()
    }

    #[test]
    fn a_query_of_each_record_alone_is_known_as_one() {
        assert!(!looks("SELECT _record, UPPER(a) AS b FROM records"));
        assert!(!looks(
            "WITH first AS (SELECT *, LEFT(a, 3) AS b FROM records),
            second AS (SELECT first.*, one.c, two.c AS d FROM first LEFT JOIN list AS one ON one.a = first.a LEFT JOIN list AS two ON two.a = first.b)
            SELECT _record, CASE WHEN c IS NULL THEN d END AS e FROM second"
        ));
    }

    #[test]
    fn a_query_that_needs_other_records_is_known_as_one() {
        for text in [
            "SELECT _record, COUNT(*) OVER (PARTITION BY a) AS b FROM records",
            "SELECT MIN(_record) AS _record FROM records",
            "SELECT _record FROM records GROUP BY _record",
            "SELECT DISTINCT _record FROM records",
            "SELECT _record FROM records ORDER BY a LIMIT 3",
            "SELECT _record FROM records UNION ALL SELECT _record FROM records",
            "SELECT one._record FROM records AS one INNER JOIN records AS two ON one.a = two.a",
            "WITH first AS (SELECT * FROM records) SELECT one._record FROM first AS one LEFT JOIN first AS two ON one.a = two.a",
            "SELECT _record FROM (SELECT * FROM records) AS inside",
            "SELECT _record, a IN (SELECT a FROM records) AS b FROM records",
        ] {
            assert!(looks(text), "{text}");
        }
    }

    fn beyond(text: &str) -> bool {
        let snippet = Snippet {
            text,
            file: "pathways.sql".into(),
            whole: text,
            line: 1,
            of: String::new(),
        };
        looks_beyond(&snippet, "pathway_key").unwrap()
    }

    #[test]
    fn the_facts_of_waiting_times_stay_within_a_pathway_and_a_key_made_of_it_is_in_doubt() {
        assert!(!beyond(include_str!("../../rules/cwt/pathways.sql")));
        // Its windows go by `period_key`, which holds the pathway's key.
        assert!(beyond(include_str!("../../rules/rtt/pathways.sql")));
    }

    #[test]
    fn what_takes_from_other_pathways_is_known() {
        for text in [
            "SELECT _record, COUNT(*) OVER (PARTITION BY nhs_number) AS n FROM records",
            "SELECT _record, COUNT(*) OVER () AS n FROM records",
            "WITH n AS (SELECT nhs_number, COUNT(*) AS n FROM records GROUP BY nhs_number) SELECT _record FROM records",
            "WITH n AS (SELECT MAX(day) AS n FROM records) SELECT _record FROM records",
            "SELECT one._record FROM records AS one LEFT JOIN records AS two ON one.nhs_number = two.nhs_number",
            "SELECT one._record FROM records AS one LEFT JOIN records AS two ON one.pathway_key = two.pathway_key OR one.a = two.a",
            "SELECT one._record FROM records AS one, records AS two WHERE one.pathway_key = two.pathway_key",
            "SELECT one._record FROM records AS one CROSS JOIN records AS two",
            "WITH n AS (SELECT *, nhs_number AS pathway_key FROM records) SELECT _record FROM n",
            "SELECT _record FROM records WHERE day = (SELECT MAX(day) FROM records)",
            "SELECT DISTINCT _record FROM records",
            "SELECT _record FROM records UNION SELECT _record FROM records",
            "SELECT _record FROM records ORDER BY day LIMIT 3",
        ] {
            assert!(beyond(text), "{text}");
        }
        assert!(!beyond(
            "WITH n AS (SELECT pathway_key, COUNT(*) AS n FROM records GROUP BY pathway_key) \
             SELECT records._record, MIN(day) OVER (PARTITION BY records.pathway_key) AS first FROM records \
             LEFT JOIN n ON n.pathway_key = records.pathway_key AND n.n > 1 ORDER BY records._record"
        ));
    }
}

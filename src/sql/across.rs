//! Whether a query needs more than one record at a time. In: a query over `records`. Out: yes or no; when in
//! doubt, yes.

use std::ops::ControlFlow;

use anyhow::Result;
use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Query, Select, SetExpr, Statement, TableFactor, Visit, visit_expressions,
};

use crate::sql::{Snippet, parse_query};

/// Functions that reduce many records to one value.
const OF_MANY: [&str; 5] = ["avg", "count", "max", "min", "sum"];

/// The table that may be split between threads: a query that reads it twice may not be.
const RECORDS: &str = "records";

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
}

//! Whether a query only needs a column to tell rows apart, so that any other values would do that are equal
//! where its own are, such as numbers in place of long texts. In: a query and the column's name. Out: yes or
//! no; when in doubt, no.

use std::ops::ControlFlow;

use anyhow::Result;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, GroupByExpr, Query, Select, SelectItem, SetExpr, Statement, TableAlias,
    TableFactor, Visit, Visitor, WindowType,
};

use crate::sql::{Snippet, parse_query};

/// Whether the query names the column only where it groups, joins or compares by it, passes it on to a later
/// step, or asks whether it is NULL; and its result has no such column.
pub fn only_tells_apart(snippet: &Snippet, column: &str) -> Result<bool> {
    let statement = parse_query(snippet)?;
    let Statement::Query(query) = &statement else {
        return Ok(false);
    };
    let mut uses = Uses {
        names: vec![column.to_lowercase()],
        all: 0,
        known: 0,
    };
    // A step may pass the column on under another name, and a later step that one.
    loop {
        let before = uses.names.len();
        (uses.all, uses.known) = (0, 0);
        if statement.visit(&mut uses).is_break() {
            return Ok(false);
        }
        if uses.names.len() == before {
            break;
        }
    }
    Ok(uses.all == uses.known && !uses.stands_in_result(query))
}

/// The places of a query that name the column.
struct Uses {
    /// The column and the names under which steps pass it on, in lower case.
    names: Vec<String>,
    /// How often it is named.
    all: usize,
    /// How often it is named where it only tells rows apart.
    known: usize,
}

impl Uses {
    fn is_name(&self, name: &str) -> bool {
        self.names.iter().any(|known| name.eq_ignore_ascii_case(known))
    }

    fn is_it(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Identifier(name) => self.is_name(&name.value),
            Expr::CompoundIdentifier(names) => names.last().is_some_and(|name| self.is_name(&name.value)),
            _ => false,
        }
    }

    fn count<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> usize {
        exprs.into_iter().filter(|expr| self.is_it(expr)).count()
    }

    fn stands_in_result(&self, query: &Query) -> bool {
        let SetExpr::Select(select) = query.body.as_ref() else {
            return true;
        };
        select.projection.iter().any(|item| match item {
            SelectItem::UnnamedExpr(expr) => self.is_it(expr),
            SelectItem::ExprWithAlias { alias, .. } => self.is_name(&alias.value),
            _ => true,
        })
    }

    /// Breaks off at a name for the column that another expression has as well.
    fn item(&mut self, item: &SelectItem) -> ControlFlow<()> {
        match item {
            SelectItem::UnnamedExpr(expr) => self.known += self.count([expr]),
            SelectItem::ExprWithAlias { expr, alias } if self.is_it(expr) => {
                self.known += 1;
                if !self.is_name(&alias.value) {
                    self.names.push(alias.value.to_lowercase());
                }
            }
            SelectItem::ExprWithAlias { alias, .. } if self.is_name(&alias.value) => {
                return ControlFlow::Break(());
            }
            SelectItem::ExprWithAlias { .. } => {}
            SelectItem::Wildcard(more) | SelectItem::QualifiedWildcard(_, more)
                if *more == Default::default() => {}
            _ => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }
}

impl Visitor for Uses {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let steps = query.with.iter().flat_map(|with| &with.cte_tables);
        let is_renamed = steps.into_iter().any(|step| renames(&step.alias));
        match query.body.as_ref() {
            SetExpr::Select(_) if !is_renamed => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<()> {
        match table {
            TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. }
                if !alias.as_ref().is_some_and(renames) =>
            {
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Break(()),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        for item in &select.projection {
            self.item(item)?;
        }
        match &select.group_by {
            GroupByExpr::Expressions(by, _) => self.known += self.count(by),
            GroupByExpr::All(_) => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.all += self.count([expr]);
        match expr {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } if self.is_it(left) && self.is_it(right) => self.known += 2,
            Expr::IsNull(inner) | Expr::IsNotNull(inner) => self.known += self.count([inner.as_ref()]),
            Expr::Function(Function {
                over: Some(WindowType::WindowSpec(window)),
                ..
            }) => self.known += self.count(&window.partition_by),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn renames(alias: &TableAlias) -> bool {
    !alias.columns.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tells_apart(text: &str) -> bool {
        let snippet = Snippet {
            text,
            file: "pathways.sql".into(),
            whole: text,
            line: 1,
            of: String::new(),
        };
        only_tells_apart(&snippet, "pathway_key").unwrap()
    }

    #[test]
    fn a_key_by_which_rows_are_grouped_and_joined_tells_apart() {
        assert!(tells_apart(include_str!("../../rules/cwt/pathways.sql")));
        assert!(tells_apart(
            "WITH n AS (SELECT pathway_key AS held, COUNT(*) AS n FROM records GROUP BY pathway_key) \
             SELECT records._record, MIN(day) OVER (PARTITION BY records.pathway_key) AS first, held IS NULL AS is_alone \
             FROM records LEFT JOIN n ON n.held = records.pathway_key AND n.n > 1"
        ));
    }

    #[test]
    fn every_other_use_of_the_key_is_known() {
        for text in [
            "SELECT _record, pathway_key FROM records",
            "SELECT * FROM records",
            "SELECT _record, UPPER(pathway_key) AS x FROM records",
            "SELECT _record, pathway_key = 'a' AS x FROM records",
            "SELECT _record, pathway_key = nhs_number AS x FROM records",
            "SELECT _record FROM records WHERE pathway_key LIKE 'x%'",
            "SELECT _record, a AS x FROM records ORDER BY pathway_key",
            "SELECT MIN(pathway_key) AS x FROM records GROUP BY _record",
            "WITH n AS (SELECT _record, pathway_key AS held FROM records) SELECT _record, UPPER(held) AS x FROM n",
            "WITH n AS (SELECT _record, pathway_key AS held FROM records), m AS (SELECT _record, held AS more FROM n) \
             SELECT _record, LENGTH(more) AS x FROM m",
            "WITH n AS (SELECT _record, a AS pathway_key FROM records) SELECT _record FROM n",
            "WITH n (id, x) AS (SELECT _record, pathway_key FROM records) SELECT id FROM n",
            "SELECT _record FROM records UNION SELECT _record FROM records",
            "SELECT _record, COUNT(*) OVER (PARTITION BY LENGTH(pathway_key)) AS x FROM records",
        ] {
            assert!(!tells_apart(text), "{text}");
        }
    }
}

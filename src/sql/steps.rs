//! Runs a query whose WITH has steps. In: the query, rewritten for polars, and its tables. Out: its rows.
//!
//! polars puts a step's query wherever the step is named, so a step that is named three times is planned
//! three times, and so are the steps that it names. Here each step that is named more than once runs once,
//! and is then a table.

use std::ops::ControlFlow;

use polars::prelude::*;
use polars::sql::SQLContext;
use sqlparser::ast::{Cte, Query, Statement, Visit, Visitor, With, visit_relations};

/// The rows of a query over named tables.
pub fn collect(mut statement: Statement, mut engine: SQLContext) -> PolarsResult<DataFrame> {
    if let Statement::Query(query) = &mut statement
        && has_one_with(query)
        && let Some(with) = query.with.take()
    {
        query.with = tables_of_steps(with, query, &mut engine)?;
    }
    engine.execute(&statement.to_string())?.collect()
}

/// Runs the steps that are named more than once, as tables of the engine. Returns the other steps.
fn tables_of_steps(with: With, query: &Query, engine: &mut SQLContext) -> PolarsResult<Option<With>> {
    let steps = with.cte_tables;
    let mut waiting: Vec<Cte> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let later = steps[number + 1..].iter();
        let named = times(query, step) + later.map(|later| times(&later.query, step)).sum::<usize>();
        if named < 2 || !step.alias.columns.is_empty() {
            waiting.push(step.clone());
            continue;
        }
        let mut of_step = step.query.as_ref().clone();
        of_step.with = needed(&of_step, &mut waiting);
        let rows = engine.execute(&of_step.to_string())?.collect()?;
        engine.register(&step.alias.name.value, rows.lazy());
    }
    Ok(with_steps(waiting))
}

/// Takes the steps that a query names, and those that they name: each is named only once.
fn needed(query: &Query, waiting: &mut Vec<Cte>) -> Option<With> {
    let mut taken: Vec<Cte> = Vec::new();
    for number in (0..waiting.len()).rev() {
        let step = &waiting[number];
        let is_named =
            times(query, step) > 0 || taken.iter().any(|later: &Cte| times(&later.query, step) > 0);
        if is_named {
            taken.push(waiting.remove(number));
        }
    }
    taken.reverse();
    with_steps(taken)
}

fn with_steps(steps: Vec<Cte>) -> Option<With> {
    (!steps.is_empty()).then(|| With {
        with_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        recursive: false,
        cte_tables: steps,
    })
}

/// How often SQL reads the table that a step is.
fn times(sql: &impl Visit, step: &Cte) -> usize {
    let name = &step.alias.name.value;
    let mut times = 0;
    let _ = visit_relations(sql, |table| {
        times += usize::from(table.to_string().eq_ignore_ascii_case(name));
        ControlFlow::<()>::Continue(())
    });
    times
}

/// Whether no part of the query has a WITH of its own, in which a step could have the name of another.
fn has_one_with(query: &Query) -> bool {
    #[derive(Default)]
    struct Withs(usize);
    impl Visitor for Withs {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            self.0 += usize::from(query.with.is_some());
            ControlFlow::Continue(())
        }
    }
    let mut withs = Withs::default();
    let _ = query.visit(&mut withs);
    withs.0 == 1 && !query.with.as_ref().is_some_and(|with| with.recursive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::df;
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    fn both(sql: &str) -> (DataFrame, DataFrame) {
        let engine = || {
            let engine = SQLContext::new();
            let records =
                df!("_record" => [0u32, 1, 2, 3], "key" => ["a", "b", "a", "c"], "n" => [1, 2, 3, 4]);
            engine.register("records", records.unwrap().lazy());
            engine
        };
        let plain = engine().execute(sql).unwrap().collect().unwrap();
        let mut statements = Parser::parse_sql(&GenericDialect, sql).unwrap();
        (plain, collect(statements.remove(0), engine()).unwrap())
    }

    #[test]
    fn a_query_gives_the_same_rows_in_steps() {
        for sql in [
            "WITH several AS (SELECT key, COUNT(*) AS times FROM records GROUP BY key HAVING COUNT(*) > 1), \
             within AS (SELECT records.*, several.times FROM records INNER JOIN several ON several.key = records.key), \
             sums AS (SELECT within.key, SUM(within.n) AS total FROM within GROUP BY within.key) \
             SELECT records._record, several.times, sums.total, within.n FROM records \
             LEFT JOIN several ON several.key = records.key LEFT JOIN sums ON sums.key = records.key \
             LEFT JOIN within ON within._record = records._record ORDER BY records._record",
            "WITH twice AS (SELECT *, n * 2 AS n2 FROM records), more AS (SELECT *, n2 + 1 AS n3 FROM twice) \
             SELECT one._record, other.n3 FROM more AS one INNER JOIN more AS other ON other.n2 = one.n2 ORDER BY one._record",
            "WITH one AS (SELECT key FROM records WHERE n > 1) SELECT key FROM one ORDER BY key",
        ] {
            let (plain, stepped) = both(sql);
            assert!(
                stepped.height() > 0 && plain.equals_missing(&stepped),
                "{sql}\n{plain}\n{stepped}"
            );
        }
    }
}

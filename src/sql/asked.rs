//! Functions of the rules (`functions.toml`) that a query calls with a column of the records, such as
//! `trust(site_first_seen)`.
//!
//! A code has few values, and the SQL of a function is long. So the records get one more column for each such
//! call, in which the SQL is asked once for each distinct value; the query then reads that column.

use std::ops::ControlFlow;

use anyhow::Result;
use polars::prelude::*;
use sqlparser::ast::{self, Ident, SelectItem, Visit, Visitor, visit_expressions, visit_expressions_mut};

use super::functions::{self, Engine, arguments};
use super::{RunContext, Snippet, members, of_rules, polars_expression};

/// The beginning of the columns' names; no column of the rules has it.
const ASKED: &str = "clockstop_asked_";

/// Columns with more distinct values are asked row by row.
const MOST_VALUES: usize = 1 << 13;

/// The value, as a column of the function's SQL.
const VALUE: &str = "value";

/// The calls of a query, in the order in which they were found.
#[derive(Default)]
pub struct Calls(Vec<Call>);

struct Call {
    column: PlSmallStr,
    /// The function's SQL over the column [`VALUE`].
    answer: Expr,
}

impl Calls {
    /// Replaces the calls in a query by columns. `tables` are the tables of the query with their columns.
    pub fn take(
        snippet: &Snippet,
        query: &mut ast::Statement,
        tables: &[(&str, SchemaRef)],
        context: &RunContext,
    ) -> Result<Calls> {
        let renamed = renamed(query);
        let is_of_records = |column: &str| {
            let mut of = tables.iter().filter(|(_, columns)| columns.contains(column));
            of.next().is_some_and(|(name, _)| *name == RECORDS) && of.next().is_none()
        };
        let mut calls = Calls::default();
        let outcome = visit_expressions_mut(query, |part| match call(snippet, part, context) {
            Ok(Some((call, place))) if is_of_records(&call.column) && !renamed.contains(&call.column) => {
                *part = with_name(place, name(calls.0.len()));
                calls.0.push(call);
                ControlFlow::Continue(())
            }
            Ok(_) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        });
        match outcome {
            ControlFlow::Break(error) => Err(error),
            ControlFlow::Continue(()) => Ok(calls),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tables of the query, the records with the columns of the calls.
    pub fn with_columns<'t>(&self, tables: &[(&'t str, LazyFrame)]) -> Vec<(&'t str, LazyFrame)> {
        let added = |frame: &LazyFrame| {
            let columns = self.0.iter().enumerate();
            let columns = columns.map(|(number, call)| call.column_of_answers(number));
            frame.clone().with_columns(columns.collect::<Vec<_>>())
        };
        let tables = tables.iter();
        tables
            .map(|(name, frame)| match *name == RECORDS {
                true => (*name, added(frame)),
                false => (*name, frame.clone()),
            })
            .collect()
    }
}

/// The table that holds the records.
const RECORDS: &str = "records";

fn name(number: usize) -> String {
    format!("{ASKED}{number}")
}

/// The rows of a query without the columns of its calls, which `SELECT *` gives too.
pub fn without_answers(rows: DataFrame) -> DataFrame {
    let answers = rows.get_column_names_owned().into_iter();
    let answers = answers.filter(|name| name.starts_with(ASKED));
    rows.drop_many(answers)
}

/// Every name that the query gives to a column: a column of the records may be hidden by it.
fn renamed(query: &ast::Statement) -> PlHashSet<PlSmallStr> {
    #[derive(Default)]
    struct Names(PlHashSet<PlSmallStr>);
    impl Names {
        fn add(&mut self, name: &Ident) {
            self.0.insert(name.value.as_str().into());
        }

        fn of_table(&mut self, alias: &ast::TableAlias) {
            alias.columns.iter().for_each(|column| self.add(&column.name));
        }
    }
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<()> {
            let steps = query.with.iter().flat_map(|with| &with.cte_tables);
            steps.for_each(|step| self.of_table(&step.alias));
            ControlFlow::Continue(())
        }

        fn pre_visit_table_factor(&mut self, table: &ast::TableFactor) -> ControlFlow<()> {
            if let ast::TableFactor::Table {
                alias: Some(alias), ..
            }
            | ast::TableFactor::Derived {
                alias: Some(alias), ..
            } = table
            {
                self.of_table(alias);
            }
            ControlFlow::Continue(())
        }

        fn pre_visit_select(&mut self, select: &ast::Select) -> ControlFlow<()> {
            for item in &select.projection {
                match item {
                    SelectItem::ExprWithAlias { alias, .. } => self.add(alias),
                    SelectItem::Wildcard(more) | SelectItem::QualifiedWildcard(_, more) => {
                        let replaced = more.opt_replace.iter().flat_map(|replaced| &replaced.items);
                        replaced.for_each(|item| self.add(&item.column_name));
                    }
                    _ => {}
                }
            }
            ControlFlow::Continue(())
        }
    }
    let mut names = Names::default();
    let _ = query.visit(&mut names);
    names.0
}

/// The same column with another name.
fn with_name(column: ast::Expr, name: String) -> ast::Expr {
    match column {
        ast::Expr::CompoundIdentifier(mut names) => {
            names.pop();
            names.push(Ident::new(name));
            ast::Expr::CompoundIdentifier(names)
        }
        _ => ast::Expr::Identifier(Ident::new(name)),
    }
}

/// The call and its column as the query writes it, if a part calls a function of the rules with a column, and
/// the function needs nothing else.
fn call(snippet: &Snippet, part: &ast::Expr, context: &RunContext) -> Result<Option<(Call, ast::Expr)>> {
    let ast::Expr::Function(function) = part else {
        return Ok(None);
    };
    let [argument] = &arguments(function)[..] else {
        return Ok(None);
    };
    if of_rules::called_with(function, argument, context.rulebook).is_none() {
        return Ok(None);
    }
    let column = functions::parse(argument)?;
    let Some(column_name) = column_of(&column) else {
        return Ok(None);
    };
    // The function's SQL sees the column by its own name, since a code list hangs on it.
    let Some(sql) = of_rules::called_with(function, &column_name, context.rulebook) else {
        return Ok(None);
    };
    let mut sql = sql?;
    of_rules::expand(snippet, &mut sql, context.rulebook)?;
    functions::unreadable_is_unknown(&mut sql);
    functions::rewrite(snippet, &mut sql, context, Engine::Polars)?;
    members::as_comparisons(&mut sql);
    let mut needs_more = false;
    let _ = visit_expressions(&sql, |part| {
        needs_more |= column_of(part).is_some_and(|name| name != column_name);
        ControlFlow::<()>::Continue(())
    });
    if needs_more {
        return Ok(None);
    }
    let answer = polars_expression(snippet, &sql.to_string())?.map_expr(|part| match part {
        Expr::Column(_) => col(VALUE),
        other => other,
    });
    let call = Call {
        column: column_name.into(),
        answer,
    };
    Ok(Some((call, column)))
}

/// The name of a column, without that of its table.
fn column_of(expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::Identifier(name) => Some(name.value.clone()),
        ast::Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.clone()),
        _ => None,
    }
}

impl Call {
    fn column_of_answers(&self, number: usize) -> Expr {
        let (asked, typed) = (self.answer.clone(), self.answer.clone());
        let answers = col(self.column.clone()).map(
            move |column| {
                let name = column.name().clone();
                let answers = match column.str().ok().and_then(distinct) {
                    Some((values, rows)) => answers(&asked, values.into_column())?.take(&rows)?,
                    None => answers(&asked, column)?,
                };
                Ok(answers.with_name(name))
            },
            move |_, field| {
                let schema = Schema::from_iter([Field::new(VALUE.into(), field.dtype().clone())]);
                let answer = typed.to_field(&schema)?;
                Ok(Field::new(field.name().clone(), answer.dtype().clone()))
            },
        );
        answers.alias(name(number))
    }
}

/// What a function's SQL gives for values.
fn answers(sql: &Expr, values: Column) -> PolarsResult<Column> {
    let height = values.len();
    let values = DataFrame::new(height, vec![values.with_name(VALUE.into())])?;
    let answers = values.lazy().select([sql.clone().alias(VALUE)]).collect()?;
    let answers = answers.column(VALUE)?;
    // SQL without its value has one answer for all rows.
    Ok(match answers.len() == height {
        true => answers.clone(),
        false => answers.new_from_index(0, height),
    })
}

/// The distinct values of a column, and for each row the place of its value; `None` if they are many.
fn distinct(column: &StringChunked) -> Option<(StringChunked, IdxCa)> {
    let mut places: PlHashMap<Option<&str>, IdxSize> = PlHashMap::new();
    let mut values: Vec<Option<&str>> = Vec::new();
    let mut rows: Vec<IdxSize> = Vec::with_capacity(column.len());
    let mut last: Option<(Option<&str>, IdxSize)> = None;
    for value in column.iter() {
        let place = match last {
            Some((same, place)) if same == value => place,
            _ => *places.entry(value).or_insert_with(|| {
                values.push(value);
                values.len() as IdxSize - 1
            }),
        };
        if values.len() > MOST_VALUES {
            return None;
        }
        last = Some((value, place));
        rows.push(place);
    }
    Some((
        values.into_iter().collect(),
        IdxCa::from_vec(PlSmallStr::EMPTY, rows),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Rulebook;
    use crate::sql::{query, seen};
    use polars::df;
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    fn rows(sql: &str, calls: usize) -> Vec<Option<String>> {
        let rulebook = Rulebook::load(None, "cwt").unwrap();
        let context = RunContext {
            rulebook: &rulebook,
            as_at: chrono::NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
            provider: None,
        };
        let records = df!(
            "_record" => [0u32, 1, 2, 3],
            "site_first_seen" => [Some("RZZ01"), None, Some("89999"), Some("rzz02")],
            "site_fdp_end" => [Some("RYY01"); 4],
        );
        let snippet = Snippet {
            text: sql,
            file: "x.sql".into(),
            whole: sql,
            line: 1,
            of: String::new(),
        };
        let tables = seen::FACTS
            .tables(&rulebook, [("records", records.unwrap().lazy())])
            .unwrap();
        let (mut statement, columns) = super::super::checked(&snippet, &tables, &context).unwrap();
        let found = Calls::take(&snippet, &mut statement, &columns, &context).unwrap();
        assert_eq!(found.0.len(), calls, "{sql}");
        let result = query(&snippet, &tables, &context).unwrap();
        assert!(result.column("clockstop_asked_0").is_err());
        let trusts = result.column("trust_seen").unwrap().str().unwrap().iter();
        trusts.map(|trust| trust.map(str::to_string)).collect()
    }

    #[test]
    fn a_function_gives_every_row_the_answer_for_its_value() {
        let trust = |name: &str| Some(name.to_string());
        let of_seen = [trust("RZZ"), None, None, trust("RZZ")];
        assert_eq!(
            rows("SELECT *, trust(site_first_seen) AS trust_seen FROM records", 1),
            of_seen
        );
        let through_a_step = "WITH named AS (SELECT * FROM records) \
             SELECT named._record, trust(named.site_first_seen) AS trust_seen FROM named";
        assert_eq!(rows(through_a_step, 1), of_seen);
        // The column of the answer does not come through this step, so the whole query is asked row by row.
        let not_through = "WITH named AS (SELECT _record, site_first_seen FROM records) \
             SELECT named._record, trust(site_first_seen) AS trust_seen FROM named";
        assert_eq!(rows(not_through, 1), of_seen);
        // Here the name is that of another column.
        let renamed = "WITH named AS (SELECT _record, site_fdp_end AS site_first_seen FROM records) \
             SELECT named._record, trust(site_first_seen) AS trust_seen FROM named";
        assert_eq!(rows(renamed, 0), vec![trust("RYY"); 4]);
    }

    #[test]
    fn every_way_of_giving_a_column_another_meaning_is_seen() {
        for sql in [
            "SELECT b AS site FROM records",
            "WITH x (id, site) AS (SELECT id, b FROM records) SELECT id FROM x",
            "SELECT id FROM records AS r (id, site)",
            "SELECT id FROM (SELECT id, b FROM records) AS r (id, site)",
            "SELECT * REPLACE (b AS site) FROM records",
        ] {
            let mut statements = Parser::parse_sql(&GenericDialect, sql).unwrap();
            assert!(renamed(&statements.remove(0)).contains("site"), "{sql}");
        }
    }
}

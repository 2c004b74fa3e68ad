//! Parts of a query that call functions with one text column of the records and nothing else, such as
//! `trust(site_first_seen)` or `REGEXP_LIKE(UPPER(primary_diagnosis_icd), '^C[0-9]{2}')`.
//!
//! A code has few values, and a function over text is slow. So the records get one more column for each such
//! part, in which the part is asked once for each distinct value; the query then reads that column.

use std::ops::ControlFlow;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;
use sqlparser::ast::{self, Ident, SelectItem, Visit, VisitMut, Visitor, VisitorMut, visit_expressions};

use super::across::OF_MANY;
use super::functions::{self, Engine};
use super::seen::RECORDS;
use super::{RunContext, Snippet, members, of_rules, polars_expression};

/// The beginning of the columns' names; no column of the rules has it.
const ASKED: &str = "clockstop_asked_";

/// Columns with more distinct values are asked row by row.
const MOST_VALUES: usize = 1 << 13;

/// The value, as a column of the part's SQL.
const VALUE: &str = "value";

/// Functions that cost no more than looking up the answer for a value.
const CHEAP: [&str; 2] = ["coalesce", "nullif"];

/// The parts of a query, in the order in which they were found.
#[derive(Default)]
pub struct Calls(Vec<Call>);

struct Call {
    /// The part as the query has it.
    part: ast::Expr,
    column: PlSmallStr,
    /// The part's SQL over the column [`VALUE`].
    answer: Expr,
}

impl Calls {
    /// Replaces the parts of a query by columns. `tables` are the tables of the query with their columns.
    pub fn take(
        snippet: &Snippet,
        query: &mut ast::Statement,
        tables: &[(&str, SchemaRef)],
        context: &RunContext,
    ) -> Result<Calls> {
        let mut taker = Taker {
            snippet,
            context,
            tables,
            renamed: renamed(query),
            calls: Calls::default(),
        };
        if has_nameless_columns(query) {
            return Ok(taker.calls);
        }
        match query.visit(&mut taker) {
            ControlFlow::Break(error) => Err(error),
            ControlFlow::Continue(()) => Ok(taker.calls),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tables of the query, the records with the columns of the answers.
    pub fn with_columns<'t>(
        &self,
        tables: &[(&'t str, LazyFrame)],
    ) -> PolarsResult<Vec<(&'t str, LazyFrame)>> {
        let tables = tables.iter();
        tables
            .map(|(name, frame)| match *name == RECORDS {
                true => Ok((*name, self.added(frame.clone().collect()?)?.lazy())),
                false => Ok((*name, frame.clone())),
            })
            .collect()
    }

    fn added(&self, mut records: DataFrame) -> PolarsResult<DataFrame> {
        let mut columns: Vec<&PlSmallStr> = self.0.iter().map(|call| &call.column).collect();
        columns.sort_unstable();
        columns.dedup();
        let answered = columns.par_iter().map(|column| {
            let calls = self.0.iter().enumerate();
            let calls: Vec<_> = calls.filter(|(_, call)| call.column == **column).collect();
            let answers = calls.iter().map(|(_, call)| call.answer.clone()).collect();
            let numbers = calls.iter().map(|(number, _)| *number);
            let answers = for_values(records.column(column)?, answers)?;
            PolarsResult::Ok(numbers.zip(answers).collect::<Vec<_>>())
        });
        let mut answered: Vec<(usize, Column)> = answered
            .collect::<PolarsResult<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect();
        answered.sort_by_key(|(number, _)| *number);
        for (number, answers) in answered {
            records.with_column(answers.with_name(name(number).into()))?;
        }
        Ok(records)
    }
}

/// Takes the parts out of a query; each as large as possible.
struct Taker<'a> {
    snippet: &'a Snippet<'a>,
    context: &'a RunContext<'a>,
    tables: &'a [(&'a str, SchemaRef)],
    renamed: PlHashSet<PlSmallStr>,
    calls: Calls,
}

impl VisitorMut for Taker<'_> {
    type Break = anyhow::Error;

    fn pre_visit_expr(&mut self, part: &mut ast::Expr) -> ControlFlow<anyhow::Error> {
        match self.taken(part) {
            Ok(Some(column)) => {
                *part = column;
                ControlFlow::Continue(())
            }
            Ok(None) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl Taker<'_> {
    /// The column in place of a part.
    fn taken(&mut self, part: &ast::Expr) -> Result<Option<ast::Expr>> {
        let Some((column, place)) = only_column(part) else {
            return Ok(None);
        };
        if !self.is_text_of_records(&column) || self.renamed.contains(column.as_str()) {
            return Ok(None);
        }
        let known = self.calls.0.iter().position(|call| call.part == *part);
        let number = match known {
            Some(number) => number,
            None => {
                let Some(answer) = answer(self.snippet, part, &column, self.context)? else {
                    return Ok(None);
                };
                self.calls.0.push(Call {
                    part: part.clone(),
                    column: column.into(),
                    answer,
                });
                self.calls.0.len() - 1
            }
        };
        Ok(Some(with_name(place, name(number))))
    }

    fn is_text_of_records(&self, column: &str) -> bool {
        let mut of = self.tables.iter().filter(|(_, columns)| columns.contains(column));
        let is_text = |columns: &SchemaRef| columns.get(column) == Some(&DataType::String);
        of.next()
            .is_some_and(|(name, columns)| *name == RECORDS && is_text(columns))
            && of.next().is_none()
    }
}

/// Whether a query gives a column without a name of its own: its name would be that of the answers.
fn has_nameless_columns(query: &ast::Statement) -> bool {
    struct Nameless;
    impl Visitor for Nameless {
        type Break = ();
        fn pre_visit_select(&mut self, select: &ast::Select) -> ControlFlow<()> {
            let mut items = select.projection.iter();
            match items.any(|item| matches!(item, SelectItem::UnnamedExpr(expr) if column_of(expr).is_none()))
            {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }
    query.visit(&mut Nameless).is_break()
}

/// The column that a part calls a function with, and the first place that names it; `None` if it names
/// another one too, in another way, or calls no function that is slow.
fn only_column(part: &ast::Expr) -> Option<(String, ast::Expr)> {
    let mut place: Option<ast::Expr> = None;
    let mut is_slow = false;
    let found = visit_expressions(part, |inner| match inner {
        ast::Expr::Identifier(_) | ast::Expr::CompoundIdentifier(_) => {
            match place.replace(inner.clone()).is_some_and(|known| known != *inner) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
        ast::Expr::Subquery(_) | ast::Expr::InSubquery { .. } | ast::Expr::Exists { .. } => {
            ControlFlow::Break(())
        }
        ast::Expr::Function(function) => {
            let name = function.name.to_string().to_lowercase();
            is_slow |= !CHEAP.contains(&name.as_str());
            match function.over.is_some() || OF_MANY.contains(&name.as_str()) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
        _ => ControlFlow::Continue(()),
    });
    if found.is_break() || !is_slow {
        return None;
    }
    let place = place?;
    Some((column_of(&place)?, place))
}

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

/// A part's SQL over [`VALUE`]; `None` if the part needs another column of the record, such as whether a date
/// could be read.
fn answer(snippet: &Snippet, part: &ast::Expr, column: &str, context: &RunContext) -> Result<Option<Expr>> {
    let mut sql = part.clone();
    of_rules::expand(snippet, &mut sql, context.rulebook)?;
    functions::unreadable_is_unknown(&mut sql);
    functions::rewrite(snippet, &mut sql, context, Engine::Polars)?;
    members::as_comparisons(&mut sql);
    let _ = ast::visit_expressions_mut(&mut sql, |part| {
        if let ast::Expr::CompoundIdentifier(names) = part
            && let Some(name) = names.last()
        {
            *part = ast::Expr::Identifier(name.clone());
        }
        ControlFlow::<()>::Continue(())
    });
    let needs_more = visit_expressions(&sql, |part| match column_of(part) {
        Some(name) if name != column => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    if needs_more.is_break() {
        return Ok(None);
    }
    let answer = polars_expression(snippet, &sql.to_string())?;
    Ok(Some(answer.map_expr(|part| match part {
        Expr::Column(_) => col(VALUE),
        other => other,
    })))
}

/// The name of a column, without that of its table.
fn column_of(expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::Identifier(name) => Some(name.value.clone()),
        ast::Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.clone()),
        _ => None,
    }
}

/// What parts give for the rows of a column: each part asked once for each distinct value.
fn for_values(column: &Column, parts: Vec<Expr>) -> PolarsResult<Vec<Column>> {
    match distinct(column.str()?) {
        Some((values, rows)) => {
            let answers = answers(parts, values.into_column())?.into_iter();
            answers.map(|answers| answers.take(&rows)).collect()
        }
        None => answers(parts, column.clone()),
    }
}

/// What parts give for values.
fn answers(parts: Vec<Expr>, values: Column) -> PolarsResult<Vec<Column>> {
    let height = values.len();
    let values = DataFrame::new(height, vec![values.with_name(VALUE.into())])?;
    let named = parts.into_iter().enumerate();
    let named = named.map(|(number, part)| part.alias(number.to_string()));
    let answers = values.lazy().select(named.collect::<Vec<_>>()).collect()?;
    // Where no part needs its value, there is one answer for all rows.
    let of_rows = |answers: Column| match answers.len() == height {
        true => answers,
        false => answers.new_from_index(0, height),
    };
    Ok(answers.into_columns().into_iter().map(of_rows).collect())
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

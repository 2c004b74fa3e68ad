//! Plants small faults in a condition or a query, like typing mistakes: a comparison reversed, a boundary
//! moved, a code changed or left out, AND for OR. Examples that do not notice them do not define the
//! condition.
//!
//! The results of our own functions depend on data (code lists, scenarios), so nothing is planted inside
//! them.

use std::collections::HashSet;
use std::ops::ControlFlow;

use polars::prelude::Schema;
use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Select, Spanned, Statement, VisitMut, VisitorMut,
};

use crate::rule_tests::query_variants::{of_part, of_select};
use crate::rule_tests::variants::{Change, variants};
use crate::sql::functions::is_ours;

/// One fault: its position in the condition or query, and what it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The number of the part, in reading order.
    part: usize,
    /// The number of the part's variant.
    variant: usize,
    /// Line of the SQL, 1-based.
    pub line: usize,
    /// `` `a < b` became `a <= b` ``
    pub change: String,
}

/// Every fault that can be planted in a condition.
pub fn mutations(condition: &Expr) -> Vec<Mutation> {
    found(condition, None)
}

/// Every fault that can be planted in a query over records with these columns.
pub fn mutations_of_query(query: &Statement, columns: &Schema) -> Vec<Mutation> {
    found(query, Some(columns))
}

fn found<T: VisitMut + Clone>(sql: &T, columns: Option<&Schema>) -> Vec<Mutation> {
    let mut walk = Walk::new(columns);
    let _ = VisitMut::visit(&mut sql.clone(), &mut walk);
    walk.found
}

/// The condition with a fault planted; `None` if it has no such part.
pub fn mutated(condition: &Expr, mutation: &Mutation) -> Option<Expr> {
    planted(condition, None, mutation)
}

/// The query with a fault planted.
pub fn mutated_query(query: &Statement, columns: &Schema, mutation: &Mutation) -> Option<Statement> {
    planted(query, Some(columns), mutation)
}

fn planted<T: VisitMut + Clone>(sql: &T, columns: Option<&Schema>, mutation: &Mutation) -> Option<T> {
    let mut sql = sql.clone();
    let mut walk = Walk::new(columns);
    walk.wanted = Some((mutation.part, mutation.variant));
    match VisitMut::visit(&mut sql, &mut walk) {
        ControlFlow::Break(true) => Some(sql),
        _ => None,
    }
}

/// A walk over the parts of a condition or query, to list the faults or to plant the wanted one.
struct Walk<'a> {
    next: usize,
    /// How many of our own functions surround the current part.
    inside: usize,
    /// Parts whose value has no effect.
    idle: HashSet<*const Expr>,
    /// The columns of the records that a query reads; `None`: a condition.
    columns: Option<&'a Schema>,
    wanted: Option<(usize, usize)>,
    found: Vec<Mutation>,
}

impl<'a> Walk<'a> {
    fn new(columns: Option<&'a Schema>) -> Walk<'a> {
        Walk {
            next: 0,
            inside: 0,
            idle: HashSet::new(),
            columns,
            wanted: None,
            found: Vec::new(),
        }
    }

    /// Every fault of a part that may have one.
    fn variants(&self, part: &Expr, number: usize) -> Vec<(Expr, Change)> {
        let Some(columns) = self.columns else {
            return match self.inside {
                0 => variants(part, number == 0),
                _ => Vec::new(),
            };
        };
        let mut all = match self.inside {
            0 => variants(part, false),
            _ => Vec::new(),
        };
        all.extend(of_part(part, columns, self.inside > 0));
        all
    }

    /// Lists the faults of a part, or plants the wanted one.
    fn visit<T>(
        &mut self,
        number: usize,
        part: &mut T,
        line: usize,
        faults: Vec<(T, Change)>,
    ) -> ControlFlow<bool> {
        if let Some((wanted, variant)) = self.wanted {
            if wanted == number {
                let fault = faults.into_iter().nth(variant);
                return ControlFlow::Break(fault.map(|(fault, _)| *part = fault).is_some());
            }
            return ControlFlow::Continue(());
        }
        let faults = faults.into_iter().enumerate();
        self.found.extend(faults.map(|(variant, (_, change))| Mutation {
            part: number,
            variant,
            line: change.line.unwrap_or(line),
            change: change.text,
        }));
        ControlFlow::Continue(())
    }

    /// The number of the part, and whether its faults are asked for.
    fn number(&mut self) -> (usize, bool) {
        let number = self.next;
        self.next += 1;
        (number, self.wanted.is_none_or(|(wanted, _)| wanted == number))
    }
}

impl VisitorMut for Walk<'_> {
    /// Whether the wanted fault was planted.
    type Break = bool;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<bool> {
        let (number, is_asked) = self.number();
        if self.columns.is_none() || !is_asked {
            return ControlFlow::Continue(());
        }
        let line = select.span().start.line.max(1) as usize;
        let faults = of_select(select);
        self.visit(number, select, line, faults)
    }

    fn pre_visit_expr(&mut self, part: &mut Expr) -> ControlFlow<bool> {
        let (number, is_asked) = self.number();
        self.idle.extend(counted(part).map(std::ptr::from_ref));
        let is_idle = self.idle.contains(&std::ptr::from_ref(part));
        if is_asked {
            let line = part.span().start.line.max(1) as usize;
            let faults = if is_idle {
                Vec::new()
            } else {
                self.variants(part, number)
            };
            self.visit(number, part, line, faults)?;
        }
        self.inside += usize::from(is_ours(part));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, part: &mut Expr) -> ControlFlow<bool> {
        self.inside -= usize::from(is_ours(part));
        ControlFlow::Continue(())
    }
}

/// The value that `COUNT(CASE WHEN … THEN 1 END)` counts: only whether it is NULL has an effect.
fn counted(part: &Expr) -> impl Iterator<Item = &Expr> {
    let arguments = match part {
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("count") => {
            match &function.args {
                FunctionArguments::List(list) => list.args.as_slice(),
                _ => &[],
            }
        }
        _ => &[],
    };
    let is_distinct = match part {
        Expr::Function(function) => function.args.to_string().to_uppercase().starts_with("(DISTINCT"),
        _ => false,
    };
    arguments
        .iter()
        .filter(move |_| !is_distinct)
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Case { conditions, .. })) => Some(conditions),
            _ => None,
        })
        .flatten()
        .map(|case| &case.result)
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;

    fn faults(sql: &str) -> Vec<String> {
        let condition = Parser::new(&GenericDialect)
            .try_with_sql(sql)
            .and_then(|mut parser| parser.parse_expr())
            .expect("SQL");
        let found = mutations(&condition);
        for fault in &found {
            let planted = mutated(&condition, fault).expect("planted").to_string();
            assert_ne!(planted, condition.to_string(), "{}", fault.change);
        }
        found
            .into_iter()
            .map(|fault| format!("{}: {}", fault.line, fault.change))
            .collect()
    }

    #[test]
    fn every_typing_mistake_is_planted_once() {
        let sql = "status IN ('1', '2')\nAND NOT (days <= 28 OR reason IS NULL)\nAND is_first";
        assert_eq!(
            faults(sql),
            [
                "3: AND became OR between `NOT (days <= 28 OR reason IS NULL)` and `is_first`",
                "3: `is_first` became `NOT is_first`",
                "2: AND became OR between `status IN ('1', '2')` and `NOT (days <= 28 OR reason IS NULL)`",
                "1: `status IN ('1', '2')` became `status NOT IN ('1', '2')`",
                "1: '1' left out of `status IN (…)`",
                "1: '2' left out of `status IN (…)`",
                "2: `NOT (days <= 28 OR reason IS NULL)` became `(days <= 28 OR reason IS NULL)`",
                "2: OR became AND between `days <= 28` and `reason IS NULL`",
                "2: `days <= 28` became `days < 28`",
                "2: `days <= 28` became `days > 28`",
                "2: `28` became `27`",
                "2: `28` became `29`",
                "2: `reason IS NULL` became `reason IS NOT NULL`",
            ]
        );
    }

    #[test]
    fn nothing_is_planted_inside_functions_of_our_own_nor_in_what_is_only_counted() {
        assert_eq!(
            faults("known_code(status)"),
            ["1: `known_code(status)` became `NOT known_code(status)`"]
        );
        assert_eq!(
            faults("COUNT(CASE WHEN x THEN 1 END) OVER (PARTITION BY a, b) < 2").len(),
            // The comparison changed twice, the number moved twice, a column left out twice, the condition
            // negated.
            7
        );
    }

    #[test]
    fn codes_dates_texts_and_patterns_are_moved_by_one() {
        assert_eq!(
            faults("code BETWEEN 'C18' AND 'C20'"),
            [
                "1: `code BETWEEN 'C18' AND 'C20'` became `code NOT BETWEEN 'C18' AND 'C20'`",
                "1: `code BETWEEN 'C18' AND 'C20'` became `code BETWEEN 'C17' AND 'C20'`",
                "1: `code BETWEEN 'C18' AND 'C20'` became `code BETWEEN 'C19' AND 'C20'`",
                "1: `code BETWEEN 'C18' AND 'C20'` became `code BETWEEN 'C18' AND 'C21'`",
            ]
        );
        assert_eq!(
            faults("day >= DATE '2009-01-01'")[2..],
            [
                "1: `DATE '2009-01-01'` became `DATE '2008-12-31'`",
                "1: `DATE '2009-01-01'` became `DATE '2009-01-02'`"
            ]
        );
        assert_eq!(
            faults("COALESCE(modality, '') <> '98'"),
            [
                "1: `COALESCE(modality, '') <> '98'` became `COALESCE(modality, '') = '98'`",
                "1: `COALESCE(modality, '') <> '98'` became `COALESCE(modality, '') <> '98~'`",
                "1: `COALESCE(modality, '') <> '98'` became `COALESCE(modality, '98') <> '98'`",
            ]
        );
        assert_eq!(faults("REGEXP_LIKE(number, '^[0-9]{10}$')").len(), 5);
    }

    #[test]
    fn a_query_loses_a_condition_a_branch_or_rows_and_takes_another_column() {
        let sql = "SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END, MIN(b), COALESCE(day_one, day_two) \
                   FROM t LEFT JOIN u ON u.k = t.k WHERE a > 0 AND good GROUP BY c";
        let query = Parser::parse_sql(&GenericDialect, sql).expect("SQL").remove(0);
        let found = mutations_of_query(&query, &columns_of_days());
        for fault in &found {
            let planted = mutated_query(&query, &columns_of_days(), fault).expect("planted");
            assert_ne!(planted, query, "{}", fault.change);
        }
        let found: Vec<&str> = found.iter().map(|fault| fault.change.as_str()).collect();
        for change in [
            "`a > 0` left out of WHERE",
            "`good` left out of WHERE",
            "LEFT JOIN became JOIN of `u`",
            "`THEN 'x'` became `THEN 'x~'`",
            "`ELSE 'y'` became `ELSE 'y~'`",
            "`MIN(b)` became `MAX(b)`",
            "`day_two` left out of `COALESCE(…)`",
            "`day_one` became `day_two`",
            "`a > 1` became `a >= 1`",
        ] {
            assert!(found.contains(&change), "{change} is not in {found:?}");
        }
    }

    fn columns_of_days() -> Schema {
        use polars::prelude::{DataType, Field};
        let columns = ["day_one", "day_two"].map(|name| Field::new(name.into(), DataType::Date));
        columns.into_iter().collect()
    }
}

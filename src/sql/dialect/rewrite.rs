//! Rewrites functions and forms for an engine. In: SQL with only allowed forms and without our own functions.
//! Out: SQL with the same results as polars.
//!
//! Six of these rewrites would fail silently if forgotten: the engine would run the text and give another
//! result. The script of `clockstop sql --self-test` shows such errors on the engine itself.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, ObjectName, OrderByExpr, OrderByKind, Query, TrimWhereField, Value, VisitMut,
    VisitorMut, WindowType,
};

use crate::sql::dialect::Dialect;
use crate::sql::dialect::forms::text;
use crate::sql::dialect::pattern;
use crate::sql::dialect::print::{LOWER, UPPER};
use crate::sql::dialect::table::{self, DATE_FORMS, Written};
use crate::sql::functions::{AS_DATE, AS_INT, AS_TEXT};

pub fn rewrite<T: VisitMut>(sql: &mut T, dialect: Dialect) {
    let _ = sql.visit(&mut Rewriter { dialect });
}

struct Rewriter {
    dialect: Dialect,
}

impl VisitorMut for Rewriter {
    type Break = ();

    fn post_visit_expr(&mut self, part: &mut Expr) -> ControlFlow<()> {
        let written = match part {
            Expr::Function(function) => self.call(function),
            Expr::Cast {
                expr,
                data_type,
                kind,
                ..
            } => {
                *kind = CastKind::Cast;
                Some(self.cast(expr.as_ref().clone(), &data_type.to_string().to_uppercase()))
            }
            // In DuckDB, a date plus an interval is a timestamp.
            Expr::BinaryOp {
                op: BinaryOperator::Plus | BinaryOperator::Minus,
                right,
                ..
            } if matches!(right.as_ref(), Expr::Interval(_)) => Some(plain_cast(part.clone(), "DATE")),
            // DuckDB writes `CASE x WHEN …` as one comparison with `x` for each arm, and plans `x` as often.
            Expr::Case { .. } if self.dialect == Dialect::DuckDb => looked_up_in_lists(part),
            _ => None,
        };
        if let Some(written) = written {
            *part = written;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if let Some(order) = &mut query.order_by
            && let OrderByKind::Expressions(by) = &mut order.kind
        {
            by.iter_mut().for_each(place_nulls);
        }
        ControlFlow::Continue(())
    }
}

/// The order of a query. polars puts NULL last in ascending and first in descending order (in a window always
/// first); each engine has its own order.
fn place_nulls(by: &mut OrderByExpr) {
    let is_descending = by.options.asc == Some(false);
    by.options.nulls_first.get_or_insert(is_descending);
}

impl Rewriter {
    fn call(&self, function: &mut Function) -> Option<Expr> {
        if let Some(WindowType::WindowSpec(window)) = &mut function.over {
            for by in &mut window.order_by {
                by.options.nulls_first = Some(true);
            }
        }
        let name = function.name.to_string().to_lowercase();
        if let Some(cast) = internal_cast(&name, function, self.dialect) {
            return Some(cast);
        }
        let known = table::function(&name)?;
        let written = match self.dialect {
            Dialect::DuckDb => known.duckdb,
            Dialect::Spark => known.spark,
        };
        match written {
            Written::AsItIs => None,
            Written::Named(other) => {
                rename(function, other);
                None
            }
            Written::Rewritten => self.rewritten(&name, function),
        }
    }

    fn rewritten(&self, name: &str, function: &mut Function) -> Option<Expr> {
        match name {
            "upper" => rename(function, UPPER),
            "lower" => rename(function, LOWER),
            "concat" => {
                let text = self.dialect.text_type();
                for argument in arguments_mut(function) {
                    let cast = plain_cast(argument.clone(), text);
                    *argument = called("COALESCE", vec![cast, literal("")]);
                }
            }
            "regexp_like" => {
                if self.dialect == Dialect::DuckDb {
                    rename(function, "REGEXP_MATCHES");
                }
                let pattern = arguments_mut(function).nth(1)?;
                let text = text(pattern)?;
                let for_engine = pattern::for_engine(text, self.dialect).ok()?;
                *pattern = literal(&for_engine);
            }
            // Spark takes the letters before the text, and confuses the two silently.
            "rtrim" | "ltrim" => {
                let side = if name == "rtrim" {
                    TrimWhereField::Trailing
                } else {
                    TrimWhereField::Leading
                };
                let mut arguments = arguments_mut(function);
                let (value, letters) = (arguments.next()?.clone(), arguments.next()?.clone());
                return Some(Expr::Trim {
                    trim_where: Some(side),
                    trim_what: Some(Box::new(letters)),
                    expr: Box::new(value),
                    trim_characters: None,
                });
            }
            "strftime" => {
                let mut arguments = arguments_mut(function);
                let (date, form) = (arguments.next()?.clone(), arguments.next()?.clone());
                let mut known = DATE_FORMS.iter();
                let (_, from, length) = known.find(|(known, ..)| text(&form) == Some(known))?;
                let letters = plain_cast(date, self.dialect.text_type());
                return Some(called("SUBSTR", vec![letters, number(*from), number(*length)]));
            }
            "count" => return distinct_in_window(function),
            _ => {}
        }
        None
    }

    /// A value that cannot be read becomes NULL, and only values that polars reads are read.
    fn cast(&self, operand: Expr, to: &str) -> Expr {
        let (pattern, to) = match to {
            "INT" | "INTEGER" => (r"^[+-]?[0-9]+\z", "INT"),
            "DOUBLE" => (r"^[+-]?[0-9]+([.][0-9]+)?\z", "DOUBLE"),
            "DATE" => (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z", "DATE"),
            "BOOLEAN" => return plain_cast(operand, "BOOLEAN"),
            _ => return plain_cast(operand, self.dialect.text_type()),
        };
        let matches = if self.dialect == Dialect::DuckDb {
            "REGEXP_MATCHES"
        } else {
            "REGEXP_LIKE"
        };
        let letters = plain_cast(operand.clone(), self.dialect.text_type());
        let is_readable = called(matches, vec![letters, literal(pattern)]);
        let mut read = plain_cast(operand, to);
        if let Expr::Cast { kind, .. } = &mut read {
            *kind = CastKind::TryCast;
        }
        case_when(is_readable, read)
    }
}

/// `CASE x WHEN 'a' THEN 'b' … END` as the text at the place of `x` in a list: `x` stands there once. NULL for a
/// text that is not in the list, and for NULL, as in the CASE.
fn looked_up_in_lists(case: &Expr) -> Option<Expr> {
    let Expr::Case {
        operand: Some(operand),
        conditions,
        else_result: None,
        ..
    } = case
    else {
        return None;
    };
    let is_text = |part: &Expr| text(part).is_some();
    if !conditions
        .iter()
        .all(|arm| is_text(&arm.condition) && is_text(&arm.result))
    {
        return None;
    }
    let (codes, texts) = conditions
        .iter()
        .map(|arm| (arm.condition.clone(), arm.result.clone()))
        .unzip();
    let place = called(
        "LIST_POSITION",
        vec![called("LIST_VALUE", codes), operand.as_ref().clone()],
    );
    Some(called("LIST_EXTRACT", vec![called("LIST_VALUE", texts), place]))
}

/// Rewrites `COUNT(DISTINCT x) OVER (…)`, which Spark lacks.
fn distinct_in_window(function: &mut Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &mut function.args else {
        return None;
    };
    let is_distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
    if !is_distinct || function.over.is_none() {
        return None;
    }
    list.duplicate_treatment = None;
    rename(function, "COLLECT_SET");
    Some(called("SIZE", vec![Expr::Function(function.clone())]))
}

/// The casts inside our own functions, of values whose type is known.
fn internal_cast(name: &str, function: &Function, dialect: Dialect) -> Option<Expr> {
    let to = match name {
        AS_INT => "INT",
        AS_DATE => "DATE",
        AS_TEXT => dialect.text_type(),
        _ => return None,
    };
    let operand = super::forms::arguments(function).first().copied().flatten()?;
    Some(plain_cast(operand.clone(), to))
}

fn rename(function: &mut Function, name: &str) {
    function.name = ObjectName::from(vec![Ident::new(name)]);
}

fn arguments_mut(function: &mut Function) -> impl Iterator<Item = &mut Expr> {
    let list = match &mut function.args {
        FunctionArguments::List(list) => Some(list),
        _ => None,
    };
    list.into_iter()
        .flat_map(|list| &mut list.args)
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
            _ => None,
        })
}

fn plain_cast(operand: Expr, to: &str) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(operand),
        data_type: DataType::Custom(ObjectName::from(vec![Ident::new(to)]), Vec::new()),
        array: false,
        format: None,
    }
}

fn called(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(sqlparser::ast::FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments
                .into_iter()
                .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)))
                .collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

fn case_when(condition: Expr, result: Expr) -> Expr {
    Expr::Case {
        case_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        end_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        operand: None,
        conditions: vec![sqlparser::ast::CaseWhen { condition, result }],
        else_result: None,
    }
}

fn literal(text: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(text.to_string()).with_empty_span())
}

fn number(number: usize) -> Expr {
    Expr::Value(Value::Number(number.to_string(), false).with_empty_span())
}

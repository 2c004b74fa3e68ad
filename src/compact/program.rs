//! Conditions as a program over compact columns. In: polars expressions without windows, and the types of
//! their columns. Out: a [`Program`] in which every part occurs once, however many conditions share it.
//!
//! What depends only on one text column, such as a code list, a pattern or a lookup, is asked once for each
//! distinct value; what depends on a few text columns, once for each combination. AND, OR, NOT, CASE,
//! COALESCE and comparisons of dates and numbers run over bits and whole numbers. Every other part is left to
//! polars.

use std::collections::HashMap;

use polars::prelude::*;

/// The most text columns whose combinations are asked about.
const MOST_COMBINED: usize = 3;

/// The number of a condition's part in [`Program::truths`].
pub type TruthId = usize;
/// The number of a whole number's part in [`Program::numbers`].
pub type NumberId = usize;

/// A part that is true, false or unknown for each row. The columns are numbers in [`Program::columns`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TruthPart {
    Constant(Option<bool>),
    /// A boolean column.
    Flag(usize),
    /// Whether a column is not NULL.
    IsThere(usize),
    /// Whether a number is not NULL.
    NumberIsThere(NumberId),
    IsKnown(TruthId),
    Not(TruthId),
    And(TruthId, TruthId),
    Or(TruthId, TruthId),
    Equals(TruthId, TruthId),
    Case(TruthId, TruthId, TruthId),
    Compare(Comparison, NumberId, NumberId),
    /// Asked once for each combination of a group's values: group, and place in it.
    Asked(usize, usize),
    /// Left to polars: place in [`Program::others`].
    Other(usize),
}

/// A whole number or NULL for each row; a date is its day since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NumberPart {
    Constant(Option<i32>),
    Column(usize),
    Plus(NumberId, NumberId),
    Minus(NumberId, NumberId),
    Case(TruthId, NumberId, NumberId),
    /// The first that is not NULL.
    First(NumberId, NumberId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
}

/// Parts that depend on the same text columns.
pub struct Group {
    /// Numbers in [`Program::columns`].
    pub columns: Vec<usize>,
    /// The parts as they are written, over the columns of the records.
    pub parts: Vec<Expr>,
}

/// Conditions in the order in which they can be evaluated: a part only uses parts before it.
pub struct Program {
    pub columns: Vec<PlSmallStr>,
    pub truths: Vec<TruthPart>,
    pub numbers: Vec<NumberPart>,
    pub groups: Vec<Group>,
    pub others: Vec<Expr>,
}

impl Program {
    /// The program of conditions, and the part that each of them is.
    pub fn of<'e>(conditions: impl Iterator<Item = &'e Expr>, schema: &Schema) -> (Program, Vec<TruthId>) {
        let mut builder = Builder::new(schema);
        let conditions = conditions.map(|condition| builder.condition(condition)).collect();
        (builder.program, conditions)
    }
}

struct Builder<'s> {
    schema: &'s Schema,
    program: Program,
    truths: HashMap<TruthPart, TruthId>,
    numbers: HashMap<NumberPart, NumberId>,
    columns: HashMap<PlSmallStr, usize>,
    groups: HashMap<Vec<usize>, usize>,
    asked: HashMap<Expr, TruthId>,
    /// Conditions that were met before.
    known: HashMap<Expr, TruthId>,
}

impl<'s> Builder<'s> {
    fn new(schema: &'s Schema) -> Builder<'s> {
        Builder {
            schema,
            program: Program {
                columns: Vec::new(),
                truths: Vec::new(),
                numbers: Vec::new(),
                groups: Vec::new(),
                others: Vec::new(),
            },
            truths: HashMap::new(),
            numbers: HashMap::new(),
            columns: HashMap::new(),
            groups: HashMap::new(),
            asked: HashMap::new(),
            known: HashMap::new(),
        }
    }

    fn condition(&mut self, expr: &Expr) -> TruthId {
        if let Some(known) = self.known.get(expr) {
            return *known;
        }
        let id = match self.truth(expr) {
            Some(id) => id,
            None => self.asked_or_other(expr),
        };
        self.known.insert(expr.clone(), id);
        id
    }

    fn add(&mut self, part: TruthPart) -> TruthId {
        let next = self.program.truths.len();
        *self.truths.entry(part).or_insert_with_key(|part| {
            self.program.truths.push(part.clone());
            next
        })
    }

    fn add_number(&mut self, part: NumberPart) -> NumberId {
        let next = self.program.numbers.len();
        *self.numbers.entry(part).or_insert_with_key(|part| {
            self.program.numbers.push(part.clone());
            next
        })
    }

    fn column(&mut self, name: &PlSmallStr) -> usize {
        let next = self.program.columns.len();
        *self.columns.entry(name.clone()).or_insert_with_key(|name| {
            self.program.columns.push(name.clone());
            next
        })
    }

    fn kind(&self, name: &PlSmallStr) -> Option<&'s DataType> {
        self.schema.get(name)
    }

    /// The columns that an expression names, once each.
    fn names(expr: &Expr) -> Vec<PlSmallStr> {
        let mut names: Vec<PlSmallStr> = Vec::new();
        for part in expr {
            if let Expr::Column(name) = part
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        names
    }

    /// Whether an expression is true, false or unknown, and no text or number.
    fn is_condition(&self, expr: &Expr) -> bool {
        let kind = expr.to_field(self.schema);
        kind.is_ok_and(|field| matches!(field.dtype(), DataType::Boolean | DataType::Null))
    }

    /// The part, if it only depends on a few text columns.
    fn asked(&mut self, expr: &Expr, most: usize) -> Option<TruthId> {
        if let Some(known) = self.asked.get(expr) {
            return Some(*known);
        }
        let mut names = Builder::names(expr);
        let are_texts = names
            .iter()
            .all(|name| self.kind(name) == Some(&DataType::String));
        if names.is_empty() || names.len() > most || !are_texts || !self.is_condition(expr) {
            return None;
        }
        names.sort_unstable();
        let columns: Vec<usize> = names.iter().map(|name| self.column(name)).collect();
        let next = self.program.groups.len();
        let group = *self.groups.entry(columns).or_insert_with_key(|columns| {
            self.program.groups.push(Group {
                columns: columns.clone(),
                parts: Vec::new(),
            });
            next
        });
        let parts = &mut self.program.groups[group].parts;
        parts.push(expr.clone());
        let place = parts.len() - 1;
        let id = self.add(TruthPart::Asked(group, place));
        self.asked.insert(expr.clone(), id);
        Some(id)
    }

    fn asked_or_other(&mut self, expr: &Expr) -> TruthId {
        if let Some(id) = self.asked(expr, MOST_COMBINED) {
            return id;
        }
        let others = &mut self.program.others;
        let place = match others.iter().position(|other| other == expr) {
            Some(place) => place,
            None => {
                others.push(expr.clone());
                others.len() - 1
            }
        };
        self.add(TruthPart::Other(place))
    }

    /// A condition by its parts; `None` for a form that is asked about or left to polars as a whole.
    fn truth(&mut self, expr: &Expr) -> Option<TruthId> {
        if let Expr::Alias(inner, _) = expr {
            return self.truth(inner);
        }
        if let Expr::Column(name) = expr {
            return match self.kind(name) {
                Some(DataType::Boolean) => {
                    let column = self.column(name);
                    Some(self.add(TruthPart::Flag(column)))
                }
                _ => None,
            };
        }
        if let Some(id) = self.asked(expr, 1) {
            return Some(id);
        }
        match expr {
            Expr::Literal(value) => self.constant(value),
            Expr::Cast { expr, dtype, .. } if is_boolean(dtype) => self.truth(expr),
            Expr::BinaryExpr { left, op, right } => self.binary(left, *op, right),
            Expr::Ternary {
                predicate,
                truthy,
                falsy,
            } => {
                // A CASE of texts or numbers is no condition.
                let then = self.truth(truthy)?;
                let otherwise = self.truth(falsy)?;
                let holds = self.condition(predicate);
                Some(self.add(TruthPart::Case(holds, then, otherwise)))
            }
            Expr::Function { input, function } => self.function(input, function),
            _ => None,
        }
    }

    fn constant(&mut self, value: &LiteralValue) -> Option<TruthId> {
        let outcome = match value {
            LiteralValue::Scalar(scalar) => match scalar.value() {
                AnyValue::Null => None,
                AnyValue::Boolean(value) => Some(*value),
                _ => return None,
            },
            _ => return None,
        };
        Some(self.add(TruthPart::Constant(outcome)))
    }

    fn binary(&mut self, left: &Expr, op: Operator, right: &Expr) -> Option<TruthId> {
        match op {
            Operator::And | Operator::LogicalAnd | Operator::Or | Operator::LogicalOr => {
                let (left, right) = (self.condition(left), self.condition(right));
                Some(self.add(match op {
                    Operator::And | Operator::LogicalAnd => TruthPart::And(left, right),
                    _ => TruthPart::Or(left, right),
                }))
            }
            Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq => self.compare(left, op, right),
            _ => None,
        }
    }

    fn compare(&mut self, left: &Expr, op: Operator, right: &Expr) -> Option<TruthId> {
        if let (Some(left), Some(right)) = (self.compared(left), self.compared(right)) {
            let (comparison, left, right) = match op {
                Operator::Eq => (Comparison::Equal, left, right),
                Operator::NotEq => (Comparison::NotEqual, left, right),
                Operator::Lt => (Comparison::Less, left, right),
                Operator::LtEq => (Comparison::LessOrEqual, left, right),
                Operator::Gt => (Comparison::Less, right, left),
                _ => (Comparison::LessOrEqual, right, left),
            };
            return Some(self.add(TruthPart::Compare(comparison, left, right)));
        }
        if !matches!(op, Operator::Eq | Operator::NotEq) {
            return None;
        }
        let (left, right) = (self.truth_of_flag(left)?, self.truth_of_flag(right)?);
        let equal = self.add(TruthPart::Equals(left, right));
        Some(match op {
            Operator::Eq => equal,
            _ => self.add(TruthPart::Not(equal)),
        })
    }

    /// A boolean column or constant; `None` for everything else, such as a text that is compared.
    fn truth_of_flag(&mut self, expr: &Expr) -> Option<TruthId> {
        match expr {
            Expr::Column(_) | Expr::Literal(_) => self.truth(expr),
            _ => None,
        }
    }

    fn function(&mut self, input: &[Expr], function: &FunctionExpr) -> Option<TruthId> {
        match (function, input) {
            (FunctionExpr::Boolean(BooleanFunction::Not), [part]) => {
                let part = self.any_condition(part)?;
                Some(self.add(TruthPart::Not(part)))
            }
            (FunctionExpr::Boolean(BooleanFunction::IsNull), [part]) => {
                let there = self.is_there(part)?;
                Some(self.add(TruthPart::Not(there)))
            }
            (FunctionExpr::Boolean(BooleanFunction::IsNotNull), [part]) => self.is_there(part),
            (
                FunctionExpr::Boolean(BooleanFunction::IsBetween {
                    closed: ClosedInterval::Both,
                }),
                [part, low, high],
            ) => {
                let (part, low, high) = (self.compared(part)?, self.compared(low)?, self.compared(high)?);
                let after = self.add(TruthPart::Compare(Comparison::LessOrEqual, low, part));
                let before = self.add(TruthPart::Compare(Comparison::LessOrEqual, part, high));
                Some(self.add(TruthPart::And(after, before)))
            }
            (FunctionExpr::Coalesce, [first, rest @ ..]) => {
                let mut parts = vec![self.truth(first)?];
                for part in rest {
                    parts.push(self.truth(part)?);
                }
                let mut parts = parts.into_iter().rev();
                let mut chosen = parts.next()?;
                for part in parts {
                    let known = self.add(TruthPart::IsKnown(part));
                    chosen = self.add(TruthPart::Case(known, part, chosen));
                }
                Some(chosen)
            }
            _ => None,
        }
    }

    /// A part that is a condition, in whatever form; `None` for a text or a number.
    fn any_condition(&mut self, expr: &Expr) -> Option<TruthId> {
        self.is_condition(expr).then(|| self.condition(expr))
    }

    fn is_there(&mut self, expr: &Expr) -> Option<TruthId> {
        if let Expr::Column(name) = expr {
            self.kind(name)?;
            let column = self.column(name);
            return Some(self.add(TruthPart::IsThere(column)));
        }
        if let Some(number) = self.number(expr) {
            return Some(self.add(TruthPart::NumberIsThere(number)));
        }
        let part = self.any_condition(expr)?;
        Some(self.add(TruthPart::IsKnown(part)))
    }

    /// A number that is only compared: a column of small whole numbers without sign is possible as well.
    fn compared(&mut self, expr: &Expr) -> Option<NumberId> {
        use DataType::{Int8, Int16, UInt8, UInt16, UInt32};
        match expr {
            Expr::Column(name) if matches!(self.kind(name)?, Int8 | Int16 | UInt8 | UInt16 | UInt32) => {
                let column = self.column(name);
                Some(self.add_number(NumberPart::Column(column)))
            }
            _ => self.number(expr),
        }
    }

    /// A date or a number of 32 bits with sign, so that sums are the same as those of polars.
    fn number(&mut self, expr: &Expr) -> Option<NumberId> {
        let part = match expr {
            Expr::Alias(inner, _) => return self.number(inner),
            Expr::Column(name) => {
                if !matches!(self.kind(name)?, DataType::Date | DataType::Int32) {
                    return None;
                }
                NumberPart::Column(self.column(name))
            }
            Expr::Literal(value) => NumberPart::Constant(whole(value)?),
            Expr::Cast { expr, dtype, .. } if is_number(dtype) => return self.number(expr),
            Expr::BinaryExpr {
                left,
                op: op @ (Operator::Plus | Operator::Minus),
                right,
            } => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                match op {
                    Operator::Plus => NumberPart::Plus(left, right),
                    _ => NumberPart::Minus(left, right),
                }
            }
            Expr::Ternary {
                predicate,
                truthy,
                falsy,
            } => {
                let (then, otherwise) = (self.number(truthy)?, self.number(falsy)?);
                NumberPart::Case(self.condition(predicate), then, otherwise)
            }
            Expr::Function {
                input,
                function: FunctionExpr::Coalesce,
            } => {
                let parts: Option<Vec<NumberId>> = input.iter().map(|part| self.number(part)).collect();
                let mut parts = parts?.into_iter().rev();
                let mut chosen = parts.next()?;
                for part in parts {
                    chosen = self.add_number(NumberPart::First(part, chosen));
                }
                return Some(chosen);
            }
            _ => return None,
        };
        Some(self.add_number(part))
    }
}

/// A literal of few digits, or NULL.
fn whole(value: &LiteralValue) -> Option<Option<i32>> {
    const GREATEST: i64 = 10_000_000;
    if value.is_null() {
        return Some(None);
    }
    let number = match value {
        LiteralValue::Scalar(scalar) => match scalar.value() {
            AnyValue::Date(day) => i64::from(*day),
            _ => value.extract_i64().ok()?,
        },
        _ => value.extract_i64().ok()?,
    };
    (number.abs() <= GREATEST).then_some(Some(number as i32))
}

fn is_boolean(kind: &DataTypeExpr) -> bool {
    matches!(kind, DataTypeExpr::Literal(DataType::Boolean))
}

fn is_number(kind: &DataTypeExpr) -> bool {
    matches!(kind, DataTypeExpr::Literal(DataType::Date | DataType::Int32))
}

//! Evaluates the windows of conditions, such as `COUNT(*) OVER (PARTITION BY key)`. In: conditions and
//! records. Out: the conditions with a column in place of each window, and the records with these columns.
//!
//! The records of a group get one number, once for all windows over the same groups. A window is then one
//! pass over those numbers. Windows of other kinds than [`Kind`] stay as they are, for polars.

use std::sync::Arc;

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

/// The beginning of the columns' names; no column of the rules has it.
const WINDOW: &str = "clockstop_window_";

/// A window that is evaluated here.
#[derive(PartialEq)]
struct Window {
    kind: Kind,
    /// The columns or expressions that make the groups.
    by: Vec<Expr>,
}

/// What a window gives for each group.
#[derive(PartialEq)]
enum Kind {
    /// The number of records.
    Records,
    /// The number of records with a value.
    Values(Expr),
    /// The number of distinct values.
    Distinct(Expr),
    Least(Expr),
    Greatest(Expr),
}

/// Puts a column in place of every window that is evaluated here, and adds these columns to the records.
pub fn as_columns(conditions: Vec<Expr>, records: &DataFrame) -> Result<(Vec<Expr>, DataFrame)> {
    let mut found: Vec<(Expr, Window)> = Vec::new();
    for part in conditions.iter().flat_map(|condition| condition.into_iter()) {
        if let Some(window) = Window::of(part)
            && !found.iter().any(|(known, _)| known == part)
        {
            found.push((part.clone(), window));
        }
    }
    if found.is_empty() {
        return Ok((conditions, records.clone()));
    }
    let Some(columns) = evaluated(&found, records)? else {
        return Ok((conditions, records.clone()));
    };
    let replaced = |part: Expr| match found.iter().position(|(window, _)| *window == part) {
        Some(number) => col(name(number)),
        None => part,
    };
    let conditions = conditions.into_iter();
    let conditions = conditions.map(|condition| condition.map_expr(replaced)).collect();
    let mut records = records.clone();
    for (number, column) in columns.into_iter().enumerate() {
        records.with_column(column.with_name(name(number).into()))?;
    }
    Ok((conditions, records))
}

fn name(number: usize) -> String {
    format!("{WINDOW}{number}")
}

impl Window {
    fn of(expr: &Expr) -> Option<Window> {
        let Expr::Over {
            function,
            partition_by,
            order_by: None,
            mapping: WindowMapping::GroupsToRows,
        } = expr
        else {
            return None;
        };
        let looks_further = |expr: &Expr| expr.into_iter().any(|part| matches!(part, Expr::Over { .. }));
        if partition_by.is_empty() || looks_further(function) || partition_by.iter().any(looks_further) {
            return None;
        }
        Some(Window {
            kind: Kind::of(function)?,
            by: partition_by.clone(),
        })
    }
}

impl Kind {
    fn of(function: &Expr) -> Option<Kind> {
        let value = |input: &Arc<Expr>| input.as_ref().clone();
        Some(match function {
            Expr::Len => Kind::Records,
            Expr::Agg(AggExpr::Count {
                input,
                include_nulls: false,
            }) => Kind::Values(value(input)),
            Expr::Agg(AggExpr::Min { input, .. }) => Kind::Least(value(input)),
            Expr::Agg(AggExpr::Max { input, .. }) => Kind::Greatest(value(input)),
            // COUNT(DISTINCT x): the number of values, including NULL, less one if there is a NULL.
            Expr::BinaryExpr {
                left,
                op: Operator::Minus,
                right,
            } => match left.as_ref() {
                Expr::Agg(AggExpr::NUnique(input)) if is_one_if_null(right, input) => {
                    Kind::Distinct(value(input))
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    fn input(&self) -> Option<&Expr> {
        match self {
            Kind::Records => None,
            Kind::Values(input) | Kind::Distinct(input) | Kind::Least(input) | Kind::Greatest(input) => {
                Some(input)
            }
        }
    }
}

/// Whether an expression is `null_count(input) > 0`.
fn is_one_if_null(expr: &Expr, input: &Arc<Expr>) -> bool {
    *expr == input.as_ref().clone().null_count().gt(lit(0))
}

/// The columns of windows, a value for each record; `None` if a window is about values that are neither text
/// nor whole.
fn evaluated(found: &[(Expr, Window)], records: &DataFrame) -> Result<Option<Vec<Column>>> {
    let mut parts: Vec<&Expr> = Vec::new();
    for part in found
        .iter()
        .flat_map(|(_, window)| window.by.iter().chain(window.kind.input()))
    {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let values = values(&parts, records)?;
    if !values.iter().all(|column| is_text_or_whole(column.dtype())) {
        return Ok(None);
    }
    let place = |part: &Expr| parts.iter().position(|known| *known == part).unwrap_or_default();
    let mut groupings: Vec<Vec<usize>> = Vec::new();
    let grouping: Vec<usize> = found
        .iter()
        .map(|(_, window)| {
            let by: Vec<usize> = window.by.iter().map(place).collect();
            groupings
                .iter()
                .position(|known| *known == by)
                .unwrap_or_else(|| {
                    groupings.push(by);
                    groupings.len() - 1
                })
        })
        .collect();
    let groups = groupings
        .par_iter()
        .map(|by| Groups::of(by.iter().map(|place| &values[*place]), records.height()));
    let groups = groups.collect::<PolarsResult<Vec<Groups>>>()?;
    let windows = found.par_iter().zip(grouping);
    let columns = windows.map(|((_, window), grouping)| {
        let input = window.kind.input().map(|input| &values[place(input)]);
        groups[grouping].column(&window.kind, input)
    });
    Ok(Some(columns.collect::<PolarsResult<_>>()?))
}

fn is_text_or_whole(kind: &DataType) -> bool {
    kind.is_integer()
        || matches!(
            kind,
            DataType::String | DataType::Date | DataType::Boolean | DataType::Null
        )
}

/// The parts of windows, one column each.
fn values(parts: &[&Expr], records: &DataFrame) -> Result<Vec<Column>> {
    let named = parts.iter().enumerate();
    let named = named.map(|(number, part)| (*part).clone().alias(number.to_string()));
    let values = records
        .clone()
        .lazy()
        .select(named.collect::<Vec<_>>())
        .collect()?;
    let whole = |column: Column| match column.len() == records.height() {
        true => column,
        false => column.new_from_index(0, records.height()),
    };
    Ok(values.into_columns().into_iter().map(whole).collect())
}

/// The groups of records with equal values; NULL equals NULL.
struct Groups {
    /// By record, the number of its group.
    of_record: Vec<IdxSize>,
    count: usize,
}

impl Groups {
    fn of<'c>(by: impl Iterator<Item = &'c Column>, records: usize) -> PolarsResult<Groups> {
        let mut groups = Groups {
            of_record: vec![0; records],
            count: usize::from(records > 0),
        };
        for (number, column) in by.enumerate() {
            let of_column = Groups::of_values(column)?;
            groups = match number {
                0 => of_column,
                _ => groups.split(&of_column),
            };
        }
        Ok(groups)
    }

    fn of_values(column: &Column) -> PolarsResult<Groups> {
        match column.dtype() {
            DataType::String => Ok(numbered(column.str()?.iter())),
            _ => Ok(numbered(whole_numbers(column)?.iter())),
        }
    }

    /// The groups of records that are equal in both.
    fn split(&self, other: &Groups) -> Groups {
        let both = self.of_record.iter().zip(&other.of_record);
        numbered(both.map(|(left, right)| u64::from(*left) << 32 | u64::from(*right)))
    }

    /// What a window gives for each record.
    fn column(&self, kind: &Kind, input: Option<&Column>) -> PolarsResult<Column> {
        match (kind, input) {
            (Kind::Least(_), Some(input)) => self.extreme(input, std::cmp::Ordering::Less),
            (Kind::Greatest(_), Some(input)) => self.extreme(input, std::cmp::Ordering::Greater),
            (Kind::Distinct(_), Some(input)) => {
                let values = Groups::of_values(input)?.of_record;
                let mut met: PlHashSet<u64> = PlHashSet::with_capacity(self.count);
                let mut is_new = |record: usize| {
                    met.insert(u64::from(self.of_record[record]) << 32 | u64::from(values[record]))
                };
                self.counts(records_with_value(input).filter(|record| is_new(*record)))
            }
            (_, Some(input)) => self.counts(records_with_value(input)),
            (_, None) => self.counts(0..self.of_record.len()),
        }
    }

    /// For each record, how many of the given records its group has.
    fn counts(&self, records: impl Iterator<Item = usize>) -> PolarsResult<Column> {
        let mut counts = vec![0u32; self.count];
        for record in records {
            counts[self.of_record[record] as usize] += 1;
        }
        let of_record = self.of_record.iter().map(|group| counts[*group as usize]);
        Ok(Column::new(PlSmallStr::EMPTY, of_record.collect::<Vec<_>>()))
    }

    /// For each record the least or greatest value of its group.
    fn extreme(&self, input: &Column, wanted: std::cmp::Ordering) -> PolarsResult<Column> {
        let rows = match input.dtype() {
            DataType::String => self.extreme_rows(input.str()?.iter(), wanted),
            _ => self.extreme_rows(whole_numbers(input)?.iter(), wanted),
        };
        input.take(&rows)
    }

    /// For each record the row with the least or greatest value of its group.
    fn extreme_rows<T: Ord>(
        &self,
        values: impl Iterator<Item = Option<T>>,
        wanted: std::cmp::Ordering,
    ) -> IdxCa {
        let mut best: Vec<Option<(T, IdxSize)>> = Vec::with_capacity(self.count);
        best.resize_with(self.count, || None);
        for (row, value) in values.enumerate() {
            let Some(value) = value else { continue };
            let best = &mut best[self.of_record[row] as usize];
            if best.as_ref().is_none_or(|(known, _)| value.cmp(known) == wanted) {
                *best = Some((value, row as IdxSize));
            }
        }
        let row_of = |group: &IdxSize| best[*group as usize].as_ref().map(|(_, row)| *row);
        self.of_record.iter().map(row_of).collect()
    }
}

fn records_with_value(column: &Column) -> impl Iterator<Item = usize> {
    let has_value = column.is_not_null();
    let rows: Vec<usize> = has_value
        .iter()
        .enumerate()
        .filter_map(|(row, has_value)| (has_value == Some(true)).then_some(row))
        .collect();
    rows.into_iter()
}

/// Dates, whole numbers and flags, which keep their order as whole numbers.
fn whole_numbers(column: &Column) -> PolarsResult<Int64Chunked> {
    let numbers = column.to_physical_repr();
    Ok(numbers.strict_cast(&DataType::Int64)?.i64()?.clone())
}

/// Equal values have one number, in the order in which they are met.
fn numbered<T: std::hash::Hash + Eq>(values: impl Iterator<Item = T>) -> Groups {
    let mut numbers: PlHashMap<T, IdxSize> = PlHashMap::new();
    let of_record = values.map(|value| {
        let next = numbers.len() as IdxSize;
        *numbers.entry(value).or_insert(next)
    });
    let of_record = of_record.collect();
    Groups {
        of_record,
        count: numbers.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::df;

    fn records() -> DataFrame {
        let days = Series::new(
            "date".into(),
            [
                Some(20_000),
                None,
                Some(20_005),
                Some(19_990),
                Some(20_000),
                None,
                None,
            ],
        );
        let mut records = df!(
            "key" => [Some("a"), Some("b"), Some("a"), None, None, Some("b"), Some("c")],
            "x" => [Some("02"), None, Some("01"), Some(""), Some("02"), None, Some("01")],
            "n" => [Some(1), None, Some(3), Some(-4), Some(4), None, None],
            "flag" => [Some(true), Some(false), None, Some(true), Some(false), None, None],
        )
        .unwrap();
        records
            .with_column(days.cast(&DataType::Date).unwrap().into_column())
            .unwrap();
        records
    }

    #[test]
    fn a_window_as_a_column_is_the_window_of_polars() {
        let records = records();
        for sql in [
            "COUNT(*) OVER (PARTITION BY key)",
            "COUNT(*) OVER (PARTITION BY x, n)",
            "COUNT(x) OVER (PARTITION BY key)",
            "COUNT(CASE WHEN x IN ('01', '02') THEN 1 END) OVER (PARTITION BY key)",
            "COUNT(DISTINCT x) OVER (PARTITION BY key)",
            "COUNT(DISTINCT n) OVER (PARTITION BY flag)",
            "COUNT(DISTINCT CASE WHEN x = '01' THEN CONCAT(x, ' ', key) END) OVER (PARTITION BY key, LENGTH(x))",
            "MIN(x) OVER (PARTITION BY key)",
            "MAX(date) OVER (PARTITION BY key)",
            "MIN(n) OVER (PARTITION BY key, flag)",
            "MAX(CASE WHEN flag THEN n END) OVER (PARTITION BY key)",
            "n < MAX(n) OVER (PARTITION BY key) OR MIN(date) OVER (PARTITION BY x) IS NULL",
        ] {
            let expr = polars::sql::sql_expr(sql).unwrap();
            let (conditions, with_columns) = as_columns(vec![expr.clone()], &records).unwrap();
            assert!(
                with_columns.width() > records.width(),
                "{sql} is not evaluated here"
            );
            let of = |expr: &Expr, frame: &DataFrame| {
                let outcome = frame.clone().lazy().select([expr.clone().alias("outcome")]);
                outcome.collect().unwrap()
            };
            let (ours, theirs) = (of(&conditions[0], &with_columns), of(&expr, &records));
            assert!(ours.equals_missing(&theirs), "{sql}\n{ours}\n{theirs}");
        }
    }

    #[test]
    fn other_windows_stay_with_polars() {
        let records = records();
        for sql in [
            "ROW_NUMBER() OVER (PARTITION BY key ORDER BY n)",
            "SUM(n) OVER (PARTITION BY key)",
            "MIN(n / 2.0) OVER (PARTITION BY key)",
            "n > 1",
        ] {
            let expr = polars::sql::sql_expr(sql).unwrap();
            let (conditions, with_columns) = as_columns(vec![expr.clone()], &records).unwrap();
            assert_eq!(
                (conditions, with_columns.width()),
                (vec![expr], records.width()),
                "{sql}"
            );
        }
    }
}

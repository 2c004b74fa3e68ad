//! Evaluates a program over one chunk of records after the other. A worker remembers the distinct values that
//! it has met, and what the conditions say of them.

use std::rc::Rc;

use anyhow::Result;
use polars::prelude::*;

use super::bits::{self, Truth};
use super::codes::Dictionary;
use super::program::{Comparison, Group, NumberId, NumberPart, Program, TruthId, TruthPart};

/// Stands for NULL among whole numbers.
const NULL_NUMBER: i32 = i32::MIN;

/// With more distinct values in a chunk, a table is quicker than bits for each value.
const MOST_WITH_BITS: usize = 48;

/// More combinations of values are not remembered.
const MOST_COMBINATIONS: usize = 1 << 16;

/// The outcomes of a condition in a table: true, false, unknown.
const YES: u8 = 1;
const NO: u8 = 2;

/// One for each thread.
pub struct Worker<'p> {
    program: &'p Program,
    /// One for each column of the program; those of columns that are not text stay empty.
    dictionaries: Vec<Dictionary>,
    groups: Vec<Known>,
}

/// What is known of a group's combinations of values.
struct Known {
    /// The codes of each combination, in the order in which they were met; each is `columns.len()` long.
    combinations: Vec<Vec<u16>>,
    numbers: PlHashMap<u64, u32>,
    /// By part, the outcome for each combination.
    outcomes: Vec<Vec<u8>>,
    is_full: bool,
}

/// The combinations of a chunk.
enum Coded {
    /// The number of the combination of each row, and bits for each of its combinations if they are few.
    Rows(Vec<u32>, Option<Vec<(u32, Vec<u64>)>>),
    /// There are too many: polars evaluates the group's parts; the place of the first among its results.
    Text(usize),
}

impl<'p> Worker<'p> {
    pub fn new(program: &'p Program) -> Worker<'p> {
        let known = |group: &Group| Known {
            combinations: Vec::new(),
            numbers: PlHashMap::new(),
            outcomes: vec![Vec::new(); group.parts.len()],
            is_full: false,
        };
        Worker {
            program,
            dictionaries: program.columns.iter().map(|_| Dictionary::default()).collect(),
            groups: program.groups.iter().map(known).collect(),
        }
    }

    /// The values of a chunk, ready for its conditions.
    pub fn chunk<'w>(&'w mut self, records: &'w DataFrame) -> Result<Chunk<'w>> {
        let program = self.program;
        let columns = program
            .columns
            .iter()
            .map(|name| Ok(records.column(name)?))
            .collect::<Result<Vec<_>>>()?;
        let codes = self.codes(&columns)?;
        let mut coded = Vec::new();
        let mut new = Vec::new();
        let mut others: Vec<Expr> = program.others.clone();
        for (number, group) in program.groups.iter().enumerate() {
            let known = &mut self.groups[number];
            let before = known.combinations.len();
            match known.rows(group, &codes, records.height()) {
                Some(rows) => {
                    let with_bits = bits_by_value(&rows, known.combinations.len());
                    coded.push(Coded::Rows(rows, with_bits));
                    new.push((number, before));
                }
                None => {
                    coded.push(Coded::Text(others.len()));
                    others.extend(group.parts.iter().cloned());
                }
            }
        }
        self.ask(&new)?;
        let others = outcomes(records.clone(), others)?;
        Ok(Chunk {
            program,
            rows: records.height(),
            columns,
            groups: &self.groups,
            coded,
            others,
            truths: vec![None; program.truths.len()],
            numbers: vec![None; program.numbers.len()],
        })
    }

    /// The codes of the text columns that groups name; `None` for a column with too many distinct values.
    fn codes(&mut self, columns: &[&Column]) -> Result<Vec<Option<Vec<u16>>>> {
        let mut codes: Vec<Option<Vec<u16>>> = vec![None; columns.len()];
        let mut is_done = vec![false; columns.len()];
        for column in self.program.groups.iter().flat_map(|group| &group.columns) {
            if !std::mem::replace(&mut is_done[*column], true) {
                codes[*column] = self.dictionaries[*column].codes(columns[*column].str()?);
            }
        }
        Ok(codes)
    }

    /// Asks the parts of groups about the combinations that are new; all in one query, with the columns of
    /// each group beside those of the others, and NULL where a group has fewer combinations.
    fn ask(&mut self, new: &[(usize, usize)]) -> Result<()> {
        let of_group = |(number, before): &(usize, usize)| self.groups[*number].combinations.len() - before;
        let height = new.iter().map(of_group).max().unwrap_or_default();
        if height == 0 {
            return Ok(());
        }
        let (mut columns, mut parts) = (Vec::new(), Vec::new());
        let asked: Vec<&(usize, usize)> = new.iter().filter(|group| of_group(group) > 0).collect();
        for (number, before) in &asked {
            let group = &self.program.groups[*number];
            for (place, column) in group.columns.iter().enumerate() {
                let dictionary = &self.dictionaries[*column];
                let values = self.groups[*number].combinations[*before..].iter();
                let values = values.map(|combination| dictionary.value(combination[place]));
                let values: StringChunked = values.chain(std::iter::repeat(None)).take(height).collect();
                columns.push(values.with_name(column_of(*number, place)).into_column());
            }
            parts.extend(group.parts.iter().map(|part| self.renamed(*number, part)));
        }
        let mut outcomes = outcomes(DataFrame::new(height, columns)?, parts)?.into_iter();
        for (number, before) in asked {
            let known = &mut self.groups[*number];
            let count = known.combinations.len() - before;
            for (table, outcome) in known.outcomes.iter_mut().zip(&mut outcomes) {
                let code = |row: usize| {
                    YES * u8::from(bits::has(&outcome.yes, row)) + NO * u8::from(bits::has(&outcome.no, row))
                };
                table.extend((0..count).map(code));
            }
        }
        Ok(())
    }

    /// A part over the columns of its group.
    fn renamed(&self, number: usize, part: &Expr) -> Expr {
        let group = &self.program.groups[number];
        part.clone().map_expr(|part| match part {
            Expr::Column(name) => {
                let is_it = |column: &usize| self.program.columns[*column] == name;
                match group.columns.iter().position(is_it) {
                    Some(place) => Expr::Column(column_of(number, place)),
                    None => Expr::Column(name),
                }
            }
            other => other,
        })
    }
}

fn column_of(group: usize, place: usize) -> PlSmallStr {
    format!("{group} {place}").into()
}

impl Known {
    /// The number of each row's combination; `None` if there are too many, or a column stayed text.
    fn rows(&mut self, group: &Group, codes: &[Option<Vec<u16>>], height: usize) -> Option<Vec<u32>> {
        if self.is_full {
            return None;
        }
        let columns: Option<Vec<&Vec<u16>>> = group
            .columns
            .iter()
            .map(|column| codes[*column].as_ref())
            .collect();
        let columns = columns?;
        let mut rows = Vec::with_capacity(height);
        let mut last = (u64::MAX, 0);
        for row in 0..height {
            let key = columns
                .iter()
                .fold(0u64, |key, codes| key << 16 | u64::from(codes[row]));
            if key != last.0 {
                last = (key, self.number(key, &columns, row));
            }
            rows.push(last.1);
        }
        if self.combinations.len() > MOST_COMBINATIONS {
            self.is_full = true;
            self.combinations = Vec::new();
            self.numbers = PlHashMap::new();
            self.outcomes = Vec::new();
            return None;
        }
        Some(rows)
    }

    fn number(&mut self, key: u64, columns: &[&Vec<u16>], row: usize) -> u32 {
        let combinations = &mut self.combinations;
        *self.numbers.entry(key).or_insert_with(|| {
            combinations.push(columns.iter().map(|codes| codes[row]).collect());
            combinations.len() as u32 - 1
        })
    }
}

/// For each value of a chunk the bits of its rows, if the values are few.
fn bits_by_value(rows: &[u32], values: usize) -> Option<Vec<(u32, Vec<u64>)>> {
    const NOT_MET: u8 = u8::MAX;
    let mut places = vec![NOT_MET; values];
    let mut by_value: Vec<(u32, Vec<u64>)> = Vec::new();
    for (row, value) in rows.iter().enumerate() {
        let place = &mut places[*value as usize];
        if *place == NOT_MET {
            if by_value.len() == MOST_WITH_BITS {
                return None;
            }
            *place = by_value.len() as u8;
            by_value.push((*value, vec![0; bits::words(rows.len())]));
        }
        bits::set(&mut by_value[usize::from(*place)].1, row);
    }
    Some(by_value)
}

/// The outcomes of conditions that polars evaluates, in one query.
pub fn outcomes(records: DataFrame, conditions: Vec<Expr>) -> Result<Vec<Truth>> {
    if conditions.is_empty() {
        return Ok(Vec::new());
    }
    let rows = records.height();
    let named = conditions
        .into_iter()
        .enumerate()
        .map(|(number, condition)| condition.cast(DataType::Boolean).alias(number.to_string()));
    let judged = records.lazy().select(named.collect::<Vec<_>>()).collect()?;
    let columns = judged.columns().iter();
    columns.map(|column| Ok(truth(column.bool()?, rows))).collect()
}

/// A boolean column as bits. A condition that uses no column has one value for all rows.
pub fn truth(column: &BooleanChunked, rows: usize) -> Truth {
    if column.len() != rows {
        return Truth::constant(column.get(0), rows);
    }
    let mut truth = Truth::constant(None, rows);
    for (row, outcome) in column.iter().enumerate() {
        match outcome {
            Some(true) => bits::set(&mut truth.yes, row),
            Some(false) => bits::set(&mut truth.no, row),
            None => {}
        }
    }
    truth
}

/// A chunk of records, with the parts that have been evaluated.
pub struct Chunk<'w> {
    program: &'w Program,
    rows: usize,
    columns: Vec<&'w Column>,
    groups: &'w [Known],
    coded: Vec<Coded>,
    others: Vec<Truth>,
    truths: Vec<Option<Rc<Truth>>>,
    numbers: Vec<Option<Rc<Vec<i32>>>>,
}

impl Chunk<'_> {
    /// The outcome of a part for each row.
    pub fn truth(&mut self, id: TruthId) -> Result<Rc<Truth>> {
        if let Some(known) = &self.truths[id] {
            return Ok(known.clone());
        }
        let truth = Rc::new(self.evaluate(&self.program.truths[id])?);
        self.truths[id] = Some(truth.clone());
        Ok(truth)
    }

    fn evaluate(&mut self, part: &TruthPart) -> Result<Truth> {
        let rows = self.rows;
        Ok(match part {
            TruthPart::Constant(outcome) => Truth::constant(*outcome, rows),
            TruthPart::Flag(column) => truth(self.columns[*column].bool()?, rows),
            TruthPart::IsThere(column) => self.is_there(*column),
            TruthPart::NumberIsThere(number) => {
                let number = self.number(*number)?;
                known(rows, |row| number[row] != NULL_NUMBER)
            }
            TruthPart::IsKnown(part) => self.truth(*part)?.is_known(rows),
            TruthPart::Not(part) => self.truth(*part)?.not(),
            TruthPart::And(left, right) => self.truth(*left)?.and(self.truth(*right)?.as_ref()),
            TruthPart::Or(left, right) => self.truth(*left)?.or(self.truth(*right)?.as_ref()),
            TruthPart::Equals(left, right) => self.truth(*left)?.equals(self.truth(*right)?.as_ref()),
            TruthPart::Case(holds, then, otherwise) => {
                let holds = self.truth(*holds)?;
                holds.choose(self.truth(*then)?.as_ref(), self.truth(*otherwise)?.as_ref())
            }
            TruthPart::Compare(comparison, left, right) => {
                let (left, right) = (self.number(*left)?, self.number(*right)?);
                compare(*comparison, &left, &right)
            }
            TruthPart::Asked(group, place) => self.asked(*group, *place),
            TruthPart::Other(place) => self.others[*place].clone(),
        })
    }

    fn is_there(&self, column: usize) -> Truth {
        let column = self.columns[column];
        match column.null_count() {
            0 => Truth::constant(Some(true), self.rows),
            nulls if nulls == self.rows => Truth::constant(Some(false), self.rows),
            _ => {
                let there = column.is_not_null();
                let there: Vec<bool> = there.iter().map(|there| there == Some(true)).collect();
                known(self.rows, |row| there[row])
            }
        }
    }

    /// The outcome of a group's part, from its table.
    fn asked(&self, group: usize, place: usize) -> Truth {
        match &self.coded[group] {
            Coded::Text(first) => self.others[first + place].clone(),
            Coded::Rows(rows, by_value) => {
                let table = &self.groups[group].outcomes[place];
                match by_value {
                    Some(by_value) => {
                        let mut truth = Truth::constant(None, self.rows);
                        for (value, bits) in by_value {
                            match table[*value as usize] {
                                YES => bits::add(&mut truth.yes, bits),
                                NO => bits::add(&mut truth.no, bits),
                                _ => {}
                            }
                        }
                        truth
                    }
                    None => looked_up(rows, table),
                }
            }
        }
    }

    fn number(&mut self, id: NumberId) -> Result<Rc<Vec<i32>>> {
        if let Some(known) = &self.numbers[id] {
            return Ok(known.clone());
        }
        let numbers = Rc::new(self.numbers_of(&self.program.numbers[id])?);
        self.numbers[id] = Some(numbers.clone());
        Ok(numbers)
    }

    fn numbers_of(&mut self, part: &NumberPart) -> Result<Vec<i32>> {
        let both = |left: &[i32], right: &[i32], sum: fn(i32, i32) -> i32| -> Vec<i32> {
            let pairs = left.iter().zip(right);
            let sum = pairs.map(
                |(left, right)| match *left == NULL_NUMBER || *right == NULL_NUMBER {
                    true => NULL_NUMBER,
                    false => sum(*left, *right),
                },
            );
            sum.collect()
        };
        Ok(match part {
            NumberPart::Constant(number) => vec![number.unwrap_or(NULL_NUMBER); self.rows],
            NumberPart::Column(column) => whole_numbers(self.columns[*column])?,
            NumberPart::Plus(left, right) => {
                let (left, right) = (self.number(*left)?, self.number(*right)?);
                both(&left, &right, i32::wrapping_add)
            }
            NumberPart::Minus(left, right) => {
                let (left, right) = (self.number(*left)?, self.number(*right)?);
                both(&left, &right, i32::wrapping_sub)
            }
            NumberPart::Case(holds, then, otherwise) => {
                let holds = self.truth(*holds)?;
                let (then, otherwise) = (self.number(*then)?, self.number(*otherwise)?);
                let chosen = |row: usize| match bits::has(&holds.yes, row) {
                    true => then[row],
                    false => otherwise[row],
                };
                (0..self.rows).map(chosen).collect()
            }
            NumberPart::First(first, second) => {
                let (first, second) = (self.number(*first)?, self.number(*second)?);
                let pairs = first.iter().zip(second.iter());
                let chosen = pairs.map(|(first, second)| match *first == NULL_NUMBER {
                    true => *second,
                    false => *first,
                });
                chosen.collect()
            }
        })
    }
}

/// An outcome that is never unknown.
fn known(rows: usize, holds: impl Fn(usize) -> bool) -> Truth {
    let yes = bits::of_rows(rows, holds);
    Truth {
        no: bits::and_not(&bits::all(rows), &yes),
        yes,
    }
}

fn looked_up(rows: &[u32], table: &[u8]) -> Truth {
    let word = |rows: &[u32]| {
        let (mut yes, mut no) = (0, 0);
        for (bit, value) in rows.iter().enumerate() {
            let outcome = u64::from(table[*value as usize]);
            yes |= (outcome & 1) << bit;
            no |= (outcome >> 1) << bit;
        }
        (yes, no)
    };
    let (yes, no) = rows.chunks(bits::ROWS_OF_WORD).map(word).unzip();
    Truth { yes, no }
}

fn compare(comparison: Comparison, left: &[i32], right: &[i32]) -> Truth {
    match comparison {
        Comparison::Equal => compared(left, right, |left, right| left == right),
        Comparison::NotEqual => compared(left, right, |left, right| left != right),
        Comparison::Less => compared(left, right, |left, right| left < right),
        Comparison::LessOrEqual => compared(left, right, |left, right| left <= right),
    }
}

fn compared(left: &[i32], right: &[i32], holds: impl Fn(i32, i32) -> bool) -> Truth {
    let word = |(left, right): (&[i32], &[i32])| {
        let (mut yes, mut known) = (0u64, 0u64);
        for (bit, (left, right)) in left.iter().zip(right).enumerate() {
            yes |= u64::from(holds(*left, *right)) << bit;
            known |= u64::from((*left != NULL_NUMBER) & (*right != NULL_NUMBER)) << bit;
        }
        (yes & known, known & !yes)
    };
    let chunks = left
        .chunks(bits::ROWS_OF_WORD)
        .zip(right.chunks(bits::ROWS_OF_WORD));
    let (yes, no) = chunks.map(word).unzip();
    Truth { yes, no }
}

/// A column of dates or whole numbers of at most 32 bits. A number of records needs no more than 31 of them;
/// a greater one becomes the greatest.
fn whole_numbers(column: &Column) -> Result<Vec<i32>> {
    let narrow = |number: i64| number.clamp(i64::from(NULL_NUMBER) + 1, i64::from(i32::MAX)) as i32;
    Ok(match column.dtype() {
        DataType::Date => of_cells(column.date()?.physical().iter()),
        DataType::Int32 => of_cells(column.i32()?.iter()),
        _ => {
            let wide = column.cast(&DataType::Int64)?;
            of_cells(wide.i64()?.iter().map(|number| number.map(narrow)))
        }
    })
}

fn of_cells(cells: impl Iterator<Item = Option<i32>>) -> Vec<i32> {
    cells.map(|cell| cell.unwrap_or(NULL_NUMBER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::df;

    const CONDITIONS: [&str; 20] = [
        "kind = 'a'",
        "kind IN ('a', 'c') OR kind IS NULL",
        "REGEXP_LIKE(id, '^[0-9]*7$')",
        "id = other",
        "id <> kind AND LEFT(id, 1) = '1'",
        "CONCAT(kind, other) = 'a1'",
        "COALESCE(kind, 'none') <> 'none'",
        "CASE WHEN kind = 'a' THEN id END IS NOT NULL",
        "CASE kind WHEN 'a' THEN flag WHEN 'b' THEN NOT flag END",
        "CASE WHEN flag THEN days WHEN kind = 'b' THEN 3 END > 2",
        "COALESCE(flag, kind = 'b', FALSE)",
        "flag = TRUE",
        "flag <> (kind = 'a')",
        "NOT (kind = 'a' AND flag)",
        "(flag OR kind = 'a') IS NULL",
        "days - COALESCE(more, 1) BETWEEN 2 AND 5",
        "days + 1 = more OR days < more OR days >= 6",
        "CAST(more AS BIGINT) > days",
        "kind IS DISTINCT FROM other",
        "LENGTH(id) = 4 AND NULL",
    ];

    /// More distinct ids than are counted; blanks in every other column.
    fn records(rows: usize) -> DataFrame {
        let of = |values: &[&'static str], row: usize| values.get(row % (values.len() + 1)).copied();
        df!(
            "id" => (0..rows).map(|row| (row % 11 > 0).then(|| row.to_string())).collect::<Vec<_>>(),
            "kind" => (0..rows).map(|row| of(&["a", "b", "c"], row)).collect::<Vec<_>>(),
            "other" => (0..rows).map(|row| of(&["1", "c", "13", "a"], row)).collect::<Vec<_>>(),
            "flag" => (0..rows).map(|row| [Some(true), Some(false), None][row % 3]).collect::<Vec<_>>(),
            "days" => (0..rows).map(|row| (row % 5 > 0).then_some(row as i32 % 9)).collect::<Vec<_>>(),
            "more" => (0..rows).map(|row| (row % 7 > 0).then_some(row as i32 % 8)).collect::<Vec<_>>(),
        )
        .unwrap()
    }

    #[test]
    fn conditions_of_every_form_have_the_outcomes_that_polars_gives() {
        let records = records(20_000);
        let conditions = CONDITIONS.map(|sql| polars::sql::sql_expr(sql).unwrap());
        let (program, ids) = Program::of(conditions.iter(), records.schema());
        for rows in [64, 5000, 20_000] {
            // One worker for all chunks: its columns of text turn full on the way.
            let mut worker = Worker::new(&program);
            for first in (0..records.height()).step_by(rows) {
                let part = records.slice(first as i64, rows);
                let right = outcomes(part.clone(), conditions.to_vec()).unwrap();
                let mut chunk = worker.chunk(&part).unwrap();
                for ((sql, id), right) in CONDITIONS.iter().zip(&ids).zip(&right) {
                    let found = chunk.truth(*id).unwrap();
                    assert!(*found == *right, "{sql}, rows from {first}, {rows} at a time");
                }
            }
        }
    }
}

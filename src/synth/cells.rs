//! Writes a value into a cell of an export.

use std::collections::HashMap;
use std::io::Write;

use anyhow::Result;

use super::calendar::civil;
use super::compile::Compiler;
use super::condition::When;
use super::layout::{self, DateForm};
use super::values::{Row, Slot, Value, Word, Words};

pub struct Column {
    pub heading: String,
    from: Slot,
    when: When,
    before: Word,
    digits: usize,
    as_number: bool,
    map: Option<HashMap<Word, Word>>,
    dates: DateForm,
}

impl Column {
    /// A column for the values of this name.
    pub fn named(name: &str, dates: DateForm, compiler: &Compiler) -> Result<Column> {
        Ok(Column {
            heading: name.to_string(),
            from: compiler.slot(name)?,
            when: When::default(),
            before: Words::EMPTY,
            digits: 0,
            as_number: false,
            map: None,
            dates,
        })
    }

    pub fn new(column: &layout::Column, dates: DateForm, compiler: &mut Compiler) -> Result<Column> {
        let changed = match column {
            layout::Column::Plain(to, from) => {
                return Ok(Column {
                    heading: to.clone(),
                    ..Column::named(from, dates, compiler)?
                });
            }
            layout::Column::Changed(changed) => changed,
        };
        let map = changed.map.as_ref().map(|map| {
            map.iter()
                .map(|(from, to)| (compiler.words.word(from), compiler.words.word(to)))
                .collect()
        });
        Ok(Column {
            heading: changed.to.clone(),
            from: compiler.slot(&changed.from)?,
            when: compiler.when(&changed.when)?,
            before: compiler.words.word(&changed.before),
            digits: changed.digits,
            as_number: changed.as_number,
            map,
            dates: changed.dates.unwrap_or(dates),
        })
    }

    /// Writes the cell of a record into `cell`, which is empty.
    pub fn write(&self, row: &Row, words: &Words, cell: &mut Vec<u8>) -> Result<()> {
        let value = self.mapped(row[self.from]);
        if value == Value::Blank || !self.when.holds(row) {
            return Ok(());
        }
        cell.extend_from_slice(words.text(self.before).as_bytes());
        match value {
            Value::Blank => {}
            Value::Word(word) => cell.extend_from_slice(self.without_zeros(words.text(word)).as_bytes()),
            Value::Number(number) => write!(cell, "{number:0width$}", width = self.digits)?,
            Value::Id {
                prefix,
                digits,
                number,
            } => write!(
                cell,
                "{}{number:0width$}",
                words.text(prefix),
                width = digits as usize
            )?,
            Value::Day(day) => write_date(civil(day), self.dates, cell)?,
        }
        Ok(())
    }

    fn mapped(&self, value: Value) -> Value {
        match &self.map {
            Some(map) => map
                .get(&value.word())
                .map_or(Value::Blank, |word| Value::Word(*word)),
            None => value,
        }
    }

    fn without_zeros<'t>(&self, text: &'t str) -> &'t str {
        match text.trim_start_matches('0') {
            _ if !self.as_number => text,
            "" => "0",
            digits => digits,
        }
    }
}

fn write_date(
    (year, month, day): (i32, u32, u32),
    form: DateForm,
    cell: &mut Vec<u8>,
) -> std::io::Result<()> {
    match form {
        DateForm::Iso => write!(cell, "{year:04}-{month:02}-{day:02}"),
        DateForm::British => write!(cell, "{day:02}/{month:02}/{year:04}"),
        DateForm::Timestamp => write!(cell, "{year:04}-{month:02}-{day:02} 00:00:00"),
    }
}

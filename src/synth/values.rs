//! The values of a record before it is written: small values that copy cheaply, and the words that they refer
//! to.

use std::collections::HashMap;

/// A day, counted from the first of January 1970.
pub type Day = i32;

/// The number of a text in [`Words`].
pub type Word = u32;

/// The index of a name in a [`Row`].
pub type Slot = usize;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Blank,
    Word(Word),
    Day(Day),
    Number(i64),
    /// An identifier: letters, then a number padded with zeros.
    Id {
        prefix: Word,
        digits: u8,
        number: u32,
    },
}

impl Value {
    pub fn day(self) -> Option<Day> {
        match self {
            Value::Day(day) => Some(day),
            _ => None,
        }
    }

    pub fn number(self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The word; for any other value, the word of the empty text.
    pub fn word(self) -> Word {
        match self {
            Value::Word(word) => word,
            _ => Words::EMPTY,
        }
    }
}

/// The values of a pathway or of one of its records, by slot.
pub type Row = Vec<Value>;

/// Every text of the profile, once.
pub struct Words {
    texts: Vec<String>,
    known: HashMap<String, Word>,
}

impl Words {
    pub const EMPTY: Word = 0;

    pub fn new() -> Words {
        Words {
            texts: vec![String::new()],
            known: HashMap::from([(String::new(), Words::EMPTY)]),
        }
    }

    pub fn word(&mut self, text: &str) -> Word {
        if let Some(word) = self.known.get(text) {
            return *word;
        }
        let word = self.texts.len() as Word;
        self.texts.push(text.to_string());
        self.known.insert(text.to_string(), word);
        word
    }

    /// A text as a value; an empty text is blank.
    pub fn value(&mut self, text: &str) -> Value {
        match self.word(text) {
            Words::EMPTY => Value::Blank,
            word => Value::Word(word),
        }
    }

    pub fn text(&self, word: Word) -> &str {
        self.texts.get(word as usize).map_or("", String::as_str)
    }

    pub fn all(&self) -> impl Iterator<Item = (Word, &str)> {
        self.texts
            .iter()
            .enumerate()
            .map(|(word, text)| (word as Word, text.as_str()))
    }
}

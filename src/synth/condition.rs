//! Conditions for a step, a row or a fault: tests on the values of a record, all of which must be true.

use anyhow::{Result, bail};

use super::values::{Row, Slot, Value, Word, Words};

#[derive(Debug, Default)]
pub struct When(Vec<Test>);

#[derive(Debug)]
pub struct Test {
    slot: Slot,
    is: Is,
}

#[derive(Debug)]
enum Is {
    Present,
    Blank,
    AnyOf(Vec<Word>),
    NoneOf(Vec<Word>),
    Above(i64),
    Below(i64),
}

impl When {
    pub fn new(tests: Vec<Test>) -> When {
        When(tests)
    }

    pub fn holds(&self, row: &Row) -> bool {
        self.0.iter().all(|test| test.is.holds(row[test.slot]))
    }
}

impl Test {
    /// Reads `present`, `blank`, `>28`, `<10`, a word, `!` and a word, or several words.
    pub fn new(slot: Slot, texts: &[String], words: &mut Words) -> Result<Test> {
        Ok(Test {
            slot,
            is: Is::new(texts, words)?,
        })
    }
}

impl Is {
    fn new(texts: &[String], words: &mut Words) -> Result<Is> {
        if let [text] = texts {
            match (text.as_str(), text.split_at_checked(1)) {
                ("present", _) => return Ok(Is::Present),
                ("blank", _) => return Ok(Is::Blank),
                (_, Some((">", number))) => return Ok(Is::Above(number.parse()?)),
                (_, Some(("<", number))) => return Ok(Is::Below(number.parse()?)),
                _ => {}
            }
        }
        let unwanted: Vec<Word> = texts
            .iter()
            .filter_map(|text| text.strip_prefix('!'))
            .map(|text| words.word(text))
            .collect();
        match unwanted.len() {
            0 => Ok(Is::AnyOf(texts.iter().map(|text| words.word(text)).collect())),
            count if count == texts.len() => Ok(Is::NoneOf(unwanted)),
            _ => bail!("{texts:?} mixes words with words after `!`"),
        }
    }

    fn holds(&self, value: Value) -> bool {
        match self {
            Is::Present => value != Value::Blank,
            Is::Blank => value == Value::Blank,
            Is::AnyOf(words) => words.contains(&value.word()),
            Is::NoneOf(words) => !words.contains(&value.word()),
            Is::Above(limit) => value.number().is_some_and(|number| number > *limit),
            Is::Below(limit) => value.number().is_some_and(|number| number < *limit),
        }
    }
}

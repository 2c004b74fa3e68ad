//! Finds a key or a value of a TOML file that is known to be wrong. The file is parsed again to find it, so
//! that the facts themselves need not store their positions.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A step into a file: a key, or an index into a list or a list of blocks.
#[derive(Clone, Copy)]
pub enum Step<'a> {
    Key(&'a str),
    At(usize),
}

/// The byte range of the value at the end of a path; the start of the file if there is none.
pub fn of_value(text: &str, path: &[Step]) -> Range<usize> {
    key_and_value(text, path).map_or(0..1, |(_, value)| value)
}

/// The byte range of the key at the end of a path; the start of the file if there is none.
pub fn of_key(text: &str, path: &[Step]) -> Range<usize> {
    key_and_value(text, path).map_or(0..1, |(key, _)| key)
}

/// The byte ranges of the last key and of its value.
fn key_and_value(text: &str, path: &[Step]) -> Option<(Range<usize>, Range<usize>)> {
    let file = DeTable::parse(text).ok()?;
    let (Step::Key(first), rest) = path.split_first()? else {
        return None;
    };
    let (key, mut value) = file.get_ref().get_key_value(*first)?;
    let mut key_span = key.span();
    for step in rest {
        value = match (step, value.get_ref()) {
            (Step::Key(name), DeValue::Table(table)) => {
                let (key, value) = table.get_key_value(*name)?;
                key_span = key.span();
                value
            }
            (Step::At(index), DeValue::Array(list)) => list.get(*index)?,
            _ => return None,
        };
    }
    Some((key_span, value.span()))
}

#[cfg(test)]
mod tests {
    use super::Step::{At, Key};
    use super::*;

    #[test]
    fn a_key_and_a_value_are_found_among_equal_ones() {
        let text = "[[a]]\nb = [\"x\", \"y\"]\n[[a]]\nb = [\"x\", { c = \"y\" }]\n";
        let value = |path: &[Step]| &text[of_value(text, path)];
        assert_eq!(
            of_value(text, &[Key("a"), At(1), Key("b"), At(0)]).start,
            text.rfind("\"x\"").unwrap()
        );
        assert_eq!(value(&[Key("a"), At(0), Key("b"), At(1)]), "\"y\"");
        assert_eq!(
            &text[of_key(text, &[Key("a"), At(1), Key("b"), At(1), Key("c")])],
            "c"
        );
        assert_eq!(of_value(text, &[Key("a"), At(2)]), 0..1);
    }
}

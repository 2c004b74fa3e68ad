//! The functions that rules may use, and how each is written on other engines. Rules are checked against this
//! table, the rewriting uses it, and a test compares `rules/README.md` with it.

/// What a function requires of its arguments, so that every engine gives the same result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Any arguments; their least and greatest number.
    Any(usize, usize),
    /// The argument with this index is a pattern in quotes that all engines read in the same way.
    Pattern(usize),
    /// All arguments from this index on are whole numbers above 0, written out.
    Lengths(usize),
    /// All arguments from this index on are texts in quotes, the first of them not empty.
    Texts(usize),
    /// A date format that all engines write in the same way: see [`DATE_FORMS`].
    DateForm,
    /// A length as a number, and the text to fill up with, in quotes.
    Padding,
}

/// How a function is written for an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    AsItIs,
    /// By another name.
    Named(&'static str),
    /// In another form, defined in `rewrite.rs`.
    Rewritten,
}

/// A function of standard SQL.
pub struct Function {
    pub name: &'static str,
    /// Its result, including for NULL: the text of its row in `rules/README.md`.
    pub meaning: &'static str,
    pub asks: Asks,
    pub duckdb: Written,
    pub spark: Written,
}

const fn plain(name: &'static str, least: usize, most: usize, meaning: &'static str) -> Function {
    Function {
        name,
        meaning,
        asks: Asks::Any(least, most),
        duckdb: Written::AsItIs,
        spark: Written::AsItIs,
    }
}

const MANY: usize = 255;

/// The functions of standard SQL that a rule may use, by name.
pub const FUNCTIONS: [Function; 29] = [
    plain("abs", 1, 1, "without its sign; NULL of NULL"),
    plain(
        "avg",
        1,
        1,
        "mean of the values that are known; NULL where there is none",
    ),
    plain("coalesce", 1, MANY, "the first that is known"),
    Function {
        spark: Written::Rewritten,
        ..plain("concat", 1, MANY, "one after the other; NULL counts as empty")
    },
    Function {
        spark: Written::Rewritten,
        ..plain("count", 1, 1, "how many are known; `COUNT(*)` how many rows")
    },
    plain("dense_rank", 0, 0, "place in the order, without gaps"),
    plain("first_value", 1, 1, "the first in the order of its window"),
    plain(
        "greatest",
        1,
        MANY,
        "the greatest that is known; NULL where none is",
    ),
    plain("least", 1, MANY, "the least that is known; NULL where none is"),
    Function {
        asks: Asks::Lengths(1),
        ..plain("left", 2, 2, "the first n letters; n is written out")
    },
    plain("length", 1, 1, "how many letters; NULL of NULL"),
    Function {
        duckdb: Written::Rewritten,
        ..plain("lower", 1, 1, "in small letters, of every alphabet")
    },
    Function {
        asks: Asks::Padding,
        ..plain(
            "lpad",
            3,
            3,
            "filled up from the left to n letters, or cut to them",
        )
    },
    Function {
        asks: Asks::Texts(1),
        duckdb: Written::Rewritten,
        spark: Written::Rewritten,
        ..plain(
            "ltrim",
            2,
            2,
            "without these letters at its beginning; they are written out",
        )
    },
    plain("max", 1, 1, "the greatest that is known; NULL where none is"),
    plain("min", 1, 1, "the least that is known; NULL where none is"),
    plain("nullif", 2, 2, "NULL where both are equal, else the first"),
    plain("rank", 0, 0, "place in the order, with gaps"),
    Function {
        asks: Asks::Pattern(1),
        duckdb: Written::Rewritten,
        spark: Written::Rewritten,
        ..plain(
            "regexp_like",
            2,
            2,
            "whether the pattern matches somewhere; NULL of NULL",
        )
    },
    Function {
        asks: Asks::Texts(1),
        ..plain(
            "replace",
            3,
            3,
            "every such text by another; both are written out",
        )
    },
    Function {
        asks: Asks::Lengths(1),
        ..plain("right", 2, 2, "the last n letters; n is written out")
    },
    plain("round", 1, 1, "to a whole number, halves away from 0"),
    plain("row_number", 0, 0, "number in the order"),
    Function {
        asks: Asks::Texts(1),
        duckdb: Written::Rewritten,
        spark: Written::Rewritten,
        ..plain(
            "rtrim",
            2,
            2,
            "without these letters at its end; they are written out",
        )
    },
    Function {
        asks: Asks::Texts(1),
        spark: Written::Named("STARTSWITH"),
        ..plain(
            "starts_with",
            2,
            2,
            "whether it begins with a text that is written out",
        )
    },
    Function {
        asks: Asks::DateForm,
        duckdb: Written::Rewritten,
        spark: Written::Rewritten,
        ..plain(
            "strftime",
            2,
            2,
            "a date as `'%Y'`, `'%Y-%m'`, `'%Y-%m-%d'`, `'%m'` or `'%d'`",
        )
    },
    Function {
        asks: Asks::Lengths(1),
        ..plain(
            "substr",
            2,
            3,
            "from the n-th letter on, m letters; both are written out",
        )
    },
    plain(
        "sum",
        1,
        1,
        "sum of the values that are known; NULL where there is none",
    ),
    Function {
        duckdb: Written::Rewritten,
        ..plain("upper", 1, 1, "in capitals, of every alphabet")
    },
];

/// The target types of casts, as rules name them.
pub const CASTS: [&str; 5] = ["VARCHAR", "INT", "DOUBLE", "DATE", "BOOLEAN"];

/// Date formats of `STRFTIME`: the first letter of `CCYY-MM-DD` that is used, and how many letters.
pub const DATE_FORMS: [(&str, usize, usize); 5] = [
    ("%Y", 1, 4),
    ("%Y-%m", 1, 7),
    ("%Y-%m-%d", 1, 10),
    ("%m", 6, 2),
    ("%d", 9, 2),
];

/// The function with this name, in lower case.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_to_the_rules_lists_every_function_with_its_meaning() {
        let guide = include_str!("../../../rules/README.md");
        let missing: Vec<String> = FUNCTIONS
            .iter()
            .map(|function| format!("| `{}` | {} |", function.name.to_uppercase(), function.meaning))
            .filter(|row| !guide.contains(row))
            .collect();
        assert!(
            missing.is_empty(),
            "rules/README.md lacks:\n{}",
            missing.join("\n")
        );
    }

    #[test]
    fn the_functions_stand_in_the_order_of_the_alphabet() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}

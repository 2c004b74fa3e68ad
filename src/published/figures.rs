//! The figures of one row: people (exact to the half) and the printed percentage. A dash means nobody, and
//! the sums then prove it. A star means suppressed, and is never counted as nobody.

use std::collections::BTreeMap;

use crate::published::book::{Cell, Row};
use crate::published::fold;
use crate::published::layout::Table;
use crate::published::rules::{Numbers, Rules};

/// The figures of a row, in people.
#[derive(Debug, Default)]
pub struct Figures {
    /// As printed; if it is missing, the sum of its parts.
    pub total: Option<f64>,
    pub total_is_sum: bool,
    pub within: Option<f64>,
    pub after: Option<f64>,
    /// A fraction.
    pub performance: Option<f64>,
    /// People, by column of the Combined CSV.
    pub bands: BTreeMap<String, f64>,
    /// One message for each cell that should hold a figure and holds something else.
    pub mistakes: Vec<String>,
    /// No cell of the row holds a figure or a sign for one.
    pub is_blank: bool,
}

/// The content of a cell that should hold a count.
enum Count {
    Blank,
    /// A star, or another sign for a suppressed figure.
    Unknown,
    People(f64),
    Mistake(String),
}

impl Figures {
    pub fn read(rules: &Rules, table: &Table, row: &Row) -> Figures {
        let mut figures = Figures {
            is_blank: true,
            ..Figures::default()
        };
        let columns = &table.columns;
        let mut people = |column: Option<u32>| {
            let count = column
                .and_then(|column| row.at(column))
                .map_or(Count::Blank, |cell| count(&rules.numbers, cell));
            figures.is_blank &= matches!(count, Count::Blank | Count::Mistake(_));
            match count {
                Count::People(people) => Some(people),
                Count::Blank | Count::Unknown => None,
                Count::Mistake(mistake) => {
                    figures.mistakes.push(mistake);
                    None
                }
            }
        };
        let (total, within, after) = (
            people(columns.total),
            people(columns.within),
            people(columns.after),
        );
        let bands = columns
            .bands
            .iter()
            .filter_map(|(band, column)| Some((band.column.clone(), people(Some(*column))?)));
        let bands: BTreeMap<String, f64> = bands.collect();
        let has_every_band = bands.len() == table.item.bands.len();
        let sum = || {
            within
                .zip(after)
                .map(|(within, after)| within + after)
                .or(has_every_band.then(|| bands.values().sum()))
        };
        figures.total_is_sum = total.is_none();
        figures.total = total.or_else(sum);
        figures.performance = columns
            .performance
            .and_then(|column| row.at(column))
            .and_then(fraction);
        Figures {
            within,
            after,
            bands,
            ..figures
        }
    }
}

fn count(numbers: &Numbers, cell: &Cell) -> Count {
    let number = match cell {
        Cell::Number(number) => *number,
        Cell::Date(date) => return Count::Mistake(format!("`{date}` is a date where people are counted")),
        Cell::Text(text) => {
            let folded = fold::heading(text);
            // Folding removes stars, but here they are signs.
            let sign = if folded.is_empty() {
                text.to_uppercase()
            } else {
                folded
            };
            if numbers.nil.is(&sign) {
                0.0
            } else if numbers.unknown.is(&sign) {
                return Count::Unknown;
            } else if let Some(number) = number_in(text) {
                number
            } else {
                return Count::Mistake(format!("`{text}` is not a number of people"));
            }
        }
    };
    let halves = number * 2.0;
    if (halves - halves.round()).abs() < 1e-6 && number >= 0.0 {
        Count::People(halves.round() / 2.0)
    } else {
        Count::Mistake(format!("`{number}` is not a number of people, whole or half"))
    }
}

/// The number in a text cell: `1,234`, ` 12.5 `.
fn number_in(text: &str) -> Option<f64> {
    let plain: String = text
        .chars()
        .filter(|letter| *letter != ',' && !letter.is_whitespace())
        .collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A percentage as a fraction, from `0.7596`, `75.96%` or `75.96`.
fn fraction(cell: &Cell) -> Option<f64> {
    let (number, is_percentage) = match cell {
        Cell::Number(number) => (*number, *number > 1.0),
        Cell::Text(text) => {
            let bare = text.trim_end_matches('%');
            let number = number_in(bare)?;
            (number, bare.len() < text.len() || number > 1.0)
        }
        Cell::Date(_) => return None,
    };
    Some(if is_percentage { number / 100.0 } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::rules::tests::rules;

    fn people(cell: Cell) -> Result<Option<f64>, String> {
        match count(&rules().numbers, &cell) {
            Count::Blank | Count::Unknown => Ok(None),
            Count::People(people) => Ok(Some(people)),
            Count::Mistake(mistake) => Err(mistake),
        }
    }

    #[test]
    fn people_are_exact_to_the_half_however_they_are_stored() {
        for (cell, exact) in [
            (Cell::Number(12.0), 12.0),
            (Cell::Number(12.499999999999998), 12.5),
            (Cell::Text("12.5".into()), 12.5),
            (Cell::Text("1,234".into()), 1234.0),
            (Cell::Text("1 234".into()), 1234.0),
            (Cell::Text("-".into()), 0.0),
            (Cell::Text("–".into()), 0.0),
        ] {
            assert_eq!(people(cell.clone()), Ok(Some(exact)), "{cell:?}");
        }
    }

    #[test]
    fn a_suppressed_figure_is_not_zero() {
        for sign in ["*", "**", "[c]", "..", "N/A", "#N/A"] {
            assert_eq!(people(Cell::Text(sign.into())), Ok(None), "{sign}");
        }
    }

    #[test]
    fn a_cell_that_is_not_a_number_of_people_gives_a_message() {
        for wrong in [
            Cell::Text("twelve".into()),
            Cell::Number(12.3),
            Cell::Number(-1.0),
            Cell::Text("NaN".into()),
        ] {
            assert!(people(wrong.clone()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_percentage_is_a_fraction_in_every_form() {
        for cell in [
            Cell::Number(0.7596),
            Cell::Text("0.7596".into()),
            Cell::Text("75.96%".into()),
            Cell::Text("75.96".into()),
        ] {
            assert!((fraction(&cell).unwrap() - 0.7596).abs() < 1e-12, "{cell:?}");
        }
        assert_eq!(fraction(&Cell::Number(1.0)), Some(1.0));
        assert_eq!(fraction(&Cell::Text("-".into())), None);
    }
}

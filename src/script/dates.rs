//! Reads dates of cells in SQL. In: a cell and the date formats of its source. Out: the date, or NULL if no
//! format fits. A cast alone would accept more: `2026-02`, `epoch`, a number.

use std::fmt::Write;

use super::Plan;
use crate::rulebook::Source;

/// Years that a date of a record may have: 1800 to 2999.
const YEAR: &str = "(?:1[89]|2[0-9])[0-9]{2}";

/// SQL for the date in a cell, NULL if no format fits; or the format that cannot be written as SQL.
pub fn read(plan: &Plan, source: Option<&Source>, cell: &str) -> Result<String, String> {
    let iso = ["%Y-%m-%d".to_string()];
    let forms = source.map_or(iso.as_slice(), |source| source.date_forms.as_slice());
    let read: Vec<String> = forms
        .iter()
        .map(|form| in_form(plan, form, cell))
        .collect::<Result<_, _>>()?;
    Ok(match read.as_slice() {
        [one] => one.clone(),
        several => format!("COALESCE({})", several.join(", ")),
    })
}

fn in_form(plan: &Plan, form: &str, cell: &str) -> Result<String, String> {
    let pattern = match form {
        "%Y-%m-%d" => format!(r"^({YEAR})-([0-9]{{2}})-([0-9]{{2}})\z"),
        "%d/%m/%Y" => format!(r"^([0-9]{{1,2}})/([0-9]{{1,2}})/({YEAR})\z"),
        other => pattern_of(other).ok_or_else(|| form.to_string())?,
    };
    let part = |letter: &str| {
        let order = form
            .match_indices('%')
            .filter_map(|(at, _)| form[at + 1..].chars().next());
        let order: Vec<char> = order.filter(|letter| "Ymdb".contains(*letter)).collect();
        let number = order
            .iter()
            .position(|known| letter.contains(*known))
            .map_or(0, |at| at + 1);
        format!(
            "REGEXP_EXTRACT({cell}, {}, {number})",
            plan.dialect.literal(&pattern)
        )
    };
    let month = if form.contains("%b") {
        month_number(plan, &part("b"))
    } else {
        part("m")
    };
    let date = match form {
        "%Y-%m-%d" => cell.to_string(),
        _ => format!("({} || '-' || {month} || '-' || {})", part("Y"), part("d")),
    };
    Ok(format!(
        "CASE WHEN {} THEN TRY_CAST({date} AS DATE) END",
        plan.dialect.matches(cell, &pattern)
    ))
}

/// The pattern of a format with a time or a month's name: one or two digits each, spaces before a number, and
/// any number of spaces for each space in the format.
fn pattern_of(form: &str) -> Option<String> {
    let mut pattern = "^".to_string();
    let mut letters = form.chars();
    while let Some(letter) = letters.next() {
        let part = match letter {
            '%' => match letters.next()? {
                'Y' => format!("[ ]*(?:[+]0*)?({YEAR})"),
                'm' | 'd' => "[ ]*([0-9]{1,2})".to_string(),
                'b' => "([A-Za-z]{3})".to_string(),
                'H' => "[ ]*(?:[01]?[0-9]|2[0-3])".to_string(),
                'M' => "[ ]*[0-5]?[0-9]".to_string(),
                'S' => "[ ]*(?:[0-5]?[0-9]|60)".to_string(),
                '.' if letters.next()? == 'f' => "(?:[.][0-9]+)?".to_string(),
                _ => return None,
            },
            ' ' => "[ ]*".to_string(),
            '-' | '/' | ':' | 'T' | ',' => letter.to_string(),
            _ => return None,
        };
        pattern.push_str(&part);
    }
    pattern.push_str(r"\z");
    Some(pattern)
}

fn month_number(plan: &Plan, name: &str) -> String {
    let months = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let mut arms = String::new();
    for (number, month) in months.iter().enumerate() {
        let _ = write!(
            arms,
            " WHEN {} THEN '{}'",
            plan.dialect.literal(month),
            number + 1
        );
    }
    format!("CASE UPPER({name}){arms} END")
}

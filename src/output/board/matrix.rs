//! The matrix of variation and assurance: the cell of each standard and site, and which have no limits yet.

use crate::report::{Control, Icons, Pack};

/// Names of standards and sites, by row and column.
pub struct Matrix {
    /// The rows: words of variation.
    pub rows: Vec<&'static str>,
    /// The columns: words of assurance.
    pub columns: Vec<&'static str>,
    /// By row and column.
    pub cells: Vec<Vec<Vec<String>>>,
    /// The names without limits, by reason.
    pub without_limits: Vec<(&'static str, Vec<String>)>,
}

const VARIATIONS: [&str; 4] = ["Concern", "Common cause", "Improvement", "Special cause"];
const ASSURANCES: [&str; 4] = ["Fail (F)", "Hit and miss (?)", "Pass (P)", "No target"];

/// Finds the cell of every standard, and of every site with limits of its own.
pub fn matrix(pack: &Pack) -> Matrix {
    let mut table_rows: Vec<(&str, &str, String)> = Vec::new();
    let mut without_limits: Vec<(&'static str, Vec<String>)> = Vec::new();
    for (name, control) in named(pack) {
        match &control.icons {
            Icons::Shown { variation, assurance } => table_rows.push((variation.word, assurance.word, name)),
            Icons::Withheld(why) => match without_limits.iter_mut().find(|(word, _)| *word == why.word) {
                Some((_, names)) => names.push(name),
                None => without_limits.push((why.word, vec![name])),
            },
        }
    }
    let is_used =
        |row: &&str| *row != VARIATIONS[3] || table_rows.iter().any(|(word, _, _)| word.starts_with(row));
    let is_asked =
        |column: &&str| *column != ASSURANCES[3] || table_rows.iter().any(|(_, word, _)| word == column);
    let rows: Vec<&'static str> = VARIATIONS.into_iter().filter(is_used).collect();
    let columns: Vec<&'static str> = ASSURANCES.into_iter().filter(is_asked).collect();
    let cell = |row: &str, column: &str| {
        let is_here = |(variation, assurance, _): &&(&str, &str, String)| {
            variation.starts_with(row) && assurance.trim_end_matches(", trial") == column
        };
        table_rows
            .iter()
            .filter(is_here)
            .map(|(_, _, name)| name.clone())
            .collect()
    };
    let cells = rows
        .iter()
        .map(|row| columns.iter().map(|column| cell(row, column)).collect())
        .collect();
    Matrix {
        rows,
        columns,
        cells,
        without_limits,
    }
}

/// Standards, then sites, with their trends. A site's name begins with the code of its standard.
fn named(pack: &Pack) -> impl Iterator<Item = (String, &Control)> {
    let standards = pack
        .standards
        .iter()
        .filter_map(|standard| Some((standard.title.clone(), standard.control.as_ref()?)));
    let sites = pack.site_trends.iter().filter_map(|site| {
        Some((
            format!("{}: {}", site.standard, site.site),
            site.control.as_ref()?,
        ))
    });
    standards.chain(sites)
}

/// The word of the icon for a row of the matrix.
pub fn row_icon(row: &str) -> &'static str {
    match row {
        "Concern" => "Concern (L)",
        "Improvement" => "Improvement (H)",
        "Special cause" => "Special cause (H)",
        _ => "Common cause",
    }
}

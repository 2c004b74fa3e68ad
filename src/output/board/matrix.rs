//! The matrix of variation and assurance: where each standard and each site stands, and which have no limits yet.

use crate::report::{Control, Icons, Pack};

/// A cell's worth of names, by row and column.
pub struct Matrix {
    /// Words of variation, the rows.
    pub rows: Vec<&'static str>,
    /// Words of assurance, the columns.
    pub columns: Vec<&'static str>,
    /// By row and column.
    pub cells: Vec<Vec<Vec<String>>>,
    /// Names without limits, by the reason.
    pub not_placed: Vec<(&'static str, Vec<String>)>,
}

const VARIATIONS: [&str; 4] = ["Concern", "Common cause", "Improvement", "Special cause"];
const ASSURANCES: [&str; 4] = ["Fail (F)", "Hit and miss (?)", "Pass (P)", "No target"];

/// Places every standard, and every site that has limits of its own.
pub fn matrix(pack: &Pack) -> Matrix {
    let mut placed: Vec<(&str, &str, String)> = Vec::new();
    let mut not_placed: Vec<(&'static str, Vec<String>)> = Vec::new();
    for (name, control) in named(pack) {
        match &control.icons {
            Icons::Shown { variation, assurance } => placed.push((variation.word, assurance.word, name)),
            Icons::Withheld(why) => match not_placed.iter_mut().find(|(word, _)| *word == why.word) {
                Some((_, names)) => names.push(name),
                None => not_placed.push((why.word, vec![name])),
            },
        }
    }
    let is_used =
        |row: &&str| *row != VARIATIONS[3] || placed.iter().any(|(word, _, _)| word.starts_with(row));
    let is_asked =
        |column: &&str| *column != ASSURANCES[3] || placed.iter().any(|(_, word, _)| word == column);
    let rows: Vec<&'static str> = VARIATIONS.into_iter().filter(is_used).collect();
    let columns: Vec<&'static str> = ASSURANCES.into_iter().filter(is_asked).collect();
    let cell = |row: &str, column: &str| {
        let is_here = |(variation, assurance, _): &&(&str, &str, String)| {
            variation.starts_with(row) && assurance.trim_end_matches(", trial") == column
        };
        placed
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
        not_placed,
    }
}

/// Standards, then sites, with their trends; a site's name begins with the code of its standard.
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

/// The icon's word that heads a row of the matrix, for its picture.
pub fn row_icon(row: &str) -> &'static str {
    match row {
        "Concern" => "Concern (L)",
        "Improvement" => "Improvement (H)",
        "Special cause" => "Special cause (H)",
        _ => "Common cause",
    }
}

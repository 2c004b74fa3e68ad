//! The matrix of variation and assurance: the cell of each standard and site, and which have no limits yet.

use crate::report::{Control, Icons, Pack};

/// Names of standards and sites, by row and column.
pub struct Matrix {
    /// The rows: words of variation.
    pub rows: Vec<&'static str>,
    /// The columns: words of assurance.
    pub columns: Vec<&'static str>,
    /// By row and column.
    pub cells: Vec<Vec<Vec<Judged>>>,
    /// The names without limits, by reason.
    pub without_limits: Vec<(&'static str, Vec<Judged>)>,
}

/// A standard, or one of its sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The code of the standard.
    pub standard: String,
    /// The title of the standard.
    pub title: String,
    /// `None`: the standard as a whole.
    pub site: Option<String>,
}

/// The most sites of a standard that a cell names one by one.
const MOST_NAMED: usize = 3;

/// The lines of a cell: standards by their titles; then, for each standard, its sites by name, or their number
/// if they are many. `is_usual`: sites here need no one's attention by name.
pub fn lines(cell: &[Judged], is_usual: bool, sites: &str) -> Vec<String> {
    let mut lines: Vec<String> = cell
        .iter()
        .filter(|judged| judged.site.is_none())
        .map(|judged| judged.title.clone())
        .collect();
    let mut codes: Vec<&str> = Vec::new();
    for judged in cell.iter().filter(|judged| judged.site.is_some()) {
        if !codes.contains(&judged.standard.as_str()) {
            codes.push(&judged.standard);
        }
    }
    for code in codes {
        let of_code = cell.iter().filter(|judged| judged.standard == code);
        let names: Vec<&str> = of_code.filter_map(|judged| judged.site.as_deref()).collect();
        let is_short = names.len() <= MOST_NAMED;
        lines.push(match (is_short, is_usual) {
            (true, _) | (false, false) => format!("{code}: {}", names.join("; ")),
            (false, true) => format!("{code}: {} {sites}", names.len()),
        });
    }
    lines
}

/// Whether a cell is where nothing asks for attention: no signal, and the standard is sometimes met.
pub fn is_usual(row: &str, column: &str) -> bool {
    row == VARIATIONS[1] && column == ASSURANCES[1]
}

/// `Too few months for limits: 28-day …; FDS: 4 tumour sites.`
pub fn without_limits_in_words(why: &str, judged: &[Judged], sites: &str) -> String {
    format!(
        "No limits ({}): {}.",
        why.to_lowercase(),
        lines(judged, true, sites).join("; ")
    )
}

const VARIATIONS: [&str; 4] = ["Concern", "Common cause", "Improvement", "Special cause"];
const ASSURANCES: [&str; 4] = ["Fail (F)", "Hit and miss (?)", "Pass (P)", "No target"];

/// Finds the cell of every standard, and of every site with limits of its own.
pub fn matrix(pack: &Pack) -> Matrix {
    let mut table_rows: Vec<(&str, &str, Judged)> = Vec::new();
    let mut without_limits: Vec<(&'static str, Vec<Judged>)> = Vec::new();
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
        let is_here = |(variation, assurance, _): &&(&str, &str, Judged)| {
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

/// Standards, then sites, with their trends.
pub fn named(pack: &Pack) -> impl Iterator<Item = (Judged, &Control)> {
    let judged = |code: &str, site: Option<&String>| Judged {
        standard: code.to_string(),
        title: title(pack, code).to_string(),
        site: site.cloned(),
    };
    let standards = pack
        .standards
        .iter()
        .filter_map(move |standard| Some((judged(&standard.code, None), standard.control.as_ref()?)));
    let sites = pack
        .site_trends
        .iter()
        .filter_map(move |site| Some((judged(&site.standard, Some(&site.site)), site.control.as_ref()?)));
    standards.chain(sites)
}

/// The title of a standard, by its code.
pub fn title<'a>(pack: &'a Pack, code: &'a str) -> &'a str {
    let of_code = |standard: &&crate::report::StandardSummary| standard.code == code;
    pack.standards
        .iter()
        .find(of_code)
        .map_or(code, |standard| &standard.title)
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

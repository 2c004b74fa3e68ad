//! Tables of the report: the same cells as in the workbook, with a sign if a figure is not shown.

use maud::{Markup, html};

use crate::output::board::tile::missing;
use crate::output::board::{people, percent, signed};
use crate::report::Figure;

/// A column: its heading, and whether it holds figures.
pub struct Column {
    pub heading: String,
    pub is_figure: bool,
}

pub fn words(heading: &str) -> Column {
    Column {
        heading: heading.to_string(),
        is_figure: false,
    }
}

pub fn figures(heading: &str) -> Column {
    Column {
        heading: heading.to_string(),
        is_figure: true,
    }
}

/// A table that a reader can sort by any column; `total` stays at the bottom.
pub fn sortable(caption: &str, columns: &[Column], rows: &[Vec<String>], total: Option<&[String]>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.sortable {
                caption { (caption) }
                thead { tr { @for column in columns { th scope="col" class=[column.is_figure.then_some("n")] { (column.heading) } } } }
                tbody {
                    @for row in rows { tr { (cells(columns, row)) } }
                }
                @if let Some(total) = total { tfoot { tr.total { (cells(columns, total)) } } }
            }
        }
    }
}

fn cells(columns: &[Column], row: &[String]) -> Markup {
    html! {
        @for (index, (column, cell)) in columns.iter().zip(row).enumerate() {
            @if index == 0 && !column.is_figure { th scope="row" { (cell) } }
            @else { td class=[column.is_figure.then_some("n")] { (cell) } }
        }
    }
}

/// A count of people, or `[c]`.
pub fn count(count: Option<f64>) -> String {
    count.map_or("[c]".to_string(), people)
}

/// Within over total, or the sign that says why there is none.
pub fn rate(figure: &Figure) -> String {
    figure.rate().map_or_else(|| sign(figure), percent)
}

/// `[z]`: nobody counted. `[c]`: suppressed.
pub fn sign(figure: &Figure) -> String {
    if missing(figure) == "Nobody" { "[z]" } else { "[c]" }.to_string()
}

/// The rate of the month before, or `[x]` if there is none.
pub fn previous(figure: Option<&Figure>) -> String {
    figure.map_or("[x]".to_string(), rate)
}

/// A value calculated from a figure; it is suppressed whenever that figure is.
pub fn derived(figure: &Figure, value: Option<f64>) -> String {
    match value.filter(|_| figure.rate().is_some()) {
        Some(value) => signed(value),
        None => sign(figure),
    }
}

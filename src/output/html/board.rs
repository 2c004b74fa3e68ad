//! The parts that belong to no single standard: tiles, matrix, open pathways, listings, providers, data
//! quality, actions, definitions, and what the report was made from.

use maud::{Markup, html};

use super::tables::{self, figures, sortable, words};
use super::{charts, iconed, id, standard};
use crate::output::board::matrix::{
    is_usual, lines, matrix as make_matrix, row_icon, title as title_of, without_limits_in_words,
};
use crate::output::board::tile::Tile;
use crate::output::board::{icons, people, percent, trend_of, waiting as snapshot};
use crate::output::pack::{self, benchmark_words, small_print, summary_sentences};
use crate::output::text::capitalised;
use crate::pack::left_out;
use crate::report::{BoardCell, BoardTable, Cell, Figure, Pack, Report, WaitingRow};

pub fn summary(report: &Report) -> Markup {
    let pack = &report.pack;
    html! {
        section id="summary" {
            h2 { "Summary" }
            div.tiles { @for standard in &pack.standards { (tile(&Tile::new(standard, &trend_of(pack, &standard.code)), pack)) } }
            ul { @for sentence in summary_sentences(pack) { li { (sentence) } } }
            @for words in pack.narrative.words.iter().filter(|words| words.standard.is_empty()) {
                h3 { "What the trust says" }
                (standard::paragraphs(words))
            }
            p.notes { (small_print(report)) }
        }
    }
}

fn tile(tile: &Tile, pack: &Pack) -> Markup {
    let points = trend_of(pack, &tile.standard.code);
    html! {
        div.tile {
            h3 { (tile.standard.title) }
            p.figure { (tile.figure) }
            p { (tile.counts) }
            p { (iconed(&tile.result.0, &tile.result.1)) }
            @if let Some((icon, words)) = &tile.plan { p { (iconed(icon, words)) } }
            @for (icon, words) in &tile.verdicts { p { (iconed(icon, words)) } }
            @if points.len() > 1 {
                p { (charts::sparkline(&points, &format!("{}: {}", tile.standard.title, tile.span))) }
                p.soft { (tile.span) }
            }
        }
    }
}

pub fn matrix(pack: &Pack) -> Markup {
    let matrix = make_matrix(pack);
    html! {
        section id="matrix" {
            h2 { "Variation and assurance" }
            p { "Rows: what the latest month shows against the months before it. Columns: whether the process, unchanged, can be relied on to meet the standard." }
            div.scroll tabindex="0" role="region" aria-label="Matrix of variation and assurance" {
                table {
                    thead { tr { th scope="col" { "Variation" } @for column in &matrix.columns { th scope="col" { (column) } } } }
                    tbody {
                        @for (row, cells) in matrix.rows.iter().zip(&matrix.cells) {
                            tr {
                                th scope="row" { (iconed(&icons::of_word(row_icon(row)), row)) }
                                @for (column, cell) in matrix.columns.iter().zip(cells) {
                                    td {
                                        @if cell.is_empty() { "–" }
                                        @for line in lines(cell, is_usual(row, column), &pack.words.sites) { div { (line) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @for (why, judged) in &matrix.without_limits { p.notes { (without_limits_in_words(why, judged, &pack.words.sites)) } }
        }
    }
}

pub fn restated(report: &Report) -> Markup {
    let restated = &report.restated;
    let columns = [
        words("Standard"),
        words("Month"),
        figures("Then"),
        figures("Now"),
        figures("Performance, then"),
        figures("Performance, now"),
    ];
    let of = |figure: &Figure| {
        format!(
            "{} of {}",
            tables::count(figure.within),
            tables::count(figure.total)
        )
    };
    let rows = restated.lines.iter().map(|line| {
        vec![
            title_of(&report.pack, &line.standard).to_string(),
            line.month.format("%b %Y").to_string(),
            of(&line.then),
            of(&line.now),
            tables::rate(&line.then),
            tables::rate(&line.now),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    html! {
        section id="restatements" {
            h2 { (pack::restated::NAME) }
            p { (restated.words) }
            @if !rows.is_empty() { (sortable(pack::restated::TITLE, &columns, &rows, None)) }
            p.notes { (pack::restated::WHY) }
            @if restated.hides_any() { p.notes { (pack::restated::HIDDEN) } }
        }
    }
}

pub fn waiting(pack: &Pack) -> Markup {
    let Some(waiting) = &pack.waiting else {
        return html! {};
    };
    let mut columns = vec![words(&waiting.row_heading)];
    columns.extend(waiting.bands.iter().map(|band| figures(&band.label)));
    columns.extend(snapshot::over(waiting).iter().map(|(label, _)| figures(label)));
    columns.extend([figures("All waiting"), figures("With a decision to treat")]);
    let row = |row: &WaitingRow, name: &str| {
        let mut cells = vec![name.to_string()];
        cells.extend(row.bands.iter().map(|count| tables::count(*count)));
        cells.extend((1..waiting.bands.len()).map(|band| tables::count(row.at_least(band))));
        cells.extend([tables::count(row.all), tables::count(row.decided)]);
        cells
    };
    let rows: Vec<Vec<String>> = waiting.rows.iter().map(|line| row(line, &line.name)).collect();
    let total = row(&waiting.total, &format!("All {}", pack.words.sites));
    html! {
        section id="waiting" {
            h2 { (waiting.title) }
            p { (snapshot::in_words(waiting)) }
            (sortable(&waiting.title, &columns, &rows, Some(&total)))
            @for line in &waiting.lines { p.notes { (line) } }
        }
    }
}

pub fn listings(pack: &Pack) -> Markup {
    html! { @for table in &pack.tables { (listing(table)) } }
}

fn listing(table: &BoardTable) -> Markup {
    let sheet = &table.sheet;
    let is_figure = |index: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(index));
        cells
            .into_iter()
            .any(|cell| !matches!(cell, BoardCell::Shown(Cell::Text(_) | Cell::Blank)))
    };
    let columns: Vec<tables::Column> = sheet
        .column
        .iter()
        .enumerate()
        .map(|(index, column)| {
            if is_figure(index) {
                figures(&column.heading)
            } else {
                words(&column.heading)
            }
        })
        .collect();
    let cell = |cell: &BoardCell| match cell {
        BoardCell::KeptBack => "[c]".to_string(),
        BoardCell::Shown(Cell::Date(date)) => date.format("%d/%m/%Y").to_string(),
        BoardCell::Shown(cell) => cell.number().map_or_else(|| cell.text().to_string(), people),
    };
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect();
    html! {
        section id=(id(&sheet.name)) {
            h2 { (sheet.title) }
            @if rows.is_empty() { p { (sheet.when_empty) } } @else { (sortable(&sheet.title, &columns, &rows, None)) }
            @for line in &sheet.lines { p.notes { (line) } }
        }
    }
}

pub fn benchmarks(pack: &Pack) -> Markup {
    if pack.benchmarks.is_empty() {
        return html! {};
    }
    html! {
        section id="benchmark" {
            h2 { "All providers" }
            p { "From the provider workbook that NHS England published. Shared patients and later corrections make its figures differ from those of this report." }
            @for benchmark in &pack.benchmarks {
                h3 { (benchmark.standing.standard) }
                p { (benchmark_words(benchmark)) }
                figure {
                    (charts::funnel(benchmark, &benchmark_words(benchmark)))
                    figcaption.notes { "Line: England. Dashes: 95% limits; solid curves: 99.8% limits; diamond: this trust." }
                }
            }
        }
    }
}

pub fn quality(pack: &Pack) -> Markup {
    let share = |share: Option<f64>, of: usize| match share {
        Some(share) => percent(share),
        None if of == 0 => "[z]".to_string(),
        None => "[c]".to_string(),
    };
    let checks: Vec<Vec<String>> = pack
        .quality
        .checks
        .iter()
        .map(|line| {
            let found = tables::count(line.found.map(|found| found as f64));
            vec![
                line.title.clone(),
                capitalised(&line.severity),
                line.affects.clone(),
                line.owner.clone(),
                found,
            ]
        })
        .collect();
    let fields: Vec<Vec<String>> = pack
        .quality
        .fields
        .iter()
        .map(|line| {
            vec![
                line.title.clone(),
                share(line.completeness, line.applies),
                share(line.validity, line.given),
            ]
        })
        .collect();
    html! {
        section id="quality" {
            h2 { "Data quality" }
            ul { @for line in &pack.standards { li { (left_out::in_words(line)) } } }
            h3 { "What is wrong with the records of the month" }
            @if checks.is_empty() { p { "Nothing: every check that could be assessed passed." } } @else {
                (sortable("Checks that failed", &[words("What is wrong"), words("Severity"), words("Affects"), words("Owner"), figures("Findings")], &checks, None))
            }
            h3 { "Fields that are not complete and valid" }
            @if fields.is_empty() { p { "None: every field is complete and valid." } } @else {
                (sortable("Fields", &[words("Field"), figures("Completeness"), figures("Validity")], &fields, None))
            }
        }
    }
}

pub fn actions(pack: &Pack) -> Markup {
    if pack.narrative.actions.is_empty() {
        return html! {};
    }
    let rows: Vec<Vec<String>> = pack
        .narrative
        .actions
        .iter()
        .map(|action| {
            let due = action.due.format("%Y-%m-%d").to_string();
            let (action, owner) = (action.clone(), action.owner.clone());
            vec![
                action.action,
                action.status.to_string(),
                action.standard,
                action.site,
                owner,
                due,
                action.effect,
                action.since,
            ]
        })
        .collect();
    let columns = [
        "Action",
        "Status",
        "Standard",
        &pack.words.site,
        "Owner",
        "Due",
        "Expected effect",
        "Since",
    ]
    .map(words);
    html! {
        section id="actions" { h2 { "Actions" } (sortable("Actions", &columns, &rows, None)) }
    }
}

pub fn notes(report: &Report) -> Markup {
    let pack = &report.pack;
    let rows: Vec<Vec<String>> = pack
        .standards
        .iter()
        .flat_map(|standard| standard.targets.iter().map(move |target| (standard, target)))
        .map(|(standard, target)| {
            let due = if target.due.is_empty() {
                "in force now"
            } else {
                &target.due
            };
            let (kind, sure) = (capitalised(&target.kind), capitalised(target.status.word()));
            vec![
                standard.title.clone(),
                kind,
                percent(target.value),
                due.to_string(),
                sure,
                target.source.clone(),
            ]
        })
        .collect();
    let columns = [
        words("Standard"),
        words("Target"),
        figures("Level"),
        words("Due"),
        words("How sure"),
        words("Source"),
    ];
    html! {
        section id="notes" {
            h2 { "Definitions and targets" }
            ol { @for note in &pack.notes { li { (note) } } }
            p.notes { (pack::SHORTHAND) }
            h3 { "Targets in force" }
            @if rows.is_empty() { p { "No target is in force." } } @else { (sortable("Targets in force", &columns, &rows, None)) }
        }
    }
}

pub fn about(report: &Report) -> Markup {
    let rows: Vec<Vec<String>> = report
        .inputs
        .iter()
        .map(|file| {
            let counts =
                [file.rows_read, file.rows_mapped, file.rows_set_aside].map(|rows| people(rows as f64));
            let hash = file.sha256.get(..8).unwrap_or(&file.sha256).to_string();
            [file.name.clone(), file.source.clone(), file.table.clone()]
                .into_iter()
                .chain(counts)
                .chain([hash])
                .collect()
        })
        .collect();
    let columns = [
        words("File"),
        words("Source"),
        words("Table"),
        figures("Rows read"),
        figures("Mapped"),
        figures("Set aside"),
        words("SHA-256 begins"),
    ];
    html! {
        h2 { "Made from" }
        p.notes { "clockstop " (report.tool_version) ", rulebook " (report.rulebook) "; small numbers: " (report.small_numbers.preset) "." }
        (sortable("Files read", &columns, &rows, None))
    }
}

//! The profile of an export as a page: a section a column, in counts and forms. No cell is shown, and nothing
//! is loaded.

use maud::{DOCTYPE, Markup, html};

use super::{change, earlier, gone, share};
use crate::source::layouts::ColumnProfile;

const STYLE: &str = "body{font:16px/1.5 sans-serif;margin:2rem;max-width:60rem}\
    table{border-collapse:collapse}th,td{border:1px solid #767676;padding:.2rem .6rem;text-align:left;vertical-align:top}\
    td.n{text-align:right}.changed{font-weight:bold}";

/// The page.
pub fn page(now: &[ColumnProfile], before: &[ColumnProfile]) -> String {
    let mut files: Vec<&str> = now.iter().map(|column| column.file.as_str()).collect();
    files.dedup();
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "Profile of an export" }
                style { (STYLE) }
            }
            body {
                h1 { "Profile of an export" }
                p { "Counts and forms of each column. 9 stands for a digit, A for a letter. No cell is \
                    shown." }
                @for file in files {
                    h2 { (file) }
                    @for column in now.iter().filter(|column| column.file == file) {
                        (section(column, before))
                    }
                }
                @for old in gone(now, before) {
                    p.changed { "Gone: " (old.heading) " was column " (old.number) " of " (old.file) }
                }
            }
        }
    };
    page.into_string()
}

fn section(column: &ColumnProfile, before: &[ColumnProfile]) -> Markup {
    let heading = if column.heading.is_empty() {
        "(no heading that can be shown)"
    } else {
        &column.heading
    };
    let changed = earlier(column, before).and_then(|before| change(column, before));
    html! {
        h3 { (column.number) ". " (heading) }
        table {
            (line("Known as", column.known.as_deref()))
            (line("May be", column.field.as_deref()))
            (line("Filled", Some(&format!("{} of {} ({:.0}%)", column.filled, column.rows, share(column) * 100.0))))
            (line("Distinct", Some(&column.distinct.to_string())))
            (line("Characters", Some(&format!("{} to {}", column.shortest, column.longest))))
            @if let (Some(first), Some(last)) = (column.first_date, column.last_date) {
                (line("Dates", Some(&format!("{} from {first} to {last}", column.dates))))
            }
            @if column.nhs_numbers > 0 { (line("NHS numbers", Some(&column.nhs_numbers.to_string()))) }
            @if let Some(wrong) = column.not_in_list {
                (line("Codes that are not in the list", Some(&wrong.to_string())))
            }
            @if let Some(changed) = changed { tr.changed { th { "Changed" } td { (changed) } } }
        }
        @if !column.forms.is_empty() {
            table {
                tr { th { "Form" } th { "Cells" } }
                @for (form, count) in &column.forms { tr { td { (form) } td.n { (count) } } }
            }
        }
    }
}

fn line(name: &str, value: Option<&str>) -> Markup {
    html! { @if let Some(value) = value { tr { th { (name) } td { (value) } } } }
}

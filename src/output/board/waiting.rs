//! The snapshot of open pathways in words.

use super::people;
use crate::report::Waiting;

/// `478 pathways were open at the end of 10 November 2026: 120 over 62 days, 20 over 104 days.`
pub fn in_words(waiting: &Waiting) -> String {
    let day = waiting.as_at.format("%-d %B %Y");
    let count = |count: Option<f64>| count.map_or("[c]".to_string(), people);
    let over: Vec<String> = over(waiting)
        .into_iter()
        .map(|(label, count_over)| format!("{} {}", count(count_over), label.to_lowercase()))
        .collect();
    let all = count(waiting.total.all);
    if over.is_empty() {
        format!("{all} pathways were open at the end of {day}.")
    } else {
        format!(
            "{all} pathways were open at the end of {day}: {}.",
            over.join(", ")
        )
    }
}

/// How many have waited longer than the end of each band except the last: `Over 62 days`.
pub fn over(waiting: &Waiting) -> Vec<(String, Option<f64>)> {
    let bands = waiting.bands.iter().enumerate().skip(1);
    bands
        .map(|(index, band)| {
            (
                format!("Over {} days", band.from - 1),
                waiting.total.at_least(index),
            )
        })
        .collect()
}

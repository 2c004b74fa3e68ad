//! What the comparisons of a workbook's figures read and write: each line with its figures in one fixed
//! order, and the problems found so far.

use crate::measure::performance::{ALL_CANCERS, ALL_MODALITIES};
use crate::published::rules::Item;
use crate::published::{ENGLAND, Problem, PublishedLine};

/// The result of the comparisons.
#[derive(Debug, Default)]
pub struct Sums {
    pub problems: Vec<Problem>,
    /// Comparisons made: one for each figure.
    pub compared: usize,
    /// Comparisons skipped because one of their figures is suppressed.
    pub not_assessed: usize,
}

/// Provider, cancer type, route or stage, treatment, and the standard or item.
pub type Key<'a> = [&'a str; 5];

/// A line with the values that every comparison needs.
pub struct Facts<'a> {
    pub line: &'a PublishedLine,
    pub item: &'a Item,
    /// Total, within, after and the bands, in the order of the rules.
    pub figures: Vec<Option<f64>>,
    /// Whether the line is for all providers, all cancer types, all routes or stages, all treatments.
    pub at_all: [bool; 4],
}

impl<'a> Facts<'a> {
    pub fn of(item: &'a Item, line: &'a PublishedLine) -> Facts<'a> {
        let bands = item
            .bands
            .iter()
            .map(|band| line.bands.get(&band.column).copied());
        Facts {
            line,
            item,
            figures: [Some(line.total), line.within, line.after]
                .into_iter()
                .chain(bands)
                .collect(),
            at_all: [
                line.org_code == ENGLAND,
                line.cancer_type == ALL_CANCERS,
                line.route_or_stage == item.all_routes_or_stages,
                line.modality == ALL_MODALITIES,
            ],
        }
    }

    pub fn bands(&self) -> &[Option<f64>] {
        &self.figures[3..]
    }

    /// The columns that identify a line.
    pub fn key(&self) -> Key<'a> {
        let line = self.line;
        [
            line.org(),
            &line.cancer_type,
            &line.route_or_stage,
            &line.modality,
            &line.standard_or_item,
        ]
    }

    pub fn problem(&self, message: String) -> Problem {
        Problem {
            sheet: self.line.sheet.clone(),
            row: self.line.row,
            message,
        }
    }
}

//! The lines of the trend charts: one column for each line, one standard's months after another's. A line
//! that steps (a new target, or a new start of the limits) continues in a second column, so that no slope is
//! drawn between the two levels.

use anyhow::Result;

use super::super::book::Book;
use super::super::sheet::TableRows;
use super::super::style::Look;
use super::super::table::{Column, Plan};
use super::super::value::Value;
use super::figures;
use super::trend::Charted;
use crate::report::{Signal, TrendPoint};

pub const SHEET: &str = "Chart lines";
/// The column of the months, and the column of the first line.
pub const MONTH: u16 = 1;
const FIRST_LINE: u16 = 3;

/// The kind of a line, in drawing order: later lines cover earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Mean,
    Upper,
    Lower,
    Operational,
    Ambition,
    OwnPlan,
    Performance,
    Improvement,
    Concern,
    Special,
}

const KINDS: [Kind; 10] = [
    Kind::Mean,
    Kind::Upper,
    Kind::Lower,
    Kind::Operational,
    Kind::Ambition,
    Kind::OwnPlan,
    Kind::Performance,
    Kind::Improvement,
    Kind::Concern,
    Kind::Special,
];

impl Kind {
    pub fn words(self) -> &'static str {
        match self {
            Kind::Mean => "Mean",
            Kind::Upper => "Upper process limit",
            Kind::Lower => "Lower process limit",
            Kind::Operational => "Operational standard",
            Kind::Ambition => "Ambition for the year",
            Kind::OwnPlan => "Trust's own plan",
            Kind::Performance => "Performance",
            Kind::Improvement => "Special cause, improvement",
            Kind::Concern => "Special cause, concern",
            Kind::Special => "Special cause",
        }
    }

    /// The value that the line draws for a month; limits are cut at 0% and 100%.
    pub fn value(self, point: &TrendPoint) -> Option<f64> {
        let marked = |signal| point.figure.rate().filter(|_| point.control.signal == signal);
        match self {
            Kind::Mean => point.control.mean,
            Kind::Upper => point.control.upper.map(|limit| limit.min(1.0)),
            Kind::Lower => point.control.lower.map(|limit| limit.max(0.0)),
            Kind::Operational => point.standard_value,
            Kind::Ambition => point.ambition,
            Kind::OwnPlan => point.own_plan,
            Kind::Performance => point.figure.rate(),
            Kind::Improvement => marked(Signal::Improvement),
            Kind::Concern => marked(Signal::Concern),
            Kind::Special => marked(Signal::Neutral),
        }
    }

    pub fn is_limit(self) -> bool {
        matches!(self, Kind::Mean | Kind::Upper | Kind::Lower)
    }

    pub fn is_target(self) -> bool {
        matches!(self, Kind::Operational | Kind::Ambition | Kind::OwnPlan)
    }

    /// For each month of a standard, the number of the line's step.
    fn steps(self, points: &[&TrendPoint]) -> Vec<usize> {
        let mut step = 0;
        let of = |index: usize| self.value(points[index]);
        let next = |index: usize| {
            step += usize::from(self.is_target() && index > 0 && of(index) != of(index - 1));
            if self.is_limit() {
                points[index].control.segment
            } else {
                step
            }
        };
        (0..points.len()).map(next).collect()
    }
}

/// A line of the charts: one column of the sheet.
pub struct Line {
    pub kind: Kind,
    /// Whether this is the second column, which has every other step.
    pub is_second: bool,
    pub column: u16,
}

impl Line {
    /// The values that the line draws for the months of a standard.
    pub fn values(&self, points: &[&TrendPoint]) -> Vec<Option<f64>> {
        let steps = self.kind.steps(points);
        let is_here = |step: usize| (step % 2 == 1) == self.is_second;
        points
            .iter()
            .zip(steps)
            .map(|(point, step)| self.kind.value(point).filter(|_| is_here(step)))
            .collect()
    }

    fn heading(&self) -> String {
        if self.is_second {
            format!("{}, next step", self.kind.words())
        } else {
            self.kind.words().to_string()
        }
    }
}

/// The lines that at least one chart has; `charts` are the points of each chart.
pub fn lines(charts: &[&[&TrendPoint]]) -> Vec<Line> {
    let all = KINDS.into_iter().flat_map(|kind| {
        [false, true].map(|is_second| Line {
            kind,
            is_second,
            column: 0,
        })
    });
    let drawn = all.filter(|line| {
        charts
            .iter()
            .any(|points| line.values(points).iter().any(Option::is_some))
    });
    drawn
        .zip(FIRST_LINE..)
        .map(|(line, column)| Line { column, ..line })
        .collect()
}

/// Writes the lines. A month without a value has an empty cell, because a chart would draw a sign as 0.
pub fn write(book: &mut Book, charts: &[Charted], lines: &[Line]) -> Result<TableRows> {
    let pack = &book.report.pack;
    let mut sheet = book.sheet(SHEET, "Lines of the charts")?;
    sheet.for_screen()?;
    sheet.line(
        "An empty cell: the line is not drawn in that month. A line that steps continues in the next \
         column, and then back.",
    )?;
    sheet.line(
        "Limits beyond 0% or 100% are drawn at 0% or 100%; the sheet Trend data has them as calculated.",
    )?;
    let mut columns = vec![
        Column::new("Standard", 34.0, Look::Name),
        Column::new("Month", 12.0, Look::Month),
        Column::new(&pack.words.site, 30.0, Look::Code),
    ];
    columns.extend(
        lines
            .iter()
            .map(|line| Column::new(&line.heading(), 14.0, Look::Percent)),
    );
    let mut table: Vec<Vec<Value>> = Vec::new();
    for chart in charts {
        for (cells, point) in rows(&chart.points, lines).into_iter().zip(&chart.points) {
            let start = [
                figures::title(pack, &point.standard).into(),
                point.month.into(),
                Value::from(chart.site.unwrap_or_default()),
            ];
            table.push(start.into_iter().chain(cells).collect());
        }
    }
    let plan = Plan {
        frozen_columns: 2,
        ..Plan::new("Chart_lines", &columns, "There is no month to draw.")
    };
    let table_rows = sheet.table(&plan, table.into_iter())?;
    Ok(table_rows)
}

fn rows(points: &[&TrendPoint], lines: &[Line]) -> Vec<Vec<Value<'static>>> {
    let values: Vec<Vec<Option<f64>>> = lines.iter().map(|line| line.values(points)).collect();
    let cell = |value: &Option<f64>| value.map_or(Value::Blank, Value::Number);
    (0..points.len())
        .map(|index| values.iter().map(|values| cell(&values[index])).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ControlPoint, Figure};

    fn point(target: Option<f64>, segment: usize) -> TrendPoint {
        TrendPoint {
            standard: "62D".into(),
            month: Default::default(),
            figure: Figure {
                total: Some(100.0),
                within: Some(80.0),
            },
            standard_value: target,
            ambition: None,
            own_plan: None,
            control: ControlPoint {
                segment,
                mean: Some(0.8),
                lower: Some(0.6),
                upper: Some(1.02),
                ..ControlPoint::default()
            },
        }
    }

    #[test]
    fn a_line_that_steps_continues_in_a_second_column_and_a_limit_is_cut_at_a_hundred() {
        let points = [
            point(None, 0),
            point(Some(0.7), 0),
            point(Some(0.75), 1),
            point(Some(0.75), 1),
        ];
        let of_standard: Vec<&TrendPoint> = points.iter().collect();
        let lines = lines(&[&of_standard]);
        let drawn = |kind, is_second| {
            let line = lines
                .iter()
                .find(|line| line.kind == kind && line.is_second == is_second)
                .unwrap();
            line.values(&of_standard)
        };
        assert_eq!(drawn(Kind::Operational, true), [None, Some(0.7), None, None]);
        assert_eq!(
            drawn(Kind::Operational, false),
            [None, None, Some(0.75), Some(0.75)]
        );
        assert_eq!(drawn(Kind::Upper, false), [Some(1.0), Some(1.0), None, None]);
        assert_eq!(drawn(Kind::Mean, true), [None, None, Some(0.8), Some(0.8)]);
        assert!(
            lines
                .iter()
                .all(|line| ![Kind::Ambition, Kind::Concern].contains(&line.kind))
        );
    }
}

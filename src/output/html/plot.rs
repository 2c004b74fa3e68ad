//! The frame of a chart: the pixel position of a share or a count, the grid, the axes.

use maud::{Markup, html};

/// The area of a chart inside its drawing, in pixels.
pub struct Plot {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    /// Lowest and highest value of the vertical axis.
    pub low: f64,
    pub high: f64,
    /// How many points or bars the horizontal axis has.
    pub steps: usize,
}

impl Plot {
    pub fn x(&self, index: usize) -> f64 {
        let last = self.steps.saturating_sub(1).max(1) as f64;
        self.left + (self.width - self.left - self.right) * index as f64 / last
    }

    /// The left edge of a bar and its width.
    pub fn bar(&self, index: usize, share: f64) -> (f64, f64) {
        let step = (self.width - self.left - self.right) / self.steps.max(1) as f64;
        (
            self.left + step * (index as f64 + (1.0 - share) / 2.0),
            step * share,
        )
    }

    pub fn y(&self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.height - self.bottom - (self.height - self.bottom - self.top) * share
    }

    /// Horizontal lines at each step, with their labels; none above the highest value.
    pub fn grid(&self, step: f64, words: impl Fn(f64) -> String) -> Markup {
        html! {
            @for at in 0..=steps_between(self.low, self.high, step) {
                @let value = self.low + step * at as f64;
                @let y = n(self.y(value));
                line.grid x1=(n(self.left)) x2=(n(self.width - self.right)) y1=(y) y2=(y) {}
                text x=(n(self.left - 6.0)) y=(n(self.y(value) + 4.0)) text-anchor="end" { (words(value)) }
            }
        }
    }
}

/// How many whole steps fit between two values. Values such as 0.6 are not exact, so a step that all but fits
/// counts.
fn steps_between(low: f64, high: f64, step: f64) -> usize {
    ((high - low) / step + 1e-6).floor() as usize
}

/// A number of pixels, to one decimal place.
pub fn n(pixels: f64) -> String {
    let tenths = (pixels * 10.0).round() / 10.0;
    format!("{tenths}")
}

/// A round step that gives about five lines from 0 to `most`.
pub fn step_for(most: f64) -> f64 {
    let rough = (most / 5.0).max(0.2);
    let size = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|part| part * size);
    step.into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(size * 10.0)
        .max(1.0)
}

/// A drawing with a text for screen readers.
pub fn drawing(width: f64, height: f64, words: &str, body: Markup) -> Markup {
    html! {
        svg.chart role="img" aria-label=(words) viewBox={ "0 0 " (n(width)) " " (n(height)) } xmlns="http://www.w3.org/2000/svg" { (body) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_stands_above_the_highest_value() {
        for (low, high, step, lines) in [
            (0.5, 1.0, 0.2, 2),
            (0.4, 1.0, 0.2, 3),
            (0.65, 0.85, 0.05, 4),
            (0.0, 1.0, 0.1, 10),
        ] {
            assert_eq!(steps_between(low, high, step), lines, "{low} to {high}");
        }
    }
}

//! The frame of a chart: where a share or a count lies in pixels, its grid, its axes.

use maud::{Markup, html};

/// A plot area inside a drawing.
pub struct Plot {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    /// Lowest and highest value of the upright axis.
    pub low: f64,
    pub high: f64,
    /// Places along the flat axis.
    pub places: usize,
}

impl Plot {
    pub fn x(&self, place: usize) -> f64 {
        let last = self.places.saturating_sub(1).max(1) as f64;
        self.left + (self.width - self.left - self.right) * place as f64 / last
    }

    /// The left edge of a bar and its width.
    pub fn bar(&self, place: usize, share: f64) -> (f64, f64) {
        let step = (self.width - self.left - self.right) / self.places.max(1) as f64;
        (
            self.left + step * (place as f64 + (1.0 - share) / 2.0),
            step * share,
        )
    }

    pub fn y(&self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.height - self.bottom - (self.height - self.bottom - self.top) * share
    }

    /// Lines across at each step, with what they stand for.
    pub fn grid(&self, step: f64, words: impl Fn(f64) -> String) -> Markup {
        let count = ((self.high - self.low) / step).round() as usize;
        html! {
            @for at in 0..=count {
                @let value = self.low + step * at as f64;
                @let y = n(self.y(value));
                line.grid x1=(n(self.left)) x2=(n(self.width - self.right)) y1=(y) y2=(y) {}
                text x=(n(self.left - 6.0)) y=(n(self.y(value) + 4.0)) text-anchor="end" { (words(value)) }
            }
        }
    }
}

/// A number of pixels, to a tenth.
pub fn n(pixels: f64) -> String {
    let tenths = (pixels * 10.0).round() / 10.0;
    format!("{tenths}")
}

/// A round step for about five lines from nothing to `most`.
pub fn step_for(most: f64) -> f64 {
    let rough = (most / 5.0).max(0.2);
    let size = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|part| part * size);
    step.into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(size * 10.0)
        .max(1.0)
}

/// A drawing with words for those who do not see it.
pub fn drawing(width: f64, height: f64, words: &str, body: Markup) -> Markup {
    html! {
        svg.chart role="img" aria-label=(words) viewBox={ "0 0 " (n(width)) " " (n(height)) } xmlns="http://www.w3.org/2000/svg" { (body) }
    }
}

//! What the SPC chart of a standard shows, in the terms of Making Data Count.

/// The icons of a standard's chart in words, and the footnotes under the chart.
pub struct Control {
    pub icons: Icons,
    /// How the chart was made, where its limits start anew and why, and what it does not draw; one sentence
    /// each.
    pub footnotes: Vec<String>,
}

/// The meaning of the chart's two icons, or why there are none.
pub enum Icons {
    Shown { variation: Verdict, assurance: Verdict },
    Withheld(Verdict),
}

/// The meaning of one icon.
pub struct Verdict {
    /// `Improvement (H)`, `Common cause`, `Hit and miss (?)`, `Too few months`
    pub word: &'static str,
    /// The same as a sentence, with its reason.
    pub sentence: String,
}

impl Icons {
    /// Each icon to show, with its name.
    pub fn named(&self) -> Vec<(&'static str, &Verdict)> {
        match self {
            Icons::Shown { variation, assurance } => vec![("Variation", variation), ("Assurance", assurance)],
            Icons::Withheld(why) => vec![("Variation and assurance", why)],
        }
    }

    /// The words of variation and assurance.
    pub fn words(&self) -> [&'static str; 2] {
        match self {
            Icons::Shown { variation, assurance } => [variation.word, assurance.word],
            Icons::Withheld(why) => [why.word; 2],
        }
    }
}

/// What one month of a trend shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlPoint {
    /// The number of new starts of the limits before it.
    pub segment: usize,
    /// `None` if no limits are drawn.
    pub mean: Option<f64>,
    /// Process limits as calculated; they may lie beyond 0 and 1.
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    /// The limits are based on few months, and may still move.
    pub is_trial: bool,
    pub signal: Signal,
    /// The word for the month's variation, such as `Improvement (H)`; empty if the month is not judged.
    pub shows: &'static str,
    /// Every rule that the month is part of; the rule that labels it comes first.
    pub rules: String,
}

/// The marker of a month on the chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signal {
    #[default]
    None,
    Improvement,
    Concern,
    /// Special cause where neither direction is better.
    Neutral,
}

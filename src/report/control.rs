//! What the SPC chart of a standard shows, in the terms of Making Data Count.

/// The icons of a standard's chart, in words, and what stands under the chart.
pub struct Control {
    pub icons: Icons,
    /// How the chart was made, where its limits start anew and why, what it does not draw; a sentence each.
    pub footnotes: Vec<String>,
}

/// What the two icons of a chart say, or why there are none.
pub enum Icons {
    Shown { variation: Verdict, assurance: Verdict },
    Withheld(Verdict),
}

/// What an icon says.
pub struct Verdict {
    /// `Improvement (H)`, `Common cause`, `Hit and miss (?)`, `Too few months`
    pub word: &'static str,
    /// The same as a sentence, with its reason.
    pub sentence: String,
}

impl Icons {
    /// Each icon that there is to show, with its name.
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
    /// New starts of the limits before it.
    pub segment: usize,
    /// None where no limits are drawn.
    pub mean: Option<f64>,
    /// Process limits as calculated; they may lie beyond 0 and 1.
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    /// The limits are of few months, and may still move.
    pub is_trial: bool,
    pub signal: Signal,
    /// The word of the month's variation, `Improvement (H)`; empty where it is not judged.
    pub shows: &'static str,
    /// Every rule that it is part of, that which it is called by first.
    pub rules: String,
}

/// How a month is marked on the chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signal {
    #[default]
    None,
    Improvement,
    Concern,
    /// Special cause where no way is better.
    Neutral,
}

//! A progress bar on a terminal, nothing anywhere else; it shows only when a run takes longer than a second.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub struct Progress {
    bar: ProgressBar,
    begun: Instant,
    is_shown: std::cell::Cell<bool>,
}

impl Progress {
    pub fn start(steps: u64) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
            bar.set_style(style);
        }
        Progress { bar, begun: Instant::now(), is_shown: std::cell::Cell::new(false) }
    }

    /// Says what is being done now.
    pub fn step(&self, what: &str) {
        if !self.is_shown.get() && self.begun.elapsed() >= Duration::from_secs(1) && std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.is_shown.set(true);
        }
        self.bar.set_message(what.to_string());
        self.bar.inc(1);
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

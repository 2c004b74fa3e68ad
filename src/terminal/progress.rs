//! A progress bar on a terminal, nothing anywhere else; it shows only when the work takes longer than a second.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a command may work before it says so.
const PATIENCE: Duration = Duration::from_secs(1);

pub struct Progress(ProgressBar);

impl Progress {
    pub fn start(steps: u64) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:30} {msg}") {
            bar.set_style(style);
        }
        if std::io::stderr().is_terminal() {
            let waiting = bar.clone();
            std::thread::spawn(move || {
                std::thread::sleep(PATIENCE);
                if !waiting.is_finished() {
                    waiting.set_draw_target(ProgressDrawTarget::stderr());
                    waiting.enable_steady_tick(Duration::from_millis(120));
                }
            });
        }
        Progress(bar)
    }

    /// Says what is being done now.
    pub fn step(&self, what: &str) {
        self.0.set_message(what.to_string());
        self.0.inc(1);
    }

    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// A command that fails leaves no bar behind its error.
impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

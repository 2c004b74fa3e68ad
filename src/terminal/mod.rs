//! What the person at the terminal sees besides the output: messages on stderr, and a progress bar.

mod progress;
mod say;

pub use progress::Progress;
pub(crate) use say::{counted, say};

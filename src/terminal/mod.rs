//! What the person at the terminal sees in addition to the output: messages on stderr, and a progress bar.

pub mod failure;
mod panic;
mod progress;
mod say;
mod wrap;

pub use panic::{hide_panic_messages, without_panic_message};
pub use progress::Progress;
pub(crate) use say::{counted, say, say_line};
pub(crate) use wrap::whole_words;

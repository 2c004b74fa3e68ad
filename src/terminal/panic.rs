//! Reports panics without their messages, which may hold data.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::say;

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// From now on, a panic prints one line with its position in the program, without its message, which may hold
/// a patient's value.
pub fn hide_panic_messages() {
    std::panic::set_hook(Box::new(|panic| {
        if IS_CAUGHT.get() {
            return;
        }
        let at = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
        say!(
            "error: the program stopped because of a bug ({}): please report this line, without any data",
            at.unwrap_or_default()
        );
    }));
}

/// Runs something whose panics the caller handles: no message is printed.
pub fn without_panic_message<T>(work: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    let before = IS_CAUGHT.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    IS_CAUGHT.set(before);
    outcome
}

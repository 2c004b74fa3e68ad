//! Panics without the values that a library may put into their message.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::say;

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// From now on a panic is one line that says where in the program it happened, and not what it says itself: its message may
/// hold a value of a patient.
pub fn hide_panic_messages() {
    std::panic::set_hook(Box::new(|panic| {
        if IS_CAUGHT.get() {
            return;
        }
        let at = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
        say!(
            "error: a mistake of the program itself stopped it ({}): please report this line, without any data",
            at.unwrap_or_default()
        );
    }));
}

/// Runs something whose panics the caller deals with: nothing is said of them.
pub fn without_panic_message<T>(work: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    let before = IS_CAUGHT.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    IS_CAUGHT.set(before);
    outcome
}

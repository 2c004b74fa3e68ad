//! Messages to the person at the screen.

use std::io::Write;

use crate::write::privacy::shown;

/// Writes a line to stderr, like `eprintln!`. If nobody reads it any more, as in `2>&1 | head`, the work
/// continues.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::terminal::say_line(&format!($($words)*))
    };
}

pub(crate) use say;

/// Writes the line, with NHS numbers of the run hidden.
pub(crate) fn say_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", shown(line));
}

/// `1 row`, `2 rows`
pub(crate) fn counted(count: usize, thing: &str) -> String {
    match (count, thing.strip_suffix("ry")) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{count} {stem}ries"),
        (_, None) => format!("{count} {thing}s"),
    }
}

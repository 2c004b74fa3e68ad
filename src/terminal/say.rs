//! What is said to the person at the screen.

use std::io::Write;

use crate::write::privacy::shown;

/// A line on stderr, as `eprintln!` writes it. Where nobody reads any more, as behind `2>&1 | head`, the work goes on.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::terminal::say_line(&format!($($words)*))
    };
}

pub(crate) use say;

/// The line without the NHS numbers of the run.
pub(crate) fn say_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", shown(line));
}

/// `1 row`, `2 rows`
pub(crate) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

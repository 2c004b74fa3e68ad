//! What is said to the person at the screen.

/// A line on stderr, as `eprintln!` writes it. Where nobody reads any more, as behind `2>&1 | head`, the work goes on.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($words)*);
    }};
}

pub(crate) use say;

/// `1 row`, `2 rows`
pub(crate) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

//! What is said to the person at the screen, on stderr.

/// A line on stderr, as `eprintln!` writes it. Where nobody reads any more, as behind `2>&1 | head`, the work goes on.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($words)*);
    }};
}

pub(crate) use say;

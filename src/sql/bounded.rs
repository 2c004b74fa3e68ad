//! A query of the rules that never ends, or fills the memory, ends the run with a message and not the machine: a slip such as
//! a join without its condition is enough for that.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::terminal::failure::Exit;
use crate::terminal::say;

/// Seconds that `--max-seconds` gives a query; 0 where it is not given.
static SECONDS: AtomicU64 = AtomicU64::new(0);

/// Seconds of a query over a small table; a build that is not optimised is about eight times as slow.
const SHORT: u64 = if cfg!(debug_assertions) { 90 } else { 12 };

/// Bytes that the program holds already, records above all, for which a query has another second.
const BYTES_A_SECOND: u64 = 32 << 20;

/// Bytes that a query may take, and four times what the program holds already.
const ROOM: u64 = 6 << 30;

/// Sets what one query may take, in seconds.
pub fn set_longest(seconds: Option<u64>) {
    SECONDS.store(seconds.unwrap_or_default(), Ordering::Relaxed);
}

/// Works out a query of the rules; `what` names it.
pub fn bounded<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let given = SECONDS.load(Ordering::Relaxed);
    let before = resident_bytes();
    let seconds = match before {
        _ if given > 0 => given,
        // The system does not say how much there is to do.
        0 => SHORT * 10,
        before => SHORT + before / BYTES_A_SECOND,
    };
    let room = ROOM + before * 4;
    let (done, is_done) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let started = Instant::now();
            while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(Duration::from_millis(50)) {
                let is_late = started.elapsed() > Duration::from_secs(seconds);
                let is_large = given == 0 && resident_bytes().saturating_sub(before) > room;
                if is_late || is_large {
                    let took = if is_late { format!("{seconds} s") } else { format!("{} GB of memory", room >> 30) };
                    say!(
                        "error: {what} takes more than {took}: does a join lack its condition? Correct it, or allow more with `--max-seconds N`"
                    );
                    stop();
                }
            }
        });
        let outcome = work();
        drop(done);
        outcome
    })
}

/// Ends the program: nothing else stops a query of the engine. Nothing is written while one runs.
#[expect(
    clippy::disallowed_methods,
    reason = "a query of the engine cannot be called back"
)]
fn stop() {
    std::process::exit(Exit::Usage as i32);
}

/// Memory of the program, where the system says it.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or_default() * 4096
}

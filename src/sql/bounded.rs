//! Ends the run with a message if a query of the rules never ends or fills the memory. A slip such as a join
//! without its condition is enough for that.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::terminal::failure::Exit;
use crate::terminal::say;

/// The seconds of `--max-seconds` for a query; 0 if the option is not given.
static SECONDS: AtomicU64 = AtomicU64::new(0);

/// The seconds for a query over a small table; an unoptimised build is about eight times as slow.
const SHORT: u64 = if cfg!(debug_assertions) { 90 } else { 12 };

/// A query gets one more second for each such number of bytes that the program already uses, mainly for
/// records.
const BYTES_A_SECOND: u64 = 32 << 20;

/// The bytes that a query may use, in addition to four times what the program already uses.
const ROOM: u64 = 6 << 30;

/// On a machine that is busy with other work a query may wait this many times its seconds.
const PATIENCE: u32 = 20;

/// Measures a query. A query is over its time once both the time of day and the processor time of the program
/// are: on a busy machine the time of day alone says nothing about the query.
struct Clock {
    started: Instant,
    processor: Option<Duration>,
}

impl Clock {
    fn start() -> Clock {
        Clock {
            started: Instant::now(),
            processor: processor_time(),
        }
    }

    fn is_over(&self, seconds: u64) -> bool {
        let (elapsed, allowed) = (self.started.elapsed(), Duration::from_secs(seconds));
        let used = || Some(processor_time()?.saturating_sub(self.processor?));
        elapsed > allowed && (used().is_none_or(|used| used > allowed) || elapsed > allowed * PATIENCE)
    }
}

/// The processor time of the program so far, which Linux gives in hundredths of a second; `None` elsewhere.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = text.rsplit_once(')')?.1;
    let mut ticks = after_name.split_whitespace().skip(11).map(str::parse::<u64>);
    let (own, system) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some(Duration::from_millis((own + system) * 10))
}

/// Sets the longest time of one query, in seconds.
pub fn set_longest(seconds: Option<u64>) {
    SECONDS.store(seconds.unwrap_or_default(), Ordering::Relaxed);
}

/// Runs a query of the rules; `what` names it in the error.
pub fn bounded<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let given = SECONDS.load(Ordering::Relaxed);
    let before = resident_bytes();
    let seconds = match before {
        _ if given > 0 => given,
        // The system does not say how much memory the program uses.
        0 => SHORT * 10,
        before => SHORT + before / BYTES_A_SECOND,
    };
    let room = ROOM + before * 4;
    let (done, is_done) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let clock = Clock::start();
            while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(Duration::from_millis(50)) {
                let is_late = clock.is_over(seconds);
                let is_large = given == 0 && resident_bytes().saturating_sub(before) > room;
                if is_late || is_large {
                    let took = if is_late {
                        format!("{seconds} s")
                    } else {
                        format!("{} GB of memory", room >> 30)
                    };
                    say!(
                        "error: {what} takes more than {took}: does a join lack its condition? Correct it, \
                        or allow more with `--max-seconds N`"
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

/// Ends the program, because a running query of polars cannot be stopped. No file is written while a query
/// runs.
#[expect(
    clippy::disallowed_methods,
    reason = "a query of the engine cannot be called back"
)]
fn stop() {
    std::process::exit(Exit::Usage as i32);
}

/// The memory of the program; 0 if the system does not say.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or_default() * 4096
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As on a machine that gives the program no processor: the time of day goes on, and the query does not.
    #[test]
    fn a_query_that_had_no_processor_is_not_over_its_time() {
        let Some(started) = Instant::now().checked_sub(Duration::from_secs(100)) else {
            return;
        };
        let now = processor_time();
        let clock = |started, processor| Clock { started, processor };
        assert!(!clock(started, now).is_over(90), "no processor was used");
        assert!(clock(started, now).is_over(1), "a hundred times its seconds");
        assert!(
            clock(started, None).is_over(90),
            "the system does not say what was used"
        );
        if let Some(now) = now {
            assert!(!clock(started, Some(now + Duration::from_secs(3600))).is_over(90));
        }
    }
}

//! Random numbers that are the same on every machine and in every version. PCG (XSL RR 128/64) is one
//! published algorithm, and `rand_pcg` is tested against its reference vectors. `StdRng` and `SmallRng`
//! promise no stable stream.

use rand_core::Rng;
use rand_pcg::Pcg64;

/// The purpose of a stream. Streams are independent: planting faults does not change the clean records.
#[derive(Clone, Copy)]
pub enum Stream {
    Volume = 1,
    Pilot,
    NhsNumbers,
    Pathways,
    Faults,
    CellFaults,
    Beside,
}

pub struct Random(Pcg64);

impl Random {
    pub fn new(seed: u64, stream: Stream) -> Random {
        let mut generator = Pcg64::new(seed.into(), stream as u128);
        // The first numbers of neighbouring seeds are similar, so they are skipped.
        for _ in 0..8 {
            generator.next_u64();
        }
        Random(generator)
    }

    /// A number from 0 up to, but not including, 1.
    pub fn share(&mut self) -> f64 {
        const STEPS: f64 = (1u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 / STEPS
    }

    pub fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// A whole number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(limit)) >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        let mut random = Random::new(1, Stream::Pathways);
        let drawn: Vec<u64> = (0..4).map(|_| random.below(1_000_000)).collect();
        assert_eq!(drawn, [595_213, 797_940, 523_254, 651_209]);
    }
}

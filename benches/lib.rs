//! Only the benches: see `stages.rs`.

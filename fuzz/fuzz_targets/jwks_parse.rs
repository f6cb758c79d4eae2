//! Reads arbitrary bytes as a key set: nothing panics, and what is read is written and read again.
#![no_main]

#[path = "../../crates/jose/tests/suite/fuzz_bodies.rs"]
#[allow(dead_code, reason = "each target uses one of the bodies")]
mod fuzz_bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::jwks_parse(bytes));

//! Cuts, reads and verifies arbitrary text as a token: nothing panics, and keys that nobody can sign for accept nothing.
#![no_main]

#[path = "../../crates/jose/tests/suite/fuzz_bodies.rs"]
#[allow(dead_code, reason = "each target uses one of the bodies")]
mod fuzz_bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::jwt_parse(bytes));

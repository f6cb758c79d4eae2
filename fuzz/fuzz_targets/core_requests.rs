//! Sends arbitrary requests to a core in memory: each is answered, and none makes it fail.
#![no_main]

#[path = "../../tests/robust/fuzz_bodies.rs"]
#[allow(dead_code, reason = "each target uses one of the bodies")]
mod fuzz_bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::core_request(bytes));

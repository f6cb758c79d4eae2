//! Reads arbitrary bytes as bodies, and sends them to an application as a request: every route answers in JSON.
#![no_main]

#[path = "../../tests/robust/fuzz_bodies.rs"]
#[allow(dead_code, reason = "each target uses one of the bodies")]
mod fuzz_bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::front_end_body(bytes));

//! Reads arbitrary text as a cookie header, and writes it as a cookie's value: what is written is read again.
#![no_main]

#[path = "../../tests/robust/fuzz_bodies.rs"]
#[allow(dead_code, reason = "each target uses one of the bodies")]
mod fuzz_bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::cookie_header(bytes));

//! What a user of the crate sees, in one program: vectors of the RFCs and of Wycheproof, another implementation as an
//! oracle, refusals one by one, and the bodies of the fuzz targets.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are tests too"
)]

mod fuzz_bodies;
mod fuzzing;
mod issuers;
mod keys;
mod oracle;
mod refusals;
mod rfc_vectors;
mod signing;
mod wycheproof_vectors;

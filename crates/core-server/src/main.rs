//! The `supertokens-core` program.
fn main() {}

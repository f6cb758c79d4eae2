//! A name that the session itself uses in the access token.

use supertokens::session::{Key, key};

const USER: Key<String> = key!("sub");

fn main() {}

//! A type that does not say which functions it overrides.

use supertokens::session::Session;

struct Mine;

fn main() {
    let _ = Session::new().override_functions(|functions| functions.with(Mine));
}

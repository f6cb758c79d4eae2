//! The original is called, and nobody waits for it.

use supertokens::session::Session;

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |input, original| original.create_new_session(input))
    });
}

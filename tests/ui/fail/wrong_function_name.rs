//! A function that the recipe does not have.

use supertokens::session::Session;

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_session(async move |input, original| original.create_new_session(input).await)
    });
}

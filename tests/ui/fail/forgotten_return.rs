//! The semicolon throws the original's result away.

use supertokens::session::Session;

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |input, original| {
            original.create_new_session(input).await?;
        })
    });
}

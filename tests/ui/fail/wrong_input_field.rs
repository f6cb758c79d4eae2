//! A field that the input does not have: the name is the Node SDK's.

use supertokens::session::Session;

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            input.access_token_payload.insert("role", "admin")?;
            original.create_new_session(input).await
        })
    });
}

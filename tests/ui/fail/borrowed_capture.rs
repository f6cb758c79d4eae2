//! The override lives as long as the application; it cannot borrow from the function that makes it.

use supertokens::session::Session;

fn main() {
    let role = "admin".to_owned();
    let role = &role;
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            input.jwt_payload.insert("role", role)?;
            original.create_new_session(input).await
        })
    });
}

//! An error of the application's own: it wants `.map_err(SessionError::other)`.

use supertokens::session::Session;

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            let role = std::fs::read_to_string("role.txt")?;
            input.jwt_payload.insert("role", role)?;
            original.create_new_session(input).await
        })
    });
}

//! Values of other types than the typed key and the payload have.

use supertokens::session::{Key, Session, key};

const SEATS: Key<u32> = key!("seats");

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            input.jwt_payload.set(&SEATS, &"five")?;
            input.session_data = serde_json::json!({"seats": 5});
            original.create_new_session(input).await
        })
    });
}

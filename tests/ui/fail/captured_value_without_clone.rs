//! An override runs once per call, so what it captures is cloned; this cannot be.

use supertokens::session::Session;

struct RolesInOurDatabase;

impl RolesInOurDatabase {
    async fn role_of(&self, _user_id: &str) -> String {
        "admin".to_owned()
    }
}

fn main() {
    let database = RolesInOurDatabase;
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            let role = database.role_of(input.known_user_id()).await;
            input.jwt_payload.insert("role", role)?;
            original.create_new_session(input).await
        })
    });
}

//! A type that overrides one function; the others stay as they are.

use supertokens::session::{
    CreateNewSession, Session, SessionContainer, SessionError, SessionFunctions, SessionOverride,
};

struct WithRole {
    role: String,
}

impl SessionOverride for WithRole {
    async fn create_new_session(
        &self,
        mut input: CreateNewSession,
        original: SessionFunctions,
    ) -> Result<SessionContainer, SessionError> {
        input.jwt_payload.insert("role", &self.role)?;
        original.create_new_session(input).await
    }
}

fn main() {
    let _ = Session::new().override_functions(|functions| functions.with(WithRole { role: "admin".into() }));
}

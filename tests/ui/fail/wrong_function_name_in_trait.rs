//! A function that the recipe does not have, in the trait form.

use supertokens::session::{CreateNewSession, SessionContainer, SessionError, SessionFunctions, SessionOverride};

struct Mine;

impl SessionOverride for Mine {
    async fn create_session(
        &self,
        input: CreateNewSession,
        original: SessionFunctions,
    ) -> Result<SessionContainer, SessionError> {
        original.create_new_session(input).await
    }
}

fn main() {}

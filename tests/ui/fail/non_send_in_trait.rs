//! A value that must stay on its thread, held while the original runs, in the trait form.

use std::rc::Rc;

use supertokens::session::{CreateNewSession, SessionContainer, SessionError, SessionFunctions, SessionOverride};

struct Mine;

impl SessionOverride for Mine {
    async fn create_new_session(
        &self,
        input: CreateNewSession,
        original: SessionFunctions,
    ) -> Result<SessionContainer, SessionError> {
        let seen = Rc::new(input.known_user_id().to_owned());
        let session = original.create_new_session(input).await?;
        println!("{seen}");
        Ok(session)
    }
}

fn main() {}

//! Sessions for recipes that meet this one at the kernel's ports only.

use std::any::Any;
use std::sync::Arc;

use serde_json::{Map, Value};
use supertokens_kernel::ports::{self, ActiveSession, CreateSession, ShouldTryLinkingWithSessionUser};
use supertokens_kernel::{BoxFuture, Error, Exchange, RecipeUserId, TenantId, UserContext};

use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::functions::CreateNewSession;
use crate::in_request;
use crate::sessions::Sessions;
use crate::types::VerifySessionOptions;

impl ActiveSession for SessionContainer {
    fn user_id(&self) -> &str {
        self.user_id()
    }

    fn recipe_user_id(&self) -> &RecipeUserId {
        self.recipe_user_id()
    }

    fn tenant_id(&self) -> &TenantId {
        self.tenant_id()
    }

    fn handle(&self) -> &str {
        self.handle()
    }

    fn access_token_payload(&self) -> Map<String, Value> {
        self.access_token_payload().as_map().clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl SessionContainer {
    /// The session behind what the kernel's ports hand around; nothing if it is not one of this recipe.
    pub fn from_active(session: &dyn ActiveSession) -> Option<Self> {
        session.as_any().downcast_ref::<Self>().cloned()
    }
}

impl From<SessionContainer> for Arc<dyn ActiveSession> {
    fn from(session: SessionContainer) -> Self {
        Arc::new(session)
    }
}

impl From<SessionContainer> for Option<Arc<dyn ActiveSession>> {
    fn from(session: SessionContainer) -> Self {
        Some(session.into())
    }
}

impl ports::Sessions for Sessions {
    fn load_session_in_auth_api_if_needed(
        &self,
        exchange: Exchange,
        should_try_linking: ShouldTryLinkingWithSessionUser,
        context: UserContext,
    ) -> BoxFuture<Result<Option<Arc<dyn ActiveSession>>, Error>> {
        let this = self.clone();
        Box::pin(async move {
            if should_try_linking == ShouldTryLinkingWithSessionUser::No {
                return Ok(None);
            }
            let options = VerifySessionOptions::new()
                .session_required(should_try_linking == ShouldTryLinkingWithSessionUser::Yes)
                .override_global_claim_validators(|_, _, _| async { Ok(Vec::new()) });
            let session = in_request::get_session(&this.shared, &this.functions, &exchange, options, context).await?;
            Ok(session.map(Into::into))
        })
    }

    fn create_new_session(&self, input: CreateSession) -> BoxFuture<Result<Arc<dyn ActiveSession>, Error>> {
        let this = self.with_user_context(input.user_context);
        Box::pin(async move {
            let new = CreateNewSession::new(input.tenant_id, input.recipe_user_id).user_id(input.user_id);
            Ok(this.create_new_session(&input.exchange, new).await?.into())
        })
    }

    fn revoke_sessions_for_user_except(
        &self,
        user_id: String,
        kept: Option<String>,
        context: UserContext,
    ) -> BoxFuture<Result<Vec<String>, Error>> {
        let this = self.with_user_context(context);
        Box::pin(async move {
            let Some(kept) = kept else { return Ok(this.revoke_all_sessions_for_user(&user_id, None).await?) };
            let mut handles = this.get_all_session_handles_for_user(&user_id, None).await?;
            handles.retain(|handle| *handle != kept);
            Ok(this.revoke_multiple_sessions(handles).await?)
        })
    }

    fn unauthorised(&self, message: &str) -> Error {
        SessionError::unauthorised(message).into()
    }
}

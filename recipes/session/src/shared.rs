//! What everything in the recipe needs.

use std::sync::Arc;

use supertokens_kernel::ports::PrimaryUsers;
use supertokens_kernel::{Clock, CoreClient, NormalisedAppInfo, Ports};
use supertokens_openid::OpenId;

use crate::claims::{AnyClaim, ClaimValidator, FetchClaim};
use crate::config::SessionConfig;
use crate::error::SessionError;
use crate::functions::CreateNewSession;
use crate::tokens::AccessTokenVerifier;

/// What everything in the recipe needs.
pub(crate) struct Shared {
    pub(crate) config: SessionConfig,
    pub(crate) app_info: Arc<NormalisedAppInfo>,
    pub(crate) core: CoreClient,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ports: Ports,
    pub(crate) verifier: AccessTokenVerifier,
}

impl Shared {
    /// The validators that other recipes demand of every session.
    pub(crate) fn claim_validators(&self) -> Vec<ClaimValidator> {
        self.ports.all::<ClaimValidator>().iter().map(|validator| (**validator).clone()).collect()
    }

    /// A new session's input with what the SDK adds: the user's id, the issuer, and the claims of other recipes.
    pub(crate) async fn complete(&self, mut input: CreateNewSession) -> Result<CreateNewSession, SessionError> {
        let context = input.user_context.clone();
        if let (None, Some(users)) = (&input.user_id, self.ports.get::<dyn PrimaryUsers>()) {
            input.user_id = Some(users.user_id_of(input.recipe_user_id.clone(), context.clone()).await?);
        }
        let issuer = OpenId::of(&self.ports)?.issuer(&context).await?;
        let mut payload = input.jwt_payload.without_reserved();
        payload.put("iss", issuer.into());
        for claim in self.ports.all::<AnyClaim>() {
            let fetch = FetchClaim {
                user_id: input.user_id.clone().unwrap_or_else(|| input.recipe_user_id.as_str().to_owned()),
                recipe_user_id: input.recipe_user_id.clone(),
                tenant_id: input.tenant_id.clone(),
                current_payload: payload.clone(),
                ports: self.ports.clone(),
                user_context: context.clone(),
            };
            payload = payload.with(&claim.build(fetch, self.clock.now_ms()).await?);
        }
        Ok(CreateNewSession { jwt_payload: payload, ..input })
    }
}

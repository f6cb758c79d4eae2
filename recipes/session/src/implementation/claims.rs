//! Claims: validating, fetching, storing, removing.

use std::sync::Arc;

use super::{Result, SessionImplementation};
use crate::claims::{ClaimCheck, ClaimValidationError, ClaimValidationResult, ClaimValidator, FetchClaim};
use crate::functions::{
    FetchAndSetClaim, GetClaimValue, GetGlobalClaimValidators, GetSessionInformation, MergeIntoAccessTokenPayload,
    RemoveClaim, SessionFunctions, SetClaimValue, ValidateClaims,
};
use crate::payload::Payload;
use crate::types::{GetClaimValueResponse, ValidatedClaims};

impl SessionImplementation {
    pub(crate) async fn get_global_claim_validators(
        &self,
        input: GetGlobalClaimValidators,
        _top: &SessionFunctions,
    ) -> Result<Vec<ClaimValidator>> {
        Ok(input.claim_validators_added_by_other_recipes)
    }

    pub(crate) async fn validate_claims(
        &self,
        input: ValidateClaims,
        _top: &SessionFunctions,
    ) -> Result<ValidatedClaims> {
        let original = input.access_token_payload;
        let mut check = ClaimCheck {
            payload: original.clone(),
            now_ms: self.shared.clock.now_ms(),
            user_context: input.user_context.clone(),
        };
        for validator in &input.claim_validators {
            let Some(claim) = validator.claim_to_refetch(&check) else { continue };
            let tenant_id = check.payload.get("tId").and_then(serde_json::Value::as_str).map(Into::into);
            let fetch = FetchClaim {
                user_id: input.user_id.clone(),
                recipe_user_id: input.recipe_user_id.clone(),
                tenant_id: tenant_id.unwrap_or_default(),
                current_payload: (*check.payload).clone(),
                ports: self.shared.ports.clone(),
                user_context: input.user_context.clone(),
            };
            if let Some(value) = claim.fetch_value(fetch).await? {
                claim.add_to_payload(Arc::make_mut(&mut check.payload), value, check.now_ms)?;
            }
        }
        let mut invalid_claims = Vec::new();
        for validator in &input.claim_validators {
            if let ClaimValidationResult::Invalid { reason } = validator.validate(check.clone()).await? {
                invalid_claims.push(ClaimValidationError { id: validator.id().to_owned(), reason });
            }
        }
        let changed = check.payload != original;
        let access_token_payload_update = changed.then(|| (*check.payload).clone());
        Ok(ValidatedClaims { invalid_claims, access_token_payload_update })
    }

    pub(crate) async fn fetch_and_set_claim(&self, input: FetchAndSetClaim, top: &SessionFunctions) -> Result<bool> {
        let context = input.user_context;
        let read = GetSessionInformation::new(&*input.session_handle).user_context(context.clone());
        let Some(session) = top.get_session_information(read).await? else {
            return Ok(false);
        };
        let fetch = FetchClaim {
            user_id: session.user_id,
            recipe_user_id: session.recipe_user_id,
            tenant_id: session.tenant_id,
            current_payload: session.custom_claims_in_access_token_payload,
            ports: self.shared.ports.clone(),
            user_context: context.clone(),
        };
        let update = input.claim.build(fetch, self.shared.clock.now_ms()).await?;
        let merge = MergeIntoAccessTokenPayload::new(input.session_handle, update).user_context(context);
        top.merge_into_access_token_payload(merge).await
    }

    pub(crate) async fn set_claim_value(&self, input: SetClaimValue, top: &SessionFunctions) -> Result<bool> {
        let mut update = Payload::new();
        input.claim.add_to_payload(&mut update, input.value, self.shared.clock.now_ms())?;
        let merge = MergeIntoAccessTokenPayload::new(input.session_handle, update).user_context(input.user_context);
        top.merge_into_access_token_payload(merge).await
    }

    pub(crate) async fn get_claim_value(
        &self,
        input: GetClaimValue,
        top: &SessionFunctions,
    ) -> Result<GetClaimValueResponse> {
        let read = GetSessionInformation::new(input.session_handle).user_context(input.user_context);
        Ok(match top.get_session_information(read).await? {
            None => GetClaimValueResponse::SessionDoesNotExist,
            Some(session) => GetClaimValueResponse::Ok(
                input.claim.value_from_payload(&session.custom_claims_in_access_token_payload),
            ),
        })
    }

    pub(crate) async fn remove_claim(&self, input: RemoveClaim, top: &SessionFunctions) -> Result<bool> {
        let mut update = Payload::new();
        input.claim.remove_from_payload_by_merge(&mut update);
        let merge = MergeIntoAccessTokenPayload::new(input.session_handle, update).user_context(input.user_context);
        top.merge_into_access_token_payload(merge).await
    }
}

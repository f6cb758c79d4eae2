//! Claims: values in the access token that are kept fresh and checked before a handler runs.

mod any;
mod array;
mod boolean;
mod primitive;
mod validator;

pub use any::AnyClaim;
pub use array::{ArrayValidators, PrimitiveArrayClaim};
pub use boolean::BooleanClaim;
pub use primitive::PrimitiveClaim;
pub use validator::{ClaimCheck, ClaimValidationError, ClaimValidationResult, ClaimValidator};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use supertokens_kernel::{Error, Ports, RecipeUserId, TenantId, UserContext};

use crate::payload::{Payload, PayloadError};

/// Whose claim is to be fetched.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchClaim {
    /// The session's user.
    pub user_id: String,
    /// The way in which the user signed in.
    pub recipe_user_id: RecipeUserId,
    /// The session's tenant.
    pub tenant_id: TenantId,
    /// The access token's payload as it is now.
    pub current_payload: Payload,
    /// The application's recipes: what a claim asks that belongs to one of them.
    pub ports: Ports,
    /// The request's context.
    pub user_context: UserContext,
}

/// A claim: a value that is fetched for a user and kept in the access token's payload.
///
/// Most applications use [`PrimitiveClaim`], [`BooleanClaim`] or [`PrimitiveArrayClaim`]. The default methods here
/// store `{"<key>": {"v": value, "t": time in ms}}`, as those do.
pub trait SessionClaim: Clone + Send + Sync + 'static {
    /// The type of the value.
    type Value: Serialize + DeserializeOwned + Send + Sync;

    /// The name in the payload.
    fn key(&self) -> &str;

    /// Fetches the value; `None` leaves the payload as it is.
    fn fetch_value(&self, input: FetchClaim) -> impl Future<Output = Result<Option<Self::Value>, Error>> + Send;

    /// Stores the value in a payload.
    ///
    /// # Errors
    ///
    /// If the value cannot be written as JSON.
    fn add_to_payload(&self, payload: &mut Payload, value: &Self::Value, now_ms: u64) -> Result<(), PayloadError> {
        let value = serde_json::to_value(value).map_err(PayloadError::Unserialisable)?;
        payload.insert(self.key(), json!({"v": value, "t": now_ms}))
    }

    /// Marks the value as to be removed, in an update that is merged into a payload.
    fn remove_from_payload_by_merge(&self, update: &mut Payload) {
        update.put(self.key(), Value::Null);
    }

    /// Takes the value out of a payload.
    fn remove_from_payload(&self, payload: &mut Payload) {
        payload.remove(self.key());
    }

    /// The value in a payload, if it is there and of the right type.
    fn value_from_payload(&self, payload: &Payload) -> Option<Self::Value> {
        let value = payload.get(self.key())?.get("v")?;
        Self::Value::deserialize(value).ok()
    }

    /// When the value in a payload was fetched, in milliseconds since the Unix epoch.
    fn last_refetch_time(&self, payload: &Payload) -> Option<u64> {
        payload.get(self.key())?.get("t")?.as_u64()
    }
}

use serde::Deserialize as _;

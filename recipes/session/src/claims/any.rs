//! Claims of any type, for the functions of the recipe that take one.

use std::sync::Arc;

use serde_json::Value;
use supertokens_kernel::{BoxFuture, Error};

use super::{FetchClaim, SessionClaim};
use crate::payload::{Payload, PayloadError};

/// A [`SessionClaim`] of any type of value, its values as JSON. Cheap to clone.
#[derive(Clone)]
pub struct AnyClaim(Arc<dyn Erased>);

trait Erased: Send + Sync {
    fn key(&self) -> &str;
    fn fetch_value(&self, input: FetchClaim) -> BoxFuture<Result<Option<Value>, Error>>;
    fn add_to_payload(&self, payload: &mut Payload, value: Value, now_ms: u64) -> Result<(), PayloadError>;
    fn remove_from_payload_by_merge(&self, update: &mut Payload);
    fn value_from_payload(&self, payload: &Payload) -> Option<Value>;
}

impl<C: SessionClaim> Erased for C {
    fn key(&self) -> &str {
        SessionClaim::key(self)
    }

    fn fetch_value(&self, input: FetchClaim) -> BoxFuture<Result<Option<Value>, Error>> {
        let claim = self.clone();
        Box::pin(async move {
            let value = SessionClaim::fetch_value(&claim, input).await?;
            value.map(|value| serde_json::to_value(value).map_err(Error::other)).transpose()
        })
    }

    fn add_to_payload(&self, payload: &mut Payload, value: Value, now_ms: u64) -> Result<(), PayloadError> {
        let value = serde_json::from_value(value).map_err(PayloadError::Mismatch)?;
        SessionClaim::add_to_payload(self, payload, &value, now_ms)
    }

    fn remove_from_payload_by_merge(&self, update: &mut Payload) {
        SessionClaim::remove_from_payload_by_merge(self, update);
    }

    fn value_from_payload(&self, payload: &Payload) -> Option<Value> {
        serde_json::to_value(SessionClaim::value_from_payload(self, payload)?).ok()
    }
}

impl AnyClaim {
    /// A claim, its type forgotten.
    pub fn new(claim: &impl SessionClaim) -> Self {
        Self(Arc::new(claim.clone()))
    }

    /// The name in the payload.
    pub fn key(&self) -> &str {
        self.0.key()
    }

    /// Fetches the value.
    ///
    /// # Errors
    ///
    /// What the claim's own function fails with.
    pub fn fetch_value(&self, input: FetchClaim) -> BoxFuture<Result<Option<Value>, Error>> {
        self.0.fetch_value(input)
    }

    /// Stores the value in a payload.
    ///
    /// # Errors
    ///
    /// If the value is not of the claim's type.
    pub fn add_to_payload(&self, payload: &mut Payload, value: Value, now_ms: u64) -> Result<(), PayloadError> {
        self.0.add_to_payload(payload, value, now_ms)
    }

    /// Marks the value as to be removed, in an update that is merged into a payload.
    pub fn remove_from_payload_by_merge(&self, update: &mut Payload) {
        self.0.remove_from_payload_by_merge(update);
    }

    /// The value in a payload.
    pub fn value_from_payload(&self, payload: &Payload) -> Option<Value> {
        self.0.value_from_payload(payload)
    }

    /// What has to be added to a payload for the claim to be fresh; empty if there is no value.
    ///
    /// # Errors
    ///
    /// What fetching or storing fails with.
    pub async fn build(&self, input: FetchClaim, now_ms: u64) -> Result<Payload, Error> {
        let mut update = Payload::new();
        if let Some(value) = self.fetch_value(input).await? {
            self.add_to_payload(&mut update, value, now_ms).map_err(Error::other)?;
        }
        Ok(update)
    }
}

impl std::fmt::Debug for AnyClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AnyClaim").field(&self.key()).finish()
    }
}

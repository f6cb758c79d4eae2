//! Which version of the core interface is spoken.

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde::Deserialize;

use super::{CoreClient, CoreError, CorePath, error};
use crate::user_context::UserContext;

/// The versions of the core interface that this SDK speaks, oldest first.
pub const SUPPORTED_CORE_INTERFACES: [&str; 3] = ["5.4", "5.5", "5.6"];

#[derive(Deserialize)]
struct ApiVersions {
    versions: Vec<String>,
}

impl CoreClient {
    /// The newest version that both sides speak; asked for once.
    pub async fn api_version(&self, context: &UserContext) -> Result<&str, CoreError> {
        Ok(self.version(context).await?.to_str().unwrap_or_default())
    }

    pub(super) async fn version(&self, context: &UserContext) -> Result<&HeaderValue, CoreError> {
        self.shared.version.get_or_try_init(|| self.negotiate(context)).await
    }

    async fn negotiate(&self, context: &UserContext) -> Result<HeaderValue, CoreError> {
        let path = CorePath::app("/apiversion");
        let answer = self.try_hosts(Method::GET, &path, &self.shared.domains, Bytes::new(), None, context).await?;
        let offered = error::parse::<ApiVersions>(&Method::GET, &path, &answer.body)?.versions;
        let common = SUPPORTED_CORE_INTERFACES.iter().rev().find(|version| offered.iter().any(|o| o == *version));
        let Some(version) = common else {
            let supported = SUPPORTED_CORE_INTERFACES.join(", ");
            return Err(CoreError::IncompatibleVersion { offered: offered.join(", "), supported });
        };
        tracing::debug!(target: "supertokens", version, "agreed on a version of the core interface");
        Ok(HeaderValue::from_static(version))
    }
}

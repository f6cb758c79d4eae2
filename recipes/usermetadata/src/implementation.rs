//! What the functions do unless they are overridden.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use supertokens_kernel::{CoreClient, CorePath, Error};

use crate::functions::{ClearUserMetadata, GetUserMetadata, UpdateUserMetadata, UserMetadataFunctions};
use crate::types::Metadata;

const PATH: &str = "/recipe/user/metadata";
const REMOVE_PATH: &str = "/recipe/user/metadata/remove";

/// The original functions.
pub struct Implementation {
    pub(crate) core: CoreClient,
}

#[derive(Deserialize)]
struct Answer {
    metadata: Metadata,
}

impl Implementation {
    pub(crate) async fn get_user_metadata(
        &self,
        input: GetUserMetadata,
        _top: &UserMetadataFunctions,
    ) -> Result<Metadata, Error> {
        let query = [("userId", input.user_id.as_str())];
        let answer: Answer = self.core.get(CorePath::app(PATH), &query, &input.user_context).await?;
        Ok(answer.metadata)
    }

    pub(crate) async fn update_user_metadata(
        &self,
        input: UpdateUserMetadata,
        _top: &UserMetadataFunctions,
    ) -> Result<Metadata, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            user_id: &'a str,
            metadata_update: &'a Metadata,
        }
        let body = Body { user_id: &input.user_id, metadata_update: &input.metadata_update };
        let answer: Answer = self.core.put(CorePath::app(PATH), &body, &input.user_context).await?;
        Ok(answer.metadata)
    }

    pub(crate) async fn clear_user_metadata(
        &self,
        input: ClearUserMetadata,
        _top: &UserMetadataFunctions,
    ) -> Result<(), Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            user_id: &'a str,
        }
        let body = Body { user_id: &input.user_id };
        let IgnoredAny = self.core.post(CorePath::app(REMOVE_PATH), &body, &input.user_context).await?;
        Ok(())
    }
}

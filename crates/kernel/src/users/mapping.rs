//! The application's own user ids, in place of those that the core makes.

use serde::{Deserialize, Serialize};

use crate::input;

/// What kind of id a user id is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum UserIdType {
    /// The core's.
    #[serde(rename = "SUPERTOKENS")]
    SuperTokens,
    /// The application's own.
    #[serde(rename = "EXTERNAL")]
    External,
    /// Either.
    #[default]
    #[serde(rename = "ANY")]
    Any,
}

impl UserIdType {
    /// The kind as the core interface spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SuperTokens => "SUPERTOKENS",
            Self::External => "EXTERNAL",
            Self::Any => "ANY",
        }
    }
}

input! {
    /// Which id a user has from now on.
    CreateUserIdMapping {
        /// The core's id.
        super_tokens_user_id: String,
        /// The application's own id.
        external_user_id: String,
    } with {
        /// Anything that the application wants to keep with it.
        external_user_id_info: Option<String> = None,
        /// Whether to map a user that other recipes hold data of under the old id, which they will not find again.
        force: bool = false,
    }
}

input! {
    /// Whose mapping is asked for.
    GetUserIdMapping {
        /// The id.
        user_id: String,
    } with {
        /// What kind of id it is.
        user_id_type: UserIdType = UserIdType::Any,
    }
}

input! {
    /// Whose mapping is deleted.
    DeleteUserIdMapping {
        /// The id.
        user_id: String,
    } with {
        /// What kind of id it is.
        user_id_type: UserIdType = UserIdType::Any,
        /// Whether to unmap a user that other recipes hold data of under the application's id, which they will not find
        /// again.
        force: bool = false,
    }
}

input! {
    /// What is kept with a mapping from now on.
    UpdateOrDeleteUserIdMappingInfo {
        /// The id.
        user_id: String,
    } with {
        /// What kind of id it is.
        user_id_type: UserIdType = UserIdType::Any,
        /// What is kept; nothing deletes it.
        external_user_id_info: Option<String> = None,
    }
}

/// What became of a new mapping.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum CreateUserIdMappingResponse {
    /// It is made.
    #[serde(rename = "OK")]
    Ok,
    /// The core does not know its id.
    #[serde(rename = "UNKNOWN_SUPERTOKENS_USER_ID_ERROR")]
    UnknownSuperTokensUserId,
    /// One of the ids is part of a mapping.
    #[serde(rename = "USER_ID_MAPPING_ALREADY_EXISTS_ERROR")]
    UserIdMappingAlreadyExists {
        /// Whether the core's is.
        does_super_tokens_user_id_exist: bool,
        /// Whether the application's is.
        does_external_user_id_exist: bool,
    },
}

/// A mapping.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum GetUserIdMappingResponse {
    /// There is one.
    #[serde(rename = "OK")]
    Ok {
        /// The core's id.
        super_tokens_user_id: String,
        /// The application's own id.
        external_user_id: String,
        /// What is kept with it.
        #[serde(default)]
        external_user_id_info: Option<String>,
    },
    /// There is none.
    #[serde(rename = "UNKNOWN_MAPPING_ERROR")]
    UnknownMapping,
}

/// What became of a mapping that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteUserIdMappingResponse {
    /// Whether there was one.
    pub did_mapping_exist: bool,
}

/// What became of what is kept with a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
#[non_exhaustive]
pub enum UpdateOrDeleteUserIdMappingInfoResponse {
    /// It is stored, or deleted.
    #[serde(rename = "OK")]
    Ok,
    /// There is no such mapping.
    #[serde(rename = "UNKNOWN_MAPPING_ERROR")]
    UnknownMapping,
}

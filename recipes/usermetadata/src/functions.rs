//! The functions of the recipe: what they take and what they give.

use serde::Serialize;
use supertokens_kernel::{Error, input, overridable};

use crate::implementation::Implementation;
use crate::types::Metadata;

overridable! {
    /// The functions of the recipe; [`UserMetadata::of`](crate::UserMetadata::of) finds them.
    pub UserMetadataFunctions, UserMetadataFunctionsBuilder, UserMetadataFunctionsOverride, UserMetadataFunctionsLayer,
    UserMetadataFunction,
    recipe "usermetadata", original Implementation, error Error;
    /// What is kept with a user; empty where nothing is, also for users that the core does not know.
    async fn get_user_metadata(GetUserMetadata) -> Metadata;
    /// Changes what is kept with a user, and gives the whole of it. The fields of the update replace those of the same
    /// name, whatever is in them; a `null` removes. All others stay.
    async fn update_user_metadata(UpdateUserMetadata) -> Metadata;
    /// Forgets what is kept with a user.
    async fn clear_user_metadata(ClearUserMetadata) -> ();
}

input! {
    /// Input of [`get_user_metadata`](UserMetadataFunctions::get_user_metadata).
    GetUserMetadata {
        /// The user.
        user_id: String,
    } with {}
}

input! {
    /// Input of [`update_user_metadata`](UserMetadataFunctions::update_user_metadata).
    UpdateUserMetadata {
        /// The user.
        user_id: String,
        /// The fields to be stored; those that are `null` are removed.
        metadata_update: Metadata,
    } with {}
}

impl UpdateUserMetadata {
    /// An update with the fields of a struct or map.
    ///
    /// # Errors
    ///
    /// If `data` is something else.
    pub fn from_data<T: Serialize + ?Sized>(user_id: impl Into<String>, data: &T) -> Result<Self, Error> {
        Ok(Self::new(user_id, Metadata::from_data(data)?))
    }
}

input! {
    /// Input of [`clear_user_metadata`](UserMetadataFunctions::clear_user_metadata).
    ClearUserMetadata {
        /// The user.
        user_id: String,
    } with {}
}

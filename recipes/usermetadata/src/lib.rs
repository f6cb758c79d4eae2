//! Data of an application's own about its users, for SuperTokens.
//!
//! The core keeps a JSON object with each user: a name, settings, what the application likes to know. It is a place for
//! little data that goes with the user, not a database.
//!
//! * [`UserMetadata`] is the recipe; its one piece of configuration are the overrides.
//! * [`UserMetadataFunctions`] are its functions, found by [`UserMetadata::of`]:
//!   [`get_user_metadata`](UserMetadataFunctions::get_user_metadata),
//!   [`update_user_metadata`](UserMetadataFunctions::update_user_metadata),
//!   [`clear_user_metadata`](UserMetadataFunctions::clear_user_metadata).
//! * [`Metadata`] is the object, read and written as any type of the application's.
//!
//! The recipe has no HTTP routes: what a person may see or change of their metadata is the application's to decide.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use supertokens_kernel::{Error, Ports};
//! use supertokens_usermetadata::{GetUserMetadata, UpdateUserMetadata, UserMetadata};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Profile {
//!     name: String,
//!     newsletter: bool,
//! }
//!
//! async fn rename(app: &impl AsRef<Ports>, user_id: &str, name: &str) -> Result<Profile, Error> {
//!     let metadata = UserMetadata::of(app)?;
//!     let stored = metadata.get_user_metadata(GetUserMetadata::new(user_id)).await?;
//!     let profile = Profile { name: name.to_owned(), ..stored.parse()? };
//!     let update = UpdateUserMetadata::from_data(user_id, &profile)?;
//!     metadata.update_user_metadata(update).await?.parse()
//! }
//! ```

#![forbid(unsafe_code)]

#[cfg(test)]
#[path = "../../../tests/support/recipe_app.rs"]
mod recipe_app;

mod functions;
mod implementation;
mod recipe;
#[cfg(test)]
mod tests;
mod types;

pub use functions::{
    ClearUserMetadata, GetUserMetadata, UpdateUserMetadata, UserMetadataFunction, UserMetadataFunctions,
    UserMetadataFunctionsBuilder, UserMetadataFunctionsOverride,
};
pub use recipe::UserMetadata;
pub use types::Metadata;

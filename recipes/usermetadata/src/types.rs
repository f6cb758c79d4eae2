//! The object that is kept with a user.

use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use supertokens_kernel::Error;

/// The JSON object that is kept with a user, or a change to it. It is the map inside it in all else.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// The object that `data` is as JSON.
    ///
    /// # Errors
    ///
    /// If `data` is not a struct or a map.
    pub fn from_data<T: Serialize + ?Sized>(data: &T) -> Result<Self, Error> {
        match serde_json::to_value(data) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(Error::misuse(
                "the metadata of a user serialises as something other than a JSON object; give a struct or a map",
            )),
            Err(error) => Err(Error::misuse(format!("the metadata of a user cannot be written as JSON: {error}"))),
        }
    }

    /// The object as a type of the application's.
    ///
    /// # Errors
    ///
    /// If it does not have that form.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(&Value::Object(self.0.clone()))
            .map_err(|error| Error::misuse(format!("the metadata of a user does not have the expected form: {error}")))
    }
}

impl Deref for Metadata {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Metadata {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<Map<String, Value>> for Metadata {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}

impl From<Metadata> for Map<String, Value> {
    fn from(metadata: Metadata) -> Self {
        metadata.0
    }
}

impl std::fmt::Debug for Metadata {
    // What is known of a person does not belong into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metadata").field("fields", &self.0.len()).finish_non_exhaustive()
    }
}

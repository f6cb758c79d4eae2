//! A session's own data: a JSON object.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The names that the session itself uses in the access token. Data cannot be stored under them.
pub const RESERVED_CLAIMS: [&str; 10] = [
    "sub",
    "iat",
    "exp",
    "sessionHandle",
    "parentRefreshTokenHash1",
    "refreshTokenHash1",
    "antiCsrfToken",
    "rsub",
    "tId",
    "stt",
];

/// A session's own data: a JSON object, in the order in which its keys were inserted.
///
/// A session has two of them. `jwt_payload` is part of the access token: whoever holds the token can read it, without
/// a call, also the front end. `session_data` stays in the core's database under the session's handle. (The Node SDK
/// calls them `accessTokenPayload` and `sessionDataInDatabase`.)
///
/// Neither takes a [reserved name](RESERVED_CLAIMS), so that data can move between them.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use supertokens_session::{Key, Payload, key};
///
/// #[derive(Serialize, Deserialize, PartialEq, Debug)]
/// struct Plan {
///     plan: String,
///     seats: u32,
/// }
/// const THEME: Key<String> = key!("theme");
///
/// # fn main() -> Result<(), supertokens_session::PayloadError> {
/// let mut payload = Payload::new();
/// payload.insert("someKey", "someValue")?;
/// payload.merge(&Plan { plan: "team".into(), seats: 5 })?;
/// payload.set(&THEME, &"dark".to_owned())?;
///
/// assert_eq!(payload.parse::<Plan>()?, Plan { plan: "team".into(), seats: 5 });
/// assert_eq!(payload.get_key(&THEME)?.as_deref(), Some("dark"));
/// assert!(payload.insert("sub", "someone else").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Payload(Map<String, Value>);

/// Why data cannot be written to or read from a [`Payload`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// The name is one of [`RESERVED_CLAIMS`].
    #[error("`{name}` is a name that the session itself uses in the access token; choose another")]
    Reserved {
        /// The name.
        name: String,
    },
    /// The value cannot be written as JSON.
    #[error("the value cannot be written as JSON: {0}")]
    Unserialisable(#[source] serde_json::Error),
    /// What was to be merged is not an object.
    #[error("only a struct or a map can be merged into a payload, not {found}")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// The data does not have the form that is asked for.
    #[error("the payload does not have the expected form: {0}")]
    Mismatch(#[source] serde_json::Error),
}

impl Payload {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// The payload with the fields of `data`.
    ///
    /// # Errors
    ///
    /// As [`merge`](Self::merge).
    pub fn from_data<T: Serialize + ?Sized>(data: &T) -> Result<Self, PayloadError> {
        let mut payload = Self::new();
        payload.merge(data)?;
        Ok(payload)
    }

    /// Stores a value under a name, in place of another.
    ///
    /// # Errors
    ///
    /// [`PayloadError::Reserved`], [`PayloadError::Unserialisable`]; the payload is unchanged then.
    pub fn insert<T: Serialize>(&mut self, name: impl Into<String>, value: T) -> Result<(), PayloadError> {
        let name = name.into();
        refuse_reserved(&name)?;
        self.0.insert(name, serde_json::to_value(value).map_err(PayloadError::Unserialisable)?);
        Ok(())
    }

    /// Stores every field of a struct or map.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), or [`PayloadError::NotAnObject`]; the payload is unchanged then.
    pub fn merge<T: Serialize + ?Sized>(&mut self, data: &T) -> Result<(), PayloadError> {
        let fields = match serde_json::to_value(data).map_err(PayloadError::Unserialisable)? {
            Value::Object(fields) => fields,
            Value::Null => return Err(PayloadError::NotAnObject { found: "null" }),
            Value::Array(_) => return Err(PayloadError::NotAnObject { found: "a list" }),
            _ => return Err(PayloadError::NotAnObject { found: "a single value" }),
        };
        for name in fields.keys() {
            refuse_reserved(name)?;
        }
        self.0.extend(fields);
        Ok(())
    }

    /// The whole payload as a type of the application's.
    ///
    /// # Errors
    ///
    /// [`PayloadError::Mismatch`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        T::deserialize(&self.0).map_err(PayloadError::Mismatch)
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Stores a value under a typed key.
    ///
    /// # Errors
    ///
    /// [`PayloadError::Unserialisable`].
    pub fn set<T: Serialize>(&mut self, key: &Key<T>, value: &T) -> Result<(), PayloadError> {
        self.insert(key.name, value)
    }

    /// The value under a typed key.
    ///
    /// # Errors
    ///
    /// [`PayloadError::Mismatch`] if something of another type is there.
    pub fn get_key<T: DeserializeOwned>(&self, key: &Key<T>) -> Result<Option<T>, PayloadError> {
        self.0.get(key.name).map(|value| T::deserialize(value).map_err(PayloadError::Mismatch)).transpose()
    }

    /// Takes the value under a name out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The JSON object.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// As [`insert`](Self::insert), for values that the SDK itself stores.
    pub(crate) fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The payload without what belongs to the session.
    pub(crate) fn without_reserved(mut self) -> Self {
        self.0.retain(|name, _| !RESERVED_CLAIMS.contains(&name.as_str()));
        self
    }

    /// This payload with another's fields on top.
    pub(crate) fn with(mut self, other: &Self) -> Self {
        self.0.extend(other.0.clone());
        self
    }

    /// This payload with another's fields on top; a `null` there removes the field here.
    pub(crate) fn updated_by(mut self, update: &Self) -> Self {
        for (name, value) in &update.0 {
            if value.is_null() {
                self.0.shift_remove(name);
            } else {
                self.0.insert(name.clone(), value.clone());
            }
        }
        self
    }
}

fn refuse_reserved(name: &str) -> Result<(), PayloadError> {
    if RESERVED_CLAIMS.contains(&name) {
        return Err(PayloadError::Reserved { name: name.to_owned() });
    }
    Ok(())
}

/// A name in a [`Payload`] with the type of its value; made by [`key!`](crate::key).
pub struct Key<T> {
    name: &'static str,
    value: PhantomData<fn(T) -> T>,
}

impl<T> Key<T> {
    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// For [`key!`](crate::key), which calls it while compiling.
    #[doc(hidden)]
    pub const fn checked(name: &'static str) -> Self {
        let mut index = 0;
        while index < RESERVED_CLAIMS.len() {
            #[allow(clippy::indexing_slicing)] // infallible: the loop ends at the length
            let reserved = RESERVED_CLAIMS[index];
            assert!(
                !equal(name.as_bytes(), reserved.as_bytes()),
                "this name is reserved: the session itself uses it in the access token"
            );
            index += 1;
        }
        Self { name, value: PhantomData }
    }
}

/// Makes a typed [`Key`], and refuses a reserved name while compiling.
///
/// ```
/// use supertokens_session::{Key, key};
///
/// const ROLE: Key<String> = key!("role");
/// ```
///
/// ```compile_fail
/// use supertokens_session::{Key, key};
///
/// const ROLE: Key<String> = key!("sub");
/// ```
#[macro_export]
macro_rules! key {
    ($name:literal) => {
        const { $crate::Key::checked($name) }
    };
}

#[allow(clippy::indexing_slicing)] // infallible: the lengths are compared first
const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut index = 0;
    while a.len() == b.len() && index < a.len() && a[index] == b[index] {
        index += 1;
    }
    a.len() == b.len() && index == a.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reserved_names_are_refused_and_nothing_is_changed() {
        for name in RESERVED_CLAIMS {
            let mut payload = Payload::from_data(&json!({"kept": 1})).unwrap();
            assert!(matches!(payload.insert(name, 1), Err(PayloadError::Reserved { .. })), "{name}");
            assert!(payload.merge(&json!({"new": 2, name: 1})).is_err(), "{name}");
            assert_eq!(payload.as_map().len(), 1);
        }
    }

    #[test]
    fn only_objects_are_merged() {
        for value in [json!(null), json!([1]), json!("x")] {
            assert!(matches!(Payload::from_data(&value), Err(PayloadError::NotAnObject { .. })));
        }
    }

    #[test]
    fn null_in_an_update_removes_and_other_values_replace() {
        let payload = Payload::from_data(&json!({"a": 1, "b": 2})).unwrap();
        let update = Payload::from_data(&json!({"a": null, "b": 3, "c": 4, "d": null})).unwrap();
        assert_eq!(payload.updated_by(&update), Payload::from_data(&json!({"b": 3, "c": 4})).unwrap());
    }

    #[test]
    fn a_value_of_another_type_is_an_error_and_an_absent_one_is_none() {
        const COUNT: Key<u32> = key!("count");
        let mut payload = Payload::new();
        assert_eq!(payload.get_key(&COUNT).unwrap(), None);
        payload.insert("count", "three").unwrap();
        assert!(matches!(payload.get_key(&COUNT), Err(PayloadError::Mismatch(_))));
        payload.set(&COUNT, &3).unwrap();
        assert_eq!(payload.get_key(&COUNT).unwrap(), Some(3));
    }
}

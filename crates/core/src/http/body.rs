//! A request's JSON body: RFC 8259, an object, and each field of the type that the interface declares.

use std::borrow::Cow;

use serde_json::{Value, value::RawValue};

use super::reply::ApiError;
use crate::json_object::{JsonObject, MAX_DEPTH, depth_within, is_readable};

/// The fields of a body, unread until asked for.
pub(crate) struct Fields<'b> {
    object: JsonObject<'b>,
}

impl<'b> Fields<'b> {
    /// Reads a body. Anything but an object is `Invalid Json Input`.
    pub(crate) fn parse(body: &'b [u8]) -> Result<Self, ApiError> {
        let invalid = || ApiError::bad_request("Invalid Json Input");
        if body.len() > super::MAX_BODY_BYTES {
            return Err(ApiError::BodyTooLong);
        }
        let text = std::str::from_utf8(body).map_err(|_| invalid())?;
        if !depth_within(text, MAX_DEPTH) {
            return Err(invalid());
        }
        let object = JsonObject::parse(text).ok_or_else(invalid)?;
        if !is_readable(text) {
            return Err(invalid());
        }
        Ok(Self { object })
    }

    /// Whether the field is there, be it `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some()
    }

    /// Whether the field is there and `null`.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| value.get() == "null")
    }

    pub(crate) fn string(&self, name: &str) -> Result<Cow<'b, str>, ApiError> {
        self.optional_string(name)?.ok_or_else(|| ApiError::invalid_field(name))
    }

    pub(crate) fn optional_string(&self, name: &str) -> Result<Option<Cow<'b, str>>, ApiError> {
        self.read(name, |raw| {
            let text = raw.get();
            // Without an escape, what stands between the quotes is the string.
            match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                Some(plain) if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
                Some(_) => serde_json::from_str(text).ok().map(Cow::Owned),
                None => None,
            }
        })
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<bool, ApiError> {
        self.optional_boolean(name)?.ok_or_else(|| ApiError::invalid_field(name))
    }

    pub(crate) fn optional_boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.read(name, |raw| match raw.get() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })
    }

    pub(crate) fn integer(&self, name: &str) -> Result<i64, ApiError> {
        self.optional_integer(name)?.ok_or_else(|| ApiError::invalid_field(name))
    }

    pub(crate) fn optional_integer(&self, name: &str) -> Result<Option<i64>, ApiError> {
        self.read(name, |raw| serde_json::from_str(raw.get()).ok())
    }

    pub(crate) fn object(&self, name: &str) -> Result<JsonObject<'b>, ApiError> {
        self.optional_object(name)?.ok_or_else(|| ApiError::invalid_field(name))
    }

    /// The fields of an object that is a field.
    pub(crate) fn fields(&self, name: &str) -> Result<Fields<'b>, ApiError> {
        Ok(Fields { object: self.object(name)? })
    }

    pub(crate) fn optional_object(&self, name: &str) -> Result<Option<JsonObject<'b>>, ApiError> {
        self.read(name, |raw| JsonObject::parse(raw.get()))
    }

    /// The values of a list, unread.
    pub(crate) fn values(&self, name: &str) -> Result<Vec<&'b RawValue>, ApiError> {
        let list = self.read(name, |raw| serde_json::from_str(raw.get()).ok())?;
        list.ok_or_else(|| ApiError::invalid_field(name))
    }

    pub(crate) fn optional_strings(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        self.read(name, |raw| serde_json::from_str(raw.get()).ok())
    }

    pub(crate) fn optional_value_map(&self, name: &str) -> Result<Option<serde_json::Map<String, Value>>, ApiError> {
        self.read(name, |raw| serde_json::from_str(raw.get()).ok())
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(&'b RawValue) -> Option<T>) -> Result<Option<T>, ApiError> {
        let Some(raw) = self.object.get(name) else { return Ok(None) };
        read(raw).map(Some).ok_or_else(|| ApiError::invalid_field(name))
    }
}

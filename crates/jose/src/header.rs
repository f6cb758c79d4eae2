//! The JOSE header of a token (RFC 7515 §4): four parameters are kept, the rest is skipped, and what could change the
//! meaning of the token is refused.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// How deep values of skipped parameters may nest.
const MAX_DEPTH: u8 = 16;

/// The parameters of a header that are looked at. Nothing in it is to be trusted before the signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Algorithm that the token claims to be signed with.
    pub alg: String,
    /// Id of the key that the token claims to be signed by.
    pub kid: Option<String>,
    /// Media type, `JWT` mostly.
    pub typ: Option<String>,
    /// `version`, with which SuperTokens marks the shape of an access token.
    pub version: Option<HeaderVersion>,
}

/// The value of `version`, which counts only as a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderVersion {
    /// A string.
    Text(String),
    /// A number or any other JSON value.
    NotText,
}

impl HeaderVersion {
    /// The version, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::NotText => None,
        }
    }
}

/// Why a header is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// Not base64url.
    #[error("the token's header is not base64url")]
    Encoding,
    /// No JSON object, or `alg`, `kid` or `typ` is not a string.
    #[error("the token's header is not a JSON object with strings for alg, kid and typ")]
    Malformed,
    /// No `alg`.
    #[error("the token's header has no `alg`")]
    NoAlgorithm,
    /// A parameter twice, which two readers could take differently (RFC 7515 §4).
    #[error("the token's header has a parameter twice")]
    Duplicate,
    /// `crit`: the token demands an extension, and none is supported (RFC 7515 §4.1.11).
    #[error("the token's header demands extensions (`crit`), of which none is supported")]
    Critical,
    /// Nested deeper than any real header.
    #[error("the token's header is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

impl Header {
    /// Reads a header's JSON.
    pub fn parse(json: &[u8]) -> Result<Self, HeaderError> {
        BorrowedHeader::parse(json).map(BorrowedHeader::into_owned)
    }
}

/// A header that borrows from its JSON, for the path that each request takes.
pub(crate) struct BorrowedHeader<'j> {
    pub(crate) alg: Cow<'j, str>,
    kid: Option<Cow<'j, str>>,
    typ: Option<Cow<'j, str>>,
    /// `Some(None)` is a version that is no string.
    version: Option<Option<Cow<'j, str>>>,
}

impl<'j> BorrowedHeader<'j> {
    pub(crate) fn parse(json: &'j [u8]) -> Result<Self, HeaderError> {
        // serde's errors are text; the reason travels beside them.
        let mut reason = HeaderError::Malformed;
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let header = deserializer.deserialize_map(HeaderVisitor { reason: &mut reason }).map_err(|_| reason)?;
        deserializer.end().map_err(|_| HeaderError::Malformed)?;
        Ok(header)
    }

    pub(crate) fn into_owned(self) -> Header {
        Header {
            alg: self.alg.into_owned(),
            kid: self.kid.map(Cow::into_owned),
            typ: self.typ.map(Cow::into_owned),
            version: self.version.map(|version| match version {
                Some(text) => HeaderVersion::Text(text.into_owned()),
                None => HeaderVersion::NotText,
            }),
        }
    }
}

struct HeaderVisitor<'r> {
    reason: &'r mut HeaderError,
}

impl<'j> Visitor<'j> for HeaderVisitor<'_> {
    type Value = BorrowedHeader<'j>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Self { reason } = self;
        let (mut alg, mut kid, mut typ, mut version) = (None, None, None, None);
        let mut skipped = BTreeSet::new();
        while let Some(name) = map.next_key_seed(Text::new(reason))? {
            let name = name.unwrap_or_default();
            let slot = match name.as_ref() {
                "alg" => &mut alg,
                "kid" => &mut kid,
                "typ" => &mut typ,
                "version" => &mut version,
                "crit" => return refuse(reason, HeaderError::Critical),
                _ => {
                    if !skipped.insert(name) {
                        return refuse(reason, HeaderError::Duplicate);
                    }
                    map.next_value_seed(Text::new(reason))?;
                    continue;
                }
            };
            if slot.is_some() {
                return refuse(reason, HeaderError::Duplicate);
            }
            *slot = Some(map.next_value_seed(Text::new(reason))?);
        }
        let Some(alg) = alg else { return refuse(reason, HeaderError::NoAlgorithm) };
        Ok(BorrowedHeader {
            alg: require_text(alg)?,
            kid: kid.map(require_text).transpose()?,
            typ: typ.map(require_text).transpose()?,
            version,
        })
    }
}

fn refuse<T, E: Error>(reason: &mut HeaderError, error: HeaderError) -> Result<T, E> {
    *reason = error;
    Err(E::custom(error))
}

fn require_text<E: Error>(text: Option<Cow<'_, str>>) -> Result<Cow<'_, str>, E> {
    text.ok_or_else(|| E::custom(HeaderError::Malformed))
}

/// Reads a string, borrowed where it has no escapes; any other JSON value becomes `None`.
struct Text<'r> {
    depth: u8,
    reason: &'r mut HeaderError,
}

impl<'r> Text<'r> {
    fn new(reason: &'r mut HeaderError) -> Self {
        Self { depth: MAX_DEPTH, reason }
    }

    fn inner<E: Error>(&mut self) -> Result<Text<'_>, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Text { depth, reason: self.reason }),
            None => refuse(self.reason, HeaderError::TooDeep),
        }
    }
}

impl<'j> DeserializeSeed<'j> for Text<'_> {
    type Value = Option<Cow<'j, str>>;

    fn deserialize<D: Deserializer<'j>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'j> Visitor<'j> for Text<'_> {
    type Value = Option<Cow<'j, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'j str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'j>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element_seed(self.inner()?)?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'j>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_key_seed(self.inner()?)?.is_some() {
            map.next_value_seed(self.inner()?)?;
        }
        Ok(None)
    }
}

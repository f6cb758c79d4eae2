//! A JSON object whose values are kept as they were written, so that large numbers and the order of keys survive.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::{Value, value::RawValue};

/// Up to here, looking through a list beats hashing.
const FEW: usize = 24;

/// How deep a body may nest.
pub(crate) const MAX_DEPTH: usize = 100;

/// The members of an object, in order. No name is there twice.
#[derive(Clone, Default)]
pub(crate) struct JsonObject<'t> {
    members: Vec<(Cow<'t, str>, &'t RawValue)>,
}

impl<'t> JsonObject<'t> {
    /// Reads an object. `None` for anything else, and for one that names a member twice: two readers could take it
    /// differently.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'t RawValue> {
        self.members.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The names of its members, to look for many of them.
    pub(crate) fn names(&self) -> Names<'_> {
        let names = self.members.iter().map(|(key, _)| key.as_ref());
        if self.members.len() > FEW { Names::Many(names.collect()) } else { Names::Few(names.collect()) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'t RawValue)> {
        self.members.iter().map(|(key, value)| (key.as_ref(), *value))
    }

    pub(crate) fn contains_any(&self, names: &[&str]) -> bool {
        self.members.iter().any(|(key, _)| names.contains(&key.as_ref()))
    }

    /// The members that `keep` wants.
    pub(crate) fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self { members: self.members.iter().filter(|(key, _)| keep(key)).cloned().collect() }
    }

    /// The object as text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::from("{");
        for (key, value) in self.iter() {
            if text.len() > 1 {
                text.push(',');
            }
            push_member(&mut text, key, value.get());
        }
        text.push('}');
        text
    }

    /// Whether two objects say the same, whatever the order and the white space.
    pub(crate) fn says_the_same(&self, other: &JsonObject<'_>) -> bool {
        if self.members.len() != other.members.len() {
            return false;
        }
        if self.members.len() > FEW {
            let whole = |object: &JsonObject<'_>| serde_json::from_str::<Value>(&object.to_text()).ok();
            return whole(self) == whole(other);
        }
        self.iter().all(|(key, value)| {
            other.get(key).is_some_and(|other| {
                value.get() == other.get() || parsed(value).is_some_and(|value| Some(value) == parsed(other))
            })
        })
    }
}

/// The names of an object's members.
pub(crate) enum Names<'o> {
    Few(Vec<&'o str>),
    Many(HashSet<&'o str>),
}

impl Names<'_> {
    pub(crate) fn contain(&self, name: &str) -> bool {
        match self {
            Self::Few(names) => names.contains(&name),
            Self::Many(names) => names.contains(name),
        }
    }
}

/// Appends `"key":value` to an object's text.
pub(crate) fn push_member(text: &mut String, key: &str, value: &str) {
    // A string always serializes.
    text.push_str(&serde_json::to_string(key).unwrap_or_default());
    text.push(':');
    text.push_str(value);
}

fn parsed(value: &RawValue) -> Option<Value> {
    serde_json::from_str(value.get()).ok()
}

/// Whether brackets nest at most `limit` deep. To be asked before a parser that goes deeper for each of them.
pub(crate) fn depth_within(text: &str, limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                bytes.next();
            }
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > limit {
                    return false;
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// Whether text that is JSON by its grammar can be read by everybody: an escape may spell half a surrogate pair, and a
/// number may be larger than any reader's, neither of which the grammar forbids.
pub(crate) fn is_readable(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_exponent = bytes.windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'e' | b'E']));
    let suspicious = has_exponent || text.contains("\\u");
    !suspicious || serde_json::from_str::<Value>(text).is_ok()
}

impl<'de: 't, 't> Deserialize<'de> for JsonObject<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = JsonObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                let mut many = HashSet::new();
                while let Some(Name(name)) = map.next_key()? {
                    let is_known = if members.len() < FEW {
                        members.iter().any(|(known, _)| *known == name)
                    } else {
                        if many.is_empty() {
                            many.extend(members.iter().map(|(known, _)| known.clone()));
                        }
                        !many.insert(name.clone())
                    };
                    if is_known {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                    members.push((name, map.next_value()?));
                }
                Ok(JsonObject { members })
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// A member's name, borrowed where it has no escapes.
struct Name<'t>(Cow<'t, str>);

impl<'de: 't, 't> Deserialize<'de> for Name<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl Serialize for JsonObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (key, value) in &self.members {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_written_as_it_was_read() {
        let text = r#"{"b":1.50,"a":[1, 2],"ü\"":{"x":null}}"#;
        assert_eq!(JsonObject::parse(text).unwrap().to_text(), text);
        assert_eq!(JsonObject::parse(" { } ").unwrap().to_text(), "{}");
    }

    #[test]
    fn a_name_twice_is_noticed_among_few_and_among_many() {
        assert!(JsonObject::parse(r#"{"a":1,"a":1}"#).is_none());
        assert!(JsonObject::parse(r#"{"a":1,"\u0061":1}"#).is_none());
        let members: Vec<_> = (0..100).map(|number| format!("\"k{number}\":0")).collect();
        let many = members.join(",");
        assert!(JsonObject::parse(&format!("{{{many}}}")).is_some());
        for repeated in ["k0", "k23", "k24", "k99"] {
            assert!(JsonObject::parse(&format!("{{{many},\"{repeated}\":0}}")).is_none(), "{repeated}");
        }
    }

    #[test]
    fn objects_say_the_same_whatever_their_order_and_white_space() {
        let same =
            |one: &str, other: &str| JsonObject::parse(one).unwrap().says_the_same(&JsonObject::parse(other).unwrap());
        assert!(same(r#"{"a":[1,2],"b":"\u00e9"}"#, r#"{"b" : "é", "a": [1, 2]}"#));
        assert!(!same(r#"{"a":1}"#, r#"{"a":2}"#));
        assert!(!same(r#"{"a":1}"#, r#"{"b":1}"#));
        assert!(!same(r#"{"a":1}"#, r#"{"a":1,"b":1}"#));
        let many = |last: u32| {
            let members: Vec<_> = (0..100).map(|number| format!("\"k{number}\":0")).collect();
            format!("{{{},\"last\":{last}}}", members.join(","))
        };
        assert!(same(&many(1), &many(1)));
        assert!(!same(&many(1), &many(2)));
    }

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        assert!(depth_within(r#"{"a":["[[[\"[["]}"#, 2));
        assert!(!depth_within("[[[", 2));
        assert!(depth_within("[][][]{}", 1));
    }
}

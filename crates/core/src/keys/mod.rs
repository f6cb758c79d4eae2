//! Signing keys of an app: which there are, which one signs, and which are published.

mod ring;
mod store;

pub(crate) use self::{
    ring::{KeyLives, KeyRing, SignerKey, TokenKind},
    store::AppKeys,
};

//! What a stored hash is made with, which its text says.

use super::{argon2::Argon2Hash, bcrypt::BcryptHash, firebase_scrypt::FirebaseScryptHash};

/// A kind of hash, by the name under which one is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashFormat {
    Argon2,
    Bcrypt,
    FirebaseScrypt,
}

/// A hash, read.
pub(crate) enum StoredHash {
    Argon2(Argon2Hash),
    Bcrypt(BcryptHash),
    FirebaseScrypt(FirebaseScryptHash),
}

impl HashFormat {
    /// The kind of that name, whatever the case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "argon2" => Some(Self::Argon2),
            "bcrypt" => Some(Self::Bcrypt),
            "firebase_scrypt" => Some(Self::FirebaseScrypt),
            _ => None,
        }
    }

    /// The kind in the real core's messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Argon2 => "Argon2",
            Self::Bcrypt => "BCrypt",
            Self::FirebaseScrypt => "Firebase SCrypt",
        }
    }
}

impl StoredHash {
    /// Reads a hash. `None` for one that this core could not check a password against.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Argon2Hash::parse(text)
            .map(Self::Argon2)
            .or_else(|| BcryptHash::parse(text).map(Self::Bcrypt))
            .or_else(|| FirebaseScryptHash::parse(text).map(Self::FirebaseScrypt))
    }

    /// Whether checking a password takes no longer than changing threads.
    pub(super) fn is_cheap(&self) -> bool {
        match self {
            Self::Argon2(hash) => hash.is_cheap(),
            Self::Bcrypt(_) | Self::FirebaseScrypt(_) => false,
        }
    }

    pub(crate) fn format(&self) -> HashFormat {
        match self {
            Self::Argon2(_) => HashFormat::Argon2,
            Self::Bcrypt(_) => HashFormat::Bcrypt,
            Self::FirebaseScrypt(_) => HashFormat::FirebaseScrypt,
        }
    }
}

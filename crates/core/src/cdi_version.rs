//! Versions of the core interface (CDI), and which of them this core answers.

use std::fmt;

/// A version of the core interface that this core answers. The order is that of the versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CdiVersion {
    /// 5.4: an access token is promoted on first use; theft is reported, revoking is the caller's job.
    V5_4,
    /// 5.5: as 5.4 for sessions (it changes passkeys only).
    V5_5,
    /// 5.6: a refresh rotates at once, with a grace period for the token before; verifying never writes.
    V5_6,
}

impl CdiVersion {
    /// Every version that is answered, oldest first.
    pub const ALL: [Self; 3] = [Self::V5_4, Self::V5_5, Self::V5_6];

    /// The newest version.
    pub const NEWEST: Self = Self::V5_6;

    /// The version as in the header `cdi-version`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V5_4 => "5.4",
            Self::V5_5 => "5.5",
            Self::V5_6 => "5.6",
        }
    }

    /// The version that is written exactly like `text`: `5.4.0` is not 5.4.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == text)
    }
}

impl fmt::Display for CdiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

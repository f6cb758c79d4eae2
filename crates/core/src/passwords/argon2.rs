//! Argon2, in the text form of the PHC: `$argon2id$v=19$m=87795,t=1,p=2$<salt>$<hash>`.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::PasswordError;
use crate::{config::Config, random};

const ALGORITHM: Algorithm = Algorithm::Argon2id;
const VERSION: Version = Version::V0x13;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// Hashes that would take more memory or time are neither made nor taken from elsewhere: one sign-in must not stop the
/// others.
pub(crate) const MAX_MEMORY_KB: u32 = 1024 * 1024;
pub(crate) const MAX_ITERATIONS: u32 = 100;
const MAX_HASH_BYTES: usize = 128;
/// What fills no more memory than this, all passes together, takes some 50 µs.
const CHEAP_MEMORY_KB: u32 = 64;

/// How new hashes are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Argon2Settings {
    iterations: u32,
    memory_kb: u32,
    parallelism: u32,
}

/// A hash, read.
pub(crate) struct Argon2Hash {
    argon2: Argon2<'static>,
    /// Whether it is of the kind that new ones are.
    is_newest_kind: bool,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Argon2Settings {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            iterations: config.argon2_iterations,
            memory_kb: config.argon2_memory_kb,
            parallelism: config.argon2_parallelism,
        }
    }

    /// Less than eight blocks for each lane is none of the algorithm's settings.
    fn memory_kb(self) -> u32 {
        self.memory_kb.max(self.parallelism.saturating_mul(8))
    }

    pub(super) fn is_cheap(self) -> bool {
        is_cheap(self.memory_kb(), self.iterations)
    }
}

pub(super) fn hash(settings: Argon2Settings, password: &[u8]) -> Result<String, PasswordError> {
    let Argon2Settings { iterations, parallelism, .. } = settings;
    let memory_kb = settings.memory_kb();
    let params = Params::new(memory_kb, iterations, parallelism, Some(HASH_BYTES)).map_err(PasswordError::Argon2)?;
    let argon2 = Argon2::new(ALGORITHM, VERSION, params);
    let salt: [u8; SALT_BYTES] = random::bytes()?;
    let mut hash = Zeroizing::new([0; HASH_BYTES]);
    argon2.hash_password_into(password, &salt, hash.as_mut_slice()).map_err(PasswordError::Argon2)?;
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash.as_slice()));
    Ok(format!("$argon2id$v=19$m={memory_kb},t={iterations},p={parallelism}${salt}${hash}"))
}

impl Argon2Hash {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('$')?.split('$');
        let algorithm = match parts.next()? {
            "argon2id" => Algorithm::Argon2id,
            "argon2i" => Algorithm::Argon2i,
            "argon2d" => Algorithm::Argon2d,
            _ => return None,
        };
        let mut settings = parts.next()?;
        // The first version did not say which one it is.
        let version = match settings.strip_prefix("v=") {
            Some(version) => {
                settings = parts.next()?;
                match version {
                    "19" => Version::V0x13,
                    "16" => Version::V0x10,
                    _ => return None,
                }
            }
            None => Version::V0x10,
        };
        let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        let hash = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        if parts.next().is_some() || salt.len() < argon2::MIN_SALT_LEN || hash.len() > MAX_HASH_BYTES {
            return None;
        }
        let argon2 = Argon2::new(algorithm, version, params(settings, hash.len())?);
        let is_newest_kind = algorithm == ALGORITHM && version == VERSION;
        Some(Self { argon2, is_newest_kind, salt, hash })
    }

    /// Whether a new hash would be made in the same way.
    pub(super) fn is_made_by(&self, settings: Argon2Settings) -> bool {
        let params = self.argon2.params();
        self.is_newest_kind
            && (params.m_cost(), params.t_cost(), params.p_cost())
                == (settings.memory_kb(), settings.iterations, settings.parallelism)
    }

    pub(super) fn is_cheap(&self) -> bool {
        is_cheap(self.argon2.params().m_cost(), self.argon2.params().t_cost())
    }

    pub(super) fn is_of(&self, password: &[u8]) -> Result<bool, PasswordError> {
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        self.argon2.hash_password_into(password, &self.salt, &mut hash).map_err(PasswordError::Argon2)?;
        Ok(hash.ct_eq(&self.hash).into())
    }
}

fn is_cheap(memory_kb: u32, iterations: u32) -> bool {
    memory_kb.saturating_mul(iterations) <= CHEAP_MEMORY_KB
}

/// `m=..,t=..,p=..`
fn params(text: &str, hash_bytes: usize) -> Option<Params> {
    let (mut memory_kb, mut iterations, mut parallelism) = (None, None, None);
    for setting in text.split(',') {
        let (name, value) = setting.split_once('=')?;
        let value: u32 = value.parse().ok()?;
        match name {
            "m" if value <= MAX_MEMORY_KB => memory_kb = Some(value),
            "t" if value <= MAX_ITERATIONS => iterations = Some(value),
            "p" => parallelism = Some(value),
            _ => return None,
        }
    }
    Params::new(memory_kb?, iterations?, parallelism?, Some(hash_bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_its_password_only() {
        let settings = Argon2Settings { iterations: 1, memory_kb: 64, parallelism: 2 };
        let text = hash(settings, "пароль".as_bytes()).unwrap();
        assert!(text.starts_with("$argon2id$v=19$m=64,t=1,p=2$"), "{text}");
        let stored = Argon2Hash::parse(&text).unwrap();
        assert!(stored.is_of("пароль".as_bytes()).unwrap());
        assert!(!stored.is_of(b"wrong").unwrap());
        assert!(!stored.is_of(b"").unwrap());
        assert_ne!(hash(settings, b"a").unwrap(), hash(settings, b"a").unwrap(), "the salt is random");
    }

    /// Written by the reference implementation (`argon2` of phc-winner-argon2): password "password", salt "somesalt".
    #[test]
    fn hashes_of_the_reference_implementation_are_read() {
        for text in [
            "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        ] {
            let stored = Argon2Hash::parse(text).unwrap();
            assert!(stored.is_of(b"password").unwrap(), "{text}");
            assert!(!stored.is_of(b"Password").unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_no_hash_or_would_take_too_much_is_not_read() {
        for text in [
            "",
            "$argon2id",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=256,t=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
            "$argon2id$v=18$m=256,t=2,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
            "$argon2id$v=19$m=256,t=999999,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc$more",
            "$argon2id$v=19$m=256,t=2,p=1$???$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
            "$argon2x$v=19$m=256,t=2,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        ] {
            assert!(Argon2Hash::parse(text).is_none(), "{text}");
        }
    }
}

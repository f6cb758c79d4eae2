//! Passwords: hashing them, and checking them against hashes, which may come from elsewhere.
//!
//! Both take a tenth of a second of a processor and much memory on purpose, so they run in a pool of few threads with a
//! short queue: sign-ins can neither exhaust the memory nor keep other requests waiting. Only hashes as cheap as tests
//! have them, which take no longer than changing threads does, are made where they are asked for.

mod argon2;
mod bcrypt;
mod firebase_scrypt;
mod pool;
mod stored;

use std::{fmt, sync::Arc};

use zeroize::Zeroizing;

use self::{argon2::Argon2Settings, pool::Pool};
pub(crate) use self::{
    argon2::{MAX_ITERATIONS, MAX_MEMORY_KB},
    stored::{HashFormat, StoredHash},
};
use crate::{
    config::{Config, PasswordHashingAlgorithm},
    http::ApiError,
    random::NoRandomness,
};

/// A password as somebody typed it. `Debug` does not show it, and its memory is overwritten when it goes.
pub(crate) struct Password(Zeroizing<String>);

impl Password {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error("a password could not be hashed by argon2: {0}")]
    Argon2(::argon2::Error),
    #[error("a password could not be hashed by bcrypt: {0}")]
    Bcrypt(::bcrypt::BcryptError),
    #[error("a password could not be hashed by firebase's scrypt: its parameters or the signer key are wrong")]
    FirebaseScrypt,
    #[error("a hash by firebase's scrypt cannot be checked: set firebase_password_hashing_signer_key")]
    NoSignerKey,
    #[error("a stored password hash is damaged or of an unknown kind")]
    UnknownHash,
}

/// What came of checking a password.
pub(crate) enum Verified {
    Wrong,
    Right {
        /// The password hashed as the config says today, if the hash was made in another way.
        new_hash: Option<String>,
    },
}

/// What hashes and checks passwords for a core.
pub(crate) struct Passwords {
    pool: Pool,
}

impl Passwords {
    pub(crate) fn new(config: &Config) -> Self {
        Self { pool: Pool::new(config.argon2_hashing_pool_size) }
    }

    /// The hash of a password, as it is stored.
    pub(crate) async fn hash(&self, config: &Arc<Config>, password: Password) -> Result<String, ApiError> {
        let is_cheap = makes_cheap_hashes(config);
        let config = config.clone();
        self.run(is_cheap, move || hash(&config, &password)).await
    }

    /// Whether a password is the one of a hash. Without a hash that it can be checked against it is not, after as much time
    /// as a new hash takes.
    pub(crate) async fn verify(
        &self,
        config: &Arc<Config>,
        password: Arc<Password>,
        hash: Option<Zeroizing<String>>,
    ) -> Result<Verified, ApiError> {
        let hash = hash.map(|hash| StoredHash::parse(&hash).ok_or(PasswordError::UnknownHash));
        let is_cheap = makes_cheap_hashes(config) && !matches!(&hash, Some(Ok(hash)) if !hash.is_cheap());
        let config = config.clone();
        self.run(is_cheap, move || verify(&config, &password, hash)).await
    }

    /// Ends the threads when they have finished what they are at.
    pub(crate) fn close(&self) {
        self.pool.close();
    }

    async fn run<T: Send + 'static>(
        &self,
        is_cheap: bool,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let result = if is_cheap { work() } else { self.pool.run(work).await? };
        result.map_err(|error| ApiError::internal(&error))
    }
}

/// Whether a hash made today is cheap.
fn makes_cheap_hashes(config: &Config) -> bool {
    match config.password_hashing_alg {
        PasswordHashingAlgorithm::Argon2 => Argon2Settings::of(config).is_cheap(),
        PasswordHashingAlgorithm::Bcrypt => false,
    }
}

fn hash(config: &Config, password: &Password) -> Result<String, PasswordError> {
    match config.password_hashing_alg {
        PasswordHashingAlgorithm::Argon2 => argon2::hash(Argon2Settings::of(config), password.as_bytes()),
        PasswordHashingAlgorithm::Bcrypt => bcrypt::hash(config.bcrypt_log_rounds, password.as_bytes()),
    }
}

fn verify(
    config: &Config,
    password: &Password,
    hash: Option<Result<StoredHash, PasswordError>>,
) -> Result<Verified, PasswordError> {
    let checked = hash.map(|hash| check(config, password, &hash?)).transpose();
    match checked {
        Ok(Some(Checked::Wrong)) => Ok(Verified::Wrong),
        Ok(Some(Checked::Right)) => Ok(Verified::Right { new_hash: None }),
        Ok(Some(Checked::RightButOld)) => Ok(Verified::Right { new_hash: Some(self::hash(config, password)?) }),
        Ok(None) => self::hash(config, password).map(|_| Verified::Wrong),
        // Neither the answer nor its time tells that there is such an account.
        Err(error) => {
            tracing::error!(%error, "a password was taken for a wrong one");
            self::hash(config, password).map(|_| Verified::Wrong)
        }
    }
}

/// Whether a password is the one of a hash, and whether the hash is as new ones are.
enum Checked {
    Wrong,
    Right,
    RightButOld,
}

fn check(config: &Config, password: &Password, hash: &StoredHash) -> Result<Checked, PasswordError> {
    let is_right = match hash {
        StoredHash::Argon2(hash) => hash.is_of(password.as_bytes()),
        StoredHash::Bcrypt(hash) => hash.is_of(password.as_bytes()),
        StoredHash::FirebaseScrypt(hash) => {
            let signer_key = config.firebase_password_hashing_signer_key.as_ref().ok_or(PasswordError::NoSignerKey)?;
            hash.is_of(password.as_bytes(), signer_key.as_str())
        }
    }?;
    if !is_right {
        return Ok(Checked::Wrong);
    }
    let is_as_new = match (config.password_hashing_alg, hash) {
        (PasswordHashingAlgorithm::Argon2, StoredHash::Argon2(hash)) => hash.is_made_by(Argon2Settings::of(config)),
        (PasswordHashingAlgorithm::Bcrypt, StoredHash::Bcrypt(hash)) => hash.is_made_by(config.bcrypt_log_rounds),
        _ => false,
    };
    Ok(if is_as_new { Checked::Right } else { Checked::RightButOld })
}

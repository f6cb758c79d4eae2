//! The core's configuration, by the key names of the real core's `config.yaml`.

mod api_keys;
mod secret;
mod settings;
mod sources;

use std::path::PathBuf;

use serde_json::{Map, Value};

use self::settings::{Scope, find};
pub use self::{
    api_keys::{ApiKeyError, ApiKeys},
    secret::Secret,
};
use crate::{
    CdiVersion,
    passwords::{MAX_ITERATIONS, MAX_MEMORY_KB},
    storage::PUBLIC,
};

/// How the reuse of a refresh token that was displaced not long ago is reported (5.6). The session is revoked either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecentTokenReuseBehaviour {
    /// As `TOKEN_THEFT_DETECTED`.
    #[default]
    TokenTheft,
    /// As `UNAUTHORISED`.
    Unauthorised,
}

/// How new passwords are hashed. Existing hashes are read whatever they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordHashingAlgorithm {
    /// Argon2id, which the `argon2_` keys set.
    #[default]
    Argon2,
    /// Bcrypt, which `bcrypt_log_rounds` sets.
    Bcrypt,
}

/// The configuration. Each field has the name and the unit of the real core's key.
///
/// ```
/// use supertokens_core::Config;
///
/// let mut config = Config::default();
/// config.access_token_validity = 600;
/// assert!(config.validate().is_ok());
///
/// let config = Config::from_yaml_str("access_token_validity: 600\nrefresh_token_validity: 60\n")?;
/// assert_eq!(config.refresh_token_validity, 60.0);
/// # Ok::<(), supertokens_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// How long an access token is good, in seconds. 3600 by default.
    pub access_token_validity: u64,
    /// How long a refresh token is good, in minutes. 144,000 (100 days) by default.
    pub refresh_token_validity: f64,
    /// How long the refresh token before the current one is still taken, in seconds (5.6). 30 by default, at most 300.
    pub refresh_token_rotation_grace_period: u64,
    /// The part of its life by which an access token is randomly shortened when it is made (5.6 only), so that clients
    /// do not refresh in step. 0.05 by default, 0 for none, at most 0.25.
    pub access_token_validity_jitter: f64,
    /// How the reuse of a recently displaced refresh token is reported (5.6).
    pub recent_token_reuse_behaviour: RecentTokenReuseBehaviour,
    /// How often the dynamic signing key is replaced, in hours. 168 by default. The older name
    /// `access_token_signing_key_update_interval` is read as well.
    pub access_token_dynamic_signing_key_update_interval: f64,
    /// How new passwords are hashed. By argon2 by default; the real core's default is bcrypt.
    pub password_hashing_alg: PasswordHashingAlgorithm,
    /// How many passes argon2 makes over its memory. 1 by default, at most 100.
    pub argon2_iterations: u32,
    /// How much memory an argon2 hash takes, in KiB. 87,795 (85 MB) by default, at most 1,048,576 (1 GiB).
    pub argon2_memory_kb: u32,
    /// How many lanes argon2 has. 2 by default.
    pub argon2_parallelism: u32,
    /// How many passwords are hashed or checked at once, of whatever kind their hashes are. By default as many as there
    /// are processors but one, which other requests have for themselves.
    pub argon2_hashing_pool_size: Option<usize>,
    /// The base 2 logarithm of bcrypt's rounds. 11 by default.
    pub bcrypt_log_rounds: u32,
    /// The signer key of the Firebase project that password hashes were imported from, in Base64. None by default.
    pub firebase_password_hashing_signer_key: Option<Secret>,
    /// How long a token that resets a password is good, in milliseconds. 3,600,000 (an hour) by default.
    pub password_reset_token_lifetime: u64,
    /// How long a token that verifies an e-mail address is good, in milliseconds. 86,400,000 (a day) by default.
    pub email_verification_token_lifetime: u64,
    /// How long a code or link of a passwordless sign-in is good, in milliseconds. 900,000 (15 minutes) by default.
    pub passwordless_code_lifetime: u64,
    /// How many wrong codes a passwordless sign-in allows before it must be begun anew. 5 by default.
    pub passwordless_max_code_input_attempts: u32,
    /// The keys of which a request must carry one in its header `api-key`. None by default: every request is served.
    pub api_keys: ApiKeys,
    /// A path before all paths of the interface, such as `/core`. Empty by default.
    pub base_path: String,
    /// The newest interface version that is offered, and the one of requests that name none.
    pub supertokens_max_cdi_version: Option<CdiVersion>,
    /// The oldest interface version that is offered.
    pub supertokens_min_cdi_version: Option<CdiVersion>,
    /// The address that the program `supertokens-core` listens on.
    pub host: String,
    /// The port that the program `supertokens-core` listens on.
    pub port: u16,
    /// Allows key intervals and lives that are too short for anything but tests. No key of `config.yaml` sets it.
    pub test_mode: bool,
    ignored: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            access_token_validity: 3600,
            refresh_token_validity: 144_000.0,
            refresh_token_rotation_grace_period: 30,
            access_token_validity_jitter: 0.05,
            recent_token_reuse_behaviour: RecentTokenReuseBehaviour::default(),
            access_token_dynamic_signing_key_update_interval: 168.0,
            password_hashing_alg: PasswordHashingAlgorithm::default(),
            argon2_iterations: 1,
            argon2_memory_kb: 87_795,
            argon2_parallelism: 2,
            argon2_hashing_pool_size: None,
            bcrypt_log_rounds: 11,
            firebase_password_hashing_signer_key: None,
            password_reset_token_lifetime: 3_600_000,
            email_verification_token_lifetime: 86_400_000,
            passwordless_code_lifetime: 900_000,
            passwordless_max_code_input_attempts: 5,
            api_keys: ApiKeys::default(),
            base_path: String::new(),
            supertokens_max_cdi_version: None,
            supertokens_min_cdi_version: None,
            host: "localhost".to_owned(),
            port: 3567,
            test_mode: false,
            ignored: Vec::new(),
        }
    }
}

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("the config file {path} could not be read: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not `key: value`.
    #[error("line {line} of the config is not `key: value`")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// The line's key was there before.
    #[error("line {line} of the config sets {key} a second time")]
    Repeated {
        /// Counted from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A key that the real core does not have.
    #[error("Invalid config key: {key}")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// A key of the real core that would change who is let in, and that this core cannot honour.
    #[error("{key} is not supported by this core, and ignoring it would be unsafe: take it out of the config")]
    Unsupported {
        /// The key.
        key: String,
    },
    /// A value of the wrong type.
    #[error("'{key}' must be of type {expected}")]
    Type {
        /// The key.
        key: String,
        /// The type, as the real core calls it.
        expected: &'static str,
    },
    /// A key that an app or a tenant cannot have a value of its own for.
    #[error("{key} can only be set via the core's base config setting")]
    BaseOnly {
        /// The key.
        key: String,
    },
    /// A key for which all tenants of an app have the app's value.
    #[error("You cannot set different values for {key} for the same appId")]
    AppOnly {
        /// The key.
        key: String,
    },
    /// A value outside its range.
    #[error("{0}")]
    Value(String),
    /// The API keys break a rule.
    #[error(transparent)]
    ApiKeys(#[from] ApiKeyError),
}

impl Config {
    /// Keys that were set and have no effect, because what they configure is not part of this core (yet).
    pub fn ignored_keys(&self) -> &[String] {
        &self.ignored
    }

    /// Checks ranges and how the values fit together.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let fail = |message: &str| Err(ConfigError::Value(message.to_owned()));
        if !(1..=86_400_000).contains(&self.access_token_validity) {
            return fail("'access_token_validity' must be between 1 and 86400000 seconds inclusive.");
        }
        if !self.refresh_token_validity.is_finite() || self.refresh_token_validity > 60_000_000.0 {
            return fail("'refresh_token_validity' must be at most 60000000 minutes.");
        }
        if self.refresh_token_validity * 60.0 <= self.access_token_validity as f64 && !self.test_mode {
            return fail("'refresh_token_validity' must be strictly greater than 'access_token_validity'.");
        }
        if self.refresh_token_validity <= 0.0 {
            return fail("'refresh_token_validity' must be > 0.");
        }
        let interval = self.access_token_dynamic_signing_key_update_interval;
        if !interval.is_finite() || interval > 1_000_000.0 {
            return fail("'access_token_dynamic_signing_key_update_interval' must be at most 1000000 hours.");
        }
        if interval < 1.0 && !self.test_mode {
            return fail("'access_token_dynamic_signing_key_update_interval' must be greater than, equal to 1 hour.");
        }
        if interval <= 0.0 {
            return fail("'access_token_dynamic_signing_key_update_interval' must be > 0.");
        }
        if self.refresh_token_rotation_grace_period > 300 && !self.test_mode {
            return fail("'refresh_token_rotation_grace_period' must be between 0 and 300 seconds inclusive.");
        }
        if !(0.0..=0.25).contains(&self.access_token_validity_jitter) {
            return fail("'access_token_validity_jitter' must be between 0 and 0.25 inclusive.");
        }
        if self.argon2_iterations == 0 {
            return fail("'argon2_iterations' must be >= 1");
        }
        // What is above these bounds could be hashed, and never read again.
        if self.argon2_iterations > MAX_ITERATIONS {
            return fail(&format!("'argon2_iterations' must be at most {MAX_ITERATIONS}"));
        }
        if self.argon2_parallelism == 0 {
            return fail("'argon2_parallelism' must be >= 1");
        }
        if self.argon2_parallelism > 255 {
            return fail("'argon2_parallelism' must be at most 255");
        }
        if self.argon2_memory_kb == 0 {
            return fail("'argon2_memory_kb' must be >= 1");
        }
        if self.argon2_memory_kb > MAX_MEMORY_KB {
            return fail(&format!("'argon2_memory_kb' must be at most {MAX_MEMORY_KB}"));
        }
        if self.argon2_hashing_pool_size == Some(0) {
            return fail("'argon2_hashing_pool_size' must be >= 1");
        }
        if self.bcrypt_log_rounds == 0 {
            return fail("'bcrypt_log_rounds' must be >= 1");
        }
        if self.bcrypt_log_rounds > 16 {
            return fail("'bcrypt_log_rounds' must be at most 16: a sign-in would take minutes");
        }
        // "0" is not among them, whatever the words of the real core say.
        if self.password_reset_token_lifetime == 0 {
            return fail("'password_reset_token_lifetime' must be >= 0");
        }
        if self.email_verification_token_lifetime == 0 {
            return fail("'email_verification_token_lifetime' must be >= 0");
        }
        if self.passwordless_code_lifetime == 0 {
            return fail("'passwordless_code_lifetime' must be > 0");
        }
        if self.passwordless_max_code_input_attempts == 0 {
            return fail("'passwordless_max_code_input_attempts' must be > 0");
        }
        if self.base_path.contains(|c: char| c.is_whitespace() || c == '?' || c == '#') {
            return fail("Invalid characters in base_path config");
        }
        if self.supertokens_min_cdi_version.is_some_and(|min| min > self.newest_version()) {
            return fail("supertokens_min_cdi_version cannot be greater than supertokens_max_cdi_version");
        }
        Ok(())
    }

    /// The configuration of an app or a tenant: this one with the keys of a `coreConfig` over it.
    pub(crate) fn overlaid(&self, core_config: &Map<String, Value>) -> Result<Self, ConfigError> {
        let mut config = self.clone();
        for (key, value) in core_config {
            config.set(key, value)?;
        }
        config.validate()?;
        Ok(config)
    }

    /// Checks the `coreConfig` of an app's tenant `public` against the core's configuration, which `self` is then, or that
    /// of another tenant against its app's.
    pub(crate) fn check_core_config(
        &self,
        tenant_id: &str,
        core_config: &Map<String, Value>,
    ) -> Result<(), ConfigError> {
        let mut settings = Vec::with_capacity(core_config.len());
        for (key, value) in core_config {
            settings.push((find(key).ok_or_else(|| ConfigError::UnknownKey { key: key.clone() })?, value));
        }
        if let Some((setting, _)) = settings.iter().find(|(setting, _)| setting.scope == Scope::Base) {
            return Err(ConfigError::BaseOnly { key: setting.name.to_owned() });
        }
        self.overlaid(core_config)?;
        if tenant_id == PUBLIC {
            return Ok(());
        }
        // A tenant may repeat its app's value.
        for (setting, value) in settings.into_iter().filter(|(setting, _)| setting.scope == Scope::App) {
            let mut with_this = self.clone();
            with_this.set(setting.name, value)?;
            with_this.ignored.clone_from(&self.ignored);
            if with_this != *self {
                return Err(ConfigError::AppOnly { key: setting.name.to_owned() });
            }
        }
        Ok(())
    }

    /// The version of requests that name none.
    pub(crate) fn newest_version(&self) -> CdiVersion {
        self.supertokens_max_cdi_version.unwrap_or(CdiVersion::NEWEST)
    }

    /// The versions that are offered.
    pub(crate) fn versions(&self) -> impl Iterator<Item = CdiVersion> {
        let newest = self.newest_version();
        let oldest = self.supertokens_min_cdi_version;
        CdiVersion::ALL
            .into_iter()
            .filter(move |version| *version <= newest && oldest.is_none_or(|min| *version >= min))
    }

    pub(crate) fn access_token_validity_ms(&self) -> u64 {
        self.access_token_validity.saturating_mul(1000)
    }

    pub(crate) fn refresh_token_validity_ms(&self) -> u64 {
        // Validated to be finite and above zero; `as` saturates.
        (self.refresh_token_validity * 60_000.0) as u64
    }

    pub(crate) fn grace_period_ms(&self) -> u64 {
        self.refresh_token_rotation_grace_period.saturating_mul(1000)
    }

    pub(crate) fn key_update_interval_ms(&self) -> u64 {
        (self.access_token_dynamic_signing_key_update_interval * 3_600_000.0) as u64
    }
}

#[cfg(test)]
mod tests;

//! Every key of the real core's configuration (12.x, `CoreConfig.java`): its type, who may set it, and what this core
//! does with it.

use serde_json::{Number, Value};

use super::{ApiKeys, Config, ConfigError, PasswordHashingAlgorithm, RecentTokenReuseBehaviour, Secret};
use crate::CdiVersion;

/// A key of the configuration.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) scope: Scope,
    pub(crate) support: Support,
}

/// The type of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    Int,
    Long,
    Double,
    Text,
}

/// Who may set a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Only the core's own configuration.
    Base,
    /// An app too, for all its tenants.
    App,
    /// A tenant too.
    Tenant,
}

/// What this core does with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    Used,
    /// What it configures is not part of this core (yet): accepted, with a warning.
    Ignored,
    /// It decides who is let in, and this core cannot honour it.
    Refused,
}

impl Kind {
    /// The name of the type in the real core's messages.
    fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Double => "double",
            Self::Text => "String",
        }
    }

    /// The value as one of this type; `None` if it is none. As in the real core (`ConfigMapper.java`), a text may say a
    /// number or a boolean, and JSON has one kind of number, so `1.0` is an integer too.
    fn read(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            (Self::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            (Self::Boolean, value) => value.is_boolean().then(|| value.clone()),
            (Self::Int | Self::Long, value) => {
                let number = match value {
                    Value::String(text) => text.parse().ok()?,
                    value => integer(value)?,
                };
                (self == Self::Long || i32::try_from(number).is_ok()).then(|| number.into())
            }
            (Self::Double, Value::String(text)) => Number::from_f64(text.trim().parse().ok()?).map(Value::Number),
            (Self::Double, value) => value.is_number().then(|| value.clone()),
            (Self::Text, Value::Number(_) | Value::Bool(_)) => Some(value.to_string().into()),
            (Self::Text, value) => value.is_string().then(|| value.clone()),
        }
    }
}

const fn setting(name: &'static str, kind: Kind, scope: Scope, support: Support) -> Setting {
    Setting { name, kind, scope, support }
}

#[rustfmt::skip]
const SETTINGS: &[Setting] = &[
    setting("access_token_blacklisting", Kind::Boolean, Scope::App, Support::Ignored),
    setting("access_token_dynamic_signing_key_update_interval", Kind::Double, Scope::App, Support::Used),
    setting("access_token_signing_key_dynamic", Kind::Boolean, Scope::App, Support::Ignored),
    setting("access_token_validity", Kind::Long, Scope::App, Support::Used),
    setting("access_token_validity_jitter", Kind::Double, Scope::App, Support::Used),
    setting("api_keys", Kind::Text, Scope::App, Support::Used),
    setting("argon2_hashing_pool_size", Kind::Int, Scope::Base, Support::Used),
    setting("argon2_iterations", Kind::Int, Scope::Base, Support::Used),
    setting("argon2_memory_kb", Kind::Int, Scope::Base, Support::Used),
    setting("argon2_parallelism", Kind::Int, Scope::Base, Support::Used),
    setting("base_path", Kind::Text, Scope::Base, Support::Used),
    setting("bcrypt_log_rounds", Kind::Int, Scope::Base, Support::Used),
    setting("bulk_migration_batch_size", Kind::Int, Scope::App, Support::Ignored),
    setting("bulk_migration_parallelism", Kind::Int, Scope::App, Support::Ignored),
    setting("bulk_migration_sleep_between_rounds_in_batch_ms", Kind::Int, Scope::App, Support::Ignored),
    setting("core_config_version", Kind::Int, Scope::Tenant, Support::Used),
    setting("deadlock_logger_enable", Kind::Boolean, Scope::Base, Support::Ignored),
    setting("disable_telemetry", Kind::Boolean, Scope::App, Support::Used),
    setting("email_verification_token_lifetime", Kind::Long, Scope::Tenant, Support::Used),
    setting("error_log_path", Kind::Text, Scope::Base, Support::Ignored),
    setting("firebase_password_hashing_pool_size", Kind::Int, Scope::Base, Support::Ignored),
    setting("firebase_password_hashing_signer_key", Kind::Text, Scope::App, Support::Used),
    setting("host", Kind::Text, Scope::Base, Support::Used),
    setting("info_log_path", Kind::Text, Scope::Base, Support::Ignored),
    setting("ip_allow_regex", Kind::Text, Scope::Tenant, Support::Refused),
    setting("ip_deny_regex", Kind::Text, Scope::Tenant, Support::Refused),
    setting("log_level", Kind::Text, Scope::Base, Support::Ignored),
    setting("max_server_pool_size", Kind::Int, Scope::Base, Support::Ignored),
    setting("oauth_client_secret_encryption_key", Kind::Text, Scope::Base, Support::Ignored),
    setting("oauth_provider_admin_service_url", Kind::Text, Scope::App, Support::Ignored),
    setting("oauth_provider_consent_login_base_url", Kind::Text, Scope::App, Support::Ignored),
    setting("oauth_provider_public_service_url", Kind::Text, Scope::App, Support::Ignored),
    setting("oauth_provider_url_configured_in_oauth_provider", Kind::Text, Scope::App, Support::Ignored),
    setting("otel_collector_connection_uri", Kind::Text, Scope::Base, Support::Ignored),
    setting("password_hashing_alg", Kind::Text, Scope::App, Support::Used),
    setting("password_reset_token_lifetime", Kind::Long, Scope::Tenant, Support::Used),
    setting("passwordless_code_lifetime", Kind::Long, Scope::Tenant, Support::Used),
    setting("passwordless_max_code_input_attempts", Kind::Int, Scope::Tenant, Support::Used),
    setting("port", Kind::Int, Scope::Base, Support::Used),
    setting("recent_token_reuse_behaviour", Kind::Text, Scope::Base, Support::Used),
    setting("refresh_token_rotation_grace_period", Kind::Int, Scope::App, Support::Used),
    setting("refresh_token_validity", Kind::Double, Scope::App, Support::Used),
    setting("saml_claims_validity", Kind::Long, Scope::Tenant, Support::Ignored),
    setting("saml_legacy_acs_url", Kind::Text, Scope::App, Support::Ignored),
    setting("saml_relay_state_validity", Kind::Long, Scope::Tenant, Support::Ignored),
    setting("saml_sp_entity_id", Kind::Text, Scope::Tenant, Support::Ignored),
    setting("supertokens_max_cdi_version", Kind::Text, Scope::App, Support::Used),
    setting("supertokens_min_cdi_version", Kind::Text, Scope::App, Support::Used),
    setting("supertokens_saas_load_only_cud", Kind::Text, Scope::Base, Support::Refused),
    setting("supertokens_saas_secret", Kind::Text, Scope::Base, Support::Refused),
    setting("totp_max_attempts", Kind::Int, Scope::Tenant, Support::Ignored),
    setting("totp_rate_limit_cooldown_sec", Kind::Int, Scope::Tenant, Support::Ignored),
    setting("webauthn_recover_account_token_lifetime", Kind::Long, Scope::App, Support::Ignored),
    setting("webserver_https_enabled", Kind::Boolean, Scope::Base, Support::Refused),
];

/// Keys of later recipes whose values must be above zero, and how the real core says so.
#[rustfmt::skip]
const POSITIVE: &[(&str, &str)] = &[
    ("totp_max_attempts", "'totp_max_attempts' must be > 0"),
    ("totp_rate_limit_cooldown_sec", "'totp_rate_limit_cooldown_sec' must be > 0"),
    ("webauthn_recover_account_token_lifetime", "Provided webauthn_recover_account_token_lifetime must be > 0"),
];

/// All keys.
pub(super) fn all() -> &'static [Setting] {
    SETTINGS
}

/// The key of that name, or of that older name.
pub(crate) fn find(name: &str) -> Option<&'static Setting> {
    let name = match name {
        "access_token_signing_key_update_interval" => "access_token_dynamic_signing_key_update_interval",
        name => name,
    };
    SETTINGS.iter().find(|setting| setting.name == name)
}

impl Config {
    /// Sets one key, checking the value's type. `null` leaves the default.
    pub(super) fn set(&mut self, key: &str, value: &Value) -> Result<(), ConfigError> {
        let setting = find(key).ok_or_else(|| ConfigError::UnknownKey { key: key.to_owned() })?;
        if value.is_null() {
            return Ok(());
        }
        let Some(value) = setting.kind.read(value) else {
            return Err(ConfigError::Type { key: setting.name.to_owned(), expected: setting.kind.name() });
        };
        match setting.support {
            Support::Used => self.set_used(setting.name, &value),
            Support::Ignored => self.set_ignored(setting.name, &value),
            // Switched off is what this core does anyway.
            Support::Refused if value == Value::Bool(false) || value == "" => Ok(()),
            Support::Refused => Err(ConfigError::Unsupported { key: setting.name.to_owned() }),
        }
    }

    fn set_used(&mut self, name: &str, value: &Value) -> Result<(), ConfigError> {
        let text = value.as_str().unwrap_or_default();
        let number = value.as_f64().unwrap_or_default();
        // A negative number fails the range check as 0 does, with the same message.
        let whole = || u64::try_from(integer(value).unwrap_or_default()).unwrap_or_default();
        match name {
            "access_token_validity" => self.access_token_validity = whole(),
            "refresh_token_validity" => self.refresh_token_validity = number,
            "refresh_token_rotation_grace_period" => {
                self.refresh_token_rotation_grace_period = if number < 0.0 { u64::MAX } else { whole() };
            }
            "access_token_validity_jitter" => self.access_token_validity_jitter = number,
            "access_token_dynamic_signing_key_update_interval" => {
                self.access_token_dynamic_signing_key_update_interval = number;
            }
            "password_hashing_alg" => self.password_hashing_alg = hashing_algorithm(text)?,
            // These are `int`s.
            "argon2_iterations" => self.argon2_iterations = u32::try_from(whole()).unwrap_or_default(),
            "argon2_memory_kb" => self.argon2_memory_kb = u32::try_from(whole()).unwrap_or_default(),
            "argon2_parallelism" => self.argon2_parallelism = u32::try_from(whole()).unwrap_or_default(),
            "argon2_hashing_pool_size" => {
                self.argon2_hashing_pool_size = Some(usize::try_from(whole()).unwrap_or_default());
            }
            "bcrypt_log_rounds" => self.bcrypt_log_rounds = u32::try_from(whole()).unwrap_or_default(),
            "firebase_password_hashing_signer_key" => {
                self.firebase_password_hashing_signer_key = Some(Secret::new(text));
            }
            "password_reset_token_lifetime" => self.password_reset_token_lifetime = whole(),
            "email_verification_token_lifetime" => self.email_verification_token_lifetime = whole(),
            "passwordless_code_lifetime" => self.passwordless_code_lifetime = whole(),
            "passwordless_max_code_input_attempts" => {
                // The value is an `int`.
                self.passwordless_max_code_input_attempts = u32::try_from(whole()).unwrap_or_default();
            }
            "recent_token_reuse_behaviour" => self.recent_token_reuse_behaviour = reuse_behaviour(text)?,
            "api_keys" => self.api_keys = ApiKeys::parse(text)?,
            "base_path" => self.base_path = text.to_owned(),
            "supertokens_max_cdi_version" => self.supertokens_max_cdi_version = Some(version(name, text)?),
            "supertokens_min_cdi_version" => self.supertokens_min_cdi_version = Some(version(name, text)?),
            "host" => self.host = text.to_owned(),
            "port" => {
                self.port = u16::try_from(integer(value).unwrap_or_default())
                    .map_err(|_| ConfigError::Value("'port' must be between 0 and 65535".to_owned()))?;
            }
            // core_config_version and disable_telemetry: this core reads every version, and sends nothing anywhere.
            _ => {}
        }
        Ok(())
    }

    fn set_ignored(&mut self, name: &str, value: &Value) -> Result<(), ConfigError> {
        let positive = POSITIVE.iter().find(|(key, _)| *key == name);
        if let Some((_, message)) = positive
            && integer(value).is_some_and(|number| number <= 0)
        {
            return Err(ConfigError::Value((*message).to_owned()));
        }
        if !self.ignored.iter().any(|key| key == name) {
            self.ignored.push(name.to_owned());
        }
        Ok(())
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        // Exact for every integer that a double holds.
        (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
    })
}

fn reuse_behaviour(text: &str) -> Result<RecentTokenReuseBehaviour, ConfigError> {
    match text.trim().to_ascii_uppercase().as_str() {
        "TOKEN_THEFT" => Ok(RecentTokenReuseBehaviour::TokenTheft),
        "UNAUTHORISED" => Ok(RecentTokenReuseBehaviour::Unauthorised),
        _ => Err(ConfigError::Value(
            "recent_token_reuse_behaviour property is not set correctly. It must be one of [TOKEN_THEFT, UNAUTHORISED]"
                .to_owned(),
        )),
    }
}

fn hashing_algorithm(text: &str) -> Result<PasswordHashingAlgorithm, ConfigError> {
    match text.trim().to_ascii_uppercase().as_str() {
        "ARGON2" => Ok(PasswordHashingAlgorithm::Argon2),
        "BCRYPT" => Ok(PasswordHashingAlgorithm::Bcrypt),
        _ => Err(ConfigError::Value("'password_hashing_alg' must be one of 'ARGON2' or 'BCRYPT'".to_owned())),
    }
}

fn version(name: &str, text: &str) -> Result<CdiVersion, ConfigError> {
    CdiVersion::parse(text).ok_or_else(|| {
        let offered = CdiVersion::ALL.map(CdiVersion::as_str).join(", ");
        ConfigError::Value(format!("{name} is not a supported version: expected one of {offered}"))
    })
}

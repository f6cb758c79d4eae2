//! What a configuration may say.

use super::*;

fn yaml_error(text: &str) -> String {
    Config::from_yaml_str(text).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_valid_and_those_of_the_real_core() {
    let config = Config::default();
    config.validate().unwrap();
    assert_eq!(config.access_token_validity_ms(), 3_600_000);
    assert_eq!(config.refresh_token_validity_ms(), 100 * 86_400_000);
    assert_eq!(config.key_update_interval_ms(), 7 * 86_400_000);
    assert_eq!(config.grace_period_ms(), 30_000);
}

#[test]
fn a_config_file_sets_what_it_names() {
    let config = Config::from_yaml_str(
        "# a comment\ncore_config_version: 0\n\naccess_token_validity: 60   # seconds\nrefresh_token_validity: 2.5\n\
         recent_token_reuse_behaviour: \"unauthorised\"\napi_keys: 'first-key-0123456789, second-key=0123456789'\n\
         base_path: /core\naccess_token_signing_key_update_interval: 24\nsupertokens_max_cdi_version: 5.5\nport:\n",
    )
    .unwrap();
    assert_eq!(config.access_token_validity, 60);
    assert_eq!(config.refresh_token_validity, 2.5);
    assert_eq!(config.recent_token_reuse_behaviour, RecentTokenReuseBehaviour::Unauthorised);
    assert!(config.api_keys.accept(b"second-key=0123456789"));
    assert!(!config.api_keys.accept(b"second-key=012345678"));
    assert_eq!(config.base_path, "/core");
    assert_eq!(config.access_token_dynamic_signing_key_update_interval, 24.0);
    assert_eq!(config.newest_version(), CdiVersion::V5_5);
    assert_eq!(config.port, 3567);
    assert!(config.ignored_keys().is_empty());
}

#[test]
fn a_wrong_config_file_is_refused_with_the_reason() {
    assert_eq!(yaml_error("access_token_validty: 60"), "Invalid config key: access_token_validty");
    assert_eq!(yaml_error("access_token_validity: soon"), "'access_token_validity' must be of type long");
    assert_eq!(yaml_error("access_token_validity: 1.5"), "'access_token_validity' must be of type long");
    assert_eq!(yaml_error("disable_telemetry: 1"), "'disable_telemetry' must be of type boolean");
    assert_eq!(yaml_error("\naccess_token_validity 60"), "line 2 of the config is not `key: value`");
    assert_eq!(yaml_error("host: \"open"), "line 1 of the config is not `key: value`");
    assert_eq!(yaml_error("port: 1\nport: 2"), "line 2 of the config sets port a second time");
    assert!(yaml_error("ip_allow_regex: 127.*").contains("not supported by this core"));
    assert!(yaml_error("access_token_validity: 0").contains("between 1 and 86400000 seconds"));
    assert!(yaml_error("access_token_validity: -5").contains("between 1 and 86400000 seconds"));
    assert!(yaml_error("refresh_token_validity: 60").contains("strictly greater than 'access_token_validity'"));
    assert!(yaml_error("access_token_dynamic_signing_key_update_interval: 0.5").contains("1 hour"));
    assert!(yaml_error("refresh_token_rotation_grace_period: 301").contains("between 0 and 300"));
    assert!(yaml_error("refresh_token_rotation_grace_period: -1").contains("between 0 and 300"));
    for port in ["-1", "65536"] {
        assert_eq!(yaml_error(&format!("port: {port}")), "'port' must be between 0 and 65535");
    }
    assert!(yaml_error("access_token_validity_jitter: 0.3").contains("between 0 and 0.25"));
    assert!(yaml_error("supertokens_max_cdi_version: 5.3").contains("5.4, 5.5, 5.6"));
    assert!(
        yaml_error("supertokens_max_cdi_version: 5.4\nsupertokens_min_cdi_version: 5.5").contains("cannot be greater")
    );
    assert!(yaml_error("api_keys: short").contains("too short"));
    assert!(yaml_error("api_keys: this_has_underscores_in_it").contains("Invalid characters in API key"));
    assert_eq!(yaml_error("password_hashing_alg: md5"), "'password_hashing_alg' must be one of 'ARGON2' or 'BCRYPT'");
    for key in ["argon2_iterations", "argon2_memory_kb", "argon2_parallelism", "argon2_hashing_pool_size"] {
        for number in [0, -1] {
            assert_eq!(yaml_error(&format!("{key}: {number}")), format!("'{key}' must be >= 1"));
        }
    }
    // A hash by more than these is not read again.
    for (key, most) in [("argon2_iterations", 100), ("argon2_memory_kb", 1_048_576)] {
        Config::from_yaml_str(&format!("{key}: {most}")).unwrap();
        assert_eq!(yaml_error(&format!("{key}: {}", most + 1)), format!("'{key}' must be at most {most}"));
    }
    assert_eq!(yaml_error("bcrypt_log_rounds: 0"), "'bcrypt_log_rounds' must be >= 1");
    assert!(yaml_error("bcrypt_log_rounds: 17").contains("at most 16"));
    assert!(yaml_error("base_path: a b").contains("base_path"));
}

#[test]
fn keys_of_features_that_are_not_there_are_named_as_ignored() {
    let config = Config::from_yaml_str("totp_max_attempts: 12\nmax_server_pool_size: 20\n").unwrap();
    assert_eq!(config.ignored_keys(), ["totp_max_attempts", "max_server_pool_size"]);
}

#[test]
fn the_environment_sets_keys_by_their_names_in_capitals() {
    let mut config = Config::default();
    config
        .apply_variables(|name| match name {
            "ACCESS_TOKEN_VALIDITY" => Some("120".to_owned()),
            "SUPERTOKENS_PORT" => Some("4000".to_owned()),
            "API_KEYS" => Some("\"quoted-key-0123456789\"".to_owned()),
            "REFRESH_TOKEN_VALIDITY" => Some(String::new()),
            _ => None,
        })
        .unwrap();
    assert_eq!(config.access_token_validity, 120);
    assert_eq!(config.port, 4000);
    assert!(config.api_keys.accept(b"quoted-key-0123456789"));
    assert_eq!(config.refresh_token_validity, 144_000.0);
}

#[test]
fn test_mode_allows_lives_that_are_too_short_otherwise() {
    let mut config = Config {
        access_token_dynamic_signing_key_update_interval: 0.001,
        refresh_token_validity: 0.01,
        ..Config::default()
    };
    assert!(config.validate().is_err());
    config.test_mode = true;
    config.validate().unwrap();
    config.access_token_dynamic_signing_key_update_interval = f64::NAN;
    assert!(config.validate().is_err());
}

#[test]
fn sources_are_laid_over_each_other_and_validated_as_one() {
    let mut config = Config::default();
    config.apply_yaml_str("access_token_validity: 7200\nrefresh_token_validity: 100\nport: 4000\n").unwrap();
    assert!(config.validate().is_err(), "refresh tokens would live for less than access tokens");
    config.apply_variables(|name| (name == "REFRESH_TOKEN_VALIDITY").then(|| "200".to_owned())).unwrap();
    config.validate().unwrap();
    assert_eq!((config.access_token_validity, config.refresh_token_validity, config.port), (7200, 200.0, 4000));

    config.apply_yaml_str("access_token_dynamic_signing_key_update_interval: 0.001").unwrap();
    assert!(config.validate().is_err());
    config.test_mode = true;
    config.validate().unwrap();
}

#[test]
fn no_key_shows_in_debug() {
    let yaml = "api_keys: very-secret-key-0123456789\nfirebase_password_hashing_signer_key: very-secret\n";
    let config = Config::from_yaml_str(yaml).unwrap();
    assert!(!format!("{config:?}").contains("very-secret"));
}

#[test]
fn an_apps_settings_lie_over_the_cores() {
    let overlay = |json: &str| Config::default().overlaid(&serde_json::from_str(json).unwrap());
    assert_eq!(overlay(r#"{"access_token_validity": 4}"#).unwrap().access_token_validity, 4);
    let message = |json: &str| overlay(json).unwrap_err().to_string();
    assert_eq!(message(r#"{"password_reset_token_lifetime": -1}"#), "'password_reset_token_lifetime' must be >= 0");
    assert_eq!(message(r#"{"access_token_validity": true}"#), "'access_token_validity' must be of type long");
}

#[test]
fn numbers_and_booleans_may_come_as_texts() {
    let overlay = |json: &str| Config::default().overlaid(&serde_json::from_str(json).unwrap());
    let read = overlay(r#"{"access_token_validity": "4", "access_token_validity_jitter": "0.2"}"#).unwrap();
    assert_eq!((read.access_token_validity, read.access_token_validity_jitter), (4, 0.2));
    overlay(r#"{"disable_telemetry": "TRUE", "base_path": 7, "refresh_token_rotation_grace_period": 7.0}"#).unwrap();
    for (json, message) in [
        (r#"{"access_token_validity": "4.0"}"#, "'access_token_validity' must be of type long"),
        (r#"{"access_token_validity": ""}"#, "'access_token_validity' must be of type long"),
        (r#"{"access_token_validity_jitter": "NaN"}"#, "'access_token_validity_jitter' must be of type double"),
        (
            r#"{"refresh_token_rotation_grace_period": "3000000000"}"#,
            "'refresh_token_rotation_grace_period' must be of type int",
        ),
        (r#"{"disable_telemetry": "yes"}"#, "'disable_telemetry' must be of type boolean"),
        (r#"{"base_path": []}"#, "'base_path' must be of type String"),
    ] {
        assert_eq!(overlay(json).unwrap_err().to_string(), message);
    }
}

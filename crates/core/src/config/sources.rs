//! Where a configuration comes from: a `config.yaml`, or the environment.

use std::{collections::HashSet, path::Path};

use serde_json::Value;

use super::{
    Config, ConfigError,
    settings::{self, Kind, find},
};

impl Config {
    /// Reads a `config.yaml` of the real core: flat lines `key: value`, comments after `#`.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        config.apply_file(path)?;
        config.validate()?;
        Ok(config)
    }

    /// Reads the text of a `config.yaml`. Keys without a value keep their default.
    pub fn from_yaml_str(text: &str) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        config.apply_yaml_str(text)?;
        config.validate()?;
        Ok(config)
    }

    /// Sets what a `config.yaml` names over what is set already; see [`Config::from_file`]. The result is not validated.
    pub fn apply_file(&mut self, path: impl AsRef<Path>) -> Result<(), ConfigError> {
        let path = path.as_ref();
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        self.apply_yaml_str(&text)
    }

    /// Sets what the text of a `config.yaml` names over what is set already; see [`Config::from_yaml_str`]. The result is
    /// not validated.
    pub fn apply_yaml_str(&mut self, text: &str) -> Result<(), ConfigError> {
        let mut seen = HashSet::new();
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') || content == "---" {
                continue;
            }
            // An indented line belongs to a nested value, which the format does not have.
            let (key, value) = content
                .split_once(':')
                .filter(|_| !line.starts_with(char::is_whitespace))
                .ok_or(ConfigError::Line { line: line_number })?;
            let key = key.trim_end();
            if !seen.insert(key) {
                return Err(ConfigError::Repeated { line: line_number, key: key.to_owned() });
            }
            let value = scalar(value).ok_or(ConfigError::Line { line: line_number })?;
            self.set_text(key, value)?;
        }
        Ok(())
    }

    /// Reads the environment variables that the real core's docker image has: the key's name in capitals, and
    /// `SUPERTOKENS_HOST` and `SUPERTOKENS_PORT`. Empty ones count as absent.
    pub fn from_env() -> Result<Self, ConfigError> {
        let mut config = Self::default();
        config.apply_env()?;
        config.validate()?;
        Ok(config)
    }

    /// Sets what the environment names over what is set already; see [`Config::from_env`]. The result is not validated.
    pub fn apply_env(&mut self) -> Result<(), ConfigError> {
        self.apply_variables(|name| std::env::var(name).ok())
    }

    pub(super) fn apply_variables(&mut self, variable: impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        for setting in settings::all() {
            let name = match setting.name {
                "host" => "SUPERTOKENS_HOST".to_owned(),
                "port" => "SUPERTOKENS_PORT".to_owned(),
                // Names that mean other things in an environment, and that the real core does not read from it.
                "core_config_version" | "webserver_https_enabled" => continue,
                name => name.to_ascii_uppercase(),
            };
            match variable(&name) {
                Some(text) if !text.is_empty() => self.set_text(setting.name, unquoted(&text))?,
                _ => {}
            }
        }
        Ok(())
    }

    fn set_text(&mut self, key: &str, text: &str) -> Result<(), ConfigError> {
        let setting = find(key).ok_or_else(|| ConfigError::UnknownKey { key: key.to_owned() })?;
        if text.is_empty() || text == "null" {
            return Ok(());
        }
        let value = match setting.kind {
            Kind::Text => Value::from(text),
            Kind::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                // `set` says what was expected.
                _ => Value::from(text),
            },
            Kind::Int | Kind::Long | Kind::Double => {
                serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| Value::from(text), Value::Number)
            }
        };
        self.set(key, &value)
    }
}

/// The text of a YAML scalar, without quotes and without a comment after it. `None` if a quote is left open.
fn scalar(text: &str) -> Option<&str> {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            let (value, after) = rest.split_once(quote)?;
            let after = after.trim_start();
            return (after.is_empty() || after.starts_with('#')).then_some(value);
        }
    }
    if text.starts_with('#') {
        return Some("");
    }
    Some(text.find(" #").map_or(text, |comment| text.get(..comment).unwrap_or(text)).trim_end())
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

//! The command line, and the configuration that it stands over.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use supertokens_core::Config;
use supertokens_core_sqlite::Synchronous;
use tracing_subscriber::filter::Targets;

use crate::error::StartError;

const AFTER_HELP: &str = "\
Environment:
  API_KEYS            the keys of which clients must send one, separated by commas, each of at least 20 characters
  SUPERTOKENS_HOST    as --host
  SUPERTOKENS_PORT    as --port
  and every other key of config.yaml, in capitals: ACCESS_TOKEN_VALIDITY, REFRESH_TOKEN_VALIDITY, BASE_PATH, ...

The command line comes before the environment, and that before the config file.
Without an API key the program listens on this machine's loopback addresses only. It speaks plain HTTP: beyond one
machine, put a proxy with TLS in front of it. SIGTERM and SIGINT end it after the requests that are under way.";

/// A SuperTokens core in one program with one database file: the core interface 5.4 to 5.6 over HTTP.
#[derive(Debug, Parser)]
#[command(name = "supertokens-core", version, about, after_help = AFTER_HELP)]
pub(crate) struct Options {
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) host: Option<String>,

    /// The port to listen on, 0 for any free one [default: 3567]
    #[arg(long)]
    pub(crate) port: Option<u16>,

    /// The database file, made if it is not there; `:memory:` for a database that ends with the program
    #[arg(long, value_name = "FILE", env = "SUPERTOKENS_DATABASE", default_value = "supertokens.db")]
    pub(crate) database: PathBuf,

    /// The real core's config.yaml: flat lines `key: value`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What a write waits for: the operating system, which survives the end of the program at any moment, or the disk,
    /// which survives a power cut too
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Durability::Normal)]
    pub(crate) synchronous: Durability,

    /// What is logged: error, warn, info, debug, trace or off, also for single parts (`info,supertokens_core=debug`)
    #[arg(long, value_name = "LEVEL", env = "RUST_LOG", default_value = "info")]
    pub(crate) log_level: Targets,

    /// Allow lives of tokens and keys that are too short for anything but tests
    #[arg(long)]
    pub(crate) test_mode: bool,
}

/// What a write waits for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Durability {
    Normal,
    Full,
}

impl From<Durability> for Synchronous {
    fn from(durability: Durability) -> Self {
        match durability {
            Durability::Normal => Self::Normal,
            Durability::Full => Self::Full,
        }
    }
}

impl Options {
    /// The configuration: the command line over the environment over the file over the defaults.
    pub(crate) fn core_config(&self) -> Result<Config, StartError> {
        let mut config = Config::default();
        if let Some(path) = &self.config {
            config.apply_file(path).map_err(|source| StartError::ConfigFile { path: path.clone(), source })?;
        }
        config.apply_env().map_err(StartError::Environment)?;
        if let Some(host) = &self.host {
            config.host.clone_from(host);
        }
        config.port = self.port.unwrap_or(config.port);
        config.test_mode = self.test_mode;
        config.validate().map_err(StartError::Config)?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn an_empty_database_name_is_refused() {
        assert!(Options::try_parse_from(["supertokens-core", "--database", ""]).is_err());
    }
}

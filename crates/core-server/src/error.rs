//! Why the program could not start.

use std::{io, net::SocketAddr, path::PathBuf};

use supertokens_core::{ConfigError, CoreError};
use supertokens_core_sqlite::SqliteError;

/// Why the program could not start. The messages are for whoever started it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("the config file {path} is wrong: {source}")]
    ConfigFile { path: PathBuf, source: ConfigError },
    #[error("the environment is wrong: {0}")]
    Environment(#[source] ConfigError),
    #[error("the config is wrong: {0}")]
    Config(#[source] ConfigError),
    #[error("the address {host} is unknown: {source}; give an address of this machine, such as 127.0.0.1")]
    UnknownHost { host: String, source: io::Error },
    #[error(
        "{host} can be reached from other machines, and there is no API key: anybody could make sessions; set api_keys in \
         the config file or API_KEYS in the environment, or listen on 127.0.0.1"
    )]
    OpenToAll { host: String },
    #[error("{address} cannot be listened on: {source}; is another program there? Choose another port with --port")]
    Bind { address: SocketAddr, source: io::Error },
    #[error(transparent)]
    Database(#[from] SqliteError),
    #[error(transparent)]
    Core(#[from] CoreError),
    #[error("the system refuses what a server needs: {0}")]
    System(#[from] io::Error),
}

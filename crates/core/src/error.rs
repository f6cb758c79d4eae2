//! Why a core could not be built. A core that runs answers failures as HTTP responses.

use crate::config::ConfigError;

/// Why [`CoreBuilder::build`](crate::CoreBuilder::build) failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CoreError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The thread for background work could not be started.
    #[error("the core's background thread could not be started: the system refuses new threads")]
    Thread(#[source] std::io::Error),
}

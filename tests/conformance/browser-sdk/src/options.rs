//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use supertokens::session::TokenTransferMethod;

/// The application server that the official browser SDK's own tests drive.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Options {
    /// A port to listen on, 0 for any free one; several times for several applications. The pages come from the first
    #[arg(long = "port", value_name = "PORT", default_value = "8080")]
    pub(crate) ports: Vec<u16>,

    /// The core's address
    #[arg(long, value_name = "URL", default_value = "http://localhost:3567")]
    pub(crate) core: String,

    /// How new sessions' tokens travel, whatever the front end asks for
    #[arg(long, value_enum)]
    pub(crate) transfer_method: Option<TransferMethod>,

    /// The folder that `/index.html`, `/angular/..` and `/scripts/..` are read from
    #[arg(long, value_name = "FOLDER")]
    pub(crate) pages: Option<PathBuf>,

    /// The version of the browser SDK, which its tests ask for
    #[arg(long, value_name = "VERSION")]
    pub(crate) package_version: Option<String>,
}

/// How tokens travel.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TransferMethod {
    Cookie,
    Header,
}

impl From<TransferMethod> for TokenTransferMethod {
    fn from(method: TransferMethod) -> Self {
        match method {
            TransferMethod::Cookie => Self::Cookie,
            TransferMethod::Header => Self::Header,
        }
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
}

//! The command line.

use clap::{Parser, ValueEnum};

/// A website and its API for tests in a browser.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Options {
    /// The port, 0 for any free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,

    /// The website's host
    #[arg(long, value_name = "HOST", default_value = "localhost")]
    pub(crate) website: String,

    /// The API's host
    #[arg(long, value_name = "HOST", default_value = "localhost")]
    pub(crate) api: String,

    /// The domain of the session's cookies, if it is not the API's host alone
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) cookie_domain: Option<String>,

    /// What protects against requests of other sites, if the SDK is not to choose
    #[arg(long, value_enum)]
    pub(crate) anti_csrf: Option<AntiCsrf>,

    /// Serve https, with a certificate made for this run
    #[arg(long)]
    pub(crate) tls: bool,
}

/// What protects against requests of other sites.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AntiCsrf {
    Token,
    CustomHeader,
}

impl From<AntiCsrf> for supertokens::session::AntiCsrf {
    fn from(anti_csrf: AntiCsrf) -> Self {
        match anti_csrf {
            AntiCsrf::Token => Self::ViaToken,
            AntiCsrf::CustomHeader => Self::ViaCustomHeader,
        }
    }
}

impl Options {
    /// The address of one of the hosts.
    pub(crate) fn address(&self, host: &str, port: u16) -> String {
        format!("{}://{host}:{port}", if self.tls { "https" } else { "http" })
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

//! Where the mail server is and how it is spoken to.

use std::time::Duration;

use secrecy::SecretString;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// How the connection to the mail server is encrypted. None of these falls back to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmtpTls {
    /// From the first byte, usually on port 465.
    Implicit,
    /// After the command `STARTTLS`, usually on port 587. A server that does not offer it gets nothing.
    #[default]
    StartTls,
    /// Not at all, for a server on this machine. A password goes in clear only to `localhost` or a loopback address.
    None,
}

impl SmtpTls {
    pub(crate) fn port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Who the e-mails come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpSender {
    /// The name that people see.
    pub name: String,
    /// The address.
    pub email: String,
}

impl SmtpSender {
    /// A sender by name and address.
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self { name: name.into(), email: email.into() }
    }
}

/// Where the mail server is and how it is spoken to.
#[derive(Clone, Debug)]
#[must_use]
pub struct SmtpSettings {
    pub(crate) host: String,
    pub(crate) from: SmtpSender,
    pub(crate) tls: SmtpTls,
    pub(crate) port: Option<u16>,
    pub(crate) credentials: Option<(String, SecretString)>,
    pub(crate) root_certificate: Option<String>,
    pub(crate) timeout: Duration,
}

impl SmtpSettings {
    /// A mail server by its name, which its certificate must be for. [`SmtpTls::StartTls`] on port 587 and no
    /// credentials unless said otherwise.
    pub fn new(host: impl Into<String>, from: SmtpSender) -> Self {
        Self {
            host: host.into(),
            from,
            tls: SmtpTls::default(),
            port: None,
            credentials: None,
            root_certificate: None,
            timeout: DEFAULT_TIMEOUT,
        }
    }

    /// How the connection is encrypted.
    pub fn tls(mut self, tls: SmtpTls) -> Self {
        self.tls = tls;
        self
    }

    /// The port; 587, 465 or 25 by [`tls`](Self::tls), unless said otherwise.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Signs in to the server.
    pub fn credentials(mut self, auth_username: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some((auth_username.into(), SecretString::from(password.into())));
        self
    }

    /// Trusts this certificate (PEM) as well as those that the system trusts: for a server with an authority of its own.
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.root_certificate = Some(pem.into());
        self
    }

    /// How long sending one e-mail may take, from connecting to the server's last word; 10 seconds unless said
    /// otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

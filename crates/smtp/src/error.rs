//! Why an e-mail was not sent.

use std::time::Duration;

/// Why an e-mail was not sent. The messages hold nothing of the e-mail and no password, whatever the server answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// The server took too long.
    #[error("the mail server {server} has not taken the e-mail within {limit:?}; is it reachable and well?")]
    TimedOut {
        /// Host and port.
        server: String,
        /// The time that it had.
        limit: Duration,
    },
    /// The server cannot be reached, or the connection broke.
    #[error("the mail server {server} cannot be spoken to ({problem}); are host, port and TLS mode right?")]
    Connection {
        /// Host and port.
        server: String,
        /// What the operating system says.
        problem: String,
    },
    /// There is no encrypted connection to the server.
    #[error(
        "no encrypted connection to the mail server {server} ({problem}); is the TLS mode right, and the certificate for that name?"
    )]
    Tls {
        /// Host and port.
        server: String,
        /// What is wrong.
        problem: String,
    },
    /// The server refused.
    #[error("the mail server {server} refused with code {code}: {text}")]
    Refused {
        /// Host and port.
        server: String,
        /// The code of SMTP: 4xx for now, 5xx for good, 535 for wrong credentials.
        code: u16,
        /// What it said, unless that repeats something of what was sent.
        text: String,
    },
    /// The server answered something that is not SMTP, or lacks what is needed.
    #[error("the mail server {server} does not speak SMTP as it should; expected SMTP with {expected}")]
    Protocol {
        /// Host and port.
        server: String,
        /// What it must offer.
        expected: &'static str,
    },
    /// An address is none that a mail server takes.
    #[error("the {which} is not an e-mail address that mail can be sent to")]
    Address {
        /// Whose address.
        which: &'static str,
    },
    /// The e-mail cannot be written down.
    #[error("the e-mail cannot be put into the form of a mail: {problem}")]
    Message {
        /// Why.
        problem: String,
    },
}

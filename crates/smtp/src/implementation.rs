//! What the functions do unless they are overridden.

use std::sync::Arc;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error as LettreError;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use supertokens_kernel::Error;
use supertokens_kernel::delivery::EmailContent;
use uuid::Uuid;

use crate::error::SmtpError;
use crate::functions::{GetContent, SendRawEmail, SmtpFunctions};
use crate::settings::{SmtpSender, SmtpTls};

/// The original functions.
#[derive(Clone)]
pub struct Implementation(pub(crate) Arc<Server>);

/// A mail server, ready to be connected to.
pub(crate) struct Server {
    /// Without a pool: a connection that was given up amid a command must not be used again, and an application sends
    /// too few of these e-mails to need one.
    pub(crate) transport: AsyncSmtpTransport<Tokio1Executor>,
    pub(crate) name: String,
    pub(crate) from: SmtpSender,
    pub(crate) tls: SmtpTls,
    pub(crate) timeout: std::time::Duration,
    pub(crate) password: Option<SecretString>,
}

impl Implementation {
    pub(crate) async fn get_content(&self, input: GetContent, _: &SmtpFunctions) -> Result<EmailContent, Error> {
        Ok(input.email.content(&input.app_info))
    }

    pub(crate) async fn send_raw_email(&self, input: SendRawEmail, _: &SmtpFunctions) -> Result<(), Error> {
        self.0.send(input).await.map_err(Error::other)
    }
}

impl Server {
    async fn send(&self, input: SendRawEmail) -> Result<(), SmtpError> {
        let message = message(input.content, input.from)?;
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.error(&error)),
            Err(_) => Err(SmtpError::TimedOut { server: self.name.clone(), limit: self.timeout }),
        }
    }

    fn error(&self, error: &LettreError) -> SmtpError {
        let server = self.name.clone();
        // The source's text, not the whole one, which names the crate's own kinds of errors.
        let problem = || std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        if let Some(code) = error.status() {
            return SmtpError::Refused { server, code: code.into(), text: self.harmless(problem()) };
        }
        if error.is_tls() {
            return SmtpError::Tls { server, problem: problem() };
        }
        if error.is_response() || error.is_client() {
            let expected = match self.tls {
                SmtpTls::StartTls => "STARTTLS, and a way to sign in if there are credentials",
                SmtpTls::Implicit | SmtpTls::None => "a way to sign in if there are credentials",
            };
            return SmtpError::Protocol { server, expected };
        }
        SmtpError::Connection { server, problem: problem() }
    }

    /// A server's words for the log, if they repeat no link and no password.
    fn harmless(&self, text: String) -> String {
        let password = self.password.as_ref().map(ExposeSecret::expose_secret);
        let repeats_secret = text.contains("://") || password.is_some_and(|password| text.contains(password));
        if repeats_secret {
            return "(its words are withheld: they repeat some of what was sent)".to_owned();
        }
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(300).collect()
    }
}

fn message(content: EmailContent, from: SmtpSender) -> Result<Message, SmtpError> {
    let to: Address = content.to.parse().map_err(|_| SmtpError::Address { which: "recipient's address" })?;
    let from = mailbox(from)?;
    let id = format!("<{}@{}>", Uuid::new_v4(), from.email.domain());
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(content.subject)
        .message_id(Some(id))
        // Keeps other machines from answering (RFC 3834).
        .raw_header(automatic);
    let message = match content.html {
        Some(html) => message.multipart(MultiPart::alternative_plain_html(content.text, html)),
        None => message.singlepart(SinglePart::plain(content.text)),
    };
    message.map_err(|error| SmtpError::Message { problem: error.to_string() })
}

/// A sender as mail writes it; in the name no line may break.
pub(crate) fn mailbox(sender: SmtpSender) -> Result<Mailbox, SmtpError> {
    let email = sender.email.parse().map_err(|_| SmtpError::Address { which: "sender's address" })?;
    let name: String = sender.name.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    Ok(Mailbox::new(Some(name).filter(|name| !name.trim().is_empty()), email))
}

//! Sends the e-mails of SuperTokens recipes by SMTP.
//!
//! One [`SmtpService`] serves any number of recipes:
//!
//! ```
//! use supertokens_kernel::InitError;
//! use supertokens_smtp::{SmtpSender, SmtpService, SmtpSettings};
//!
//! fn service() -> Result<SmtpService, InitError> {
//!     let from = SmtpSender::new("Acme", "no-reply@acme.com");
//!     let settings = SmtpSettings::new("smtp.acme.com", from).credentials("mailer", "the password");
//!     Ok(SmtpService::new(settings)?.override_functions(|functions| {
//!         functions.get_content(async move |input, original| {
//!             let mut content = original.get_content(input).await?;
//!             content.subject = format!("[Acme] {}", content.subject);
//!             Ok(content)
//!         })
//!     }))
//! }
//! # let _ = service();
//! ```
//!
//! and goes into a recipe by `.email_delivery(|delivery| delivery.service(service.clone()))`. Connections are encrypted
//! unless [`SmtpTls::None`] is said, and never fall back to plain text. Each e-mail is one connection, which may take as
//! long as [`SmtpSettings::timeout`] says. What a server answers to a failure goes into the error, but nothing of the
//! e-mail does.

#![forbid(unsafe_code)]

mod error;
mod functions;
mod implementation;
mod service;
mod settings;

pub use error::SmtpError;
pub use functions::{
    GetContent, SendRawEmail, SmtpFunction, SmtpFunctions, SmtpFunctionsBuilder, SmtpFunctionsOverride,
};
pub use service::SmtpService;
pub use settings::{SmtpSender, SmtpSettings, SmtpTls};

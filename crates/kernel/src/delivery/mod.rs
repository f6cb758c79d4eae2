//! E-mails that recipes send: what they are, who sends them, and that nobody waits for it.
//!
//! * A recipe declares an [`Email`] per kind (`PASSWORD_RESET`, ..), with its text made by [`EmailTemplate`].
//! * An application chooses an [`EmailService`] for it and may override the sending: [`EmailDelivery`] is that setting.
//!   Without a service the link is [written to the log](LogEmails) on loopback, and nothing is ever sent.
//! * The recipe sends by the [`EmailSender`] made of that setting: [`send_later`](EmailSender::send_later) in requests,
//!   so that neither a mail server that is down nor the time that sending takes can be told from the reply. The
//!   application's [`Outbox`] does it, and can be waited for.
//!
//! ```
//! use supertokens_kernel::delivery::{Email, EmailContent, EmailDelivery, EmailTemplate};
//! use supertokens_kernel::{NormalisedAppInfo, TenantId, UserContext};
//!
//! /// An e-mail of a recipe of one's own.
//! #[derive(Clone, Debug)]
//! struct Invitation {
//!     to: String,
//!     link: String,
//!     tenant_id: TenantId,
//!     user_context: UserContext,
//! }
//!
//! impl Email for Invitation {
//!     fn kind(&self) -> &'static str {
//!         "INVITATION"
//!     }
//!     fn to(&self) -> &str {
//!         &self.to
//!     }
//!     fn link_or_code(&self) -> &str {
//!         &self.link
//!     }
//!     fn tenant_id(&self) -> &TenantId {
//!         &self.tenant_id
//!     }
//!     fn user_context(&self) -> &UserContext {
//!         &self.user_context
//!     }
//!     fn content(&self, app_info: &NormalisedAppInfo) -> EmailContent {
//!         EmailTemplate::new(&app_info.app_name, "You are invited")
//!             .paragraph("A colleague would like you to join.")
//!             .button("Accept", &self.link)
//!             .to(&self.to)
//!     }
//! }
//!
//! // What an application says in the recipe's `email_delivery(..)`:
//! let delivery = EmailDelivery::<Invitation>::new().send_email(async move |mut email, original| {
//!     email.link.push_str("&from=mail");
//!     original.send_email(email).await
//! });
//! # let _ = delivery;
//! ```

mod outbox;
mod sender;
mod services;
mod template;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::app_info::NormalisedAppInfo;
use crate::error::Error;
use crate::overrides::BoxFuture;
use crate::tenant::TenantId;
use crate::user_context::UserContext;

pub use outbox::Outbox;
pub use sender::{EmailDelivery, EmailSender};
pub use services::LogEmails;
pub use template::EmailTemplate;

/// One kind of e-mail of a recipe, about to be sent. Its `Debug` must show neither link nor code.
pub trait Email: Any + fmt::Debug + Send + Sync {
    /// The kind, as the official SDKs name it: `"PASSWORD_RESET"`.
    fn kind(&self) -> &'static str;

    /// The address that it goes to.
    fn to(&self) -> &str;

    /// The link or code that the e-mail is about: a secret.
    fn link_or_code(&self) -> &str;

    /// The tenant that it is sent for.
    fn tenant_id(&self) -> &TenantId;

    /// The context of the request that caused it.
    fn user_context(&self) -> &UserContext;

    /// Its words.
    fn content(&self, app_info: &NormalisedAppInfo) -> EmailContent;
}

impl dyn Email {
    /// The e-mail as the recipe's type, if it is that.
    pub fn downcast_ref<T: Email>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}

/// An e-mail in words.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmailContent {
    /// The address that it goes to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
}

impl EmailContent {
    /// An e-mail of plain text.
    pub fn new(to: impl Into<String>, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { to: to.into(), subject: subject.into(), text: text.into(), html: None }
    }

    /// Adds the same text as HTML.
    #[must_use]
    pub fn html(mut self, html: impl Into<String>) -> Self {
        self.html = Some(html.into());
        self
    }
}

impl fmt::Debug for EmailContent {
    // The text holds the link.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailContent").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Sends e-mails: by SMTP, by the interface of some provider, or into a test's list. One service can serve all recipes.
pub trait EmailService: Send + Sync + 'static {
    /// Sends an e-mail. [`content`](Email::content) has its words ready, for the application that `app_info` describes.
    ///
    /// # Errors
    ///
    /// If it was not sent. The error goes to the log: it must hold neither link nor code.
    fn send_email(&self, email: Arc<dyn Email>, app_info: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>>;
}

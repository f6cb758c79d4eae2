//! What stands in for a service where the application has chosen none.

use std::sync::Arc;

use super::{Email, EmailService};
use crate::app_info::NormalisedAppInfo;
use crate::error::Error;
use crate::overrides::BoxFuture;

/// Sends nothing and writes the link or code of every e-mail to the log, with the level `INFO` and the target
/// `supertokens`.
///
/// For development, where it is the default as long as the API domain is `localhost` or a loopback address. Elsewhere
/// it has to be chosen: who reads the log can use the links.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogEmails;

impl EmailService for LogEmails {
    fn send_email(&self, email: Arc<dyn Email>, _: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        let (kind, to, link_or_code) = (email.kind(), email.to(), email.link_or_code());
        tracing::info!(
            target: "supertokens",
            "no e-mail service is configured, so this {kind} e-mail to {to:?} is not sent: {link_or_code}",
        );
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Refuses to send: beyond loopback nobody has said how.
pub(super) struct NoService;

impl EmailService for NoService {
    fn send_email(&self, _: Arc<dyn Email>, _: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        let message = "no e-mail service is configured: give the recipe one, `.email_delivery(|delivery| \
                       delivery.service(..))`; `LogEmails` writes links to the log instead";
        Box::pin(std::future::ready(Err(Error::misuse(message))))
    }
}

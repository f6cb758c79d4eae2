//! The service against a small mail server on loopback: one that takes e-mails, and ones that do not.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod failing;
mod sending;
mod server;
mod settings;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use supertokens_kernel::delivery::{Email, EmailContent, EmailService, EmailTemplate};
use supertokens_kernel::{AppInfo, Error, NormalisedAppInfo, TenantId, UserContext};
use supertokens_smtp::{SmtpSender, SmtpService, SmtpSettings, SmtpTls};

use server::MailServer;

const LINK: &str = "http://localhost:3000/auth/reset-password?token=the-secret-token&tenantId=public";

/// What a recipe sends.
#[derive(Clone, Debug)]
struct Reset {
    to: String,
    tenant_id: TenantId,
    user_context: UserContext,
}

impl Reset {
    fn to(address: &str) -> Self {
        Self { to: address.to_owned(), tenant_id: TenantId::default(), user_context: UserContext::new() }
    }
}

impl Email for Reset {
    fn kind(&self) -> &'static str {
        "PASSWORD_RESET"
    }
    fn to(&self) -> &str {
        &self.to
    }
    fn link_or_code(&self) -> &str {
        LINK
    }
    fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }
    fn user_context(&self) -> &UserContext {
        &self.user_context
    }
    fn content(&self, app_info: &NormalisedAppInfo) -> EmailContent {
        EmailTemplate::new(&app_info.app_name, format!("Reset your {} password", app_info.app_name))
            .paragraph("Grüße! Somebody asked for a new password.")
            .button("Choose a new password", LINK)
            .to(&self.to)
    }
}

fn app_info(name: &str) -> Arc<NormalisedAppInfo> {
    Arc::new(AppInfo::new(name, "http://localhost:3001", "http://localhost:3000").normalise().unwrap())
}

/// Settings for a server on this machine, without TLS.
fn settings(server: &MailServer) -> SmtpSettings {
    let from = SmtpSender::new("Acme", "no-reply@acme.com");
    SmtpSettings::new("127.0.0.1", from).port(server.port()).tls(SmtpTls::None)
}

fn service(server: &MailServer) -> SmtpService {
    SmtpService::new(settings(server)).unwrap()
}

async fn send(service: &SmtpService, email: Reset) -> Result<(), Error> {
    service.send_email(Arc::new(email), app_info("Acme")).await
}

/// Sends, and gives back what the log would say of the failure.
async fn failure(service: &SmtpService) -> String {
    let error = send(service, Reset::to("ada@example.com")).await.unwrap_err();
    let text = format!("{error} {error:?} {:?}", std::error::Error::source(&error).map(ToString::to_string));
    assert!(!text.contains("the-secret-token"), "a link is in the error: {text}");
    assert!(!text.contains("the-password"), "a password is in the error: {text}");
    error.to_string()
}

/// Long enough never to be the reason for a failure, and short enough not to be waited for where it is.
const SHORT: Duration = Duration::from_millis(100);

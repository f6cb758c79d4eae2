//! The e-mails that an application sent, kept instead of sent.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use supertokens_kernel::delivery::{Email, EmailService};
use supertokens_kernel::{BoxFuture, Error, NormalisedAppInfo, TenantId};

/// An e-mail that a recipe sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct TestMail {
    /// The address that it went to.
    pub to: String,
    /// The kind, as the official SDKs name it: `"PASSWORD_RESET"`.
    pub kind: &'static str,
    /// The tenant that it was sent for.
    pub tenant_id: TenantId,
    /// The link, or the code, that it is about.
    pub link_or_code: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
}

impl TestMail {
    /// A parameter of the link's query: `token`, `tenantId`.
    ///
    /// # Panics
    ///
    /// If the link has none of that name.
    #[track_caller]
    pub fn parameter(&self, name: &str) -> String {
        let link = url::Url::parse(&self.link_or_code);
        let link = link.unwrap_or_else(|error| panic!("the {} e-mail has no link: {error}", self.kind));
        let found = link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        found.unwrap_or_else(|| panic!("the link of the {} e-mail has no {name}", self.kind))
    }
}

impl fmt::Debug for TestMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestMail").field("to", &self.to).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Takes the place of every recipe's service.
#[derive(Clone, Default)]
pub(crate) struct Mails(Arc<Mutex<Vec<TestMail>>>);

impl Mails {
    pub(crate) fn all(&self) -> Vec<TestMail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl EmailService for Mails {
    fn send_email(&self, email: Arc<dyn Email>, app_info: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        let content = email.content(&app_info);
        let mail = TestMail {
            to: content.to,
            kind: email.kind(),
            tenant_id: email.tenant_id().clone(),
            link_or_code: email.link_or_code().to_owned(),
            subject: content.subject,
            text: content.text,
            html: content.html,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}

//! The e-mail with the link.

use std::fmt;

use supertokens_kernel::delivery::{Email, EmailContent, EmailTemplate};
use supertokens_kernel::{NormalisedAppInfo, RecipeUserId, TenantId, UserContext};

/// Who gets an [`EmailVerificationEmail`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmailVerificationUser {
    /// The user's id: the primary one, where accounts are linked.
    pub id: String,
    /// The login method whose address is verified.
    pub recipe_user_id: RecipeUserId,
    /// The address that the e-mail goes to.
    pub email: String,
}

impl EmailVerificationUser {
    /// A user, one of their login methods, and its address.
    pub fn new(id: impl Into<String>, recipe_user_id: impl Into<RecipeUserId>, email: impl Into<String>) -> Self {
        Self { id: id.into(), recipe_user_id: recipe_user_id.into(), email: email.into() }
    }
}

/// The e-mail of the kind `EMAIL_VERIFICATION`: a link that verifies the address.
#[derive(Clone)]
#[non_exhaustive]
pub struct EmailVerificationEmail {
    /// Who gets it.
    pub user: EmailVerificationUser,
    /// The link, with its token.
    pub email_verify_link: String,
    /// The tenant that it is sent for.
    pub tenant_id: TenantId,
    /// The request's context.
    pub user_context: UserContext,
}

impl EmailVerificationEmail {
    /// The e-mail, outside of any request.
    pub fn new(
        user: EmailVerificationUser,
        email_verify_link: impl Into<String>,
        tenant_id: impl Into<TenantId>,
    ) -> Self {
        let (email_verify_link, tenant_id) = (email_verify_link.into(), tenant_id.into());
        Self { user, email_verify_link, tenant_id, user_context: UserContext::new() }
    }

    /// Sets the request's context.
    #[must_use]
    pub fn user_context(mut self, user_context: UserContext) -> Self {
        self.user_context = user_context;
        self
    }
}

impl Email for EmailVerificationEmail {
    fn kind(&self) -> &'static str {
        "EMAIL_VERIFICATION"
    }

    fn to(&self) -> &str {
        &self.user.email
    }

    fn link_or_code(&self) -> &str {
        &self.email_verify_link
    }

    fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }

    fn user_context(&self) -> &UserContext {
        &self.user_context
    }

    fn content(&self, app_info: &NormalisedAppInfo) -> EmailContent {
        let app_name = &app_info.app_name;
        EmailTemplate::new(app_name, "Confirm your e-mail address")
            .paragraph(format!(
                "Please confirm that {} is your address. {app_name} needs to know that before your account is ready.",
                self.user.email
            ))
            .button("Confirm this address", &self.email_verify_link)
            .paragraph("The link works once and only for a limited time. You can ask for a new one when you sign in.")
            .note(format!(
                "You get this e-mail because somebody gave this address to {app_name}. If it was not you, there is \
                 nothing to do: without the link the address stays unconfirmed."
            ))
            .to(&self.user.email)
    }
}

impl fmt::Debug for EmailVerificationEmail {
    // The link holds the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailVerificationEmail")
            .field("user", &self.user)
            .field("tenant_id", &self.tenant_id)
            .finish_non_exhaustive()
    }
}

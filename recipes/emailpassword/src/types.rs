//! Passwords, and the e-mail that resets one.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};
use supertokens_kernel::delivery::{Email, EmailContent, EmailTemplate};
use supertokens_kernel::{NormalisedAppInfo, RecipeUserId, TenantId, UserContext};

/// A password in clear. `Debug` does not show it, and its memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The password as text. Whatever is made of it is not hidden any more.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for Password {
    fn from(password: &str) -> Self {
        Self(password.to_owned().into())
    }
}

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self(password.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A token of a link: a secret, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetPasswordToken(String);

impl ResetPasswordToken {
    /// The token as text.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ResetPasswordToken {
    fn from(token: &str) -> Self {
        Self(token.to_owned())
    }
}

impl From<String> for ResetPasswordToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl fmt::Debug for ResetPasswordToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResetPasswordToken(..)")
    }
}

/// Into the body of a call to the core.
pub(crate) fn serialize_exposed<S: Serializer>(password: &Password, serializer: S) -> Result<S::Ok, S::Error> {
    password.expose_secret().serialize(serializer)
}

/// As [`serialize_exposed`], for what need not be there.
pub(crate) fn serialize_exposed_option<S: Serializer>(
    password: &Option<Password>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    password.as_ref().map(Password::expose_secret).serialize(serializer)
}

/// Who gets a [`PasswordResetEmail`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordResetUser {
    /// The user's id: the primary one, where accounts are linked.
    pub id: String,
    /// The login method whose password is reset; none where it will be made by the reset.
    pub recipe_user_id: Option<RecipeUserId>,
    /// The address that the e-mail goes to.
    pub email: String,
}

impl PasswordResetUser {
    /// A user with a login method of this recipe, or without one.
    pub fn new(id: impl Into<String>, recipe_user_id: Option<RecipeUserId>, email: impl Into<String>) -> Self {
        Self { id: id.into(), recipe_user_id, email: email.into() }
    }
}

/// The e-mail of the kind `PASSWORD_RESET`: a link to the page where a new password is chosen.
#[derive(Clone)]
#[non_exhaustive]
pub struct PasswordResetEmail {
    /// Who gets it.
    pub user: PasswordResetUser,
    /// The link, with its token.
    pub password_reset_link: String,
    /// The tenant whose password is reset.
    pub tenant_id: TenantId,
    /// The request's context.
    pub user_context: UserContext,
}

impl PasswordResetEmail {
    /// The e-mail, outside of any request.
    pub fn new(
        user: PasswordResetUser,
        password_reset_link: impl Into<String>,
        tenant_id: impl Into<TenantId>,
    ) -> Self {
        let (password_reset_link, tenant_id) = (password_reset_link.into(), tenant_id.into());
        Self { user, password_reset_link, tenant_id, user_context: UserContext::new() }
    }

    /// Sets the request's context.
    #[must_use]
    pub fn user_context(mut self, user_context: UserContext) -> Self {
        self.user_context = user_context;
        self
    }
}

impl fmt::Debug for PasswordResetEmail {
    // The link holds a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("PasswordResetEmail");
        debug.field("user", &self.user).field("tenant_id", &self.tenant_id).finish_non_exhaustive()
    }
}

impl Email for PasswordResetEmail {
    fn kind(&self) -> &'static str {
        "PASSWORD_RESET"
    }

    fn to(&self) -> &str {
        &self.user.email
    }

    fn link_or_code(&self) -> &str {
        &self.password_reset_link
    }

    fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }

    fn user_context(&self) -> &UserContext {
        &self.user_context
    }

    fn content(&self, app_info: &NormalisedAppInfo) -> EmailContent {
        let (app_name, email) = (&app_info.app_name, &self.user.email);
        EmailTemplate::new(app_name, format!("Reset your {app_name} password"))
            .paragraph(format!("Somebody, we hope you, asked to reset the password of the {app_name} account {email}."))
            .button("Choose a new password", &self.password_reset_link)
            .paragraph(
                "The link works once and only for a while. If it has expired, ask for a new one where you sign in.",
            )
            .note("If you did not ask for this, you need not do anything: your password has not changed.")
            .note(format!("This e-mail was sent to {email}."))
            .to(email)
    }
}

#[cfg(test)]
mod tests {
    use supertokens_kernel::AppInfo;

    use super::*;

    #[test]
    fn a_password_and_a_link_are_in_no_debug_output() {
        let user = PasswordResetUser::new("u", None, "ada@example.com");
        let email = PasswordResetEmail::new(user, "https://acme.com/?token=the-token", "public");
        let shown = format!("{:?} {email:?}", Password::from("the-password"));
        assert!(shown.contains("ada@example.com"), "{shown}");
        assert!(!shown.contains("the-password") && !shown.contains("the-token"), "{shown}");
    }

    #[test]
    fn the_email_names_the_application_and_has_the_link_in_both_forms() {
        let app_info =
            AppInfo::new("Acme & <Co>", "http://localhost:3001", "http://localhost:3000").normalise().unwrap();
        let user = PasswordResetUser::new("u", None, "ada@example.com");
        let link = "http://localhost:3000/auth/reset-password?token=t&tenantId=public";
        let content = PasswordResetEmail::new(user, link, "public").content(&app_info);
        assert_eq!((&*content.to, &*content.subject), ("ada@example.com", "Reset your Acme & <Co> password"));
        assert!(content.text.contains(link), "{}", content.text);
        let html = content.html.unwrap();
        assert!(html.contains("token=t&amp;tenantId=public") && html.contains("Acme &amp; &lt;Co&gt;"), "{html}");
    }
}

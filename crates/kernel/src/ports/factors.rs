//! Factors: what a person can sign in with first, and what besides.

use std::sync::Arc;

use super::session::ActiveSession;
use crate::error::Error;
use crate::input;
use crate::overrides::BoxFuture;
use crate::users::User;

/// The ids of the factors that recipes of the SDK bring. An application may have others of its own.
pub mod factor_ids {
    /// E-mail and password.
    pub const EMAILPASSWORD: &str = "emailpassword";
    /// Passkeys.
    pub const WEBAUTHN: &str = "webauthn";
    /// A code sent by mail.
    pub const OTP_EMAIL: &str = "otp-email";
    /// A code sent by text message.
    pub const OTP_PHONE: &str = "otp-phone";
    /// A link sent by mail.
    pub const LINK_EMAIL: &str = "link-email";
    /// A link sent by text message.
    pub const LINK_PHONE: &str = "link-phone";
    /// An account with a third party.
    pub const THIRDPARTY: &str = "thirdparty";
    /// A code made by a device.
    pub const TOTP: &str = "totp";
    /// All of these.
    pub const ALL: [&str; 8] =
        [EMAILPASSWORD, WEBAUTHN, OTP_EMAIL, OTP_PHONE, LINK_EMAIL, LINK_PHONE, THIRDPARTY, TOTP];
}

/// The first factors that a recipe brings: each recipe that signs people in adds its own with
/// [`Setup::add`](crate::Setup::add).
#[derive(Clone, Debug)]
pub struct AvailableFirstFactors(Vec<String>);

/// The first factors that the application allows, whatever recipes it has, in tenants without a list of their own.
/// Provided by the recipe that asks for second factors.
#[derive(Clone, Debug)]
pub struct StaticFirstFactors(Vec<String>);

/// Provided by the recipe that asks for second factors; without one, nothing is asked for besides the first, and any
/// account may be added to a session's user.
pub trait MultiFactor: Send + Sync {
    /// Those of the factors that the session's user may set up now; the session recipe's error for invalid claims, where
    /// there is none.
    fn get_valid_secondary_factors(&self, input: GetValidSecondaryFactors) -> BoxFuture<Result<Vec<String>, Error>>;

    /// Notes in the session that a factor is completed.
    fn mark_factor_as_complete_in_session(&self, input: MarkFactorAsCompleteInSession) -> BoxFuture<Result<(), Error>>;
}

input! {
    /// Which factors are to be set up.
    GetValidSecondaryFactors {
        /// The session.
        session: Arc<dyn ActiveSession>,
        /// The session's user.
        session_user: User,
        /// The factors.
        factor_ids: Vec<String>,
    } with {}
}

input! {
    /// Which factor is completed.
    MarkFactorAsCompleteInSession {
        /// The session.
        session: Arc<dyn ActiveSession>,
        /// The factor.
        factor_id: String,
    } with {}
}

impl AvailableFirstFactors {
    /// These factors.
    pub fn new(factor_ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(factor_ids.into_iter().map(Into::into).collect())
    }

    /// Their ids.
    pub fn factor_ids(&self) -> &[String] {
        &self.0
    }
}

impl StaticFirstFactors {
    /// These factors.
    pub fn new(factor_ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(factor_ids.into_iter().map(Into::into).collect())
    }

    /// Their ids.
    pub fn factor_ids(&self) -> &[String] {
        &self.0
    }
}

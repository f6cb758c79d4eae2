//! A user and the ways in which they sign in.

use serde::{Deserialize, Serialize};

use super::same::{normalised_email, normalised_phone_number};
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;

/// A user: one person, with every way in which they sign in.
///
/// A *primary user* may have several login methods, linked with each other. Any other user has exactly one, whose recipe
/// user id is the user's id. Both forms of JSON, the core's and that of front ends, are this type's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// The user's id: what sessions and the application's own tables know.
    pub id: String,
    /// Whether other accounts can be linked to this one.
    pub is_primary_user: bool,
    /// Every tenant that one of the login methods belongs to.
    #[serde(default)]
    pub tenant_ids: Vec<TenantId>,
    /// Every e-mail address of the login methods, each once.
    #[serde(default)]
    pub emails: Vec<String>,
    /// Every phone number of the login methods, each once, in the form E.164.
    #[serde(default)]
    pub phone_numbers: Vec<String>,
    /// Every account with a third party.
    #[serde(default)]
    pub third_party: Vec<ThirdPartyInfo>,
    /// Every passkey.
    #[serde(default)]
    pub webauthn: WebauthnInfo,
    /// The ways in which the user signs in; at least one.
    pub login_methods: Vec<LoginMethod>,
    /// When the oldest of the login methods was made, in milliseconds since the Unix epoch.
    #[serde(rename = "timeJoined")]
    pub time_joined_ms: u64,
}

/// One way in which a user signs in: an account of one recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LoginMethod {
    /// The recipe that it belongs to.
    pub recipe_id: RecipeId,
    /// Its id. It stays the same when accounts are linked.
    pub recipe_user_id: RecipeUserId,
    /// The tenants that it may be used in.
    #[serde(default)]
    pub tenant_ids: Vec<TenantId>,
    /// The e-mail address, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The phone number, in the form E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The account with a third party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub third_party: Option<ThirdPartyInfo>,
    /// The passkeys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webauthn: Option<WebauthnInfo>,
    /// When it was made, in milliseconds since the Unix epoch.
    #[serde(rename = "timeJoined")]
    pub time_joined_ms: u64,
    /// Whether the e-mail address or phone number is known to be the user's.
    pub verified: bool,
}

/// An account with a third party: `{"id": "google", "userId": ".."}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThirdPartyInfo {
    /// The third party.
    pub id: String,
    /// The user's id there.
    pub user_id: String,
}

/// Passkeys, by the ids of their credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebauthnInfo {
    /// The credentials' ids.
    #[serde(default)]
    pub credential_ids: Vec<String>,
}

/// The recipe that a login method belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum RecipeId {
    /// E-mail and password.
    EmailPassword,
    /// An account with a third party.
    ThirdParty,
    /// Codes and links sent by mail or text message.
    Passwordless,
    /// Passkeys.
    Webauthn,
    /// A recipe that this version does not know.
    Other(String),
}

impl User {
    /// The login method with this recipe user id.
    pub fn login_method(&self, recipe_user_id: &RecipeUserId) -> Option<&LoginMethod> {
        self.login_methods.iter().find(|method| method.recipe_user_id == *recipe_user_id)
    }

    /// Whether one of the login methods has this e-mail address or this phone number, verified.
    pub fn has_verified(&self, email: Option<&str>, phone_number: Option<&str>) -> bool {
        self.login_methods.iter().any(|method| {
            method.verified && (method.has_same_email_as(email) || method.has_same_phone_number_as(phone_number))
        })
    }
}

impl LoginMethod {
    /// Whether its e-mail address is this one, written in whatever case. Nothing is the same as no address.
    pub fn has_same_email_as<'a>(&self, email: impl Into<Option<&'a str>>) -> bool {
        match (&self.email, email.into()) {
            (Some(own), Some(other)) => *own == normalised_email(other),
            _ => false,
        }
    }

    /// Whether its phone number is this one, however it is grouped: `+1 (555) 010-0199` is `+15550100199`. Nothing is
    /// the same as no number.
    pub fn has_same_phone_number_as<'a>(&self, phone_number: impl Into<Option<&'a str>>) -> bool {
        match (&self.phone_number, phone_number.into()) {
            (Some(own), Some(other)) => *own == normalised_phone_number(other),
            _ => false,
        }
    }

    /// Whether its account with a third party is this one.
    pub fn has_same_third_party_info_as<'a>(&self, third_party: impl Into<Option<&'a ThirdPartyInfo>>) -> bool {
        match (&self.third_party, third_party.into()) {
            (Some(own), Some(other)) => own.id == other.id.trim() && own.user_id == other.user_id.trim(),
            _ => false,
        }
    }

    /// Whether one of its passkeys is this one.
    pub fn has_same_webauthn_info_as<'a>(&self, credential_id: impl Into<Option<&'a str>>) -> bool {
        match (&self.webauthn, credential_id.into()) {
            (Some(own), Some(other)) => own.credential_ids.iter().any(|id| id == other),
            _ => false,
        }
    }
}

impl ThirdPartyInfo {
    /// The account `user_id` with the third party `id`.
    pub fn new(id: impl Into<String>, user_id: impl Into<String>) -> Self {
        Self { id: id.into(), user_id: user_id.into() }
    }
}

impl RecipeId {
    /// The id as the interfaces spell it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::EmailPassword => "emailpassword",
            Self::ThirdParty => "thirdparty",
            Self::Passwordless => "passwordless",
            Self::Webauthn => "webauthn",
            Self::Other(id) => id,
        }
    }
}

impl From<&str> for RecipeId {
    fn from(id: &str) -> Self {
        match id {
            "emailpassword" => Self::EmailPassword,
            "thirdparty" => Self::ThirdParty,
            "passwordless" => Self::Passwordless,
            "webauthn" => Self::Webauthn,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl From<String> for RecipeId {
    fn from(id: String) -> Self {
        Self::from(id.as_str())
    }
}

impl From<RecipeId> for String {
    fn from(id: RecipeId) -> Self {
        id.as_str().to_owned()
    }
}

impl std::fmt::Display for RecipeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

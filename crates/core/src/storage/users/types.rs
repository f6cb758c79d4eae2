//! Users as they lie in a storage.

use std::{fmt, sync::Arc};

/// A recipe whose users have login methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UserRecipe {
    /// E-mail and password.
    EmailPassword,
    /// A third party's account.
    ThirdParty,
    /// Codes by e-mail or phone.
    Passwordless,
    /// Passkeys.
    WebAuthn,
}

impl UserRecipe {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EmailPassword, Self::ThirdParty, Self::Passwordless, Self::WebAuthn];

    /// The recipe's id, as on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailPassword => "emailpassword",
            Self::ThirdParty => "thirdparty",
            Self::Passwordless => "passwordless",
            Self::WebAuthn => "webauthn",
        }
    }

    /// The recipe of that id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recipe| recipe.as_str() == id)
    }
}

/// A user: one login method, or several that are linked. `Debug` shows no e-mail address and no phone number.
#[derive(Clone)]
pub struct StoredUser {
    /// The user's id. It stays when the login method that it came from is removed while others remain.
    pub user_id: String,
    /// The id that the application has given to `user_id`.
    pub external_user_id: Option<String>,
    /// Whether others may be linked to it.
    pub is_primary: bool,
    /// When the oldest login method was made.
    pub time_joined_ms: u64,
    /// At least one, oldest first.
    pub login_methods: Vec<StoredLoginMethod>,
}

/// A way to sign in, which is a user of a recipe.
#[derive(Clone)]
pub struct StoredLoginMethod {
    /// Its id.
    pub recipe_user_id: String,
    /// The id that the application has given to it.
    pub external_user_id: Option<String>,
    /// The recipe.
    pub recipe: UserRecipe,
    /// Where it may be used, in no order. None is possible.
    pub tenant_ids: Vec<Arc<str>>,
    /// When it was made.
    pub time_joined_ms: u64,
    /// Its e-mail address, normalised.
    pub email: Option<String>,
    /// Its phone number, normalised.
    pub phone_number: Option<String>,
    /// Its account at a third party.
    pub third_party: Option<StoredThirdParty>,
    /// Whether its e-mail address is verified, or, without one, its phone number.
    pub is_verified: bool,
}

/// An account at a third party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredThirdParty {
    /// The third party's id.
    pub id: String,
    /// The user's id there.
    pub user_id: String,
}

impl StoredUser {
    /// The login method of that recipe user id.
    pub fn login_method(&self, recipe_user_id: &str) -> Option<&StoredLoginMethod> {
        self.login_methods.iter().find(|method| method.recipe_user_id == recipe_user_id)
    }
}

impl fmt::Debug for StoredUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredUser").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for StoredLoginMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredLoginMethod").field("recipe_user_id", &self.recipe_user_id).finish_non_exhaustive()
    }
}

//! What identifies a person to a recipe.

use super::user::{LoginMethod, RecipeId, ThirdPartyInfo, WebauthnInfo};
use crate::recipe::RecipeUserId;

/// What users are looked for by: one or more of an e-mail address, a phone number, an account with a third party, a
/// passkey.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountInfo {
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// The account with a third party.
    pub third_party: Option<ThirdPartyInfo>,
    /// A passkey, by its credential's id.
    pub webauthn_credential_id: Option<String>,
}

/// What a person signs up or in with: account information and the recipe.
///
/// ```
/// use supertokens_kernel::{AccountInfoWithRecipeId, RecipeId};
///
/// let info = AccountInfoWithRecipeId::new(RecipeId::EmailPassword).email("ada@example.com");
/// assert_eq!(info.email.as_deref(), Some("ada@example.com"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountInfoWithRecipeId {
    /// The recipe.
    pub recipe_id: RecipeId,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// The account with a third party.
    pub third_party: Option<ThirdPartyInfo>,
    /// The passkeys.
    pub webauthn: Option<WebauthnInfo>,
    /// The login method, where it exists already.
    pub recipe_user_id: Option<RecipeUserId>,
}

impl AccountInfo {
    /// An e-mail address.
    pub fn email(email: impl Into<String>) -> Self {
        Self { email: Some(email.into()), ..Self::default() }
    }

    /// A phone number.
    pub fn phone_number(phone_number: impl Into<String>) -> Self {
        Self { phone_number: Some(phone_number.into()), ..Self::default() }
    }

    /// An account with a third party.
    pub fn third_party(third_party: ThirdPartyInfo) -> Self {
        Self { third_party: Some(third_party), ..Self::default() }
    }

    /// A passkey, by its credential's id.
    pub fn webauthn_credential_id(credential_id: impl Into<String>) -> Self {
        Self { webauthn_credential_id: Some(credential_id.into()), ..Self::default() }
    }

    /// Whether a login method has any of this.
    pub fn matches_any(&self, method: &LoginMethod) -> bool {
        method.has_same_email_as(self.email.as_deref())
            || method.has_same_phone_number_as(self.phone_number.as_deref())
            || method.has_same_third_party_info_as(&self.third_party)
            || method.has_same_webauthn_info_as(self.webauthn_credential_id.as_deref())
    }
}

impl AccountInfoWithRecipeId {
    /// Nothing but the recipe.
    pub fn new(recipe_id: RecipeId) -> Self {
        Self { recipe_id, email: None, phone_number: None, third_party: None, webauthn: None, recipe_user_id: None }
    }

    /// Sets the e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Sets the phone number.
    #[must_use]
    pub fn phone_number(mut self, phone_number: impl Into<String>) -> Self {
        self.phone_number = Some(phone_number.into());
        self
    }

    /// Sets the account with a third party.
    #[must_use]
    pub fn third_party(mut self, third_party: ThirdPartyInfo) -> Self {
        self.third_party = Some(third_party);
        self
    }

    /// Sets the passkeys.
    #[must_use]
    pub fn webauthn(mut self, webauthn: WebauthnInfo) -> Self {
        self.webauthn = Some(webauthn);
        self
    }

    /// What other users are looked for by that might be the same person. Passkeys are left out: nobody else has them.
    pub fn shared_account_info(&self) -> AccountInfo {
        AccountInfo {
            email: self.email.clone(),
            phone_number: self.phone_number.clone(),
            third_party: self.third_party.clone(),
            webauthn_credential_id: None,
        }
    }
}

impl From<&LoginMethod> for AccountInfoWithRecipeId {
    fn from(method: &LoginMethod) -> Self {
        Self {
            recipe_id: method.recipe_id.clone(),
            email: method.email.clone(),
            phone_number: method.phone_number.clone(),
            third_party: method.third_party.clone(),
            webauthn: method.webauthn.clone(),
            recipe_user_id: Some(method.recipe_user_id.clone()),
        }
    }
}

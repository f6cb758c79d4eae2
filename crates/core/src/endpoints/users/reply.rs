//! Users as they are shown.

use serde::Serialize;

use crate::storage::{StoredLoginMethod, StoredUser};

/// A user, by the ids that the application gave, where it gave any.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::endpoints) struct UserReply<'u> {
    id: &'u str,
    is_primary_user: bool,
    tenant_ids: Vec<&'u str>,
    time_joined: u64,
    emails: Vec<&'u str>,
    phone_numbers: Vec<&'u str>,
    third_party: Vec<ThirdPartyReply<'u>>,
    webauthn: WebAuthnReply,
    login_methods: Vec<LoginMethodReply<'u>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginMethodReply<'u> {
    tenant_ids: Vec<&'u str>,
    recipe_user_id: &'u str,
    verified: bool,
    time_joined: u64,
    recipe_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'u str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'u str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    third_party: Option<ThirdPartyReply<'u>>,
}

#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ThirdPartyReply<'u> {
    id: &'u str,
    user_id: &'u str,
}

/// A user's passkeys, of which there are none yet.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct WebAuthnReply {
    credential_ids: [&'static str; 0],
}

impl<'u> UserReply<'u> {
    /// A user as callers are given it.
    pub(in crate::endpoints) fn new(user: &'u StoredUser) -> Self {
        let methods = &user.login_methods;
        Self {
            id: user.external_user_id.as_deref().unwrap_or(&user.user_id),
            is_primary_user: user.is_primary,
            tenant_ids: unique(methods.iter().flat_map(|method| &method.tenant_ids).map(|id| &**id)),
            time_joined: user.time_joined_ms,
            emails: unique(methods.iter().filter_map(|method| method.email.as_deref())),
            phone_numbers: unique(methods.iter().filter_map(|method| method.phone_number.as_deref())),
            third_party: unique(methods.iter().filter_map(third_party)),
            webauthn: WebAuthnReply::default(),
            login_methods: methods.iter().map(LoginMethodReply::new).collect(),
        }
    }
}

impl<'u> LoginMethodReply<'u> {
    fn new(method: &'u StoredLoginMethod) -> Self {
        Self {
            tenant_ids: method.tenant_ids.iter().map(|id| &**id).collect(),
            recipe_user_id: method.external_user_id.as_deref().unwrap_or(&method.recipe_user_id),
            verified: method.is_verified,
            time_joined: method.time_joined_ms,
            recipe_id: method.recipe.as_str(),
            email: method.email.as_deref(),
            phone_number: method.phone_number.as_deref(),
            third_party: third_party(method),
        }
    }
}

fn third_party(method: &StoredLoginMethod) -> Option<ThirdPartyReply<'_>> {
    method.third_party.as_ref().map(|account| ThirdPartyReply { id: &account.id, user_id: &account.user_id })
}

/// Each once, in order. A user has few of anything.
fn unique<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

//! A user as front ends read them, by the version of their interface.

use serde_json::{Map, Value, json};

use super::user::User;
use crate::error::Error;
use crate::http::{FdiVersion, Request};
use crate::ports::ActiveSession;

/// The reply of an API that signs somebody in or up: `{"status": "OK", "user": .., "createdNewRecipeUser"?: ..}`.
///
/// Front ends that [know linked accounts](FdiVersion::knows_linked_accounts) get the whole user; older ones get the
/// login method of the session, and `createdNewUser` for the flag. `created_new_recipe_user` is nothing for APIs whose
/// reply has no such flag.
///
/// # Errors
///
/// If the user has no login method.
pub fn auth_reply(
    request: &Request,
    user: &User,
    session: &dyn ActiveSession,
    created_new_recipe_user: Option<bool>,
) -> Result<Map<String, Value>, Error> {
    let knows_linked_accounts = FdiVersion::of(request).knows_linked_accounts();
    let mut reply = Map::new();
    reply.insert("status".to_owned(), "OK".into());
    reply.insert("user".to_owned(), user_of_auth_reply(request, user, session)?);
    if let Some(created) = created_new_recipe_user {
        let key = if knows_linked_accounts { "createdNewRecipeUser" } else { "createdNewUser" };
        reply.insert(key.to_owned(), created.into());
    }
    Ok(reply)
}

/// The value of `user` in such a reply.
///
/// # Errors
///
/// If the user has no login method.
pub fn user_of_auth_reply(request: &Request, user: &User, session: &dyn ActiveSession) -> Result<Value, Error> {
    if FdiVersion::of(request).knows_linked_accounts() {
        return serde_json::to_value(user).map_err(Error::other);
    }
    // The session keeps its login method when another account signs in as a second factor.
    let method = user
        .login_method(session.recipe_user_id())
        .or_else(|| user.login_methods.iter().min_by_key(|method| method.time_joined_ms))
        .ok_or_else(|| Error::misuse(format!("the user {} has no login method", user.id)))?;
    let mut short = Map::new();
    // The id stays when the login method is deleted.
    short.insert("id".to_owned(), user.id.as_str().into());
    short.insert("timeJoined".to_owned(), method.time_joined_ms.into());
    if let Some(third_party) = &method.third_party {
        short.insert("thirdParty".to_owned(), json!(third_party));
    }
    if let Some(email) = &method.email {
        short.insert("email".to_owned(), email.as_str().into());
    }
    if let Some(phone_number) = &method.phone_number {
        short.insert("phoneNumber".to_owned(), phone_number.as_str().into());
    }
    Ok(short.into())
}

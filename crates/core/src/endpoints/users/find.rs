//! Finding users.

use serde::Serialize;

use super::{Reply, UserReply, status};
use crate::{
    core::Context,
    email,
    http::{ApiError, json},
    phone_number,
    storage::{AccountInfo, StoredUser, UserRecords},
    user_ids::supertokens_id,
    users::{self, Combine},
};

/// `GET /user/id`, by the id of a user or of a login method.
pub(super) async fn by_id(context: &Context<'_>) -> Reply {
    let id = context.request.parameter("userId")?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let find = move |records: &dyn UserRecords| {
        let id = supertokens_id(records, &app_id, &id)?;
        records.user(&app_id, &id)
    };
    match context.storage().read_users(find).await? {
        Some(user) => one(&user),
        None => status("UNKNOWN_USER_ID_ERROR"),
    }
}

/// `GET /users/by-accountinfo`: users with all of what is named, or with any of it.
pub(super) async fn by_account_info(context: &Context<'_>) -> Reply {
    let request = context.request;
    let email = request.optional_parameter("email").map(|text| email::normalise(&text));
    let phone_number = request.optional_parameter("phoneNumber").map(|text| phone_number::normalise(&text));
    let third_party_id = request.optional_parameter("thirdPartyId");
    let third_party_user_id = request.optional_parameter("thirdPartyUserId");
    let combine = match request.parameter("doUnionOfAccountInfo")?.as_str() {
        "true" => Combine::Any,
        "false" => Combine::All,
        _ => return Err(ApiError::bad_request("'doUnionOfAccountInfo' should be either 'true' or 'false'")),
    };
    if third_party_id.is_some() != third_party_user_id.is_some() {
        return Err(ApiError::bad_request(
            "If 'thirdPartyId' is provided, 'thirdPartyUserId' must also be provided, and vice versa",
        ));
    }
    let third_party = third_party_id.zip(third_party_user_id);
    let tenant = context.tenant()?;
    let find = move |records: &dyn UserRecords| {
        let mut infos = Vec::new();
        infos.extend(email.as_deref().map(AccountInfo::Email));
        infos.extend(phone_number.as_deref().map(AccountInfo::PhoneNumber));
        infos.extend(third_party.as_ref().map(|(id, user_id)| AccountInfo::ThirdParty { id, user_id }));
        users::with_account_info(records, &tenant, &infos, combine)
    };
    many(&context.storage().read_users(find).await?)
}

#[derive(Serialize)]
struct One<'r> {
    status: &'static str,
    user: UserReply<'r>,
}

#[derive(Serialize)]
struct Many<'r> {
    status: &'static str,
    users: Vec<UserReply<'r>>,
}

pub(in crate::endpoints) fn one(user: &StoredUser) -> Reply {
    json(&One { status: "OK", user: UserReply::new(user) })
}

pub(in crate::endpoints) fn many(users: &[StoredUser]) -> Reply {
    json(&Many { status: "OK", users: users.iter().map(UserReply::new).collect() })
}

//! Linking accounts: which of them are one user.

use serde::Serialize;

use super::{Endpoint, Reply, status, users::UserReply};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    linking::{self, Conflict, Link, Primary, Unlinked},
    storage::{StoredUser, UserRecords},
    user_ids::supertokens_id,
};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/accountlinking/user/primary").post(|context| Box::pin(make_primary(context))),
    Endpoint::at("/recipe/accountlinking/user/primary/check").get(|context| Box::pin(can_be_primary(context))),
    Endpoint::at("/recipe/accountlinking/user/link").post(|context| Box::pin(link(context))),
    Endpoint::at("/recipe/accountlinking/user/link/check").get(|context| Box::pin(can_link(context))),
    Endpoint::at("/recipe/accountlinking/user/unlink").post(|context| Box::pin(unlink(context))),
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrimaryReply<'r> {
    status: &'static str,
    was_already_a_primary_user: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserReply<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkReply<'r> {
    status: &'static str,
    accounts_already_linked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserReply<'r>>,
}

/// It belongs to another primary user.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refusal<'r> {
    status: &'static str,
    primary_user_id: &'r str,
    description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserReply<'r>>,
}

/// Whether the request only asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Check,
    Do,
}

/// `GET /recipe/accountlinking/user/primary/check`.
async fn can_be_primary(context: &Context<'_>) -> Reply {
    let id = context.request.parameter("recipeUserId")?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let check = move |records: &dyn UserRecords| {
        linking::can_be_primary(records, &app_id, &supertokens_id(records, &app_id, &id)?)
    };
    primary_reply(context.storage().read_users(check).await?, Mode::Check)
}

/// `POST /recipe/accountlinking/user/primary`.
async fn make_primary(context: &Context<'_>) -> Reply {
    let id = Fields::parse(context.request.body)?.string("recipeUserId")?.into_owned();
    let app_id = context.app_of_public_tenant()?.id.clone();
    let make = move |records: &mut dyn UserRecords| {
        let id = supertokens_id(records, &app_id, &id)?;
        linking::make_primary(records, &app_id, &id)
    };
    primary_reply(context.storage().change_users(make).await?, Mode::Do)
}

fn primary_reply(found: Primary, mode: Mode) -> Reply {
    let ok = |user: &StoredUser, was_already_a_primary_user| {
        let user = (mode == Mode::Do).then(|| UserReply::new(user));
        json(&PrimaryReply { status: "OK", was_already_a_primary_user, user })
    };
    match &found {
        Primary::UnknownUser => Err(unknown_user()),
        Primary::Already(user) => ok(user, true),
        Primary::Can(user) => ok(user, false),
        Primary::LinkedTo(user) => json(&Refusal {
            status: "RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR",
            primary_user_id: user.shown_id(),
            description: "This user ID is already linked to another user ID",
            user: None,
        }),
        Primary::Conflict(conflict) => conflict_reply(conflict),
    }
}

/// `GET /recipe/accountlinking/user/link/check`.
async fn can_link(context: &Context<'_>) -> Reply {
    let recipe_user_id = context.request.parameter("recipeUserId")?;
    let primary_user_id = context.request.parameter("primaryUserId")?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let check = move |records: &dyn UserRecords| {
        let recipe_user_id = supertokens_id(records, &app_id, &recipe_user_id)?;
        let primary_user_id = supertokens_id(records, &app_id, &primary_user_id)?;
        linking::can_link(records, &app_id, &recipe_user_id, &primary_user_id)
    };
    link_reply(context.storage().read_users(check).await?, Mode::Check)
}

/// `POST /recipe/accountlinking/user/link`.
async fn link(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let recipe_user_id = fields.string("recipeUserId")?.into_owned();
    let primary_user_id = fields.string("primaryUserId")?.into_owned();
    let app_id = context.app_of_public_tenant()?.id.clone();
    let link = move |records: &mut dyn UserRecords| {
        let recipe_user_id = supertokens_id(records, &app_id, &recipe_user_id)?;
        let primary_user_id = supertokens_id(records, &app_id, &primary_user_id)?;
        linking::link(records, &app_id, &recipe_user_id, &primary_user_id)
    };
    link_reply(context.storage().change_many_users(link).await?, Mode::Do)
}

fn link_reply(found: Link, mode: Mode) -> Reply {
    let shown = |user| (mode == Mode::Do).then(|| UserReply::new(user));
    match &found {
        Link::UnknownUser => Err(unknown_user()),
        Link::NotPrimary => status("INPUT_USER_IS_NOT_A_PRIMARY_USER"),
        Link::Already(user) => json(&LinkReply { status: "OK", accounts_already_linked: true, user: shown(user) }),
        Link::Can(user) => json(&LinkReply { status: "OK", accounts_already_linked: false, user: shown(user) }),
        Link::LinkedToAnother(user) => json(&Refusal {
            status: "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR",
            primary_user_id: user.shown_id(),
            description: "The input recipe user ID is already linked to another user ID",
            user: shown(user),
        }),
        Link::Conflict(conflict) => conflict_reply(conflict),
    }
}

/// `POST /recipe/accountlinking/user/unlink`.
async fn unlink(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct UnlinkReply {
        status: &'static str,
        was_recipe_user_deleted: bool,
        was_linked: bool,
    }

    let id = Fields::parse(context.request.body)?.string("recipeUserId")?.into_owned();
    let app_id = context.app_of_public_tenant()?.id.clone();
    let unlink = move |records: &mut dyn UserRecords| {
        let id = supertokens_id(records, &app_id, &id)?;
        linking::unlink(records, &app_id, &id)
    };
    let (was_recipe_user_deleted, was_linked) = match context.storage().change_many_users(unlink).await? {
        Unlinked::UnknownUser => return Err(unknown_user()),
        Unlinked::NotLinked => (false, false),
        Unlinked::Alone => (false, true),
        Unlinked::Removed => (true, true),
    };
    json(&UnlinkReply { status: "OK", was_recipe_user_deleted, was_linked })
}

fn conflict_reply(conflict: &Conflict) -> Reply {
    json(&Refusal {
        status: "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR",
        primary_user_id: &conflict.primary_user_id,
        description: conflict.description,
        user: None,
    })
}

fn unknown_user() -> ApiError {
    ApiError::bad_request("Unknown user ID provided")
}

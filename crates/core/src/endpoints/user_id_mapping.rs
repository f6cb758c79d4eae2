//! Ids that the application gives to users.

use serde::Serialize;

use super::{Endpoint, Reply, session::MAX_USER_ID_BYTES, status};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    storage::{StoredUserIdMapping, UserRecords},
    user_id_mapping::{self, Force, Mapped, Unmapped, UserIdType},
};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/userid/map").get(|context| Box::pin(get(context))).post(|context| Box::pin(map(context))),
    Endpoint::at("/recipe/userid/map/remove").post(|context| Box::pin(unmap(context))),
    Endpoint::at("/recipe/userid/external-user-id-info").put(|context| Box::pin(put_info(context))),
];

/// `GET /recipe/userid/map`.
async fn get(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Found {
        status: &'static str,
        super_tokens_user_id: String,
        external_user_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        external_user_id_info: Option<String>,
    }

    let id = not_empty("userId", &context.request.parameter("userId")?)?;
    let id_type = id_type(context.request.optional_parameter("userIdType").as_deref())?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let find = move |records: &dyn UserRecords| user_id_mapping::find(records, &app_id, &id, id_type);
    match context.storage().read_users(find).await? {
        Some(mapping) => json(&Found {
            status: "OK",
            super_tokens_user_id: mapping.supertokens_user_id,
            external_user_id: mapping.external_user_id,
            external_user_id_info: mapping.external_user_id_info,
        }),
        None => status("UNKNOWN_MAPPING_ERROR"),
    }
}

/// `POST /recipe/userid/map`.
async fn map(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AlreadyExists {
        status: &'static str,
        does_super_tokens_user_id_exist: bool,
        does_external_user_id_exist: bool,
    }

    let fields = Fields::parse(context.request.body)?;
    let mapping = StoredUserIdMapping {
        supertokens_user_id: not_empty("superTokensUserId", &fields.string("superTokensUserId")?)?,
        external_user_id: not_empty("externalUserId", &fields.string("externalUserId")?)?,
        external_user_id_info: info(&fields)?,
    };
    if mapping.external_user_id.len() > MAX_USER_ID_BYTES {
        return Err(ApiError::bad_request(format!("externalUserId must have at most {MAX_USER_ID_BYTES} bytes")));
    }
    let force = force(&fields)?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let map = move |records: &mut dyn UserRecords| user_id_mapping::map(records, &app_id, &mapping, force);
    match context.storage().change_users(map).await? {
        Mapped::Yes => status("OK"),
        Mapped::UnknownUser => status("UNKNOWN_SUPERTOKENS_USER_ID_ERROR"),
        Mapped::Exists { user_is, external_id_is } => json(&AlreadyExists {
            status: "USER_ID_MAPPING_ALREADY_EXISTS_ERROR",
            does_super_tokens_user_id_exist: user_is,
            does_external_user_id_exist: external_id_is,
        }),
        Mapped::ExternalIdIsAUsers => Err(ApiError::bad_request(
            "Cannot create a userId mapping where the externalId is also a SuperTokens userID",
        )),
        Mapped::InUse(recipe) => Err(in_use(recipe)),
    }
}

/// `POST /recipe/userid/map/remove`.
async fn unmap(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Removed {
        status: &'static str,
        did_mapping_exist: bool,
    }

    let fields = Fields::parse(context.request.body)?;
    let id = not_empty("userId", &fields.string("userId")?)?;
    let id_type = id_type(fields.optional_string("userIdType")?.as_deref())?;
    let force = force(&fields)?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let unmap = move |records: &mut dyn UserRecords| user_id_mapping::unmap(records, &app_id, &id, id_type, force);
    match context.storage().change_users(unmap).await? {
        Unmapped::Yes => json(&Removed { status: "OK", did_mapping_exist: true }),
        Unmapped::WasNot => json(&Removed { status: "OK", did_mapping_exist: false }),
        Unmapped::InUse(recipe) => Err(in_use(recipe)),
    }
}

/// `PUT /recipe/userid/external-user-id-info`.
async fn put_info(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let id = not_empty("userId", &fields.string("userId")?)?;
    let id_type = id_type(fields.optional_string("userIdType")?.as_deref())?;
    if !fields.has("externalUserIdInfo") {
        return Err(ApiError::invalid_field("externalUserIdInfo"));
    }
    let info = info(&fields)?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let set =
        move |records: &mut dyn UserRecords| user_id_mapping::set_info(records, &app_id, &id, id_type, info.as_deref());
    status(if context.storage().change_users(set).await? { "OK" } else { "UNKNOWN_MAPPING_ERROR" })
}

fn info(fields: &Fields<'_>) -> Result<Option<String>, ApiError> {
    const NAME: &str = "externalUserIdInfo";
    if fields.is_null(NAME) {
        return Ok(None);
    }
    fields.optional_string(NAME)?.map(|info| not_empty(NAME, &info)).transpose()
}

fn force(fields: &Fields<'_>) -> Result<Force, ApiError> {
    Ok(if fields.optional_boolean("force")?.unwrap_or(false) { Force::Yes } else { Force::No })
}

fn id_type(text: Option<&str>) -> Result<UserIdType, ApiError> {
    match text.map(str::trim) {
        Some("SUPERTOKENS") => Ok(UserIdType::SuperTokens),
        Some("EXTERNAL") => Ok(UserIdType::External),
        Some("ANY") | None => Ok(UserIdType::Any),
        Some(_) => {
            Err(ApiError::bad_request("Field name 'userIdType' should be one of 'SUPERTOKENS', 'EXTERNAL' or 'ANY'"))
        }
    }
}

fn not_empty(name: &str, text: &str) -> Result<String, ApiError> {
    match text.trim() {
        "" => Err(ApiError::bad_request(format!("Field name '{name}' cannot be an empty String"))),
        text => Ok(text.to_owned()),
    }
}

fn in_use(recipe: &str) -> ApiError {
    ApiError::bad_request(format!("UserId is already in use in {recipe} recipe"))
}

//! User metadata: one JSON object per user, merged at its top.

use serde::Serialize;

use super::{Endpoint, Reply, ok_with, status};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    json_object::{JsonObject, push_member},
};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/user/metadata")
        .get(|context| Box::pin(metadata(context)))
        .put(|context| Box::pin(update(context))),
    Endpoint::at("/recipe/user/metadata/bulk").post(|context| Box::pin(of_many(context))),
    Endpoint::at("/recipe/user/metadata/remove").post(|context| Box::pin(remove(context))),
];

/// How many users may be asked about at once.
const MAX_USERS: usize = 500;

/// `GET /recipe/user/metadata`.
async fn metadata(context: &Context<'_>) -> Reply {
    let user_id = context.request.parameter("userId")?;
    let app = context.app_of_public_tenant()?;
    let found = context.storage().user_metadata(app.id.clone(), vec![user_id]).await?;
    let text = found.into_iter().flatten().next();
    ok_with("metadata", &stored(text.as_deref())?)
}

/// `PUT /recipe/user/metadata`.
async fn update(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?.into_owned();
    let update = fields.object("metadataUpdate")?.to_text();
    let app = context.app_of_public_tenant()?;
    let merge = move |stored: Option<&str>| merged(stored.unwrap_or("{}"), &update);
    let text = context.storage().change_user_metadata(app.id.clone(), user_id, Box::new(merge)).await?;
    ok_with("metadata", &stored(text.as_deref())?)
}

/// `POST /recipe/user/metadata/bulk`.
async fn of_many(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Users<'r> {
        status: &'static str,
        users: Vec<OfUser<'r>>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct OfUser<'r> {
        user_id: &'r str,
        metadata: Option<JsonObject<'r>>,
    }

    let fields = Fields::parse(context.request.body)?;
    let user_ids = fields.values("userIds")?;
    if user_ids.len() > MAX_USERS {
        return Err(ApiError::bad_request(format!("You can only query up to {MAX_USERS} users at a time.")));
    }
    let user_ids: Option<Vec<String>> = user_ids.iter().map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let user_ids = user_ids.ok_or_else(|| ApiError::bad_request("userIds array must contain only strings"))?;
    let app = context.app_of_public_tenant()?;
    let found = context.storage().user_metadata(app.id.clone(), user_ids.clone()).await?;
    let mut users = Vec::with_capacity(user_ids.len());
    for (user_id, text) in user_ids.iter().zip(&found) {
        let metadata = text.as_deref().map(|text| stored(Some(text))).transpose()?;
        users.push(OfUser { user_id, metadata });
    }
    json(&Users { status: "OK", users })
}

/// `POST /recipe/user/metadata/remove`.
async fn remove(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?.into_owned();
    let app = context.app_of_public_tenant()?;
    context.storage().remove_user_metadata(app.id.clone(), user_id).await?;
    status("OK")
}

/// The stored object with an update over it. A member of the update takes the place of the stored one, whatever is in
/// either, and `null` takes it away. `None` if what is stored cannot be read.
fn merged(stored: &str, update: &str) -> Option<String> {
    let stored = JsonObject::parse(stored)?;
    let update = JsonObject::parse(update)?;
    let updated = update.names();
    let kept = stored.iter().filter(|(key, _)| !updated.contain(key));
    let new = update.iter().filter(|(_, value)| value.get() != "null");
    let mut text = String::from("{");
    for (key, value) in kept.chain(new) {
        if text.len() > 1 {
            text.push(',');
        }
        push_member(&mut text, key, value.get());
    }
    text.push('}');
    Some(text)
}

/// Reads metadata that this core has stored; a user without any has an empty object.
fn stored(text: Option<&str>) -> Result<JsonObject<'_>, ApiError> {
    let Some(text) = text else { return Ok(JsonObject::default()) };
    JsonObject::parse(text).ok_or_else(|| {
        tracing::error!("the stored metadata of a user is damaged");
        ApiError::Internal
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_merged_at_the_top_only() {
        let merge = |stored: &str, update: &str| merged(stored, update).unwrap();
        assert_eq!(merge(r#"{"a":1,"b":{"c":2}}"#, r#"{"b":{"d":null}}"#), r#"{"a":1,"b":{"d":null}}"#);
        assert_eq!(merge(r#"{"a":1,"b":2}"#, r#"{"a":null,"x":null}"#), r#"{"b":2}"#);
        assert_eq!(
            merge("{}", r#"{"n":123456789012345678901234567890,"z":-0.0}"#),
            r#"{"n":123456789012345678901234567890,"z":-0.0}"#
        );
        assert_eq!(merge(r#"{"a":1}"#, "{}"), r#"{"a":1}"#);
    }

    #[test]
    fn what_cannot_be_read_is_not_overwritten() {
        assert_eq!(merged("damaged", "{}"), None);
    }
}

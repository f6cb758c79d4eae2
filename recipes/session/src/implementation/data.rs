//! What the core keeps of a session, and changing it.

use serde::{Deserialize, Serialize};
use supertokens_kernel::{CorePath, RecipeUserId, TenantId};

use super::wire::Status;
use super::{Result, SessionImplementation};
use crate::functions::{
    GetSessionInformation, MergeIntoAccessTokenPayload, SessionFunctions, UpdateSessionDataInDatabase,
};
use crate::payload::Payload;
use crate::types::SessionInformation;

#[derive(Deserialize)]
#[serde(tag = "status")]
enum InformationAnswer {
    #[serde(rename = "OK")]
    Ok(Box<Information>),
    #[serde(rename = "UNAUTHORISED")]
    Unauthorised,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Information {
    session_handle: String,
    user_id: String,
    recipe_user_id: String,
    user_data_in_database: Payload,
    #[serde(rename = "userDataInJWT")]
    user_data_in_jwt: Payload,
    expiry: u64,
    time_created: u64,
    tenant_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DataBody<'a> {
    session_handle: &'a str,
    user_data_in_database: &'a Payload,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PayloadBody<'a> {
    session_handle: &'a str,
    #[serde(rename = "userDataInJWT")]
    user_data_in_jwt: &'a Payload,
}

impl SessionImplementation {
    pub(crate) async fn get_session_information(
        &self,
        input: GetSessionInformation,
        _top: &SessionFunctions,
    ) -> Result<Option<SessionInformation>> {
        let query = [("sessionHandle", input.session_handle.as_str())];
        let path = CorePath::app("/recipe/session");
        let answer: InformationAnswer = self.shared.core.get(path, &query, &input.user_context).await?;
        Ok(match answer {
            InformationAnswer::Unauthorised => None,
            InformationAnswer::Ok(information) => Some(SessionInformation {
                session_handle: information.session_handle,
                user_id: information.user_id,
                recipe_user_id: RecipeUserId::new(information.recipe_user_id),
                session_data: information.user_data_in_database,
                expiry_ms: information.expiry,
                custom_claims_in_access_token_payload: information.user_data_in_jwt,
                time_created_ms: information.time_created,
                tenant_id: TenantId::new(information.tenant_id),
            }),
        })
    }

    pub(crate) async fn update_session_data_in_database(
        &self,
        input: UpdateSessionDataInDatabase,
        _top: &SessionFunctions,
    ) -> Result<bool> {
        let body = DataBody { session_handle: &input.session_handle, user_data_in_database: &input.new_session_data };
        let path = CorePath::app("/recipe/session/data");
        Ok(self.shared.core.put::<_, Status>(path, &body, &input.user_context).await?.is_ok())
    }

    pub(crate) async fn merge_into_access_token_payload(
        &self,
        input: MergeIntoAccessTokenPayload,
        top: &SessionFunctions,
    ) -> Result<bool> {
        let context = input.user_context;
        let read = GetSessionInformation::new(&*input.session_handle).user_context(context.clone());
        let Some(session) = top.get_session_information(read).await? else {
            return Ok(false);
        };
        let payload = session.custom_claims_in_access_token_payload.without_reserved();
        let payload = payload.updated_by(&input.access_token_payload_update);
        let body = PayloadBody { session_handle: &input.session_handle, user_data_in_jwt: &payload };
        let path = CorePath::app("/recipe/jwt/data");
        Ok(self.shared.core.put::<_, Status>(path, &body, &context).await?.is_ok())
    }
}

//! `POST /session/refresh`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use supertokens_kernel::http::json_response;
use supertokens_kernel::{ApiCall, Error};

use crate::apis::{RefreshPost, SessionApiImplementation, SessionApis};
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::in_request;

/// The route: new tokens in the response, whose body is `{}`.
pub(crate) async fn refresh_post(apis: SessionApis, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let input = RefreshPost { exchange: call.exchange, user_context: call.user_context };
    apis.refresh_post(input).await?;
    json_response(StatusCode::OK, &json!({}))
}

impl SessionApiImplementation {
    pub(crate) async fn refresh_post(
        &self,
        input: RefreshPost,
        _top: &SessionApis,
    ) -> Result<SessionContainer, SessionError> {
        in_request::refresh_session(&self.shared, &self.functions, &input.exchange, input.user_context).await
    }
}

//! `POST /visits`: counts a visit of the session's user.

use bytes::Bytes;
use http::{Response, StatusCode};
use supertokens::Error;
use supertokens::kernel::http::json_response;
use supertokens::kernel::{ApiCall, Ports};
use supertokens::session::{Session, VerifySessionOptions};

use super::ApiImplementation;
use crate::error::VisitsError;
use crate::functions::{RecordVisit, VisitPost, VisitPostResponse, VisitsApis, VisitsFunctions};

/// The route's path below the API base path.
pub(crate) const VISIT_API: &str = "/visits";

/// Answers a request.
pub(crate) async fn visit_post(
    ports: Ports,
    apis: VisitsApis,
    functions: VisitsFunctions,
    call: ApiCall,
) -> Result<Response<Bytes>, Error> {
    let ApiCall { exchange, user_context, .. } = call;
    let sessions = Session::of(&ports)?.with_user_context(user_context.clone());
    let session = sessions.get_session(&exchange, VerifySessionOptions::new()).await?;
    let reply = apis.visit_post(VisitPost { functions, exchange, session, user_context }).await?;
    json_response(StatusCode::OK, &reply)
}

impl ApiImplementation {
    pub(crate) async fn visit_post(
        &self,
        input: VisitPost,
        _top: &VisitsApis,
    ) -> Result<VisitPostResponse, VisitsError> {
        let visit = RecordVisit::new(input.session.user_id()).user_context(input.user_context);
        let visits = input.functions.record_visit(visit).await?;
        Ok(VisitPostResponse::Ok { visits })
    }
}

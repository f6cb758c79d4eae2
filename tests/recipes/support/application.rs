//! The application that tests talk to.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};
use supertokens::emailverification::EmailVerificationClaim;
use supertokens::kernel::http::Attachment;
use supertokens::multitenancy::AllowedDomainsClaim;
use supertokens::session::{ClaimValidator, CreateNewSession, Session, VerifiedSession, VerifySessionOptions};
use supertokens::userroles::{PermissionClaim, UserRoleClaim};
use supertokens::{Error, Exchange};

/// The application's own routes:
///
/// * `/create?tenant=&user=` makes a session;
/// * `/me` gives the access token's payload to whoever has a session;
/// * `/admin`, `/may-delete`, `/verified` and `/domain` do so to those with a claim, the second with one that is not
///   older than a minute;
/// * `/refetch` fetches roles and permissions anew.
pub(super) async fn application(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, _) = request.into_parts();
    let permissions = PermissionClaim::validators().max_age_in_seconds(60);
    let reply = match parts.uri.path() {
        "/create" => create(&parts).await?,
        "/me" => payload(&parts, None).await?,
        "/admin" => payload(&parts, Some(UserRoleClaim::validators().includes("admin"))).await?,
        "/may-delete" => payload(&parts, Some(permissions.includes_all(["read", "delete"]))).await?,
        "/verified" => payload(&parts, Some(EmailVerificationClaim::validators().is_verified())).await?,
        "/domain" => payload(&parts, Some(AllowedDomainsClaim::validators().includes("t1.acme.com"))).await?,
        "/refetch" => refetch(&parts).await?,
        _ => {
            let mut response = Response::new(Full::from("the application's own 404"));
            *response.status_mut() = StatusCode::NOT_FOUND;
            return Ok(response);
        }
    };
    Ok(Response::new(Full::from(reply.to_string())))
}

async fn create(parts: &Parts) -> Result<Value, Error> {
    let query = |name: &str| {
        let pairs = parts.uri.query().unwrap().split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).unwrap().1.to_owned()
    };
    let new = CreateNewSession::new(query("tenant"), query("user"));
    let sessions = Session::of(Attachment::of(parts)?.ports())?;
    let session = sessions.create_new_session(&Exchange::from_parts(parts)?, new).await?;
    Ok(json!({"handle": session.handle()}))
}

async fn payload(parts: &Parts, required: Option<ClaimValidator>) -> Result<Value, Error> {
    let options = required.into_iter().fold(VerifySessionOptions::new(), VerifySessionOptions::require_claim);
    let session: VerifiedSession = VerifiedSession::from_parts(parts, options).await?;
    Ok(session.claims)
}

async fn refetch(parts: &Parts) -> Result<Value, Error> {
    let session: VerifiedSession = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?;
    session.fetch_and_set_claim(&UserRoleClaim).await?;
    session.fetch_and_set_claim(&PermissionClaim).await?;
    Ok(json!(*session.access_token_payload()))
}

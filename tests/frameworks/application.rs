//! What the three applications have in common: the SDK's instance, and what their handlers say.

use serde_json::{Value, json};
use supertokens::session::claims::{ClaimValidationError, ClaimValidationResult, ClaimValidator};
use supertokens::session::{CreateNewSession, Payload, Session, SessionContainer, SessionError, VerifySessionOptions};
use supertokens::{AppInfo, Core, Error, Exchange, Recipe, SuperTokens};

pub(crate) fn supertokens() -> SuperTokens {
    SuperTokens::builder(AppInfo::new("Acme", "https://api.acme.com", "https://acme.org"))
        .core(Core::embedded(":memory:"))
        .recipes(vec![Session::new().boxed()])
        .build()
        .unwrap()
}

pub(crate) fn ping() -> Value {
    json!({"ok": true})
}

pub(crate) fn echo(body: &[u8]) -> Value {
    json!({"bytes": body.len()})
}

pub(crate) fn nothing() -> Value {
    json!({"message": "There is nothing at this address."})
}

pub(crate) fn me(session: &SessionContainer, role: &str) -> Value {
    json!({"userId": session.user_id(), "tenantId": session.tenant_id().as_str(), "role": role})
}

pub(crate) fn optional(session: Option<&SessionContainer>) -> Value {
    json!({"userId": session.map(|session| session.user_id().to_owned())})
}

pub(crate) async fn create(supertokens: &SuperTokens, exchange: &Exchange) -> Result<Value, SessionError> {
    let mut jwt_payload = Payload::new();
    jwt_payload.insert("role", "admin")?;
    let new = CreateNewSession::new("public", "user-1").jwt_payload(jwt_payload);
    Session::of(supertokens)?.create_new_session(exchange, new).await?;
    Ok(json!({"created": true}))
}

pub(crate) async fn create_and_refuse(supertokens: &SuperTokens, exchange: &Exchange) -> Result<Value, SessionError> {
    create(supertokens, exchange).await?;
    Err(SessionError::unauthorised("banned meanwhile"))
}

pub(crate) async fn merge(session: &SessionContainer) -> Result<Value, SessionError> {
    session.merge_into_access_token_payload(&json!({"seen": true})).await?;
    Ok(json!({"seen": session.access_token_payload().get("seen")}))
}

pub(crate) async fn revoke(session: &SessionContainer) -> Result<Value, SessionError> {
    session.revoke_session().await?;
    Ok(json!({"revoked": true}))
}

pub(crate) fn fails(how: &str) -> Error {
    match how {
        "unauthorised" => SessionError::unauthorised("no").into(),
        "try-refresh-token" => SessionError::try_refresh_token("old").into(),
        "token-theft" => SessionError::TokenTheftDetected {
            session_handle: "handle".to_owned(),
            user_id: "user-1".to_owned(),
            recipe_user_id: "user-1".into(),
        }
        .into(),
        "invalid-claim" => {
            let failed = ClaimValidationError { id: "staff".to_owned(), reason: Some(json!({"message": "no"})) };
            SessionError::InvalidClaims(vec![failed]).into()
        }
        "bad-input" => Error::bad_input("no such thing"),
        _ => Error::other(std::io::Error::other("the disk is full")),
    }
}

pub(crate) fn ask_the_core() -> VerifySessionOptions {
    VerifySessionOptions::new().check_database(true)
}

pub(crate) fn unprotected() -> VerifySessionOptions {
    VerifySessionOptions::new().anti_csrf_check(false)
}

pub(crate) fn is_role(expected: &'static str) -> ClaimValidator {
    ClaimValidator::new("role", move |check| match check.payload.get("role") {
        Some(role) if role == expected => ClaimValidationResult::Valid,
        _ => ClaimValidationResult::invalid(json!({"message": "wrong role"})),
    })
}

//! JWTs for any purpose, and the published keys.

use http::{HeaderValue, header::CACHE_CONTROL};
use serde::Serialize;
use supertokens_jose::{Jwk, SignError};

use super::{Endpoint, Reply};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    json_object::{JsonObject, push_member},
    keys::{KeyLives, TokenKind},
    session::access_token::is_encodable,
    storage::KeyKind,
};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/.well-known/jwks.json").without_api_key().get(|context| Box::pin(public_key_set(context))),
    Endpoint::at("/recipe/jwt/jwks").get(|context| Box::pin(key_set(context))),
    Endpoint::at("/recipe/jwt").post(|context| Box::pin(sign(context))),
];

#[derive(Serialize)]
struct KeySet<'k> {
    keys: Vec<&'k Jwk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
}

/// `GET /.well-known/jwks.json`.
async fn public_key_set(context: &Context<'_>) -> Reply {
    let app = context.app()?;
    let (now_ms, lives) = (context.now_ms(), KeyLives::new(&app.config));
    let ring = app.keys.ring(context.storage(), &app.config, now_ms).await?;
    let mut response = json(&KeySet { keys: ring.published(now_ms, lives), status: None })?;
    let cache_control = format!("max-age={}, must-revalidate", ring.cache_seconds(now_ms, lives));
    let cache_control = HeaderValue::from_str(&cache_control).map_err(|error| ApiError::internal(&error))?;
    response.headers_mut().insert(CACHE_CONTROL, cache_control);
    Ok(response)
}

/// `GET /recipe/jwt/jwks`.
async fn key_set(context: &Context<'_>) -> Reply {
    let app = context.app_of_public_tenant()?;
    let now_ms = context.now_ms();
    let ring = app.keys.ring(context.storage(), &app.config, now_ms).await?;
    json(&KeySet { keys: ring.published(now_ms, KeyLives::new(&app.config)), status: Some("OK") })
}

/// `POST /recipe/jwt`.
async fn sign(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Signed {
        status: &'static str,
        jwt: String,
    }

    let fields = Fields::parse(context.request.body)?;
    let algorithm = fields.string("algorithm")?;
    let jwks_domain = fields.string("jwksDomain")?;
    let payload = fields.object("payload")?;
    let validity = u64::try_from(fields.integer("validity")?).unwrap_or(0);
    if validity == 0 {
        return Err(ApiError::bad_request("validity must be greater than or equal to 0"));
    }
    let kind = match fields.optional_boolean("useStaticSigningKey")? {
        Some(false) => KeyKind::Dynamic,
        Some(true) | None => KeyKind::Static,
    };
    let app = context.app_of_public_tenant()?;
    if !algorithm.eq_ignore_ascii_case("RS256") {
        return super::status("UNSUPPORTED_ALGORITHM_ERROR");
    }
    let now_ms = context.now_ms();
    let ring = app.keys.ring(context.storage(), &app.config, now_ms).await?;
    let key = ring.signer(kind, now_ms, KeyLives::new(&app.config)).ok_or(ApiError::Internal)?;
    let text = payload_text(&payload, &jwks_domain, now_ms / 1000, validity);
    let jwt = key.sign(TokenKind::Jwt, text.as_bytes()).map_err(|error| match error {
        SignError::TooLong { .. } => ApiError::bad_request(error.to_string()),
        error => ApiError::internal(&error),
    })?;
    json(&Signed { status: "OK", jwt })
}

/// The claims: `iat`, `exp` and `iss` in front, each overridden by the payload's own.
fn payload_text(payload: &JsonObject<'_>, issuer: &str, issued_at: u64, validity: u64) -> String {
    const OURS: [&str; 3] = ["iat", "exp", "iss"];
    let issuer = serde_json::to_string(issuer).unwrap_or_default();
    let values = [issued_at.to_string(), issued_at.saturating_add(validity).to_string(), issuer];
    let mut text = String::from("{");
    for (name, value) in OURS.into_iter().zip(&values) {
        if text.len() > 1 {
            text.push(',');
        }
        push_member(&mut text, name, payload.get(name).map_or(value, |own| own.get()));
    }
    for (name, value) in payload.iter().filter(|(name, value)| !OURS.contains(name) && is_encodable(name, value)) {
        text.push(',');
        push_member(&mut text, name, value.get());
    }
    text.push('}');
    text
}

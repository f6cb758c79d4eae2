//! The third-party providers of a tenant.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::Reply;
use crate::{
    core::Context,
    endpoints::ok_with,
    http::{ApiError, Fields},
    json_object::JsonObject,
    tenancy::{Provider, ProviderClient, TenantSettings, UserInfoKeys, UserInfoMap},
};

/// `PUT /recipe/multitenancy/config/thirdparty`.
pub(super) async fn put(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let provider = provider(&fields.object("config")?)?;
    if !fields.optional_boolean("skipValidation")?.unwrap_or(false) {
        check_clients(&provider)?;
    }
    let mut is_new = true;
    change(context, |providers| match providers.iter_mut().find(|old| old.third_party_id == provider.third_party_id) {
        Some(old) => {
            *old = provider;
            is_new = false;
        }
        None => providers.push(provider),
    })
    .await?;
    ok_with("createdNew", &is_new)
}

/// `POST /recipe/multitenancy/config/thirdparty/remove`.
pub(super) async fn remove(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let third_party_id = fields.string("thirdPartyId")?;
    let mut did_exist = false;
    change(context, |providers| {
        let before = providers.len();
        providers.retain(|provider| provider.third_party_id != third_party_id.trim());
        did_exist = providers.len() < before;
    })
    .await?;
    ok_with("didConfigExist", &did_exist)
}

/// Changes the providers of the request's tenant.
async fn change(context: &Context<'_>, change: impl FnOnce(&mut Vec<Provider>) + Send) -> Result<(), ApiError> {
    let tenant = context.tenant()?;
    let key = tenant.clone();
    let apply = |settings: Option<&TenantSettings>| {
        let mut settings = settings.cloned().ok_or(ApiError::UnknownTenant(key))?;
        change(&mut settings.providers);
        Ok(settings)
    };
    context.core.tenancy.put(context.storage(), tenant, apply).await.map(drop)
}

/// Reads a provider. What the interface does not know is left out.
fn provider(config: &JsonObject<'_>) -> Result<Provider, ApiError> {
    let text = |name| optional::<String>(config, name);
    let map = |name| optional::<Map<String, Value>>(config, name);
    let third_party_id = text("thirdPartyId")?.ok_or_else(|| ApiError::invalid_field("thirdPartyId"))?;
    let third_party_id = third_party_id.trim().to_owned();
    if third_party_id.is_empty() {
        return Err(invalid("thirdPartyId cannot be null or empty"));
    }
    let clients = optional::<Vec<&RawValue>>(config, "clients")?.unwrap_or_default();
    let clients = clients.into_iter().map(client).collect::<Result<Vec<_>, _>>()?;
    let mut types = HashSet::new();
    if !clients.iter().all(|client| types.insert(client.client_type.as_deref())) {
        return Err(invalid("Duplicate clientType was specified in the clients list."));
    }
    Ok(Provider {
        third_party_id,
        name: text("name")?,
        clients,
        authorization_endpoint: text("authorizationEndpoint")?,
        authorization_endpoint_query_params: map("authorizationEndpointQueryParams")?,
        token_endpoint: text("tokenEndpoint")?,
        token_endpoint_body_params: map("tokenEndpointBodyParams")?,
        user_info_endpoint: text("userInfoEndpoint")?,
        user_info_endpoint_query_params: map("userInfoEndpointQueryParams")?,
        user_info_endpoint_headers: map("userInfoEndpointHeaders")?,
        jwks_uri: text("jwksURI")?,
        oidc_discovery_endpoint: text("oidcDiscoveryEndpoint")?,
        require_email: optional(config, "requireEmail")?,
        user_info_map: user_info_map(config)?,
    })
}

fn client(raw: &RawValue) -> Result<ProviderClient, ApiError> {
    let config = JsonObject::parse(raw.get()).ok_or_else(|| ApiError::invalid_field("clients"))?;
    Ok(ProviderClient {
        client_type: optional(&config, "clientType")?,
        client_id: optional(&config, "clientId")?.ok_or_else(|| invalid("clientId cannot be null"))?,
        client_secret: optional(&config, "clientSecret")?,
        scope: optional(&config, "scope")?,
        force_pkce: optional(&config, "forcePKCE")?,
        additional_config: optional(&config, "additionalConfig")?,
    })
}

fn user_info_map(config: &JsonObject<'_>) -> Result<UserInfoMap, ApiError> {
    let map = optional(config, "userInfoMap")?.unwrap_or_default();
    Ok(UserInfoMap {
        from_id_token_payload: user_info_keys(&map, "fromIdTokenPayload")?,
        from_user_info_api: user_info_keys(&map, "fromUserInfoAPI")?,
    })
}

fn user_info_keys(map: &JsonObject<'_>, name: &str) -> Result<UserInfoKeys, ApiError> {
    let keys: JsonObject<'_> = optional(map, name)?.unwrap_or_default();
    Ok(UserInfoKeys {
        user_id: optional(&keys, "userId")?,
        email: optional(&keys, "email")?,
        email_verified: optional(&keys, "emailVerified")?,
    })
}

/// A field that may be absent, which `null` is as well.
fn optional<'o, T: Deserialize<'o>>(object: &JsonObject<'o>, name: &str) -> Result<Option<T>, ApiError> {
    let Some(raw) = object.get(name) else { return Ok(None) };
    serde_json::from_str(raw.get()).map_err(|_| ApiError::invalid_field(name))
}

/// Checks what the built-in providers cannot do without.
fn check_clients(provider: &Provider) -> Result<(), ApiError> {
    let id = provider.third_party_id.as_str();
    for client in &provider.clients {
        let value = |key: &str| client.additional_config.as_ref().and_then(|config| config.get(key));
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        let has_text = |key: &str| value(key).is_some_and(is_text);
        let may_have_text = |key: &str| value(key).is_none_or(is_text);
        if id.starts_with("apple") && !["keyId", "teamId", "privateKey"].into_iter().all(has_text) {
            return Err(invalid(
                "a non empty string value must be specified for keyId, teamId and privateKey in the additionalConfig for \
                 Apple provider",
            ));
        }
        if id.starts_with("google-workspaces") && !may_have_text("hd") {
            return Err(invalid("hd in additionalConfig must be a non empty string value"));
        }
        if id.starts_with("boxy-saml") && !may_have_text("boxyURL") {
            return Err(invalid(
                "a non empty string value must be specified for boxyURL in the additionalConfig for Boxy SAML provider",
            ));
        }
    }
    Ok(())
}

fn invalid(message: &str) -> ApiError {
    ApiError::bad_request(format!("Invalid third party config: {message}"))
}

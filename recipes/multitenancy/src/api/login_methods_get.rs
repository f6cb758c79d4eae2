//! `GET /loginmethods`: how somebody can sign in to a tenant.

use bytes::Bytes;
use http::{Response, StatusCode};
use supertokens_kernel::http::json_response;
use supertokens_kernel::{ApiCall, AuthFlow, Error};

use super::ApiImplementation;
use crate::functions::{
    GetTenant, LoginMethodsGet as Input, LoginMethodsGetResponse as Output, MultitenancyApis, MultitenancyFunctions,
};
use crate::port::{LoginProviders, ProvidersOfTenant};
use crate::types::{LoginMethods, LoginProvider, ProviderConfig};

/// The route's path below the API base path.
pub const LOGIN_METHODS_API: &str = "/loginmethods";

/// Answers a request.
pub(crate) async fn login_methods_get(
    apis: MultitenancyApis,
    functions: MultitenancyFunctions,
    call: ApiCall,
) -> Result<Response<Bytes>, Error> {
    let ApiCall { exchange, tenant_id, user_context } = call;
    let client_type = exchange.request.query("clientType");
    let input = Input { tenant_id, client_type, functions, exchange, user_context };
    json_response(StatusCode::OK, &apis.login_methods_get(input).await?)
}

impl ApiImplementation {
    pub(crate) async fn login_methods_get(&self, input: Input, _top: &MultitenancyApis) -> Result<Output, Error> {
        let Input { tenant_id, client_type, functions, user_context, .. } = input;
        let get = GetTenant::new(tenant_id.clone()).user_context(user_context.clone());
        let Some(tenant) = functions.get_tenant(get).await? else {
            return Err(Error::bad_input("Tenant not found"));
        };
        let flow = AuthFlow::of(&self.ports);
        let first_factors = flow.get_available_first_factors(&tenant_id, &user_context).await?.unwrap_or_default();
        let providers = match self.ports.get::<dyn LoginProviders>() {
            Some(recipe) => {
                let of_tenant = ProvidersOfTenant { tenant_id, providers: tenant.providers, client_type, user_context };
                recipe.login_providers(of_tenant).await?
            }
            None => tenant.providers.into_iter().filter_map(|config| listed(config, client_type.as_deref())).collect(),
        };
        Ok(Output::Ok(LoginMethods::new(first_factors, providers)))
    }
}

/// A provider is listed if it has the client that the front end is: the one of its type, or, where the front end does
/// not say, the only one.
fn listed(config: ProviderConfig, client_type: Option<&str>) -> Option<LoginProvider> {
    let has_client = match client_type {
        Some(client_type) => config.clients.iter().any(|client| client.client_type.as_deref() == Some(client_type)),
        None => config.clients.len() == 1,
    };
    has_client.then_some(LoginProvider { id: config.third_party_id, name: config.name })
}

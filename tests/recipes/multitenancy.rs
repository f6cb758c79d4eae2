//! Tenants: management, the list of login methods, and the domains that sessions may be used on.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use supertokens::kernel::CorePath;
use supertokens::kernel::ports::AvailableFirstFactors;
use supertokens::kernel::setup::Setup;
use supertokens::multitenancy::{
    AssociateUserToTenant, AssociateUserToTenantResponse, Change, CreateOrUpdateTenant, CreateOrUpdateThirdPartyConfig,
    CreateOrUpdateThirdPartyConfigResponse, DeleteTenant, DeleteThirdPartyConfig, DisassociateUserFromTenant,
    GetTenant, GetTenantId, ListAllTenants, LoginMethodsGet, LoginMethodsGetResponse, Multitenancy,
    MultitenancyFunctions, ProviderClientConfig, ProviderConfig,
};
use supertokens::{Error, InitError, Recipe, TenantId, UserContext};

use crate::support::{App, CoreAccess, TestCore, assert_refused, on_each_core};

on_each_core!(
    tenants_are_made_changed_listed_and_deleted,
    a_tenants_providers_are_kept_and_taken_away,
    an_id_that_no_tenant_can_have_is_refused_by_the_core,
    login_methods_are_those_of_the_requests_tenant,
    login_methods_of_an_unknown_tenant_are_bad_input,
    login_methods_can_be_overridden_and_switched_off,
    the_application_can_choose_the_tenant_of_a_request,
    login_methods_of_a_user_go_into_tenants_and_out_of_them,
    a_route_for_one_domain_is_refused_to_sessions_of_other_tenants,
);

/// A recipe as an application could write it: signs people in with passwords and with a method of its own.
#[derive(Clone)]
struct SignIn;

impl Recipe for SignIn {
    fn id(&self) -> &'static str {
        "sign-in"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        setup.add(Arc::new(AvailableFirstFactors::new(["emailpassword", "own-factor"])));
        Ok(())
    }
}

async fn start(core: TestCore, recipe: Multitenancy) -> App {
    App::start(core, vec![recipe.boxed(), SignIn.boxed(), CoreAccess::default().boxed()]).await
}

fn tenants(app: &App) -> MultitenancyFunctions {
    Multitenancy::of(app).unwrap()
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

async fn create(app: &App, tenant: CreateOrUpdateTenant) -> bool {
    tenants(app).create_or_update_tenant(tenant).await.unwrap()
}

async fn tenants_are_made_changed_listed_and_deleted(core: TestCore) {
    let app = start(core, Multitenancy::new()).await;
    let get = |tenant_id: &str| tenants(&app).get_tenant(GetTenant::new(tenant_id));
    assert_eq!(get("t1").await.unwrap(), None);
    assert!(create(&app, CreateOrUpdateTenant::new("t1").first_factors(list(&["emailpassword"]))).await);
    let core_config = Map::from_iter([("email_verification_token_lifetime".to_owned(), json!(60_000))]);
    assert!(!create(&app, CreateOrUpdateTenant::new("t1").core_config(core_config)).await, "it is not new");

    let tenant = get("t1").await.unwrap().unwrap();
    assert_eq!((tenant.tenant_id.as_str(), &tenant.first_factors), ("t1", &Some(list(&["emailpassword"]))));
    assert_eq!(tenant.core_config["email_verification_token_lifetime"], 60_000);
    assert!(!create(&app, CreateOrUpdateTenant::new("t1").first_factors(Change::Remove)).await);
    assert_eq!(get("t1").await.unwrap().unwrap().first_factors, None);

    let all = tenants(&app).list_all_tenants(ListAllTenants::new()).await.unwrap();
    let mut ids: Vec<_> = all.iter().map(|tenant| tenant.tenant_id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["public", "t1"]);
    for did_exist in [true, false] {
        assert_eq!(tenants(&app).delete_tenant(DeleteTenant::new("t1")).await.unwrap(), did_exist);
    }
    assert_eq!(get("t1").await.unwrap(), None);
}

async fn a_tenants_providers_are_kept_and_taken_away(core: TestCore) {
    let app = start(core, Multitenancy::new()).await;
    let mut client = ProviderClientConfig::new("id").client_secret("secret").client_type("web");
    client.scope = Some(list(&["email"]));
    client.force_pkce = Some(true);
    let provider = ProviderConfig::new("google").client(client.clone());
    for created_new in [true, false] {
        let input = CreateOrUpdateThirdPartyConfig::new("public", provider.clone());
        let response = tenants(&app).create_or_update_third_party_config(input).await.unwrap();
        assert_eq!(response, CreateOrUpdateThirdPartyConfigResponse::Ok { created_new });
    }
    let tenant = tenants(&app).get_tenant(GetTenant::new("public")).await.unwrap().unwrap();
    assert_eq!((tenant.providers[0].third_party_id.as_str(), &tenant.providers[0].clients), ("google", &vec![client]));
    for did_config_exist in [true, false] {
        let input = DeleteThirdPartyConfig::new("public", "google");
        assert_eq!(tenants(&app).delete_third_party_config(input).await.unwrap(), did_config_exist);
    }
}

async fn an_id_that_no_tenant_can_have_is_refused_by_the_core(core: TestCore) {
    let app = start(core, Multitenancy::new()).await;
    for tenant_id in ["", "with space", "appid-x", "ünder"] {
        let error = tenants(&app).create_or_update_tenant(CreateOrUpdateTenant::new(tenant_id)).await.unwrap_err();
        let Error::Core(error) = error else { panic!("{error}") };
        assert_eq!(error.status_code().map(|status| status.as_u16()), Some(400), "{tenant_id:?}");
    }
}

async fn login_methods_are_those_of_the_requests_tenant(core: TestCore) {
    let app = start(core, Multitenancy::new()).await;
    create(&app, CreateOrUpdateTenant::new("t1").first_factors(list(&["own-factor", "webauthn"]))).await;
    let provider = ProviderConfig::new("google").client(ProviderClientConfig::new("id"));
    let input = CreateOrUpdateThirdPartyConfig::new("t1", provider);
    tenants(&app).create_or_update_third_party_config(input).await.unwrap();

    let methods = |email_password: bool, providers: Value, first_factors: Value| {
        json!({
            "status": "OK",
            "emailPassword": {"enabled": email_password},
            "thirdParty": {"enabled": false, "providers": providers},
            "webauthn": {"enabled": false},
            "passwordless": {"enabled": false},
            "firstFactors": first_factors,
        })
    };
    let browser = app.browser();
    let of_public = methods(true, json!([]), json!(["emailpassword", "own-factor"]));
    for path in ["/auth/loginmethods", "/auth/public/loginmethods", "/auth/loginmethods?x=y"] {
        browser.get(path).send().await.assert_status(200).assert_json(&of_public);
    }
    let of_t1 = methods(false, json!([{"id": "google"}]), json!(["own-factor"]));
    browser.get("/auth/t1/loginmethods").send().await.assert_status(200).assert_json(&of_t1);
    let as_tv = methods(false, json!([]), json!(["own-factor"]));
    browser.get("/auth/t1/loginmethods?clientType=tv").send().await.assert_json(&as_tv);
}

async fn login_methods_of_an_unknown_tenant_are_bad_input(core: TestCore) {
    let app = start(core, Multitenancy::new()).await;
    let response = app.browser().get("/auth/nobody/loginmethods").send().await;
    response.assert_status(400).assert_json(&json!({"message": "Tenant not found"}));
}

async fn login_methods_can_be_overridden_and_switched_off(core: TestCore) {
    let recipe = Multitenancy::new().override_apis(|apis| {
        apis.login_methods_get(async move |input, original| match original.login_methods_get(input).await? {
            LoginMethodsGetResponse::Ok(methods) if methods.first_factors.is_empty() => {
                Ok(LoginMethodsGetResponse::Ok(methods))
            }
            _ => Ok(LoginMethodsGetResponse::GeneralError { message: "closed for today".to_owned() }),
        })
    });
    let app = start(core, recipe).await;
    let response = app.browser().get("/auth/loginmethods").send().await;
    response.assert_status(200).assert_json(&json!({"status": "GENERAL_ERROR", "message": "closed for today"}));

    let off = Multitenancy::new().override_apis(|apis| apis.disable::<LoginMethodsGet>());
    let app = start(core, off).await;
    let response = app.browser().get("/auth/loginmethods").send().await;
    assert_eq!((response.status(), response.text().as_str()), (404, "the application's own 404"));
}

async fn the_application_can_choose_the_tenant_of_a_request(core: TestCore) {
    let recipe = Multitenancy::new().override_functions(|functions| {
        functions.get_tenant_id(async move |input, original| {
            let request = input.user_context.request().cloned().unwrap_or_default();
            match request.header("x-customer") {
                Some(customer) => original.get_tenant_id(GetTenantId::new(customer)).await,
                None => original.get_tenant_id(input).await,
            }
        })
    });
    let app = start(core, recipe).await;
    create(&app, CreateOrUpdateTenant::new("t1").first_factors(list(&["own-factor"]))).await;
    let response = app.browser().get("/auth/loginmethods").header("x-customer", "t1").send().await;
    assert_eq!(response.json::<Value>()["firstFactors"], json!(["own-factor"]));
    let response = app.browser().get("/auth/loginmethods").send().await;
    assert_eq!(response.json::<Value>()["firstFactors"], json!(["emailpassword", "own-factor"]));
}

/// Signs somebody in to a tenant with a code, and gives the login method's id.
async fn passwordless_user(app: &App, tenant_id: &str, email: &str) -> String {
    let core = CoreAccess::of(app);
    let (tenant_id, context) = (TenantId::new(tenant_id), UserContext::new());
    let path = CorePath::tenant(&tenant_id, "/recipe/signinup/code");
    let code: Value = core.post(path, &json!({"email": email}), &context).await.unwrap();
    let consume = json!({"preAuthSessionId": code["preAuthSessionId"], "linkCode": code["linkCode"]});
    let path = CorePath::tenant(&tenant_id, "/recipe/signinup/code/consume");
    let user: Value = core.post(path, &consume, &context).await.unwrap();
    user["recipeUserId"].as_str().unwrap().to_owned()
}

async fn login_methods_of_a_user_go_into_tenants_and_out_of_them(core: TestCore) {
    use AssociateUserToTenantResponse as Response;
    let app = start(core, Multitenancy::new()).await;
    create(&app, CreateOrUpdateTenant::new("t1")).await;
    let ada = passwordless_user(&app, "public", "ada@example.com").await;
    let associate = |user: &str| tenants(&app).associate_user_to_tenant(AssociateUserToTenant::new("t1", user));
    for was_already_associated in [false, true] {
        assert_eq!(associate(&ada).await.unwrap(), Response::Ok { was_already_associated });
    }
    assert_eq!(associate("nobody").await.unwrap(), Response::UnknownUserId);
    for was_associated in [true, false] {
        let input = DisassociateUserFromTenant::new("t1", ada.as_str());
        assert_eq!(tenants(&app).disassociate_user_from_tenant(input).await.unwrap(), was_associated);
    }
    passwordless_user(&app, "t1", "ada@example.com").await;
    assert_eq!(associate(&ada).await.unwrap(), Response::EmailAlreadyExists);
}

async fn a_route_for_one_domain_is_refused_to_sessions_of_other_tenants(core: TestCore) {
    let recipe = Multitenancy::new().get_allowed_domains_for_tenant_id(async |tenant_id, _context| {
        Ok(Some(vec![format!("{tenant_id}.acme.com"), "localhost".to_owned()]))
    });
    let app = start(core, recipe).await;
    create(&app, CreateOrUpdateTenant::new("t1")).await;
    app.signed_in_to("t1", "user-1").await.get("/domain").send().await.assert_status(200);
    let reason = json!({
        "message": "wrong value", "expectedToInclude": "t1.acme.com", "actualValue": ["public.acme.com", "localhost"],
    });
    assert_refused(&app.signed_in_as("user-1").await.get("/domain").send().await, "st-t-dmns", &reason);

    let silent = start(core, Multitenancy::new()).await;
    let reason = json!({"message": "value does not exist", "expectedToInclude": "t1.acme.com"});
    assert_refused(&silent.signed_in_as("user-1").await.get("/domain").send().await, "st-t-dmns", &reason);
}

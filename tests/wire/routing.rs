//! §9: which requests the SDK answers, which it hands back untouched, and which recipe and tenant they are for.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use supertokens::kernel::http::json_response;
use supertokens::kernel::ports::Tenants;
use supertokens::kernel::{BoxFuture, CorePath, Route, Setup};
use supertokens::session::TokenTransferMethod::Header;
use supertokens::session::{RefreshPost, Session, SignOutPost};
use supertokens::{Error, InitError, Recipe, TenantId, UserContext};

use crate::support::{App, CoreDouble, Given, Issuer, Reply, TestCore, localhost, on_each_core};

on_each_core!(
    a_gateways_path_is_told_to_browsers_and_not_expected_in_requests,
    other_methods_go_back_to_the_application,
    disabled_apis_go_back_to_the_application,
    an_unhandled_request_keeps_its_body,
    the_tenant_is_a_segment_before_the_route,
    a_session_belongs_to_its_tenant,
    the_rid_header_chooses_between_recipes_and_never_hides_a_route,
    a_recipe_may_map_the_tenants_of_front_ends,
);

/// Whether the SDK answered: the application has its own 404.
fn is_answered(reply: &Reply) -> bool {
    let own_404 = reply.body.as_str().is_some_and(|text| text.starts_with("the application's own 404"));
    assert_eq!(reply.status == StatusCode::NOT_FOUND, own_404, "{reply:?}");
    !own_404
}

/// No core is asked for anything, so that there is but one pass.
#[tokio::test]
async fn routes_lie_below_the_base_path_at_a_segment_boundary() {
    for (base, path, answered) in [
        ("/auth", "/auth/session/refresh", true),
        ("/auth", "/auth/session/refresh/", true),
        ("/auth", "/auth/session/refresh?a=b", true),
        ("/auth", "/authors/session/refresh", false),
        ("/auth", "/session/refresh", false),
        ("/auth", "/api/auth/session/refresh", false),
        ("/auth", "/AUTH/session/refresh", false),
        ("/auth", "/auth/Session/Refresh", false),
        ("/auth", "/auth/session/refreshed", false),
        ("/auth", "/auth/session", false),
        ("/auth", "/auth", false),
        ("/auth", "/auth//session/refresh", false),
        ("/auth", "/auth/%73ession/refresh", false),
        ("/Api/V1/", "/Api/V1/session/refresh", true),
        ("/Api/V1/", "/api/v1/session/refresh", false),
        ("/", "/session/refresh", true),
        ("", "/session/refresh", true),
        ("", "/auth/session/refresh/more", false),
    ] {
        let double = CoreDouble::of_keys(&Issuer::new());
        let app = Given::on_double(double).app_info(localhost().api_base_path(base)).start().await;
        let reply = app.post(path).send().await;
        assert_eq!(is_answered(&reply), answered, "§9 base {base:?}, path {path}");
    }
}

async fn a_gateways_path_is_told_to_browsers_and_not_expected_in_requests(core: TestCore) {
    let app = Given::on(core).app_info(localhost().api_gateway_path("/gateway")).start().await;
    assert!(is_answered(&app.post("/auth/session/refresh").send().await));
    assert!(!is_answered(&app.post("/gateway/auth/session/refresh").send().await));
    let created = app.post("/create").auth_mode(Header).send().await;
    assert_eq!(created.front_token().unwrap()["up"]["iss"], "http://localhost:3001/gateway/auth");
}

async fn other_methods_go_back_to_the_application(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for path in ["/auth/session/refresh/", "/auth/signout", "/auth/t1/signout"] {
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"] {
            let reply = app.call(method.parse().unwrap(), path).send().await;
            assert!(!is_answered(&reply), "§9 {method} {path}");
            assert!(reply.leaves_tokens_alone());
        }
        assert!(is_answered(&app.post(path).send().await), "§9 POST {path}");
    }
    for method in [Method::HEAD, Method::OPTIONS, Method::POST] {
        assert!(!is_answered(&app.call(method, "/auth/jwt/jwks.json").send().await));
    }
}

async fn disabled_apis_go_back_to_the_application(core: TestCore) {
    let session = Session::new().override_apis(|apis| apis.disable::<RefreshPost>().disable::<SignOutPost>());
    let app = App::new(core, session).await;
    let tokens = app.create(Header).await;
    let sign_out = app.post("/auth/signout").session(&tokens).body("12345").send().await;
    assert_eq!(sign_out.body, "the application's own 404; 5 bytes came with it");
    assert!(sign_out.leaves_tokens_alone());
    assert!(!is_answered(&app.post("/auth/t1/session/refresh").send().await));
    assert_eq!(app.get("/me").session(&tokens).send().await.status, 200);
}

async fn an_unhandled_request_keeps_its_body(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    // Longer than what the SDK would read of a request of its own.
    let body = vec![b'x'; 2 * 1024 * 1024];
    for path in ["/elsewhere", "/auth/elsewhere", "/authors"] {
        let call = app.post(path).header("content-encoding", "br").header("content-type", "application/json");
        let reply = call.body(body.clone()).send().await;
        assert_eq!(reply.body, "the application's own 404; 2097152 bytes came with it", "{path}");
        assert_eq!(reply.headers.len(), 0, "{path}: {reply:?}");
    }
    assert_eq!(app.core_calls(), [""; 0]);
}

async fn the_tenant_is_a_segment_before_the_route(core: TestCore) {
    let app = Given::on(core).recipe(Probe::new("probe", "/probe")).start().await;
    for (path, tenant) in [
        ("/auth/probe", Some("public")),
        ("/auth/t1/probe", Some("t1")),
        ("/auth/Tenant-2/probe/", Some("tenant-2")),
        ("/auth/public/probe", Some("public")),
        ("/auth/probe/probe", Some("probe")),
        ("/auth/t_1/probe", None),
        ("/auth/appid-t1/probe", None),
        ("/auth/t.1/probe", None),
        ("/auth/t%31/probe", None),
        ("/auth//probe", None),
        ("/auth/t1/t2/probe", None),
        ("/auth/t1", None),
    ] {
        let reply = app.get(path).send().await;
        assert_eq!(is_answered(&reply).then(|| &reply.body["tenant"]), tenant.map(Value::from).as_ref(), "§9 {path}");
    }
    let tokens = app.create(Header).await;
    let refreshed = app.post("/auth/t1/session/refresh").headers(tokens.for_refresh()).send().await;
    assert_eq!(refreshed.status, 200, "a session is refreshed whatever tenant the path names: {refreshed:?}");
}

async fn a_session_belongs_to_its_tenant(core: TestCore) {
    // An app of its own on the shared core, since tenants stay.
    let app = Given::on(core).core_config("access_token_validity", 3600).start().await;
    let context = UserContext::new();
    let tenant = json!({"tenantId": "t1", "coreConfig": {}});
    let _: Value = app.core().put(CorePath::app("/recipe/multitenancy/tenant/v2"), &tenant, &context).await.unwrap();
    app.core_calls();
    let created = app.post("/create?tenant=t1").auth_mode(Header).send().await;
    assert_eq!(created.front_token().unwrap()["up"]["tId"], "t1");
    assert_eq!(app.core_calls(), ["POST /t1/recipe/session"]);
    let tokens = created.tokens(Header);
    assert_eq!(app.get("/me").session(&tokens).send().await.body["tenantId"], "t1");
    let refreshed = app.refresh(&tokens).send().await;
    assert_eq!(refreshed.front_token().unwrap()["up"]["tId"], "t1");

    let of = async |tenant: &str| {
        let handles = app.sessions().get_all_session_handles_for_user("user-1", Some(TenantId::new(tenant))).await;
        handles.unwrap()
    };
    assert_eq!((of("t1").await, of("public").await), (vec![tokens.handle], vec![]));

    let unknown = app.post("/create?tenant=t2").auth_mode(Header).send().await;
    unknown.assert_is(500, "Internal server error");
    assert!(unknown.leaves_tokens_alone());
}

async fn the_rid_header_chooses_between_recipes_and_never_hides_a_route(core: TestCore) {
    let given =
        Given::on(core).recipe(Probe::new("first", "/probe")).recipe(Probe::new("second", "/probe").alias("both"));
    let app = given.recipe(Probe::new("third", "/third")).start().await;
    for (rid, answering) in [
        (None, "first"),
        (Some("first"), "first"),
        (Some("second"), "second"),
        (Some("both"), "second"),
        (Some("third"), "first"),
        (Some("unknown"), "first"),
        (Some("anti-csrf"), "first"),
        (Some(""), "first"),
    ] {
        for path in ["/auth/probe", "/auth/t1/probe"] {
            let reply = app.get(path).headers(rid.map(|rid| ("rid", rid))).send().await;
            assert_eq!(reply.body["recipe"], answering, "§9 rid {rid:?} at {path}");
        }
        let third = app.get("/auth/third").headers(rid.map(|rid| ("rid", rid))).send().await;
        assert_eq!(third.body["recipe"], "third", "§9 rid {rid:?}");
    }
    let bytes = app.get("/auth/probe").header("rid", b"\xff").send().await;
    assert_eq!(bytes.body["recipe"], "first");
    for rid in ["session", "anti-csrf", "emailpassword", "first"] {
        let tokens = app.create(Header).await;
        assert_eq!(app.refresh(&tokens).header("rid", rid).send().await.status, 200, "§9 rid {rid} on refresh");
    }
}

async fn a_recipe_may_map_the_tenants_of_front_ends(core: TestCore) {
    let app = Given::on(core).recipe(Probe::new("probe", "/probe")).recipe(Mapping).start().await;
    assert_eq!(app.get("/auth/t1/probe").send().await.body["tenant"], "mapped-t1");
    assert_eq!(app.get("/auth/probe").send().await.body["tenant"], "mapped-public");
    let refused = app.get("/auth/forbidden/probe").send().await;
    refused.assert_is(400, "no such tenant");
}

/// A recipe with one route, which tells who answered and for which tenant.
#[derive(Clone)]
struct Probe {
    id: &'static str,
    path: &'static str,
    alias: Option<&'static str>,
}

impl Probe {
    fn new(id: &'static str, path: &'static str) -> Self {
        Self { id, path, alias: None }
    }

    fn alias(mut self, rid: &'static str) -> Self {
        self.alias = Some(rid);
        self
    }
}

impl Recipe for Probe {
    fn id(&self) -> &'static str {
        self.id
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let id = self.id;
        setup.route(Route::new(Method::GET, self.path, move |call| async move {
            json_response(StatusCode::OK, &json!({"recipe": id, "tenant": call.tenant_id.as_str()}))
        }));
        if let Some(rid) = self.alias {
            setup.rid_alias(rid);
        }
        Ok(())
    }
}

/// A recipe that says which tenant a front end means.
#[derive(Clone)]
struct Mapping;

impl Recipe for Mapping {
    fn id(&self) -> &'static str {
        "mapping"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        setup.provide::<dyn Tenants>(Arc::new(Self))
    }
}

impl Tenants for Mapping {
    fn tenant_id_of(&self, tenant_id: TenantId, _: UserContext) -> BoxFuture<Result<TenantId, Error>> {
        Box::pin(async move {
            match tenant_id.as_str() {
                "forbidden" => Err(Error::bad_input("no such tenant")),
                other => Ok(TenantId::new(format!("mapped-{other}"))),
            }
        })
    }
}

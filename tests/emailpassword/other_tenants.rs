//! People whose login methods are of different tenants.

use serde_json::{Value, json};
use supertokens::kernel::CorePath;

use crate::site::{ADA, PASSWORD, Site, credentials, form, outcome};
use crate::support::{TestCore, on_each_core};

on_each_core!(a_login_method_of_another_tenant_is_nobodys_here, an_app_in_place_of_a_tenant_is_no_route,);

/// Ada signs in to `t1` with a third party and to `t2` with a password; both are of one user.
async fn ada_of_two_tenants(site: &Site) -> String {
    let all = json!(null);
    site.tenant("t1", all.clone()).await;
    site.tenant("t2", all).await;
    let body = json!({
        "thirdPartyId": "google", "thirdPartyUserId": "g-ada", "email": {"id": ADA, "isVerified": true},
    });
    let primary = site.ask_core("t1", "/recipe/signinup", &body).await["recipeUserId"].clone();
    let account = site.new_user_of("t2", ADA).await;
    for (path, body) in [
        ("/recipe/accountlinking/user/primary", json!({"recipeUserId": primary})),
        ("/recipe/accountlinking/user/link", json!({"recipeUserId": account.id, "primaryUserId": primary})),
    ] {
        let answer: Value = site.app.core().post(CorePath::app(path), &body, &Default::default()).await.unwrap();
        assert_eq!(answer["status"], "OK");
    }
    primary.as_str().unwrap().to_owned()
}

async fn a_login_method_of_another_tenant_is_nobodys_here(core: TestCore) {
    let site = Site::start(core).await;
    let ada = ada_of_two_tenants(&site).await;
    let exists = async |tenant: &str| {
        let path = format!("/auth/{tenant}/emailpassword/email/exists?email={ADA}");
        site.app.get(&path).send().await.body["exists"].clone()
    };
    assert_eq!((exists("t1").await, exists("t2").await), (json!(false), json!(true)));

    // Somebody else has a password there, who is not Ada.
    let other = site.new_user_of("t1", ADA).await;
    assert_eq!(exists("t1").await, json!(true));
    for (tenant, user) in [("t1", &other.id), ("t2", &ada)] {
        let signed_in = site.post(&format!("/auth/{tenant}/signin"), &credentials(ADA, PASSWORD)).await;
        assert_eq!(signed_in.body["user"]["id"], **user, "{signed_in:?}");
    }
    let asked = site.post("/auth/t1/user/password/reset/token", &form(&[("email", ADA)])).await;
    assert_eq!(outcome(&asked), (200, json!({"status": "OK"})));
    let mail = site.mails().await.pop().unwrap();
    assert_eq!(mail.recipe_user_id.as_deref(), Some(&*other.id));
}

async fn an_app_in_place_of_a_tenant_is_no_route(core: TestCore) {
    let site = Site::start(core).await;
    site.app.core_calls();
    for path in ["/auth/appid-b/signup", "/auth/APPID-b/signin", "/auth/appid-b/user/password/reset/token"] {
        let reply = site.post(path, &credentials(ADA, PASSWORD)).await;
        assert_eq!(reply.status, 404, "the application's own answer to {path}");
    }
    assert!(site.app.core_calls().is_empty());
}

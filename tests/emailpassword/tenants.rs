//! Tenants: each has users of its own.

use serde_json::json;
use supertokens::TenantId;
use supertokens::kernel::CorePath;

use crate::site::{ADA, PASSWORD, Site, credentials, form, reset_body};
use crate::support::{TestCore, on_each_core};

const NEW: &str = "a new password 2";

on_each_core!(
    the_same_address_is_another_user_in_another_tenant,
    a_token_of_another_tenant_is_refused_and_stays_good_where_it_belongs,
    an_unknown_tenant_is_an_error,
    the_tenant_that_does_not_allow_passwords_refuses_them,
);

async fn tenant(site: &Site, id: &str, factors: serde_json::Value) {
    let body = json!({"tenantId": id, "firstFactors": factors});
    let path = CorePath::app("/recipe/multitenancy/tenant/v2");
    let answer: serde_json::Value = site.app.core().put(path, &body, &Default::default()).await.unwrap();
    assert_eq!(answer["status"], "OK");
}

async fn the_same_address_is_another_user_in_another_tenant(core: TestCore) {
    let site = Site::start(core).await;
    tenant(&site, "acme", json!(null)).await;
    let ada = site.new_user(ADA).await;
    let elsewhere = site.post("/auth/acme/signup", &credentials(ADA, "another password 2")).await;
    assert_eq!(elsewhere.body["user"]["tenantIds"], json!(["acme"]), "{elsewhere:?}");
    assert_ne!(elsewhere.body["user"]["id"], ada.id);
    for (path, password, expected) in [
        ("/auth/signin", PASSWORD, "OK"),
        ("/auth/public/signin", PASSWORD, "OK"),
        ("/auth/acme/signin", PASSWORD, "WRONG_CREDENTIALS_ERROR"),
        ("/auth/acme/signin", "another password 2", "OK"),
    ] {
        assert_eq!(site.post(path, &credentials(ADA, password)).await.body["status"], expected, "{path}");
    }
    let session = elsewhere.tokens(supertokens::session::TokenTransferMethod::Header);
    assert_eq!(site.app.get("/me").session(&session).send().await.body["tenantId"], "acme");
    for (path, exists) in [("/auth/acme/emailpassword/email/exists", true), ("/auth/signup/email/exists", true)] {
        let reply = site.app.get(&format!("{path}?email={ADA}")).send().await;
        assert_eq!(reply.body["exists"], exists);
    }
}

async fn a_token_of_another_tenant_is_refused_and_stays_good_where_it_belongs(core: TestCore) {
    let site = Site::start(core).await;
    tenant(&site, "acme", json!(null)).await;
    site.new_user(ADA).await;
    site.post("/auth/acme/signup", &credentials(ADA, PASSWORD)).await;
    site.post("/auth/acme/user/password/reset/token", &form(&[("email", ADA)])).await;
    let mail = site.mails().await.pop().unwrap();
    assert!(mail.link.ends_with("&tenantId=acme"), "{}", mail.link);
    let body = reset_body(&mail.token(), NEW);
    let here = site.post("/auth/user/password/reset", &body).await;
    assert_eq!(here.body, json!({"status": "RESET_PASSWORD_INVALID_TOKEN_ERROR"}));
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK", "the same address in this tenant keeps its own");
    let there = site.post("/auth/acme/user/password/reset", &body).await;
    assert_eq!(there.body, json!({"status": "OK"}));
    assert_eq!(site.post("/auth/acme/signin", &credentials(ADA, NEW)).await.body["status"], "OK");
}

async fn an_unknown_tenant_is_an_error(core: TestCore) {
    let site = Site::start(core).await;
    for path in ["/auth/nowhere/signup", "/auth/nowhere/signin"] {
        let reply = site.post(path, &credentials(ADA, PASSWORD)).await;
        assert_eq!(reply.status, 500, "{path} {reply:?}");
        assert!(reply.leaves_tokens_alone());
    }
}

async fn the_tenant_that_does_not_allow_passwords_refuses_them(core: TestCore) {
    let site = Site::start(core).await;
    tenant(&site, "codes-only", json!(["otp-email"])).await;
    for path in ["/auth/codes-only/signup", "/auth/codes-only/signin"] {
        let allowed = site.post("/auth/signup", &credentials("eve@example.com", PASSWORD)).await;
        assert_eq!(allowed.status, 200);
        let reply = site.post(path, &credentials(ADA, PASSWORD)).await;
        if path.ends_with("signup") {
            assert_eq!(reply.status, 401, "{reply:?}");
        } else {
            assert_eq!(reply.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}), "there is no such user");
        }
    }
    let users = site.users();
    let input = supertokens::kernel::users::GetUsers::new(TenantId::new("codes-only"));
    assert!(users.get_users_oldest_first(input).await.unwrap().users.is_empty());
}

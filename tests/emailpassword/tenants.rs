//! Tenants: each has users of its own.

use serde_json::json;
use supertokens::TenantId;
use supertokens::users::GetUsers;

use crate::site::{ADA, PASSWORD, Site, credentials, form, outcome, reset_body};
use crate::support::{TestCore, on_each_core};

const NEW: &str = "a new password 2";

on_each_core!(
    the_same_address_is_another_user_in_another_tenant,
    a_token_of_another_tenant_is_refused_and_stays_good_where_it_belongs,
    an_unknown_tenant_is_an_error,
    the_tenant_that_does_not_allow_passwords_refuses_them,
);

async fn the_same_address_is_another_user_in_another_tenant(core: TestCore) {
    let site = Site::start(core).await;
    site.tenant("acme", json!(null)).await;
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
    site.new_user("eve@example.com").await;
    for (tenant, email, exists) in
        [("", ADA, true), ("/acme", ADA, true), ("", "eve@example.com", true), ("/acme", "eve@example.com", false)]
    {
        for path in ["/emailpassword/email/exists", "/signup/email/exists"] {
            let reply = site.app.get(&format!("/auth{tenant}{path}?email={email}")).send().await;
            assert_eq!(outcome(&reply), (200, json!({"status": "OK", "exists": exists})), "{tenant}{path} {email}");
        }
    }
}

async fn a_token_of_another_tenant_is_refused_and_stays_good_where_it_belongs(core: TestCore) {
    let site = Site::start(core).await;
    site.tenant("acme", json!(null)).await;
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
    site.tenant("codes-only", json!(null)).await;
    let sign_up = async |email| site.post("/auth/codes-only/signup", &credentials(email, PASSWORD)).await;
    let sign_in = async |password| site.post("/auth/codes-only/signin", &credentials(ADA, password)).await;
    let ada = sign_up(ADA).await;
    assert_eq!((&ada.body["status"], &ada.body["user"]["tenantIds"]), (&json!("OK"), &json!(["codes-only"])));
    assert_eq!(sign_in(PASSWORD).await.body["status"], "OK", "passwords are a way in so far");
    site.tenant("codes-only", json!(["otp-email"])).await;

    sign_up("eve@example.com").await.assert_is(401, "unauthorised");
    sign_in(PASSWORD).await.assert_is(401, "unauthorised");
    assert_eq!(sign_in("wrong password 1").await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
    let users = site.users().get_users_oldest_first(GetUsers::new(TenantId::new("codes-only"))).await.unwrap().users;
    let ids: Vec<_> = users.iter().map(|user| &*user.id).collect();
    assert_eq!(ids, [ada.body["user"]["id"].as_str().unwrap()], "nobody was made");
    // Other tenants are not concerned.
    assert_eq!(site.sign_up("eve@example.com", PASSWORD).await.body["status"], "OK");
    assert_eq!(site.sign_in("eve@example.com", PASSWORD).await.body["status"], "OK");
}

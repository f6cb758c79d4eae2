//! `POST /signup`.

use serde_json::json;
use supertokens::session::TokenTransferMethod::{Cookie, Header};

use crate::site::{ADA, PASSWORD, Site, credentials, field_error, outcome};
use crate::support::{TestCore, on_each_core};

on_each_core!(
    signing_up_makes_a_user_and_a_session,
    the_reply_has_the_form_of_the_front_ends_version,
    an_address_is_trimmed_and_compared_in_lower_case,
    a_second_sign_up_with_the_address_is_refused_at_the_field,
    an_address_or_password_that_breaks_the_rules_is_refused_at_its_field,
    a_made_up_address_is_no_first_factor,
    signing_up_anew_in_a_session_makes_another_session,
    signing_up_into_a_session_needs_one,
);

async fn signing_up_makes_a_user_and_a_session(core: TestCore) {
    let site = Site::start(core).await;
    for (email, method) in [(ADA, Header), ("eve@example.com", Cookie)] {
        let call = site.app.post("/auth/signup").header("rid", "emailpassword").auth_mode(method);
        let reply = call.json(&credentials(email, PASSWORD)).send().await;
        assert_eq!(reply.status, 200);
        let (user, id) = (&reply.body["user"], &reply.body["user"]["id"]);
        let joined = user["timeJoined"].as_u64().expect("a time");
        let expected = json!({
            "id": id, "isPrimaryUser": false, "tenantIds": ["public"], "emails": [email], "phoneNumbers": [],
            "thirdParty": [], "webauthn": {"credentialIds": []},
            "loginMethods": [{
                "recipeId": "emailpassword", "recipeUserId": id, "tenantIds": ["public"], "email": email,
                "timeJoined": joined, "verified": false,
            }],
            "timeJoined": joined,
        });
        assert_eq!(reply.body, json!({"status": "OK", "user": expected}));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let tokens = reply.tokens(method);
        let me = site.app.get("/me").session(&tokens).send().await;
        assert_eq!((&me.body["userId"], &me.body["recipeUserId"], &me.body["tenantId"]), (id, id, &json!("public")));
    }
}

async fn the_reply_has_the_form_of_the_front_ends_version(core: TestCore) {
    let site = Site::start(core).await;
    for (fdi, whole) in [
        ("1.17", false),
        ("1.18", true),
        ("1.19", true),
        ("2.0", false),
        ("3.0", true),
        ("3.1", true),
        ("4.0", true),
        ("4.2", true),
        ("1.17,2.0,4.2", true),
    ] {
        let email = format!("{}@example.com", fdi.replace([',', '.'], "-"));
        for path in ["/auth/signup", "/auth/signin"] {
            let call = site.app.post(path).header("fdi-version", fdi).auth_mode(Header);
            let reply = call.json(&credentials(&email, PASSWORD)).send().await;
            assert_eq!(reply.body["status"], "OK", "{fdi} {reply:?}");
            let mut keys: Vec<_> = reply.body["user"].as_object().unwrap().keys().map(String::as_str).collect();
            keys.sort_unstable();
            let expected: &[&str] = if whole {
                &[
                    "emails",
                    "id",
                    "isPrimaryUser",
                    "loginMethods",
                    "phoneNumbers",
                    "tenantIds",
                    "thirdParty",
                    "timeJoined",
                    "webauthn",
                ]
            } else {
                &["email", "id", "timeJoined"]
            };
            assert_eq!(keys, expected, "{fdi} {path}");
            assert_eq!(reply.body.as_object().unwrap().len(), 2, "{fdi}: {reply:?}");
        }
    }
}

async fn an_address_is_trimmed_and_compared_in_lower_case(core: TestCore) {
    let site = Site::start(core).await;
    let reply = site.sign_up("  Ada@Example.com\t", PASSWORD).await;
    assert_eq!(reply.body["user"]["emails"], json!([ADA]));
    assert_eq!(site.sign_in(" ADA@example.COM ", PASSWORD).await.body["status"], "OK");
}

async fn a_second_sign_up_with_the_address_is_refused_at_the_field(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    let reply = site.sign_up("ADA@example.com", "another password 2").await;
    let error = "This email already exists. Please sign in instead.";
    assert_eq!(outcome(&reply), (200, field_error(&[("email", error)])));
    assert!(reply.leaves_tokens_alone());
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK", "the first password is the one");
}

async fn an_address_or_password_that_breaks_the_rules_is_refused_at_its_field(core: TestCore) {
    let site = Site::start(core).await;
    let long = "a1".repeat(50);
    for (email, password, errors) in [
        ("ada", PASSWORD, &[("email", "Email is invalid")][..]),
        (ADA, "a1", &[("password", "Password must contain at least 8 characters, including a number")]),
        (ADA, &*long, &[("password", "Password's length must be lesser than 100 characters")]),
        (ADA, "12345678", &[("password", "Password must contain at least one alphabet")]),
        (ADA, "abcdefgh", &[("password", "Password must contain at least one number")]),
        ("", "", &[("password", "Field is not optional"), ("email", "Field is not optional")]),
        ("   ", PASSWORD, &[("email", "Field is not optional")]),
        (
            "@",
            "x",
            &[
                ("password", "Password must contain at least 8 characters, including a number"),
                ("email", "Email is invalid"),
            ],
        ),
    ] {
        let reply = site.sign_up(email, password).await;
        assert_eq!(outcome(&reply), (200, field_error(errors)), "{email:?} {password:?}");
    }
    assert!(site.app.core_calls().iter().all(|call| call.ends_with("/apiversion")), "the core is not asked");
}

async fn a_made_up_address_is_no_first_factor(core: TestCore) {
    let site = Site::start(core).await;
    for email in ["u@stfakeemail.supertokens.com", "u@google.fakeemail.com", "u@STFakeEmail.SuperTokens.com"] {
        let error = "This email already exists. Please sign in instead.";
        assert_eq!(site.sign_up(email, PASSWORD).await.body, field_error(&[("email", error)]));
        assert_eq!(site.sign_in(email, PASSWORD).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
    }
}

async fn signing_up_anew_in_a_session_makes_another_session(core: TestCore) {
    let site = Site::start(core).await;
    let ada = site.new_user(ADA).await;
    for (index, (fdi, flag)) in [("3.0", None), ("4.0", None), ("4.0", Some(false))].into_iter().enumerate() {
        let mut body = credentials(&format!("eve{index}@example.com"), PASSWORD);
        if let Some(flag) = flag {
            body["shouldTryLinkingWithSessionUser"] = flag.into();
        }
        let call = site.app.post("/auth/signup").header("fdi-version", fdi).session(&ada.tokens).auth_mode(Header);
        let reply = call.json(&body).send().await;
        // Without the application's rule, nothing is linked.
        assert_eq!(reply.body["status"], "OK", "{reply:?}");
        assert_ne!(reply.tokens(Header).handle, ada.tokens.handle);
        assert_ne!(reply.body["user"]["id"], ada.id);
    }
}

async fn signing_up_into_a_session_needs_one(core: TestCore) {
    let site = Site::start(core).await;
    for path in ["/auth/signup", "/auth/signin"] {
        let mut body = credentials(ADA, PASSWORD);
        body["shouldTryLinkingWithSessionUser"] = true.into();
        site.post(path, &body).await.assert_is(401, "unauthorised");
        body["shouldTryLinkingWithSessionUser"] = "yes".into();
        assert_eq!(site.post(path, &body).await.outcome(), (400, "shouldTryLinkingWithSessionUser must be a boolean"));
        // Front ends before 3.1 do not know the flag.
        let old = site.app.post(path).header("fdi-version", "3.0").auth_mode(Header);
        body["shouldTryLinkingWithSessionUser"] = true.into();
        assert_eq!(old.json(&body).send().await.body["status"], "OK", "{path}");
    }
}

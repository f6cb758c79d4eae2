//! §4: access tokens of every version, what makes them good, and when the core is asked.
//!
//! Tokens of versions that no core of today makes are signed here, and a double publishes the keys.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use supertokens::session::Session;
use supertokens::session::TokenTransferMethod::{Cookie, Header};

use crate::support::{
    App, BOTH_WAYS, CoreDouble, Given, Issuer, TestCore, Tokens, core_body, machine_now_ms, on_each_core,
};

on_each_core!(
    sessions_are_signed_with_the_kind_of_key_that_is_configured,
    the_sessions_own_claims_cannot_be_set_by_the_application,
    the_database_is_asked_where_that_is_wanted,
    a_payload_changed_behind_the_token_is_sent_when_the_database_is_asked,
    at_interface_5_4_a_refreshed_token_is_promoted_on_first_use,
    at_interface_5_6_a_refreshed_token_is_final,
);

const VERIFY: &str = "/recipe/session/verify";
const KEYS: &str = "/.well-known/jwks.json";

fn now_s() -> u64 {
    machine_now_ms() / 1000
}

/// The payload of a token of version 5, good for an hour.
fn payload() -> Value {
    json!({
        "sub": "user-1", "rsub": "recipe-user-1", "tId": "t1", "iat": now_s(), "exp": now_s() + 3600,
        "sessionHandle": "handle-1", "refreshTokenHash1": "hash", "parentRefreshTokenHash1": null,
        "antiCsrfToken": null, "role": "admin"
    })
}

/// The payload of a token of version 2.
fn legacy_payload() -> Value {
    let now_ms = machine_now_ms();
    json!({
        "userId": "user-1", "sessionHandle": "handle-1", "refreshTokenHash1": "hash", "userData": {"role": "admin"},
        "timeCreated": now_ms, "expiryTime": now_ms + 3_600_000
    })
}

fn with(mut payload: Value, field: &str, value: Value) -> Value {
    payload[field] = value;
    payload
}

fn without(mut payload: Value, field: &str) -> Value {
    payload.as_object_mut().unwrap().remove(field);
    payload
}

fn header(version: &str) -> Value {
    json!({"kid": "d-1", "typ": "JWT", "version": version, "alg": "RS256"})
}

#[tokio::test]
async fn tokens_of_every_version_are_understood() {
    let issuer = Issuer::new();
    let app = Given::on_double(CoreDouble::of_keys(&issuer)).start().await;
    let (v3, v4) = (without(without(payload(), "rsub"), "tId"), without(payload(), "rsub"));
    let unversioned = without(header("3"), "version");
    for (row, token, recipe_user_id, tenant_id) in [
        ("v1", issuer.legacy_token(1, "d-1", &legacy_payload()), "user-1", "public"),
        ("v2", issuer.legacy_token(2, "d-1", &legacy_payload()), "user-1", "public"),
        ("no version is v3", issuer.token_with_header(&unversioned, &v3), "user-1", "public"),
        ("v3", issuer.token_with_header(&header("3"), &v3), "user-1", "public"),
        ("v4", issuer.token_with_header(&header("4"), &v4), "user-1", "t1"),
        ("v5", issuer.token_with_header(&header("5"), &payload()), "recipe-user-1", "t1"),
        ("stt 0 is a session", issuer.token("d-1", &with(payload(), "stt", json!(0))), "recipe-user-1", "t1"),
    ] {
        let authorization = format!("Bearer {token}");
        let cookie = format!("sAccessToken={token}");
        for (name, value) in [("authorization", authorization), ("cookie", cookie)] {
            let me = app.get("/me").header(name, value).send().await;
            assert_eq!(me.status, 200, "§4 {row} as {name}: {me:?}");
            let ids = ["userId", "recipeUserId", "tenantId", "handle"].map(|key| me.body[key].as_str().unwrap());
            assert_eq!(ids, ["user-1", recipe_user_id, tenant_id, "handle-1"], "§4 {row} as {name}");
            assert_eq!(me.body["payload"]["role"], "admin", "§4 {row} as {name}");
            assert!(me.leaves_tokens_alone());
        }
    }
}

#[tokio::test]
async fn what_is_not_an_access_token_is_passed_over() {
    let issuer = Issuer::new();
    let app = Given::on_double(CoreDouble::of_keys(&issuer)).start().await;
    let good = issuer.token("d-1", &payload());
    let cut = good.rsplit_once('.').unwrap().0;
    let with_header = |field, value| issuer.token_with_header(&with(header("5"), field, value), &payload());
    let mut rows = vec![
        ("two parts".to_owned(), cut.to_owned()),
        ("an empty signature".to_owned(), format!("{cut}.")),
        ("four parts".to_owned(), format!("{good}.x")),
        ("no base64".to_owned(), format!("!{good}")),
        ("a number as version".to_owned(), with_header("version", json!(5))),
        ("a version below 3 with a key id".to_owned(), with_header("version", json!("2"))),
        ("a version that is no number".to_owned(), with_header("version", json!("five"))),
        ("another type".to_owned(), with_header("typ", json!("at+jwt"))),
        ("no key id".to_owned(), issuer.token_with_header(&without(header("5"), "kid"), &payload())),
        ("no signature wanted".to_owned(), with_header("alg", json!("none"))),
        ("another algorithm".to_owned(), with_header("alg", json!("HS256"))),
        ("a token of the OAuth recipe".to_owned(), issuer.token("d-1", &with(payload(), "stt", json!(1)))),
        ("a list as payload".to_owned(), issuer.token("d-1", &json!([payload()]))),
    ];
    for field in ["sub", "rsub", "tId", "iat", "exp", "sessionHandle", "refreshTokenHash1"] {
        rows.push((format!("v5 without {field}"), issuer.token("d-1", &without(payload(), field))));
        rows.push((format!("v5 with an object as {field}"), issuer.token("d-1", &with(payload(), field, json!({})))));
    }
    for field in ["userId", "sessionHandle", "refreshTokenHash1", "userData", "expiryTime", "timeCreated"] {
        rows.push((format!("v2 without {field}"), issuer.legacy_token(2, "d-1", &without(legacy_payload(), field))));
    }
    for (row, token) in rows {
        for (name, value) in [("authorization", format!("Bearer {token}")), ("cookie", format!("sAccessToken={token}"))]
        {
            let me = app.get("/me").header(name, &value).send().await;
            assert_eq!(me.outcome(), (401, "unauthorised"), "§4 {row} as {name}");
            assert!(me.leaves_tokens_alone(), "§4 {row} as {name}: {me:?}");
            let optional = app.get("/optional").header(name, value).send().await;
            assert_eq!(optional.body, json!({"userId": null}), "§4 {row} as {name}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_asks_for_a_refresh() {
    let issuer = Issuer::new();
    let app = Given::on_double(CoreDouble::of_keys(&issuer)).start().await;
    let good = issuer.token("d-1", &payload());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let other = issuer.token("d-1", &with(payload(), "sub", json!("user-2")));
    let (other, _) = other.rsplit_once('.').unwrap();
    let long_ago_ms = machine_now_ms() - 14_400_000 - 60_000;
    let old = with(legacy_payload(), "timeCreated", json!(long_ago_ms));
    let expired = with(legacy_payload(), "expiryTime", json!(machine_now_ms() - 60_000));
    for (row, token) in [
        ("expired", issuer.token("d-1", &with(payload(), "exp", json!(now_s() - 60)))),
        ("another token's signature", format!("{other}.{signature}")),
        ("a key that is not published", issuer.token("x-1", &payload())),
        ("signed with another key than it says", {
            let token = issuer.token("s-1", &payload());
            let (_, signature) = token.rsplit_once('.').unwrap();
            format!("{signed}.{signature}")
        }),
        ("a key that does not rotate", issuer.token("s-1", &payload())),
        ("v2, signed with an unknown key, from before the keys were fetched", issuer.legacy_token(2, "x-1", &old)),
        ("v2, expired", issuer.legacy_token(2, "d-1", &expired)),
    ] {
        for path in ["/me", "/optional"] {
            let me = app.get(path).header("authorization", format!("Bearer {token}")).send().await;
            assert_eq!(me.outcome(), (401, "try refresh token"), "§4, §5 row 9: {row} at {path}");
            assert!(me.leaves_tokens_alone(), "§4 {row}: {me:?}");
        }
    }
    assert!(app.core_calls().iter().all(|call| call == "GET /.well-known/jwks.json"), "the core is not bothered");
}

#[tokio::test]
async fn a_token_that_has_been_good_is_not_good_for_longer_than_it_says() {
    let issuer = Issuer::new();
    let app = Given::on_double(CoreDouble::of_keys(&issuer)).start().await;
    let bearer = format!("Bearer {}", issuer.token("d-1", &payload()));
    let me = || app.get("/me").header("authorization", &bearer).send();
    for _ in 0..2 {
        assert_eq!(me().await.status, 200);
    }
    app.clock.advance_ms(2 * 60 * 60 * 1000);
    me().await.assert_is(401, "try refresh token");
}

#[tokio::test]
async fn the_core_is_asked_about_a_token_of_version_2_that_no_known_key_has_signed() {
    let session = json!({
        "handle": "handle-1", "userId": "user-1", "recipeUserId": "user-1", "userDataInJWT": {"role": "admin"},
        "tenantId": "public"
    });
    for (answer, outcome) in [
        (json!({"status": "OK", "session": session}), (200, "")),
        (json!({"status": "UNAUTHORISED", "message": "Session does not exist."}), (401, "unauthorised")),
        (json!({"status": "TRY_REFRESH_TOKEN", "message": "..."}), (401, "try refresh token")),
    ] {
        let issuer = Issuer::new();
        let status = answer["status"].clone();
        let double = CoreDouble::new(&issuer, move |_| (200, answer.clone()));
        let app = Given::on_double(double).start().await;
        let token = issuer.legacy_token(2, "x-1", &legacy_payload());
        let me = app.get("/me").header("authorization", format!("Bearer {token}")).send().await;
        assert_eq!(me.outcome(), outcome, "§4 step 5, {status}");
        assert_eq!(me.clears(Cookie) && me.clears(Header), status == "UNAUTHORISED", "{status}: {me:?}");
        let calls = app.full_core_calls();
        let verify = calls.iter().find(|call| call.url.ends_with(VERIFY)).unwrap();
        let expected =
            json!({"accessToken": token, "doAntiCsrfCheck": false, "enableAntiCsrf": false, "checkDatabase": false});
        assert_eq!(core_body(verify), expected);
    }
}

#[tokio::test]
async fn waiting_requests_share_one_fetch_of_the_keys() {
    let issuer = Issuer::new();
    let double = CoreDouble::of_keys(&issuer);
    let app = Given::on_double(double.clone()).start().await;
    let call = |number: u32| {
        let token = issuer.token("d-1", &with(payload(), "number", json!(number)));
        app.get("/me").header("authorization", format!("Bearer {token}")).send()
    };
    let (one, two, three, four) = tokio::join!(call(1), call(2), call(3), call(4));
    assert_eq!([one, two, three, four].map(|reply| reply.status.as_u16()), [200; 4]);
    assert_eq!(double.asked(), [KEYS]);
}

#[tokio::test]
async fn keys_are_fetched_anew_for_an_unknown_one_when_they_are_old_and_not_while_cooling_down() {
    let issuer = Issuer::new();
    issuer.publish(&["d-1"]);
    let double = CoreDouble::of_keys(&issuer);
    let app = Given::on_double(double.clone()).session(Session::new().jwks_refresh_interval_sec(100)).start().await;
    let me =
        |kid: &str| app.get("/me").header("authorization", format!("Bearer {}", issuer.token(kid, &payload()))).send();
    assert_eq!(me("d-1").await.status, 200);
    issuer.publish(&["d-1", "d-2"]);
    me("d-2").await.assert_is(401, "try refresh token");
    assert_eq!(double.asked().len(), 1, "a forged key id does not make the SDK ask at once");
    app.clock.advance_ms(501);
    assert_eq!(me("d-2").await.status, 200);
    assert_eq!(double.asked().len(), 2);

    issuer.publish(&["d-2"]);
    assert_eq!(me("d-1").await.status, 200, "the keys at hand are young");
    app.clock.advance_ms(100_000);
    me("d-1").await.assert_is(401, "try refresh token");
    assert_eq!(double.asked().len(), 3);

    issuer.go_away();
    app.clock.advance_ms(100_000);
    assert_eq!(me("d-2").await.status, 200, "a core that is away signs nobody out");
    assert_eq!(double.asked().len(), 4);
}

#[tokio::test]
async fn without_keys_nobody_is_let_in_and_nobody_loses_a_token() {
    let issuer = Issuer::new();
    issuer.go_away();
    let app = Given::on_double(CoreDouble::of_keys(&issuer)).start().await;
    let bearer = format!("Bearer {}", issuer.token("d-1", &payload()));
    let me = app.get("/me").header("authorization", bearer).send().await;
    me.assert_is(401, "try refresh token");
    assert!(me.leaves_tokens_alone());
}

#[tokio::test]
async fn a_promoted_token_goes_to_the_front_end_with_the_anti_csrf_token_of_the_request() {
    let issuer = Issuer::new();
    let expires_s = now_s() + 7200;
    let promoted = issuer.token("d-1", &with(payload(), "exp", json!(expires_s)));
    let answered = promoted.clone();
    let asked = Arc::<Mutex<Vec<Value>>>::default();
    let seen = asked.clone();
    let double = CoreDouble::new(&issuer, move |request| {
        assert_eq!(request.uri().path(), VERIFY);
        seen.lock().unwrap().push(serde_json::from_slice(request.body()).unwrap());
        let session = json!({
            "handle": "handle-1", "userId": "user-1", "recipeUserId": "recipe-user-1", "userDataInJWT": {},
            "tenantId": "t1"
        });
        let token = json!({"token": answered, "expiry": expires_s * 1000, "createdTime": 1});
        (200, json!({"status": "OK", "session": session, "accessToken": token}))
    });
    let session = Session::new().anti_csrf(supertokens::session::AntiCsrf::ViaToken);
    let app = Given::on_double(double).session(session).start().await;
    let unused = with(payload(), "parentRefreshTokenHash1", json!("parent"));
    let token = issuer.token("d-1", &with(unused, "antiCsrfToken", json!("csrf")));
    let cookie = format!("sAccessToken={token}");
    let me = app.post("/me").header("cookie", cookie).header("anti-csrf", "csrf").send().await;
    assert_eq!((me.status.as_u16(), me.cookie("sAccessToken")), (200, Some(&*promoted)));
    assert_eq!(me.cookie("sRefreshToken"), None);
    assert_eq!(me.front_token().unwrap()["ate"], expires_s * 1000);
    assert_eq!(me.header("anti-csrf"), Some("csrf"));
    let expected = json!({
        "accessToken": token, "antiCsrfToken": "csrf", "doAntiCsrfCheck": true, "enableAntiCsrf": true,
        "checkDatabase": false
    });
    assert_eq!(*asked.lock().unwrap(), [expected]);
}

async fn sessions_are_signed_with_the_kind_of_key_that_is_configured(core: TestCore) {
    for (use_dynamic, prefix) in [(true, "d-"), (false, "s-")] {
        let app = App::new(core, Session::new().use_dynamic_access_token_signing_key(use_dynamic)).await;
        for method in BOTH_WAYS {
            let created = app.create(method).await;
            let refreshed = app.refresh(&created).send().await.tokens(method);
            let merged = app.post("/merge").session(&refreshed).json(&json!({"a": 1})).send().await;
            let merged = match method {
                Cookie => merged.cookie("sAccessToken"),
                Header => merged.header("st-access-token"),
            };
            for token in [&*created.access, &*refreshed.access, merged.unwrap()] {
                let header = token.split('.').next().unwrap();
                let header = supertokens_jose::base64url::decode(header).unwrap();
                let header: Value = serde_json::from_slice(&header).unwrap();
                assert!(header["kid"].as_str().unwrap().starts_with(prefix), "{header}");
            }
            assert_eq!(app.get("/me").session(&refreshed).send().await.status, 200);
        }
    }
}

async fn the_sessions_own_claims_cannot_be_set_by_the_application(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let tokens = app.create(Header).await;
    for name in [
        "sub",
        "iat",
        "exp",
        "sessionHandle",
        "refreshTokenHash1",
        "parentRefreshTokenHash1",
        "antiCsrfToken",
        "rsub",
        "tId",
        "stt",
    ] {
        for path in ["/create", "/merge"] {
            let refused = app.post(path).session(&tokens).json(&json!({name: "mine"})).send().await;
            assert_eq!(refused.status, 500, "§4 {name} at {path}: an error of the application");
            assert!(refused.leaves_tokens_alone());
        }
    }
    let me = app.get("/me").session(&tokens).send().await;
    assert_eq!((&me.body["userId"], &me.body["payload"]["sub"]), (&json!("user-1"), &json!("user-1")));
    // Not protected: the SDK sets it, and the application may replace it.
    let merged = app.post("/merge").session(&tokens).json(&json!({"iss": "mine"})).send().await;
    assert_eq!(merged.front_token().unwrap()["up"]["iss"], "mine");
}

async fn the_database_is_asked_where_that_is_wanted(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        app.get("/me").session(&tokens).send().await;
        app.core_calls();
        let me = async |path| app.get(path).session(&tokens).send().await;
        assert_eq!(me("/me").await.status, 200);
        assert_eq!(app.core_calls(), [""; 0]);
        let asked = me("/me?check_database=true").await;
        assert_eq!((asked.status.as_u16(), asked.leaves_tokens_alone()), (200, true));
        assert_eq!(app.core_calls(), ["POST /recipe/session/verify"]);

        assert!(app.sessions().revoke_session(&tokens.handle).await.unwrap());
        assert_eq!(me("/me").await.status, 200, "its token is good until it expires");
        let refused = me("/me?check_database=true").await;
        refused.assert_is(401, "unauthorised");
        assert!(refused.clears(Cookie) && refused.clears(Header), "{refused:?}");
    }
}

async fn a_payload_changed_behind_the_token_is_sent_when_the_database_is_asked(core: TestCore) {
    // At 5.4 the core's answer brings the new token; from 5.6 on the SDK asks for it.
    for version in ["5.4", "5.6"] {
        let app = Given::on(core).core_config("supertokens_max_cdi_version", version).start().await;
        for method in BOTH_WAYS {
            let tokens = app.create(method).await;
            let change = json!({"role": "root"});
            assert!(app.sessions().merge_into_access_token_payload(&tokens.handle, &change).await.unwrap());
            let me = async |path| app.get(path).session(&tokens).send().await;
            assert_eq!(me("/me").await.body["payload"]["role"], "admin", "the token still says so");
            let asked = me("/me?check_database=true").await;
            assert_eq!(asked.body["payload"]["role"], "root", "{version}: {asked:?}");
            assert_eq!(asked.front_token().unwrap()["up"]["role"], "root", "{version}");
            let access = asked.cookie("sAccessToken").or(asked.header("st-access-token")).unwrap().to_owned();
            let renewed = app.get("/me").session(&Tokens { access, ..tokens }).send().await;
            assert_eq!(renewed.body["payload"]["role"], "root", "{version}");
        }
    }
}

async fn at_interface_5_4_a_refreshed_token_is_promoted_on_first_use(core: TestCore) {
    let app = Given::on(core).core_config("supertokens_max_cdi_version", "5.4").start().await;
    for method in BOTH_WAYS {
        let created = app.create(method).await;
        let refreshed = app.refresh(&created).send().await.tokens(method);
        let me = app.get("/me").session(&refreshed).send().await;
        assert_eq!(me.status, 200);
        let promoted = match method {
            Cookie => me.cookie("sAccessToken"),
            Header => me.header("st-access-token"),
        };
        let promoted = promoted.unwrap_or_else(|| panic!("not promoted: {me:?}")).to_owned();
        assert_ne!(promoted, refreshed.access);
        assert_eq!(me.front_token().unwrap()["up"]["sessionHandle"], *created.handle);
        let promoted = crate::support::Tokens { access: promoted, ..refreshed };
        app.core_calls();
        assert!(app.get("/me").session(&promoted).send().await.leaves_tokens_alone());
        assert_eq!(app.core_calls(), [""; 0], "the promoted token is verified without a call");
    }
}

async fn at_interface_5_6_a_refreshed_token_is_final(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let refreshed = app.refresh(&app.create(method).await).send().await.tokens(method);
        app.get("/me").session(&refreshed).send().await;
        app.core_calls();
        assert!(app.get("/me").session(&refreshed).send().await.leaves_tokens_alone());
        assert_eq!(app.core_calls(), [""; 0]);
    }
}

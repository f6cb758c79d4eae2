//! A session's whole life, with cookies and with headers.

use http::{Method, StatusCode};
use serde_json::json;
use supertokens::session::Session;

use crate::support::App;

#[tokio::test]
async fn a_session_in_cookies_lives_from_creation_to_sign_out() {
    let app = App::new(Session::new());
    let created = app.call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
    assert_eq!(created.status, StatusCode::OK, "{created:?}");
    let (access, refresh) = (created.cookie("sAccessToken").unwrap(), created.cookie("sRefreshToken").unwrap());
    let front = created.front_token().unwrap();
    assert_eq!(front["uid"], "user-1");
    assert_eq!(front["up"]["role"], "admin");
    assert_eq!(front["up"]["iss"], "http://localhost:3001/auth");
    assert_eq!(created.header("access-control-expose-headers"), Some("front-token"));
    assert_eq!(created.header("cache-control"), Some("no-store"));

    let cookie = format!("sAccessToken={access}");
    let me = app.call(Method::GET, "/me", &[("cookie", &cookie)]).await;
    assert_eq!((me.status, &me.body["userId"]), (StatusCode::OK, &json!("user-1")), "{me:?}");
    assert_eq!(me.body["payload"]["role"], "admin");
    assert!(me.set_cookies().is_empty());

    let updated = app.call(Method::POST, "/update", &[("cookie", &cookie)]).await;
    assert_eq!(updated.status, StatusCode::OK, "{updated:?}");
    assert_eq!(updated.front_token().unwrap()["up"]["seen"], true);
    assert!(updated.front_token().unwrap()["up"].get("role").is_none());
    let cookie = format!("sAccessToken={}", updated.cookie("sAccessToken").unwrap());
    assert!(updated.cookie("sRefreshToken").is_none());

    let cookies = format!("{cookie}; sRefreshToken={refresh}");
    let refreshed = app.call(Method::POST, "/auth/session/refresh", &[("cookie", &cookies)]).await;
    assert_eq!((refreshed.status, &refreshed.body), (StatusCode::OK, &json!({})), "{refreshed:?}");
    let cookie = format!("sAccessToken={}", refreshed.cookie("sAccessToken").unwrap());
    assert_ne!(refreshed.cookie("sRefreshToken").unwrap(), refresh);

    let signed_out = app.call(Method::POST, "/auth/signout", &[("cookie", &cookie)]).await;
    assert_eq!((signed_out.status, &signed_out.body), (StatusCode::OK, &json!({"status": "OK"})));
    assert_eq!(signed_out.header("front-token"), Some("remove"));
    assert_eq!(signed_out.cookie("sAccessToken"), Some(""));
    assert_eq!(signed_out.cookie("sRefreshToken"), Some(""));
}

#[tokio::test]
async fn a_session_in_headers_lives_from_creation_to_sign_out() {
    let app = App::new(Session::new());
    let created = app.call(Method::POST, "/create", &[("st-auth-mode", "header")]).await;
    assert!(created.set_cookies().is_empty());
    let authorization = format!("Bearer {}", created.header("st-access-token").unwrap());
    let me = app.call(Method::GET, "/me", &[("authorization", &authorization)]).await;
    assert_eq!((me.status, &me.body["userId"]), (StatusCode::OK, &json!("user-1")));

    let refresh = format!("Bearer {}", created.header("st-refresh-token").unwrap());
    let refreshed = app.call(Method::POST, "/auth/session/refresh", &[("authorization", &refresh)]).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{refreshed:?}");
    let authorization = format!("Bearer {}", refreshed.header("st-access-token").unwrap());

    let signed_out = app.call(Method::POST, "/auth/signout", &[("authorization", &authorization)]).await;
    assert_eq!(signed_out.header("st-access-token"), Some(""));
    assert_eq!(signed_out.header("st-refresh-token"), Some(""));
}

#[tokio::test]
async fn a_request_without_a_session_is_told_so() {
    let app = App::new(Session::new());
    let me = app.call(Method::GET, "/me", &[]).await;
    assert_eq!((me.status, &me.body), (StatusCode::UNAUTHORIZED, &json!({"message": "unauthorised"})));
    assert!(me.set_cookies().is_empty(), "the tokens stay: another request may be refreshing them");
    let optional = app.call(Method::GET, "/optional", &[]).await;
    assert_eq!(optional.body, json!({"userId": null}));
    let other = app.call(Method::GET, "/elsewhere", &[]).await;
    assert_eq!((other.status, other.body), (StatusCode::NOT_FOUND, json!("the application's own 404")));
}

#[tokio::test]
async fn an_expired_access_token_asks_for_a_refresh() {
    let app = App::new(Session::new());
    let created = app.call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
    let cookie = format!("sAccessToken={}", created.cookie("sAccessToken").unwrap());
    app.clock.advance_ms(3_601_000);
    let me = app.call(Method::GET, "/me", &[("cookie", &cookie)]).await;
    assert_eq!((me.status, &me.body), (StatusCode::UNAUTHORIZED, &json!({"message": "try refresh token"})));
}

//! Paths, methods, versions and API keys.

use bytes::Bytes;
use http::Request;
use serde_json::json;
use supertokens_core::Config;

use crate::common::*;

#[tokio::test]
async fn hello_needs_nothing() {
    let core = TestCore::with(Config::from_yaml_str("api_keys: some-api-key-0123456789").unwrap());
    for method in ["GET", "POST", "PUT", "DELETE"] {
        for path in ["/", "/hello", "/public", "/public/hello", "/appid-public/public/hello/"] {
            let answer = core.send(method, path, &[], "").await;
            assert_eq!((answer.status, answer.text.as_str()), (200, "Hello"), "{method} {path}");
            assert_eq!(answer.content_type, "text/html;charset=UTF-8");
        }
    }
    assert_eq!(core.send("GET", "/nosuch", &[], "").await.status, 404);
    assert_eq!(core.send("GET", "/appid-nosuch/hello", &[], "").await.status, 400);
}

#[tokio::test]
async fn exactly_three_versions_are_offered() {
    let core = TestCore::new();
    let answer = core.send("GET", "/apiversion", &[], "").await;
    assert_eq!(answer.json, json!({"versions": ["5.4", "5.5", "5.6"]}));
    assert_eq!(answer.content_type, "application/json;charset=UTF-8");
}

#[tokio::test]
async fn a_version_that_is_not_offered_is_refused_everywhere() {
    let core = TestCore::new();
    for (version, message) in [
        ("99.9", "cdi-version 99.9 not supported"),
        ("5.3", "cdi-version 5.3 not supported"),
        ("5.7", "cdi-version 5.7 not supported"),
        ("5.4.0", "cdi-version 5.4.0 not supported"),
        ("abc", "cdi-version header is invalid"),
        ("", "cdi-version header is invalid"),
        ("5", "cdi-version header is invalid"),
        ("5.", "cdi-version header is invalid"),
        ("+5.4", "cdi-version header is invalid"),
    ] {
        for path in ["/hello", "/.well-known/jwks.json", "/apiversion", "/user/id?userId=a"] {
            let answer = core.send("GET", path, &[("cdi-version", version)], "").await;
            assert_eq!(answer.bad_request(), message, "{path}");
        }
    }
}

#[tokio::test]
async fn without_a_version_the_newest_is_meant() {
    let core = TestCore::new();
    let body = session_of("alice").to_string();
    let session = core.send("POST", "/recipe/session", &[], body).await.ok();
    let verify = json!({"accessToken": access_token(&session), "doAntiCsrfCheck": false, "enableAntiCsrf": false,
                        "checkDatabase": true});
    let verified = core.send("POST", "/recipe/session/verify", &[], verify.to_string()).await.ok();
    assert_eq!(verified["payloadUpdateAvailable"], json!(false));
}

#[tokio::test]
async fn the_config_narrows_the_versions() {
    let text = "supertokens_max_cdi_version: 5.5\nsupertokens_min_cdi_version: 5.5";
    let core = TestCore::with(Config::from_yaml_str(text).unwrap());
    assert_eq!(core.send("GET", "/apiversion", &[], "").await.json, json!({"versions": ["5.5"]}));
    assert_eq!(core.get("5.6", "/hello").await.bad_request(), "cdi-version 5.6 not supported");
    let message = "cdi-version 5.4 is lower than the minimum allowed version 5.5";
    assert_eq!(core.get("5.4", "/hello").await.bad_request(), message);
    // What is meant without a version is the newest that is offered.
    let body = session_of("alice").to_string();
    let session = core.send("POST", "/recipe/session", &[], body).await.ok();
    core.refresh("5.5", refresh_token(&session)).await.ok();
    core.refresh("5.5", refresh_token(&session)).await.ok();
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let core = TestCore::new();
    for (method, path, status) in [
        ("DELETE", "/recipe/session", 405),
        ("OPTIONS", "/recipe/session", 405),
        ("HEAD", "/hello", 405),
        ("TRACE", "/hello", 405),
        ("POST", "/apiversion", 405),
        ("GET", "/recipe/session/verify", 405),
        ("GET", "/recipe/multitenancy/app/v2", 405),
        ("PATCH", "/recipe/session", 501),
        ("GET", "/recipe/nosuch", 404),
        ("POST", "/appid-nosuch/recipe/nosuch", 404),
        ("GET", "/under_score/recipe/session", 404),
    ] {
        assert_eq!(core.send(method, path, &[("cdi-version", "5.6")], "").await.status, status, "{method} {path}");
    }
    let answer = core.get("5.6", "/recipe/nosuch").await;
    assert_eq!((answer.text.as_str(), answer.content_type.as_str()), ("Not found", "text/html;charset=UTF-8"));
    assert_eq!(core.send("DELETE", "/recipe/session", &[], "").await.text, "Method not supported");
}

#[tokio::test]
async fn a_base_path_stands_before_every_path() {
    let core = TestCore::with(Config::from_yaml_str("base_path: core/").unwrap());
    assert_eq!(core.get("5.6", "/core/hello").await.text, "Hello");
    assert_eq!(core.get("5.6", "/core/appid-public/apiversion").await.status, 200);
    assert_eq!(core.get("5.6", "/hello").await.status, 404);
}

#[tokio::test]
async fn one_of_the_api_keys_is_demanded_first_of_all() {
    let core = TestCore::with(Config::from_yaml_str("api_keys: first-key-0123456789,second-key-0123456789").unwrap());
    for (header, value) in [
        ("api-key", "first-key-0123456789"),
        ("api-key", " second-key-0123456789 "),
        ("authorization", "Bearer first-key-0123456789"),
        ("Authorization", "second-key-0123456789"),
    ] {
        assert_eq!(core.send("GET", "/apiversion", &[(header, value)], "").await.status, 200, "{header}: {value}");
    }
    for (header, value) in [
        ("x", "y"),
        ("api-key", ""),
        ("api-key", "wrong"),
        ("api-key", "FIRST-KEY-0123456789"),
        ("api-key", "first-key-0123456789,second-key-0123456789"),
        ("authorization", "Basic first-key-0123456789"),
    ] {
        for (method, path) in [
            ("GET", "/apiversion"),
            ("POST", "/recipe/session"),
            ("GET", "/nosuch/recipe/session"),
            ("GET", "/appid-nosuch/recipe/session"),
            ("DELETE", "/recipe/session"),
        ] {
            let headers = [(header, value), ("cdi-version", "99.9")];
            let answer = core.send(method, path, &headers, "{").await;
            assert_eq!((answer.status, answer.text.as_str()), (401, "Invalid API key"), "{method} {path} {value}");
        }
    }
    for path in ["/hello", "/", "/.well-known/jwks.json"] {
        assert_eq!(core.send("GET", path, &[], "").await.status, 200, "{path}");
    }
    assert_eq!(core.send("GET", "/recipe/nosuch", &[], "").await.status, 404);
}

#[tokio::test]
async fn a_refusal_that_repeats_the_request_is_no_page_that_runs() {
    let core = TestCore::new();
    let request = Request::get("/recipe/session?sessionHandle=a_%3Cscript%3E").body(Bytes::new()).unwrap();
    let response = core.core.call(request).await;
    assert_eq!(response.status(), 400);
    assert!(String::from_utf8_lossy(response.body()).contains("<script>"));
    assert_eq!(response.headers()["content-security-policy"], "default-src 'none'; sandbox");
}

#[tokio::test]
async fn after_shutdown_requests_are_refused_and_nothing_hangs() {
    let core = TestCore::new();
    core.create("5.6").await;
    core.core.shutdown().await;
    core.core.shutdown().await;
    let answer = core.post("5.6", "/recipe/session", session_of("alice")).await;
    assert_eq!((answer.status, answer.text.as_str()), (500, "Internal Error"));
}

#[test]
fn neither_building_nor_dropping_a_core_needs_a_runtime() {
    let core = TestCore::new();
    let clone = core.core.clone();
    drop(core);
    drop(clone);
}

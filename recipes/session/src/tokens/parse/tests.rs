//! Every version's required claims, and what is no access token.

use serde_json::{Value, json};

use super::*;

fn token(header: &Value, payload: &Value) -> String {
    format!(
        "{}.{}.AAAA",
        base64url::encode(header.to_string().as_bytes()),
        base64url::encode(payload.to_string().as_bytes())
    )
}

fn legacy(version: &str, payload: &Value) -> String {
    let header = format!(r#"{{"alg":"RS256","typ":"JWT","version":"{version}"}}"#);
    format!("{}.{}.AAAA", STANDARD.encode(header), STANDARD.encode(payload.to_string()))
}

fn header(version: Value) -> Value {
    json!({"kid": "d-1", "typ": "JWT", "version": version, "alg": "RS256"})
}

fn payload() -> Value {
    json!({
        "sub": "user", "rsub": "recipe-user", "tId": "t1", "exp": 1000, "iat": 900.5, "sessionHandle": "handle",
        "refreshTokenHash1": "hash", "parentRefreshTokenHash1": null, "antiCsrfToken": null, "mine": {"a": [1]}
    })
}

fn without(field: &str) -> Value {
    let mut payload = payload();
    payload.as_object_mut().unwrap().remove(field);
    payload
}

fn read(token: &str) -> Result<AccessTokenInfo, String> {
    parse(token, |_| None).map_err(|error| error.to_string())
}

#[test]
fn version_5_has_everything() {
    let info = read(&token(&header(json!("5")), &payload())).unwrap();
    assert_eq!((info.version, info.uses_dynamic_key()), (5, Some(true)));
    assert_eq!(
        (info.user_id.as_str(), info.recipe_user_id.as_str(), info.tenant_id.as_str()),
        ("user", "recipe-user", "t1")
    );
    assert_eq!((info.expiry_ms, info.time_created_ms), (1_000_000, 900_500));
    assert_eq!((&info.parent_refresh_token_hash1, &info.anti_csrf_token), (&None, &None));
    assert_eq!(info.payload().get("mine"), Some(&json!({"a": [1]})));
    assert_eq!(info.payload().get("sub"), Some(&json!("user")));
}

#[test]
fn a_payload_that_is_not_utf8_is_refused_wherever_that_is() {
    let mut json = payload().to_string().into_bytes();
    let at = json.iter().position(|byte| *byte == b'm').unwrap();
    json[at] = 0xff;
    let header = base64url::encode(header(json!("5")).to_string().as_bytes());
    assert!(read(&format!("{header}.{}.AAAA", base64url::encode(&json))).is_err());
}

#[test]
fn each_version_demands_its_own_claims() {
    let optional_in = |version: &str, field: &str| match field {
        "rsub" => version != "5",
        "tId" => version == "3",
        "parentRefreshTokenHash1" | "antiCsrfToken" | "mine" => true,
        _ => false,
    };
    for version in ["3", "4", "5"] {
        for field in payload().as_object().unwrap().keys() {
            let result = read(&token(&header(json!(version)), &without(field)));
            assert_eq!(result.is_ok(), optional_in(version, field), "version {version} without {field}: {result:?}");
            let mut wrong_type = payload();
            wrong_type[field] = json!([true]);
            let result = read(&token(&header(json!(version)), &wrong_type));
            assert_eq!(result.is_ok(), optional_in(version, field), "version {version}, {field} is a list: {result:?}");
        }
    }
}

#[test]
fn a_header_without_a_version_is_version_3_and_versions_are_strings_of_3_or_more() {
    let mut no_version = header(json!(null));
    no_version.as_object_mut().unwrap().remove("version");
    let info = read(&token(&no_version, &payload())).unwrap();
    assert_eq!((info.version, info.recipe_user_id.as_str(), info.tenant_id.as_str()), (3, "user", "public"));
    for version in [json!(5), json!("2"), json!("x"), json!("3.5"), json!("-3")] {
        assert!(read(&token(&header(version.clone()), &payload())).is_err(), "{version}");
    }
}

#[test]
fn headers_of_other_tokens_are_refused() {
    for (field, value) in [("typ", json!("at+jwt")), ("alg", json!("HS256")), ("alg", json!("none")), ("kid", json!(7))]
    {
        let mut header = header(json!("5"));
        header[field] = value;
        assert!(read(&token(&header, &payload())).is_err(), "{header}");
    }
    let mut no_kid = header(json!("5"));
    no_kid.as_object_mut().unwrap().remove("kid");
    assert!(read(&token(&no_kid, &payload())).is_err());
}

#[test]
fn tokens_of_the_oauth_provider_are_not_session_tokens() {
    for (stt, good) in [(json!(0), true), (json!(1), false), (json!(null), false), (json!("0"), false)] {
        let mut payload = payload();
        payload["stt"] = stt.clone();
        assert_eq!(read(&token(&header(json!("5")), &payload)).is_ok(), good, "stt {stt}");
    }
}

#[test]
fn version_2_keeps_its_times_in_milliseconds_and_the_payload_apart() {
    let payload = json!({
        "sessionHandle": "handle", "userId": "user", "refreshTokenHash1": "hash", "userData": {"role": "admin"},
        "expiryTime": 1000, "timeCreated": 900, "antiCsrfToken": "csrf"
    });
    for version in ["1", "2"] {
        let info = read(&legacy(version, &payload)).unwrap();
        assert_eq!((info.version, info.uses_dynamic_key()), (2, None));
        assert_eq!((info.expiry_ms, info.time_created_ms), (1000, 900));
        assert_eq!(info.payload().as_map(), json!({"role": "admin"}).as_object().unwrap());
        assert_eq!(info.anti_csrf_token.as_deref(), Some("csrf"));
    }
    for field in ["sessionHandle", "userId", "refreshTokenHash1", "userData", "expiryTime", "timeCreated"] {
        let mut payload = payload.clone();
        payload.as_object_mut().unwrap().remove(field);
        assert!(read(&legacy("2", &payload)).is_err(), "without {field}");
    }
}

#[test]
fn garbage_is_refused() {
    let list = token(&header(json!("5")), &json!([1, 2]));
    for text in ["", "a", "a.b", "a.b.c", "...", "\u{fc}.\u{fc}.\u{fc}", list.as_str()] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

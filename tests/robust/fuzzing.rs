//! The fuzz targets' bodies on generated input, so that each test run exercises them.

use proptest::prelude::*;

use crate::fuzz_bodies::{cookie_header, core_request, front_end_body};

/// Text of a cookie header's form, often broken.
const COOKIES: &str = r#"((sAccessToken|sRefreshToken|sIdRefreshToken|a)? ?=? ?("|j:|%[0-9A-F]{2}|%|[a-z.+/]{0,6}|\{\}|é){0,4}(;|; |,|)){0,6}"#;

/// Text that looks like JSON or a form.
const BODY: &str = r#"(\{|\[|\}|\]|,|:|"|null|true|-?[0-9]{1,20}|1e[0-9]{1,3}|"[a-z\\u0-9]{0,8}"|[a-z]{1,4}=[a-z%0-9+]{0,6}&| ){0,24}"#;

/// A request to a route of the session recipe.
const ROUTES: &str = concat!(
    r#"(GET|POST|PUT|HEAD) /auth(/[a-z-]{0,3})?/(session/refresh|signout|jwt/jwks.json|\.well-known/openid-configuration)/?(\?[a-z=&%]{0,6})?\n"#,
    r#"((rid: (session|anti-csrf|[a-z]{0,4})|fdi-version: [0-9.,]{0,6}|st-auth-mode: (header|cookie|[a-zé]{0,3})|"#,
    r#"authorization: (Bearer |bearer)?[A-Za-z0-9+/.=]{0,24}|anti-csrf: [a-z]{0,3}|content-encoding: (br|identity)|"#,
    r#"cookie: s(Access|Refresh|IdRefresh)Token=[A-Za-z0-9%.]{0,24})\n){0,3}\n[a-z{}"]{0,6}"#
);

/// A request to a core, with members of the kinds that its endpoints read.
const CORE_CALLS: &str = concat!(
    r#"(GET|POST|PUT|DELETE) (/appid-[a-z]{0,2})?(/public|/[a-z]{1,2})?/?"#,
    r#"(recipe/session(/verify|/refresh|/remove|/regenerate|/data|/user)?|recipe/jwt|jwt/data|recipe/session/jwt/data|\.well-known/jwks.json|"#,
    r#"apiversion|hello|user/id|recipe/multitenancy/(app|tenant)(/list|/remove)?(/v2)?)"#,
    r#"(\?(userId|sessionHandle|fetchAcrossAllTenants|fetchSessionsForAllLinkedAccounts)=[a-z%0-9]{0,5})?\n"#,
    r#"(cdi-version: (5\.4|5\.5|5\.6|[0-9.]{0,6})\n)?\n"#,
    r#"(\{("(userId|enableAntiCsrf|useDynamicSigningKey|accessToken|refreshToken|doAntiCsrfCheck|checkDatabase|sessionHandle|algorithm|tenantId|appId|validity)":"#,
    r#"("[a-z.0-9A-Z]{0,8}"|true|false|null|-?[0-9]{1,20}|\[\]|\{\}),?"#,
    r#"|"(userDataInJWT|userDataInDatabase|payload|coreConfig)":\{("[a-z]{0,4}":("x"|1e9|\[\{\}\]))?\},?){0,6}\}?)?"#
);

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_bytes_are_handled(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        cookie_header(&bytes);
        front_end_body(&bytes);
        core_request(&bytes);
    }

    #[test]
    fn text_of_a_cookie_headers_form_is_handled(text in COOKIES) {
        cookie_header(text.as_bytes());
    }

    #[test]
    fn any_cookie_value_is_read_as_it_was_written(text: String) {
        cookie_header(text.as_bytes());
    }

    #[test]
    fn text_like_a_body_is_handled(text in BODY) {
        front_end_body(text.as_bytes());
    }

    #[test]
    fn requests_to_routes_are_answered(text in ROUTES) {
        front_end_body(text.as_bytes());
    }

    #[test]
    fn calls_of_a_core_are_answered(text in CORE_CALLS) {
        core_request(text.as_bytes());
    }
}

#[test]
fn deep_nesting_is_handled() {
    for depth in [63, 64, 65, 100, 20_000] {
        let nested = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        front_end_body(nested.as_bytes());
        core_request(format!("POST /recipe/session\n\n{{\"userDataInJWT\":{{\"a\":{nested}}}}}").as_bytes());
    }
}

//! Cores that are away, fail, or answer what no core should.

use http::Request;
use serde_json::{Value, json};
use supertokens::emailpassword::EmailPassword;

use crate::site::{ADA, PASSWORD, Site, credentials, form, outcome, reset_body};
use crate::support::{CoreDouble, Given, Issuer, warnings_of};

/// An application whose core answers so.
async fn with_core(answer: impl Fn(&str) -> (u16, Value) + Send + Sync + 'static) -> Site {
    let double = CoreDouble::new(&Issuer::new(), move |request: &Request<bytes::Bytes>| answer(request.uri().path()));
    Site::of(Given::on_double(double), EmailPassword::new()).await
}

fn requests() -> [(&'static str, Value); 4] {
    [
        ("/auth/signup", credentials(ADA, PASSWORD)),
        ("/auth/signin", credentials(ADA, PASSWORD)),
        ("/auth/user/password/reset/token", form(&[("email", ADA)])),
        ("/auth/user/password/reset", reset_body("the-token", PASSWORD)),
    ]
}

#[tokio::test]
async fn a_core_that_fails_is_our_fault_and_nothing_secret_is_logged() {
    for (status, body) in [
        (500, json!("internal")),
        (400, json!("Field name 'email' is invalid")),
        (404, json!("no")),
        (503, json!("busy")),
        (200, json!({"status": "SOMETHING_NEW"})),
        (200, json!({})),
        (200, json!([1])),
        (200, json!({"status": "OK"})),
        (200, json!({"status": "OK", "users": 7, "user": 7, "recipeUserId": 7})),
    ] {
        let answer = body.clone();
        let site = with_core(move |_| (status, answer.clone())).await;
        for (path, request) in requests() {
            let (reply, log) = warnings_of(site.post(path, &request)).await;
            assert_eq!(outcome(&reply), (500, json!({"message": "Internal server error"})), "{path} {status} {body}");
            assert!(reply.leaves_tokens_alone());
            assert!(!log.contains(PASSWORD) && !log.contains("the-token"), "{log}");
        }
    }
}

#[tokio::test]
async fn a_reset_whose_token_cannot_be_made_is_logged_and_told_to_nobody() {
    let ada = json!({
        "id": "u", "isPrimaryUser": false, "tenantIds": ["public"], "emails": [ADA], "timeJoined": 1,
        "loginMethods": [{
            "recipeId": "emailpassword", "recipeUserId": "u", "tenantIds": ["public"], "email": ADA, "timeJoined": 1,
            "verified": false,
        }],
    });
    let site = with_core(move |path| match path {
        "/public/users/by-accountinfo" => (200, json!({"status": "OK", "users": [ada]})),
        _ => (500, json!("internal")),
    })
    .await;
    let asked = async {
        let reply = site.ask_for_reset(ADA).await;
        assert!(site.mails().await.is_empty());
        reply
    };
    let (reply, log) = warnings_of(asked).await;
    assert_eq!(outcome(&reply), (200, json!({"status": "OK"})));
    assert!(log.contains("an e-mail was not sent"), "{log}");
}

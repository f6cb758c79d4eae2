//! Cores that are away, fail, or answer what no core should.

use std::sync::Arc;

use http::Request;
use serde_json::{Value, json};
use supertokens::emailpassword::EmailPassword;
use tokio::task::JoinSet;

use crate::site::{ADA, PASSWORD, Site, credentials, form, outcome, reset_body};
use crate::support::{CoreDouble, Given, Issuer, TestCore, warnings_of};

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
async fn a_core_that_has_too_many_passwords_to_check_tells_people_when_to_come_back() {
    let given = Given::on(TestCore::InProcess)
        .core_config("argon2_memory_kb", 20_000)
        .core_config("argon2_parallelism", 1)
        .core_config("argon2_hashing_pool_size", 1);
    let site = Arc::new(Site::of(given, EmailPassword::new()).await);
    let mut attempts = JoinSet::new();
    for number in 0..100 {
        let site = site.clone();
        attempts.spawn(async move { site.sign_in(&format!("nobody{number}@example.com"), PASSWORD).await });
    }
    let replies = attempts.join_all().await;
    let (refused, answered): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 503);
    assert!(!refused.is_empty() && answered.len() > 64, "{} of 100 are refused", refused.len());
    for reply in answered {
        assert_eq!(outcome(&reply), (200, json!({"status": "WRONG_CREDENTIALS_ERROR"})));
    }
    for reply in refused {
        let message = "Too many requests at the moment. Please try again later.";
        assert_eq!(reply.body, json!({"message": message}));
        assert!(reply.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
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

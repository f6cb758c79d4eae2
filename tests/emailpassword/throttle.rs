//! Slowing down those who guess.

use std::sync::{Arc, Mutex};

use serde_json::json;
use supertokens::Error;
use supertokens::emailpassword::{
    EmailPassword, FormFieldsError, InMemorySignInThrottle, SignInAttempt, SignInOutcome, SignInPostResponse,
    SignInThrottle, ThrottleDecision,
};
use supertokens::kernel::BoxFuture;

use crate::site::{ADA, PASSWORD, Site, credentials, field_error, form, outcome};
use crate::support::{TestCore, on_each_core};

on_each_core!(
    guessing_is_slowed_down_for_addresses_with_and_without_a_user,
    a_throttle_of_ones_own_sees_attempts_and_outcomes,
    a_throttle_that_fails_lets_nobody_in,
    a_session_and_another_tenant_in_the_path_make_no_new_count,
    letters_of_another_case_in_the_tenant_make_no_new_count,
    an_override_that_says_it_in_its_own_way_makes_no_guess_free,
);

async fn letters_of_another_case_in_the_tenant_make_no_new_count(core: TestCore) {
    let site = Site::with(core, EmailPassword::new().throttle_sign_in(InMemorySignInThrottle::new())).await;
    let ada = site.new_user(ADA).await;
    for tenant in ["public", "Public", "PUBLIC", "pUblic", "puBlic"] {
        for _ in 0..2 {
            let guess = site.post(&format!("/auth/{tenant}/signin"), &credentials(ADA, "wrong password 1")).await;
            assert_eq!(guess.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
        }
    }
    let reply = site.post("/auth/publiC/signin", &credentials(ADA, PASSWORD)).await;
    assert_eq!(reply.body["status"], "GENERAL_ERROR", "of {}", ada.id);
}

async fn an_override_that_says_it_in_its_own_way_makes_no_guess_free(core: TestCore) {
    let recipe = EmailPassword::new().throttle_sign_in(InMemorySignInThrottle::new()).override_apis(|apis| {
        apis.sign_in_post(async |input, original| {
            let asks_for_field = input.form_fields.email().starts_with("field");
            match original.sign_in_post(input).await? {
                SignInPostResponse::WrongCredentials if asks_for_field => {
                    Err(FormFieldsError::of_field("password", "No").into())
                }
                SignInPostResponse::WrongCredentials => Ok(SignInPostResponse::GeneralError { message: "No".into() }),
                other => Ok(other),
            }
        })
    });
    let site = Site::with(core, recipe).await;
    for (email, refusal) in [
        ("general@example.com", json!({"status": "GENERAL_ERROR", "message": "No"})),
        ("field@example.com", field_error(&[("password", "No")])),
    ] {
        for _ in 0..10 {
            assert_eq!(site.sign_in(email, "wrong password 1").await.body, refusal);
        }
        let reply = site.sign_in(email, PASSWORD).await;
        assert_eq!(reply.header("retry-after"), Some("60"), "{reply:?}");
    }
}

async fn guessing_is_slowed_down_for_addresses_with_and_without_a_user(core: TestCore) {
    let site = Site::with(core, EmailPassword::new().throttle_sign_in(InMemorySignInThrottle::new())).await;
    site.new_user(ADA).await;
    for email in [ADA, "nobody@example.com"] {
        for _ in 0..10 {
            assert_eq!(
                site.sign_in(email, "wrong password 1").await.body,
                json!({"status": "WRONG_CREDENTIALS_ERROR"})
            );
        }
        site.app.core_calls();
        let message = "Too many attempts to sign in. Please try again in a minute.";
        let reply = site.sign_in(email, PASSWORD).await;
        assert_eq!(outcome(&reply), (200, json!({"status": "GENERAL_ERROR", "message": message})));
        assert_eq!(reply.header("retry-after"), Some("60"));
        assert!(site.app.core_calls().is_empty(), "the core is not asked");
    }
    site.app.clock.advance_ms(60_000);
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK");
    assert_eq!(site.sign_in(ADA, "wrong password 1").await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
}

#[derive(Clone, Default)]
struct Own(Arc<Mutex<Vec<String>>>);

impl SignInThrottle for Own {
    fn before_sign_in(&self, attempt: SignInAttempt) -> BoxFuture<Result<ThrottleDecision, Error>> {
        assert_eq!(attempt.request.header("x-client"), Some("c1"));
        let decision = match attempt.email.as_str() {
            "stop@example.com" => {
                ThrottleDecision::TooManyRequests { message: "slow down".to_owned(), retry_after_s: Some(7) }
            }
            _ => ThrottleDecision::Allow,
        };
        self.0.lock().unwrap().push(format!("{} {} {decision:?}", attempt.tenant_id, attempt.email.as_str()));
        Box::pin(std::future::ready(Ok(decision)))
    }

    fn after_sign_in(&self, _: SignInAttempt, outcome: SignInOutcome) -> BoxFuture<Result<(), Error>> {
        self.0.lock().unwrap().push(format!("{outcome:?}"));
        Box::pin(std::future::ready(Err(Error::misuse("the counter is away"))))
    }
}

async fn a_throttle_of_ones_own_sees_attempts_and_outcomes(core: TestCore) {
    let own = Own::default();
    let site = Site::with(core, EmailPassword::new().throttle_sign_in(own.clone())).await;
    site.new_user(ADA).await;
    let sign_in = async |email: &str, password: &str| {
        let body = form(&[("email", email), ("password", password)]);
        site.app.post("/auth/signin").header("x-client", "c1").json(&body).send().await
    };
    assert_eq!(sign_in("ADA@example.com", PASSWORD).await.body["status"], "OK", "a failing count stops nobody");
    assert_eq!(sign_in(ADA, "wrong password 1").await.body["status"], "WRONG_CREDENTIALS_ERROR");
    let reply = sign_in("stop@example.com", PASSWORD).await;
    assert_eq!(outcome(&reply), (429, json!({"message": "slow down"})));
    assert_eq!(reply.header("retry-after"), Some("7"));
    // A form with errors is no attempt.
    assert_eq!(sign_in("stop", PASSWORD).await.body["status"], "FIELD_ERROR");
    assert_eq!(
        *own.0.lock().unwrap(),
        [
            "public ada@example.com Allow",
            "SignedIn",
            "public ada@example.com Allow",
            "WrongCredentials",
            "public stop@example.com TooManyRequests { message: \"slow down\", retry_after_s: Some(7) }",
        ]
    );
}

struct Broken;

impl SignInThrottle for Broken {
    fn before_sign_in(&self, _: SignInAttempt) -> BoxFuture<Result<ThrottleDecision, Error>> {
        Box::pin(std::future::ready(Err(Error::misuse("the counter is away"))))
    }
}

async fn a_throttle_that_fails_lets_nobody_in(core: TestCore) {
    let site = Site::with(core, EmailPassword::new().throttle_sign_in(Broken)).await;
    site.new_user(ADA).await;
    let reply = site.sign_in(ADA, PASSWORD).await;
    assert_eq!(outcome(&reply), (500, json!({"message": "Internal server error"})));
    assert!(reply.leaves_tokens_alone());
}

async fn a_session_and_another_tenant_in_the_path_make_no_new_count(core: TestCore) {
    let site = Site::with(core, EmailPassword::new().throttle_sign_in(InMemorySignInThrottle::new())).await;
    site.new_user(ADA).await;
    let eve = site.new_user("eve@example.com").await;
    let guess = async |number: usize| {
        // Front ends of that version do not say whether they want to link: the session is looked at.
        let path = format!("/auth/tenant-{number}/signin");
        let request = site.app.post(&path).header("fdi-version", "3.0").session(&eve.tokens);
        request.json(&form(&[("email", ADA), ("password", "wrong password 1")])).send().await
    };
    for number in 0..10 {
        assert_eq!(guess(number).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
    }
    assert_eq!(guess(10).await.body["status"], "GENERAL_ERROR");
}

//! What the front end gets from an API that the application has overridden or switched off.

use http::Method;
use serde_json::{Value, json};
use supertokens::emailpassword::{
    EmailExistsGet, EmailExistsGetResponse, EmailPassword, GeneratePasswordResetTokenPost,
    GeneratePasswordResetTokenPostResponse, PasswordResetPost, PasswordResetPostResponse, SignInPost,
    SignInPostResponse, SignUpPost, SignUpPostResponse,
};

use crate::site::{ADA, PASSWORD, Site, credentials, form, outcome, reset_body};
use crate::support::{Reply, TestCore, on_each_core};

on_each_core!(
    an_override_answers_in_general,
    a_refusal_of_an_override_is_shown,
    a_switched_off_api_is_the_applications_own_and_the_others_stay,
);

/// An API, as it is asked when all is well.
struct Api {
    method: Method,
    path: String,
    body: Option<Value>,
    /// What the override that answers in general says. No other API has the same.
    message: &'static str,
    /// The recipe without it.
    off: fn() -> EmailPassword,
}

fn post(path: &str, body: Value, message: &'static str, off: fn() -> EmailPassword) -> Api {
    Api { method: Method::POST, path: format!("/auth{path}"), body: Some(body), message, off }
}

fn exists(path: &str) -> Api {
    let off = || EmailPassword::new().override_apis(|apis| apis.disable::<EmailExistsGet>());
    let path = format!("/auth{path}?email={ADA}");
    Api { method: Method::GET, path, body: None, message: "nothing is told", off }
}

fn apis() -> [Api; 6] {
    [
        post("/signup", credentials("eve@example.com", PASSWORD), "no more users", || {
            EmailPassword::new().override_apis(|apis| apis.disable::<SignUpPost>())
        }),
        post("/signin", credentials(ADA, PASSWORD), "closed at night", || {
            EmailPassword::new().override_apis(|apis| apis.disable::<SignInPost>())
        }),
        post("/user/password/reset/token", form(&[("email", ADA)]), "ask the desk", || {
            EmailPassword::new().override_apis(|apis| apis.disable::<GeneratePasswordResetTokenPost>())
        }),
        post("/user/password/reset", reset_body("a-token", PASSWORD), "call us", || {
            EmailPassword::new().override_apis(|apis| apis.disable::<PasswordResetPost>())
        }),
        exists("/emailpassword/email/exists"),
        exists("/signup/email/exists"),
    ]
}

async fn ask(site: &Site, api: &Api) -> Reply {
    let call = site.app.call(api.method.clone(), &api.path).header("rid", "emailpassword");
    match &api.body {
        Some(body) => call.json(body).send().await,
        None => call.send().await,
    }
}

async fn an_override_answers_in_general(core: TestCore) {
    let recipe = EmailPassword::new().override_apis(|apis| {
        let message = |message: &str| message.to_owned();
        apis.sign_up_post(async move |_, _| Ok(SignUpPostResponse::GeneralError { message: message("no more users") }))
            .sign_in_post(async move |_, _| {
                Ok(SignInPostResponse::GeneralError { message: message("closed at night") })
            })
            .generate_password_reset_token_post(async move |_, _| {
                let message = message("ask the desk");
                Ok(GeneratePasswordResetTokenPostResponse::GeneralError { message })
            })
            .password_reset_post(async move |_, _| {
                Ok(PasswordResetPostResponse::GeneralError { message: message("call us") })
            })
            .email_exists_get(async move |_, _| {
                Ok(EmailExistsGetResponse::GeneralError { message: message("nothing is told") })
            })
    });
    let site = Site::with(core, recipe).await;
    for api in apis() {
        let reply = ask(&site, &api).await;
        let expected = json!({"status": "GENERAL_ERROR", "message": api.message});
        assert_eq!(outcome(&reply), (200, expected), "{}", api.path);
        assert!(reply.leaves_tokens_alone(), "{}", api.path);
    }
    assert!(site.app.core_calls().is_empty(), "the original is not asked");
    assert!(site.mails().await.is_empty());
}

async fn a_refusal_of_an_override_is_shown(core: TestCore) {
    let recipe = EmailPassword::new().override_apis(|apis| {
        let reason = |reason: &str| reason.to_owned();
        apis.sign_in_post(async move |_, _| Ok(SignInPostResponse::SignInNotAllowed { reason: reason("banned") }))
            .generate_password_reset_token_post(async move |_, _| {
                let reason = reason("ask the desk");
                Ok(GeneratePasswordResetTokenPostResponse::PasswordResetNotAllowed { reason })
            })
    });
    let site = Site::with(core, recipe).await;
    site.new_user(ADA).await;
    let refused = outcome(&site.sign_in(ADA, PASSWORD).await);
    assert_eq!(refused, (200, json!({"status": "SIGN_IN_NOT_ALLOWED", "reason": "banned"})));
    let refused = outcome(&site.ask_for_reset(ADA).await);
    assert_eq!(refused, (200, json!({"status": "PASSWORD_RESET_NOT_ALLOWED", "reason": "ask the desk"})));
}

async fn a_switched_off_api_is_the_applications_own_and_the_others_stay(core: TestCore) {
    for off in apis() {
        let site = Site::with(core, (off.off)()).await;
        for api in apis() {
            let reply = ask(&site, &api).await;
            if api.message == off.message {
                let length = api.body.as_ref().map_or(0, |body| body.to_string().len());
                let own = format!("the application's own 404; {length} bytes came with it");
                assert_eq!(outcome(&reply), (404, json!(own)), "{}", api.path);
                assert!(reply.leaves_tokens_alone());
            } else {
                assert_eq!(reply.status, 200, "{} without {}", api.path, off.path);
                assert!(reply.body["status"].is_string(), "{} without {}", api.path, off.path);
            }
        }
    }
}

//! The recipe in an application whose core is a function. What needs a session is tested from outside, with a core that
//! makes some.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use supertokens_kernel::delivery::{Email, EmailService};
use supertokens_kernel::ports::{
    AccountLinking, EmailVerification as Port, VerifyEmailWithoutSending, VerifyEmailWithoutSendingResponse,
};
use supertokens_kernel::{
    AppInfo, BoxFuture, Error, InitError, NormalisedAppInfo, PortsOwner, Recipe, RecipeUserId, TenantId, UserContext,
};
use supertokens_session::{CreateNewSession, Payload, Session, SessionError};

use crate::recipe_app::{CoreCall, RecipeApp};
use crate::*;

fn call(what: &str, body: Value) -> CoreCall {
    CoreCall { what: what.to_owned(), body }
}

fn optional() -> EmailVerification {
    EmailVerification::new(EmailVerificationMode::Optional)
}

/// A core with the users `ada`, who has an address, `bob`, who has a phone number, and nobody else. Addresses are
/// verified if `is_verified`; tokens are `t`.
fn core(is_verified: bool) -> impl Fn(&CoreCall) -> Value + Send + Sync + 'static {
    let user = |id: &str, email: Option<&str>| {
        let method = json!({
            "recipeId": "emailpassword", "recipeUserId": id, "tenantIds": ["public"], "timeJoined": 1,
            "verified": false, "email": email,
        });
        json!({"status": "OK", "user": {
            "id": id, "isPrimaryUser": false, "tenantIds": ["public"], "emails": [], "phoneNumbers": [], "thirdParty": [],
            "timeJoined": 1, "loginMethods": [method],
        }})
    };
    move |call| match (&*call.what, call.body["token"].as_str()) {
        ("GET /user/id?userId=ada", _) => user("ada", Some("ada@x.com")),
        ("GET /user/id?userId=bob", _) => user("bob", None),
        (what, _) if what.starts_with("GET /user/id") => json!({"status": "UNKNOWN_USER_ID_ERROR"}),
        (what, _) if what.starts_with("GET /recipe/user/email/verify") => {
            json!({"status": "OK", "isVerified": is_verified})
        }
        ("POST /t1/recipe/user/email/verify/token", _) if is_verified => {
            json!({"status": "EMAIL_ALREADY_VERIFIED_ERROR"})
        }
        ("POST /t1/recipe/user/email/verify/token", _) => json!({"status": "OK", "token": "t"}),
        ("POST /t1/recipe/user/email/verify", Some("t")) => {
            json!({"status": "OK", "userId": "ada", "email": "ada@x.com"})
        }
        ("POST /t1/recipe/user/email/verify", _) => json!({"status": "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR"}),
        _ => json!({"status": "OK"}),
    }
}

fn app_of(recipe: EmailVerification, is_verified: bool) -> RecipeApp {
    RecipeApp::new(vec![recipe.boxed(), Session::new().boxed()], core(is_verified))
}

fn app(is_verified: bool) -> RecipeApp {
    app_of(optional(), is_verified)
}

fn t1() -> TenantId {
    TenantId::new("t1")
}

fn id(recipe_user_id: &str) -> RecipeUserId {
    RecipeUserId::new(recipe_user_id)
}

#[tokio::test]
async fn a_token_is_made_for_the_address_that_is_given_or_that_the_login_method_has() {
    let app = app(false);
    let verifications = EmailVerification::of(&app).unwrap();
    let made = CreateEmailVerificationTokenResponse::Ok { token: "t".into() };
    let other = Some("other@x.com".to_owned());
    for (email, expected) in [(other, "other@x.com"), (None, "ada@x.com")] {
        let response = verifications.create_email_verification_token(&t1(), &id("ada"), email).await.unwrap();
        assert_eq!(response, made);
        let body = json!({"userId": "ada", "email": expected});
        assert_eq!(app.asked().last(), Some(&call("POST /t1/recipe/user/email/verify/token", body)));
    }
}

#[tokio::test]
async fn somebody_without_an_address_has_nothing_to_verify() {
    let app = app(false);
    let verifications = EmailVerification::of(&app).unwrap();
    let (t1, bob) = (t1(), id("bob"));
    let token = verifications.create_email_verification_token(&t1, &bob, None).await.unwrap();
    assert_eq!(token, CreateEmailVerificationTokenResponse::EmailAlreadyVerified);
    let link = verifications.create_email_verification_link(&t1, &bob, None).await.unwrap();
    assert_eq!(link, CreateEmailVerificationLinkResponse::EmailAlreadyVerified);
    let sent = verifications.send_email_verification_email(&t1, "bob", &bob, None).await.unwrap();
    assert_eq!(sent, SendEmailVerificationEmailResponse::EmailAlreadyVerified);
    assert!(verifications.is_email_verified(&bob, None).await.unwrap());
    verifications.revoke_email_verification_tokens(&t1, &bob, None).await.unwrap();
    verifications.unverify_email(&bob, None).await.unwrap();
    assert!(app.asked().iter().all(|call| call.is("GET /user/id")), "{:?}", app.asked());
}

#[tokio::test]
async fn an_unknown_user_without_an_address_is_an_error_that_says_what_to_do() {
    let app = app(false);
    let verifications = EmailVerification::of(&app).unwrap();
    let error = verifications.is_email_verified(&id("eve"), None).await.unwrap_err();
    assert!(error.to_string().contains("get_email_for_recipe_user_id"), "{error}");
    let known = verifications.is_email_verified(&id("eve"), Some("eve@x.com".to_owned())).await.unwrap();
    assert!(!known);
}

#[tokio::test]
async fn tokens_are_used_and_revoked_and_addresses_made_unverified() {
    let app = app(false);
    let verifications = EmailVerification::of(&app).unwrap();
    let ada = UserEmailInfo { recipe_user_id: id("ada"), email: "ada@x.com".to_owned() };
    let verified = verifications.verify_email_using_token(&t1(), "t").await.unwrap();
    assert_eq!(verified, VerifyEmailUsingTokenResponse::Ok { user: ada });
    let refused = verifications.verify_email_using_token(&t1(), "other").await.unwrap();
    assert_eq!(refused, VerifyEmailUsingTokenResponse::EmailVerificationInvalidToken);
    verifications.revoke_email_verification_tokens(&t1(), &id("ada"), Some("a@x.com".into())).await.unwrap();
    verifications.unverify_email(&id("ada"), Some("a@x.com".into())).await.unwrap();
    let body = json!({"userId": "ada", "email": "a@x.com"});
    assert_eq!(
        app.asked(),
        [
            call("POST /t1/recipe/user/email/verify", json!({"method": "token", "token": "t"})),
            call("POST /t1/recipe/user/email/verify", json!({"method": "token", "token": "other"})),
            call("POST /t1/recipe/user/email/verify/token/remove", body.clone()),
            call("POST /recipe/user/email/verify/remove", body),
        ]
    );
}

#[tokio::test]
async fn the_application_may_know_the_address_better_than_the_core() {
    let recipe = optional().get_email_for_recipe_user_id(async |recipe_user_id, _| {
        Ok(match recipe_user_id.as_str() {
            "eve" => GetEmailForRecipeUserIdResponse::Ok { email: "eve@x.com".to_owned() },
            "bob" => GetEmailForRecipeUserIdResponse::UnknownUserId,
            _ => GetEmailForRecipeUserIdResponse::EmailDoesNotExist,
        })
    });
    let app = app_of(recipe, false);
    let verifications = EmailVerification::of(&app).unwrap();
    assert!(!verifications.is_email_verified(&id("eve"), None).await.unwrap());
    assert!(app.asked()[0].what.ends_with("?email=eve%40x.com&userId=eve"), "{:?}", app.asked());
    assert!(verifications.is_email_verified(&id("ada"), None).await.unwrap(), "ada has no address");
    assert!(verifications.is_email_verified(&id("bob"), None).await.unwrap(), "whom the core knows without one");
}

#[tokio::test]
async fn the_link_leads_to_the_website_and_names_token_and_tenant() {
    let app = app(false);
    let link = EmailVerification::of(&app).unwrap().create_email_verification_link(&t1(), &id("ada"), None).await;
    let expected = "https://acme.com/auth/verify-email?token=t&tenantId=t1".to_owned();
    assert_eq!(link.unwrap(), CreateEmailVerificationLinkResponse::Ok { link: expected });
}

/// Keeps what it is asked to send.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Arc<dyn Email>>>>);

impl EmailService for Kept {
    fn send_email(&self, email: Arc<dyn Email>, _: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        self.0.lock().unwrap().push(email);
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn the_email_is_sent_by_the_service_after_the_applications_own_changes() {
    let kept = Kept::default();
    let service = kept.clone();
    let recipe = optional().email_delivery(|delivery| {
        delivery.service(service).send_email(async move |mut email, original| {
            email.email_verify_link.push_str("&from=mail");
            original.send_email(email).await
        })
    });
    let app = app_of(recipe, false);
    let verifications = EmailVerification::of(&app).unwrap();
    let sent = verifications.send_email_verification_email(&t1(), "primary", &id("ada"), None).await.unwrap();
    assert_eq!(sent, SendEmailVerificationEmailResponse::Ok);
    let kept = kept.0.lock().unwrap();
    let email = kept[0].downcast_ref::<EmailVerificationEmail>().unwrap();
    assert_eq!(email.user, EmailVerificationUser::new("primary", "ada", "ada@x.com"));
    assert_eq!(email.email_verify_link, "https://acme.com/auth/verify-email?token=t&tenantId=t1&from=mail");
    assert_eq!((email.kind(), email.tenant_id.as_str()), ("EMAIL_VERIFICATION", "t1"));
}

#[test]
fn the_email_says_which_address_is_confirmed_and_where() {
    let app_info = AppInfo::new("Acme", "localhost:3001", "localhost:3000").normalise().unwrap();
    let user = EmailVerificationUser::new("u", "u", "ada@x.com");
    let content = EmailVerificationEmail::new(user, "https://acme.com/verify?token=t", "public").content(&app_info);
    assert_eq!((&*content.to, &*content.subject), ("ada@x.com", "Confirm your e-mail address"));
    for text in [&content.text, content.html.as_ref().unwrap()] {
        for part in ["ada@x.com", "Acme", "https://acme.com/verify?token=t"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn tokens_and_links_are_in_no_debug_output() {
    let user = EmailVerificationUser::new("u", "u", "ada@x.com");
    let shown = [
        format!("{:?}", VerifyEmailUsingToken::new("public", "secret")),
        format!("{:?}", CreateEmailVerificationTokenResponse::Ok { token: "secret".into() }),
        format!("{:?}", CreateEmailVerificationLinkResponse::Ok { link: "secret".to_owned() }),
        format!("{:?}", EmailVerificationEmail::new(user, "secret", "public")),
    ];
    assert!(shown.iter().all(|shown| !shown.contains("secret")), "{shown:?}");
}

/// What the claim of a session would be found to be: none if it is valid, else the reason. The payload says that the
/// claim was `value`, `age_s` seconds ago.
async fn check(
    app: &RecipeApp,
    user_id: &str,
    value: Option<bool>,
    age_s: u64,
    validators: EmailVerificationValidators,
) -> Result<Option<Value>, SessionError> {
    let mut payload = Payload::new();
    if let Some(value) = value {
        payload.insert("st-ev", json!({"v": value, "t": 1_700_000_000_000 - age_s * 1000}))?;
    }
    let validators = vec![validators.is_verified()];
    let errors = Session::of(app)?.validate_claims_in_jwt_payload(user_id, payload, validators).await?;
    assert!(errors.iter().all(|error| error.id == "st-ev"));
    Ok(errors.into_iter().next().map(|error| error.reason.unwrap()))
}

#[tokio::test]
async fn the_claim_is_fetched_where_it_is_missing_and_again_soon_after_it_was_false() {
    let validators = EmailVerificationClaim::validators();
    let wrong = json!({"message": "wrong value", "expectedValue": true, "actualValue": false});
    let (verified, unverified) = (app(true), app(false));
    assert_eq!(check(&verified, "ada", None, 0, validators).await.unwrap(), None);
    assert_eq!(check(&unverified, "ada", None, 0, validators).await.unwrap(), Some(wrong.clone()));
    assert_eq!(check(&verified, "ada", Some(false), 10, validators).await.unwrap(), Some(wrong.clone()));
    assert_eq!(check(&verified, "ada", Some(false), 11, validators).await.unwrap(), None);
    let patient = validators.refetch_time_on_false_in_seconds(60);
    assert_eq!(check(&verified, "ada", Some(false), 60, patient).await.unwrap(), Some(wrong.clone()));
    assert_eq!(check(&verified, "ada", Some(false), 61, patient).await.unwrap(), None);

    assert_eq!(check(&unverified, "ada", Some(true), 1_000_000, validators).await.unwrap(), None, "not asked again");
    let strict = validators.max_age_in_seconds(100);
    assert_eq!(check(&unverified, "ada", Some(true), 100, strict).await.unwrap(), None);
    assert_eq!(check(&unverified, "ada", Some(true), 101, strict).await.unwrap(), Some(wrong));
}

#[tokio::test]
async fn the_claim_of_somebody_without_an_address_is_true_and_of_somebody_unknown_ends_the_session() {
    let (app, validators) = (app(false), EmailVerificationClaim::validators());
    assert_eq!(check(&app, "bob", None, 0, validators).await.unwrap(), None);
    let error = check(&app, "eve", None, 0, validators).await.unwrap_err();
    assert!(matches!(error, SessionError::Unauthorised { clear_tokens: true, .. }), "{error}");
}

#[tokio::test]
async fn a_new_session_says_whether_the_address_is_verified() {
    for is_verified in [true, false] {
        let seen = Arc::new(Mutex::new(None));
        let kept = seen.clone();
        let session = Session::new().override_functions(|functions| {
            functions.create_new_session(async move |input, _| {
                *kept.lock().unwrap() = input.jwt_payload.get("st-ev").cloned();
                Err(SessionError::unauthorised("the payload is all that is asked for"))
            })
        });
        let app = RecipeApp::new(vec![session.boxed(), optional().boxed()], core(is_verified));
        let new = CreateNewSession::new("public", "ada");
        Session::of(&app).unwrap().create_new_session_without_request_response(new).await.unwrap_err();
        let claim = seen.lock().unwrap().take().unwrap();
        assert_eq!(claim, json!({"v": is_verified, "t": 1_700_000_000_000_u64}));
    }
}

#[tokio::test]
async fn other_recipes_ask_and_verify_with_the_applications_overrides() {
    let recipe = optional().override_functions(|functions| {
        functions.is_email_verified(async move |input, _| Ok(input.email == "override@x.com")).verify_email_using_token(
            async move |input, original| {
                assert!(!input.attempt_account_linking, "it is not asked for");
                original.verify_email_using_token(input).await
            },
        )
    });
    let app = app_of(recipe, false);
    let port = app.ports.as_ref().get::<dyn Port>().unwrap();
    assert!(port.is_email_verified(IsEmailVerified::new("ada", "override@x.com")).await.unwrap());
    let input = VerifyEmailWithoutSending::new("t1", "ada", "ada@x.com");
    let response = port.verify_email_without_sending(input.clone()).await.unwrap();
    assert_eq!(response, VerifyEmailWithoutSendingResponse::Ok);

    let app = self::app(true);
    let port = app.ports.as_ref().get::<dyn Port>().unwrap();
    let response = port.verify_email_without_sending(input).await.unwrap();
    assert_eq!(response, VerifyEmailWithoutSendingResponse::EmailAlreadyVerified);
}

#[tokio::test]
async fn without_a_rule_for_linking_verifying_asks_for_no_user() {
    let app = app(false);
    assert!(app.ports.as_ref().get::<dyn AccountLinking>().is_none());
    let functions = EmailVerification::of(&app).unwrap().functions().clone();
    let input = VerifyEmailUsingToken::new("t1", "t").user_context(UserContext::new());
    functions.verify_email_using_token(input).await.unwrap();
    assert_eq!(app.asked().len(), 1);
}

#[test]
fn without_sessions_there_is_nothing_to_verify_for() {
    let result = RecipeApp::try_new(vec![optional().boxed()], core(false));
    let Err(InitError::Conflict { message }) = result.map(drop) else { panic!("an application was built") };
    assert!(message.contains("Session::new()"), "{message}");
}

#[test]
fn a_disabled_api_is_left_to_the_application() {
    let recipe = optional().override_apis(|apis| {
        apis.disable::<VerifyEmailPost>().disable::<IsEmailVerifiedGet>().disable::<GenerateEmailVerifyTokenPost>()
    });
    let app = app_of(recipe, false);
    for (method, path) in
        [("POST", EMAIL_VERIFY_API), ("GET", EMAIL_VERIFY_API), ("POST", GENERATE_EMAIL_VERIFY_TOKEN_API)]
    {
        let found = supertokens_kernel::route::find(&app.parts.routes, &method.parse().unwrap(), path, &[]);
        assert!(found.is_none(), "{method} {path}");
    }
}

#[test]
fn without_the_recipe_its_functions_are_an_error() {
    let error = EmailVerification::of(&PortsOwner::default()).unwrap_err();
    assert!(matches!(error, Error::RecipeNotInitialised { recipe: "emailverification" }));
}

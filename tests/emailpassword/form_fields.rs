//! A sign-up form of the application's own.

use serde_json::{Value, json};
use supertokens::emailpassword::{
    EmailPassword, FormField, FormFieldsError, InMemorySignInThrottle, SignUpPost, SignUpPostResponse,
};
use supertokens::{AppInfo, InitError, Recipe, SuperTokens};

use crate::site::{ADA, PASSWORD, Site, credentials, field_error, form, outcome};
use crate::support::{TestCore, on_each_core};

on_each_core!(
    fields_are_checked_in_the_order_of_the_form,
    overrides_see_the_fields,
    an_override_can_refuse_a_field_or_answer_in_general,
    checks_of_the_applications_own_replace_the_rules,
    a_switched_off_api_is_the_applications_own,
);

fn with_fields() -> EmailPassword {
    EmailPassword::new()
        .form_field(FormField::new("name"))
        .form_field(FormField::new("terms").validate(async |value, tenant_id, context| {
            assert!(context.request().is_some_and(|request| request.path().ends_with("/signup")));
            assert_eq!(tenant_id.as_str(), "public");
            if value == json!(true) { Ok(()) } else { Err("Please accept the terms".to_owned()) }
        }))
        .form_field(FormField::new("age").optional().validate(async |value: Value, _, _| {
            value.as_str().and_then(|age| age.parse::<u8>().ok()).map(|_| ()).ok_or_else(|| "No age".to_owned())
        }))
}

fn body(fields: &[(&str, Value)]) -> Value {
    let mut body = credentials(ADA, PASSWORD);
    for (id, value) in fields {
        body["formFields"].as_array_mut().unwrap().push(json!({"id": id, "value": value}));
    }
    body
}

async fn fields_are_checked_in_the_order_of_the_form(core: TestCore) {
    let site = Site::with(core, with_fields()).await;
    let missing = "Field is not optional";
    for (body, errors) in [
        (form(&[]), &[("name", missing), ("terms", missing), ("password", missing), ("email", missing)][..]),
        (body(&[("name", json!("")), ("terms", json!(null))]), &[("name", missing), ("terms", missing)]),
        (body(&[("name", json!("Ada")), ("terms", json!(false))]), &[("terms", "Please accept the terms")]),
        (body(&[("name", json!("Ada")), ("terms", json!(true)), ("age", json!("old"))]), &[("age", "No age")]),
    ] {
        assert_eq!(outcome(&site.post("/auth/signup", &body).await), (200, field_error(errors)), "{body}");
    }
    let five = body(&[("name", json!("A")), ("terms", json!(true)), ("age", json!("")), ("more", json!(1))]);
    assert_eq!(site.post("/auth/signup", &five).await.outcome(), (400, "Are you sending too many formFields?"));
    let good = body(&[("name", json!("Ada")), ("terms", json!(true)), ("age", json!(""))]);
    assert_eq!(site.post("/auth/signup", &good).await.body["status"], "OK", "what is optional may be empty");
}

async fn overrides_see_the_fields(core: TestCore) {
    let recipe = with_fields().override_apis(|apis| {
        apis.sign_up_post(async |input: SignUpPost, original| {
            let fields = &input.form_fields;
            assert_eq!((fields.email(), fields.get("name")), (ADA, Some(&json!("Ada"))));
            assert_eq!(fields.password().map(|password| password.expose_secret()), Some(PASSWORD));
            assert_eq!(fields.others().map(|(id, _)| id).collect::<Vec<_>>(), ["name", "terms"]);
            assert!(!format!("{input:?}").contains(PASSWORD), "a password is shown");
            let response = original.sign_up_post(input).await?;
            if let SignUpPostResponse::Ok { user, session } = &response {
                assert_eq!(session.user_id(), user.id);
            }
            Ok(response)
        })
    });
    let site = Site::with(core, recipe).await;
    let good = body(&[("name", json!("Ada")), ("terms", json!(true))]);
    assert_eq!(site.post("/auth/signup", &good).await.body["status"], "OK");
}

async fn an_override_can_refuse_a_field_or_answer_in_general(core: TestCore) {
    let recipe = EmailPassword::new().override_apis(|apis| {
        apis.sign_up_post(async |input: SignUpPost, original| match input.form_fields.email() {
            "field@example.com" => Err(FormFieldsError::of_field("email", "Not this one").into()),
            "general@example.com" => Ok(SignUpPostResponse::GeneralError { message: "Closed today".to_owned() }),
            "reason@example.com" => Ok(SignUpPostResponse::SignUpNotAllowed { reason: "No".to_owned() }),
            _ => original.sign_up_post(input).await,
        })
    });
    let site = Site::with(core, recipe).await;
    for (email, expected) in [
        ("field@example.com", field_error(&[("email", "Not this one")])),
        ("general@example.com", json!({"status": "GENERAL_ERROR", "message": "Closed today"})),
        ("reason@example.com", json!({"status": "SIGN_UP_NOT_ALLOWED", "reason": "No"})),
    ] {
        assert_eq!(outcome(&site.sign_up(email, PASSWORD).await), (200, expected));
    }
}

async fn checks_of_the_applications_own_replace_the_rules(core: TestCore) {
    let recipe = EmailPassword::new()
        .validate_email(
            async |email, _, _| {
                if email.ends_with("@acme") { Ok(()) } else { Err("Not one of us".to_owned()) }
            },
        )
        .validate_password(async |password, tenant_id, _| match password.expose_secret().len() {
            4.. if tenant_id.as_str() == "public" => Ok(()),
            _ => Err("Too short".to_owned()),
        });
    let site = Site::with(core, recipe).await;
    let refused = site.sign_up(ADA, "abc").await;
    assert_eq!(refused.body, field_error(&[("password", "Too short"), ("email", "Not one of us")]));
    assert_eq!(site.sign_up("ada@acme", "abcd").await.body["status"], "OK");
    let token = site.reset_token_of("ada@acme").await;
    assert_eq!(site.reset(&token, "x").await.body, field_error(&[("password", "Too short")]));
    assert_eq!(site.reset(&token, "wxyz").await.body, json!({"status": "OK"}));
    assert_eq!(site.sign_in(ADA, "wxyz").await.body, field_error(&[("email", "Not one of us")]));
    assert_eq!(site.sign_in("ada@acme", "wxyz").await.body["status"], "OK");
}

async fn a_switched_off_api_is_the_applications_own(core: TestCore) {
    let recipe = EmailPassword::new().override_apis(|apis| apis.disable::<SignUpPost>());
    let site = Site::with(core, recipe).await;
    assert_eq!(site.sign_up(ADA, PASSWORD).await.status, 404);
    assert_eq!(site.sign_in(ADA, PASSWORD).await.status, 200);
}

#[test]
fn a_field_that_is_there_already_or_twice_is_refused_at_the_start() {
    for recipe in [
        EmailPassword::new().form_field(FormField::new("email")),
        EmailPassword::new().form_field(FormField::new("password")),
        EmailPassword::new().form_field(FormField::new("")),
        EmailPassword::new().form_field(FormField::new("a")).form_field(FormField::new("a")),
    ] {
        let recipe = recipe.throttle_sign_in(InMemorySignInThrottle::new()).boxed();
        let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000");
        let core = supertokens::Core::embedded(":memory:");
        let error = SuperTokens::builder(app_info).core(core).recipes(vec![recipe]).build().unwrap_err();
        assert!(matches!(error, InitError::InvalidSetting { setting: "form_field", .. }), "{error}");
    }
}

//! People who sign up, verify their address, and may turn out to be somebody whom the application knows already.

use serde_json::{Value, json};
use supertokens::accountlinking::{AccountLinking, AutomaticLinking};
use supertokens::emailpassword::EmailPassword;
use supertokens::emailverification::{EmailVerification, EmailVerificationMode};
use supertokens::kernel::CorePath;
use supertokens::userroles::{AddRoleToUser, CreateNewRoleOrAddPermissions, UserRoles};
use supertokens::users::DeleteUser;
use supertokens::{Recipe, TenantId, UserContext, Users};
use supertokens_testkit::{Browser, TestResponse};

use crate::support::{App, CoreAccess, TestCore, on_each_core};

on_each_core!(
    somebody_signs_up_verifies_the_address_and_is_let_in,
    a_link_that_joins_two_accounts_gives_the_session_of_the_primary_one,
    joining_accounts_by_a_link_that_was_opened_elsewhere_gives_the_session_too,
    the_session_of_a_deleted_user_ends_when_it_asks_for_a_link,
);

const ADA: &str = "ada@example.com";
const NEEDED: [&str; 2] = ["st-ev", "invalid claim"];

async fn start(core: TestCore) -> App {
    let linking = AccountLinking::new().should_do_automatic_account_linking(async |_account| {
        Ok(AutomaticLinking::Yes { should_require_verification: true })
    });
    let recipes = vec![
        EmailPassword::new().boxed(),
        EmailVerification::new(EmailVerificationMode::Required).boxed(),
        UserRoles::new().boxed(),
        linking.boxed(),
        CoreAccess::default().boxed(),
    ];
    App::start(core, recipes).await
}

async fn submit(browser: &Browser, path: &str) -> TestResponse {
    let fields = json!([{"id": "email", "value": ADA}, {"id": "password", "value": "validpass123"}]);
    let response = browser.post(path).json(&json!({"formFields": fields})).send().await;
    assert_eq!(response.assert_status(200).json::<Value>()["status"], "OK", "{}", response.text());
    response
}

/// Somebody who has just signed up, and is not let in.
async fn signed_up(app: &App) -> Browser {
    let browser = app.browser();
    submit(&browser, "/auth/signup").await;
    let refused = browser.get("/me").send().await;
    let body: Value = refused.assert_status(403).json();
    assert_eq!([&body["claimValidationErrors"][0]["id"], &body["message"]], NEEDED);
    browser
}

async fn token_by_mail(app: &App, browser: &Browser) -> String {
    let sent = browser.post("/auth/user/email/verify/token").send().await;
    sent.assert_status(200).assert_json(&json!({"status": "OK"}));
    app.last_mail_to(ADA).await.parameter("token")
}

async fn open(browser: &Browser, token: &str) {
    let opened = browser.post("/auth/user/email/verify").json(&json!({"method": "token", "token": token})).send().await;
    opened.assert_status(200).assert_json(&json!({"status": "OK"}));
}

/// Since the sign-up the same person has come another way: a primary user who signs in with a third party, with the same
/// address, verified, and the role `admin`.
async fn known_admin(app: &App) -> String {
    let (core, context, public) = (CoreAccess::of(app), UserContext::new(), TenantId::default());
    let email = json!({"id": ADA, "isVerified": true});
    let sign_in = json!({"thirdPartyId": "google", "thirdPartyUserId": "g-ada", "email": email});
    let known: Value = core.post(CorePath::tenant(&public, "/recipe/signinup"), &sign_in, &context).await.unwrap();
    let id = known["recipeUserId"].as_str().unwrap().to_owned();
    let path = CorePath::app("/recipe/accountlinking/user/primary");
    let primary: Value = core.post(path, &json!({"recipeUserId": id}), &context).await.unwrap();
    assert_eq!(primary["status"], "OK");
    let roles = UserRoles::of(app).unwrap();
    roles.create_new_role_or_add_permissions(CreateNewRoleOrAddPermissions::new("admin", vec![])).await.unwrap();
    roles.add_role_to_user(AddRoleToUser::new(public, &*id, "admin")).await.unwrap();
    id
}

async fn somebody_signs_up_verifies_the_address_and_is_let_in(core: TestCore) {
    let app = start(core).await;
    let browser = signed_up(&app).await;
    let before = browser.session().await.unwrap();
    let token = token_by_mail(&app, &browser).await;
    open(&browser, &token).await;
    browser.get("/me").send().await.assert_status(200);
    let after = browser.session().await.unwrap();
    assert_eq!((after.handle(), after.user_id()), (before.handle(), before.user_id()), "it is the same session");

    let next_day = app.browser();
    submit(&next_day, "/auth/signin").await;
    next_day.get("/me").send().await.assert_status(200);
}

async fn a_link_that_joins_two_accounts_gives_the_session_of_the_primary_one(core: TestCore) {
    let app = start(core).await;
    let browser = signed_up(&app).await;
    let known = known_admin(&app).await;
    let before = browser.session().await.unwrap();
    assert_ne!(before.user_id(), known, "an address that is not verified joins nothing");
    let token = token_by_mail(&app, &browser).await;
    open(&browser, &token).await;

    let after = browser.session().await.unwrap();
    assert_eq!((after.user_id(), after.recipe_user_id()), (known.as_str(), before.recipe_user_id()));
    assert_ne!(after.handle(), before.handle());
    browser.get("/admin").send().await.assert_status(200);
}

async fn joining_accounts_by_a_link_that_was_opened_elsewhere_gives_the_session_too(core: TestCore) {
    let app = start(core).await;
    let browser = signed_up(&app).await;
    let known = known_admin(&app).await;
    let token = token_by_mail(&app, &browser).await;
    open(&app.browser(), &token).await;
    assert_ne!(browser.session().await.unwrap().user_id(), known);
    let asked = browser.get("/auth/user/email/verify").send().await;
    asked.assert_status(200).assert_json(&json!({"status": "OK", "isVerified": true}));
    assert_eq!(browser.session().await.unwrap().user_id(), known);
    browser.get("/admin").send().await.assert_status(200);
}

async fn the_session_of_a_deleted_user_ends_when_it_asks_for_a_link(core: TestCore) {
    let app = start(core).await;
    let browser = signed_up(&app).await;
    let user_id = browser.session().await.unwrap().user_id().to_owned();
    Users::of(&app).unwrap().delete_user(DeleteUser::new(user_id)).await.unwrap();
    let refused = browser.post("/auth/user/email/verify/token").send().await;
    refused.assert_status(401).assert_json(&json!({"message": "unauthorised"}));
    assert_eq!(browser.cookie("sAccessToken"), None);
    assert!(app.mails().await.is_empty());
}

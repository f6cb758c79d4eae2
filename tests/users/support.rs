//! An application whose users come from every recipe of the core.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use supertokens::accountlinking::{AccountLinking, AutomaticLinking};
use supertokens::emailpassword::{EmailPassword, SignUp, SignUpResponse};
use supertokens::emailverification::{EmailVerification, EmailVerificationMode};
use supertokens::embedded_core::Config;
use supertokens::kernel::{CoreClient, CorePath, InitError, Setup};
use supertokens::session::Session;
use supertokens::users::User;
use supertokens::{Recipe, TenantId, UserContext, Users};
use supertokens_testkit::TestApp;

/// An application under test.
pub(crate) struct App {
    pub(crate) kit: TestApp,
}

/// An application's rule for automatic linking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// None is configured.
    Missing,
    /// Always.
    Always,
    /// What is verified.
    IfVerified,
}

impl Rule {
    pub(crate) fn recipe(self) -> AccountLinking {
        let rule = match self {
            Self::Missing => return AccountLinking::new(),
            Self::Always => AutomaticLinking::Yes { should_require_verification: false },
            Self::IfVerified => AutomaticLinking::Yes { should_require_verification: true },
        };
        AccountLinking::new().should_do_automatic_account_linking(move |_| std::future::ready(Ok(rule)))
    }
}

impl App {
    pub(crate) async fn new(rule: Rule) -> Self {
        Self::with(rule.recipe()).await
    }

    pub(crate) async fn with(linking: AccountLinking) -> Self {
        let recipes = vec![
            EmailPassword::new().boxed(),
            EmailVerification::new(EmailVerificationMode::Optional).boxed(),
            linking.boxed(),
            Session::new().boxed(),
            CoreAccess.boxed(),
        ];
        // No test here is about hashing, which would take most of its time.
        let config = Config::from_yaml_str("argon2_memory_kb: 64").unwrap();
        Self { kit: TestApp::builder(recipes).core_config(config).start().await }
    }

    pub(crate) fn users(&self) -> Users {
        Users::of(&self.kit).unwrap()
    }

    pub(crate) async fn user(&self, id: &str) -> User {
        self.users().get_user(id).await.unwrap().unwrap()
    }

    /// Signs somebody up with a password, without looking at who else has the address.
    pub(crate) async fn sign_up(&self, email: &str) -> User {
        self.tick().await;
        let input = SignUp::new("public", email, "password1");
        match EmailPassword::of(&self.kit).unwrap().sign_up(input).await.unwrap() {
            SignUpResponse::Ok { user, .. } => user,
            other => panic!("{other:?}"),
        }
    }

    /// A user of a third party, whose address is verified there or not.
    pub(crate) async fn third_party(&self, tenant: &str, id: &str, email: &str, is_verified: bool) -> User {
        self.tick().await;
        let email = json!({"id": email, "isVerified": is_verified});
        let body = json!({"thirdPartyId": id, "thirdPartyUserId": format!("{id}-{email}"), "email": email});
        user_of(&self.post(tenant, "/recipe/signinup", body).await)
    }

    /// A user who signed up with a code sent to a phone number.
    pub(crate) async fn phone(&self, phone_number: &str) -> User {
        self.tick().await;
        let code = self.post("public", "/recipe/signinup/code", json!({"phoneNumber": phone_number})).await;
        let body = json!({"preAuthSessionId": code["preAuthSessionId"], "linkCode": code["linkCode"]});
        user_of(&self.post("public", "/recipe/signinup/code/consume", body).await)
    }

    /// Lets the address of a user with a password be verified by the link that is mailed.
    pub(crate) async fn verify(&self, user: &User) {
        let verification = EmailVerification::of(&self.kit).unwrap();
        let (tenant_id, method) = (TenantId::default(), &user.login_methods[0]);
        let id = &method.recipe_user_id;
        verification.send_email_verification_email(&tenant_id, &user.id, id, None).await.unwrap();
        let token = self.kit.last_mail_to(method.email.as_deref().unwrap()).await.parameter("token");
        verification.verify_email_using_token(&tenant_id, token).await.unwrap();
    }

    pub(crate) async fn new_tenant(&self, tenant_id: &str) {
        let path = CorePath::app("/recipe/multitenancy/tenant/v2");
        let _: Value = self.core().put(path, &json!({"tenantId": tenant_id}), &UserContext::new()).await.unwrap();
    }

    async fn post(&self, tenant: &str, path: &'static str, body: Value) -> Value {
        let tenant_id = TenantId::new(tenant);
        self.core().post(CorePath::tenant(&tenant_id, path), &body, &UserContext::new()).await.unwrap()
    }

    fn core(&self) -> Arc<CoreClient> {
        self.kit.as_ref().get::<CoreClient>().unwrap()
    }

    /// Nobody joins in the same millisecond as somebody else.
    pub(crate) async fn tick(&self) {
        self.kit.advance(Duration::from_millis(1)).await;
    }
}

fn user_of(answer: &Value) -> User {
    assert_eq!(answer["status"], "OK", "{answer}");
    serde_json::from_value(answer["user"].clone()).unwrap()
}

/// Hands out the core, for users of recipes that the SDK does not have yet.
#[derive(Clone)]
struct CoreAccess;

impl Recipe for CoreAccess {
    fn id(&self) -> &'static str {
        "core-access"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        setup.provide(Arc::new(setup.core()))
    }
}

//! An application whose people sign up with e-mail and password, as its front end sees it.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use supertokens::accountlinking::AccountLinking;
use supertokens::emailpassword::{
    CreateNewRecipeUser, CreateNewRecipeUserResponse, EmailPassword, EmailPasswordFunctions,
};
use supertokens::emailverification::{EmailVerification, EmailVerificationMode};
use supertokens::kernel::delivery::{Email, EmailService, Outbox};
use supertokens::kernel::ports::AutomaticLinking;
use supertokens::kernel::{BoxFuture, CorePath, NormalisedAppInfo, User, Users};
use supertokens::session::TokenTransferMethod::Header;
use supertokens::{Error, Recipe, TenantId};

use crate::support::{App, Given, Reply, TestCore, Tokens};

pub(crate) const PASSWORD: &str = "correct horse 1";
pub(crate) const ADA: &str = "ada@example.com";

/// An application with the recipe, and the mails that it sends.
pub(crate) struct Site {
    pub(crate) app: App,
    mails: Mails,
}

/// A mail that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) link: String,
    pub(crate) user_id: String,
    pub(crate) recipe_user_id: Option<String>,
}

/// Keeps mails instead of sending them.
#[derive(Clone, Default)]
pub(crate) struct Mails(Arc<Mutex<Vec<Mail>>>);

impl EmailService for Mails {
    fn send_email(&self, email: Arc<dyn Email>, _: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        if let Some(email) = email.downcast_ref::<supertokens::emailpassword::PasswordResetEmail>() {
            self.0.lock().unwrap().push(Mail {
                to: email.user.email.clone(),
                link: email.password_reset_link.clone(),
                user_id: email.user.id.clone(),
                recipe_user_id: email.user.recipe_user_id.as_ref().map(ToString::to_string),
            });
        }
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Site {
    /// The recipe as it comes.
    pub(crate) async fn start(core: TestCore) -> Self {
        Self::with(core, EmailPassword::new()).await
    }

    pub(crate) async fn with(core: TestCore, recipe: EmailPassword) -> Self {
        Self::with_others(core, recipe, |given| given).await
    }

    /// With other recipes, or other settings of the application.
    pub(crate) async fn with_others(core: TestCore, recipe: EmailPassword, more: impl FnOnce(Given) -> Given) -> Self {
        // An app of its own, since addresses are the same in every test.
        let given = Given::on(core).core_config("password_reset_token_lifetime", 3_600_000);
        let given = match core {
            TestCore::InProcess => given.core_config("argon2_memory_kb", 64),
            TestCore::Remote => given,
        };
        Self::of(more(given), recipe).await
    }

    /// One that links accounts by itself.
    pub(crate) async fn linking(core: TestCore, should_require_verification: bool) -> Self {
        Self::linking_with(core, AccountLinking::new(), should_require_verification).await
    }

    /// One that links accounts by itself, with what else `linking` says.
    pub(crate) async fn linking_with(
        core: TestCore,
        linking: AccountLinking,
        should_require_verification: bool,
    ) -> Self {
        let rule = linking.should_do_automatic_account_linking(move |_| async move {
            Ok(AutomaticLinking::Yes { should_require_verification })
        });
        Self::with_others(core, EmailPassword::new(), |given| {
            given.recipe(rule).recipe(EmailVerification::new(EmailVerificationMode::Optional))
        })
        .await
    }

    pub(crate) async fn of(given: Given, recipe: EmailPassword) -> Self {
        let mails = Mails::default();
        let recipe = recipe.email_delivery(|delivery| delivery.service(mails.clone()));
        Self { app: given.recipe(recipe).start().await, mails }
    }

    /// The recipe's functions.
    pub(crate) fn functions(&self) -> EmailPasswordFunctions {
        EmailPassword::of(&self.app.supertokens).unwrap()
    }

    pub(crate) fn users(&self) -> Users {
        Users::of(&self.app.supertokens).unwrap()
    }

    /// `POST` of a JSON body, as today's front ends send it.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.app.post(path).header("rid", "emailpassword").auth_mode(Header).json(body).send().await
    }

    pub(crate) async fn sign_up(&self, email: &str, password: &str) -> Reply {
        self.post("/auth/signup", &credentials(email, password)).await
    }

    /// A new user.
    pub(crate) async fn new_user(&self, email: &str) -> NewUser {
        NewUser::of(&self.sign_up(email, PASSWORD).await)
    }

    /// A new user of a tenant.
    pub(crate) async fn new_user_of(&self, tenant: &str, email: &str) -> NewUser {
        NewUser::of(&self.post(&format!("/auth/{tenant}/signup"), &credentials(email, PASSWORD)).await)
    }

    /// A new account that is linked to nobody and makes nobody a primary user, whatever the application's rule is.
    pub(crate) async fn new_account(&self, email: &str, password: &str) -> User {
        let input = CreateNewRecipeUser::new("public", email, password);
        match self.functions().create_new_recipe_user(input).await.unwrap() {
            CreateNewRecipeUserResponse::Ok { user, .. } => user,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody who has signed in with a third party, as a primary user.
    pub(crate) async fn third_party_user(&self, email: &str, is_verified: bool) -> User {
        let body = json!({
            "thirdPartyId": "google", "thirdPartyUserId": format!("g-{email}"),
            "email": {"id": email, "isVerified": is_verified},
        });
        let made = self.ask_core("public", "/recipe/signinup", &body).await;
        let id = json!({"recipeUserId": made["recipeUserId"]});
        let path = CorePath::app("/recipe/accountlinking/user/primary");
        let primary: Value = self.app.core().post(path, &id, &Default::default()).await.unwrap();
        assert_eq!(primary["status"], "OK");
        self.users().get_user(made["user"]["id"].as_str().unwrap()).await.unwrap().unwrap()
    }

    /// `POST` to an endpoint of the core, as recipes do that this application does not have.
    pub(crate) async fn ask_core(&self, tenant: &str, path: &'static str, body: &Value) -> Value {
        let tenant = TenantId::new(tenant);
        let answer: Value =
            self.app.core().post(CorePath::tenant(&tenant, path), body, &Default::default()).await.unwrap();
        assert_eq!(answer["status"], "OK", "{answer}");
        answer
    }

    /// A tenant with these first factors, also if it is there already.
    pub(crate) async fn tenant(&self, id: &str, factors: Value) {
        let body = json!({"tenantId": id, "firstFactors": factors});
        let path = CorePath::app("/recipe/multitenancy/tenant/v2");
        let answer: Value = self.app.core().put(path, &body, &Default::default()).await.unwrap();
        assert_eq!(answer["status"], "OK");
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.post("/auth/signin", &credentials(email, password)).await
    }

    pub(crate) async fn ask_for_reset(&self, email: &str) -> Reply {
        self.post("/auth/user/password/reset/token", &form(&[("email", email)])).await
    }

    pub(crate) async fn reset(&self, token: &str, password: &str) -> Reply {
        self.post("/auth/user/password/reset", &reset_body(token, password)).await
    }

    /// The mails so far, also those that were about to be sent.
    pub(crate) async fn mails(&self) -> Vec<Mail> {
        self.app.supertokens.as_ref().get::<Outbox>().unwrap().flush().await;
        self.mails.0.lock().unwrap().clone()
    }

    /// Asks for a reset and opens the mail.
    pub(crate) async fn reset_token_of(&self, email: &str) -> String {
        let reply = self.ask_for_reset(email).await;
        assert_eq!(reply.body, json!({"status": "OK"}));
        let mail = self.mails().await.pop().expect("a mail");
        assert_eq!(mail.to, email);
        mail.token()
    }
}

/// Somebody who has just signed up.
pub(crate) struct NewUser {
    pub(crate) id: String,
    pub(crate) tokens: Tokens,
}

impl NewUser {
    fn of(reply: &Reply) -> Self {
        assert_eq!(reply.body["status"], "OK", "{reply:?}");
        Self { id: reply.body["user"]["id"].as_str().unwrap().to_owned(), tokens: reply.tokens(Header) }
    }
}

impl Mail {
    /// The token in the link.
    pub(crate) fn token(&self) -> String {
        let (_, query) = self.link.split_once("?token=").expect("a token");
        query.split('&').next().unwrap().to_owned()
    }
}

/// A body with these form fields.
pub(crate) fn form(fields: &[(&str, &str)]) -> Value {
    let fields: Vec<_> = fields.iter().map(|(id, value)| json!({"id": id, "value": value})).collect();
    json!({"formFields": fields})
}

pub(crate) fn credentials(email: &str, password: &str) -> Value {
    form(&[("email", email), ("password", password)])
}

pub(crate) fn reset_body(token: &str, password: &str) -> Value {
    let mut body = form(&[("password", password)]);
    body["method"] = "token".into();
    body["token"] = token.into();
    body
}

/// A reply that names what is wrong with fields.
pub(crate) fn field_error(errors: &[(&str, &str)]) -> Value {
    let errors: Vec<_> = errors.iter().map(|(id, error)| json!({"id": id, "error": error})).collect();
    json!({"status": "FIELD_ERROR", "formFields": errors})
}

/// Status and body.
pub(crate) fn outcome(reply: &Reply) -> (u16, Value) {
    (reply.status.as_u16(), reply.body.clone())
}

/// Another recipe for the list.
pub(crate) fn also(recipe: impl Recipe) -> impl FnOnce(Given) -> Given {
    move |given| given.recipe(recipe)
}

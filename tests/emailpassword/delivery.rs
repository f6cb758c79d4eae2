//! The mails: where they go without a service, with one that fails, and with overrides.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use supertokens::emailpassword::{
    CreateResetPasswordToken, EmailPassword, PasswordResetEmail, SendResetPasswordEmailResponse,
};
use supertokens::kernel::delivery::{Email, EmailService, Outbox};
use supertokens::kernel::{BoxFuture, NormalisedAppInfo};
use supertokens::smtp::{SmtpSender, SmtpService, SmtpSettings, SmtpTls};
use supertokens::{AppInfo, Error};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::site::{ADA, PASSWORD, Site, credentials, form, outcome};
use crate::support::{App, Call, Given, TestCore, on_each_core, warnings_of};

on_each_core!(
    a_service_that_fails_is_logged_without_the_link_and_told_to_nobody,
    an_override_sends_in_its_own_way,
    the_origin_of_the_link_is_the_configured_one,
    a_mail_server_that_hangs_delays_no_reply_and_can_be_asked_again_when_it_is_back,
);

/// A service that fails, and says more than it should.
struct Down;

impl EmailService for Down {
    fn send_email(&self, _: Arc<dyn Email>, _: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        Box::pin(std::future::ready(Err(Error::misuse("the mail server is down"))))
    }
}

/// An application whose mails go to `service`.
async fn with_service(core: TestCore, service: impl EmailService) -> App {
    let recipe = EmailPassword::new().email_delivery(|delivery| delivery.service(service));
    Given::on(core).core_config("password_reset_token_lifetime", 3_600_000).recipe(recipe).start().await
}

async fn flush(app: &App) {
    app.supertokens.as_ref().get::<Outbox>().unwrap().flush().await;
}

async fn a_service_that_fails_is_logged_without_the_link_and_told_to_nobody(core: TestCore) {
    let app = with_service(core, Down).await;
    let post = async |path, body| app.post(path).json(&body).send().await;
    assert_eq!(post("/auth/signup", credentials(ADA, PASSWORD)).await.body["status"], "OK");
    let asked = async {
        let reply = post("/auth/user/password/reset/token", form(&[("email", ADA)])).await;
        flush(&app).await;
        reply
    };
    let (reply, log) = warnings_of(asked).await;
    assert_eq!(outcome(&reply), (200, json!({"status": "OK"})));
    assert!(log.contains("an e-mail was not sent") && log.contains("the mail server is down"), "{log}");
    assert!(!log.contains("token=") && !log.contains("reset-password"), "{log}");
}

async fn an_override_sends_in_its_own_way(core: TestCore) {
    let recipe = EmailPassword::new().email_delivery(|delivery| {
        delivery.send_email(async |mut email: PasswordResetEmail, original| {
            assert!(email.user_context.request().is_some(), "the request's context");
            email.user.email = "other@example.com".to_owned();
            email.password_reset_link = email.password_reset_link.replace("/auth/reset-password", "/new-password");
            original.send_email(email).await
        })
    });
    let site = Site::with(core, recipe).await;
    site.new_user(ADA).await;
    site.ask_for_reset(ADA).await;
    let mail = site.mails().await.pop().unwrap();
    assert_eq!(mail.to, "other@example.com");
    assert!(mail.link.starts_with("http://localhost:3000/new-password?token="), "{}", mail.link);
}

async fn the_origin_of_the_link_is_the_configured_one(core: TestCore) {
    let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000").website_base_path("/account");
    let site = Site::with_others(core, EmailPassword::new(), |given| given.app_info(app_info)).await;
    site.new_user(ADA).await;
    let call = site.app.post("/auth/user/password/reset/token").header("host", "evil.example.com");
    let call = call.header("origin", "https://evil.example.com").header("x-forwarded-host", "evil.example.com");
    call.json(&form(&[("email", ADA)])).send().await;
    let mail = site.mails().await.pop().unwrap();
    assert!(mail.link.starts_with("http://localhost:3000/account/reset-password?token="), "{}", mail.link);
}

/// A service that hangs, as often as it is asked, until the test lets it fail; later ones it sends.
#[derive(Clone)]
struct Hanging(Arc<State>);

struct State {
    /// How many sends hang at the moment.
    hang: watch::Sender<usize>,
    is_back: watch::Sender<bool>,
    sent: Mutex<Vec<String>>,
}

impl Hanging {
    fn new() -> Self {
        Self(Arc::new(State {
            hang: watch::Sender::new(0),
            is_back: watch::Sender::new(false),
            sent: Mutex::default(),
        }))
    }
}

impl EmailService for Hanging {
    fn send_email(&self, email: Arc<dyn Email>, _: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        let state = self.0.clone();
        Box::pin(async move {
            if !*state.is_back.borrow() {
                state.hang.send_modify(|hang| *hang += 1);
                state.is_back.subscribe().wait_for(|is_back| *is_back).await.unwrap();
                state.hang.send_modify(|hang| *hang -= 1);
                return Err(Error::misuse("the mail server took too long"));
            }
            state.sent.lock().unwrap().push(email.to().to_owned());
            Ok(())
        })
    }
}

async fn a_mail_server_that_hangs_delays_no_reply_and_can_be_asked_again_when_it_is_back(core: TestCore) {
    let service = Hanging::new();
    let app = with_service(core, service.clone()).await;
    let state = &*service.0;
    // A reply that waits for the service never comes, since nothing lets it go on meanwhile.
    let in_time = async |call: Call<'_>| timeout(Duration::from_secs(20), call.send()).await.expect("a reply at once");
    let ask = || in_time(app.post("/auth/user/password/reset/token").json(&form(&[("email", ADA)])));
    let signed_up = in_time(app.post("/auth/signup").json(&credentials(ADA, PASSWORD))).await;
    assert_eq!((signed_up.status.as_u16(), &signed_up.body["status"]), (200, &json!("OK")));

    let while_away = async {
        for asked in 1..=2 {
            assert_eq!(outcome(&ask().await), (200, json!({"status": "OK"})));
            // The next one is asked for while this one hangs.
            let mut hang = state.hang.subscribe();
            timeout(Duration::from_secs(20), hang.wait_for(|hang| *hang == asked)).await.unwrap().unwrap();
            assert_eq!(in_time(app.post("/auth/signin").json(&credentials(ADA, PASSWORD))).await.body["status"], "OK");
        }
        assert_eq!(*state.hang.borrow(), 2, "both hang to the end");
        state.is_back.send_replace(true);
        flush(&app).await;
    };
    let ((), log) = warnings_of(while_away).await;
    let failed = log.lines().filter(|line| line.contains("an e-mail was not sent"));
    assert_eq!(failed.filter(|line| line.contains("the mail server took too long")).count(), 2, "{log}");
    assert!(!log.contains("token=") && !log.contains("reset-password") && !log.contains(ADA), "{log}");
    assert!(state.sent.lock().unwrap().is_empty(), "nothing is tried again by itself");

    let asked_again = async {
        assert_eq!(outcome(&ask().await), (200, json!({"status": "OK"})));
        flush(&app).await;
    };
    let ((), log) = warnings_of(asked_again).await;
    assert_eq!((&*state.sent.lock().unwrap(), &*log), (&vec![ADA.to_owned()], ""));
}

#[tokio::test]
async fn a_mail_server_that_nobody_listens_at_is_named_in_the_log() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let from = SmtpSender::new("Acme", "no-reply@acme.com");
    let settings = SmtpSettings::new("127.0.0.1", from).port(unused).tls(SmtpTls::None);
    let app = with_service(TestCore::InProcess, SmtpService::new(settings).unwrap()).await;
    let signed_up = app.post("/auth/signup").json(&credentials(ADA, PASSWORD)).send().await;
    assert_eq!(signed_up.body["status"], "OK");
    for _ in 0..2 {
        let asked = async {
            let reply = app.post("/auth/user/password/reset/token").json(&form(&[("email", ADA)])).send().await;
            flush(&app).await;
            reply
        };
        let (reply, log) = warnings_of(asked).await;
        assert_eq!(outcome(&reply), (200, json!({"status": "OK"})));
        assert!(log.contains(&format!("127.0.0.1:{unused} cannot be spoken to")) && !log.contains("token="), "{log}");
    }
}

#[tokio::test]
async fn without_a_service_nothing_is_sent_beyond_loopback_and_the_log_says_what_to_do() {
    let given = Given::on(TestCore::InProcess).core_config("argon2_memory_kb", 64);
    let app = given.at("https://api.acme.com", "https://acme.com").recipe(EmailPassword::new()).start().await;
    app.post("/auth/signup").json(&credentials(ADA, PASSWORD)).send().await;
    let asked = async {
        app.post("/auth/user/password/reset/token").json(&form(&[("email", ADA)])).send().await;
        flush(&app).await;
    };
    let ((), log) = warnings_of(asked).await;
    assert!(log.contains("email_delivery(") && !log.contains("token="), "{log}");
}

#[tokio::test]
async fn whoever_sends_a_mail_themselves_learns_that_it_failed() {
    let app = with_service(TestCore::InProcess, Down).await;
    let user = app.post("/auth/signup").json(&credentials(ADA, PASSWORD)).send().await;
    let id = user.body["user"]["id"].as_str().unwrap().to_owned();
    let functions = EmailPassword::of(&app.supertokens).unwrap();
    let send = |id: &str, email: &str| {
        let input = CreateResetPasswordToken::new("public", id, email);
        let functions = functions.clone();
        async move { functions.send_reset_password_email(input).await }
    };
    assert!(send(&id, ADA).await.is_err());
    assert_eq!(send("nobody", ADA).await.unwrap(), SendResetPasswordEmailResponse::UnknownUserId);
    assert_eq!(send(&id, "eve@example.com").await.unwrap(), SendResetPasswordEmailResponse::UnknownUserId);
}

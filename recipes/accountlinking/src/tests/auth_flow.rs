//! First factors and second ones, and what is linked to the user of a session.

use std::sync::{Arc, Mutex};

use serde_json::json;
use supertokens_kernel::auth_flow::{
    AuthType, CheckAuthTypeAndLinkingStatus, CheckAuthTypeAndLinkingStatusResponse as Checked,
    LinkToSessionOrByAccountInfo, LinkToSessionOrByAccountInfoResponse as Linked, LinkingFailure, PostAuthChecks,
    PreAuthChecks, PreAuthChecksResponse,
};
use supertokens_kernel::ports::{
    ActiveSession, AvailableFirstFactors, EmailVerification, GetValidSecondaryFactors, MarkFactorAsCompleteInSession,
    MultiFactor, Sessions, ShouldTryLinkingWithSessionUser as Should, StaticFirstFactors,
};
use supertokens_kernel::{BoxFuture, Error, Exchange, Recipe, UserContext};

use super::sessions::{FakeSessions, is_unauthorised};
use super::support::{App, Doubles, FakeCore, FakeVerification, NewUser, Rule, session_of, user, with_email};
use crate::{AccountLinking, AutomaticLinking};

const MINE: &str = "me@example.com";
const EMAIL: &str = "ada@example.com";
const LINK: &str = "/recipe/accountlinking/user/link";
const PRIMARY: &str = "/recipe/accountlinking/user/primary";

/// An application whose session's user is "me".
fn application(rule: Rule, me: NewUser, others: Vec<NewUser>) -> (App, FakeCore, Arc<FakeSessions>) {
    let core = FakeCore::with(std::iter::once(me).chain(others));
    let sessions = Arc::new(FakeSessions::default());
    let verification: Arc<dyn EmailVerification> = Arc::new(FakeVerification(core.clone()));
    let doubles = Doubles::default()
        .provide::<dyn Sessions>(sessions.clone())
        .provide(verification)
        .add(AvailableFirstFactors::new(["emailpassword", "thirdparty"]));
    (App::with(&core, rule.recipe(), vec![doubles.boxed()]), core, sessions)
}

fn me() -> NewUser {
    user("me", MINE)
}

async fn check(app: &App, should: Should, session: Option<Arc<dyn ActiveSession>>) -> Result<Checked, Error> {
    let input = CheckAuthTypeAndLinkingStatus::new(with_email(EMAIL))
        .session(session)
        .should_try_linking_with_session_user(should);
    app.flow().check_auth_type_and_linking_status(input).await
}

fn first_factor() -> Checked {
    Checked::Ok(AuthType::FirstFactor)
}

#[tokio::test]
async fn without_a_session_everything_is_a_first_factor_unless_one_is_demanded() {
    let (app, ..) = application(Rule::Always, me(), vec![]);
    assert_eq!(check(&app, Should::Unspecified, None).await.unwrap(), first_factor());
    assert_eq!(check(&app, Should::No, None).await.unwrap(), first_factor());
    assert!(is_unauthorised(&check(&app, Should::Yes, None).await.unwrap_err()));
}

#[tokio::test]
async fn whoever_does_not_want_to_link_signs_in_anew() {
    let (app, core, _) = application(Rule::Always, me(), vec![]);
    assert_eq!(check(&app, Should::No, Some(session_of("me"))).await.unwrap(), first_factor());
    assert_eq!(core.writes(), [""; 0]);
}

#[tokio::test]
async fn linking_without_a_rule_is_the_operators_mistake_only_where_it_is_demanded() {
    let (app, ..) = application(Rule::Missing, me(), vec![]);
    assert_eq!(check(&app, Should::Unspecified, Some(session_of("me"))).await.unwrap(), first_factor());
    let demanded = check(&app, Should::Yes, Some(session_of("me"))).await;
    assert!(matches!(demanded, Err(Error::Misuse { .. })));
}

#[tokio::test]
async fn a_rule_that_says_no_makes_it_a_first_factor_or_the_front_ends_mistake() {
    for me in [me(), me().primary()] {
        let (app, core, _) = application(Rule::No, me, vec![]);
        assert_eq!(check(&app, Should::Unspecified, Some(session_of("me"))).await.unwrap(), first_factor());
        let demanded = check(&app, Should::Yes, Some(session_of("me"))).await;
        assert!(matches!(demanded, Err(Error::BadInput { .. })));
        assert_eq!(core.writes(), [""; 0]);
    }
}

#[tokio::test]
async fn the_sessions_user_becomes_a_primary_user_before_anything_is_linked_to_them() {
    for (rule, me, requires) in
        [(Rule::Always, me(), false), (Rule::IfVerified, me().verified(), true), (Rule::Always, me().primary(), false)]
    {
        let (app, core, _) = application(rule, me, vec![]);
        let was_primary = app.user("me").await.is_primary_user;
        let checked = check(&app, Should::Yes, Some(session_of("me"))).await.unwrap();
        let Checked::Ok(AuthType::LinkToSessionUser { session_user, requires_verification }) = checked else {
            panic!("{checked:?}");
        };
        assert!(session_user.is_primary_user);
        assert_eq!(requires_verification, requires);
        assert_eq!(core.writes().is_empty(), was_primary);
    }
}

#[tokio::test]
async fn an_unverified_user_of_a_session_has_to_verify_first_unless_nothing_is_changed_yet() {
    let (app, core, _) = application(Rule::IfVerified, me(), vec![]);
    let error = check(&app, Should::Yes, Some(session_of("me"))).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid claim of me");
    let input = CheckAuthTypeAndLinkingStatus::new(with_email(EMAIL))
        .session(session_of("me"))
        .should_try_linking_with_session_user(Should::Yes)
        .skip_session_user_update_in_core(true);
    let checked = app.flow().check_auth_type_and_linking_status(input).await.unwrap();
    assert!(matches!(checked, Checked::Ok(AuthType::LinkToSessionUser { .. })));
    assert_eq!(core.writes(), [""; 0]);
}

#[tokio::test]
async fn a_session_whose_user_cannot_become_primary_or_is_gone_is_told_apart() {
    let (app, core, _) = application(Rule::Always, me(), vec![]);
    let conflict = "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR";
    core.answer_next(PRIMARY, json!({"status": conflict, "primaryUserId": "3", "description": ""}));
    let failure = LinkingFailure::SessionUserAccountInfoAlreadyAssociatedWithAnotherPrimaryUserId;
    let checked = check(&app, Should::Yes, Some(session_of("me"))).await.unwrap();
    assert_eq!(checked, Checked::LinkingToSessionUserFailed(failure));
    let linked = "RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR";
    core.answer_next(PRIMARY, json!({"status": linked, "primaryUserId": "3", "description": ""}));
    assert!(is_unauthorised(&check(&app, Should::Yes, Some(session_of("me"))).await.unwrap_err()));
    assert!(is_unauthorised(&check(&app, Should::Yes, Some(session_of("gone"))).await.unwrap_err()));
}

/// What becomes of user 2, who has just signed up or in, with the session of "me".
async fn link(app: &App, should: Should, session: Option<Arc<dyn ActiveSession>>) -> Linked {
    let input = LinkToSessionOrByAccountInfo::new("public", app.user("2").await, "2")
        .session(session)
        .should_try_linking_with_session_user(should);
    let flow = app.flow();
    flow.link_to_session_if_required_else_create_primary_user_id_or_link_by_account_info(input).await.unwrap()
}

#[tokio::test]
async fn an_account_is_linked_to_the_sessions_user_whatever_its_address() {
    let (app, core, _) = application(Rule::Always, me(), vec![user("2", EMAIL)]);
    let Linked::Ok(linked) = link(&app, Should::Yes, Some(session_of("me"))).await else { panic!() };
    assert_eq!((linked.id.as_str(), linked.login_methods.len()), ("me", 2));
    assert_eq!(core.writes(), [PRIMARY, LINK]);
}

#[tokio::test]
async fn an_account_is_linked_by_its_address_where_there_is_no_session() {
    let (app, core, _) = application(Rule::Always, user("me", EMAIL).primary(), vec![user("2", EMAIL)]);
    let Linked::Ok(linked) = link(&app, Should::No, None).await else { panic!() };
    assert_eq!((linked.id.as_str(), core.writes()), ("me", vec![LINK.to_owned()]));
    let (app, core, _) = application(Rule::Missing, user("me", EMAIL).primary(), vec![user("2", EMAIL)]);
    let Linked::Ok(linked) = link(&app, Should::No, None).await else { panic!() };
    assert_eq!((linked.id.as_str(), core.writes()), ("2", vec![]), "no rule, no linking");
}

#[tokio::test]
async fn an_unverified_address_is_linked_to_a_session_only_if_its_user_has_verified_it() {
    let verified_me = || me().primary().verified();
    let (app, core, _) = application(Rule::IfVerified, verified_me(), vec![user("2", EMAIL)]);
    let failure = Linked::LinkingToSessionUserFailed(LinkingFailure::EmailVerificationRequired);
    assert_eq!(link(&app, Should::Yes, Some(session_of("me"))).await, failure);
    assert_eq!(core.writes(), [""; 0]);

    let (app, core, _) = application(Rule::IfVerified, verified_me(), vec![user("2", MINE)]);
    let Linked::Ok(linked) = link(&app, Should::Yes, Some(session_of("me"))).await else { panic!() };
    assert_eq!(linked.id, "me");
    assert_eq!(core.writes(), [LINK, "verified me@example.com of 2"], "whose it is has been shown");
    assert!(app.user("2").await.login_methods.iter().all(|method| method.verified));

    let (app, ..) = application(Rule::IfVerified, verified_me(), vec![user("2", EMAIL).verified()]);
    assert!(matches!(link(&app, Should::Yes, Some(session_of("me"))).await, Linked::Ok(user) if user.id == "me"));
}

#[tokio::test]
async fn what_the_core_refuses_to_link_is_said_and_a_race_begins_again() {
    let (app, core, _) = application(Rule::Always, me().primary(), vec![user("2", EMAIL)]);
    let other = json!({"status": "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR",
        "primaryUserId": "3", "description": ""});
    core.answer_next(LINK, other);
    let failure = LinkingFailure::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId;
    let refused = link(&app, Should::Yes, Some(session_of("me"))).await;
    assert_eq!(refused, Linked::LinkingToSessionUserFailed(failure));

    let of_another = serde_json::to_value(app.user("2").await).unwrap();
    let other = json!({"status": "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR",
        "primaryUserId": "3", "user": of_another, "description": ""});
    core.answer_next(LINK, other);
    let failure = LinkingFailure::RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId;
    let refused = link(&app, Should::Yes, Some(session_of("me"))).await;
    assert_eq!(refused, Linked::LinkingToSessionUserFailed(failure));

    core.answer_next(LINK, json!({"status": "INPUT_USER_IS_NOT_A_PRIMARY_USER"}));
    assert!(matches!(link(&app, Should::Yes, Some(session_of("me"))).await, Linked::Ok(user) if user.id == "me"));
}

#[tokio::test]
async fn signing_in_with_an_account_of_ones_own_changes_nothing() {
    let (app, core, _) = application(Rule::Always, me().primary().and(user("2", EMAIL)), vec![]);
    assert!(matches!(link(&app, Should::Yes, Some(session_of("me"))).await, Linked::Ok(user) if user.id == "me"));
    assert_eq!(core.writes(), [""; 0]);
}

fn sign_up(factors: &[&str]) -> PreAuthChecks {
    PreAuthChecks::new("public", with_email(EMAIL), factors.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>())
}

#[tokio::test]
async fn only_factors_that_the_tenant_has_are_first_factors() {
    let (app, ..) = application(Rule::Missing, me(), vec![]);
    let allowed = app.flow().pre_auth_checks(sign_up(&["otp-email", "emailpassword"])).await.unwrap();
    let expected =
        PreAuthChecksResponse::Ok { valid_factor_ids: vec!["emailpassword".to_owned()], is_first_factor: true };
    assert_eq!(allowed, expected);
    let second_factor = app.flow().pre_auth_checks(sign_up(&["otp-email"])).await.unwrap_err();
    assert!(is_unauthorised(&second_factor), "there is no session that it could be the second factor of");
    let with_session = app.flow().pre_auth_checks(sign_up(&["otp-email"]).session(session_of("me"))).await;
    assert!(matches!(with_session, Err(Error::BadInput { .. })));
    assert!(matches!(app.flow().pre_auth_checks(sign_up(&[])).await, Err(Error::Misuse { .. })));
}

#[tokio::test]
async fn the_applications_list_of_first_factors_holds_where_the_tenant_has_none() {
    let core = FakeCore::default();
    let doubles = Doubles::default()
        .provide(Arc::new(StaticFirstFactors::new(["thirdparty", "totp", "smart-card"])))
        .add(AvailableFirstFactors::new(["emailpassword", "thirdparty"]));
    let app = App::with(&core, AccountLinking::new(), vec![doubles.boxed()]);
    let factors = app.flow().get_available_first_factors(&"public".into(), &UserContext::new()).await.unwrap();
    assert_eq!(factors.unwrap(), ["thirdparty", "smart-card"], "totp is known to the SDK, and no recipe brings it");
}

#[tokio::test]
async fn a_sign_up_or_sign_in_that_would_open_anothers_account_is_refused() {
    let (app, ..) = application(Rule::IfVerified, user("1", EMAIL).primary().verified(), vec![user("2", EMAIL)]);
    let flow = app.flow();
    let refused = flow.pre_auth_checks(sign_up(&["emailpassword"])).await.unwrap();
    assert_eq!(refused, PreAuthChecksResponse::SignUpNotAllowed);
    let verified = flow.pre_auth_checks(sign_up(&["thirdparty"]).is_verified(true)).await.unwrap();
    assert!(matches!(verified, PreAuthChecksResponse::Ok { .. }));
    let by_code = flow.pre_auth_checks(sign_up(&["thirdparty"]).sign_in_verifies_login_method(true)).await.unwrap();
    assert!(matches!(by_code, PreAuthChecksResponse::Ok { .. }));
    let sign_in = sign_up(&["emailpassword"]).authenticating_user(app.user("2").await);
    assert_eq!(flow.pre_auth_checks(sign_in).await.unwrap(), PreAuthChecksResponse::SignInNotAllowed);
}

#[tokio::test]
async fn an_address_that_the_sessions_user_has_verified_counts_as_verified() {
    let (app, ..) = application(Rule::IfVerified, user("me", EMAIL).primary().verified(), vec![]);
    let sign_up = sign_up(&["otp-email"]).session(session_of("me")).should_try_linking_with_session_user(Should::Yes);
    let allowed = app.flow().pre_auth_checks(sign_up).await.unwrap();
    let expected = PreAuthChecksResponse::Ok { valid_factor_ids: vec!["otp-email".to_owned()], is_first_factor: false };
    assert_eq!(allowed, expected, "any account may be added where nobody asks for second factors");
}

#[tokio::test]
async fn a_session_is_kept_for_its_own_user_and_made_anew_for_another() {
    let (app, _, sessions) =
        application(Rule::Always, me().primary().and(user("2", EMAIL)), vec![user("3", "c@example.com")]);
    let post = async |id: &str, session| {
        let user = app.user(id).await;
        let input = PostAuthChecks::new(Exchange::default(), "public", user, id, "emailpassword").session(session);
        app.flow().post_auth_checks(input).await.unwrap().recipe_user_id().to_string()
    };
    assert_eq!(post("2", Some(session_of("me"))).await, "me");
    assert_eq!(*sessions.created.lock().unwrap(), [""; 0]);
    assert_eq!(post("3", Some(session_of("me"))).await, "3");
    assert_eq!(post("2", None).await, "2");
    assert_eq!(*sessions.created.lock().unwrap(), ["3 of 3", "2 of me"]);
}

/// Allows one factor, and keeps those that are completed.
#[derive(Default)]
struct FakeFactors(Mutex<Vec<String>>);

impl MultiFactor for FakeFactors {
    fn get_valid_secondary_factors(&self, input: GetValidSecondaryFactors) -> BoxFuture<Result<Vec<String>, Error>> {
        let mut factors = input.factor_ids;
        factors.retain(|id| id == "otp-email");
        Box::pin(std::future::ready(Ok(factors)))
    }

    fn mark_factor_as_complete_in_session(&self, input: MarkFactorAsCompleteInSession) -> BoxFuture<Result<(), Error>> {
        self.0.lock().unwrap().push(format!("{} of {}", input.factor_id, input.session.user_id()));
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn second_factors_are_asked_for_and_noted() {
    let core = FakeCore::with([me().primary(), user("2", EMAIL)]);
    let factors = Arc::new(FakeFactors::default());
    let doubles = Doubles::default()
        .provide::<dyn MultiFactor>(factors.clone())
        .provide::<dyn Sessions>(Arc::new(FakeSessions::default()));
    let rule = AutomaticLinking::Yes { should_require_verification: false };
    let linking = AccountLinking::new().should_do_automatic_account_linking(move |_| std::future::ready(Ok(rule)));
    let app = App::with(&core, linking, vec![doubles.clone().boxed()]);
    let sign_up = sign_up(&["otp-email", "totp"]).session(session_of("me"));
    let allowed = app.flow().pre_auth_checks(sign_up).await.unwrap();
    let expected = PreAuthChecksResponse::Ok { valid_factor_ids: vec!["otp-email".to_owned()], is_first_factor: false };
    assert_eq!(allowed, expected);
    let user = app.user("me").await;
    let post = PostAuthChecks::new(Exchange::default(), "public", user, "me", "otp-email").session(session_of("me"));
    app.flow().post_auth_checks(post).await.unwrap();
    assert_eq!(*factors.0.lock().unwrap(), ["otp-email of me"]);

    let without_rule = App::with(&core, AccountLinking::new(), vec![doubles.boxed()]);
    let checked = check(&without_rule, Should::Unspecified, Some(session_of("me"))).await;
    assert!(matches!(checked, Err(Error::Misuse { .. })), "second factors need linking");
}

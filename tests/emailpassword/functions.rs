//! The recipe's functions, called without a request, and their overrides.

use serde_json::json;
use supertokens::RecipeUserId;
use supertokens::emailpassword::{
    CreateNewRecipeUser, CreateNewRecipeUserResponse, CreateResetPasswordLinkResponse, CreateResetPasswordToken,
    CreateResetPasswordTokenResponse, EmailPassword, ResetPasswordUsingToken, ResetPasswordUsingTokenResponse as Reset,
    RevokeSessionsOnPasswordChange, SendResetPasswordEmailResponse, SignIn, SignInResponse, SignUp, SignUpResponse,
    UpdateEmailOrPassword, UpdateEmailOrPasswordResponse as Update, VerifyCredentials, VerifyCredentialsResponse,
};
use supertokens::session::TokenTransferMethod::Header;

use crate::site::{ADA, PASSWORD, Site};
use crate::support::{TestCore, on_each_core};

const NEW: &str = "a new password 2";

on_each_core!(
    signing_up_and_in_without_a_request,
    a_link_and_a_token_set_a_new_password,
    a_mail_can_be_sent_for_somebody,
    address_and_password_can_be_changed,
    the_policy_of_passwords_can_be_left_out,
    changing_a_password_ends_sessions_if_the_application_says_so,
    whoever_changes_a_password_stays_signed_in_where_they_do,
    a_session_that_is_given_is_one_to_link_to,
    apis_and_functions_call_overrides,
);

async fn signing_up_and_in_without_a_request(core: TestCore) {
    let site = Site::start(core).await;
    let functions = site.functions();
    let sign_up = functions.sign_up(SignUp::new("public", ADA, PASSWORD)).await.unwrap();
    let SignUpResponse::Ok { user, recipe_user_id } = sign_up else { panic!("{sign_up:?}") };
    assert_eq!(user.id, recipe_user_id.as_str());
    let again = functions.sign_up(SignUp::new("public", ADA, PASSWORD)).await.unwrap();
    assert_eq!(again, SignUpResponse::EmailAlreadyExists);
    let again = functions.create_new_recipe_user(CreateNewRecipeUser::new("public", ADA, PASSWORD)).await.unwrap();
    assert_eq!(again, CreateNewRecipeUserResponse::EmailAlreadyExists);

    let right = functions.sign_in(SignIn::new("public", ADA, PASSWORD)).await.unwrap();
    assert_eq!(right, SignInResponse::Ok { user: user.clone(), recipe_user_id: recipe_user_id.clone() });
    let right = functions.verify_credentials(VerifyCredentials::new("public", ADA, PASSWORD)).await.unwrap();
    assert_eq!(right, VerifyCredentialsResponse::Ok { user, recipe_user_id });
    for (email, password) in [(ADA, NEW), ("eve@example.com", PASSWORD), ("", PASSWORD)] {
        let wrong = functions.sign_in(SignIn::new("public", email, password)).await.unwrap();
        assert_eq!(wrong, SignInResponse::WrongCredentials);
        let wrong = functions.verify_credentials(VerifyCredentials::new("public", email, password)).await.unwrap();
        assert_eq!(wrong, VerifyCredentialsResponse::WrongCredentials);
    }
}

async fn a_link_and_a_token_set_a_new_password(core: TestCore) {
    let site = Site::start(core).await;
    let (ada, functions) = (site.new_user(ADA).await, site.functions());
    let input = CreateResetPasswordToken::new("public", &*ada.id, ADA);
    let CreateResetPasswordLinkResponse::Ok { link } =
        functions.create_reset_password_link(input.clone()).await.unwrap()
    else {
        panic!("there is such a user");
    };
    assert!(link.starts_with("http://localhost:3000/auth/reset-password?token="), "{link}");
    assert!(link.ends_with("&tenantId=public"), "{link}");
    let created = functions.create_reset_password_token(input).await.unwrap();
    let CreateResetPasswordTokenResponse::Ok { token } = &created else { panic!("{created:?}") };
    assert!(!format!("{created:?}").contains(token.as_str()), "a token is shown");

    let reset = |token: &str, password: &str| {
        functions.reset_password_using_token(ResetPasswordUsingToken::new("public", token, password))
    };
    let broken = reset(token, "short").await.unwrap();
    assert!(matches!(broken, Reset::PasswordPolicyViolated { .. }), "{broken:?}");
    assert_eq!(reset(token, NEW).await.unwrap(), Reset::Ok, "the token has stayed good");
    assert_eq!(reset(token, NEW).await.unwrap(), Reset::ResetPasswordInvalidToken);
    assert_eq!(site.sign_in(ADA, NEW).await.body["status"], "OK");

    let nobody = CreateResetPasswordToken::new("public", "nobody", ADA);
    let created = functions.create_reset_password_token(nobody.clone()).await.unwrap();
    assert_eq!(created, CreateResetPasswordTokenResponse::UnknownUserId);
    let linked = functions.create_reset_password_link(nobody).await.unwrap();
    assert_eq!(linked, CreateResetPasswordLinkResponse::UnknownUserId);
}

async fn a_mail_can_be_sent_for_somebody(core: TestCore) {
    let site = Site::start(core).await;
    let ada = site.new_user(ADA).await;
    let input = CreateResetPasswordToken::new("public", &*ada.id, "ADA@example.com");
    let sent = site.functions().send_reset_password_email(input).await.unwrap();
    assert_eq!(sent, SendResetPasswordEmailResponse::Ok);
    let mail = site.mails().await.pop().unwrap();
    assert_eq!((&*mail.to, &mail.user_id), (ADA, &ada.id));
    assert_eq!(site.reset(&mail.token(), NEW).await.body, json!({"status": "OK"}));
}

async fn address_and_password_can_be_changed(core: TestCore) {
    let site = Site::start(core).await;
    let (ada, functions) = (site.new_user(ADA).await, site.functions());
    site.new_user("eve@example.com").await;
    let update = |input: UpdateEmailOrPassword| functions.update_email_or_password(input);
    let of = |id: &str| UpdateEmailOrPassword::new(RecipeUserId::new(id));

    assert_eq!(update(of(&ada.id).email("Lovelace@Example.com".to_owned())).await.unwrap(), Update::Ok);
    assert_eq!(update(of(&ada.id).email("eve@example.com".to_owned())).await.unwrap(), Update::EmailAlreadyExists);
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "WRONG_CREDENTIALS_ERROR");
    assert_eq!(site.sign_in("lovelace@example.com", PASSWORD).await.body["status"], "OK");

    assert_eq!(update(of(&ada.id).password(Some(NEW.into()))).await.unwrap(), Update::Ok);
    assert_eq!(site.sign_in("lovelace@example.com", NEW).await.body["status"], "OK");
    for nobody in [of("nobody").email("new@example.com".to_owned()), of("nobody").password(Some(NEW.into()))] {
        assert_eq!(update(nobody).await.unwrap(), Update::UnknownUserId);
    }
}

async fn the_policy_of_passwords_can_be_left_out(core: TestCore) {
    let site = Site::start(core).await;
    let (ada, functions) = (site.new_user(ADA).await, site.functions());
    let weak = UpdateEmailOrPassword::new(&*ada.id).password(Some("x".into()));
    let refused = functions.update_email_or_password(weak.clone()).await.unwrap();
    let failure_reason = "Password must contain at least 8 characters, including a number".to_owned();
    assert_eq!(refused, Update::PasswordPolicyViolated { failure_reason });
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK");
    assert_eq!(functions.update_email_or_password(weak.apply_password_policy(false)).await.unwrap(), Update::Ok);
    assert_eq!(site.sign_in(ADA, "x").await.body["status"], "OK");
}

async fn changing_a_password_ends_sessions_if_the_application_says_so(core: TestCore) {
    let recipe = EmailPassword::new().revoke_sessions_on_password_change(RevokeSessionsOnPasswordChange::Yes);
    let site = Site::with(core, recipe).await;
    let (ada, functions) = (site.new_user(ADA).await, site.functions());
    let update = UpdateEmailOrPassword::new(&*ada.id);
    let new_email = update.clone().email("lovelace@example.com".to_owned());
    assert_eq!(functions.update_email_or_password(new_email).await.unwrap(), Update::Ok);
    let refused = update.clone().password(Some("weak".into()));
    assert!(matches!(
        functions.update_email_or_password(refused).await.unwrap(),
        Update::PasswordPolicyViolated { .. }
    ));
    assert_eq!(site.app.sessions().get_all_session_handles_for_user(&ada.id, None).await.unwrap().len(), 1);
    let changed = functions.update_email_or_password(update.password(Some(NEW.into()))).await.unwrap();
    assert_eq!(changed, Update::Ok);
    site.app.refresh(&ada.tokens).send().await.assert_is(401, "unauthorised");
}

async fn whoever_changes_a_password_stays_signed_in_where_they_do(core: TestCore) {
    let recipe = EmailPassword::new().revoke_sessions_on_password_change(RevokeSessionsOnPasswordChange::Yes);
    let site = Site::with(core, recipe).await;
    let ada = site.new_user(ADA).await;
    let here = site.sign_in(ADA, PASSWORD).await.tokens(Header);
    let session =
        site.app.sessions().get_session_without_request_response(&*here.access, None, Default::default()).await;
    let update = UpdateEmailOrPassword::new(&*ada.id).password(Some(NEW.into())).session(session.unwrap().unwrap());
    assert_eq!(site.functions().update_email_or_password(update).await.unwrap(), Update::Ok);
    site.app.refresh(&ada.tokens).send().await.assert_is(401, "unauthorised");
    assert_eq!(site.app.refresh(&here).send().await.status, 200);
}

async fn a_session_that_is_given_is_one_to_link_to(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_user(ADA).await;
    let sessions = site.app.sessions();
    let session = sessions.get_session_without_request_response(&*ada.tokens.access, None, Default::default());
    let session = session.await.unwrap().unwrap();
    let sign_up = SignUp::new("public", "lovelace@example.com", PASSWORD).session(session.clone());
    let signed_up = site.functions().sign_up(sign_up).await.unwrap();
    assert!(matches!(&signed_up, SignUpResponse::Ok { user, .. } if user.id == ada.id), "{signed_up:?}");
    let sign_in = SignIn::new("public", "lovelace@example.com", PASSWORD).session(session);
    let signed_in = site.functions().sign_in(sign_in).await.unwrap();
    assert!(matches!(&signed_in, SignInResponse::Ok { user, .. } if user.id == ada.id), "{signed_in:?}");
}

async fn apis_and_functions_call_overrides(core: TestCore) {
    let recipe = EmailPassword::new().override_functions(|functions| {
        functions
            .create_new_recipe_user(async |mut input: CreateNewRecipeUser, original| {
                input.email.insert_str(0, "team+");
                original.create_new_recipe_user(input).await
            })
            .verify_credentials(async |mut input: VerifyCredentials, original| {
                input.password = PASSWORD.into();
                original.verify_credentials(input).await
            })
    });
    let site = Site::with(core, recipe).await;
    let reply = site.sign_up(ADA, PASSWORD).await;
    assert_eq!(reply.body["user"]["emails"], json!(["team+ada@example.com"]), "sign_up calls the override");
    let reply = site.sign_in("team+ada@example.com", "anything").await;
    assert_eq!(reply.body["status"], "OK", "sign_in calls the override");
}

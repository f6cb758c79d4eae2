//! The code of `docs/overrides.md`, so that it compiles and does what the page says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use supertokens::session::claims::BooleanClaim;
use supertokens::session::{
    CreateNewSession, Session, SessionContainer, SessionError, SessionFunctions, SessionOverride, SignOutPost,
    SignOutPostResponse,
};

use crate::support::{app, create, post, sessions};

#[derive(Clone, Default)]
struct Database {
    sign_ins: Arc<AtomicU64>,
}

impl Database {
    async fn role_of(&self, user_id: &str) -> Result<String, std::io::Error> {
        self.sign_ins.fetch_add(1, Ordering::Relaxed);
        match user_id {
            "user-1" => Ok("admin".to_owned()),
            _ => Err(std::io::Error::other("no such user")),
        }
    }
}

fn with_a_closure(database: Database) -> Session {
    Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            let role = database.role_of(input.known_user_id()).await.map_err(SessionError::other)?;
            // goes into the access token: readable without a call, also on the front end
            input.jwt_payload.insert("role", &role)?;
            // stays in the core's database, under the session's handle
            input.session_data.insert("signedInFrom", "the website")?;
            original.create_new_session(input).await
        })
    })
}

struct WithRole {
    database: Database,
}

impl SessionOverride for WithRole {
    async fn create_new_session(
        &self,
        mut input: CreateNewSession,
        original: SessionFunctions,
    ) -> Result<SessionContainer, SessionError> {
        let role = self.database.role_of(input.known_user_id()).await.map_err(SessionError::other)?;
        input.jwt_payload.insert("role", &role)?;
        original.create_new_session(input).await
    }
}

fn with_a_type(database: Database) -> Session {
    Session::new().override_functions(|functions| functions.with(WithRole { database }))
}

#[derive(Clone)]
struct SignsOutEverywhere;

fn handing_on() -> Session {
    Session::new()
        .override_apis(|apis| {
            apis.sign_out_post(async |input, original| {
                if input.exchange.request.query("everywhere").is_some() {
                    input.user_context.insert(SignsOutEverywhere);
                }
                original.sign_out_post(input).await
            })
        })
        .override_functions(|functions| {
            functions.revoke_session(async |input, original| {
                if input.user_context.get::<SignsOutEverywhere>().is_none() {
                    return original.revoke_session(input).await;
                }
                revoke_all_of_the_same_user(input, original).await
            })
        })
}

async fn revoke_all_of_the_same_user(
    input: supertokens::session::RevokeSession,
    original: SessionFunctions,
) -> Result<bool, SessionError> {
    use supertokens::session::{GetSessionInformation, RevokeAllSessionsForUser};
    let read = GetSessionInformation::new(input.session_handle).user_context(input.user_context.clone());
    let Some(session) = original.get_session_information(read).await? else {
        return Ok(false);
    };
    let all = RevokeAllSessionsForUser::new(session.user_id).user_context(input.user_context);
    Ok(!original.revoke_all_sessions_for_user(all).await?.is_empty())
}

fn without_sign_out() -> Session {
    Session::new().override_apis(|apis| apis.disable::<SignOutPost>())
}

fn with_a_message_for_the_person() -> Session {
    Session::new().override_apis(|apis| {
        apis.sign_out_post(async |_input, _original| {
            Ok(SignOutPostResponse::GeneralError { message: "Finish your order first.".to_owned() })
        })
    })
}

#[tokio::test]
async fn both_forms_put_the_role_into_the_token_and_wrap_errors_of_their_own() {
    for session in [with_a_closure(Database::default()), with_a_type(Database::default())] {
        let app = app(session);
        assert_eq!(create(&app).await.unwrap().access_token_payload().get("role").unwrap(), "admin");
        let unknown = CreateNewSession::new("public", "user-2");
        let error = sessions(&app).create_new_session_without_request_response(unknown).await.unwrap_err();
        assert!(matches!(&error, SessionError::Sdk(supertokens::Error::Other(_))), "{error:?}");
        assert_eq!(error.to_string(), "no such user");
    }
}

#[tokio::test]
async fn what_an_api_leaves_in_the_context_the_function_finds() {
    let app = app(handing_on());
    let (first, second) = (create(&app).await.unwrap(), create(&app).await.unwrap());
    let third = create(&app).await.unwrap();
    let left = async || sessions(&app).get_all_session_handles_for_user("user-1", None).await.unwrap().len();
    post(&app, "/auth/signout", &first.access_token()).await;
    assert_eq!(left().await, 2);
    post(&app, "/auth/signout?everywhere=1", &second.access_token()).await;
    assert_eq!(left().await, 0, "{} is still there", third.handle());
}

#[tokio::test]
async fn sign_out_is_switched_off_or_answered_with_a_message() {
    let request = http::Request::post("/auth/signout").body(http_body_util::Full::new(bytes::Bytes::new())).unwrap();
    assert!(matches!(app(without_sign_out()).handle(request).await, supertokens::Handled::Passed(_)));
    let app = app(with_a_message_for_the_person());
    let token = create(&app).await.unwrap().access_token();
    assert_eq!(post(&app, "/auth/signout", &token).await.body()["message"], "Finish your order first.");
}

#[tokio::test]
async fn a_claim_that_is_fetched_and_set_reaches_the_override_of_merge() {
    let session = Session::new().override_functions(|functions| {
        functions.merge_into_access_token_payload(async |mut input, original| {
            input.access_token_payload_update.insert("changed", true)?;
            original.merge_into_access_token_payload(input).await
        })
    });
    let app = app(session);
    let handle = create(&app).await.unwrap().handle().to_owned();
    let claim = BooleanClaim::new("over-18", async |_| Ok(Some(true)));
    assert!(sessions(&app).fetch_and_set_claim(&handle, &claim).await.unwrap());
    let information = sessions(&app).get_session_information(&handle).await.unwrap().unwrap();
    assert_eq!(information.custom_claims_in_access_token_payload.get("changed").unwrap(), true);
}

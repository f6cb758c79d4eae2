//! Several applications in one process, and applications that cannot be built.

use supertokens::session::{RefreshAntiCsrf, Session, SessionError, SessionFunctionsBuilder, VerifySessionOptions};
use supertokens::{Core, InitError, Recipe, SuperTokens};

use crate::support::{app, create, localhost, sessions};

fn marked(functions: SessionFunctionsBuilder, name: &'static str) -> SessionFunctionsBuilder {
    functions.create_new_session(async move |mut input, original| {
        input.jwt_payload.insert("of", name)?;
        original.create_new_session(input).await
    })
}

#[tokio::test]
async fn two_applications_in_one_process_do_not_meet() {
    let one = app(Session::new().override_functions(|functions| marked(functions, "one")));
    let two = app(Session::new().override_functions(|functions| marked(functions, "two")));
    let (session, other) = (create(&one).await.unwrap(), create(&two).await.unwrap());
    assert_eq!(session.access_token_payload().get("of").unwrap(), "one");
    assert_eq!(other.access_token_payload().get("of").unwrap(), "two");

    assert!(sessions(&two).get_session_information(session.handle()).await.unwrap().is_none());
    assert!(!sessions(&two).revoke_session(session.handle()).await.unwrap());
    let options = VerifySessionOptions::new().anti_csrf_check(false);
    let verified =
        sessions(&two).get_session_without_request_response(session.access_token(), None, options.clone()).await;
    assert!(matches!(verified, Err(SessionError::TryRefreshToken { .. })), "{:?}", verified.err());
    let refresh_token = session.all_session_tokens_dangerously().unwrap().refresh_token.unwrap();
    let refreshed =
        sessions(&two).refresh_session_without_request_response(refresh_token, RefreshAntiCsrf::Disabled).await;
    assert!(matches!(refreshed, Err(SessionError::Unauthorised { .. })), "{:?}", refreshed.err());

    let own = sessions(&one).get_session_without_request_response(session.access_token(), None, options).await;
    assert_eq!(own.unwrap().unwrap().user_id(), "user-1");
}

#[tokio::test]
async fn two_configured_copies_of_one_recipe_go_their_own_ways() {
    let common = Session::new().override_functions(|functions| marked(functions, "common"));
    let special = common.clone().override_functions(|functions| marked(functions, "special"));
    let of = async |session: Session| create(&app(session)).await.unwrap().access_token_payload().get("of").cloned();
    assert_eq!(of(special).await.unwrap(), "common", "the inner layer has the last word about the input");
    assert_eq!(of(common).await.unwrap(), "common");
}

#[test]
fn a_recipe_given_twice_is_refused_by_name() {
    let build = |recipes| SuperTokens::builder(localhost()).core(Core::embedded(":memory:")).recipes(recipes).build();
    let error = build(vec![Session::new().boxed(), Session::new().boxed()]).unwrap_err();
    assert!(matches!(error, InitError::DuplicateRecipe { recipe: "session" }), "{error}");
    assert!(error.to_string().contains("`session` was given twice"), "{error}");
    assert!(matches!(build(Vec::new()), Err(InitError::NoRecipes)));
}

#[test]
fn a_recipe_that_another_brings_along_may_be_listed_too() {
    let recipes = vec![supertokens::jwt::Jwt::new().boxed(), Session::new().boxed()];
    let app = SuperTokens::builder(localhost()).core(Core::embedded(":memory:")).recipes(recipes).build().unwrap();
    assert!(app.is_recipe_initialized("jwt") && app.is_recipe_initialized("openid"));
}

#[test]
fn an_application_that_is_gone_says_so_instead_of_living_on() {
    let app = app(Session::new());
    let ports: &supertokens::kernel::Ports = app.as_ref();
    let ports = ports.clone();
    assert!(Session::of(&ports).is_ok());
    drop(app);
    let error = Session::of(&ports).err().unwrap();
    assert!(matches!(error, supertokens::Error::RecipeNotInitialised { recipe: "session" }), "{error}");
}

#[tokio::test]
async fn an_application_that_is_gone_leaves_its_database_to_the_next() {
    let database = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("left-to-the-next.db");
    let open = || {
        let builder = SuperTokens::builder(localhost()).core(Core::embedded(&database));
        builder.recipes(vec![Session::new().boxed()]).build().unwrap()
    };
    let first = open();
    let handle = create(&first).await.unwrap().handle().to_owned();
    // No `shutdown`: the core, its threads and its lock go with the last clone.
    drop(first);
    let second = open();
    assert!(sessions(&second).get_session_information(&handle).await.unwrap().is_some());
}

//! Which user signs in, where a login method of the session's user belongs to other tenants only.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use supertokens_kernel::auth_flow::GetAuthenticatingUser;
use supertokens_kernel::ports::{
    AssociateUserToTenant, AssociateUserToTenantResponse as Associated, Multitenancy, Sessions, TenantFactors,
};
use supertokens_kernel::{AccountInfo, BoxFuture, Error, Recipe, RecipeId, TenantId, UserContext};

use super::sessions::{FakeSessions, is_unauthorised};
use super::support::{App, Doubles, FakeCore, Rule, session_of, user};

const EMAIL: &str = "ada@example.com";

/// Answers as it is told, and keeps what it is asked.
#[derive(Default)]
struct FakeTenants {
    answers: Mutex<VecDeque<Associated>>,
    asked: Mutex<Vec<(String, String)>>,
}

impl Multitenancy for FakeTenants {
    fn get_tenant_factors(&self, _: TenantId, _: UserContext) -> BoxFuture<Result<Option<TenantFactors>, Error>> {
        Box::pin(std::future::ready(Ok(Some(TenantFactors::default()))))
    }

    fn associate_user_to_tenant(&self, input: AssociateUserToTenant) -> BoxFuture<Result<Associated, Error>> {
        self.asked.lock().unwrap().push((input.tenant_id.to_string(), input.recipe_user_id.to_string()));
        let next = self.answers.lock().unwrap().pop_front();
        Box::pin(std::future::ready(Ok(next.unwrap_or(Associated::Ok { was_already_associated: false }))))
    }
}

/// The user, the login method and its tenants, for somebody who signs in with the address; and the associations.
async fn find(
    core: &FakeCore,
    session: Option<&str>,
    credentials_are_right: bool,
    answers: Vec<Associated>,
) -> (Result<Option<(String, String, Vec<TenantId>)>, Error>, usize) {
    let tenants = Arc::new(FakeTenants { answers: Mutex::new(answers.into()), ..FakeTenants::default() });
    let doubles = Doubles::default()
        .provide::<dyn Multitenancy>(tenants.clone())
        .provide::<dyn Sessions>(Arc::new(FakeSessions::default()));
    let app = App::with(core, Rule::Always.recipe(), vec![doubles.boxed()]);
    let input = GetAuthenticatingUser::new("public", RecipeId::EmailPassword, AccountInfo::email(EMAIL))
        .session(session.map(session_of));
    let found = app
        .flow()
        .get_authenticating_user_and_add_to_current_tenant_if_required(input, async |tenant_id| {
            assert_eq!(tenant_id.as_str(), "t1");
            Ok(credentials_are_right)
        })
        .await;
    let found = found.map(|found| {
        let found = found?;
        let method = found.user.login_method(&found.login_method.recipe_user_id).unwrap();
        Some((found.user.id.clone(), found.login_method.recipe_user_id.to_string(), method.tenant_ids.clone()))
    });
    let asked = tenants.asked.lock().unwrap().len();
    (found, asked)
}

fn tenants(ids: &[&str]) -> Vec<TenantId> {
    ids.iter().map(|id| TenantId::new(*id)).collect()
}

/// The session's user, who has a password in another tenant only.
fn elsewhere() -> FakeCore {
    let password = user("2", EMAIL).in_tenants(&["t1"]);
    FakeCore::with([user("1", "phone@example.com").with("recipeId", "passwordless").primary().and(password)])
}

#[tokio::test]
async fn a_user_of_the_tenant_is_found_by_recipe_and_address() {
    let core = FakeCore::with([user("1", EMAIL).with("recipeId", "thirdparty"), user("2", EMAIL)]);
    let (found, _) = find(&core, None, true, vec![]).await;
    assert_eq!(found.unwrap(), Some(("2".to_owned(), "2".to_owned(), tenants(&["public"]))));
    let (found, _) = find(&FakeCore::default(), None, true, vec![]).await;
    assert_eq!(found.unwrap(), None, "somebody signs up");
}

#[tokio::test]
async fn a_login_method_of_another_tenant_is_added_to_this_one_if_the_credentials_are_right_there() {
    let (found, asked) = find(&elsewhere(), Some("1"), true, vec![]).await;
    assert_eq!(found.unwrap(), Some(("1".to_owned(), "2".to_owned(), tenants(&["t1", "public"]))));
    assert_eq!(asked, 1);
    let (found, asked) = find(&elsewhere(), Some("1"), false, vec![]).await;
    assert_eq!((found.unwrap(), asked), (None, 0));
    let (found, asked) = find(&elsewhere(), None, true, vec![]).await;
    assert_eq!((found.unwrap(), asked), (None, 0), "without a session nobody knows whose it is");
}

#[tokio::test]
async fn what_changed_meanwhile_is_read_again_and_a_session_of_no_tenant_is_no_session() {
    let (found, asked) = find(&elsewhere(), Some("1"), true, vec![Associated::EmailAlreadyExists]).await;
    assert_eq!((found.unwrap().map(|found| found.0), asked), (Some("1".to_owned()), 2));
    let refused = Associated::AssociationNotAllowed { reason: String::new() };
    let (found, _) = find(&elsewhere(), Some("1"), true, vec![refused]).await;
    assert!(is_unauthorised(&found.unwrap_err()));
    let (found, _) = find(&FakeCore::default(), Some("1"), true, vec![]).await;
    assert!(is_unauthorised(&found.unwrap_err()), "the session's user is gone");
}

//! What holds of users whatever is done to them, found by doing many things in an order that nobody thought of.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    prelude::{Strategy, any},
    prop_oneof, proptest,
    test_runner::Config,
};
use serde_json::{Value, json};

use crate::{common::*, people::*};

const TENANTS: [&str; 3] = ["public", "t1", "t2"];
/// Few, so that they collide.
const CONTACTS: [&str; 5] = ["a@example.com", "b@example.com", "c@example.com", "+14155550120", "+14155550121"];

/// Something that is done. Users are numbered in the order in which they signed up.
#[derive(Clone, Debug)]
enum Step {
    SignUp { tenant: usize, contact: usize },
    MakePrimary(usize),
    Link(usize, usize),
    Unlink(usize),
    Change { user: usize, contact: usize },
    Associate { user: usize, tenant: usize },
    Disassociate { user: usize, tenant: usize },
    Remove { user: usize, all: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let (user, tenant, contact) = (0..8_usize, 0..TENANTS.len(), 0..CONTACTS.len());
    prop_oneof![
        2 => (tenant.clone(), contact.clone()).prop_map(|(tenant, contact)| Step::SignUp { tenant, contact }),
        3 => user.clone().prop_map(Step::MakePrimary),
        6 => (user.clone(), user.clone()).prop_map(|(account, primary)| Step::Link(account, primary)),
        1 => user.clone().prop_map(Step::Unlink),
        3 => (user.clone(), contact).prop_map(|(user, contact)| Step::Change { user, contact }),
        3 => (user.clone(), tenant.clone()).prop_map(|(user, tenant)| Step::Associate { user, tenant }),
        1 => (user.clone(), tenant).prop_map(|(user, tenant)| Step::Disassociate { user, tenant }),
        1 => (user, any::<bool>()).prop_map(|(user, all)| Step::Remove { user, all }),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 32, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_two_primary_users_have_an_address_in_one_tenant(steps in proptest::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let core = core_with_tenants(&["t1", "t2"]).await;
            let mut ids: Vec<String> = Vec::new();
            for step in begin().iter().chain(&steps) {
                take(&core, &mut ids, step).await;
                check(&core, &ids).await;
            }
        });
    }
}

/// Three primary users, each in a tenant, and two accounts to link.
fn begin() -> Vec<Step> {
    let mut steps: Vec<_> = (0..3).map(|number| Step::SignUp { tenant: number, contact: number }).collect();
    steps.extend((0..3).map(Step::MakePrimary));
    steps.extend([Step::SignUp { tenant: 0, contact: 3 }, Step::SignUp { tenant: 1, contact: 4 }]);
    steps
}

async fn take(core: &TestCore, ids: &mut Vec<String>, step: &Step) {
    let area = "/recipe/accountlinking/user";
    let id = |user: &usize| ids.get(*user).cloned().unwrap_or_else(|| "nosuch".to_owned());
    let (path, body) = match step {
        Step::SignUp { tenant, contact } => {
            let answer = sign_in_up(core, &format!("/{}", TENANTS[*tenant]), CONTACTS[*contact]).await;
            let id = answer["recipeUserId"].as_str().unwrap().to_owned();
            if answer["createdNewUser"] == json!(true) {
                ids.push(id);
            }
            return;
        }
        Step::Change { user, contact } => {
            let contact = CONTACTS[*contact];
            let name = if contact.starts_with('+') { "phoneNumber" } else { "email" };
            let headers = [("cdi-version", "5.6"), ("rid", "passwordless")];
            let body = json!({"recipeUserId": id(user), name: contact}).to_string();
            let answer = core.send("PUT", "/recipe/user", &headers, body).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            return;
        }
        Step::MakePrimary(user) => (format!("{area}/primary"), json!({"recipeUserId": id(user)})),
        Step::Link(account, primary) => {
            (format!("{area}/link"), json!({"recipeUserId": id(account), "primaryUserId": id(primary)}))
        }
        Step::Unlink(user) => (format!("{area}/unlink"), json!({"recipeUserId": id(user)})),
        Step::Associate { user, tenant } => {
            let path = format!("/{}/recipe/multitenancy/tenant/user", TENANTS[*tenant]);
            (path, json!({"recipeUserId": id(user)}))
        }
        Step::Disassociate { user, tenant } => {
            let path = format!("/{}/recipe/multitenancy/tenant/user/remove", TENANTS[*tenant]);
            (path, json!({"recipeUserId": id(user)}))
        }
        Step::Remove { user, all } => {
            ("/user/remove".to_owned(), json!({"userId": id(user), "removeAllLinkedAccounts": all}))
        }
    };
    let answer = core.post("5.6", &path, body).await;
    assert!(answer.status == 200 || answer.text == "Unknown user ID provided", "{step:?}: {}", answer.text);
}

async fn check(core: &TestCore, ids: &[String]) {
    let mut users: BTreeMap<String, Value> = BTreeMap::new();
    let mut accounts = BTreeSet::new();
    for id in ids {
        let user = user(core, id).await;
        if user.is_null() {
            continue;
        }
        let methods = user["loginMethods"].as_array().unwrap();
        assert!(!methods.is_empty(), "a user has an account: {user}");
        assert!(methods.len() == 1 || user["isPrimaryUser"] == json!(true), "only primary users have several: {user}");
        let joined = methods.iter().map(|method| method["timeJoined"].as_u64()).min();
        assert_eq!(user["timeJoined"].as_u64(), joined.flatten());
        for method in methods {
            accounts.insert(method["recipeUserId"].as_str().unwrap().to_owned());
        }
        let user_id = user["id"].as_str().unwrap().to_owned();
        let known = users.entry(user_id).or_insert_with(|| user.clone());
        assert_eq!(*known, user, "each of a user's ids gives the same user");
    }
    let methods: usize = users.values().map(|user| user["loginMethods"].as_array().unwrap().len()).sum();
    assert_eq!(methods, accounts.len(), "an account is one user's");
    let count = core.get("5.6", "/users/count?includeAllTenants=true").await.ok()["count"].as_u64().unwrap();
    assert_eq!(usize::try_from(count).unwrap(), users.len());

    let mut owners: BTreeMap<(String, String), &str> = BTreeMap::new();
    for (id, user) in users.iter().filter(|(_, user)| user["isPrimaryUser"] == json!(true)) {
        for tenant in user["tenantIds"].as_array().unwrap() {
            for info in used(user) {
                let owner = owners.entry((tenant.to_string(), info.clone())).or_insert(id);
                assert_eq!(*owner, id, "{info} in {tenant} is two primary users'");
            }
        }
    }
}

/// The addresses and numbers of accounts that can sign in somewhere.
fn used(user: &Value) -> Vec<String> {
    let methods = user["loginMethods"].as_array().unwrap().iter();
    let methods = methods.filter(|method| !method["tenantIds"].as_array().unwrap().is_empty());
    let infos = methods.flat_map(|method| [&method["email"], &method["phoneNumber"]]);
    infos.filter_map(|info| info.as_str().map(str::to_owned)).collect()
}

//! Users of every kind: finding, listing, counting, removing.

use std::collections::HashSet;

use serde_json::{Value, json};
use supertokens_core_sqlite::SqliteStorage;

use crate::{
    accounts::*,
    common::*,
    people::{sign_in_up, sign_up as sign_up_by_code, user},
};

fn ids(users: &Value) -> Vec<String> {
    users.as_array().unwrap().iter().map(|user| text(&user["id"])).collect()
}

/// All users of a list, page by page.
async fn all_pages(core: &TestCore, query: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut token = String::new();
    loop {
        let page = core.get("5.6", &format!("/users?{query}{token}")).await.ok();
        pages.push(page["users"].as_array().unwrap().clone());
        match page["nextPaginationToken"].as_str() {
            Some(next) => token = format!("&paginationToken={}", next.replace('=', "%3D").replace('+', "%2B")),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn pages_lose_nobody_among_users_of_one_millisecond() {
    let core = quick_core();
    let mut expected = HashSet::new();
    for number in 0..12 {
        expected.insert(new_account(&core, "", &format!("{number}@example.com")).await);
        expected.insert(text(&third_party(&core, &number.to_string(), "x@example.com", true).await["recipeUserId"]));
        expected.insert(sign_up_by_code(&core, "", &format!("{number}@code.example")).await);
        if number == 5 {
            core.pass(1);
        }
    }
    for order in ["ASC", "DESC"] {
        for limit in [1, 4, 5, 36, 37] {
            let pages = all_pages(&core, &format!("limit={limit}&timeJoinedOrder={order}")).await;
            assert_eq!(pages.len(), 36_usize.div_ceil(limit), "{order} {limit}");
            let users: Vec<Value> = pages.into_iter().flatten().collect();
            let seen: HashSet<_> = users.iter().map(|user| text(&user["id"])).collect();
            assert_eq!((seen.len(), users.len()), (36, 36), "{order} {limit}");
            assert_eq!(seen, expected);
            let mut times: Vec<_> = users.iter().map(|user| user["timeJoined"].as_u64().unwrap()).collect();
            if order == "DESC" {
                times.reverse();
            }
            assert!(times.is_sorted(), "{order} {limit}");
        }
    }
    let of_two = all_pages(&core, "limit=5&includeRecipeIds=thirdparty,passwordless").await;
    let of_two: Vec<Value> = of_two.into_iter().flatten().collect();
    assert_eq!(of_two.len(), 24);
    assert!(of_two.iter().all(|user| user["loginMethods"][0]["recipeId"] != json!("emailpassword")));
}

#[tokio::test]
async fn a_page_begins_where_its_first_user_was_although_that_one_is_gone() {
    let core = quick_core();
    let mut all = Vec::new();
    for number in 0..5 {
        core.pass(1);
        all.push(new_account(&core, "", &format!("{number}@example.com")).await);
    }
    let page = core.get("5.6", "/users?limit=2").await.ok();
    core.post("5.6", "/user/remove", json!({"userId": all[2]})).await.ok();
    let token = text(&page["nextPaginationToken"]).replace('=', "%3D");
    let next = core.get("5.6", &format!("/users?limit=2&paginationToken={token}")).await.ok();
    assert_eq!(ids(&next["users"]), all[3..]);
}

#[tokio::test]
async fn linked_accounts_are_one_user_in_lists_and_counts() {
    let core = quick_core();
    let primary = new_account(&core, "", "alice@example.com").await;
    core.pass(10);
    let other = new_account(&core, "", "bob@example.com").await;
    core.pass(10);
    let linked = text(&third_party(&core, "g1", "alice@example.com", true).await["recipeUserId"]);
    core.post("5.6", "/recipe/accountlinking/user/primary", json!({"recipeUserId": primary})).await.ok();
    let link = json!({"recipeUserId": linked, "primaryUserId": primary});
    core.post("5.6", "/recipe/accountlinking/user/link", link).await.ok();

    assert_eq!(ids(&core.get("5.6", "/users").await.ok()["users"]), [primary.clone(), other.clone()]);
    let third_parties = core.get("5.6", "/users?includeRecipeIds=thirdparty").await.ok();
    assert_eq!(ids(&third_parties["users"]), std::slice::from_ref(&primary));
    for (query, count) in [("", 2), ("?includeRecipeIds=thirdparty", 1), ("?includeAllTenants=true", 2)] {
        assert_eq!(core.get("5.6", &format!("/users/count{query}")).await.ok()["count"], json!(count), "{query}");
    }
    assert_eq!(user(&core, &linked).await["id"], json!(primary));
    let found = "/users/by-accountinfo?email=alice@example.com&doUnionOfAccountInfo=true";
    assert_eq!(ids(&core.get("5.6", found).await.ok()["users"]), [primary]);
}

#[tokio::test]
async fn who_takes_an_estimate_of_the_count_is_given_the_truth() {
    let core = quick_core();
    new_account(&core, "", "alice@example.com").await;
    let count = core.get("5.6", "/users/count?allowApproximate=true").await.ok();
    let expected = json!({"status": "OK", "count": 1, "approximate": false, "asOf": START_MS});
    assert_eq!(count, expected);
    let older = core.get("5.5", "/users/count?allowApproximate=true").await.ok();
    assert_eq!(older, json!({"status": "OK", "count": 1}));
}

#[tokio::test]
async fn a_search_takes_what_it_is_given_as_text() {
    let core = quick_core();
    for email in ["a_b@example.com", "axb@example.com", "100%@example.com", "\\@back.slash"] {
        new_account(&core, "", email).await;
    }
    let found = async |query: &str| {
        let users = core.get("5.6", &format!("/users?email={query}")).await.ok();
        let emails = users["users"].as_array().unwrap().iter().map(|user| text(&user["emails"][0]));
        emails.collect::<Vec<_>>()
    };
    assert_eq!(found("a_").await, ["a_b@example.com"]);
    assert_eq!(found("%25").await, [""; 0]);
    assert_eq!(found("100%25").await, ["100%@example.com"]);
    assert_eq!(found("%5C").await, ["\\@back.slash"]);
    assert_eq!(found("back").await, ["\\@back.slash"], "a domain");
    assert_eq!(found("%27;DROP").await, [""; 0]);
    assert_eq!(core.get("5.6", "/users/count").await.ok()["count"], json!(4));
}

#[tokio::test]
async fn a_search_for_too_much_is_refused() {
    let core = quick_core();
    let alice = new_account(&core, "", "alice@example.com").await;
    let found = async |query: &str| ids(&core.get("5.6", &format!("/users?{query}")).await.ok()["users"]);
    let terms = |count: usize| vec!["a"; count].join(";");
    assert_eq!(found(&format!("email={}", terms(100))).await, [alice]);
    assert_eq!(found(&format!("email={}", "a".repeat(2048))).await, [""; 0]);
    for query in
        [format!("email={}", terms(101)), format!("email={0}&phone={0}", terms(51)), format!("provider={}", terms(600))]
    {
        let refused = core.get("5.6", &format!("/users?{query}")).await;
        assert_eq!(refused.bad_request(), "A search must have at most 100 terms");
    }
    for name in ["email", "phone", "provider"] {
        let refused = core.get("5.6", &format!("/users?{name}={}", "a".repeat(60_000))).await;
        assert_eq!(refused.bad_request(), "A term of a search must have at most 2048 bytes", "{name}");
    }
}

#[tokio::test]
async fn whoever_signs_in_or_has_a_session_is_active() {
    let core = quick_core();
    let active = async |since: u64| {
        core.get("5.6", &format!("/users/count/active?since={since}")).await.ok()["count"].as_u64().unwrap()
    };
    let id = new_account(&core, "", "alice@example.com").await;
    assert_eq!(active(START_MS).await, 1);
    core.pass(10);
    assert_eq!(active(START_MS + 1).await, 0);
    sign_in(&core, "", "alice@example.com", "wrong").await;
    assert_eq!(active(START_MS + 2).await, 0);
    sign_in(&core, "", "alice@example.com", PASSWORD).await.ok();
    assert_eq!(active(START_MS + 3).await, 1);
    core.pass(10);
    let session = core.post("5.6", "/recipe/session", session_of(&id)).await.ok();
    assert_eq!(active(START_MS + 10_001).await, 1);
    core.pass(10);
    core.refresh("5.6", refresh_token(&session)).await.ok();
    assert_eq!(active(START_MS + 20_001).await, 1);
    core.pass(10);
    sign_in_up(&core, "", "bob@example.com").await;
    assert_eq!(active(START_MS + 30_001).await, 1);
    core.post("5.6", "/user/remove", json!({"userId": id})).await.ok();
    assert_eq!(active(START_MS - 1).await, 1);
}

#[tokio::test]
async fn everything_about_a_removed_user_goes_with_it() {
    let core = quick_core();
    let id = new_account(&core, "", "alice@example.com").await;
    let session = core.post("5.6", "/recipe/session", session_of(&id)).await.ok();
    core.put("/recipe/user/metadata", json!({"userId": id, "metadataUpdate": {"a": 1}})).await.ok();
    core.put("/recipe/role", json!({"role": "admin", "permissions": []})).await.ok();
    core.put("/recipe/user/role", json!({"userId": id, "role": "admin"})).await.ok();
    let email = json!({"userId": id, "email": "alice@example.com"});
    let token = core.post("5.6", "/recipe/user/email/verify/token", email.clone()).await.ok();
    let verify = json!({"method": "token", "token": token["token"]});
    core.post("5.6", "/recipe/user/email/verify", verify).await.ok();
    let second = json!({"userId": id, "email": "second@example.com"});
    let pending = core.post("5.6", "/recipe/user/email/verify/token", second).await.ok();

    core.post("5.6", "/user/remove", json!({"userId": id})).await.ok();
    assert_eq!(user(&core, &id).await, Value::Null);
    assert_eq!(core.information(handle(&session)).await.refusal().0, "UNAUTHORISED");
    let metadata = core.get("5.6", &format!("/recipe/user/metadata?userId={id}")).await.ok();
    assert_eq!(metadata["metadata"], json!({}));
    let roles = core.get("5.6", &format!("/recipe/user/roles?userId={id}")).await.ok();
    assert_eq!(roles["roles"], json!([]));
    let verified = format!("/recipe/user/email/verify?userId={id}&email=alice@example.com");
    assert_eq!(core.get("5.6", &verified).await.ok()["isVerified"], json!(false));
    let late = json!({"method": "token", "token": pending["token"]});
    let late = core.post("5.6", "/recipe/user/email/verify", late).await;
    assert_eq!(late.refusal().0, "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR");
    // The address is free again.
    sign_up_by_password(&core, "", "alice@example.com").await;
}

#[tokio::test]
async fn an_app_takes_its_users_with_it_and_a_tenant_leaves_them_to_the_app() {
    let core = quick_core();
    core.put("/recipe/multitenancy/app/v2", json!({"appId": "a1"})).await.ok();
    let id = new_account(&core, "/appid-a1", "alice@example.com").await;
    core.post("5.6", "/recipe/multitenancy/app/remove", json!({"appId": "a1"})).await.ok();
    core.put("/recipe/multitenancy/app/v2", json!({"appId": "a1"})).await.ok();
    let gone = core.get("5.6", &format!("/appid-a1/user/id?userId={id}")).await;
    assert_eq!(gone.refusal().0, "UNKNOWN_USER_ID_ERROR");

    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let id = new_account(&core, "/t1", "alice@example.com").await;
    core.post("5.6", "/recipe/multitenancy/tenant/remove", json!({"tenantId": "t1"})).await.ok();
    assert_eq!(user(&core, &id).await["tenantIds"], json!([]));
    assert_eq!(core.get("5.6", "/users/count?includeAllTenants=true").await.ok()["count"], json!(1));
}

#[tokio::test]
async fn a_third_party_s_word_about_an_address_is_taken_and_kept() {
    let core = quick_core();
    let verified = |user: &Value| user["user"]["loginMethods"][0]["verified"].clone();
    let first = third_party(&core, "g1", "Alice@example.com", true).await;
    assert_eq!((&first["createdNewUser"], verified(&first)), (&json!(true), json!(true)));
    let again = third_party(&core, "g1", "alice@example.com", false).await;
    assert_eq!((&again["createdNewUser"], verified(&again)), (&json!(false), json!(true)));
    let moved = third_party(&core, "g1", "alice@new.example", false).await;
    assert_eq!((&moved["user"]["emails"], verified(&moved)), (&json!(["alice@new.example"]), json!(false)));
    let long = json!({"thirdPartyId": "x".repeat(3000), "thirdPartyUserId": "1",
                      "email": {"id": "a@example.com", "isVerified": true}});
    assert!(core.post("5.6", "/recipe/signinup", long).await.bad_request().contains("thirdPartyId must have at most"));
}

#[tokio::test]
async fn a_user_who_is_removed_is_not_active_whether_that_was_written_or_not() {
    let core = quick_core();
    let mut ids = Vec::new();
    for name in ["alice", "bob", "carol"] {
        ids.push(new_account(&core, "", &format!("{name}@example.com")).await);
    }
    let remove = async |id: &str| core.post("5.6", "/user/remove", json!({"userId": id})).await.ok();
    remove(&ids[0]).await;
    core.core.run_maintenance().await;
    remove(&ids[1]).await;
    core.core.run_maintenance().await;
    assert_eq!(core.get("5.6", "/users/count/active?since=0").await.ok()["count"], 1);
}

#[tokio::test]
async fn who_was_active_lies_in_the_file_after_maintenance() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    for number in 0..600 {
        core.post("5.6", "/recipe/session", session_of(&format!("user{number}"))).await.ok();
    }
    core.core.run_maintenance().await;
    let file = rusqlite::Connection::open(&path).unwrap();
    let written: u32 = file.query_row("SELECT count(*) FROM user_activity", [], |row| row.get(0)).unwrap();
    assert_eq!(written, 600);
}

#[tokio::test]
async fn who_was_active_is_known_after_a_stop() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    core.create("5.6").await;
    core.core.shutdown().await;
    drop(core);
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    assert_eq!(core.get("5.6", "/users/count/active?since=0").await.ok()["count"], 1);
}

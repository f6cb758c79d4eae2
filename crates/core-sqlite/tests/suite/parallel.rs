//! Many callers at once: no error, no lost update.

use std::{
    collections::HashSet,
    future::{Future, poll_fn},
    sync::Arc,
    task::Poll,
};

use serde_json::json;
use supertokens_core_sqlite::SqliteStorage;
use tokio::task::JoinSet;

use crate::common::*;

/// A core in memory, and one in a file.
fn cores() -> Vec<(Arc<TestCore>, Option<tempfile::TempDir>)> {
    let directory = tempfile::tempdir().unwrap();
    let file = SqliteStorage::open(directory.path().join("core.db")).unwrap();
    vec![(Arc::new(TestCore::new()), None), (Arc::new(TestCore::over(file, without_jitter())), Some(directory))]
}

async fn refresh_at_once(core: &Arc<TestCore>, version: &'static str, token: &str, callers: usize) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (core, token) = (core.clone(), token.to_owned());
        tasks.spawn(async move { core.refresh(version, &token).await });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_refreshes_with_one_token_all_get_a_session_by_5_6() {
    for (core, directory) in cores() {
        for _ in 0..if directory.is_some() { 50 } else { 5 } {
            let session = core.create("5.6").await;
            let answers = refresh_at_once(&core, "5.6", refresh_token(&session), 100).await;
            let children: Vec<_> = answers.into_iter().map(Answer::ok).collect();
            let unique: HashSet<_> = children.iter().map(refresh_token).collect();
            assert_eq!(unique.len(), 100);

            // The last one is current, and goes on.
            let mut current = Vec::new();
            for child in &children {
                let verified = core.verify("5.6", access_token(child), true).await;
                if verified.json["status"] == "OK" {
                    current.push(refresh_token(child));
                }
            }
            assert_eq!(current.len(), 1);
            core.refresh("5.6", current[0]).await.ok();
            let displaced = children.iter().map(refresh_token).find(|token| *token != current[0]).unwrap();
            assert_eq!(core.refresh("5.6", displaced).await.refusal().0, "TOKEN_THEFT_DETECTED");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_grace_period_all_of_a_hundred_refreshes_are_refused() {
    for (core, _directory) in cores() {
        let session = core.create("5.6").await;
        core.refresh("5.6", refresh_token(&session)).await.ok();
        core.pass(31);
        let answers = refresh_at_once(&core, "5.6", refresh_token(&session), 100).await;
        // The first one is theft and ends the session, so the others find none.
        let count = |status: &str| answers.iter().filter(|answer| answer.refusal().0 == status).count();
        assert_eq!((count("TOKEN_THEFT_DETECTED"), count("UNAUTHORISED")), (1, 99));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_refreshes_with_one_token_all_get_a_session_by_5_4() {
    for (core, _directory) in cores() {
        let session = core.create("5.4").await;
        let answers = refresh_at_once(&core, "5.4", refresh_token(&session), 100).await;
        let children: Vec<_> = answers.into_iter().map(|answer| refresh_token(&answer.ok()).to_owned()).collect();
        // The first child that is used wins, and only that one.
        core.refresh("5.4", &children[7]).await.ok();
        assert_eq!(core.refresh("5.4", &children[8]).await.refusal().0, "TOKEN_THEFT_DETECTED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_children_used_at_once_one_wins() {
    for (core, _directory) in cores() {
        let session = core.create("5.4").await;
        let mut children = Vec::new();
        for _ in 0..20 {
            children.push(core.refresh("5.4", refresh_token(&session)).await.ok());
        }
        let mut tasks = JoinSet::new();
        for child in children {
            let core = core.clone();
            tasks.spawn(async move { core.refresh("5.4", refresh_token(&child)).await.json["status"].clone() });
        }
        let statuses = tasks.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == "OK").count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == "TOKEN_THEFT_DETECTED").count(), 19);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sessions_at_once_are_all_there() {
    for (core, _directory) in cores() {
        let mut tasks = JoinSet::new();
        for caller in 0..20 {
            let core = core.clone();
            tasks.spawn(async move {
                let mut handles = Vec::new();
                for _ in 0..10 {
                    let answer = core.post("5.6", "/recipe/session", session_of(&format!("user-{}", caller % 3))).await;
                    handles.push(handle(&answer.ok()).to_owned());
                }
                handles
            });
        }
        let made: HashSet<_> = tasks.join_all().await.into_iter().flatten().collect();
        let mut listed = HashSet::new();
        for user in 0..3 {
            let answer = core.get("5.6", &format!("/recipe/session/user?userId=user-{user}")).await.ok();
            let handles = answer["sessionHandles"].as_array().unwrap().clone();
            listed.extend(handles.iter().map(|handle| handle.as_str().unwrap().to_owned()));
        }
        assert_eq!(listed, made);
        assert_eq!(made.len(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_made_at_once_are_all_there() {
    let core = Arc::new(TestCore::new());
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let core = core.clone();
        tasks.spawn(async move {
            let body = json!({"tenantId": format!("t{}", number % 10)});
            core.put("/recipe/multitenancy/tenant/v2", body).await.ok()["createdNew"] == json!(true)
        });
    }
    let created = tasks.join_all().await;
    assert_eq!(created.into_iter().filter(|created| *created).count(), 10);
    let listed = core.get("5.6", "/recipe/multitenancy/tenant/list/v2").await.ok();
    assert_eq!(listed["tenants"].as_array().unwrap().len(), 11);
}

/// A program that is writing to the file holds the core's writer up, so that both changes wait behind it.
#[tokio::test]
async fn a_refresh_gives_the_payload_that_was_written_while_it_waited() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    let session = core.create("5.6").await;

    let other_program = rusqlite::Connection::open(&path).unwrap();
    other_program.execute_batch("BEGIN IMMEDIATE").unwrap();
    let new = json!({"sessionHandle": handle(&session), "userDataInJWT": {"plan": "team"}});
    let mut change = Box::pin(core.put("/recipe/jwt/data", new));
    assert!(poll_fn(|context| Poll::Ready(change.as_mut().poll(context).is_pending())).await);
    let mut refresh = Box::pin(core.refresh("5.6", refresh_token(&session)));
    assert!(poll_fn(|context| Poll::Ready(refresh.as_mut().poll(context).is_pending())).await);
    other_program.execute_batch("COMMIT").unwrap();

    change.await.ok();
    let (_, claims) = core.read("", access_token(&refresh.await.ok())).await;
    assert_eq!(claims["plan"], "team");
}

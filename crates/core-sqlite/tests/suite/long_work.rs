//! What may take long does not hold up others on the thread of whoever asks for it.

use std::{
    future::{Future, poll_fn},
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use supertokens_core_sqlite::SqliteStorage;

use crate::{common::*, other_program, people::*};

struct Slow {
    core: TestCore,
    path: PathBuf,
    _directory: tempfile::TempDir,
}

impl Slow {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("core.db");
        let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
        Self { core, path, _directory: directory }
    }

    /// Somebody with a session.
    async fn user(&self, tenant: &str, contact: &str) -> String {
        let id = sign_up(&self.core, tenant, contact).await;
        self.core.post("5.6", &format!("{tenant}/recipe/session"), session_of(&id)).await.ok();
        id
    }

    async fn linked(&self) -> (String, String) {
        let (alice, phone) = (self.user("", "alice@example.com").await, self.user("", "+14155550120").await);
        let body = json!({"recipeUserId": alice});
        self.core.post("5.6", "/recipe/accountlinking/user/primary", body).await.ok();
        (alice, phone)
    }

    async fn slow_down(&self, event: &str) {
        other_program::slow_down(&self.path, event);
        self.settle().await;
    }

    async fn slow_down_reading(&self, table: &str) {
        other_program::slow_down_reading(&self.path, table);
        self.settle().await;
    }

    /// What was slow by chance sends what comes next away from here. Goes on until little work is done here, as it is
    /// when nothing is slow.
    async fn settle(&self) {
        let address = json!({"userId": "nobody", "email": "nobody@example.com"});
        for _ in 0..1000 {
            let change = self.core.post("5.6", "/recipe/user/email/verify/remove", address.clone());
            let change = Measured::of(change).await;
            let read = self.core.get("5.6", "/recipe/user/email/verify?userId=nobody&email=nobody@example.com");
            let read = Measured::of(read).await;
            if [&change, &read].iter().all(|work| work.polls == 1 && work.whole < Duration::from_millis(1)) {
                return;
            }
        }
    }

    async fn post_in_the_background(&self, target: &str, body: Value) {
        in_the_background(self.core.post("5.6", target, body)).await.ok();
    }
}

/// What waiting for something was like.
struct Measured<T> {
    output: T,
    polls: usize,
    longest: Duration,
    whole: Duration,
}

impl<T> Measured<T> {
    async fn of(work: impl Future<Output = T>) -> Self {
        let mut work = Box::pin(work);
        let (begun, mut polls, mut longest) = (Instant::now(), 0, Duration::ZERO);
        let output = poll_fn(|context| {
            let begun = Instant::now();
            let polled = work.as_mut().poll(context);
            longest = longest.max(begun.elapsed());
            polls += 1;
            polled
        })
        .await;
        Self { output, polls, longest, whole: begun.elapsed() }
    }
}

/// Waits for what takes long, which must not be because it is done here.
async fn in_the_background<T>(work: impl Future<Output = T>) -> T {
    let Measured { output, longest, whole, .. } = Measured::of(work).await;
    assert!(whole > Duration::from_millis(10), "nothing was slow about it");
    assert!(longest * 2 < whole, "{longest:?} of {whole:?} were spent here");
    output
}

#[tokio::test]
async fn linking_and_unlinking_hold_nobody_up() {
    let slow = Slow::new();
    let (alice, phone) = slow.linked().await;
    slow.slow_down("DELETE ON sessions").await;
    let link = json!({"recipeUserId": phone, "primaryUserId": alice});
    slow.post_in_the_background("/recipe/accountlinking/user/link", link).await;

    let slow = Slow::new();
    let (alice, phone) = slow.linked().await;
    let link = json!({"recipeUserId": phone, "primaryUserId": alice});
    slow.core.post("5.6", "/recipe/accountlinking/user/link", link).await.ok();
    slow.core.post("5.6", "/recipe/session", session_of(&phone)).await.ok();
    slow.slow_down("DELETE ON sessions").await;
    slow.post_in_the_background("/recipe/accountlinking/user/unlink", json!({"recipeUserId": phone})).await;
}

#[tokio::test]
async fn removing_somebody_from_a_tenant_or_altogether_holds_nobody_up() {
    let slow = Slow::new();
    let alice = slow.user("", "alice@example.com").await;
    slow.slow_down("DELETE ON sessions").await;
    slow.post_in_the_background("/recipe/multitenancy/tenant/user/remove", json!({"recipeUserId": alice})).await;

    let slow = Slow::new();
    let alice = slow.user("", "alice@example.com").await;
    slow.slow_down("DELETE ON sessions").await;
    slow.post_in_the_background("/user/remove", json!({"userId": alice})).await;
}

#[tokio::test]
async fn ending_the_codes_of_an_address_holds_nobody_up() {
    let slow = Slow::new();
    let code = ask_for_code(&slow.core, "", "alice@example.com").await;
    slow.slow_down("DELETE ON passwordless_devices").await;
    slow.post_in_the_background("/recipe/signinup/code/consume", followed(&code)).await;

    let slow = Slow::new();
    ask_for_code(&slow.core, "", "alice@example.com").await;
    slow.slow_down("DELETE ON passwordless_devices").await;
    slow.post_in_the_background("/recipe/signinup/codes/remove", json!({"email": "alice@example.com"})).await;

    let slow = Slow::new();
    let alice = sign_up(&slow.core, "", "alice@example.com").await;
    ask_for_code(&slow.core, "", "alice@example.com").await;
    slow.slow_down("DELETE ON passwordless_devices").await;
    let change = json!({"recipeUserId": alice, "email": "new@example.com"});
    in_the_background(slow.core.put("/recipe/user", change)).await.ok();
}

#[tokio::test]
async fn a_list_of_codes_holds_nobody_up() {
    let slow = Slow::new();
    ask_for_code(&slow.core, "", "alice@example.com").await;
    slow.slow_down_reading("passwordless_devices").await;
    let answer = in_the_background(slow.core.get("5.6", "/recipe/signinup/codes?email=alice@example.com")).await;
    assert_eq!(answer.ok()["devices"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn metadata_of_many_users_holds_nobody_up() {
    let slow = Slow::new();
    let update = json!({"userId": "alice", "metadataUpdate": {"a": 1}});
    slow.core.put("/recipe/user/metadata", update).await.ok();
    slow.slow_down_reading("user_metadata").await;
    let mut users = vec!["nobody"; 20];
    users.push("alice");
    slow.post_in_the_background("/recipe/user/metadata/bulk", json!({"userIds": users})).await;
}

#[tokio::test]
async fn a_role_of_many_permissions_holds_nobody_up() {
    let slow = Slow::new();
    slow.slow_down("INSERT ON roles").await;
    let permissions: Vec<_> = (0..101).map(|number| number.to_string()).collect();
    let role = json!({"role": "admin", "permissions": permissions});
    in_the_background(slow.core.put("/recipe/role", role)).await.ok();
}

#[tokio::test]
async fn clearing_away_holds_nobody_up() {
    let event = |table: &str| format!("DELETE ON {table}");
    for table in ["email_verification_tokens", "password_reset_tokens", "passwordless_devices"] {
        let slow = Slow::new();
        // The core begins by clearing away, and what it is to clear away next is not there then.
        slow.core.core.run_maintenance().await;
        let alice = sign_up(&slow.core, "", "alice@example.com").await;
        ask_for_code(&slow.core, "", "alice@example.com").await;
        let token = json!({"userId": alice, "email": "second@example.com"});
        for path in ["/recipe/user/email/verify/token", "/recipe/user/password/reset/token"] {
            slow.core.post("5.6", path, token.clone()).await.ok();
        }
        slow.core.pass(2 * 86_400);
        slow.slow_down(&event(table)).await;
        in_the_background(slow.core.core.run_maintenance()).await;
    }
}

//! Password hashes: how they are made, which ones from elsewhere are read, and what happens when there are too many.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use supertokens_core::Config;
use supertokens_core_sqlite::SqliteStorage;

use crate::{accounts::*, common::*};

const IMPORT: &str = "/recipe/user/passwordhash/import";
const SIGNER_KEY: &str = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
/// The example of Firebase's documentation, of "user1password".
const FIREBASE: &str = "$f_scrypt$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==\
                        $42xEC+ixf3L2lw==$m=14$r=8$s=Bw==";

fn config(more: &str) -> Config {
    let yaml = format!("access_token_validity_jitter: 0\nargon2_memory_kb: 64\nargon2_parallelism: 1\n{more}");
    Config::from_yaml_str(&yaml).unwrap()
}

/// One after another, so slow that others overtake.
fn slow_hashes() -> Config {
    let yaml = "access_token_validity_jitter: 0\nargon2_memory_kb: 20000\nargon2_hashing_pool_size: 1";
    Config::from_yaml_str(yaml).unwrap()
}

/// The files of a core on disk, read whole.
fn on_disk(directory: &tempfile::TempDir) -> Vec<u8> {
    let files = std::fs::read_dir(directory.path()).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn neither_passwords_nor_reset_tokens_are_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(directory.path().join("core.db")).unwrap();
    let core = TestCore::over(storage, quick_hashes());
    let id = new_account(&core, "", "alice@example.com").await;
    let body = json!({"userId": id, "email": "alice@example.com"});
    let token = text(&core.post("5.6", "/recipe/user/password/reset/token", body).await.ok()["token"]);
    let before = on_disk(&directory);
    core.core.shutdown().await;
    for bytes in [before, on_disk(&directory)] {
        assert!(contains(&bytes, "alice@example.com"), "what is looked for would be found");
        assert!(contains(&bytes, "$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(!contains(&bytes, PASSWORD));
        assert!(!contains(&bytes, &token));
    }
}

#[tokio::test]
async fn new_hashes_are_made_as_the_config_says() {
    for (setting, beginning) in [
        ("password_hashing_alg: BCRYPT\nbcrypt_log_rounds: 4", "$2a$04$"),
        ("password_hashing_alg: argon2\nargon2_iterations: 2", "$argon2id$v=19$m=64,t=2,p=1$"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let storage = SqliteStorage::open(directory.path().join("core.db")).unwrap();
        let core = TestCore::over(storage, config(setting));
        new_account(&core, "", "alice@example.com").await;
        sign_in(&core, "", "alice@example.com", PASSWORD).await.ok();
        let wrong = sign_in(&core, "", "alice@example.com", "wrong").await;
        assert_eq!(wrong.refusal().0, "WRONG_CREDENTIALS_ERROR");
        assert!(contains(&on_disk(&directory), beginning), "{setting}");
    }
}

#[tokio::test]
async fn hashes_of_every_kind_are_imported_and_sign_in() {
    let core = TestCore::with(config(&format!("firebase_password_hashing_signer_key: {SIGNER_KEY}")));
    let bcrypt = |letter| format!("$2{letter}$10$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZkmm");
    let argon2i = "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8";
    let argon2id = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
    let hashes = [
        (bcrypt('a'), "BCRYPT", "testPass123"),
        (bcrypt('b'), "bcrypt", "testPass123"),
        (bcrypt('x'), "bcrypt", "testPass123"),
        (bcrypt('y'), "bcrypt", "testPass123"),
        (argon2i.to_owned(), "ARGON2", "password"),
        (argon2id.to_owned(), "argon2", "password"),
        (FIREBASE.to_owned(), "firebase_scrypt", "user1password"),
    ];
    for (number, (hash, algorithm, password)) in hashes.iter().enumerate() {
        let named = json!({"email": format!("{number}@example.com"), "passwordHash": hash,
                           "hashingAlgorithm": algorithm});
        let mut unnamed = named.clone();
        unnamed.as_object_mut().unwrap().remove("hashingAlgorithm");
        let first = core.post("5.6", IMPORT, named).await.ok();
        assert_eq!(first["didUserAlreadyExist"], json!(false));
        let second = core.post("5.6", IMPORT, unnamed).await.ok();
        assert_eq!((&second["didUserAlreadyExist"], &second["user"]), (&json!(true), &first["user"]));
        let email = format!("{number}@example.com");
        assert_eq!(sign_in(&core, "", &email, password).await.ok()["user"], first["user"], "{hash}");
        assert_eq!(sign_in(&core, "", &email, "wrong").await.refusal().0, "WRONG_CREDENTIALS_ERROR", "{hash}");
    }
}

#[tokio::test]
async fn a_hash_that_could_not_be_checked_is_not_imported() {
    let core = quick_core();
    let import =
        async |hash: &str| core.post("5.6", IMPORT, json!({"email": "alice@example.com", "passwordHash": hash})).await;
    assert_eq!(import(FIREBASE).await.bad_request(), "'firebase_password_hashing_signer_key' cannot be null");
    for hash in [
        "$2a$10$short",
        "$2a$31$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZkmm",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ] {
        assert_eq!(import(hash).await.bad_request(), "Password hash is in invalid format", "{hash}");
    }
    assert_eq!(core.get("5.6", "/users/count").await.ok()["count"], json!(0));
}

async fn call(core: &TestCore, body: &serde_json::Value) -> Response<Bytes> {
    let request = Request::post("/recipe/signin").header("cdi-version", "5.6").body(body.to_string().into());
    core.core.call(request.unwrap()).await
}

#[tokio::test]
async fn too_many_sign_ins_are_told_when_to_come_back_and_unknown_addresses_count_as_much() {
    let core = TestCore::with(slow_hashes());
    // Nobody has this address, and still each request waits for a hash of its own.
    let body = json!({"email": "nobody@example.com", "password": "guess"});
    let answers = join_all((0..120).map(|_| Box::pin(call(&core, &body))).collect()).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status() == 503).collect();
    assert!(!refused.is_empty(), "the queue has an end");
    for answer in &refused {
        let seconds: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..60).contains(&seconds), "{seconds}");
        let text = String::from_utf8_lossy(answer.body());
        assert!(text.contains(&format!("Try again in {seconds} seconds")), "{text}");
    }
    let served = answers.iter().filter(|answer| answer.status() == 200).count();
    assert_eq!(served + refused.len(), answers.len());
    assert!(served >= 64, "what was in the queue is served");
    // And then it goes on.
    assert_eq!(call(&core, &body).await.status(), 200);
}

#[tokio::test]
async fn other_requests_do_not_wait_for_passwords() {
    let core = TestCore::with(slow_hashes());
    let body = json!({"email": "nobody@example.com", "password": "guess"});
    let mut sign_ins = Box::pin(join_all((0..30).map(|_| Box::pin(call(&core, &body))).collect()));
    tokio::select! {
        biased;
        _ = &mut sign_ins => panic!("thirty hashes were faster than ten sessions"),
        () = async {
            for _ in 0..10 {
                core.create("5.6").await;
            }
        } => {}
    }
    assert!(sign_ins.await.iter().all(|answer| answer.status() == 200));
}

#[tokio::test]
async fn after_shutdown_no_password_is_hashed() {
    let core = quick_core();
    new_account(&core, "", "alice@example.com").await;
    core.core.shutdown().await;
    assert_eq!(sign_in(&core, "", "alice@example.com", PASSWORD).await.status, 500);
}

/// A core on what another one has left.
fn reopened(directory: &tempfile::TempDir, config: Config) -> TestCore {
    TestCore::over(SqliteStorage::open(directory.path().join("core.db")).unwrap(), config)
}

/// The password hashes in the database.
async fn hashes(directory: &tempfile::TempDir, core: TestCore) -> Vec<String> {
    core.core.shutdown().await;
    drop(core);
    let database = rusqlite::Connection::open(directory.path().join("core.db")).unwrap();
    let mut statement = database.prepare("SELECT password_hash FROM login_methods ORDER BY email").unwrap();
    let hashes = statement.query_map([], |row| row.get(0)).unwrap();
    hashes.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn a_right_password_is_hashed_anew_when_its_hash_is_none_of_today() {
    for (before, after, beginning) in [
        ("", "argon2_iterations: 2", "$argon2id$v=19$m=64,t=2,p=1$"),
        ("password_hashing_alg: BCRYPT\nbcrypt_log_rounds: 4", "", "$argon2id$v=19$m=64,t=1,p=1$"),
        ("", "password_hashing_alg: BCRYPT\nbcrypt_log_rounds: 5", "$2a$05$"),
        (
            "password_hashing_alg: BCRYPT\nbcrypt_log_rounds: 4",
            "password_hashing_alg: BCRYPT\nbcrypt_log_rounds: 5",
            "$2a$05$",
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let core = reopened(&directory, config(before));
        new_account(&core, "", "alice@example.com").await;
        new_account(&core, "", "bob@example.com").await;
        let old = hashes(&directory, core).await;

        let core = reopened(&directory, config(after));
        // All of them begin with the old hash, and one replaces it.
        let sign_ins = (0..8).map(|_| Box::pin(sign_in(&core, "", "alice@example.com", PASSWORD))).collect();
        for answer in join_all(sign_ins).await {
            answer.ok();
        }
        sign_in(&core, "", "bob@example.com", "wrong").await.refusal();
        let new = hashes(&directory, core).await;
        assert!(new[0].starts_with(beginning), "{after}: {}", new[0]);
        assert_eq!(new[1], old[1], "nobody knows the password");

        let core = reopened(&directory, config(after));
        sign_in(&core, "", "alice@example.com", PASSWORD).await.ok();
        assert_eq!(sign_in(&core, "", "alice@example.com", "wrong").await.refusal().0, "WRONG_CREDENTIALS_ERROR");
        assert_eq!(hashes(&directory, core).await[0], new[0], "it is one of today");
    }
}

#[tokio::test]
async fn a_hash_that_cannot_be_checked_is_a_wrong_password() {
    let directory = tempfile::tempdir().unwrap();
    let core = reopened(&directory, config(&format!("firebase_password_hashing_signer_key: {SIGNER_KEY}")));
    core.post("5.6", IMPORT, json!({"email": "alice@example.com", "passwordHash": FIREBASE})).await.ok();
    new_account(&core, "", "bob@example.com").await;
    core.core.shutdown().await;
    drop(core);
    let database = rusqlite::Connection::open(directory.path().join("core.db")).unwrap();
    database.execute("UPDATE login_methods SET password_hash = '?' WHERE email = 'bob@example.com'", []).unwrap();
    drop(database);

    for config in [config(""), config("firebase_password_hashing_signer_key: '?'")] {
        let core = reopened(&directory, config);
        let unknown = sign_in(&core, "", "nobody@example.com", PASSWORD).await;
        for (email, password) in [("alice@example.com", "user1password"), ("bob@example.com", PASSWORD)] {
            let answer = sign_in(&core, "", email, password).await;
            assert_eq!((answer.status, answer.text), (unknown.status, unknown.text.clone()), "{email}");
        }
        core.core.shutdown().await;
    }
}

#[tokio::test]
async fn a_password_that_is_replaced_while_it_is_checked_does_not_sign_in() {
    let core = TestCore::with(slow_hashes());
    new_account(&core, "", "alice@example.com").await;
    let bob_id = new_account(&core, "", "bob@example.com").await;
    new_account(&core, "", "carol@example.com").await;
    let bcrypt = "$2a$10$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZkmm";
    let argon2 = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
    let import = async |email: &str, hash: &str| {
        core.post("5.6", IMPORT, json!({"email": email, "passwordHash": hash})).await.ok();
    };
    import("dave@example.com", bcrypt).await;
    let crowd = (0..20).map(|_| Box::pin(sign_in(&core, "", "nobody@example.com", PASSWORD)));
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| format!("{name}@example.com"));
    // They read the hash, and wait for the crowd before them.
    let last = [(&*alice, PASSWORD), (&*bob, PASSWORD), (&*carol, PASSWORD), ("dave@example.com", "testPass123")];
    let last = last.map(|(email, password)| Box::pin(sign_in(&core, "", email, password)));
    let mut sign_ins = Box::pin(join_all(crowd.chain(last).collect()));
    let meanwhile = async {
        for _ in 0..5 {
            core.create("5.6").await;
        }
        import(&alice, bcrypt).await;
        import("dave@example.com", argon2).await;
        core.post("5.6", "/user/remove", json!({"userId": bob_id})).await.ok();
    };
    tokio::select! {
        biased;
        _ = &mut sign_ins => panic!("twenty hashes were faster than five sessions"),
        () = meanwhile => {}
    }
    let answers = sign_ins.await;
    assert_eq!(answers[20].refusal().0, "WRONG_CREDENTIALS_ERROR", "it is not the password any more");
    assert_eq!(answers[21].refusal().0, "WRONG_CREDENTIALS_ERROR", "there is no such account any more");
    assert_eq!(answers[22].json["status"], json!("OK"));
    assert_eq!(answers[23].refusal().0, "WRONG_CREDENTIALS_ERROR", "its old hash would have been replaced");
    sign_in(&core, "", "dave@example.com", "password").await.ok();
}

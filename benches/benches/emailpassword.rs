//! What signing up and in by e-mail and password costs, SDK and embedded core together, on nothing but memory: requests
//! to the two routes, and the creation of a session to take off.
//!
//! `cargo bench -p supertokens-benches --bench emailpassword`. Times are CPU time of the process, all threads; compare
//! rows of one run. Passwords are hashed with the cheapest settings that there are, 8 KiB and one pass, so that what
//! hashing costs is not in here; handing the work to the pool is.
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program, whose only item is the function of criterion's macro"
)]

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use supertokens::emailpassword::EmailPassword;
use supertokens::session::{CreateNewSession, Session};
use supertokens::{AppInfo, Core, Handled, Recipe, SuperTokens};
use supertokens_benches::CpuTime;

const PASSWORD: &str = "correct horse 1";
const USERS: u32 = 256;

fn sign_up_and_in(criterion: &mut Criterion<CpuTime>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let app = application();
    let sessions = Session::of(&app).unwrap();
    let mut group = criterion.benchmark_group("embedded core, in memory");
    group.bench_function("create a session", |bencher| {
        bencher.iter(|| {
            let new = CreateNewSession::new("public", "user-1");
            runtime.block_on(sessions.create_new_session_without_request_response(new)).unwrap();
        });
    });
    let mut number = 0_u64;
    group.bench_function("sign up, with its session", |bencher| {
        bencher.iter(|| {
            number += 1;
            runtime.block_on(post(&app, "/auth/signup", &format!("new{number}@example.com"), PASSWORD, "OK"));
        });
    });
    for user in 0..USERS {
        runtime.block_on(post(&app, "/auth/signup", &format!("user{user}@example.com"), PASSWORD, "OK"));
    }
    let mut next = 0;
    group.bench_function("sign in, with its session", |bencher| {
        bencher.iter(|| {
            next = (next + 1) % USERS;
            runtime.block_on(post(&app, "/auth/signin", &format!("user{next}@example.com"), PASSWORD, "OK"));
        });
    });
    for (name, email) in [("a known address", "user1@example.com"), ("an unknown one", "nobody@example.com")] {
        group.bench_function(format!("sign in to {name} with a wrong password"), |bencher| {
            bencher.iter(|| {
                runtime.block_on(post(&app, "/auth/signin", email, "wrong horse 1", "WRONG_CREDENTIALS_ERROR"));
            });
        });
    }
    group.finish();
    runtime.block_on(app.shutdown());
}

fn application() -> SuperTokens {
    let config = "argon2_memory_kb: 8\nargon2_iterations: 1\nargon2_parallelism: 1\n";
    let config = supertokens::embedded_core::Config::from_yaml_str(config).unwrap();
    SuperTokens::builder(AppInfo::new("bench", "http://localhost:3001", "http://localhost:3000"))
        .core(Core::embedded(":memory:").config(config))
        .recipes(vec![EmailPassword::new().boxed(), Session::new().boxed()])
        .build()
        .unwrap()
}

async fn post(app: &SuperTokens, path: &str, email: &str, password: &str, expected: &str) {
    let fields = json!([{"id": "email", "value": email}, {"id": "password", "value": password}]);
    let request = Request::post(path).header("rid", "emailpassword").header("st-auth-mode", "header");
    let request = request.body(Full::new(Bytes::from(json!({"formFields": fields}).to_string()))).unwrap();
    let Handled::Response(response) = app.handle(request).await else { unreachable!("the route is the SDK's") };
    let body: Value = serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(body["status"], expected, "{body}");
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime::Process);
    targets = sign_up_and_in
}
criterion_main!(benches);

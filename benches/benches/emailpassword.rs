//! What signing up and in by e-mail and password costs, SDK and embedded core together, without the session: requests to
//! the two routes, less what creating the session takes, by an override of that function.
//!
//! `cargo bench -p supertokens-benches --bench emailpassword`. Times are CPU time of the process, all threads; compare
//! rows of one run. Making the requests and looking into the answers is not in them. Passwords are hashed with the
//! cheapest settings that there are, 8 KiB and one pass, which is done where it is asked for: what that takes is to be
//! taken off too. A usual hash is made by a thread that waits for such work, which costs more by the difference of the
//! first two rows.
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program, whose only item is the function of criterion's macro"
)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use bytes::Bytes;
use criterion::{BatchSize, Bencher, Criterion, criterion_group, criterion_main};
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use supertokens::emailpassword::EmailPassword;
use supertokens::session::Session;
use supertokens::{AppInfo, Core, Handled, Recipe, SuperTokens};
use supertokens_benches::{CpuTime, Keys};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const PASSWORD: &str = "correct horse 1";
const USERS: u64 = 256;
/// So many requests are made before their time is taken.
const AT_A_TIME: u64 = 64;

fn password_hash(criterion: &mut Criterion<CpuTime>) {
    criterion.bench_function("password hashed", |bencher| bencher.iter(hash));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (work, waiting) = mpsc::channel::<oneshot::Sender<[u8; 32]>>();
    let thread = thread::spawn(move || waiting.into_iter().for_each(|answer| answer.send(hash()).unwrap()));
    let keys = Keys::generate();
    criterion.bench_function("password hashed, by another thread", |bencher| {
        let hashed = |_| {
            let (answer, answered) = oneshot::channel();
            work.send(answer).unwrap();
            runtime.block_on(answered).unwrap()
        };
        // Between two requests the thread sleeps while a token is signed, and waking it costs more than right after.
        bencher.iter_batched(|| keys.access_token(), hashed, BatchSize::PerIteration);
    });
    drop(work);
    thread.join().unwrap();
}

fn hash() -> [u8; 32] {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, Some(32)).unwrap());
    let mut hash = [0; 32];
    argon2.hash_password_into(PASSWORD.as_bytes(), &[7; 16], &mut hash).unwrap();
    hash
}

fn sign_up_and_in(criterion: &mut Criterion<CpuTime>) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("core.db");
    for (name, database) in [("embedded core, in memory", ":memory:".into()), ("embedded core, on a file", file)] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let for_sessions = Arc::new(AtomicU64::new(0));
        let app = application(database, for_sessions.clone());
        let client = Client { runtime, app, for_sessions };
        let mut group = criterion.benchmark_group(name);
        let mut number = 0_u64;
        group.bench_function("sign up", |bencher| {
            client.measure(bencher, "/auth/signup", PASSWORD, "OK", || {
                number += 1;
                format!("new{number}@example.com")
            });
        });
        for user in 0..USERS {
            let signed_up = client.send(client.request("/auth/signup", &format!("user{user}@example.com"), PASSWORD));
            client.check(signed_up, "OK");
        }
        let mut next = 0;
        group.bench_function("sign in", |bencher| {
            client.measure(bencher, "/auth/signin", PASSWORD, "OK", || {
                next = (next + 1) % USERS;
                format!("user{next}@example.com")
            });
        });
        for (name, email) in [("a known address", "user1@example.com"), ("an unknown one", "nobody@example.com")] {
            group.bench_function(format!("sign in to {name} with a wrong password"), |bencher| {
                client
                    .measure(bencher, "/auth/signin", "wrong horse 1", "WRONG_CREDENTIALS_ERROR", || email.to_owned());
            });
        }
        group.finish();
        client.runtime.block_on(client.app.shutdown());
    }
}

struct Client {
    runtime: Runtime,
    app: SuperTokens,
    /// Nanoseconds of CPU time that went into creating sessions.
    for_sessions: Arc<AtomicU64>,
}

impl Client {
    /// CPU time for that many requests, less that for the sessions that they make.
    fn measure(
        &self,
        bencher: &mut Bencher<'_, CpuTime>,
        path: &str,
        password: &str,
        expected: &str,
        mut email: impl FnMut() -> String,
    ) {
        bencher.iter_custom(|iterations| {
            let mut used = Duration::ZERO;
            self.for_sessions.store(0, Ordering::Relaxed);
            let mut left = iterations;
            while left > 0 {
                let count = left.min(AT_A_TIME);
                left -= count;
                let requests: Vec<_> = (0..count).map(|_| self.request(path, &email(), password)).collect();
                let start = CpuTime::Process.now();
                let handled: Vec<_> = requests.into_iter().map(|request| self.send(request)).collect();
                used += CpuTime::Process.now().saturating_sub(start);
                handled.into_iter().for_each(|handled| self.check(handled, expected));
            }
            used.saturating_sub(Duration::from_nanos(self.for_sessions.load(Ordering::Relaxed)))
        });
    }

    fn request(&self, path: &str, email: &str, password: &str) -> Request<Full<Bytes>> {
        let fields = json!([{"id": "email", "value": email}, {"id": "password", "value": password}]);
        let request = Request::post(path).header("rid", "emailpassword").header("st-auth-mode", "header");
        request.body(Full::new(Bytes::from(json!({"formFields": fields}).to_string()))).unwrap()
    }

    fn send(&self, request: Request<Full<Bytes>>) -> Handled<Full<Bytes>> {
        self.runtime.block_on(self.app.handle(request))
    }

    fn check(&self, handled: Handled<Full<Bytes>>, expected: &str) {
        let Handled::Response(response) = handled else { unreachable!("the route is the SDK's") };
        let body = self.runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["status"], expected, "{body}");
    }
}

fn application(database: PathBuf, for_sessions: Arc<AtomicU64>) -> SuperTokens {
    let config = "argon2_memory_kb: 8\nargon2_iterations: 1\nargon2_parallelism: 1\n";
    let config = supertokens::embedded_core::Config::from_yaml_str(config).unwrap();
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |input, original| {
            let start = CpuTime::Process.now();
            let session = original.create_new_session(input).await;
            let used = CpuTime::Process.now().saturating_sub(start);
            for_sessions.fetch_add(u64::try_from(used.as_nanos()).unwrap(), Ordering::Relaxed);
            session
        })
    });
    SuperTokens::builder(AppInfo::new("bench", "http://localhost:3001", "http://localhost:3000"))
        .core(Core::embedded(database).config(config))
        .recipes(vec![EmailPassword::new().boxed(), session.boxed()])
        .build()
        .unwrap()
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime::Process);
    targets = password_hash, sign_up_and_in
}
criterion_main!(benches);

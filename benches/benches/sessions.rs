//! What creating and refreshing a session costs: the SDK alone over a core that is a double, and with the embedded core
//! in the process, beside the bare RS256 signature that each needs.
//!
//! `cargo bench -p supertokens-benches --bench sessions`. Times are CPU time of the process, all threads; compare rows
//! of one run.
#![allow(missing_docs, clippy::unwrap_used, reason = "a program, whose only item is the function of criterion's macro")]

use std::time::Duration;

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use supertokens::Core;
use supertokens::session::{CreateNewSession, Payload, RefreshAntiCsrf, Session, SessionContainer, Sessions};
use supertokens_benches::{CoreDouble, CpuTime, Keys, application, ready};
use tokio::runtime::Runtime;

const AT_ONCE: u64 = 8;

fn signature(criterion: &mut Criterion<CpuTime>) {
    let keys = Keys::generate();
    criterion.bench_function("access token signed, RS256", |bencher| bencher.iter(|| keys.access_token()));
}

fn over_a_double(criterion: &mut Criterion<CpuTime>) {
    let app = application(Core::transport(CoreDouble::new(&Keys::generate())));
    let sessions = Session::of(&app).unwrap();
    let mut group = criterion.benchmark_group("SDK alone");
    group.bench_function("create", |bencher| {
        bencher.iter(|| ready(sessions.create_new_session_without_request_response(new_session())).unwrap());
    });
    group.bench_function("refresh", |bencher| {
        bencher.iter(|| ready(sessions.refresh_session_without_request_response("r", RefreshAntiCsrf::Disabled)));
    });
    group.finish();
}

fn embedded(criterion: &mut Criterion<CpuTime>) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("core.db");
    for (name, database) in [("embedded core, in memory", ":memory:".into()), ("embedded core, on a file", file)] {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let app = application(Core::embedded(database));
        let sessions = Session::of(&app).unwrap();
        let mut group = criterion.benchmark_group(name);
        group.sampling_mode(SamplingMode::Flat).measurement_time(Duration::from_secs(8));
        group.bench_function("create", |bencher| bencher.iter(|| runtime.block_on(create(sessions.clone()))));
        group.bench_function("create, 8 at once", |bencher| {
            bencher.iter_custom(|iterations| create_at_once(&runtime, &sessions, iterations));
        });
        let mut refresh_token = refresh_token_of(&runtime.block_on(create(sessions.clone())));
        group.bench_function("refresh", |bencher| {
            bencher.iter(|| {
                let given = std::mem::take(&mut refresh_token);
                let refreshed = sessions.refresh_session_without_request_response(given, RefreshAntiCsrf::Disabled);
                refresh_token = refresh_token_of(&runtime.block_on(refreshed).unwrap());
            });
        });
        group.finish();
        runtime.block_on(app.shutdown());
    }
}

/// CPU time for that many sessions, made by several tasks, so that commits are shared.
fn create_at_once(runtime: &Runtime, sessions: &Sessions, iterations: u64) -> Duration {
    let start = CpuTime::Process.now();
    runtime.block_on(async {
        let share = iterations.div_ceil(AT_ONCE);
        let tasks: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let sessions = sessions.clone();
                tokio::spawn(async move {
                    for _ in 0..share {
                        create(sessions.clone()).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let used = CpuTime::Process.now().checked_sub(start).unwrap();
    #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
    used.mul_f64(iterations as f64 / (iterations.div_ceil(AT_ONCE) * AT_ONCE) as f64)
}

async fn create(sessions: Sessions) -> SessionContainer {
    sessions.create_new_session_without_request_response(new_session()).await.unwrap()
}

fn new_session() -> CreateNewSession {
    let mut jwt_payload = Payload::new();
    jwt_payload.insert("a", 1).unwrap();
    CreateNewSession::new("public", "fa7a0841-b533-4478-9553-0fde890c3483").jwt_payload(jwt_payload)
}

fn refresh_token_of(session: &SessionContainer) -> String {
    session.all_session_tokens_dangerously().unwrap().refresh_token.unwrap()
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime::Process);
    targets = signature, over_a_double, embedded
}
criterion_main!(benches);

//! Calls of the SDK in a loop, for the peer comparison: prints one line of JSON, in the form of the peers' programs.
//!
//! `cargo run --release -p supertokens-benches --example library -- verify --tokens tokens.txt`; `docs/benchmarks.md`
//! says which core it needs.
#![allow(clippy::expect_used, reason = "a program that measures: what fails is to be seen at once")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use serde_json::json;
use supertokens::Core;
use supertokens::session::{
    CreateNewSession, GetSession, Payload, RefreshAntiCsrf, Session, Sessions, VerifySessionOptions,
};
use supertokens_benches::{CoreDouble, CpuTime, application, application_with};

const USER_ID: &str = "575998b0-bbf5-473b-9f17-031ba38d6370";

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
    /// How many calls are measured.
    #[arg(long, global = true, default_value_t = 20_000)]
    ops: usize,
    /// How many calls are under way at once.
    #[arg(long, global = true, default_value_t = 1)]
    conc: usize,
    /// The connection URI of the core.
    #[arg(long, global = true, default_value = "http://127.0.0.1:3599")]
    core: String,
}

#[derive(Subcommand)]
enum What {
    /// Verifies tokens in rotation.
    Verify {
        /// A file with access tokens, one a line.
        #[arg(long)]
        tokens: PathBuf,
        /// How many of them.
        #[arg(long, default_value_t = 1)]
        distinct: usize,
    },
    /// Creates sessions.
    Create,
    /// Refreshes one session, again and again; only a stub allows that.
    Refresh,
    /// Calls a function under layers that pass through.
    Override {
        /// How many.
        #[arg(long)]
        layers: usize,
    },
}

// One thread, as the peers have, and as the programs are pinned.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Arguments { what, ops, conc, core } = Arguments::parse();
    let load = Load { ops, conc };
    let figures = match what {
        What::Verify { tokens, distinct } => {
            let text = std::fs::read_to_string(tokens)?;
            let tokens: Arc<[String]> = text.lines().take(distinct).map(str::to_owned).collect();
            let app = application(Core::remote(core));
            let sessions = Session::of(&app)?;
            load.measure(move |n| verify(sessions.clone(), tokens.clone(), n)).await
        }
        What::Create => {
            let app = application(Core::remote(core));
            let sessions = Session::of(&app)?;
            load.measure(move |_| create(sessions.clone())).await
        }
        What::Refresh => {
            let app = application(Core::remote(core));
            let sessions = Session::of(&app)?;
            load.measure(move |_| refresh(sessions.clone())).await
        }
        What::Override { layers } => override_layers(layers, load).await?,
    };
    println!("{figures}");
    Ok(())
}

async fn verify(sessions: Sessions, tokens: Arc<[String]>, n: usize) {
    let token = tokens.get(n % tokens.len()).expect("a token").as_str();
    let options = VerifySessionOptions::new();
    let session = sessions.get_session_without_request_response(token, None, options).await;
    assert!(session.expect("a good token").is_some());
}

async fn create(sessions: Sessions) {
    let mut jwt_payload = Payload::new();
    jwt_payload.insert("a", 1).expect("not reserved");
    let new = CreateNewSession::new("public", USER_ID).jwt_payload(jwt_payload);
    sessions.create_new_session_without_request_response(new).await.expect("the stub answers");
}

async fn refresh(sessions: Sessions) {
    let refreshed = sessions.refresh_session_without_request_response("any", RefreshAntiCsrf::Disabled);
    refreshed.await.expect("the stub answers");
}

/// The innermost override answers without doing anything.
async fn override_layers(layers: usize, load: Load) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let mut session =
        Session::new().override_functions(|functions| functions.get_session(async move |_input, _original| Ok(None)));
    for _ in 0..layers {
        session = session.override_functions(|functions| {
            functions.get_session(async move |input, original| original.get_session(input).await)
        });
    }
    let app = application_with(Core::transport(CoreDouble::without_sessions()), session);
    let sessions = Session::of(&app)?;
    let call = move |_| {
        let called = sessions.functions().get_session(GetSession::new());
        async move { assert!(called.await.expect("a constant").is_none()) }
    };
    Ok(load.measure(call).await)
}

#[derive(Clone, Copy)]
struct Load {
    ops: usize,
    conc: usize,
}

impl Load {
    async fn measure<F, Fut>(self, call: F) -> serde_json::Value
    where
        F: Fn(usize) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let call = Arc::new(call);
        Self { ops: self.ops.min(5000), ..self }.run(&call).await;
        let (started, cpu) = (Instant::now(), CpuTime::Process.now());
        let mut latencies = self.run(&call).await;
        let (elapsed, cpu) = (started.elapsed(), CpuTime::Process.now().saturating_sub(cpu));
        latencies.sort_unstable();
        let at = |share: usize| latencies.get(self.ops * share / 100).map_or(0.0, |latency| micros(*latency));
        #[allow(clippy::cast_precision_loss, reason = "not that many")]
        let ops = self.ops as f64;
        json!({
            "conc": self.conc,
            "ops_s": (ops / elapsed.as_secs_f64()).round(),
            "p50_us": at(50),
            "p99_us": at(99),
            "cpu_us_per_op": (micros(cpu) / ops * 1000.0).round() / 1000.0,
        })
    }

    async fn run<F, Fut>(self, call: &Arc<F>) -> Vec<Duration>
    where
        F: Fn(usize) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let next = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..self.conc)
            .map(|_| {
                let (call, next) = (call.clone(), next.clone());
                tokio::spawn(async move {
                    let mut latencies = Vec::new();
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= self.ops {
                            return latencies;
                        }
                        let started = Instant::now();
                        call(n).await;
                        latencies.push(started.elapsed());
                    }
                })
            })
            .collect();
        let mut all = Vec::with_capacity(self.ops);
        for task in tasks {
            all.extend(task.await.expect("no call fails"));
        }
        all
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

//! What the program does under load, and what it takes: `cargo bench -p supertokens-core-server --bench load`.
//!
//! Options come after `--`: `--clients 8`, `--seconds 5` (for each row). Each client is a thread with one keep-alive
//! connection that sends its next request when it has its answer. Clients and server share the processors, so the CPU
//! time of the server for each request says more than the rate.
#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a program"
)]

#[path = "../tests/suite/client.rs"]
mod client;
#[path = "../tests/suite/program.rs"]
mod program;

use std::{
    fs, io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use client::{Client, new_session, post_request};
use program::{Program, command};

/// How often a start is measured; the median counts.
const STARTS: usize = 11;

struct Options {
    clients: usize,
    time: Duration,
}

fn main() {
    // `cargo test --benches` starts this program as well, without the word that `cargo bench` gives it.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let options = Options { clients: option("--clients", 8), time: Duration::from_secs(option("--seconds", 5)) };
    let folder = tempfile::tempdir().unwrap();
    starts(&folder.path().join("starts.db"));
    memory(&folder.path().join("memory.db"), &options);
    let title = format!("{} clients, {} s each", options.clients, options.time.as_secs());
    println!("\n{title:40} {:>10} {:>13} {:>13} {:>7}", "a second", "server's CPU", "clients' CPU", "errors");
    for (name, database, durability) in [
        ("file, synchronous normal", &*folder.path().join("normal.db"), "normal"),
        ("file, synchronous full", &*folder.path().join("full.db"), "full"),
        ("in memory", Path::new(":memory:"), "normal"),
    ] {
        let program = Program::spawn(command().arg("--database").arg(database).args(["--synchronous", durability]));
        // It has its keys when it has answered this.
        create(&mut program.client(), &mut String::new(), 0).unwrap();
        report(&format!("create, {name}"), &load(&program, &options, create));
        report(&format!("refresh 5.4, {name}"), &load(&program, &options, refreshing("5.4")));
        report(&format!("refresh 5.6, {name}"), &load(&program, &options, refreshing("5.6")));
        println!("    memory after that: {:.1} MB", resident_mb(&program));
    }
}

/// The number after an option.
fn option<T: std::str::FromStr + Copy>(name: &str, usual: T) -> T {
    let value = std::env::args().skip_while(|argument| argument != name).nth(1);
    value.map_or(usual, |value| value.parse().unwrap_or_else(|_| panic!("{name} takes a number")))
}

fn starts(database: &Path) {
    let first = start(database);
    let mut starts: Vec<_> = (0..STARTS).map(|_| start(database)).collect();
    starts.sort_by_key(|start| start.hello);
    let median = &starts[STARTS / 2];
    println!("start to first answer, keys present: {:.1} ms", millis(median.hello));
    println!("start to first session, keys present: {:.1} ms", millis(median.session));
    println!("start to first session, no database yet: {:.1} ms", millis(first.session));
}

struct Start {
    hello: Duration,
    session: Duration,
}

fn start(database: &Path) -> Start {
    let begin = Instant::now();
    let program = Program::start(database);
    let mut client = program.client();
    assert_eq!(client.get("/hello").unwrap().status, 200);
    let hello = begin.elapsed();
    assert_eq!(client.post("/recipe/session", &new_session("user")).unwrap().status, 200);
    Start { hello, session: begin.elapsed() }
}

fn memory(database: &Path, options: &Options) {
    let program = Program::start(database);
    assert_eq!(program.client().get("/hello").unwrap().status, 200);
    println!("memory after the first answer: {:.1} MB", resident_mb(&program));
    thread::scope(|scope| {
        for _ in 0..options.clients {
            scope.spawn(|| {
                let mut client = program.client();
                (0..2000 / options.clients).for_each(|n| create(&mut client, &mut String::new(), n).unwrap());
            });
        }
    });
    println!("memory after 2,000 sessions: {:.1} MB", resident_mb(&program));
}

struct Outcome {
    answers: usize,
    errors: usize,
    wall: Duration,
    server_cpu: Duration,
    client_cpu: Duration,
}

/// Repeats a request from all clients. It gets a text of its own to remember things in, and its number.
fn load(
    program: &Program,
    options: &Options,
    request: impl Fn(&mut Client, &mut String, usize) -> io::Result<()> + Sync,
) -> Outcome {
    let (begin, server_cpu, client_cpu) = (Instant::now(), cpu_time(program.id()), cpu_time(std::process::id()));
    let counts: Vec<_> = thread::scope(|scope| {
        let clients: Vec<_> = (0..options.clients)
            .map(|_| {
                scope.spawn(|| {
                    let (mut client, mut memory) = (program.client(), String::new());
                    let (mut answers, mut errors) = (0, 0);
                    while begin.elapsed() < options.time {
                        match request(&mut client, &mut memory, answers) {
                            Ok(()) => answers += 1,
                            Err(error) => {
                                eprintln!("{error}");
                                errors += 1;
                                client = program.client();
                            }
                        }
                    }
                    (answers, errors)
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    Outcome {
        answers: counts.iter().map(|(answers, _)| answers).sum(),
        errors: counts.iter().map(|(_, errors)| errors).sum(),
        wall: begin.elapsed(),
        server_cpu: cpu_time(program.id()).saturating_sub(server_cpu),
        client_cpu: cpu_time(std::process::id()).saturating_sub(client_cpu),
    }
}

fn report(name: &str, outcome: &Outcome) {
    let rate = outcome.answers as f64 / outcome.wall.as_secs_f64();
    let each_us = |cpu: Duration| cpu.as_secs_f64() * 1e6 / outcome.answers.max(1) as f64;
    let (server, clients) = (each_us(outcome.server_cpu), each_us(outcome.client_cpu));
    println!("{name:40} {rate:10.0} {server:10.0} us {clients:10.0} us {:7}", outcome.errors);
}

fn create(client: &mut Client, _memory: &mut String, n: usize) -> io::Result<()> {
    let answer = client.post("/recipe/session", &new_session(&format!("user-{n}")))?;
    refresh_token(&answer.body).map(drop)
}

/// Refreshes one session over and over.
fn refreshing(version: &str) -> impl Fn(&mut Client, &mut String, usize) -> io::Result<()> + Sync {
    let headers = format!("cdi-version: {version}\r\n");
    move |client, token, _| {
        if token.is_empty() {
            *token = refresh_token(&client.post("/recipe/session", &new_session("refresher"))?.body)?;
        }
        let body = format!(r#"{{"refreshToken":"{token}","enableAntiCsrf":false,"useDynamicSigningKey":true}}"#);
        client.send(post_request("/recipe/session/refresh", &headers, &body))?;
        *token = refresh_token(&client.answer()?.body)?;
        Ok(())
    }
}

/// The refresh token of an answer with a session; any other answer is an error.
fn refresh_token(body: &str) -> io::Result<String> {
    let token = body.split_once(r#""refreshToken":{"token":""#).and_then(|(_, rest)| rest.split_once('"'));
    token.map(|(token, _)| token.to_owned()).ok_or_else(|| io::Error::other(format!("no session: {body}")))
}

fn resident_mb(program: &Program) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0 / 1e6
}

/// Of all threads, in ticks of 10 ms.
fn cpu_time(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The name, in brackets, may hold spaces.
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    Duration::from_millis(10 * (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

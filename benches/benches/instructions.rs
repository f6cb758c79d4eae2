//! How many instructions an operation takes: the same on a busy machine.
//!
//! `cargo bench -p supertokens-benches --features callgrind --bench instructions`, with valgrind and gungraun-runner.
#![allow(missing_docs, clippy::unwrap_used, reason = "a program, whose items are made by macros")]

use std::hint::black_box;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use gungraun::{library_benchmark, library_benchmark_group, main};
use supertokens::kernel::{Exchange, Request};
use supertokens::session::{
    CreateNewSession, GetSession, Session, SessionContainer, SessionFunctionsBuilder, Sessions, VerifySessionOptions,
};
use supertokens::{Core, SuperTokens};
use supertokens_benches::{CoreDouble, KID, Keys, application, application_with, ready};
use supertokens_jose::base64url;

/// An application that has seen a token, and that token or another.
struct Ready {
    _app: SuperTokens,
    sessions: Sessions,
    token: String,
}

enum Seen {
    Before,
    Never,
}

fn with_token(seen: Seen) -> Ready {
    let keys = Keys::generate();
    let app = application(Core::transport(CoreDouble::new(&keys)));
    let sessions = Session::of(&app).unwrap();
    let token = keys.access_token();
    // Twice, so that all that is done once is done.
    verify(&sessions, &token);
    verify(&sessions, &token);
    let token = match seen {
        Seen::Before => token,
        Seen::Never => keys.access_token(),
    };
    Ready { _app: app, sessions, token }
}

fn verify(sessions: &Sessions, token: &str) -> SessionContainer {
    let options = VerifySessionOptions::new();
    ready(sessions.get_session_without_request_response(token, None, options)).unwrap().unwrap()
}

#[library_benchmark]
#[bench::not_seen_before(with_token(Seen::Never))]
#[bench::seen_before(with_token(Seen::Before))]
fn verify_token(at: Ready) -> (Ready, SessionContainer) {
    let session = verify(black_box(&at.sessions), black_box(&at.token));
    (at, session)
}

struct Bare {
    key: ParsedPublicKey,
    signed: String,
    signature: Vec<u8>,
}

fn bare() -> Bare {
    let keys = Keys::generate();
    let token = keys.access_token();
    let jwk = keys.signing_key.public_jwk(KID);
    let number = |text: Option<String>| base64url::decode(&text.unwrap()).unwrap();
    let key = RsaPublicKeyComponents { n: number(jwk.n), e: number(jwk.e) }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let bare = Bare { key, signed: signed.to_owned(), signature: base64url::decode(signature).unwrap() };
    bare.key.verify_sig(bare.signed.as_bytes(), &bare.signature).unwrap();
    bare
}

#[library_benchmark]
#[bench::key_parsed(bare())]
fn bare_check(bare: Bare) -> Bare {
    bare.key.verify_sig(black_box(bare.signed.as_bytes()), black_box(&bare.signature)).unwrap();
    bare
}

fn with_request() -> (Ready, Request) {
    let at = with_token(Seen::Before);
    let cookie = format!("sAccessToken={}", at.token);
    let request = Request::builder().header("host", "localhost:3001").header("cookie", &cookie).finish();
    (at, request)
}

#[library_benchmark]
#[bench::cookie_seen_before(with_request())]
fn verify_request((at, request): (Ready, Request)) -> (Ready, SessionContainer) {
    let exchange = Exchange::new(black_box(request));
    let session = ready(at.sessions.get_session(&exchange, VerifySessionOptions::new())).unwrap();
    (at, session)
}

fn after_a_creation() -> Ready {
    let at = with_token(Seen::Before);
    create(&at.sessions);
    at
}

fn create(sessions: &Sessions) -> SessionContainer {
    let new = CreateNewSession::new("public", "fa7a0841-b533-4478-9553-0fde890c3483");
    ready(sessions.create_new_session_without_request_response(new)).unwrap()
}

#[library_benchmark]
#[bench::core_a_double(after_a_creation())]
fn create_session(at: Ready) -> (Ready, SessionContainer) {
    let session = create(black_box(&at.sessions));
    (at, session)
}

fn with_layers(layers: usize) -> Ready {
    let constant = |functions: SessionFunctionsBuilder| functions.get_session(async move |_input, _original| Ok(None));
    let mut session = Session::new().override_functions(constant);
    for _ in 0..layers {
        session = session.override_functions(|functions| {
            functions.get_session(async move |input, original| original.get_session(input).await)
        });
    }
    let app = application_with(Core::transport(CoreDouble::without_sessions()), session);
    let sessions = Session::of(&app).unwrap();
    ready(sessions.functions().get_session(GetSession::new())).unwrap();
    Ready { _app: app, sessions, token: String::new() }
}

#[library_benchmark]
#[bench::layers_0(with_layers(0))]
#[bench::layers_1(with_layers(1))]
#[bench::layers_5(with_layers(5))]
fn override_layers(at: Ready) -> Ready {
    ready(black_box(&at.sessions).functions().get_session(GetSession::new())).unwrap();
    at
}

library_benchmark_group!(
    name = all;
    benchmarks = bare_check, verify_token, verify_request, create_session, override_layers
);
main!(library_benchmark_groups = all);

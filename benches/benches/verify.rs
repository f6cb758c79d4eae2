//! What verifying an access token costs, beside the bare signature check under it.
//!
//! `cargo bench -p supertokens-benches --bench verify`. Times are CPU time of the thread; compare rows of one run.
#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, reason = "a program that measures")]

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use criterion::{Criterion, criterion_group, criterion_main};
use supertokens::kernel::{Exchange, Request};
use supertokens::session::{Session, Sessions, VerifySessionOptions};
use supertokens::{Core, SuperTokens};
use supertokens_benches::{CoreDouble, CpuTime, KID, Keys, application, ready};
use supertokens_jose::base64url;

/// How many tokens a fresh application gets to see: fewer than its cache holds, enough that its start does not count.
const TOKENS: usize = 1000;

fn verify(criterion: &mut Criterion<CpuTime>) {
    let keys = Keys::generate();
    let tokens: Vec<String> = (0..TOKENS).map(|_| keys.access_token()).collect();
    let mut group = criterion.benchmark_group("verify");
    group.measurement_time(Duration::from_secs(5));

    let bare_key = bare_key(&keys);
    let parts: Vec<_> = tokens.iter().map(|token| signed_and_signature(token)).collect();
    let mut next = parts.iter().cycle();
    group.bench_function("bare aws-lc-rs check, key parsed", |bencher| {
        bencher.iter(|| {
            let (signed, signature) = next.next().unwrap();
            bare_key.verify_sig(black_box(signed.as_bytes()), black_box(signature)).unwrap();
        });
    });

    group.bench_function("token not seen before", |bencher| {
        bencher.iter_custom(|iterations| {
            let mut used = Duration::ZERO;
            let mut left = usize::try_from(iterations).unwrap();
            while left > 0 {
                let (_app, sessions) = app_that_knows_the_keys(&keys);
                let now = left.min(TOKENS);
                let start = CpuTime::Thread.now();
                for token in &tokens[..now] {
                    black_box(get_session(&sessions, black_box(token)));
                }
                used += CpuTime::Thread.now().checked_sub(start).unwrap();
                left -= now;
            }
            used
        });
    });

    let (_app, sessions) = app_that_knows_the_keys(&keys);
    group.bench_function("token seen before, always the same", |bencher| {
        bencher.iter(|| get_session(&sessions, black_box(&tokens[0])));
    });
    let mut next = tokens.iter().cycle();
    group.bench_function("token seen before, 1,000 in rotation", |bencher| {
        bencher.iter(|| get_session(&sessions, black_box(next.next().unwrap())));
    });

    let requests: Vec<Request> = tokens.iter().map(|token| request_with_cookie(token)).collect();
    let mut next = requests.iter().cycle();
    group.bench_function("request with a cookie, token seen before, 1,000 in rotation", |bencher| {
        bencher.iter(|| {
            let exchange = Exchange::new(next.next().unwrap().clone());
            ready(sessions.get_session(&exchange, VerifySessionOptions::new())).unwrap()
        });
    });
    group.finish();
}

fn get_session(sessions: &Sessions, token: &str) -> supertokens::session::SessionContainer {
    let options = VerifySessionOptions::new();
    ready(sessions.get_session_without_request_response(token, None, options)).unwrap().unwrap()
}

/// An application that has verified one token, so that it has fetched the keys.
fn app_that_knows_the_keys(keys: &Keys) -> (SuperTokens, Sessions) {
    let app = application(Core::transport(CoreDouble::new(keys)));
    let sessions = Session::of(&app).unwrap();
    get_session(&sessions, &keys.access_token());
    (app, sessions)
}

fn request_with_cookie(token: &str) -> Request {
    Request::builder().header("host", "localhost:3001").header("cookie", &format!("sAccessToken={token}")).finish()
}

fn signed_and_signature(token: &str) -> (&str, Vec<u8>) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    (signed, base64url::decode(signature).unwrap())
}

fn bare_key(keys: &Keys) -> ParsedPublicKey {
    let jwk = keys.signing_key.public_jwk(KID);
    let number = |text: Option<String>| base64url::decode(&text.unwrap()).unwrap();
    RsaPublicKeyComponents { n: number(jwk.n), e: number(jwk.e) }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .unwrap()
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime::Thread);
    targets = verify
}
criterion_main!(benches);

//! What checking a token costs, beside the bare signature check under it and beside `jsonwebtoken`.
//!
//! `cargo bench -p supertokens-jose`. Times are CPU time of the thread, so that a busy machine disturbs them little;
//! compare rows of one run.
#![allow(missing_docs, clippy::unwrap_used, reason = "a program, whose only item is the function of criterion's macro")]

use std::{hint::black_box, time::Duration};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use criterion::{
    Criterion, Throughput, criterion_group, criterion_main,
    measurement::{Measurement, ValueFormatter, WallTime},
};
use jsonwebtoken::{DecodingKey, Validation};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use supertokens_jose::{CompactJwt, Jwk, SigningKey, VerifyingKey, base64url, sign_compact};

const HEADER: &[u8] = br#"{"kid":"d-1700000000000","typ":"JWT","version":"5","alg":"RS256"}"#;

/// What a session's access token holds, with two claims of recipes.
const PAYLOAD: &[u8] = br#"{"iat":1700000000,"exp":1700003600,"sub":"fa7a0841-b533-4478-9553-0fde890c3483","tId":"public","rsub":"fa7a0841-b533-4478-9553-0fde890c3483","sessionHandle":"4cd2ad0e-7e2b-4a4c-8b8f-1f0b6f1c3f1e","refreshTokenHash1":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","parentRefreshTokenHash1":null,"antiCsrfToken":null,"iss":"http://localhost:3001/auth","st-ev":{"v":true,"t":1700000000000},"st-role":{"v":["admin","user"],"t":1700000000000}}"#;

fn verify(criterion: &mut Criterion<ThreadCpuTime>) {
    let signing_key = SigningKey::generate().unwrap();
    let jwk = signing_key.public_jwk("d-1700000000000");
    let token = sign_compact(HEADER, PAYLOAD, &signing_key).unwrap();
    let mut group = criterion.benchmark_group("rs256");
    group.throughput(Throughput::Elements(1)).measurement_time(Duration::from_secs(5));

    let bare_key = bare_key(&jwk);
    let (signing_input, signature) = token.rsplit_once('.').unwrap();
    let signature = base64url::decode(signature).unwrap();
    group.bench_function("bare aws-lc-rs, key parsed", |bencher| {
        bencher.iter(|| bare_key.verify_sig(black_box(signing_input.as_bytes()), black_box(&signature)).unwrap());
    });

    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    group.bench_function("split", |bencher| bencher.iter(|| CompactJwt::split(black_box(&token)).unwrap()));
    group.bench_function("split, header", |bencher| {
        bencher.iter(|| CompactJwt::split(black_box(&token)).unwrap().header().unwrap());
    });
    group.bench_function("split, verify", |bencher| {
        bencher.iter(|| CompactJwt::split(black_box(&token)).unwrap().verify(&key).unwrap());
    });
    group.bench_function("split, header, verify, payload as JSON", |bencher| {
        bencher.iter(|| {
            let jwt = CompactJwt::split(black_box(&token)).unwrap();
            let header = jwt.header().unwrap();
            jwt.verify(&key).unwrap();
            let claims: Value = serde_json::from_slice(&jwt.payload().unwrap()).unwrap();
            (header, claims)
        });
    });

    let their_key = DecodingKey::from_rsa_components(&jwk.n.unwrap(), &jwk.e.unwrap()).unwrap();
    let mut validation = Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    group.bench_function("jsonwebtoken decode", |bencher| {
        bencher.iter(|| jsonwebtoken::decode::<Value>(black_box(&token), &their_key, &validation).unwrap());
    });
    group.finish();

    criterion.bench_function("rs256 sign_compact", |bencher| {
        bencher.iter(|| sign_compact(black_box(HEADER), black_box(PAYLOAD), &signing_key).unwrap());
    });
}

fn bare_key(jwk: &Jwk) -> ParsedPublicKey {
    let number = |text: &Option<String>| base64url::decode(text.as_deref().unwrap()).unwrap();
    RsaPublicKeyComponents { n: number(&jwk.n), e: number(&jwk.e) }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .unwrap()
}

/// CPU time of the measuring thread.
struct ThreadCpuTime;

impl Measurement for ThreadCpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap()
    }

    fn end(&self, start: Duration) -> Duration {
        self.start() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ThreadCpuTime);
    targets = verify
}
criterion_main!(benches);

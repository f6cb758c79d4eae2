//! What a test pays for an application of its own: starting one, and one with somebody signed in.
//!
//! `cargo bench -p supertokens-benches --bench testkit`. Times are wall time.
#![allow(missing_docs, clippy::unwrap_used, reason = "a program, whose only item is the function of criterion's macro")]

use criterion::{Criterion, criterion_group, criterion_main};
use supertokens::Recipe;
use supertokens::emailpassword::EmailPassword;
use supertokens::session::Session;
use supertokens_testkit::TestApp;

fn start(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let recipes = || vec![EmailPassword::new().boxed(), Session::new().boxed()];
    criterion.bench_function("start an application with a core of its own", |bencher| {
        bencher.iter(|| runtime.block_on(TestApp::start(recipes())));
    });
    criterion.bench_function("start one and sign somebody in", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let app = TestApp::start(recipes()).await;
                app.browser().sign_in_as("user-1").await;
                app
            })
        });
    });
}

criterion_group!(benches, start);
criterion_main!(benches);

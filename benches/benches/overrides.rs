//! What a layer of overrides costs a call.
//!
//! `cargo bench -p supertokens-benches --bench overrides`. The innermost override of `get_session` answers without
//! doing anything; the layers above it pass through.
#![allow(missing_docs, clippy::unwrap_used, reason = "a program, whose only item is the function of criterion's macro")]

use criterion::{Criterion, criterion_group, criterion_main};
use supertokens::Core;
use supertokens::session::{GetSession, Session};
use supertokens_benches::{CoreDouble, CpuTime, application_with, ready};

fn overrides(criterion: &mut Criterion<CpuTime>) {
    let double = CoreDouble::without_sessions();
    let mut group = criterion.benchmark_group("override layers");
    for layers in [0, 1, 5] {
        let constant = |functions: supertokens::session::SessionFunctionsBuilder| {
            functions.get_session(async move |_input, _original| Ok(None))
        };
        let mut session = Session::new().override_functions(constant);
        for _ in 0..layers {
            session = session.override_functions(|functions| {
                functions.get_session(async move |input, original| original.get_session(input).await)
            });
        }
        let app = application_with(Core::transport(double.clone()), session);
        let sessions = Session::of(&app).unwrap();
        group.bench_function(layers.to_string(), |bencher| {
            bencher.iter(|| ready(sessions.functions().get_session(GetSession::new())).unwrap());
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime::Thread);
    targets = overrides
}
criterion_main!(benches);

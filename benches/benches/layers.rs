//! What a route that has nothing to do with sessions pays for the layer around it.
//!
//! `cargo bench -p supertokens-benches --bench layers`. Times are CPU time of the thread; the cost of a layer is the
//! difference to the row without it.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used, reason = "a program that measures")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Service;
use actix_web::test::{TestRequest, init_service};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use supertokens::actix_web::SuperTokensMiddleware;
use supertokens::axum::SuperTokensLayer;
use supertokens::{Core, SuperTokens};
use supertokens_benches::{CoreDouble, CpuTime, application, ready};
use tower::ServiceExt;
use tower::layer::layer_fn;

fn layers(criterion: &mut Criterion<CpuTime>) {
    let supertokens = application(Core::transport(CoreDouble::without_sessions()));
    axum_layer(criterion, &supertokens);
    actix_web_middleware(criterion, &supertokens);
}

fn axum_layer(criterion: &mut Criterion<CpuTime>, supertokens: &SuperTokens) {
    let routes = || Router::new().route("/ping", get(async || "pong"));
    // Whatever a layer does, axum boxes it: that is not its cost.
    let state = Arc::new(());
    let nothing = layer_fn(move |route: axum::routing::Route| {
        let _holds = &state;
        route
    });
    let routers = [
        ("a layer that does nothing", routes().layer(nothing)),
        ("SuperTokensLayer", routes().layer(SuperTokensLayer::new(supertokens.clone()))),
    ];
    let mut group = criterion.benchmark_group("axum, GET /ping");
    group.measurement_time(Duration::from_secs(5));
    for (name, router) in routers {
        group.bench_function(name, |bencher| {
            let request = || {
                let request = Request::builder().uri("/ping").header("host", "localhost").body(Body::empty()).unwrap();
                (router.clone(), request)
            };
            bencher.iter_batched(
                request,
                |(router, request)| ready(router.oneshot(black_box(request))).unwrap(),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn actix_web_middleware(criterion: &mut Criterion<CpuTime>, supertokens: &SuperTokens) {
    let routes = || actix_web::App::new().route("/ping", actix_web::web::get().to(async || "pong"));
    let mut group = criterion.benchmark_group("actix-web, GET /ping");
    group.measurement_time(Duration::from_secs(5));
    let system = actix_web::rt::System::new();
    let without = system.block_on(init_service(routes()));
    let with = system.block_on(init_service(routes().wrap(SuperTokensMiddleware::new(supertokens.clone()))));
    let request = || TestRequest::with_uri("/ping").insert_header(("host", "localhost")).to_request();
    group.bench_function("no middleware", |bencher| {
        bencher.iter_batched(
            request,
            |request| ready(without.call(black_box(request))).unwrap(),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("SuperTokensMiddleware", |bencher| {
        bencher.iter_batched(request, |request| ready(with.call(black_box(request))).unwrap(), BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime::Thread);
    targets = layers
}
criterion_main!(benches);

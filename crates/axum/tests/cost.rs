//! What the layer costs a route that has nothing to do with it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use supertokens_axum::SuperTokensLayer;
use tower::layer::layer_fn;
use tower::{Layer, Service, ServiceExt};

use crate::support::supertokens;

/// What a `GET /ping` allocates behind these layers.
fn allocations<L>(layer: L) -> u64
where
    L: Layer<axum::routing::Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request<Body>, Response = Response<Body>, Error = std::convert::Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    <L::Service as Service<Request<Body>>>::Future: Send + 'static,
{
    let router: Router = Router::new().route("/ping", get(async || "pong")).layer(layer);
    let once = || {
        let request = Request::builder().uri("/ping").header("host", "localhost").body(Body::empty()).unwrap();
        let router = router.clone();
        let mut status = None;
        let allocated = allocation_counter::measure(|| {
            let Poll::Ready(Ok(response)) = pin!(router.oneshot(request)).poll(&mut Context::from_waker(Waker::noop()))
            else {
                panic!("the route never waits");
            };
            status = Some(response.status());
        });
        assert_eq!(status.unwrap(), 200);
        allocated.count_total
    };
    once();
    once()
}

#[test]
fn a_route_that_has_nothing_to_do_with_sessions_pays_two_allocations() {
    // What axum's own boxes of any layer with something in it cost is not counted.
    let state = std::sync::Arc::new(());
    let with_a_layer_that_does_nothing = allocations(layer_fn(move |route| {
        let _holds = &state;
        route
    }));
    let with_supertokens = allocations(SuperTokensLayer::new(supertokens()));
    assert_eq!(with_supertokens - with_a_layer_that_does_nothing, 2);
}

#[test]
fn a_service_whose_requests_have_no_extensions_yet_pays_for_their_map_too() {
    let service = tower::service_fn(async |request: Request<Body>| {
        Ok::<_, std::convert::Infallible>(Response::new(request.into_body()))
    });
    let service = SuperTokensLayer::new(supertokens()).layer(service);
    let once = || {
        let (service, request) = (service.clone(), Request::new(Body::empty()));
        allocation_counter::measure(|| {
            let response = pin!(service.oneshot(request)).poll(&mut Context::from_waker(Waker::noop()));
            assert!(response.is_ready());
        })
        .count_total
    };
    once();
    assert_eq!(once(), 3);
}

//! What the middleware costs a route that has nothing to do with it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, web};
use supertokens_actix_web::SuperTokensMiddleware;

/// What a `GET /ping` allocates once everything is warm.
fn allocations<B>(
    app: &impl Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
) -> u64 {
    let once = || {
        let request = TestRequest::with_uri("/ping").to_request();
        let mut status = None;
        let allocated = allocation_counter::measure(|| {
            let Poll::Ready(Ok(response)) = pin!(app.call(request)).poll(&mut Context::from_waker(Waker::noop()))
            else {
                panic!("the route never waits");
            };
            status = Some(response.status());
        });
        assert_eq!(status.unwrap(), 200);
        allocated.count_total
    };
    // actix-web keeps requests and their extensions for the next ones.
    for _ in 0..3 {
        once();
    }
    once()
}

#[actix_web::test]
async fn a_route_that_has_nothing_to_do_with_sessions_pays_two_allocations_at_most() {
    let routes = |app: App<_>| app.route("/ping", web::get().to(async || "pong"));
    let without = init_service(routes(App::new())).await;
    let supertokens = support::supertokens();
    let with = init_service(routes(App::new()).wrap(SuperTokensMiddleware::new(supertokens))).await;
    let (without, with) = (allocations(&without), allocations(&with));
    assert!(with - without <= 2, "{with} with, {without} without");
}

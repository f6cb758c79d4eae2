//! One table of requests over hyper, axum and actix-web: the same request gives the same status, headers and body on all
//! three. `table.rs` is the table; `on_hyper.rs`, `on_axum.rs` and `on_actix_web.rs` are the same application three times,
//! each written as its framework's users do.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod application;
mod client;
mod on_actix_web;
mod on_axum;
mod on_hyper;
mod table;

use std::net::SocketAddr;

use crate::client::{Reply, Tokens};
use crate::table::{Row, Sends, rows};

const FRAMEWORKS: [&str; 3] = ["hyper", "axum", "actix-web"];

#[actix_web::test]
async fn the_same_request_gives_the_same_status_headers_and_body_on_all_frameworks() {
    let supertokens = application::supertokens();
    let addresses = [
        on_hyper::start(supertokens.clone()).await,
        on_axum::start(supertokens.clone()).await,
        on_actix_web::start(supertokens),
    ];
    for row in rows() {
        let [hyper, others @ ..] = &answers(addresses, &row).await;
        assert_eq!(hyper.status, row.status, "{}: {hyper:#?}", row.name);
        for (name, other) in FRAMEWORKS[1..].iter().zip(others) {
            assert_eq!(other, hyper, "{} on {name} (left) and on hyper (right)", row.name);
        }
    }
}

#[actix_web::test]
async fn a_session_of_one_framework_is_one_of_the_others() {
    let supertokens = application::supertokens();
    let hyper = on_hyper::start(supertokens.clone()).await;
    let (axum, actix_web) = (on_axum::start(supertokens.clone()).await, on_actix_web::start(supertokens));
    let tokens = Tokens::of_new_session(axum, Sends::Headers).await;
    let me = Row::get("/me").with(Sends::Headers);
    for address in [hyper, axum, actix_web] {
        assert_eq!(client::send(address, &me, Some(&tokens)).await.status, 200);
    }
}

/// What each framework answers to a session of its own making.
async fn answers(addresses: [SocketAddr; 3], row: &Row) -> [Reply; 3] {
    let mut answers = Vec::new();
    for address in addresses {
        let tokens = match row.sends {
            Sends::Nothing => None,
            sends => Some(Tokens::of_new_session(address, sends).await),
        };
        if row.is_revoked {
            let revoke = Row::post("/revoke").with(row.sends.access_token()).header("rid", "anti-csrf");
            assert_eq!(client::send(address, &revoke, tokens.as_ref()).await.status, 200, "{}", row.name);
        }
        answers.push(client::send(address, row, tokens.as_ref()).await);
    }
    answers.try_into().unwrap()
}

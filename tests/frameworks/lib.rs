//! Nothing but tests, which are in `main.rs`: one table of requests over hyper, axum and actix-web.

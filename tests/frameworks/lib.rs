//! One table of requests over hyper, axum and actix-web; it is `main.rs`, a test.

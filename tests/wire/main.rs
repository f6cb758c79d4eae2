//! The wire contract, HTTP in and HTTP out: what official front-end SDKs send and what they get back.

mod flow;
mod support;

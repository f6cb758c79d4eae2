//! One table of requests.

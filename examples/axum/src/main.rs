//! The main job in axum.
fn main() {}

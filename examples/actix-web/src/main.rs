//! The main job in actix-web.
fn main() {}

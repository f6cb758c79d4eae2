//! Claims and data of types that serde cannot read and write.

use supertokens::session::{Payload, PayloadError, VerifiedSession, VerifySessionOptions};

struct Plan {
    seats: u32,
}

fn store(payload: &mut Payload) -> Result<(), PayloadError> {
    payload.merge(&Plan { seats: 5 })
}

async fn me(parts: &http::request::Parts) -> u32 {
    let session: VerifiedSession<Plan> = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await.unwrap();
    session.claims.seats
}

fn main() {}

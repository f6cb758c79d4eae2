//! A function that is no HTTP API cannot be switched off.

use supertokens::session::{CreateNewSession, Session};

fn main() {
    let _ = Session::new().override_apis(|apis| apis.disable::<CreateNewSession>());
}

//! Only HTTP APIs can be switched off: no function of the recipe, and not the check of the application's own routes.

use supertokens::session::{RevokeSession, Session, VerifySession};

fn main() {
    let _ = Session::new()
        .override_functions(|functions| functions.disable::<RevokeSession>())
        .override_apis(|apis| apis.disable::<VerifySession>());
}

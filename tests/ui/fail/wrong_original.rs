//! The result of another function.

use supertokens::session::{GetSession, Session};

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |_input, original| original.get_session(GetSession::new()).await)
    });
}

//! A value that must stay on its thread, held while the original runs.

use std::rc::Rc;

use supertokens::session::Session;

fn main() {
    let _ = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |input, original| {
            let seen = Rc::new(input.known_user_id().to_owned());
            let session = original.create_new_session(input).await?;
            println!("{seen}");
            Ok(session)
        })
    });
}

//! `supertokens doctor`: tries a running application and explains what it finds.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use supertokens_doctor::{Subject, check_application};
use supertokens_kernel::CoreTransport;
use supertokens_kernel::core_client::{RemoteTimeouts, RemoteTransport};

/// What clap itself ends with where arguments make no sense.
const MISUSED: u8 = 2;

/// Try a running application and explain what browsers would stumble over.
///
/// Sends what a browser would send first: a refresh without a session, preflights, and requests for the published keys.
/// It changes nothing. Ends with 0 if all is well, with 1 if there is a finding, with 2 if it could not be asked.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// Where the API is, as browsers reach it: http://localhost:3001
    #[arg(long)]
    url: String,
    /// Where the pages come from, if that is another origin: http://localhost:3000
    #[arg(long)]
    website: Option<String>,
    /// The path below which the auth routes lie
    #[arg(long, default_value = "/auth")]
    api_base_path: String,
}

pub(crate) async fn run(arguments: Arguments) -> ExitCode {
    let subject = Subject::from_outside(&arguments.url, &arguments.api_base_path, arguments.website.as_deref());
    let timeouts = RemoteTimeouts { connect: Duration::from_secs(5), call: Duration::from_secs(15) };
    let (subject, client) = match subject.and_then(|subject| Ok((subject, RemoteTransport::new(timeouts)?))) {
        Ok(both) => both,
        Err(error) => {
            eprintln!("supertokens doctor: {error}");
            return ExitCode::from(MISUSED);
        }
    };
    let findings = check_application(&subject, |request| client.send(request)).await;
    for finding in &findings {
        println!("{finding}\n");
    }
    match findings.len() {
        0 => {
            println!("Nothing to complain about at {}.", subject.address());
            ExitCode::SUCCESS
        }
        count => {
            println!("{count} {} at {}.", if count == 1 { "finding" } else { "findings" }, subject.address());
            ExitCode::FAILURE
        }
    }
}

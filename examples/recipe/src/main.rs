//! The recipe in an application: `cargo run -p example-recipe`, then the commands that it prints.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::sync::Arc;

use bytes::Bytes;
use example_recipe::{VisitCounter, Visits};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use supertokens::kernel::http::Attachment;
use supertokens::session::{CreateNewSession, Session};
use supertokens::{AppInfo, Core, Error, Recipe, SuperTokens};

const ADDRESS: &str = "localhost:3001";

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let origin = format!("http://{ADDRESS}");
    let supertokens = SuperTokens::builder(AppInfo::new("Visits", &origin, &origin))
        .core(Core::embedded(":memory:"))
        .recipes(vec![Session::new().boxed(), visits().boxed()])
        .init()?;
    let listener = tokio::net::TcpListener::bind(ADDRESS).await?;
    println!("Sign in, visit five times with the token that you got, and see who has visited:\n");
    println!("  curl -si -X POST -H 'st-auth-mode: header' {origin}/sign-in/ada | grep st-access-token");
    println!("  curl -si -X POST -H \"Authorization: Bearer $TOKEN\" {origin}/auth/visits");
    println!("  curl -s {origin}/visits-of/ada");
    loop {
        let (stream, _) = listener.accept().await?;
        let supertokens = supertokens.clone();
        tokio::spawn(async move {
            let service = service_fn(async |request| {
                let app = async |request| application(&supertokens, request).await;
                Ok::<_, Infallible>(supertokens.serve(request, app).await)
            });
            // A browser that goes away in the middle of a request is no failure of this program.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The recipe as this application wants it: four visits each, and each is written down.
fn visits() -> Visits {
    Visits::new().limit(4).override_functions(|functions| {
        functions.record_visit(async |input, original| {
            let user_id = input.user_id.clone();
            let visits = original.record_visit(input).await?;
            println!("visit {visits} of {user_id}");
            Ok(visits)
        })
    })
}

/// The application's own routes.
async fn application(supertokens: &SuperTokens, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, _body) = request.into_parts();
    let path = parts.uri.path();
    if let Some(user_id) = path.strip_prefix("/sign-in/") {
        // Whoever says who they are is believed: this program is about visits.
        let exchange = parts.extensions.get::<Attachment>().ok_or(Error::NotInitialised)?.exchange(&parts);
        Session::of(supertokens)?.create_new_session(&exchange, CreateNewSession::new("public", user_id)).await?;
        return Ok(text(StatusCode::OK, format!("Hello {user_id}\n")));
    }
    if let Some(user_id) = path.strip_prefix("/visits-of/") {
        let counter: Arc<dyn VisitCounter> = supertokens.as_ref().require(Visits::new().id())?;
        return Ok(text(StatusCode::OK, format!("{}\n", counter.visits_of(user_id))));
    }
    Ok(text(StatusCode::NOT_FOUND, "there is nothing here\n".to_owned()))
}

fn text(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
}

//! The start-up check: what a browser would send first, sent to the application before anybody does.

use std::fmt::{Debug, Display};

use actix_service::IntoServiceFactory;
use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceResponse};
use actix_web::test::TestRequest;
use bytes::Bytes;
use supertokens_app::SuperTokens;
use supertokens_doctor::{Finding, Subject, check_application};

use crate::convert;

/// Sends the finished application what a browser would send first, and warns (`tracing`, with what to change) of what
/// would go wrong: auth routes that the application does not see, CORS headers that browsers refuse, cookies that they
/// drop.
///
/// `supertokens doctor --url ..` does the same from outside.
///
/// ```no_run
/// use actix_web::{App, HttpServer};
/// use supertokens_actix_web::{SuperTokensMiddleware, check};
/// # use supertokens_app::SuperTokens;
///
/// # async fn example(supertokens: SuperTokens) -> std::io::Result<()> {
/// let wrapped = supertokens.clone();
/// let app = move || App::new().wrap(SuperTokensMiddleware::new(wrapped.clone()));
/// check(&supertokens, app()).await;
/// HttpServer::new(app).bind("127.0.0.1:3001")?.run().await
/// # }
/// ```
pub async fn check<A, F, B>(supertokens: &SuperTokens, app: A) -> Vec<Finding>
where
    A: IntoServiceFactory<F, actix_http::Request>,
    F: ServiceFactory<actix_http::Request, Config = AppConfig, Response = ServiceResponse<B>>,
    F::InitError: Debug,
    F::Error: Display,
    B: MessageBody,
    B::Error: Display,
{
    let subject = Subject::of(supertokens.app_info(), supertokens.all_cors_headers());
    let service = app.into_factory().new_service(AppConfig::default()).await;
    let findings = check_application(&subject, |request| async {
        match &service {
            Ok(service) => send(service, request).await,
            Err(error) => Err(format!("the application cannot be built: {error:?}")),
        }
    })
    .await;
    findings.iter().for_each(Finding::log);
    findings
}

async fn send<S, B>(service: &S, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>>,
    S::Error: Display,
    B: MessageBody,
    B::Error: Display,
{
    let (parts, body) = request.into_parts();
    let method = actix_web::http::Method::from_bytes(parts.method.as_str().as_bytes()).unwrap_or_default();
    let mut request = TestRequest::with_uri(&parts.uri.to_string()).method(method).set_payload(body).to_request();
    convert::append(request.headers_mut(), &parts.headers);
    let response = service.call(request).await.map_err(|error| error.to_string())?;
    let mut answer = http::Response::new(Bytes::new());
    *answer.status_mut() = http::StatusCode::from_u16(response.status().as_u16()).unwrap_or_default();
    *answer.headers_mut() = convert::headers(response.headers());
    *answer.body_mut() = to_bytes(response.into_body()).await.map_err(|error| error.to_string())?;
    Ok(answer)
}

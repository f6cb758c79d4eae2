//! The endpoints of the interface, one file per group.

mod jwt;
mod kernel;
mod multitenancy;
mod session;

use bytes::Bytes;
use http::{Method, Response};

use crate::{
    core::Context,
    http::{ApiError, Route},
};

type Reply = Result<Response<Bytes>, ApiError>;

/// Answers a request whose method its endpoint knows.
pub(crate) async fn answer(context: &Context<'_>) -> Reply {
    let is_get = context.request.method == Method::GET;
    match context.request.route {
        Route::Root => kernel::root(context),
        Route::Hello => kernel::hello(context),
        Route::ApiVersion => kernel::api_version(context),
        Route::UserById => kernel::user_by_id(context),
        Route::PublicKeySet => jwt::public_key_set(context).await,
        Route::KeySet => jwt::key_set(context).await,
        Route::SignJwt => jwt::sign(context).await,
        Route::Session if is_get => session::information(context).await,
        Route::Session => session::create(context).await,
        Route::VerifySession => session::verify(context).await,
        Route::RefreshSession => session::refresh(context).await,
        Route::RegenerateSession => session::regenerate(context).await,
        Route::SessionData if is_get => session::database_data(context).await,
        Route::SessionData => session::replace_database_data(context).await,
        Route::JwtData if is_get => session::payload(context).await,
        Route::JwtData => session::replace_payload(context).await,
        Route::SessionsOfUser => session::of_user(context).await,
        Route::RemoveSessions => session::remove(context).await,
        Route::Tenant if is_get => multitenancy::tenant(context),
        Route::Tenant => multitenancy::put_tenant(context).await,
        Route::Tenants => multitenancy::tenants(context),
        Route::RemoveTenant => multitenancy::remove_tenant(context).await,
        Route::App => multitenancy::put_app(context).await,
        Route::Apps => multitenancy::apps(context),
        Route::RemoveApp => multitenancy::remove_app(context).await,
    }
}

/// An answer that has nothing but a status.
fn status(status: &'static str) -> Reply {
    #[derive(serde::Serialize)]
    struct Status {
        status: &'static str,
    }

    crate::http::json(&Status { status })
}

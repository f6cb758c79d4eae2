//! Slowing down those who guess passwords.

mod in_memory;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;
use supertokens_kernel::http::{general_error_response, json_response};
use supertokens_kernel::{BoxFuture, Error, Request, TenantId, input};

pub use in_memory::InMemorySignInThrottle;

use crate::validators::normalised;

/// Decides whether somebody may try a password; asked before the core is. An application gives its own to
/// [`EmailPassword::throttle_sign_in`](crate::EmailPassword::throttle_sign_in), or an [`InMemorySignInThrottle`].
///
/// It must treat addresses that have no user as it treats those that have one, or it tells which there are.
pub trait SignInThrottle: Send + Sync + 'static {
    /// Whether an attempt may be made.
    ///
    /// # Errors
    ///
    /// An error is answered as any other: with a status of 500, and nobody signs in.
    fn before_sign_in(&self, attempt: SignInAttempt) -> BoxFuture<Result<ThrottleDecision, Error>>;

    /// Learns what became of an attempt that was allowed.
    ///
    /// # Errors
    ///
    /// Whoever has signed in stays so; the error is logged.
    fn after_sign_in(&self, attempt: SignInAttempt, outcome: SignInOutcome) -> BoxFuture<Result<(), Error>> {
        let _ = (attempt, outcome);
        Box::pin(std::future::ready(Ok(())))
    }
}

input! {
    /// An attempt to sign in, with a form that is filled in well.
    SignInAttempt {
        /// The tenant.
        tenant_id: TenantId,
        /// The e-mail address, trimmed and in lower case.
        email: NormalisedEmail,
        /// The request. Who sent it is for the application to say: the SDK sees no address, and a header such as
        /// `x-forwarded-for` can be made up by anybody whom no proxy of one's own stands before.
        request: Request,
        /// When it is made, in milliseconds since the Unix epoch, by the application's clock.
        now_ms: u64,
    } with {}
}

/// An e-mail address, trimmed and in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NormalisedEmail(String);

impl NormalisedEmail {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for NormalisedEmail {
    fn from(email: &str) -> Self {
        Self(normalised(email))
    }
}

/// Whether an attempt may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThrottleDecision {
    /// It may.
    Allow,
    /// It may not; the reply is `200 {"status": "GENERAL_ERROR", "message": ..}`, which official front ends show.
    GeneralError {
        /// What the front end shows.
        message: String,
        /// After how many seconds to try again, for the header `retry-after`.
        retry_after_s: Option<u64>,
    },
    /// It may not; the reply is `429 {"message": ..}`, for front ends and proxies of one's own.
    TooManyRequests {
        /// Why.
        message: String,
        /// After how many seconds to try again, for the header `retry-after`.
        retry_after_s: Option<u64>,
    },
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInOutcome {
    /// The password was right.
    SignedIn,
    /// The password was wrong, or there is no such address. So it counts too when an override of the API replies something
    /// else than the original, which may be its way to say so.
    WrongCredentials,
    /// The password was not looked at: something failed.
    Undecided,
}

impl ThrottleDecision {
    pub(crate) fn reply(self) -> Result<Option<Response<Bytes>>, Error> {
        let (mut response, retry_after_s) = match self {
            Self::Allow => return Ok(None),
            Self::GeneralError { message, retry_after_s } => (general_error_response(&message)?, retry_after_s),
            Self::TooManyRequests { message, retry_after_s } => {
                (json_response(StatusCode::TOO_MANY_REQUESTS, &json!({"message": message}))?, retry_after_s)
            }
        };
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(Some(response))
    }
}

#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod api;
mod apis;
pub mod claims;
mod config;
mod container;
mod error;
mod functions;
mod implementation;
mod in_request;
mod options;
mod payload;
mod port;
mod recipe;
mod sessions;
mod shared;
mod tokens;
mod transfer;
mod types;
mod verified;

pub use apis::{
    RefreshPost, SessionApi, SessionApis, SessionApisBuilder, SessionApisOverride, SignOutPost, SignOutPostResponse,
    VerifySession,
};
pub use claims::{ClaimValidationError, ClaimValidator, SessionClaim};
pub use config::{TokenTheft, TransferPurpose};
pub use container::SessionContainer;
pub use error::SessionError;
pub use functions::{
    CreateNewSession, FetchAndSetClaim, GetAllSessionHandlesForUser, GetClaimValue, GetGlobalClaimValidators,
    GetSession, GetSessionInformation, MergeIntoAccessTokenPayload, RefreshSession, RefreshToken,
    RegenerateAccessToken, RemoveClaim, RevokeAllSessionsForUser, RevokeMultipleSessions, RevokeSession,
    SessionFunction, SessionFunctions, SessionFunctionsBuilder, SessionOverride, SetClaimValue,
    UpdateSessionDataInDatabase, ValidateClaims,
};
pub use options::{DefaultOptions, SessionOptions};
pub use payload::{Key, Payload, PayloadError, RESERVED_CLAIMS};
pub use recipe::Session;
pub use sessions::{RefreshAntiCsrf, Sessions};
pub use supertokens_kernel::http::SameSite;
pub use tokens::{AccessToken, AccessTokenInfo};
pub use types::{
    AllowedTransferMethod, AntiCsrf, GetClaimValueResponse, NewAccessToken, RegeneratedAccessToken, SessionInformation,
    SessionTokens, TokenTransferMethod, TokenType, ValidateClaimsForSessionHandleResponse, ValidatedClaims,
    VerifySessionOptions,
};
pub use verified::VerifiedSession;

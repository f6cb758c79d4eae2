#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod api;
mod apis;
mod error;
mod form;
mod functions;
mod helpers;
mod implementation;
mod recipe;
mod throttle;
mod types;
mod validators;

pub use api::{
    EMAIL_EXISTS_API, EMAIL_EXISTS_API_OLD, GENERATE_PASSWORD_RESET_TOKEN_API, PASSWORD_RESET_API, SIGN_IN_API,
    SIGN_UP_API,
};
pub use apis::{
    EmailExistsGet, EmailExistsGetResponse, EmailPasswordApi, EmailPasswordApis, EmailPasswordApisBuilder,
    EmailPasswordApisOverride, GeneratePasswordResetTokenPost, GeneratePasswordResetTokenPostResponse,
    PasswordResetPost, PasswordResetPostResponse, SignInPost, SignInPostResponse, SignUpPost, SignUpPostResponse,
};
pub use error::{FieldError, FormFieldsError};
pub use form::{EMAIL_FIELD_ID, FormField, FormFields, PASSWORD_FIELD_ID};
pub use functions::{
    ConsumePasswordResetToken, ConsumePasswordResetTokenResponse, CreateNewRecipeUser, CreateNewRecipeUserResponse,
    CreateResetPasswordToken, CreateResetPasswordTokenResponse, EmailPasswordFunction, EmailPasswordFunctions,
    EmailPasswordFunctionsBuilder, EmailPasswordFunctionsOverride, SignIn, SignInResponse, SignUp, SignUpResponse,
    UpdateEmailOrPassword, UpdateEmailOrPasswordResponse, VerifyCredentials, VerifyCredentialsResponse,
};
pub use helpers::{
    CreateResetPasswordLinkResponse, ResetPasswordUsingToken, ResetPasswordUsingTokenResponse,
    SendResetPasswordEmailResponse,
};
pub use implementation::RevokeSessionsOnPasswordChange;
pub use recipe::EmailPassword;
pub use throttle::{
    InMemorySignInThrottle, NormalisedEmail, SignInAttempt, SignInOutcome, SignInThrottle, ThrottleDecision,
};
pub use types::{Password, PasswordResetEmail, PasswordResetUser, ResetPasswordToken};
pub use validators::{default_email_validator, default_password_validator};

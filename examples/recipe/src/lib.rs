//! A recipe that is none of SuperTokens' own: it counts the visits of signed-in users, up to a limit.
//!
//! The guide `docs/recipe-from-scratch.md` builds it step by step. It uses only what the crate `supertokens` makes
//! public, and lies outside the folder of SuperTokens' own recipes: theirs have nothing that this one has not.
//!
//! * [`Visits`] is the recipe: its configuration and its overrides.
//! * [`VisitsFunctions`], found by [`Visits::of`], are its functions; [`VisitsApis`] is its HTTP side,
//!   `POST <api base path>/visits`.
//! * [`VisitCounter`] is what other recipes and the application may ask it.
//! * [`VisitsError`] is what can go wrong, and has a reply of its own.

#![forbid(unsafe_code)]

mod api;
mod error;
mod functions;
mod implementation;
mod recipe;
mod types;

pub use error::VisitsError;
pub use functions::{
    RecordVisit, VisitPost, VisitPostResponse, VisitsApi, VisitsApis, VisitsApisBuilder, VisitsApisOverride,
    VisitsFunction, VisitsFunctions, VisitsFunctionsBuilder, VisitsFunctionsOverride,
};
pub use recipe::{DEFAULT_LIMIT, Visits};
pub use types::VisitCounter;

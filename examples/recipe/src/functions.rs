//! The functions and APIs of the recipe: what they take and what they give.

use serde::Serialize;
use supertokens::kernel::overridable;
use supertokens::session::SessionContainer;
use supertokens::{Exchange, UserContext};

use crate::api::ApiImplementation;
use crate::error::VisitsError;
use crate::implementation::Implementation;

/// What [`VisitsFunctions::record_visit`] takes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordVisit {
    /// Who visits.
    pub user_id: String,
    /// The request's context.
    pub user_context: UserContext,
}

impl RecordVisit {
    /// A visit, outside of any request.
    pub fn new(user_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), user_context: UserContext::new() }
    }

    /// Sets the request's context.
    #[must_use]
    pub fn user_context(mut self, user_context: UserContext) -> Self {
        self.user_context = user_context;
        self
    }
}

overridable! {
    /// The functions of the recipe; [`Visits::of`](crate::Visits::of) finds them.
    pub VisitsFunctions, VisitsFunctionsBuilder, VisitsFunctionsOverride, VisitsFunctionsLayer, VisitsFunction,
    recipe "visits", original Implementation, error VisitsError;
    /// Counts a visit of a user, and gives how many there have been.
    async fn record_visit(RecordVisit) -> u64;
}

/// What [`VisitsApis::visit_post`] takes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VisitPost {
    /// The recipe's functions, with all overrides.
    pub functions: VisitsFunctions,
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// Whose visit it is.
    pub session: SessionContainer,
    /// The request's context.
    pub user_context: UserContext,
}

/// What [`VisitsApis::visit_post`] gives, and what the reply says. Every status is 200.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status")]
#[non_exhaustive]
pub enum VisitPostResponse {
    /// The visit is counted.
    #[serde(rename = "OK")]
    Ok {
        /// How many there have been.
        visits: u64,
    },
    /// A message for the person.
    #[serde(rename = "GENERAL_ERROR")]
    GeneralError {
        /// The message.
        message: String,
    },
}

overridable! {
    /// The HTTP APIs of the recipe.
    pub VisitsApis, VisitsApisBuilder, VisitsApisOverride, VisitsApisLayer, VisitsApi,
    recipe "visits", original ApiImplementation, error VisitsError;
    /// `POST <api base path>/visits`: counts a visit of the session's user.
    async fn visit_post(VisitPost) -> VisitPostResponse, route;
}

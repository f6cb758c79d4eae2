#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

pub mod app_info;
pub mod auth_flow;
pub mod clock;
pub mod core_client;
pub mod delivery;
pub mod error;
pub mod http;
mod input;
pub mod overrides;
pub mod ports;
pub mod recipe;
pub mod route;
pub mod setup;
pub mod tenant;
pub mod url;
pub mod user_context;
pub mod users;

pub use app_info::{AppInfo, NormalisedAppInfo};
pub use auth_flow::AuthFlow;
pub use clock::{Clock, ManualClock, SystemClock};
pub use core_client::{CoreClient, CoreError, CorePath, CoreTransport};
pub use error::{BoxError, Error, InitError, RecipeError};
pub use http::{Exchange, Request, ResponseChanges};
pub use overrides::BoxFuture;
pub use ports::{Ports, PortsOwner};
pub use recipe::{Recipe, RecipeUserId};
pub use route::{ApiCall, Route};
pub use setup::Setup;
pub use tenant::{DEFAULT_TENANT_ID, TenantId};
pub use user_context::UserContext;
pub use users::{AccountInfo, AccountInfoWithRecipeId, LoginMethod, RecipeId, ThirdPartyInfo, User, Users};

/// What the [`overridable!`] macro expands to needs; not for direct use.
#[doc(hidden)]
pub mod __private {
    pub use tracing;
}

//! The HTTP routes of the recipe.

mod login_methods_get;

use supertokens_kernel::Ports;

pub use login_methods_get::LOGIN_METHODS_API;
pub(crate) use login_methods_get::login_methods_get;

/// The original APIs.
pub struct ApiImplementation {
    pub(crate) ports: Ports,
}

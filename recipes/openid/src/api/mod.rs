//! The HTTP routes of the recipe.

mod get_open_id_discovery_configuration;

pub use get_open_id_discovery_configuration::GET_DISCOVERY_CONFIG_URL;
pub(crate) use get_open_id_discovery_configuration::get_open_id_discovery_configuration;

/// The original APIs.
pub struct ApiImplementation;

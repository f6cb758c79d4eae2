//! What the functions speak of.

mod login_methods;
mod provider;
mod settings;
mod tenant;

pub use login_methods::{LoginMethods, LoginProvider};
pub use provider::{ProviderClientConfig, ProviderConfig, UserFields, UserInfoMap};
pub use settings::Settings;
pub use supertokens_kernel::ports::AssociateUserToTenantResponse;
pub(crate) use tenant::TenantAnswer;
pub use tenant::{Change, CreateOrUpdateThirdPartyConfigResponse, TenantConfig};

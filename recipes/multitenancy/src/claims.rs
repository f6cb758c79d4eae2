//! The domains of a tenant as a claim of the access token.

use std::sync::Arc;

use supertokens_kernel::{BoxFuture, Error, TenantId, UserContext};
use supertokens_session::claims::{ArrayValidators, FetchClaim, SessionClaim};

/// The domains that sessions of the session's tenant may be used on: the claim `st-t-dmns`. What they are is said by
/// [`get_allowed_domains_for_tenant_id`](crate::Multitenancy::get_allowed_domains_for_tenant_id); without it, the claim
/// has no value, and no validator of it is content.
///
/// ```
/// use supertokens_multitenancy::AllowedDomainsClaim;
///
/// let here = AllowedDomainsClaim::validators().includes("customer1.acme.com");
/// assert_eq!(here.id(), "st-t-dmns");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct AllowedDomainsClaim;

impl AllowedDomainsClaim {
    /// What a route can demand of the domains.
    pub fn validators() -> ArrayValidators<Self> {
        ArrayValidators::new(Self)
    }
}

impl SessionClaim for AllowedDomainsClaim {
    type Value = Vec<String>;

    fn key(&self) -> &str {
        "st-t-dmns"
    }

    async fn fetch_value(&self, input: FetchClaim) -> Result<Option<Vec<String>>, Error> {
        match input.ports.get::<AllowedDomains>() {
            Some(allowed_domains) => (allowed_domains.0)(input.tenant_id, input.user_context).await,
            None => Ok(None),
        }
    }
}

type GetAllowedDomains =
    Arc<dyn Fn(TenantId, UserContext) -> BoxFuture<Result<Option<Vec<String>>, Error>> + Send + Sync>;

/// The application's function, where the claim finds it.
#[derive(Clone)]
pub(crate) struct AllowedDomains(pub(crate) GetAllowedDomains);

//! Which factors a person may use first.

use super::AuthFlow;
use crate::error::Error;
use crate::ports::{AvailableFirstFactors, Multitenancy, StaticFirstFactors, TenantFactors, factor_ids};
use crate::tenant::TenantId;
use crate::user_context::UserContext;

/// Whether a factor may be the first one in a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstFactorValidity {
    /// It may.
    Valid,
    /// It may not.
    Invalid,
    /// There is no such tenant.
    TenantNotFound,
}

impl AuthFlow {
    /// The first factors of a tenant; nothing if there is no such tenant.
    ///
    /// They are the tenant's own list, else that of the application, else all that its recipes bring. What the SDK knows
    /// but no recipe of the application brings is left out; the application's own factors stay.
    ///
    /// # Errors
    ///
    /// What the core or an override fails with; so for all that follow.
    pub async fn get_available_first_factors(
        &self,
        tenant_id: &TenantId,
        context: &UserContext,
    ) -> Result<Option<Vec<String>>, Error> {
        let tenant = match self.ports.get::<dyn Multitenancy>() {
            Some(tenants) => tenants.get_tenant_factors(tenant_id.clone(), context.clone()).await?,
            None => Some(TenantFactors::default()),
        };
        let Some(tenant) = tenant else {
            return Ok(None);
        };
        let available = self.available_first_factors();
        let of_application = || self.ports.get::<StaticFirstFactors>().map(|factors| factors.factor_ids().to_vec());
        let configured = tenant.first_factors.or_else(of_application).unwrap_or_else(|| available.clone());
        let is_backed = |id: &String| available.contains(id) || !factor_ids::ALL.contains(&id.as_str());
        Ok(Some(configured.into_iter().filter(is_backed).collect()))
    }

    /// Whether a factor may be the first one in a tenant.
    pub async fn is_valid_first_factor(
        &self,
        tenant_id: &TenantId,
        factor_id: &str,
        context: &UserContext,
    ) -> Result<FirstFactorValidity, Error> {
        Ok(match self.get_available_first_factors(tenant_id, context).await? {
            None => FirstFactorValidity::TenantNotFound,
            Some(factors) if factors.iter().any(|id| id == factor_id) => FirstFactorValidity::Valid,
            Some(_) => FirstFactorValidity::Invalid,
        })
    }

    /// Those of the factors that may be the first one.
    ///
    /// # Errors
    ///
    /// If none may be: without a session, as without a good one; with a session, [`Error::BadInput`].
    pub async fn filter_out_invalid_first_factors(
        &self,
        factor_ids: &[String],
        tenant_id: &TenantId,
        has_session: bool,
        context: &UserContext,
    ) -> Result<Vec<String>, Error> {
        let Some(available) = self.get_available_first_factors(tenant_id, context).await? else {
            return Err(match has_session {
                true => self.unauthorised("Tenant not found"),
                false => Error::misuse(format!("there is no tenant `{tenant_id}`; create it, or use another")),
            });
        };
        let valid: Vec<String> = factor_ids.iter().filter(|id| available.contains(id)).cloned().collect();
        if !valid.is_empty() {
            return Ok(valid);
        }
        Err(match has_session {
            true => Error::bad_input(
                "First factor sign in/up called for a non-first factor with an active session. This might indicate that \
                 you are trying to use this as a secondary factor, but disabled account linking.",
            ),
            false => self.unauthorised("A valid session is required to authenticate with secondary factors"),
        })
    }

    /// What the recipes bring, each once, in the order of the recipes.
    fn available_first_factors(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for factors in self.ports.all::<AvailableFirstFactors>() {
            for id in factors.factor_ids() {
                if !all.contains(id) {
                    all.push(id.clone());
                }
            }
        }
        all
    }
}

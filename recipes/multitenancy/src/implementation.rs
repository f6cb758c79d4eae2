//! What the functions do unless they are overridden: one call of the core each.

use serde::{Deserialize, Serialize};
use supertokens_kernel::ports::AssociateUserToTenant;
use supertokens_kernel::{CoreClient, CorePath, Error, TenantId};

use crate::functions::{
    CreateOrUpdateTenant, CreateOrUpdateThirdPartyConfig, DeleteTenant, DeleteThirdPartyConfig,
    DisassociateUserFromTenant, GetTenant, GetTenantId, ListAllTenants, MultitenancyFunctions as Top,
};
use crate::types::{
    AssociateUserToTenantResponse, Change, CreateOrUpdateThirdPartyConfigResponse, ProviderConfig, Settings,
    TenantAnswer, TenantConfig,
};

/// The original functions.
pub struct Implementation {
    pub(crate) core: CoreClient,
}

impl Implementation {
    pub(crate) async fn get_tenant_id(&self, input: GetTenantId, _top: &Top) -> Result<TenantId, Error> {
        Ok(input.tenant_id_from_frontend)
    }

    pub(crate) async fn create_or_update_tenant(&self, input: CreateOrUpdateTenant, _top: &Top) -> Result<bool, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            tenant_id: &'a TenantId,
            #[serde(skip_serializing_if = "Change::is_keep")]
            first_factors: &'a Change<Vec<String>>,
            #[serde(skip_serializing_if = "Change::is_keep")]
            required_secondary_factors: &'a Change<Vec<String>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            core_config: Option<&'a Settings>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            created_new: bool,
        }
        let body = Body {
            tenant_id: &input.tenant_id,
            first_factors: &input.first_factors,
            required_secondary_factors: &input.required_secondary_factors,
            core_config: Some(&input.core_config).filter(|settings| !settings.is_empty()),
        };
        let path = CorePath::app("/recipe/multitenancy/tenant/v2");
        let answer: Answer = self.core.put(path, &body, &input.user_context).await?;
        Ok(answer.created_new)
    }

    pub(crate) async fn delete_tenant(&self, input: DeleteTenant, _top: &Top) -> Result<bool, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            tenant_id: &'a TenantId,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            did_exist: bool,
        }
        let body = Body { tenant_id: &input.tenant_id };
        let path = CorePath::app("/recipe/multitenancy/tenant/remove");
        let answer: Answer = self.core.post(path, &body, &input.user_context).await?;
        Ok(answer.did_exist)
    }

    pub(crate) async fn get_tenant(&self, input: GetTenant, _top: &Top) -> Result<Option<TenantConfig>, Error> {
        #[derive(Deserialize)]
        #[serde(tag = "status")]
        enum Answer {
            #[serde(rename = "OK")]
            Ok(TenantAnswer),
            #[serde(rename = "TENANT_NOT_FOUND_ERROR")]
            TenantNotFound,
        }
        let path = CorePath::tenant(&input.tenant_id, "/recipe/multitenancy/tenant/v2");
        Ok(match self.core.get(path, &[], &input.user_context).await? {
            Answer::Ok(tenant) => Some(tenant.into()),
            Answer::TenantNotFound => None,
        })
    }

    pub(crate) async fn list_all_tenants(&self, input: ListAllTenants, _top: &Top) -> Result<Vec<TenantConfig>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            tenants: Vec<TenantAnswer>,
        }
        let path = CorePath::app("/recipe/multitenancy/tenant/list/v2");
        let answer: Answer = self.core.get(path, &[], &input.user_context).await?;
        Ok(answer.tenants.into_iter().map(TenantConfig::from).collect())
    }

    pub(crate) async fn create_or_update_third_party_config(
        &self,
        input: CreateOrUpdateThirdPartyConfig,
        _top: &Top,
    ) -> Result<CreateOrUpdateThirdPartyConfigResponse, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            config: &'a ProviderConfig,
            #[serde(skip_serializing_if = "Option::is_none")]
            skip_validation: Option<bool>,
        }
        let body = Body { config: &input.config, skip_validation: input.skip_validation };
        let path = CorePath::tenant(&input.tenant_id, "/recipe/multitenancy/config/thirdparty");
        Ok(self.core.put(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn delete_third_party_config(
        &self,
        input: DeleteThirdPartyConfig,
        _top: &Top,
    ) -> Result<bool, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            third_party_id: &'a str,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            did_config_exist: bool,
        }
        let body = Body { third_party_id: &input.third_party_id };
        let path = CorePath::tenant(&input.tenant_id, "/recipe/multitenancy/config/thirdparty/remove");
        let answer: Answer = self.core.post(path, &body, &input.user_context).await?;
        Ok(answer.did_config_exist)
    }

    pub(crate) async fn associate_user_to_tenant(
        &self,
        input: AssociateUserToTenant,
        _top: &Top,
    ) -> Result<AssociateUserToTenantResponse, Error> {
        let body = LoginMethodBody { recipe_user_id: input.recipe_user_id.as_str() };
        let path = CorePath::tenant(&input.tenant_id, "/recipe/multitenancy/tenant/user");
        Ok(self.core.post(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn disassociate_user_from_tenant(
        &self,
        input: DisassociateUserFromTenant,
        _top: &Top,
    ) -> Result<bool, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            was_associated: bool,
        }
        let body = LoginMethodBody { recipe_user_id: input.recipe_user_id.as_str() };
        let path = CorePath::tenant(&input.tenant_id, "/recipe/multitenancy/tenant/user/remove");
        let answer: Answer = self.core.post(path, &body, &input.user_context).await?;
        Ok(answer.was_associated)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginMethodBody<'a> {
    recipe_user_id: &'a str,
}

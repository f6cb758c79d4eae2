//! The functions that recipes and applications call.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::listing::{DeleteUser, GetUser, GetUsers, ListUsersByAccountInfo, TimeJoinedOrder, UserPage};
use super::mapping::{
    CreateUserIdMapping, CreateUserIdMappingResponse, DeleteUserIdMapping, DeleteUserIdMappingResponse,
    GetUserIdMapping, GetUserIdMappingResponse, UpdateOrDeleteUserIdMappingInfo,
    UpdateOrDeleteUserIdMappingInfoResponse, UserIdType,
};
use super::user::{RecipeId, User};
use crate::core_client::{CoreClient, CorePath};
use crate::error::Error;
use crate::ports::{AccountLinking, Ports};
use crate::tenant::TenantId;
use crate::user_context::UserContext;

const USER_ID_MAPPING: &str = "/recipe/userid/map";

/// The users of an application, found by [`Users::of`]. Cheap to clone.
///
/// ```
/// use supertokens_kernel::users::{GetUsers, UserSearch};
/// use supertokens_kernel::{Error, Ports, Users};
///
/// async fn find(app: &impl AsRef<Ports>) -> Result<(), Error> {
///     let users = Users::of(app)?;
///     let ada = users.get_user("the user's id").await?;
///     let query = UserSearch { email: Some("ada".to_owned()), ..UserSearch::default() };
///     let page = users.get_users_newest_first(GetUsers::new("public").limit(10).query(query)).await?;
///     # let _ = (ada, page);
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Users {
    core: CoreClient,
    ports: Ports,
    context: Option<UserContext>,
}

impl Users {
    pub(crate) fn new(core: CoreClient, ports: Ports) -> Self {
        Self { core, ports, context: None }
    }

    /// The users of an application.
    ///
    /// # Errors
    ///
    /// [`Error::NotInitialised`] if the application is not complete yet, or gone.
    pub fn of(app: &impl AsRef<Ports>) -> Result<Self, Error> {
        Ok((*app.as_ref().get::<Self>().ok_or(Error::NotInitialised)?).clone())
    }

    /// The same functions, called with this context: what overrides find in it, and share through it. Inputs that carry
    /// a context get this one instead.
    #[must_use]
    pub fn with_user_context(&self, context: UserContext) -> Self {
        Self { context: Some(context), ..self.clone() }
    }

    /// A user by their id, or by the recipe user id of one of the login methods.
    ///
    /// # Errors
    ///
    /// What the core or an override fails with; so for all that follow.
    pub async fn get_user(&self, user_id: impl Into<String>) -> Result<Option<User>, Error> {
        let input = self.in_context(GetUser::new(user_id), |input, context| input.user_context = context);
        match self.linking() {
            Some(linking) => linking.get_user(input).await,
            None => self.get_user_from_core(input).await,
        }
    }

    /// The users of a tenant, those who joined first on the first page.
    pub async fn get_users_oldest_first(&self, input: GetUsers) -> Result<UserPage, Error> {
        self.get_users(input.time_joined_order(TimeJoinedOrder::Ascending)).await
    }

    /// The users of a tenant, those who joined last on the first page.
    pub async fn get_users_newest_first(&self, input: GetUsers) -> Result<UserPage, Error> {
        self.get_users(input.time_joined_order(TimeJoinedOrder::Descending)).await
    }

    /// How many users there are who sign in with one of these recipes, or with any where the list is empty; in one
    /// tenant, or in all.
    pub async fn get_user_count(
        &self,
        include_recipe_ids: &[RecipeId],
        tenant_id: Option<TenantId>,
    ) -> Result<u64, Error> {
        #[derive(Deserialize)]
        struct Count {
            count: u64,
        }
        let recipes = comma_separated(include_recipe_ids);
        let mut query = vec![("includeAllTenants", if tenant_id.is_none() { "true" } else { "false" })];
        if !recipes.is_empty() {
            query.push(("includeRecipeIds", &recipes));
        }
        let tenant_id = tenant_id.unwrap_or_default();
        let path = CorePath::tenant(&tenant_id, "/users/count");
        Ok(self.core.get::<Count>(path, &query, &self.context()).await?.count)
    }

    /// The users of a tenant who have this account information.
    pub async fn list_users_by_account_info(&self, input: ListUsersByAccountInfo) -> Result<Vec<User>, Error> {
        let input = self.in_context(input, |input, context| input.user_context = context);
        match self.linking() {
            Some(linking) => linking.list_users_by_account_info(input).await,
            None => self.list_users_by_account_info_from_core(input).await,
        }
    }

    /// Deletes a user with all that recipes keep of them. To delete a user who does not exist is no error.
    pub async fn delete_user(&self, input: DeleteUser) -> Result<(), Error> {
        let input = self.in_context(input, |input, context| input.user_context = context);
        match self.linking() {
            Some(linking) => linking.delete_user(input).await,
            None => self.delete_user_from_core(input).await,
        }
    }

    /// Gives a user an id of the application's own.
    pub async fn create_user_id_mapping(
        &self,
        input: CreateUserIdMapping,
    ) -> Result<CreateUserIdMappingResponse, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            super_tokens_user_id: &'a str,
            external_user_id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            external_user_id_info: Option<&'a str>,
            force: bool,
        }
        let body = Body {
            super_tokens_user_id: &input.super_tokens_user_id,
            external_user_id: &input.external_user_id,
            external_user_id_info: input.external_user_id_info.as_deref(),
            force: input.force,
        };
        let context = self.context_or(input.user_context);
        Ok(self.core.post(CorePath::app(USER_ID_MAPPING), &body, &context).await?)
    }

    /// The mapping that an id is part of.
    pub async fn get_user_id_mapping(&self, input: GetUserIdMapping) -> Result<GetUserIdMappingResponse, Error> {
        let query = [("userId", input.user_id.as_str()), ("userIdType", input.user_id_type.as_str())];
        let context = self.context_or(input.user_context);
        Ok(self.core.get(CorePath::app(USER_ID_MAPPING), &query, &context).await?)
    }

    /// Gives a user the core's id back.
    pub async fn delete_user_id_mapping(
        &self,
        input: DeleteUserIdMapping,
    ) -> Result<DeleteUserIdMappingResponse, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            user_id: &'a str,
            user_id_type: UserIdType,
            force: bool,
        }
        let body = Body { user_id: &input.user_id, user_id_type: input.user_id_type, force: input.force };
        let context = self.context_or(input.user_context);
        Ok(self.core.post(CorePath::app("/recipe/userid/map/remove"), &body, &context).await?)
    }

    /// Stores what is kept with a mapping, or deletes it.
    pub async fn update_or_delete_user_id_mapping_info(
        &self,
        input: UpdateOrDeleteUserIdMappingInfo,
    ) -> Result<UpdateOrDeleteUserIdMappingInfoResponse, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            user_id: &'a str,
            user_id_type: UserIdType,
            // The core deletes it where this is null, and refuses a body without it.
            external_user_id_info: Option<&'a str>,
        }
        let body = Body {
            user_id: &input.user_id,
            user_id_type: input.user_id_type,
            external_user_id_info: input.external_user_id_info.as_deref().filter(|info| !info.is_empty()),
        };
        let context = self.context_or(input.user_context);
        Ok(self.core.put(CorePath::app("/recipe/userid/external-user-id-info"), &body, &context).await?)
    }

    /// The core's answer to [`get_user`](Self::get_user), past all overrides: what a recipe's original does.
    pub async fn get_user_from_core(&self, input: GetUser) -> Result<Option<User>, Error> {
        #[derive(Deserialize)]
        #[serde(tag = "status")]
        enum Answer {
            #[serde(rename = "OK")]
            Ok { user: Box<User> },
            #[serde(rename = "UNKNOWN_USER_ID_ERROR")]
            UnknownUserId,
        }
        let query = [("userId", input.user_id.as_str())];
        Ok(match self.core.get(CorePath::app("/user/id"), &query, &input.user_context).await? {
            Answer::Ok { user } => Some(*user),
            Answer::UnknownUserId => None,
        })
    }

    /// The core's answer to [`get_users_oldest_first`](Self::get_users_oldest_first) and its sibling, past all
    /// overrides.
    pub async fn get_users_from_core(&self, input: GetUsers) -> Result<UserPage, Error> {
        let (limit, recipes) = (input.limit.map(|limit| limit.to_string()), comma_separated(&input.include_recipe_ids));
        let mut query = vec![("timeJoinedOrder", input.time_joined_order.as_str())];
        let optional = [
            ("includeRecipeIds", Some(recipes.as_str()).filter(|recipes| !recipes.is_empty())),
            ("limit", limit.as_deref()),
            ("paginationToken", input.pagination_token.as_deref()),
            ("email", input.query.email.as_deref()),
            ("phone", input.query.phone.as_deref()),
            ("provider", input.query.provider.as_deref()),
        ];
        query.extend(given(optional));
        let path = CorePath::tenant(&input.tenant_id, "/users");
        Ok(self.core.get(path, &query, &input.user_context).await?)
    }

    /// The core's answer to [`list_users_by_account_info`](Self::list_users_by_account_info), past all overrides.
    pub async fn list_users_by_account_info_from_core(
        &self,
        input: ListUsersByAccountInfo,
    ) -> Result<Vec<User>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            users: Vec<User>,
        }
        let (info, union) = (&input.account_info, input.do_union_of_account_info);
        let mut query = vec![("doUnionOfAccountInfo", if union { "true" } else { "false" })];
        let third_party = info.third_party.as_ref();
        query.extend(given([
            ("email", info.email.as_deref()),
            ("phoneNumber", info.phone_number.as_deref()),
            ("thirdPartyId", third_party.map(|third_party| third_party.id.as_str())),
            ("thirdPartyUserId", third_party.map(|third_party| third_party.user_id.as_str())),
            ("webauthnCredentialId", info.webauthn_credential_id.as_deref()),
        ]));
        let path = CorePath::tenant(&input.tenant_id, "/users/by-accountinfo");
        Ok(self.core.get::<Answer>(path, &query, &input.user_context).await?.users)
    }

    /// Deletes a user, past all overrides.
    pub async fn delete_user_from_core(&self, input: DeleteUser) -> Result<(), Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            user_id: &'a str,
            remove_all_linked_accounts: bool,
        }
        let body = Body { user_id: &input.user_id, remove_all_linked_accounts: input.remove_all_linked_accounts };
        let _: serde::de::IgnoredAny =
            self.core.post(CorePath::app("/user/remove"), &body, &input.user_context).await?;
        Ok(())
    }

    async fn get_users(&self, input: GetUsers) -> Result<UserPage, Error> {
        let input = self.in_context(input, |input, context| input.user_context = context);
        match self.linking() {
            Some(linking) => linking.get_users(input).await,
            None => self.get_users_from_core(input).await,
        }
    }

    fn linking(&self) -> Option<Arc<dyn AccountLinking>> {
        self.ports.get()
    }

    fn context(&self) -> UserContext {
        self.context.clone().unwrap_or_default()
    }

    fn context_or(&self, of_input: UserContext) -> UserContext {
        self.context.clone().unwrap_or(of_input)
    }

    fn in_context<I>(&self, mut input: I, set: impl FnOnce(&mut I, UserContext)) -> I {
        if let Some(context) = &self.context {
            set(&mut input, context.clone());
        }
        input
    }
}

fn comma_separated(recipe_ids: &[RecipeId]) -> String {
    recipe_ids.iter().map(RecipeId::as_str).collect::<Vec<_>>().join(",")
}

fn given<'a, const N: usize>(query: [(&'a str, Option<&'a str>); N]) -> impl Iterator<Item = (&'a str, &'a str)> {
    query.into_iter().filter_map(|(key, value)| Some((key, value?)))
}

impl std::fmt::Debug for Users {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Users").finish_non_exhaustive()
    }
}

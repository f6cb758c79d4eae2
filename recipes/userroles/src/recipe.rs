//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use supertokens_kernel::{Error, InitError, Ports, Recipe, Setup};
use supertokens_session::claims::AnyClaim;

use crate::claims::{PermissionClaim, UserRoleClaim};
use crate::functions::{UserRolesFunctions, UserRolesFunctionsBuilder};
use crate::implementation::Implementation;

const RECIPE_ID: &str = "userroles";

/// The `userroles` recipe, to be configured, overridden, and handed to `SuperTokens::init`.
#[derive(Clone, Default)]
#[must_use]
pub struct UserRoles {
    skip_adding_roles_to_access_token: bool,
    skip_adding_permissions_to_access_token: bool,
    functions: UserRolesFunctionsBuilder,
}

impl UserRoles {
    /// The recipe with its defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The recipe's functions in an application that has it.
    pub fn of(app: &impl AsRef<Ports>) -> Result<UserRolesFunctions, Error> {
        Ok(app.as_ref().require::<UserRolesFunctions>(RECIPE_ID)?.as_ref().clone())
    }

    /// Whether [`UserRoleClaim`] is left out of new sessions, where tokens would grow too long. Routes that demand it
    /// fetch it then.
    pub fn skip_adding_roles_to_access_token(mut self, skip: bool) -> Self {
        self.skip_adding_roles_to_access_token = skip;
        self
    }

    /// Whether [`PermissionClaim`] is left out of new sessions, where tokens would grow too long. Routes that demand it
    /// fetch it then.
    pub fn skip_adding_permissions_to_access_token(mut self, skip: bool) -> Self {
        self.skip_adding_permissions_to_access_token = skip;
        self
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(UserRolesFunctionsBuilder) -> UserRolesFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }
}

impl Recipe for UserRoles {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        if !self.skip_adding_roles_to_access_token {
            setup.add(Arc::new(AnyClaim::new(&UserRoleClaim)));
        }
        if !self.skip_adding_permissions_to_access_token {
            setup.add(Arc::new(AnyClaim::new(&PermissionClaim)));
        }
        let functions = self.functions.clone().build(Implementation { core: setup.core() });
        setup.provide(Arc::new(functions))
    }
}

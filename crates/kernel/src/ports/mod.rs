//! Where recipes meet while the application runs.
//!
//! Recipes that need each other, perhaps in a circle, do not depend on each other's crates: they look a trait (or a
//! type) up here when they are called. What is looked up is found by its type.

mod account_linking;
mod email_verification;
mod factors;
mod multitenancy;
mod session;

use std::any::Any;
use std::sync::{Arc, OnceLock, Weak};

pub use account_linking::{
    AccountLinking, AutomaticLinking, GetPrimaryUserThatCanBeLinkedToRecipeUserId, IsEmailChangeAllowed,
    IsEmailChangeAllowedResponse, IsSignInAllowed, IsSignUpAllowed, ShouldBecomePrimaryUser,
    ShouldDoAutomaticAccountLinking, TryLinkingByAccountInfoOrCreatePrimaryUser,
    TryLinkingByAccountInfoOrCreatePrimaryUserResponse, VerifyEmailForRecipeUserIfLinkedAccountsAreVerified,
};
pub use email_verification::{
    EmailVerification, IsEmailVerified, VerifyEmailWithoutSending, VerifyEmailWithoutSendingResponse,
};
pub use factors::{
    AvailableFirstFactors, GetValidSecondaryFactors, MarkFactorAsCompleteInSession, MultiFactor, StaticFirstFactors,
    factor_ids,
};
pub use multitenancy::{AssociateUserToTenant, AssociateUserToTenantResponse, Multitenancy, TenantFactors};
pub use session::{ActiveSession, CreateSession, Sessions, ShouldTryLinkingWithSessionUser};

use crate::error::{Error, InitError};
use crate::overrides::BoxFuture;
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;
use crate::user_context::UserContext;

/// What recipes provide to each other and to the application, by type.
///
/// A handle: recipes keep it, and it does not keep them alive. When the application is gone, it finds nothing.
#[derive(Clone, Default)]
pub struct Ports {
    map: Weak<OnceLock<PortMap>>,
}

/// Keeps the ports of an application alive.
#[derive(Clone)]
pub struct PortsOwner {
    map: Arc<OnceLock<PortMap>>,
    ports: Ports,
}

/// For each type `T` a `Vec<Arc<T>>`. They are few, and looked up with every request: a walk is quicker than hashing.
#[derive(Default)]
pub(crate) struct PortMap(Vec<Box<dyn Any + Send + Sync>>);

impl Ports {
    /// The one provider of `T`, or nothing if no recipe of this application provides it, or before all are built.
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.with_all(|all| all.first().cloned())
    }

    /// The one provider of `T`, which belongs to the recipe `recipe`; without it, an error that names the recipe.
    pub fn require<T: ?Sized + Send + Sync + 'static>(&self, recipe: &'static str) -> Result<Arc<T>, Error> {
        self.get::<T>().ok_or(Error::RecipeNotInitialised { recipe })
    }

    /// All that recipes added of `T`, in the order of the recipes.
    pub fn all<T: ?Sized + Send + Sync + 'static>(&self) -> Vec<Arc<T>> {
        self.with_all(<[Arc<T>]>::to_vec)
    }

    fn with_all<T: ?Sized + Send + Sync + 'static, R>(&self, f: impl FnOnce(&[Arc<T>]) -> R) -> R {
        let map = self.map.upgrade();
        f(map.as_ref().and_then(|map| map.get()).and_then(PortMap::list).map_or(&[], Vec::as_slice))
    }
}

impl PortsOwner {
    pub(crate) fn complete(&self, map: PortMap) {
        // A second call cannot happen: each Setup is finished once.
        let _ = self.map.set(map);
    }
}

impl Default for PortsOwner {
    fn default() -> Self {
        let map = Arc::new(OnceLock::new());
        Self { ports: Ports { map: Arc::downgrade(&map) }, map }
    }
}

impl AsRef<Ports> for PortsOwner {
    fn as_ref(&self) -> &Ports {
        &self.ports
    }
}

impl AsRef<Ports> for Ports {
    fn as_ref(&self) -> &Ports {
        self
    }
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}

impl PortMap {
    pub(crate) fn provide<T: ?Sized + Send + Sync + 'static>(&mut self, value: Arc<T>) -> Result<(), InitError> {
        if self.list::<T>().is_some() {
            return Err(InitError::DuplicateProvider { what: std::any::type_name::<T>() });
        }
        self.add(value);
        Ok(())
    }

    pub(crate) fn add<T: ?Sized + Send + Sync + 'static>(&mut self, value: Arc<T>) {
        match self.0.iter_mut().find_map(|list| list.downcast_mut::<Vec<Arc<T>>>()) {
            Some(list) => list.push(value),
            None => self.0.push(Box::new(vec![value])),
        }
    }

    fn list<T: ?Sized + Send + Sync + 'static>(&self) -> Option<&Vec<Arc<T>>> {
        self.0.iter().find_map(|list| list.downcast_ref())
    }
}

/// Provided by the recipe that knows who is linked with whom; without one, every user is only themselves.
pub trait PrimaryUsers: Send + Sync {
    /// The id that a session of `recipe_user_id` is made for.
    fn user_id_of(&self, recipe_user_id: RecipeUserId, context: UserContext) -> BoxFuture<Result<String, Error>>;
}

/// Provided by the recipe that decides about tenants; without one, the tenant of a request is the one in its path.
pub trait Tenants: Send + Sync {
    /// The tenant to use where the front end says `tenant_id`.
    fn tenant_id_of(&self, tenant_id: TenantId, context: UserContext) -> BoxFuture<Result<TenantId, Error>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    trait Greets: Send + Sync {
        fn greet(&self) -> String;
    }
    struct Hello(&'static str);
    impl Greets for Hello {
        fn greet(&self) -> String {
            self.0.to_owned()
        }
    }

    #[test]
    fn a_trait_is_found_by_its_type_in_the_order_of_adding() {
        let owner = PortsOwner::default();
        let early = owner.as_ref().clone();
        assert!(early.get::<dyn Greets>().is_none());
        let mut map = PortMap::default();
        map.add::<dyn Greets>(Arc::new(Hello("a")));
        map.add::<dyn Greets>(Arc::new(Hello("b")));
        owner.complete(map);
        let all: Vec<_> = early.all::<dyn Greets>().iter().map(|port| port.greet()).collect();
        assert_eq!(all, ["a", "b"]);
        assert!(matches!(early.require::<str>("x"), Err(Error::RecipeNotInitialised { recipe: "x" })));
        drop(owner);
        assert!(early.get::<dyn Greets>().is_none(), "a handle does not keep an application alive");
    }

    #[test]
    fn what_only_one_may_provide_is_refused_from_a_second() {
        let mut map = PortMap::default();
        map.provide::<dyn Greets>(Arc::new(Hello("a"))).unwrap();
        let second = map.provide::<dyn Greets>(Arc::new(Hello("b")));
        assert!(matches!(second, Err(InitError::DuplicateProvider { .. })));
    }
}

//! What travels with one request through every function and override.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::core_client::cache::CoreCallCache;
use crate::http::Request;

/// What travels with one request through every function and override: the application's own values, the request, and
/// the answers that the core has already given.
///
/// A context is made per request and passed explicitly; nothing is ever read from a global or a task-local. Clones
/// belong to the same request and share its values, so that what an override of one function inserts, the override of
/// a later function finds.
///
/// ```
/// use supertokens_kernel::UserContext;
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct IsSignUp(bool);
///
/// let context = UserContext::new();
/// context.insert(IsSignUp(true));
/// assert_eq!(context.get::<IsSignUp>(), Some(IsSignUp(true)));
/// ```
#[derive(Clone, Default)]
pub struct UserContext {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    request: OnceLock<Request>,
    keep_cache_alive: bool,
    values: Mutex<HashMap<TypeId, Box<dyn Any + Send>>>,
    core_call_cache: Mutex<CoreCallCache>,
}

impl UserContext {
    /// A context without a request, for calls outside of any.
    pub fn new() -> Self {
        Self::default()
    }

    /// The context of a request. Its cache of core answers outlives writes made by other requests.
    pub fn for_request(request: Request) -> Self {
        Self { inner: Arc::new(Inner { request: request.into(), keep_cache_alive: true, ..Inner::default() }) }
    }

    /// The request that this context belongs to.
    pub fn request(&self) -> Option<&Request> {
        self.inner.request.get()
    }

    /// Gives the context its request, unless it has one.
    pub fn set_request_if_absent(&self, request: &Request) {
        self.inner.request.get_or_init(|| request.clone());
    }

    /// Keeps a value for the rest of the request, by its type. Gives back the one that it replaces.
    pub fn insert<T: Send + 'static>(&self, value: T) -> Option<T> {
        let mut values = self.inner.values.lock().unwrap_or_else(PoisonError::into_inner);
        let replaced = values.insert(TypeId::of::<T>(), Box::new(value))?;
        replaced.downcast().ok().map(|value| *value)
    }

    /// A copy of the value of this type.
    pub fn get<T: Clone + 'static>(&self) -> Option<T> {
        let values = self.inner.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(&TypeId::of::<T>())?.downcast_ref::<T>().cloned()
    }

    /// Takes the value of this type out.
    pub fn remove<T: 'static>(&self) -> Option<T> {
        let mut values = self.inner.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.remove(&TypeId::of::<T>())?.downcast().ok().map(|value| *value)
    }

    pub(crate) fn keeps_cache_alive(&self) -> bool {
        self.inner.keep_cache_alive
    }

    pub(crate) fn with_core_call_cache<R>(&self, f: impl FnOnce(&mut CoreCallCache) -> R) -> R {
        f(&mut self.inner.core_call_cache.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for UserContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserContext").field("has_request", &self.request().is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_values_of_their_request_and_other_contexts_do_not() {
        let context = UserContext::new();
        context.clone().insert(7_u8);
        assert_eq!(context.get::<u8>(), Some(7));
        assert_eq!(UserContext::new().get::<u8>(), None);
        assert_eq!(context.insert(8_u8), Some(7));
        assert_eq!(context.remove::<u8>(), Some(8));
        assert_eq!(context.get::<u8>(), None);
    }
}

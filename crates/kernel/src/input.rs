//! The inputs of overridable functions.

/// Declares the input of an overridable function: its fields, a `new` with the required ones, and a setter for each of
/// the others.
///
/// The type is `#[non_exhaustive]`, so that a new field breaks no override, and has a field `user_context`. What a
/// setter or `new` takes is anything that converts into the field's type. A field
/// that holds a secret has a type whose `Debug` shows nothing.
///
/// ```
/// use supertokens_kernel::{TenantId, UserContext, input};
///
/// input! {
///     /// Input of `greet`.
///     Greet {
///         /// Who is greeted.
///         name: String,
///     } with {
///         /// In which tenant.
///         tenant_id: TenantId = TenantId::default(),
///     }
/// }
///
/// let input = Greet::new("Ada").tenant_id("customer1").user_context(UserContext::new());
/// assert_eq!(input.name, "Ada");
/// assert_eq!(input.tenant_id.as_str(), "customer1");
/// ```
#[macro_export]
macro_rules! input {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$rdoc:meta])* $required:ident: $rtype:ty,)*
        } with {
            $($(#[$odoc:meta])* $optional:ident: $otype:ty = $default:expr,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$rdoc])* pub $required: $rtype,)*
            $($(#[$odoc])* pub $optional: $otype,)*
            /// The request's context.
            pub user_context: $crate::UserContext,
        }

        impl $name {
            /// The input with its defaults.
            // An input without a required field could have a `Default`, which nobody would look for.
            #[allow(clippy::new_without_default)]
            pub fn new($($required: impl ::std::convert::Into<$rtype>),*) -> Self {
                Self {
                    $($required: $required.into(),)*
                    $($optional: $default,)*
                    user_context: $crate::UserContext::new(),
                }
            }

            $($(#[$odoc])*
            #[must_use]
            pub fn $optional(mut self, $optional: impl ::std::convert::Into<$otype>) -> Self {
                self.$optional = $optional.into();
                self
            })*

            /// Sets the request's context.
            #[must_use]
            pub fn user_context(mut self, user_context: $crate::UserContext) -> Self {
                self.user_context = user_context;
                self
            }
        }
    };
}

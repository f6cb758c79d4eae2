//! Overridable functions: the machinery behind `override_functions` and `override_apis` of every recipe.

use std::pin::Pin;

/// A boxed future that can move between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The input of an HTTP API that `Builder` can switch off; made by [`overridable!`](crate::overridable) for lines that end in `, route`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the input of an HTTP API that `{Builder}` can switch off",
    label = "name one of the recipe's routes by the type of its input"
)]
pub trait RouteInput<Builder>: 'static {}

/// Declares the functions of a recipe that an application may override, one line each.
///
/// What it makes:
///
/// * the *handle* (`SessionFunctions`): cheap to clone, a method per function. The application holds the top of the
///   stack; an override gets the same type one layer down as `original`.
/// * the *builder*: a method per function that takes a closure `async move |input, original| { .. }`, and `with` for a
///   whole set in one type. Every call adds a layer; the last added is outermost, also when a function is named twice.
/// * the *trait*: a method per function with a default body that calls the original.
/// * for lines that end in `, route`, the builder's `disable::<Input>()`, which switches the HTTP API off.
/// * a trait that names the functions by their inputs, for `is_overridden::<Input>()`.
///
/// Late binding: when an original calls another function of the recipe, it calls it through the top of the stack, so
/// that overrides of that function run.
///
/// The originals are the inherent `async fn name(&self, input: Input, top: &Handle) -> Result<Output, Error>` of the
/// type named last. Each input type has a field `user_context`, and belongs to one function.
///
/// ```
/// use supertokens_kernel::{BoxFuture, Error, UserContext, overridable};
///
/// pub struct Greet {
///     pub name: String,
///     pub user_context: UserContext,
/// }
///
/// pub struct Original;
/// impl Original {
///     async fn greet(&self, input: Greet, _top: &GreetingFunctions) -> Result<String, Error> {
///         Ok(format!("Hello {}", input.name))
///     }
/// }
///
/// overridable! {
///     /// The greeting recipe's functions.
///     pub GreetingFunctions, GreetingBuilder, GreetingOverride, GreetingLayer, GreetingFunction,
///     recipe "greeting", original Original, error Error;
///     /// Greets by name.
///     async fn greet(Greet) -> String;
/// }
///
/// # async fn example() -> Result<(), Error> {
/// let functions = GreetingBuilder::default()
///     .greet(async move |mut input, original| {
///         input.name = input.name.to_uppercase();
///         original.greet(input).await
///     })
///     .build(Original);
/// let greeting = functions.greet(Greet { name: "Ada".into(), user_context: UserContext::new() }).await?;
/// assert_eq!(greeting, "Hello ADA");
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! overridable {
    (
        $(#[$doc:meta])*
        pub $functions:ident, $builder:ident, $overrides:ident, $layer:ident, $marker:ident,
        recipe $recipe:literal, original $original:ty, error $error:ty;
        $($(#[$fdoc:meta])* async fn $name:ident($input:ty) -> $output:ty $(, $kind:ident)?;)*
    ) => {
        $(#[$doc])*
        ///
        /// Cheap to clone. In an override, `original` is this type one layer down.
        #[derive(Clone)]
        pub struct $functions {
            stack: ::std::sync::Arc<($original, $builder)>,
            depth: usize,
        }

        /// One layer: the functions that it replaces.
        #[derive(Clone, Default)]
        struct $layer {
            $($name: ::std::option::Option<
                ::std::sync::Arc<
                    dyn ::std::ops::Fn($input, $functions) -> $crate::BoxFuture<::std::result::Result<$output, $error>>
                        + ::std::marker::Send
                        + ::std::marker::Sync,
                >,
            >,)*
        }

        /// Collects overrides; the last added is outermost, also when one function is named twice.
        #[derive(Clone, Default)]
        #[must_use]
        pub struct $builder {
            layers: ::std::vec::Vec<$layer>,
            disabled: ::std::vec::Vec<::std::any::TypeId>,
        }

        /// The same as a type: implement the functions that are to be replaced, and pass a value to
        /// the builder's `with`.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` does not say which functions it overrides",
            label = "implement the recipe's override trait for this type",
            note = "every function of the trait has a default; write those that you replace, or none"
        )]
        pub trait $overrides: ::std::marker::Send + ::std::marker::Sync + 'static {
            $($(#[$fdoc])*
            fn $name(
                &self,
                input: $input,
                original: $functions,
            ) -> impl ::std::future::Future<Output = ::std::result::Result<$output, $error>> + ::std::marker::Send {
                async move { original.$name(input).await }
            })*
        }

        /// The inputs of this set's functions, as names for them.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` is the input of none of these functions",
            label = "name a function by the type of its input"
        )]
        pub trait $marker: 'static {
            #[doc(hidden)]
            fn is_replaced_by(builder: &$builder) -> bool;
        }
        $(impl $marker for $input {
            fn is_replaced_by(builder: &$builder) -> bool {
                builder.layers.iter().any(|layer| layer.$name.is_some())
            }
        })*
        $($($crate::__overridable_kind!($kind $builder $input);)?)*

        impl $builder {
            $($(#[$fdoc])*
            // In a set of one function nothing is left to fill in.
            #[allow(clippy::needless_update)]
            pub fn $name<F, Fut>(mut self, replacement: F) -> Self
            where
                F: ::std::ops::FnOnce($input, $functions) -> Fut
                    + ::std::clone::Clone
                    + ::std::marker::Send
                    + ::std::marker::Sync
                    + 'static,
                Fut: ::std::future::Future<Output = ::std::result::Result<$output, $error>>
                    + ::std::marker::Send
                    + 'static,
            {
                self.layers.push($layer {
                    $name: ::std::option::Option::Some(::std::sync::Arc::new(move |input, original| {
                        ::std::boxed::Box::pin(replacement.clone()(input, original))
                    })),
                    ..::std::default::Default::default()
                });
                self
            })*

            /// Every function of `overrides` as one layer.
            pub fn with<T: $overrides>(mut self, overrides: T) -> Self {
                let overrides = ::std::sync::Arc::new(overrides);
                self.layers.push($layer {
                    $($name: {
                        let overrides = overrides.clone();
                        ::std::option::Option::Some(::std::sync::Arc::new(move |input, original| {
                            let overrides = overrides.clone();
                            ::std::boxed::Box::pin(async move { overrides.$name(input, original).await })
                        }))
                    },)*
                });
                self
            }

            /// Switches off the HTTP API that takes `I`. Its route is not matched, and requests for it go back to the
            /// application.
            #[allow(dead_code)]
            pub fn disable<I: $crate::overrides::RouteInput<Self>>(mut self) -> Self {
                self.disabled.push(::std::any::TypeId::of::<I>());
                self
            }

            /// Whether the HTTP API that takes `I` is switched off.
            #[allow(dead_code)]
            pub fn is_disabled<I: $crate::overrides::RouteInput<Self>>(&self) -> bool {
                self.disabled.contains(&::std::any::TypeId::of::<I>())
            }

            /// Whether a layer replaces the function that takes `I`.
            #[allow(dead_code)]
            pub fn is_overridden<I: $marker>(&self) -> bool {
                I::is_replaced_by(self)
            }

            /// The functions: these layers over `original`.
            pub fn build(self, original: $original) -> $functions {
                let depth = self.layers.len();
                $functions { stack: ::std::sync::Arc::new((original, self)), depth }
            }
        }

        impl $functions {
            $($(#[$fdoc])*
            pub fn $name(&self, input: $input) -> $crate::BoxFuture<::std::result::Result<$output, $error>> {
                let at_top = self.depth == self.stack.1.layers.len();
                let layers = self.stack.1.layers.iter().enumerate().take(self.depth).rev();
                let mut replacements =
                    layers.filter_map(|(depth, layer)| ::std::option::Option::Some((depth, layer.$name.as_ref()?)));
                let call: $crate::BoxFuture<_> = match replacements.next() {
                    ::std::option::Option::Some((depth, replacement)) => {
                        replacement(input, Self { stack: self.stack.clone(), depth })
                    }
                    ::std::option::Option::None => {
                        let top = Self { depth: self.stack.1.layers.len(), stack: self.stack.clone() };
                        ::std::boxed::Box::pin(async move { top.stack.0.$name(input, &top).await })
                    }
                };
                if !at_top {
                    return call;
                }
                let span = $crate::__private::tracing::debug_span!(
                    target: "supertokens",
                    concat!($recipe, ".", stringify!($name)),
                );
                if span.is_disabled() {
                    return call;
                }
                ::std::boxed::Box::pin($crate::__private::tracing::Instrument::instrument(call, span))
            })*
        }

        impl $functions {
            /// Whether the application, or a plugin, replaces the function that takes `I`.
            #[allow(dead_code)]
            pub fn is_overridden<I: $marker>(&self) -> bool {
                self.stack.1.is_overridden::<I>()
            }
        }

        impl ::std::fmt::Debug for $functions {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($functions)).field("depth", &self.depth).finish_non_exhaustive()
            }
        }
    };
}

/// What a line of [`overridable!`] ends in.
#[doc(hidden)]
#[macro_export]
macro_rules! __overridable_kind {
    (route $builder:ident $input:ty) => {
        // A list of the routes of all recipes would bury what the compiler has to say.
        #[diagnostic::do_not_recommend]
        impl $crate::overrides::RouteInput<$builder> for $input {}
    };
}

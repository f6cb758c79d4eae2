//! What a route demands of its session, as a type.

use crate::types::VerifySessionOptions;

/// What a route demands of its session, as a type: the second parameter of the adapters' `VerifiedSession`.
///
/// ```
/// use supertokens_session::{SessionOptions, VerifySessionOptions};
///
/// /// A revoked session is refused at once, at the price of one call to the core.
/// struct AskTheCore;
///
/// impl SessionOptions for AskTheCore {
///     fn options() -> VerifySessionOptions {
///         VerifySessionOptions::new().check_database(true)
///     }
/// }
/// ```
///
/// A handler then takes a `VerifiedSession<MyClaims, AskTheCore>`.
pub trait SessionOptions: 'static {
    /// Whether a session that a guard around the route has verified is taken as it is; `false` unless said otherwise.
    const TAKES_VERIFIED: bool = false;

    /// What is demanded. Whether a session is required is said by the handler's argument, not here.
    fn options() -> VerifySessionOptions;
}

/// The options of a route that says nothing: those of the guard around it, if there is one, or else
/// [`VerifySessionOptions::new`].
#[derive(Clone, Copy, Debug)]
pub enum DefaultOptions {}

impl SessionOptions for DefaultOptions {
    const TAKES_VERIFIED: bool = true;

    fn options() -> VerifySessionOptions {
        VerifySessionOptions::new()
    }
}

#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use supertokens_app::{AppBody, Builder, Core, Handled, SuperTokens};
pub use supertokens_kernel::core_client::{CoreError, CoreTransport};
pub use supertokens_kernel::http::BodyLimits;
pub use supertokens_kernel::{
    AppInfo, Clock, Error, Exchange, InitError, ManualClock, Recipe, RecipeUserId, Request, ResponseChanges,
    SystemClock, TenantId, UserContext, Users,
};

#[cfg(feature = "session")]
#[cfg_attr(docsrs, doc(cfg(feature = "session")))]
#[doc(inline)]
pub use supertokens_jwt as jwt;
#[cfg(feature = "session")]
#[cfg_attr(docsrs, doc(cfg(feature = "session")))]
#[doc(inline)]
pub use supertokens_openid as openid;
#[cfg(feature = "session")]
#[cfg_attr(docsrs, doc(cfg(feature = "session")))]
#[doc(inline)]
pub use supertokens_session as session;

#[cfg(feature = "emailpassword")]
#[cfg_attr(docsrs, doc(cfg(feature = "emailpassword")))]
#[doc(inline)]
pub use supertokens_emailpassword as emailpassword;
#[cfg(feature = "emailverification")]
#[cfg_attr(docsrs, doc(cfg(feature = "emailverification")))]
#[doc(inline)]
pub use supertokens_emailverification as emailverification;
#[cfg(feature = "multitenancy")]
#[cfg_attr(docsrs, doc(cfg(feature = "multitenancy")))]
#[doc(inline)]
pub use supertokens_multitenancy as multitenancy;
#[cfg(feature = "usermetadata")]
#[cfg_attr(docsrs, doc(cfg(feature = "usermetadata")))]
#[doc(inline)]
pub use supertokens_usermetadata as usermetadata;
#[cfg(feature = "userroles")]
#[cfg_attr(docsrs, doc(cfg(feature = "userroles")))]
#[doc(inline)]
pub use supertokens_userroles as userroles;

#[cfg(feature = "smtp")]
#[cfg_attr(docsrs, doc(cfg(feature = "smtp")))]
#[doc(inline)]
pub use supertokens_smtp as smtp;

#[cfg(feature = "accountlinking")]
#[cfg_attr(docsrs, doc(cfg(feature = "accountlinking")))]
#[doc(inline)]
pub use supertokens_accountlinking as accountlinking;

#[cfg(feature = "actix-web")]
#[cfg_attr(docsrs, doc(cfg(feature = "actix-web")))]
#[doc(inline)]
pub use supertokens_actix_web as actix_web;

#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
#[doc(inline)]
pub use supertokens_axum as axum;

#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
#[doc(inline)]
pub use supertokens_tower as tower;

#[cfg(feature = "embedded")]
#[cfg_attr(docsrs, doc(cfg(feature = "embedded")))]
#[doc(inline)]
pub use supertokens_core as embedded_core;

#[doc(inline)]
pub use supertokens_kernel::users;

#[doc(inline)]
pub use supertokens_kernel as kernel;

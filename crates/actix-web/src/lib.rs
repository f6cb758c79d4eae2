//! SuperTokens in actix-web.

//! OpenID discovery for SuperTokens.

//! Sessions for SuperTokens: create, verify, refresh, revoke, claims.

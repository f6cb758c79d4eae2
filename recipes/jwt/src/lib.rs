//! JSON Web Tokens signed by the core, for SuperTokens.

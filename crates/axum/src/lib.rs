//! SuperTokens in axum.

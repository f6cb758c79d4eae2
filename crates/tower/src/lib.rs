//! Tower layer and extractors for SuperTokens.

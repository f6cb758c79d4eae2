//! SQLite storage for the embedded SuperTokens core.

//! The embedded SuperTokens core: the core interface 5.4 to 5.6 as a service, over any storage.

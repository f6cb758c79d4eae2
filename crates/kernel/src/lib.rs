//! What a SuperTokens recipe is built on: recipes, overrides, routing, the core client.

//! What the recipe offers to others.

/// Provided by the recipe that counts visits. Other recipes, and the application, find it by this type and need not
/// know who implements it.
pub trait VisitCounter: Send + Sync {
    /// How often a user has visited.
    fn visits_of(&self, user_id: &str) -> u64;
}

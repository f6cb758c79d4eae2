//! Which plan a user has: data of the application's own, and a claim made of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use supertokens::Error;
use supertokens::session::claims::{ClaimValidator, PrimitiveClaim};

const NAMES: [&str; 2] = ["free", "team"];
/// How old the claim in an access token may be before it is fetched anew.
const MAX_AGE_IN_SECONDS: u64 = 300;

type PlanOfUser = Arc<Mutex<HashMap<String, String>>>;

/// The plans, in memory: an application has them in its database.
pub(crate) struct Plans {
    of_user: PlanOfUser,
    claim: PrimitiveClaim<String>,
}

impl Default for Plans {
    fn default() -> Self {
        let of_user = PlanOfUser::default();
        let database = of_user.clone();
        // Fetched when a validator needs it and the token has none, or one that is too old.
        let claim = PrimitiveClaim::new("plan", move |input| {
            let plans = database.lock().unwrap_or_else(PoisonError::into_inner);
            let plan = plans.get(&input.user_id).cloned().unwrap_or_else(|| "free".to_owned());
            std::future::ready(Ok(Some(plan)))
        });
        Self { of_user, claim }
    }
}

impl Plans {
    /// The claim: the plan as `{"plan": {"v": "team", "t": 1700000000000}}` in the access token.
    pub(crate) fn claim(&self) -> &PrimitiveClaim<String> {
        &self.claim
    }

    /// Demands the plan `team`.
    pub(crate) fn only_teams(&self) -> ClaimValidator {
        self.claim.has_value("team".to_owned(), Some(MAX_AGE_IN_SECONDS))
    }

    /// Stores a user's plan. Sessions learn of it when the claim is fetched.
    pub(crate) fn store(&self, user_id: &str, plan: &str) -> Result<(), Error> {
        if !NAMES.contains(&plan) {
            return Err(Error::bad_input(format!("There is no plan `{plan}`; choose one of {}.", NAMES.join(", "))));
        }
        let mut plans = self.of_user.lock().unwrap_or_else(PoisonError::into_inner);
        plans.insert(user_id.to_owned(), plan.to_owned());
        Ok(())
    }
}

//! The recipes that a list or a count is of.

use crate::{
    http::{ApiError, ApiRequest},
    storage::UserRecipe,
};

/// Recipes of the real core that have no users of their own.
const OTHER_RECIPES: [&str; 13] = [
    "session",
    "emailverification",
    "jwt",
    "usermetadata",
    "userroles",
    "useridmapping",
    "dashboard",
    "totp",
    "multitenancy",
    "accountlinking",
    "mfa",
    "oauth",
    "saml",
];

/// `includeRecipeIds`: names with commas between. All recipes if there is none.
pub(super) fn requested(request: &ApiRequest<'_>) -> Result<Vec<UserRecipe>, ApiError> {
    let text = request.optional_parameter("includeRecipeIds").unwrap_or_default();
    let mut recipes = Vec::new();
    let mut is_any = true;
    for id in text.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        is_any = false;
        match UserRecipe::parse(id) {
            Some(recipe) if !recipes.contains(&recipe) => recipes.push(recipe),
            None if !OTHER_RECIPES.contains(&id) => {
                return Err(ApiError::bad_request(format!("Unknown recipe ID: {id}")));
            }
            _ => {}
        }
    }
    Ok(if is_any { UserRecipe::ALL.to_vec() } else { recipes })
}

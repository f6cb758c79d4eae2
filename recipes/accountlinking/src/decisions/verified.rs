//! Addresses that are verified because a linked account has verified them.

use supertokens_kernel::ports::{EmailVerification, VerifyEmailWithoutSending};
use supertokens_kernel::users::User;
use supertokens_kernel::{Error, Ports, RecipeUserId, UserContext};

/// Marks a login method's address as verified, where another login method of the primary user has verified the same.
/// Gives whether it has done so.
pub(crate) async fn verify_email_if_linked_accounts_are_verified(
    ports: &Ports,
    user: &User,
    recipe_user_id: &RecipeUserId,
    context: &UserContext,
) -> Result<bool, Error> {
    let Some(verification) = ports.get::<dyn EmailVerification>().filter(|_| user.is_primary_user) else {
        return Ok(false);
    };
    let Some(method) = user.login_method(recipe_user_id).filter(|method| !method.verified) else {
        return Ok(false);
    };
    let (Some(email), Some(tenant_id)) = (&method.email, method.tenant_ids.first()) else {
        return Ok(false);
    };
    if !user.has_verified(Some(email), None) {
        return Ok(false);
    }
    // Linked by the application's rule it is already, or not meant to be.
    let verify = VerifyEmailWithoutSending::new(tenant_id.clone(), recipe_user_id.clone(), &**email)
        .user_context(context.clone());
    verification.verify_email_without_sending(verify).await?;
    Ok(true)
}

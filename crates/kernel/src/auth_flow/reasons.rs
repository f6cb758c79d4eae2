//! What a front end shows of a refusal.

/// Why an account could not be linked to the session's user (`LINKING_TO_SESSION_USER_FAILED`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkingFailure {
    /// Its address has to be verified first.
    EmailVerificationRequired,
    /// It belongs to another primary user.
    RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId,
    /// Another primary user has the same account information.
    AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId,
    /// Another primary user has the same account information as the session's user, who cannot become a primary one.
    SessionUserAccountInfoAlreadyAssociatedWithAnotherPrimaryUserId,
}

impl LinkingFailure {
    /// The reason as the official SDKs spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailVerificationRequired => "EMAIL_VERIFICATION_REQUIRED",
            Self::RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId => {
                "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR"
            }
            Self::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId => {
                "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR"
            }
            Self::SessionUserAccountInfoAlreadyAssociatedWithAnotherPrimaryUserId => {
                "SESSION_USER_ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR"
            }
        }
    }
}

/// The codes under which an API tells a person, who tells support, why an account could not be linked.
///
/// ```
/// use supertokens_kernel::auth_flow::{LinkingFailure, LinkingFailureCodes};
///
/// const CODES: LinkingFailureCodes = LinkingFailureCodes::new([9, 10, 11, 12]);
/// let reason = CODES.reason(LinkingFailure::EmailVerificationRequired);
/// assert_eq!(reason, "Cannot sign in / up due to security reasons. Please contact support. (ERR_CODE_009)");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LinkingFailureCodes([u16; 4]);

impl LinkingFailureCodes {
    /// The codes, in the order of the variants of [`LinkingFailure`].
    pub const fn new(codes: [u16; 4]) -> Self {
        Self(codes)
    }

    /// What the front end shows.
    pub fn reason(self, failure: LinkingFailure) -> String {
        let [verification, recipe_user, account_info, session_user] = self.0;
        let code = match failure {
            LinkingFailure::EmailVerificationRequired => verification,
            LinkingFailure::RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId => recipe_user,
            LinkingFailure::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId => account_info,
            LinkingFailure::SessionUserAccountInfoAlreadyAssociatedWithAnotherPrimaryUserId => session_user,
        };
        reason_with_code("Cannot sign in / up due to security reasons. Please contact support.", code)
    }
}

/// A text for a person with the code that support knows: `".. (ERR_CODE_008)"`.
pub fn reason_with_code(text: &str, code: u16) -> String {
    format!("{text} (ERR_CODE_{code:03})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_own_code_of_three_digits() {
        use LinkingFailure::{
            AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId as AccountInfo,
            EmailVerificationRequired as Verification, RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId as RecipeUser,
            SessionUserAccountInfoAlreadyAssociatedWithAnotherPrimaryUserId as SessionUser,
        };
        let codes = LinkingFailureCodes::new([9, 10, 11, 112]);
        for (failure, code) in [(Verification, "009"), (RecipeUser, "010"), (AccountInfo, "011"), (SessionUser, "112")]
        {
            let reason = codes.reason(failure);
            assert!(reason.ends_with(&format!(" (ERR_CODE_{code})")), "{failure:?}: {reason}");
        }
    }
}

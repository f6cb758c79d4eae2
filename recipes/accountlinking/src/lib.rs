#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod decisions;
mod functions;
mod implementation;
mod linker;
mod port;
mod recipe;
#[cfg(test)]
mod tests;
mod types;

pub use functions::{
    AccountLinkingFunction, AccountLinkingFunctions, AccountLinkingFunctionsBuilder, AccountLinkingOverride,
};
pub use linker::AccountLinker;
pub use recipe::AccountLinking;
pub use supertokens_kernel::ports::{AutomaticLinking, IsEmailChangeAllowedResponse};
pub use supertokens_kernel::users::{
    AccountInfo, AccountInfoWithRecipeId, CanCreatePrimaryUser, CanCreatePrimaryUserResponse, CanLinkAccounts,
    CanLinkAccountsResponse, CreatePrimaryUser, CreatePrimaryUserResponse, DeleteUser, GetUser, GetUsers, LinkAccounts,
    LinkAccountsResponse, ListUsersByAccountInfo, LoginMethod, RecipeId, ThirdPartyInfo, UnlinkAccount,
    UnlinkAccountResponse, User, UserPage,
};
pub use types::{AccountToLink, IsEmailChangeAllowed, IsSignUpAllowed};

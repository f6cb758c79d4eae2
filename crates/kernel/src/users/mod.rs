//! Users and their ways to sign in, whatever recipes they signed up with.
//!
//! [`Users`] are the functions, found by [`Users::of`]. They run the overrides of the recipe that links accounts, where
//! the application has it, and ask the core directly where not.

mod account_info;
mod front_end;
mod functions;
mod linking;
mod listing;
mod mapping;
mod same;
#[cfg(test)]
mod tests;
mod user;

pub use account_info::{AccountInfo, AccountInfoWithRecipeId};
pub use front_end::{auth_reply, user_of_auth_reply};
pub use functions::Users;
pub use linking::{
    CanCreatePrimaryUser, CanCreatePrimaryUserResponse, CanLinkAccounts, CanLinkAccountsResponse, CreatePrimaryUser,
    CreatePrimaryUserResponse, LinkAccounts, LinkAccountsResponse, UnlinkAccount, UnlinkAccountResponse,
};
pub use listing::{DeleteUser, GetUser, GetUsers, ListUsersByAccountInfo, TimeJoinedOrder, UserPage, UserSearch};
pub use mapping::{
    CreateUserIdMapping, CreateUserIdMappingResponse, DeleteUserIdMapping, DeleteUserIdMappingResponse,
    GetUserIdMapping, GetUserIdMappingResponse, UpdateOrDeleteUserIdMappingInfo,
    UpdateOrDeleteUserIdMappingInfoResponse, UserIdType,
};
pub use user::{LoginMethod, RecipeId, ThirdPartyInfo, User, WebauthnInfo};

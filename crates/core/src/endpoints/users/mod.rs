//! Users of every recipe: finding, listing, counting, removing.

mod count;
mod find;
mod list;
mod recipes;
mod remove;
mod reply;

pub(super) use self::{
    find::{many, one},
    reply::UserReply,
};
use super::{Endpoint, Reply, status};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/users").get(|context| Box::pin(list::list(context))),
    Endpoint::at("/users/count").get(|context| Box::pin(count::count(context))),
    Endpoint::at("/users/count/active").get(|context| Box::pin(count::active(context))),
    Endpoint::at("/users/by-accountinfo").get(|context| Box::pin(find::by_account_info(context))),
    Endpoint::at("/user/id").get(|context| Box::pin(find::by_id(context))),
    Endpoint::at("/user/remove").post(|context| Box::pin(remove::remove(context))),
];

//! The passwordless recipe: asking for codes, and entering them.

mod asking;
pub(crate) mod derivation;
mod entering;
mod removing;

pub(crate) use self::{
    asking::{Asked, For, NewCode, ask},
    entering::{Entered, Entry, Limits, consume, enter},
    removing::remove_code,
};

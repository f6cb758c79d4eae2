//! The rules of the passwordless recipe: asking for codes, entering them, and where they are sent.

mod asking;
mod changing;
pub(crate) mod derivation;
mod entering;
mod removing;

pub(crate) use self::{
    asking::{Asked, For, NewCode, ask},
    changing::{Changed, ContactChange, change_contacts},
    entering::{Entered, Entry, Limits, consume, enter},
    removing::{end_codes_of, remove_code},
};

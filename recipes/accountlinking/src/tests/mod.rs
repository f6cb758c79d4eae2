//! The recipe, and the flows of the kernel that ask it, in an application with doubles for the core and other recipes.

mod auth_flow;
mod email_change;
mod linking;
mod sessions;
mod sign_up_in;
mod support;
mod tenants;

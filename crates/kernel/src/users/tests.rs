//! Users as the core and front ends write them.

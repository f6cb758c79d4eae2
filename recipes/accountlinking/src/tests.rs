//! The recipe in an application with a double for its core.

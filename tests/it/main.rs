//! The integration tests, one binary.

mod registry;
mod shipped;
mod syntax;

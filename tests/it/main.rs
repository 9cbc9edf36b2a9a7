//! The integration tests, as one binary.
mod architecture;
mod calendar;
mod cli;
mod codes_documented;
mod readme;
mod render;
mod syntax;

//! The integration tests, as one binary.
mod architecture;
mod cli;
mod codes_documented;
mod readme;
mod render;

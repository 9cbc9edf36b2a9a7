//! One integration binary: each module holds the tests of one room or one promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod architecture;
mod calendar;
mod cli;
mod codes;
mod codes_documented;
mod files;
mod flow;
mod readme;
mod registry;
mod reviewed;
mod render;
mod shipped;
mod story;
mod judge;
mod syntax;
mod tables;
mod ui;

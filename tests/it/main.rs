//! One integration binary: each module holds the tests of one room or one promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod architecture;
mod asked;
mod book;
mod calendar;
mod case;
mod certify;
mod cli;
mod codes;
mod codes_documented;
mod compare;
mod control;
mod faults;
mod files;
mod fix;
mod flood;
mod flow;
mod format;
mod fuzz;
mod invariance;
mod judge;
mod judge_acts;
mod judge_days;
mod judge_duties;
mod judge_statuses;
mod networks;
mod pages;
mod plans;
mod questions;
mod readme;
mod recovery;
mod registry;
mod render;
mod repairs;
mod resolve;
mod reviewed;
mod robust;
mod scenarios;
mod schedule;
mod shell;
mod spec;
mod story;
mod style;
mod syntax;
mod tables;
mod turning;
mod ui;
mod years;

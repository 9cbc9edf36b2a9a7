//! (to come)

pub mod calendar;

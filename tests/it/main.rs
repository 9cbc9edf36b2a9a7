//! One integration binary: each module holds the tests of one room or one promise.

mod calendar;

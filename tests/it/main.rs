//! One integration binary: a module per room.

mod flow;

//! `duly`: protocols of public authorities, written down, checked, explained and drawn.
//!
//! ```text
//! text --syntax--> ast --resolve--> model --+--> judge   (a history in, verdicts out: the meaning)
//!                                           +--> calendar --> solve --> analyses --> diagnostics --> render
//!                                           +--> emit    (flowcharts)
//! ```
//!
//! Nothing below [`cli`] touches a file, a clock, the network, a terminal or an environment variable.

pub mod analyses;
pub mod ast;
pub mod calendar;
pub mod cli;
pub mod diagnostics;
pub mod emit;
pub mod judge;
pub mod model;
pub mod render;
pub mod resolve;
pub mod solve;
pub mod source;
pub mod syntax;
pub mod time;
pub mod world;

//! `duly`: protocols of public authorities, written down, checked, explained and drawn.
//!
//! ```text
//! text --syntax--> ast --resolve--> model --+--> judge   (a history in, verdicts out: the meaning)
//!                                           +--> calendar --> solve --> analyses --> diagnostics --> render
//!                                           +--> emit    (flowcharts)
//! ```
//!
//! ```
//! use duly::{analyses, resolve, source::Sources, time::Day};
//!
//! let text = r#"protocol p "A review"
//!   authority "An example council"
//! role officer
//! status in-care
//! meeting review
//! rule review-in-20-days
//!   the officer must hold review
//!   within 20 working days after in-care begins
//!   cites p 1
//! "#;
//! let loaded = resolve::from_text("p.duly", text, &mut Sources::new());
//! assert!(loaded.is_well_formed());
//! let today = Day::parse_iso("2026-11-22").unwrap_or(Day(0));
//! assert!(analyses::check(&loaded.protocol, today).is_ok_and(|report| report.findings.is_empty()));
//! ```
//!
//! Nothing below [`cli`] touches a file, a clock, the network, a terminal or an environment variable.

pub mod analyses;
pub mod ast;
pub mod calendar;
pub mod case;
pub mod certify;
pub mod cli;
pub mod compare;
pub mod diagnostics;
pub mod emit;
pub mod format;
pub mod judge;
pub mod model;
pub mod render;
pub mod resolve;
pub mod scenario;
pub mod schedule;
pub mod solve;
pub mod source;
pub mod syntax;
pub mod time;
pub mod world;

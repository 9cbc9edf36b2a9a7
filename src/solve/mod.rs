//! The one solver: what a protocol's histories may be, as formulas over points, and whether they can be.
//! In: a model and its calendar. Out: branches, bounds between roots, cores. Never uses `judge`: each is tested by the other.

mod absorb;
pub mod adverse;
pub mod alternate;
pub mod announced;
pub mod ask;
mod bookings;
pub mod branch;
mod circuit;
mod clauses;
mod conds;
pub mod control;
mod copies;
pub mod days;
mod doers;
pub mod ground;
mod index;
mod licence;
mod memo;
mod mentions;
pub mod moments;
mod needs;
pub mod net;
pub mod norms;
pub mod parts;
mod plain;
pub mod plan;
pub mod project;
mod rests;
pub mod runs;
pub mod search;
pub mod stnu;
mod sweep;
pub mod theory;
mod told;
mod waiting;
pub mod words;

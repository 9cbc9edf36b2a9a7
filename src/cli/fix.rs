//! `duly check --fix`: what can be mended without asking is mended, before the question is asked. Only files that were named, or
//! stand in a folder that was, are written; the standard library is part of the program and is no file.

use super::output;
use super::world::RealWorld;
use super::{Failure, files};
use crate::syntax::{self, Stop};
use crate::world::World;
use std::collections::BTreeSet;

/// Lines named of those that keep a file from being written; who mends these sees the others then.
const NAMED: usize = 10;

/// Mends every file at the paths and says what was done, and which lines keep a file from being written. Gives the files that could not be written; what cannot
/// be read at all is said by whoever reads it next.
pub fn run(world: &RealWorld, paths: &[String]) -> Vec<Failure> {
    let found: BTreeSet<String> = paths.iter().filter_map(|p| world.list(p).ok()).flatten().collect();
    found.iter().filter_map(|path| one(world, path)).collect()
}

fn one(world: &RealWorld, path: &str) -> Option<Failure> {
    let text = world.read(path).ok()?;
    let mended = syntax::mend(path, &text);
    let slips = match mended.slips {
        0 => return None,
        1 => "1 slip".to_owned(),
        many => format!("{many} slips"),
    };
    if !mended.stops.is_empty() {
        output::say(&format!(
            "{path} is left as it was: {slips} could be fixed, and {} could still not be read\n{}",
            match mended.stops.len() {
                1 => "a line".to_owned(),
                many => format!("{many} lines"),
            },
            listed(path, &mended.stops)
        ));
        return None;
    }
    match files::replace(path, &mended.text) {
        Ok(()) => {
            output::say(&format!("fixed {slips} in {path}\n"));
            None
        }
        Err(error) => Some(Failure::new(format!("`{path}` could not be written")).because(error.to_string())),
    }
}

/// The lines that cannot be read, one a line.
fn listed(path: &str, stops: &[Stop]) -> String {
    let mut out = String::new();
    for stop in stops.iter().take(NAMED) {
        out.push_str(&format!("  {path}:{}: {}\n", stop.line, stop.why));
    }
    match stops.len().saturating_sub(NAMED) {
        0 => {}
        more => out.push_str(&format!("  and {more} more\n")),
    }
    out
}

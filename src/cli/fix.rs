//! `duly check --fix`: what can be mended without asking is mended, before the question is asked. Only files that were named, or
//! stand in a folder that was, are written; the standard library is part of the program and is no file.

use super::output;
use super::world::RealWorld;
use super::{Failure, files};
use crate::syntax;
use crate::world::World;
use std::collections::BTreeSet;

/// Mends every file at the paths and says what was done, one line a file. Gives the files that could not be written; what cannot
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
    if mended.faulty {
        output::say(&format!(
            "{path} is left as it was: {slips} could be fixed, and it could still not be read\n"
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

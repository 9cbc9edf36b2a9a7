//! `duly compare`: how do the protocols of several authorities differ?

use super::output::Output;
use super::{Exit, Reading, read_all, unasked};
use crate::analyses;
use crate::compare::{self, Compared};
use crate::model::Protocol;
use crate::render::{self, Comparing};
use crate::source::Sources;
use std::collections::BTreeSet;

/// Say how the protocols of several authorities differ on what they all speak of
///
/// Two things are one only if both protocols have them from one base, whatever each calls its own. A row for each meeting, letter or act
/// that more than one speaks of: who must, by when, and whether that is tighter or looser than what the first says of it.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly compare policies/stoke-on-trent policies/doncaster
  duly compare policies/*/ --output short          one line per authority and subject
  duly compare policies/*/ --all                   with a dated case for each difference")]
pub struct Args {
    /// Two or more protocols: `.duly` files, or folders whose `.duly` files make one protocol together
    #[arg(required = true, num_args = 2.., value_name = "PATH")]
    paths: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// How much work may go into each pair and direction, in steps of the solver: the same on every machine
    #[arg(long, value_name = "N", default_value_t = analyses::STEPS, value_parser = super::steps)]
    steps: u64,
    /// Tell a dated case for each difference, and name what only one of them speaks of
    #[arg(long)]
    all: bool,
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let world = args.reading.world();
    let mut sources = Sources::new();
    let paths: Vec<&str> = args.paths.iter().map(String::as_str).collect();
    let (texts, findings, mut failures) = read_all(&world, paths.iter().copied(), &mut sources);
    let mut compared: Option<Compared> = None;
    if texts.len() == paths.len() {
        let named: Vec<(String, &Protocol)> = names(&paths, &texts).into_iter().zip(&texts).collect();
        match compare::compare(&named, args.steps) {
            Ok(found) => compared = Some(found),
            Err(why) => failures.push(unasked(&paths, &why.to_string())),
        }
    }
    if !output.is_document() {
        output.complain(&failures);
        if !findings.is_empty() {
            output.refuse(&sources, &findings);
        }
    }
    let comparing = Comparing {
        sources: &sources,
        compared: compared.as_ref(),
        findings: &findings,
        failures: &failures,
    };
    let text = render::comparing(&comparing, output.style(args.all));
    output.print(&text);
    match &compared {
        Some(found) if found.is_different() => Exit::Found,
        Some(found) if found.unproven() > 0 => Exit::Unproven,
        Some(_) => Exit::Clean,
        None => Exit::Unusable,
    }
}

/// What each is called: by its header, or by its path where two have one name.
fn names(paths: &[&str], texts: &[Protocol]) -> Vec<String> {
    let paths = || paths.iter().map(|path| (*path).to_owned());
    let own = |text: &Protocol| text.modules.iter().rfind(|m| m.local).map(|m| m.name.clone());
    let all: Vec<String> = texts
        .iter()
        .zip(paths())
        .map(|(text, path)| own(text).unwrap_or(path))
        .collect();
    let distinct: BTreeSet<&String> = all.iter().collect();
    match distinct.len() == all.len() {
        true => all,
        false => paths().collect(),
    }
}

//! `duly diff`: what does a change of a protocol mean, for cases and not for lines?

use super::output::Output;
use super::world::RealWorld;
use super::{Exit, Reading, read_all, unasked};
use crate::analyses;
use crate::compare::{self, Diff};
use crate::diagnostics::Diagnostic;
use crate::model::Protocol;
use crate::render::{self, Differing};
use crate::source::Sources;
use crate::world::World;
use std::collections::BTreeMap;

/// Say what a new version of a protocol changes in meaning, with a dated case for each difference
///
/// Rules are held against each other by what they ask, not by how they are written or where they stand: a rename, another order, a
/// rule split in two is no change. Each rule that is not word for word the same is the same, tighter, looser or incomparable.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly diff examples/four-weeks.duly examples/four-weeks-amended.duly
  duly diff examples/four-weeks.duly examples/four-weeks-amended.duly --findings
                                                   also what `duly check` says anew, and no longer says
  git show HEAD:town.duly > before.duly && duly diff before.duly town.duly --output short
                                                   in a pipeline: one line per rule")]
pub struct Args {
    /// The version before: a `.duly` file, or a folder whose `.duly` files make one protocol together
    #[arg(value_name = "OLD")]
    old: String,
    /// The version after
    #[arg(value_name = "NEW")]
    new: String,
    #[command(flatten)]
    reading: Reading,
    /// How much work may go into either direction, in steps of the solver: the same on every machine
    #[arg(long, value_name = "N", default_value_t = analyses::STEPS, value_parser = super::steps)]
    steps: u64,
    /// Check both versions too, and say which findings are new and which are gone
    #[arg(long)]
    findings: bool,
    /// Tell every difference with its case rather than the first ten, and name the rules that only read otherwise
    #[arg(long)]
    all: bool,
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let world = args.reading.world();
    let mut sources = Sources::new();
    let paths = [args.old.as_str(), args.new.as_str()];
    let (texts, findings, mut failures) = read_all(&world, paths, &mut sources);
    let mut diff = None;
    let (mut appeared, mut gone) = (Vec::new(), Vec::new());
    if let [old, new] = texts.as_slice() {
        match compare::diff(old, new, args.steps) {
            Ok(found) => diff = Some(found),
            Err(why) => failures.push(unasked(&paths, &why.to_string())),
        }
        if args.findings {
            match (said(&world, old), said(&world, new)) {
                (Ok(before), Ok(now)) => {
                    appeared = only(&now, &before);
                    gone = only(&before, &now);
                }
                (Err(why), _) | (_, Err(why)) => failures.push(unasked(&paths, &why)),
            }
        }
    }
    if !output.is_document() {
        output.complain(&failures);
        if !findings.is_empty() {
            output.refuse(&sources, &findings);
        }
    }
    let differing = Differing {
        sources: &sources,
        old: &args.old,
        new: &args.new,
        diff: diff.as_ref(),
        appeared: &appeared,
        gone: &gone,
        findings: &findings,
        failures: &failures,
    };
    let text = render::differing(&differing, output.style(args.all));
    output.print(&text);
    match &diff {
        Some(diff) if failures.is_empty() => exit(diff),
        _ => Exit::Unusable,
    }
}

fn exit(diff: &Diff) -> Exit {
    match (diff.is_changed(), diff.unproven()) {
        (true, _) => Exit::Found,
        (false, 0) => Exit::Clean,
        (false, _) => Exit::Unproven,
    }
}

/// What `check` says: each finding by its code and the rules it turns on, with its headline.
fn said(world: &RealWorld, protocol: &Protocol) -> Result<BTreeMap<String, String>, String> {
    let report = analyses::check(protocol, world.today()).map_err(|why| why.to_string())?;
    let mut out = BTreeMap::new();
    let mut left: Vec<&Diagnostic> = report.findings.iter().collect();
    while let Some(finding) = left.pop() {
        left.extend(&finding.beneath);
        let mut rules: Vec<&str> = finding.rules.iter().map(|r| r.name.as_str()).collect();
        rules.sort_unstable();
        let severity = finding.severity.name();
        let said = format!("{severity}[{}]: {}", finding.code.id, finding.headline);
        out.insert(format!("{} {}", finding.code.id, rules.join(" ")), said);
    }
    Ok(out)
}

/// What is among these and not among those.
fn only(these: &BTreeMap<String, String>, those: &BTreeMap<String, String>) -> Vec<String> {
    let left = these.iter().filter(|(key, _)| !those.contains_key(*key));
    left.map(|(_, said)| said.clone()).collect()
}

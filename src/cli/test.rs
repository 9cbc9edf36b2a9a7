//! `duly test`: do the scenarios of a protocol hold?

use super::output::Output;
use super::world::RealWorld;
use super::{Exit, Failure, Reading, read};
use crate::diagnostics::{Diagnostic, Severity};
use crate::render::{self, Tested};
use crate::scenario::{self, Answer, Run};
use crate::source::Sources;

/// Run the scenarios of a protocol: dated cases with what is expected of them
///
/// What does not hold is shown with what was expected and what came out. At the end stands how much no scenario reaches.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly test policies/doncaster
  duly test policies/*/ --output short
  duly test policies/doncaster --all               name what no scenario reaches")]
pub struct Args {
    /// Protocols: `.duly` files, or folders whose `.duly` files make one protocol together
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// Name every rule, option and branch that no scenario reaches, and the values that expected days rest on and nobody gave
    #[arg(long)]
    all: bool,
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let world = args.reading.world();
    let (mut sources, mut findings, mut runs, mut failures) = (Sources::new(), Vec::new(), Vec::new(), Vec::new());
    let mut left_out = 0;
    for path in &args.paths {
        match examine(&world, path, &mut sources, &mut findings) {
            Ok(Some((run, others))) => {
                runs.push((path.clone(), run));
                left_out += others;
            }
            Ok(None) => {}
            Err(failure) => failures.push(failure),
        }
    }
    if !output.is_document() {
        output.complain(&failures);
        if !findings.is_empty() {
            output.refuse(&sources, &findings);
        }
    }
    if output.is_document() || !runs.is_empty() {
        let tested = Tested {
            sources: &sources,
            runs: &runs,
            left_out,
            findings: &findings,
            failures: &failures,
        };
        let text = render::tested(&tested, output.style(args.all));
        output.print(&text);
    }
    let worst = runs
        .iter()
        .flat_map(|(_, r)| &r.told)
        .flat_map(|t| &t.checks)
        .map(|c| c.answer)
        .max();
    if !failures.is_empty() || findings.iter().any(|d| d.severity == Severity::Error) {
        Exit::Unusable
    } else {
        match worst {
            Some(Answer::Fails) => Exit::Found,
            Some(Answer::Undecided) => Exit::Unproven,
            Some(Answer::Holds) | None => Exit::Clean,
        }
    }
}

/// Runs the scenarios of one protocol, and gives how many could not be run beside what came of the others. What keeps it from being read, or a scenario from being asked, is a finding.
fn examine(
    world: &RealWorld,
    path: &str,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<(Run, usize)>, Failure> {
    let loaded = read(world, path, sources)?;
    if !loaded.is_well_formed() {
        findings.extend(loaded.diagnostics.into_iter().filter(Diagnostic::stops));
        findings.extend(loaded.scenarios.diagnostics);
        return Ok(None);
    }
    let scenarios = &loaded.scenarios;
    if scenarios.all.is_empty() && scenarios.diagnostics.is_empty() {
        let failure = Failure::new(format!("`{path}` has no scenario"));
        return Err(failure.help("write one beside the rules, or in a file beside theirs: `scenario NAME \"...\"`"));
    }
    findings.extend(scenarios.diagnostics.iter().cloned());
    let run = scenario::run(&loaded.protocol, &scenarios.all);
    // `resolve` accepts only calendars that make an axis; whatever else happens is said.
    let run = run.map_err(|why| Failure::new(format!("`{path}` could not be asked")).because(why.to_string()))?;
    findings.extend(run.diagnostics.iter().cloned());
    Ok(Some((run, scenarios.left_out)))
}

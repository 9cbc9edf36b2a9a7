//! The `duly` command: arguments in, bytes and an exit code out. One file per verb. The only room that touches files, the
//! clock, the environment or a terminal. Must not: word findings, or decide anything about a protocol.

mod certify;
mod check;
mod compare;
mod completions;
mod diff;
mod explain;
mod files;
mod fix;
mod flow;
mod fmt;
mod man;
mod new;
mod output;
mod progress;
mod schedule;
mod terminal;
mod test;
mod usage;
mod world;

use crate::diagnostics::{Diagnostic, Severity, code};
use crate::model::Protocol;
use crate::render::{Failure, Format};
use crate::resolve::{self, Loaded};
use crate::source::Sources;
use crate::time::Day;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use output::Output;
use std::process::ExitCode;

/// How a run ended. The numbers are documented in `docs/exit-codes.md`; they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing at or above the level asked for.
    Clean = 0,
    /// Something at or above the level asked for.
    Found = 1,
    /// The command, a file or the text of a protocol was not as it must be, so the question was not answered.
    Unusable = 2,
    /// Nothing found, but something was left neither proved nor refuted within the bounds.
    Unproven = 3,
}

/// Write down a protocol, and learn whether it can be kept.
#[derive(Parser)]
#[command(
    name = "duly",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    subcommand_value_name = "VERB",
    subcommand_help_heading = "Verbs",
    after_help = EXIT_CODES,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}")
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", alias = "colour", default_value = "auto")]
    color: terminal::When,
}

const EXAMPLES: &str = "Examples:
  duly new my-protocol                             a folder to start from
  duly check examples/review-before-conference.duly
                                                   can everyone keep this, on every date?
  duly explain D0301                               what a finding means and what to do about it";

const EXIT_CODES: &str =
    "Exit codes: 0 nothing wrong, 1 something found, 2 the question could not be asked, 3 not proven.";

/// Columns of help beyond which nobody reads along.
const HELP: usize = 100;

/// The verbs, each described where its arguments are.
#[derive(Subcommand)]
enum Verb {
    New(new::Args),
    Check(check::Args),
    Diff(diff::Args),
    Compare(compare::Args),
    Test(test::Args),
    Fmt(fmt::Args),
    Flow(flow::Args),
    Schedule(schedule::Args),
    Explain(explain::Args),
    #[command(hide = true)]
    Completions(completions::Args),
    #[command(hide = true)]
    Man(man::Args),
}

/// What every verb that reads a protocol takes.
#[derive(clap::Args, Clone, Copy)]
struct Reading {
    /// How findings are shown
    #[arg(long, value_name = "FORM", default_value = "rich")]
    output: OutputForm,
    /// Ask the question as on this day (such as 2026-11-22) rather than today
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Day>,
}

impl Reading {
    fn world(self) -> world::RealWorld {
        world::RealWorld::new(self.today)
    }
}

/// Forms of output, as written on the command line.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputForm {
    /// Source excerpts with dated stories
    Rich,
    /// One line per finding
    Short,
    /// Sentences for a screen reader
    Plain,
    /// A document for machines
    Json,
}

impl From<OutputForm> for Format {
    fn from(form: OutputForm) -> Format {
        match form {
            OutputForm::Rich => Format::Rich,
            OutputForm::Short => Format::Short,
            OutputForm::Plain => Format::Plain,
            OutputForm::Json => Format::Json,
        }
    }
}

/// So many steps, as written on the command line.
fn steps(written: &str) -> Result<u64, &'static str> {
    written.parse().map_err(|_| "write a whole number, such as 200000000")
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse_iso(text).ok_or_else(|| "write a day that exists as YEAR-MONTH-DAY, such as 2026-11-22".to_owned())
}

/// Reads the protocol at a path, with everything it uses.
fn read(world: &world::RealWorld, path: &str, sources: &mut Sources) -> Result<Loaded, Failure> {
    resolve::load(world, path, sources).map_err(|e| world::failure(&e.path, &e.refusal))
}

/// Protocols that are held against each other, in order, as far as they can be read; what stops the others; and files that could not be
/// had.
fn read_all<'p>(
    world: &world::RealWorld,
    paths: impl IntoIterator<Item = &'p str>,
    sources: &mut Sources,
) -> (Vec<Protocol>, Vec<Diagnostic>, Vec<Failure>) {
    let (mut texts, mut findings, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        match read(world, path, sources) {
            Ok(loaded) if loaded.diagnostics.iter().any(Diagnostic::stops) => {
                findings.extend(loaded.diagnostics.into_iter().filter(Diagnostic::stops));
            }
            Ok(loaded) => texts.push(loaded.protocol),
            Err(failure) => failures.push(failure),
        }
    }
    (texts, findings, failures)
}

/// Why these could not be asked, though they were read.
fn unasked(paths: &[&str], why: &str) -> Failure {
    Failure::new(format!("`{}` could not be asked", paths.join("`, `"))).because(why)
}

/// The lines of scenarios that cannot be read: nothing else than `duly test` needs them.
fn unread_scenarios(loaded: &Loaded) -> Vec<Diagnostic> {
    let warned = |d: &&Diagnostic| d.severity == Severity::Warning && d.code < code::UNKNOWN_NAME;
    loaded.diagnostics.iter().filter(warned).cloned().collect()
}

/// Runs the command with the arguments and streams of this process.
pub fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    let form = usage::asked::<OutputForm>(&args, "--output").unwrap_or(OutputForm::Rich);
    let colour = usage::asked(&args, "--color").or_else(|| usage::asked(&args, "--colour"));
    let mut output = Output::new(form.into(), colour.unwrap_or_default());
    // The width is ours, so that help that goes to a file is the same everywhere too.
    let command = Cli::command().term_width(output.style(false).width.min(HELP));
    let parsed = command.try_get_matches_from(&args);
    let exit = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => run(cli, &mut output),
        Err(error) => usage::explain(&error, &mut output),
    };
    ExitCode::from(output.finish(exit) as u8)
}

fn run(cli: Cli, output: &mut Output) -> Exit {
    match cli.verb {
        Verb::New(args) => new::run(&args, output),
        Verb::Check(args) => check::run(&args, output),
        Verb::Diff(args) => diff::run(&args, output),
        Verb::Compare(args) => compare::run(&args, output),
        Verb::Test(args) => test::run(&args, output),
        Verb::Fmt(args) => fmt::run(&args, output),
        Verb::Flow(args) => flow::run(&args, output),
        Verb::Schedule(args) => schedule::run(&args, output),
        Verb::Explain(args) => explain::run(&args, output),
        Verb::Completions(args) => completions::run(&args, output),
        Verb::Man(args) => man::run(&args, output),
    }
}

//! `duly schedule`: a case in, its duties out.

use super::output::Output;
use super::world::{RealWorld, failure};
use super::{Exit, Failure, check, day, read, unread_scenarios};
use crate::case;
use crate::diagnostics::Diagnostic;
use crate::model::{Module, Protocol};
use crate::render;
use crate::render::schedule::{Form, Worked};
use crate::schedule;
use crate::source::Sources;
use crate::time::Day;
use crate::world::World;
use clap::ValueEnum;
use std::path::Path;

/// Say what one case asks of whom, by when, and why that day
///
/// What is lost comes first, then what is overdue, due, and later. A doubt that the case leaves open gives a day for each
/// reading.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly schedule policies/stoke-on-trent --case examples/cases/stoke-on-trent.toml
  duly schedule policies/doncaster --case examples/cases/doncaster.toml \\
      --case examples/cases/doncaster.csv --today 2026-11-20 --why
  duly schedule policies/stoke-on-trent --case examples/cases/stoke-on-trent.toml --output ics")]
pub struct Args {
    /// A `.duly` file, or a folder whose `.duly` files make one protocol together
    #[arg(value_name = "PATH")]
    path: String,
    /// What is known of the case: a TOML file, a CSV file of dated events, or both (docs/schedule.md)
    #[arg(long = "case", value_name = "FILE", required = true)]
    cases: Vec<String>,
    /// How the schedule is shown
    #[arg(long, value_name = "FORM", default_value = "table")]
    output: OutputForm,
    /// Work it out as on this day (such as 2026-11-22) rather than today
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Day>,
    /// In the table and in sentences, show how each day was counted, link by link
    #[arg(long)]
    why: bool,
}

/// Forms of a schedule, as written on the command line.
#[derive(Clone, Copy, ValueEnum)]
enum OutputForm {
    /// For a person: what is lost, what is due, what comes later, what is done
    Table,
    /// Sentences for a screen reader
    Plain,
    /// A document for machines
    Json,
    /// A sheet, one line per duty and reading
    Csv,
    /// A calendar file, one all-day entry per last day
    Ics,
}

impl From<OutputForm> for Form {
    fn from(form: OutputForm) -> Form {
        match form {
            OutputForm::Table => Form::Table,
            OutputForm::Plain => Form::Plain,
            OutputForm::Json => Form::Json,
            OutputForm::Csv => Form::Csv,
            OutputForm::Ics => Form::Ics,
        }
    }
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let world = RealWorld::new(args.today);
    let mut sources = Sources::new();
    let loaded = match read(&world, &args.path, &mut sources) {
        Ok(loaded) => loaded,
        Err(failure) => return output.fail(&[failure]),
    };
    if loaded.diagnostics.iter().any(Diagnostic::stops) {
        return output.refuse(&sources, &loaded.diagnostics);
    }
    output.remark(&sources, &unread_scenarios(&loaded));
    let mut files = Vec::new();
    let mut failures = Vec::new();
    for path in &args.cases {
        if !is_case(path) {
            let failure = Failure::new(format!(
                "`{path}` ends in neither `.toml` nor `.csv`, so it is no case file"
            ));
            failures
                .push(failure.help("save the events of a spreadsheet as CSV; what has no day goes into a TOML file"));
            continue;
        }
        match world.read(path) {
            Ok(text) => files.push(sources.add(path.as_str(), text.as_str())),
            Err(refusal) => failures.push(failure(path, &refusal)),
        }
    }
    if !failures.is_empty() {
        return output.fail(&failures);
    }
    let (history, found) = case::read(&sources, &files, &loaded.protocol, world.today());
    if found.iter().any(Diagnostic::stops) {
        return output.refuse(&sources, &found);
    }
    output.remark(&sources, &found);
    let schedule = match schedule::schedule(&loaded.protocol, &history) {
        Ok(schedule) => schedule,
        Err(why) => {
            let failure = Failure::new("no day can be counted for this case").because(why.to_string());
            return output.fail(&[failure.help("give a `--today` that the calendar of the protocol covers")]);
        }
    };
    let (protocol, title) = named(&loaded.protocol, &args.path);
    let remarks: Vec<String> = found.iter().map(|d| d.headline.clone()).collect();
    let worked = Worked {
        schedule: &schedule,
        protocol,
        title,
        calendar: &check::edition(&loaded.protocol),
        case: &args.cases.join("\n"),
        remarks: &remarks,
    };
    let width = output.style(false).width;
    output.print(&render::schedule::schedule(
        &worked,
        args.output.into(),
        args.why,
        width,
    ));
    if schedule.is_in_breach() {
        Exit::Found
    } else if schedule.unsettled.is_empty() {
        Exit::Clean
    } else {
        Exit::Unproven
    }
}

/// Whether a file is in one of the two forms of a case; one without an ending is taken for TOML.
fn is_case(path: &str) -> bool {
    let ending = Path::new(path).extension();
    ending.is_none_or(|e| e.eq_ignore_ascii_case("toml") || e.eq_ignore_ascii_case("csv"))
}

/// The name and the title of the protocol itself, not of what it uses.
fn named<'a>(protocol: &'a Protocol, path: &'a str) -> (&'a str, &'a str) {
    let own: Option<&Module> = protocol.modules.iter().rfind(|m| m.local);
    own.map_or((path, path), |m| (&m.name, &m.label))
}

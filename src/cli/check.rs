//! `duly check`: can this protocol be kept, by everyone, on every date, down every branch?

use super::certify::Clerk;
use super::output::Output;
use super::progress::Line;
use super::world::RealWorld;
use super::{Exit, Failure, Reading, fix, read};
use crate::analyses::{self, Progress};
use crate::calendar::CalendarError;
use crate::certify::proof::Listening;
use crate::diagnostics::{Diagnostic, Severity};
use crate::model::Protocol;
use crate::render::{self, Asked, CalendarEdition, Checked, Counts};
use crate::source::Sources;
use crate::world::World;
use clap::ValueEnum;

/// Say whether a protocol can be kept, and show a dated case where it cannot
///
/// Every start date and every branch is asked about, within bounds that are said. Each finding names the rules it turns on.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly check examples/review-before-conference.duly
  duly check policies/doncaster --output short     one line per finding
  duly check policies/doncaster --dates every-year  a way on in every year there can be, not only those listed
  duly check policies/doncaster --further-holidays 1  and a way on if one more holiday is announced
  duly check policies/*/ --deny warning            in a pipeline: exit with 1 from warnings on
  duly check examples/four-weeks.duly --output json
  duly check examples/four-weeks.duly --certify    is the solver right where it says that something cannot be?")]
pub struct Args {
    /// Protocols: `.duly` files, or folders whose `.duly` files make one protocol together
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// The lowest level that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    deny: Level,
    /// Exit with 0 whatever was found; a protocol that could not be read still exits with 2
    #[arg(long)]
    exit_zero: bool,
    /// How much work each family of questions may take, in steps of the solver: the same on every machine
    #[arg(long, value_name = "N", default_value_t = analyses::STEPS, value_parser = super::steps)]
    steps: u64,
    /// Of which start dates it is asked whether there is a way on
    #[arg(long, value_name = "DATES", default_value = "listed")]
    dates: Dates,
    /// Ask too whether there is a way on if up to N more holidays are announced (0 to 3), on whichever working days they fall
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = at_most_three)]
    further_holidays: u8,
    /// Say too how far each last day could be sooner, and the start date from which the next number leaves no way on
    #[arg(long)]
    slack: bool,
    /// First mend the slips in the files named that can have meant nothing else, and say so; a file is written only if all of
    /// it can then be read
    #[arg(long)]
    fix: bool,
    /// Have every answer of the solver that something cannot be checked step by step, by a small program that shares nothing with it
    #[arg(long)]
    certify: bool,
    /// Print every finding in full rather than the first five, and a case for each of those beneath another
    #[arg(long)]
    all: bool,
}

impl Args {
    /// How much is asked.
    fn extent(&self) -> analyses::Extent {
        analyses::Extent {
            steps: self.steps,
            calendars: analyses::Calendars {
                dates: self.dates.into(),
                further: usize::from(self.further_holidays),
            },
            slack: self.slack,
        }
    }

    /// The same, for the report.
    fn asked(&self) -> Asked {
        Asked {
            dates: match self.dates {
                Dates::Listed => "listed",
                Dates::EveryYear => "every-year",
            },
            further_holidays: self.further_holidays,
            steps: self.steps,
        }
    }
}

/// So many holidays, as written on the command line.
fn at_most_three(written: &str) -> Result<u8, &'static str> {
    let number = written.parse().ok().filter(|n| *n <= 3);
    number.ok_or("write a whole number from 0 to 3")
}

/// Start dates, as written on the command line.
#[derive(Clone, Copy, ValueEnum)]
enum Dates {
    /// Every one of those that the calendar of the protocol covers
    Listed,
    /// Those, and every year there can be under the standing holiday rules, shown on runs of years that stand for all
    EveryYear,
}

impl From<Dates> for analyses::Dates {
    fn from(dates: Dates) -> analyses::Dates {
        match dates {
            Dates::Listed => analyses::Dates::Listed,
            Dates::EveryYear => analyses::Dates::EveryYear,
        }
    }
}

/// Levels, as written on the command line.
#[derive(Clone, Copy, ValueEnum)]
enum Level {
    /// What cannot be kept, contradicts law, or is not a protocol
    Error,
    /// Also what is against guidance, or wrong only on one reading
    Warning,
    /// Also what is merely worth knowing
    Note,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Severity {
        match level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Note,
        }
    }
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let world = args.reading.world();
    let (mut sources, mut findings, mut checked, mut failures) = (Sources::new(), Vec::new(), Vec::new(), Vec::new());
    if args.fix {
        failures.extend(fix::run(&world, &args.paths));
    }
    for path in &args.paths {
        let clerk = args.certify.then(Clerk::default);
        match examine(
            &world,
            path,
            args,
            &mut sources,
            &Line::of(output, path),
            clerk.as_ref(),
        ) {
            Ok((found, summary)) => {
                findings.extend(found);
                checked.push(summary);
                failures.extend(clerk.and_then(|clerk| clerk.close(path)));
            }
            Err(failure) => failures.push(failure),
        }
    }
    if !output.is_document() {
        output.complain(&failures);
    }
    if output.is_document() || !checked.is_empty() {
        let report = render::Report {
            sources: &sources,
            findings: &findings,
            checked: &checked,
            failures: &failures,
        };
        let text = render::report(&report, output.style(args.all));
        output.print(&text);
    }
    if !failures.is_empty() || findings.iter().any(Diagnostic::stops) {
        Exit::Unusable
    } else if args.exit_zero {
        Exit::Clean
    } else if Counts::of(&findings).at_least(args.deny.into()) > 0 {
        Exit::Found
    } else if checked.iter().any(|c| c.unproven > 0) {
        Exit::Unproven
    } else {
        Exit::Clean
    }
}

/// Reads one protocol and asks every question of it; a text that is not a protocol is not asked anything.
fn examine(
    world: &RealWorld,
    path: &str,
    args: &Args,
    sources: &mut Sources,
    line: &Line,
    clerk: Option<&Clerk>,
) -> Result<(Vec<Diagnostic>, Checked), Failure> {
    let loaded = read(world, path, sources)?;
    let mut checked = Checked {
        path: path.to_owned(),
        ..Checked::default()
    };
    let mut findings = loaded.diagnostics;
    if !findings.iter().any(Diagnostic::stops) {
        checked.calendar = Some(edition(&loaded.protocol));
        checked.asked = Some(args.asked());
        let extent = args.extent();
        let mut tell = |p: Progress| {
            line.tell(p);
            clerk.inspect(|clerk| clerk.turn_to(p.family));
        };
        let listener = clerk.map(|clerk| || clerk.listener());
        let listening = listener.as_ref().map(|l| l as Listening<'_>);
        let asked = analyses::check_within(&loaded.protocol, world.today(), extent, &mut tell, listening);
        take(asked, args, &mut findings, &mut checked);
        checked.certified = clerk.map(Clerk::tally);
    }
    Ok((findings, checked))
}

/// Adds what came of the questions.
fn take(
    asked: Result<analyses::Report, CalendarError>,
    args: &Args,
    findings: &mut Vec<Diagnostic>,
    checked: &mut Checked,
) {
    match asked {
        Ok(report) => {
            findings.extend(report.findings);
            checked.proved = report.proved;
            checked.bounds = report.bounds;
            checked.slack = args.slack.then_some(report.slack);
            checked.unproven = report.unproven;
        }
        // `resolve` accepts only calendars that make an axis; whatever else happens is said, and is not a proof.
        Err(why) => {
            checked.bounds.push(why.to_string());
            checked.unproven = 1;
        }
    }
}

/// The calendar a protocol counts with.
pub(super) fn edition(protocol: &Protocol) -> CalendarEdition {
    let calendar = &protocol.calendar;
    CalendarEdition {
        name: calendar.name.clone(),
        edition: calendar.edition,
        published_until: calendar.published_until,
        known_until: calendar.known_until,
    }
}

//! `duly fmt`: files laid out in the one way. A file is written only where it changes, and only after the new text is proved
//! to say the same.

use super::output::Output;
use super::world::{self, RealWorld};
use super::{Exit, Failure, OutputForm, files};
use crate::format::{self, Refused};
use crate::source::Sources;
use crate::world::{Refusal, World};
use std::io::{self, Read};

/// The path that stands for standard input.
const STDIN: &str = "-";

/// Lay protocol files out in the one way
///
/// Only white space changes: values stand in line, lines longer than 100 columns are broken where they can be, at most one
/// blank line is kept. Before a file is written, the new text is proved to say the same as the old.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly fmt policies/                               every `.duly` file of a folder
  duly fmt --check policies/                       exit with 1 if a file would change
  duly fmt --diff examples/four-weeks.duly         show what would change
  duly fmt - < examples/four-weeks.duly            standard input to standard output")]
pub struct Args {
    /// Files, or folders whose `.duly` files are meant; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Write nothing; name each file that would change, and exit with 1 if there is one
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, line by line
    #[arg(long)]
    diff: bool,
    /// How what cannot be read is shown
    #[arg(long, value_name = "FORM", default_value = "rich")]
    output: OutputForm,
}

/// What became of one file.
enum Done {
    Same,
    Changed,
    Refused,
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let world = RealWorld::new(None);
    let mut exit = Exit::Clean;
    for path in &args.paths {
        let found = match path.as_str() {
            STDIN => Ok(vec![STDIN.to_owned()]),
            _ => world.list(path),
        };
        let done: Vec<Done> = match found {
            Ok(files) => files.iter().map(|file| one(args, &world, file, output)).collect(),
            Err(refusal) => {
                output.fail(&[world::failure(path, &refusal)]);
                vec![Done::Refused]
            }
        };
        let asks = args.check || args.diff;
        for done in done {
            exit = match (done, exit) {
                (Done::Refused, _) | (_, Exit::Unusable) => Exit::Unusable,
                (Done::Changed, _) if asks => Exit::Found,
                (Done::Changed | Done::Same, exit) => exit,
            };
        }
    }
    exit
}

/// Lays out one file.
fn one(args: &Args, world: &RealWorld, path: &str, output: &mut Output) -> Done {
    let text = match if path == STDIN { stdin() } else { world.read(path) } {
        Ok(text) => text,
        Err(refusal) => {
            output.fail(&[world::failure(path, &refusal)]);
            return Done::Refused;
        }
    };
    let mut sources = Sources::new();
    let file = sources.add(path, text.clone());
    let laid = match format::format(&sources, file) {
        Ok(laid) => laid,
        Err(Refused::Unreadable(findings)) => {
            output.refuse(&sources, &findings);
            return Done::Refused;
        }
        Err(Refused::Unproved(what)) => {
            output.fail(&[Failure::new(format!("`{path}` is left as it is"))
                .because(what.to_owned())
                .help("send the file to those who look after duly: this is a fault of the formatter")]);
            return Done::Refused;
        }
    };
    let changed = laid != text;
    if args.diff {
        output.print(&difference(path, &text, &laid));
    } else if args.check {
        if changed {
            output.print(&format!("{path}\n"));
        }
    } else if path == STDIN {
        output.print(&laid);
    } else if changed && let Err(error) = files::replace(path, &laid) {
        output.fail(&[Failure::new(format!("`{path}` could not be written")).because(error.to_string())]);
        return Done::Refused;
    }
    if changed { Done::Changed } else { Done::Same }
}

fn stdin() -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    let read = io::stdin().take(world::LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|e| Refusal::Other(e.to_string()))?;
    world::text(bytes)
}

/// The change as a unified diff; nothing where there is none.
fn difference(path: &str, before: &str, after: &str) -> String {
    let lines = similar::TextDiff::from_lines(before, after);
    lines.unified_diff().header(path, path).to_string()
}

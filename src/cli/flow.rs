//! `duly flow`: a protocol as flowcharts in Graphviz DOT, on standard output or as one file per chart.

use super::output::Output;
use super::progress::Line;
use super::{Exit, Failure, Reading, files, read, unread_scenarios};
use crate::analyses;
use crate::diagnostics::Diagnostic;
use crate::emit::{self, Chart, Mark};
use crate::model::Protocol;
use crate::source::Sources;
use crate::time::Day;
use crate::world::World;
use std::path::PathBuf;

/// Draw a protocol as flowcharts (Graphviz DOT)
///
/// One chart as an overview, one for each process, with a lane for each role. What `check` finds is marked.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly flow examples/review-before-conference.duly --text
  duly flow examples/review-before-conference.duly --chart overview > overview.dot
  duly flow policies/doncaster --out charts        one file per chart")]
pub struct Args {
    /// A `.duly` file, or a folder whose `.duly` files make one protocol together
    #[arg(value_name = "PATH")]
    path: String,
    /// Only the chart of this name; without it, all of them
    #[arg(long, value_name = "NAME")]
    chart: Option<String>,
    /// In words instead of DOT: who does what, after what, by when
    #[arg(long)]
    text: bool,
    /// Write one file per chart into this folder instead of standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let loaded = match read(&args.reading.world(), &args.path, &mut sources) {
        Ok(loaded) => loaded,
        Err(failure) => return output.fail(&[failure]),
    };
    if loaded.diagnostics.iter().any(Diagnostic::stops) {
        return output.refuse(&sources, &loaded.diagnostics);
    }
    output.remark(&sources, &unread_scenarios(&loaded));
    let charts = emit::charts(
        &loaded.protocol,
        &clashes(
            &loaded.protocol,
            args.reading.world().today(),
            &Line::of(output, &args.path),
        ),
    );
    let chosen: Vec<&Chart> = charts
        .iter()
        .filter(|c| args.chart.as_ref().is_none_or(|name| *name == c.name))
        .collect();
    if let (Some(name), true) = (&args.chart, chosen.is_empty()) {
        let names: Vec<String> = charts.iter().map(|c| format!("`{}`", c.name)).collect();
        let failure = Failure::new(format!("there is no chart `{name}` of `{}`", args.path));
        return output.fail(&[failure.help(format!("name one of {}", names.join(", ")))]);
    }
    match &args.out {
        None => {
            let all: Vec<&str> = chosen
                .iter()
                .map(|c| if args.text { c.text.as_str() } else { c.dot.as_str() })
                .collect();
            output.print(&all.join(if args.text { "\n" } else { "" }));
        }
        Some(folder) => {
            for chart in chosen {
                let (ending, text) = if args.text {
                    ("txt", &chart.text)
                } else {
                    ("dot", &chart.dot)
                };
                let file = folder.join(format!("{}.{ending}", chart.name));
                if let Err(error) = files::put(&file, text) {
                    let failure = Failure::new(format!("`{}` could not be written", file.display()));
                    let failure = failure.because(error.to_string());
                    return output.fail(&[failure.help("name a folder after `--out` that you may write to")]);
                }
            }
        }
    }
    Exit::Clean
}

/// What `check` finds wrong, as marks on the charts; the charts of a protocol that cannot be asked about have none.
fn clashes(protocol: &Protocol, today: Day, line: &Line) -> Vec<Mark> {
    let Ok(report) = analyses::check_within(
        protocol,
        today,
        analyses::Extent::default(),
        &mut |p| line.tell(p),
        None,
    ) else {
        return Vec::new();
    };
    let marks = analyses::marks(protocol, &report);
    marks
        .into_iter()
        .map(|(norm, finding, headline)| Mark {
            norm,
            finding,
            headline,
        })
        .collect()
}

//! `duly flow`: a protocol as flowcharts in Graphviz DOT, on standard output or as one file per chart.

use super::output::Output;
use super::{Exit, Failure, Reading, read};
use crate::analyses;
use crate::diagnostics::Diagnostic;
use crate::emit::{self, Chart, Mark};
use crate::model::Protocol;
use crate::source::Sources;
use crate::time::Day;
use crate::world::World;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Draw a protocol as flowcharts (Graphviz DOT)
#[derive(clap::Args)]
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
    let charts = emit::charts(
        &loaded.protocol,
        &clashes(&loaded.protocol, args.reading.world().today()),
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
                if let Err(error) = write_whole(&file, text) {
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
fn clashes(protocol: &Protocol, today: Day) -> Vec<Mark> {
    let Ok(report) = analyses::check(protocol, today) else {
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

/// Writes a file that is either there whole or not at all: beside its place under another name, then renamed.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = folder.join(name);
    let written = fs::File::create(&part).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&part, path));
    if done.is_err() {
        // What was half written is of no use; that it could not be written is what is reported.
        let _ = fs::remove_file(&part);
    }
    done
}

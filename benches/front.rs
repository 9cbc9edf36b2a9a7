//! How fast text becomes a model: each stage of the front end on generated protocols of 1,000 to 100,000 lines, in lines a
//! second, and how the time grows. `cargo bench --bench front`; what it showed: `docs/benchmarks.md`.
//! `cargo bench --bench front -- STAGE LINES` runs one stage once, for a profiler or a look at memory.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

mod clock;
mod generate;

use std::hint::black_box;
use std::time::{Duration, Instant};

use clock::worked;
use duly::format::format;
use duly::resolve::from_text;
use duly::source::{FileId, Sources};
use duly::syntax::{cut, parse, readable};

/// Lines of each protocol, about.
const LINES: [usize; 3] = [1_000, 10_000, 100_000];
/// Runs of each stage; the shortest counts, since what else the machine does only adds to the others.
const RUNS: usize = 5;

/// Does its work on one file, with that of the stages above it.
type Stage = fn(&Sources, FileId);

/// Every stage. Each of the first four does what the one before it does and more; the last begins with `built`.
const STAGES: [(&str, Stage); 5] = [
    ("cut", |sources, file| drop(black_box(cut(sources, file)))),
    ("matched", |sources, file| {
        let cut = cut(sources, file);
        assert_eq!(readable(sources, &cut), cut.lines.len());
    }),
    ("built", |sources, file| {
        assert!(parse(sources, file).diagnostics.is_empty())
    }),
    ("resolved", |sources, file| {
        let loaded = from_text(sources.name(file), sources.text(file), &mut Sources::new());
        assert!(loaded.is_well_formed());
    }),
    ("formatted", |sources, file| assert!(format(sources, file).is_ok())),
];

/// The shortest of some runs.
fn shortest(stage: Stage, sources: &Sources, file: FileId) -> Duration {
    let since = Instant::now();
    let run = |_| {
        let before = worked(since);
        stage(sources, file);
        worked(since) - before
    };
    (0..RUNS).map(run).min().unwrap()
}

/// A generated protocol of about so many lines.
fn generated(lines: usize) -> (Sources, FileId, usize) {
    let text = generate::protocol(lines * 2 / 11);
    let count = text.lines().count();
    let mut sources = Sources::new();
    let file = sources.add("generated.duly", text);
    (sources, file, count)
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if let [name, lines] = asked.as_slice() {
        let (sources, file, count) = generated(lines.parse().unwrap());
        for (_, stage) in STAGES.iter().filter(|(stage, _)| stage == name) {
            stage(&sources, file);
        }
        return println!("{count} lines");
    }
    println!(
        "{:>9}  {:10} {:>10} {:>14} {:>8}",
        "lines", "stage", "time", "lines/second", "growth"
    );
    let mut before: Vec<Duration> = Vec::new();
    for lines in LINES {
        let (sources, file, count) = generated(lines);
        let times: Vec<Duration> = STAGES
            .iter()
            .map(|(_, stage)| shortest(*stage, &sources, file))
            .collect();
        for (at, ((stage, _), time)) in STAGES.iter().zip(&times).enumerate() {
            let growth = before.get(at).map_or(String::new(), |b| {
                format!("{:.1}", time.as_secs_f64() / b.as_secs_f64())
            });
            println!(
                "{count:>9}  {stage:10} {:>7.1} ms {:>14.0} {growth:>8}",
                time.as_secs_f64() * 1e3,
                count as f64 / time.as_secs_f64()
            );
        }
        before = times;
    }
}

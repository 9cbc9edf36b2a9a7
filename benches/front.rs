//! How fast text becomes a model: each stage of the front end on generated protocols of 1,000 to 100,000 lines, in lines a
//! second, and how the time grows. `cargo bench --bench front`; what it showed: `docs/benchmarks.md`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

mod generate;

use std::time::{Duration, Instant};

use duly::format::format;
use duly::resolve::from_text;
use duly::source::Sources;
use duly::syntax::parse;

/// Lines of each protocol, about.
const LINES: [usize; 3] = [1_000, 10_000, 100_000];
/// Runs of each stage; the shortest counts, since what else the machine does only adds.
const RUNS: usize = 5;

/// The shortest of some runs.
fn shortest(mut stage: impl FnMut()) -> Duration {
    let run = |_| {
        let start = Instant::now();
        stage();
        start.elapsed()
    };
    (0..RUNS).map(run).min().unwrap()
}

fn main() {
    println!(
        "{:>9}  {:22} {:>10} {:>14} {:>8}",
        "lines", "stage", "time", "lines/second", "growth"
    );
    let mut before: Vec<Duration> = Vec::new();
    for lines in LINES {
        let text = generate::protocol(lines * 2 / 11);
        let count = text.lines().count();
        let mut sources = Sources::new();
        let file = sources.add("generated.duly", text.clone());
        assert!(parse(&sources, file).diagnostics.is_empty());
        let stages: [(&str, Duration); 3] = [
            ("text to ast", shortest(|| drop(parse(&sources, file)))),
            (
                "text to model",
                shortest(|| assert!(from_text("generated.duly", &text, &mut Sources::new()).is_well_formed())),
            ),
            (
                "formatted and proved",
                shortest(|| assert!(format(&sources, file).is_ok())),
            ),
        ];
        for (at, (stage, time)) in stages.iter().enumerate() {
            let growth = before.get(at).map_or(String::new(), |b| {
                format!("{:.1}", time.as_secs_f64() / b.as_secs_f64())
            });
            println!(
                "{count:>9}  {stage:22} {:>7.1} ms {:>14.0} {growth:>8}",
                time.as_secs_f64() * 1e3,
                count as f64 / time.as_secs_f64()
            );
        }
        before = stages.iter().map(|(_, time)| *time).collect();
    }
}

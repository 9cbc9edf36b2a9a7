//! How long `duly check` takes: of the Stoke-on-Trent policy, in this process and as a process of its own, and of generated
//! protocols. `cargo bench`; `DULY_BENCH_MAX` is the largest number of rules of which every question is asked. What is
//! measured, and what it showed: `docs/benchmarks.md`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

mod clock;
mod decisions;
mod generate;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clock::worked;
use decisions::Gates;

use duly::analyses;
use duly::calendar::Calendar;
use duly::model::Protocol;
use duly::resolve::from_text;
use duly::solve::ask::{Asker, Tier};
use duly::solve::ground::Ground;
use duly::source::Sources;
use duly::time::Day;

const STOKE: &str = "policies/stoke-on-trent/stoke-on-trent.duly";
const SIZES: [usize; 4] = [20, 100, 1_000, 10_000];
/// Decisions of two ways on each: as many cases as two to that power.
const DECISIONS: [usize; 4] = [10, 20, 40, 80];
/// Largest size of which every question is asked, unless `DULY_BENCH_MAX` says another.
const USUALLY_UP_TO: usize = 100;

fn main() {
    let most = std::env::var("DULY_BENCH_MAX")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(USUALLY_UP_TO);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(STOKE)).unwrap();
    println!(
        "{:24} {:>10} {:>10} {:>10}  work",
        "protocol", "read", "grounded", "checked"
    );
    measure("stoke-on-trent", &text, true);
    let begun = Instant::now();
    {
        let run = Command::new(env!("CARGO_BIN_EXE_duly"))
            .args(["check", STOKE, "--output", "short", "--today", "2026-11-22"])
            .current_dir(root)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(matches!(run.code(), Some(0 | 1 | 3)), "{run}");
    }
    let process = begun.elapsed();
    println!(
        "{:24} {:>10} {:>10} {:>10}  from the start of the process to its end",
        "stoke-on-trent, cold",
        "",
        "",
        shown(process)
    );
    let mut before: Option<Times> = None;
    for size in SIZES {
        let times = measure(
            &format!("generated, {size} rules"),
            &generate::protocol(size),
            size <= most,
        );
        if let Some(before) = before {
            println!(
                "{:24} {:>10} {:>10} {:>10}",
                "  times the one before",
                ratio(times.read, before.read),
                ratio(times.grounded, before.grounded),
                match (times.checked, before.checked) {
                    (Some(now), Some(then)) => ratio(now, then),
                    _ => String::new(),
                }
            );
        }
        before = Some(times);
    }
    for gates in [Gates::Apart, Gates::Chained] {
        let mut before: Option<Duration> = None;
        for count in DECISIONS {
            let name = format!("{count} decisions, {gates:?}").to_lowercase();
            let checked = measure(&name, &decisions::protocol(count, gates), true).checked;
            if let (Some(before), Some(now)) = (before, checked) {
                println!(
                    "{:24} {:>10} {:>10} {:>10}",
                    "  times the one before",
                    "",
                    "",
                    ratio(now, before)
                );
            }
            before = checked;
        }
    }
}

/// How long each step took; none for what was not asked.
struct Times {
    read: Duration,
    grounded: Duration,
    checked: Option<Duration>,
}

/// Reads, grounds and, if asked to, checks a protocol, and prints a line about it.
fn measure(name: &str, text: &str, ask: bool) -> Times {
    let (protocol, read) = timed(|| {
        let loaded = from_text("p.duly", text, &mut Sources::new());
        assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics.first());
        loaded.protocol
    });
    let (work, grounded) = timed(|| work(&protocol));
    let report = ask.then(|| timed(|| analyses::check(&protocol, Day::parse_iso("2026-11-22").unwrap()).unwrap()));
    let checked = report.as_ref().map(|(_, time)| *time);
    let found = report.map_or_else(String::new, |(r, _)| {
        format!(", {} findings, {} unproven", r.findings.len(), r.unproven)
    });
    println!(
        "{name:24} {:>10} {:>10} {:>10}  {work}{found}",
        shown(read),
        shown(grounded),
        checked.map_or("-".to_owned(), shown)
    );
    Times {
        read,
        grounded,
        checked,
    }
}

/// How much there is to ask about: rules and decisions of the text and of what it uses, parts that are solved on their own
/// with the points whose orders make words, and start dates.
fn work(protocol: &Protocol) -> String {
    let calendar = Calendar::build(&protocol.calendar).unwrap();
    let mut asker = Asker::new(Ground::new(protocol, &calendar));
    let obeyed = asker.obeyed(Tier::Should, &Default::default());
    let parts = asker.parts(&obeyed);
    let letters = parts.iter().map(|p| p.letters.len()).max().unwrap_or(0);
    format!(
        "{} rules, {} decisions, {} parts of at most {letters} letters, {} start dates",
        protocol.rules.len(),
        protocol.decisions.len(),
        parts.len(),
        asker.starts.1 - asker.starts.0 + 1
    )
}

fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let since = Instant::now();
    let before = worked(since);
    let value = what();
    (value, worked(since) - before)
}

fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s >= 1.0 => format!("{s:.1} s"),
        s => format!("{:.1} ms", s * 1e3),
    }
}

fn ratio(now: Duration, then: Duration) -> String {
    format!("x {:.1}", now.as_secs_f64() / then.as_secs_f64().max(1e-9))
}

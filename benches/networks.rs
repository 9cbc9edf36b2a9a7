//! How long it takes to decide a plain network of limits for all start dates at once, with the rules that clash and the exact dates:
//! of 200 to 100,000 rules, and of 200 on every year there can be. `cargo bench --bench networks`; what it showed: `docs/benchmarks.md`.
//!
//! Each row is a process of its own, so that its peak of memory is its own. `cargo bench --bench networks -- row 1000 5 mostly` is one
//! row (rules, cross-links in a hundred, `always`, `mostly` or `never` kept), `row 200 0 mostly years` one on every year, `check` in
//! place of `row` asks all that `duly check` asks, and `export` prints the network as JSON for `benches/peers.py`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

mod clock;
mod near_tree;

use std::process::Command;
use std::time::{Duration, Instant};

use clock::worked;
use duly::analyses;
use duly::calendar::Calendar;
use duly::model::Protocol;
use duly::resolve::from_text;
use duly::solve::ask::{Asker, Tier};
use duly::solve::ground::Ground;
use duly::solve::words::Attempt;
use duly::source::Sources;
use duly::time::Day;
use near_tree::{Kept, Network};

/// The same networks on every run.
const SEED: u64 = 7;
/// Rules of each network.
const SIZES: [usize; 4] = [200, 1_000, 10_000, 100_000];
/// How many rules of a hundred are cross-links.
const CROSS: [usize; 3] = [0, 5, 20];
/// The start date of the exported problem of one date: 5 January 2026, a Monday.
const ONE_DATE: &str = "2026-01-05";
/// Every year begins after the days that are published.
const EVERY_YEAR_FROM: i32 = 2029;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    match asked.as_slice() {
        [] => table(),
        [what, rules, cross, kept, rest @ ..] => {
            let kept = match *kept {
                "always" => Kept::Always,
                "mostly" => Kept::Mostly,
                "never" => Kept::Never,
                other => panic!("`{other}` is none of always, mostly, never"),
            };
            let network = near_tree::network(rules.parse().unwrap(), cross.parse().unwrap(), kept, SEED);
            match *what {
                "export" => export(&network),
                "check" => check(&network),
                _ => row(&network, rest == ["years"]),
            }
        }
        other => panic!("what is asked with {other:?}?"),
    }
}

fn table() {
    println!(
        "{:>7} {:>5} {:7} {:>9} {:>9} {:>9} {:>9} {:>9}  dates stuck, of how many; peak of memory",
        "rules", "cross", "kept", "read", "grounded", "parted", "decided", "again"
    );
    let me = std::env::current_exe().unwrap();
    let mut rows = Vec::new();
    for cross in CROSS {
        for size in SIZES {
            for kept in ["always", "mostly", "never"] {
                rows.push(vec![size.to_string(), cross.to_string(), kept.to_owned()]);
            }
        }
    }
    for kept in ["always", "mostly"] {
        rows.push(vec![
            "200".to_owned(),
            "0".to_owned(),
            kept.to_owned(),
            "years".to_owned(),
        ]);
    }
    for row in rows {
        let done = Command::new(&me).arg("row").args(&row).status().unwrap();
        assert!(done.success(), "{row:?}");
    }
}

fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let since = Instant::now();
    let before = worked(since);
    let value = what();
    (value, worked(since) - before)
}

fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s >= 1.0 => format!("{s:.2} s"),
        s => format!("{:.1} ms", s * 1e3),
    }
}

fn read(network: &Network) -> Protocol {
    let loaded = from_text("p.duly", &network.text(), &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics.first());
    loaded.protocol
}

/// Rules that clash, and from how many start dates; these are not counted on every year, where not every day is one.
type Clash = (usize, Option<usize>);

/// Every part of the network, asked of all start dates: the clash, if there is one, with its exact dates.
fn decide(asker: &mut Asker<'_>, parts: &[duly::solve::parts::Part]) -> Vec<Clash> {
    let mut found = Vec::new();
    for part in parts {
        match asker.refute(&part.letters, part, &part.norms) {
            Attempt::Stuck(clash) => {
                let core: Vec<_> = clash.core.iter().copied().collect();
                let listed = asker.ground.calendar.runs() == 1;
                let dates = listed.then(|| asker.stuck_starts(clash.word[0], part, &clash.case, &core));
                found.push((core.len(), dates.map(|dates| dates.len())));
            }
            Attempt::Continues => {}
            other => panic!("{other:?}"),
        }
    }
    found
}

fn row(network: &Network, years: bool) {
    let text = network.text();
    let (protocol, read) = timed(|| {
        let loaded = from_text("p.duly", &text, &mut Sources::new());
        assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics.first());
        loaded.protocol
    });
    let calendar = match years {
        false => Calendar::build(&protocol.calendar).unwrap(),
        true => Calendar::every_year(&protocol.calendar, EVERY_YEAR_FROM, 3).unwrap(),
    };
    let (ground, grounded) = timed(|| Ground::new(&protocol, &calendar));
    let ((mut asker, parts), parted) = timed(|| {
        let mut asker = Asker::new(ground);
        let obeyed = asker.obeyed(Tier::Must, &Default::default());
        let parts = asker.parts(&obeyed);
        (asker, parts)
    });
    let (clashes, decided) = timed(|| decide(&mut asker, &parts));
    let (same, again) = timed(|| decide(&mut asker, &parts));
    assert_eq!(clashes, same);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    println!(
        "{:>7} {:>5} {:7} {:>9} {:>9} {:>9} {:>9} {:>9}  {}; {}",
        network.links.len(),
        network.cross,
        if years { "years" } else { network.kept.name() },
        shown(read),
        shown(grounded),
        shown(parted),
        shown(decided),
        shown(again),
        match clashes.as_slice() {
            [] => "none".to_owned(),
            [(rules, Some(dates))] => {
                format!(
                    "{dates} of {}, {rules} rules clash",
                    asker.starts.1 - asker.starts.0 + 1
                )
            }
            [(rules, None)] => format!("some, {rules} rules clash"),
            more => format!("{more:?}"),
        },
        peak.map_or("not told", str::trim),
    );
}

fn check(network: &Network) {
    let protocol = read(network);
    let mut last: Option<(&str, Duration)> = None;
    let since = Instant::now();
    let mut ends = |family: Option<&'static str>| {
        if let Some((family, before)) = last {
            println!("  {family:40} {:>9}", shown(worked(since) - before));
        }
        last = family.map(|family| (family, worked(since)));
    };
    let today = Day::parse_iso("2026-11-22").unwrap();
    let extent = analyses::Extent::default();
    let (report, checked) = timed(|| {
        let report = analyses::check_within(&protocol, today, extent, &mut |p| ends(Some(p.family)), None);
        ends(None);
        report.unwrap()
    });
    println!(
        "{} rules, {} cross-links in a hundred: checked in {}, {} findings, {} unproven",
        network.links.len(),
        network.cross,
        shown(checked),
        report.findings.len(),
        report.unproven
    );
}

/// The network with the working days of its axis, as JSON.
fn export(network: &Network) {
    let calendar = Calendar::build(&read(network).calendar).unwrap();
    let days = || (calendar.first().0..=calendar.last().0).map(Day);
    let working: String = days()
        .map(|day| if calendar.is_working(day) { '1' } else { '0' })
        .collect();
    let start = days().position(|day| day == Day::parse_iso(ONE_DATE).unwrap()).unwrap();
    let links = network.links.iter().map(|l| {
        format!(
            "{{\"of\":{},\"from\":{},\"count\":{},\"unit\":\"{}\",\"within\":{}}}",
            l.of, l.from, l.length.count, l.length.unit, l.within
        )
    });
    println!(
        "{{\"occurrences\":{},\"axis\":{},\"first\":\"{}\",\"start\":{start},\"working\":\"{working}\",\"links\":[\n{}\n]}}",
        network.occurrences,
        calendar.len(),
        calendar.first(),
        links.collect::<Vec<_>>().join(",\n")
    );
}

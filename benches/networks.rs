//! How long plain networks of limits take, for all start dates at once.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

mod near_tree;

use std::time::{Duration, Instant};

use duly::calendar::Calendar;
use duly::resolve::from_text;
use duly::solve::ask::{Asker, Tier};
use duly::solve::ground::Ground;
use duly::source::Sources;
use near_tree::Kept;

fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = what();
    (value, start.elapsed())
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let rules: usize = asked[0].parse().unwrap();
    let cross: usize = asked[1].parse().unwrap();
    let kept = match asked[2].as_str() {
        "always" => Kept::Always,
        "mostly" => Kept::Mostly,
        _ => Kept::Never,
    };
    let network = near_tree::network(rules, cross, kept, 7);
    let text = network.text();
    let (protocol, read) = timed(|| {
        let loaded = from_text("p.duly", &text, &mut Sources::new());
        assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics.first());
        loaded.protocol
    });
    println!("read {read:?} {} bytes", text.len());
    if asked.len() > 3 {
        let mut last = ("", Instant::now());
        let mut tell = |p: duly::analyses::Progress| {
            println!("  {:40} {:?}", last.0, last.1.elapsed());
            last = (p.family, Instant::now());
        };
        let today = duly::time::Day::parse_iso("2026-11-22").unwrap();
        let (report, time) = timed(|| duly::analyses::check_within(&protocol, today, Default::default(), &mut tell, None).unwrap());
        println!("  {:40} {:?}", last.0, last.1.elapsed());
        println!("checked {time:?} {} findings {} unproven {:?}", report.findings.len(), report.unproven, report.bounds);
        return;
    }
    let calendar = Calendar::build(&protocol.calendar).unwrap();
    let (ground, time) = timed(|| Ground::new(&protocol, &calendar));
    println!("grounded {time:?}");
    let (mut asker, time) = timed(|| Asker::new(ground));
    println!("asker {time:?} {} starts", asker.starts.1 - asker.starts.0 + 1);
    let (parts, time) = timed(|| {
        let obeyed = asker.obeyed(Tier::Must, &Default::default());
        asker.parts(&obeyed)
    });
    println!("parts {time:?} {} {:?}", parts.len(), parts.iter().map(|p| p.norms.len()).collect::<Vec<_>>());
    for _ in 0..2 {
        let (stuck, time) = timed(|| {
            let mut stuck = Vec::new();
            for part in &parts {
                match asker.refute(&part.letters, part, &part.norms) {
                    duly::solve::words::Attempt::Stuck(found) => {
                        let core: Vec<_> = found.core.iter().copied().collect();
                        let (days, time) = timed(|| asker.stuck_starts(found.word[0], part, &found.case, &core));
                        stuck.push((core, days.len(), time));
                    }
                    duly::solve::words::Attempt::Continues => {}
                    other => panic!("{other:?}"),
                }
            }
            stuck
        });
        println!("refute {time:?} {stuck:?}");
    }
    println!("{}", std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmHWM")).unwrap());
}

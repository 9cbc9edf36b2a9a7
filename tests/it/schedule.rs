//! One case worked out: what is lost, what is due by when and why that day.

use duly::case::read;
use duly::model::Protocol;
use duly::resolve::from_text;
use duly::schedule::{Schedule, schedule};
use duly::source::Sources;
use std::path::Path;

use crate::story::day;

fn shipped(path: &str) -> Protocol {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(path);
    let text = std::fs::read_to_string(path).unwrap();
    let loaded = from_text("protocol.duly", &text, &mut Sources::new());
    assert!(loaded.is_well_formed());
    loaded.protocol
}

fn worked_out(protocol: &Protocol, case: &str, today: &str) -> Schedule {
    let mut sources = Sources::new();
    let file = sources.add("case.toml", case);
    let (history, found) = read(&sources, &[file], protocol, day(today));
    let headlines: Vec<&str> = found.iter().map(|d| d.headline.as_str()).collect();
    assert_eq!(headlines, [""; 0]);
    schedule(protocol, &history).unwrap()
}

/// Looked after on 2026-04-20 under section 20, three weeks after a conference.
const STOKE: &str = r#"
[given]
child-understands = true
unsupervised-contact = false
return-planned = false
against-recommendation = false
[start]
placement = "with-parents"
[[event]]
date = 2026-01-12
what = "initial-conference is held"
chair = "conference-chair"
[[event]]
date = 2026-01-12
what = "on-plan begins"
by = "initial-conference"
[[event]]
date = 2026-03-30
what = "review-conference is held"
[[event]]
date = 2026-04-20
what = "accommodation-starts happens"
by = "parents"
"#;

fn show(s: &Schedule) -> String {
    let mut out = String::new();
    for l in &s.lost {
        out += &format!("LOST {:?} {:?} {:?}\n", l.under, l.kind, l.rules.iter().map(|r| &r.name).collect::<Vec<_>>());
    }
    for d in &s.duties {
        out += &format!("{} | {} | {} | {:?}\n", d.rule.name, d.who, d.what, d.because);
        for f in &d.fates {
            let b = |b: &Option<duly::schedule::Bound>| b.as_ref().map_or("-".to_owned(), |b| format!("{}{}{}{}", b.day, if b.sure {""} else {"?"},
              b.why.iter().map(|w| format!(" [{} {} {} = {} skip {}]", w.rule.as_ref().map_or("booked", |r| &r.name), w.said, w.anchor_day, w.day, w.skipped.len())).collect::<String>(),
              b.together.iter().map(|r| format!(" <{}>", r.name)).collect::<String>()));
            out += &format!("     {:?} {:?} stated={} from {} to {}\n", f.under, f.state, f.stated, b(&f.earliest), b(&f.latest));
        }
    }
    out += &format!("{:?}\n{:?}\n{:?}\n", s.assumed.iter().map(|a| format!("{}={}", a.name, a.value)).collect::<Vec<_>>(), s.readings, s.unsettled);
    out
}

#[test]
fn c04() {
    let p = shipped("stoke-on-trent/stoke-on-trent.duly");
    let t = std::time::Instant::now();
    let s = worked_out(&p, STOKE, "2026-04-21");
    println!("{} in {:?}", show(&s), t.elapsed());
}

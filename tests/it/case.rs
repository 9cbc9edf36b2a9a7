//! Case files: a good one becomes the history it tells; a bad one is refused line by line, with what to write instead.

use duly::case::read;
use duly::diagnostics::{CODES, Diagnostic, Severity};
use duly::model::{Happening, History, Party, Protocol};
use duly::render::{Format, Report, Style, report};
use duly::resolve::{from_text, load};
use duly::source::Sources;
use duly::world::MemoryWorld;
use std::path::Path;
use std::sync::OnceLock;

use crate::story::day;

/// A case of Stoke-on-Trent: a child on a plan comes into care under section 20, three weeks after a conference.
const STOKE_TOML: &str = r#"born = 2015-03-01

[given]
child-understands = true
unsupervised-contact = false
return-planned = false
against-recommendation = false
next-review-date = "new-date"
"it is not appropriate" = false

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
date = 2026-03-30
what = "review-conference is booked"
booked-for = 2026-09-30

[[event]]
date = 2026-04-20
what = "accommodation happens"
by = "parents"
"#;

const STOKE_CSV: &str = "\u{feff}date,what,by,chair,booked-for\r
2026-01-12,initial-conference is held,,conference-chair,\r
2026-01-12,on-plan begins,initial-conference\r
\r
2026-03-30,review-conference is held,,,\r
2026-03-30,\"review-conference is booked\",,,2026-09-30\r
2026-04-20,accommodation happens,parents,,\r
";

const TODAY: &str = "2026-04-21";

/// The shipped protocol, resolved once: hundreds of cases are read against it.
fn stoke() -> &'static Protocol {
    static STOKE: OnceLock<Protocol> = OnceLock::new();
    STOKE.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/stoke-on-trent/stoke-on-trent.duly");
        let text = std::fs::read_to_string(path).unwrap();
        let loaded = from_text("stoke-on-trent.duly", &text, &mut Sources::new());
        assert!(loaded.is_well_formed());
        loaded.protocol
    })
}

fn read_all(files: &[(&str, &str)], today: &str) -> (History, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::new();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(*name, *text)).collect();
    let (history, found) = read(&sources, &ids, stoke(), day(today));
    (history, found, sources)
}

/// Lines that say each occurrence in the words of the protocol.
fn told(p: &Protocol, h: &History) -> Vec<String> {
    let party = |party: Party| match party {
        Party::Role(r) => &p.roles[r.index()].origin.name,
        Party::Meeting(m) => &p.meetings[m.index()].origin.name,
    };
    let what = |what: Happening| match what {
        Happening::Begins(s) => format!("{} begins", p.statuses[s.index()].origin.name),
        Happening::Ends(s) => format!("{} ends", p.statuses[s.index()].origin.name),
        Happening::Becomes(s, v) => {
            let s = &p.statuses[s.index()];
            format!("{} is {}", s.origin.name, s.values[v.0 as usize])
        }
        Happening::Happens(e) => format!("{} happens", p.events[e.index()].origin.name),
        Happening::Held(m) => format!("{} is held", p.meetings[m.index()].origin.name),
        Happening::Booked(m) => format!("{} is booked", p.meetings[m.index()].origin.name),
        Happening::Sent(d) => format!("{} is sent", p.documents[d.index()].origin.name),
        Happening::Allocated(r) => format!("{} is allocated", p.roles[r.index()].origin.name),
        Happening::Outcome(d, v) => {
            let d = &p.decisions[d.index()];
            format!("{} is {}", d.origin.name, d.options[v.0 as usize].name)
        }
        Happening::Done(r) => format!("{} is done", p.rules[r.index()].origin.name),
        other => format!("{other:?}"),
    };
    h.occurrences
        .iter()
        .map(|o| {
            let by = o.by.map(|b| format!(" by {}", party(b))).unwrap_or_default();
            let chair = o.chair.map(|c| format!(" chair {}", party(c))).unwrap_or_default();
            let due = o.due.map(|d| format!(" for {d}")).unwrap_or_default();
            format!("{} {}{by}{chair}{due}", o.day, what(o.what))
        })
        .collect()
}

const STOKE_TOLD: [&str; 5] = [
    "2026-01-12 initial-conference is held chair conference-chair",
    "2026-01-12 on-plan begins by initial-conference",
    "2026-03-30 review-conference is held",
    "2026-03-30 review-conference is booked for 2026-09-30",
    "2026-04-20 accommodation happens by parents",
];

#[test]
fn a_case_in_toml_becomes_its_history() {
    let (history, found, _) = read_all(&[("case.toml", STOKE_TOML)], TODAY);
    assert_eq!(found, []);
    let p = stoke();
    assert_eq!(told(p, &history), STOKE_TOLD);
    assert_eq!(history.until, Some(day(TODAY)));
    let given: Vec<String> = history
        .factors
        .iter()
        .map(|(f, v)| {
            let f = &p.factors[f.index()];
            format!("{} = {}", f.origin.name, f.values[v.0 as usize])
        })
        .collect();
    assert_eq!(
        given,
        [
            "child-understands = yes",
            "unsupervised-contact = no",
            "return-planned = no",
            "against-recommendation = no",
            "next-review-date = new-date",
            "it is not appropriate = no",
        ]
    );
    let starts: Vec<(&str, u32)> = history
        .starts
        .iter()
        .map(|(s, v)| (p.statuses[s.index()].origin.name.as_str(), v.0))
        .collect();
    assert_eq!(starts, [("placement", 0)]);
}

#[test]
fn csv_tells_the_same_events_and_leaves_facts_open() {
    let (history, found, _) = read_all(&[("case.csv", STOKE_CSV)], TODAY);
    assert_eq!(told(stoke(), &history), STOKE_TOLD);
    let codes: Vec<_> = found.iter().map(|d| (d.code.id, d.severity)).collect();
    assert_eq!(codes, [("D0804", Severity::Note)]);
}

#[test]
fn events_may_stand_in_a_file_of_their_own() {
    let (values, _) = STOKE_TOML.split_once("[[event]]").unwrap();
    let (history, found, _) = read_all(&[("case.toml", values), ("events.csv", STOKE_CSV)], TODAY);
    assert_eq!(found, []);
    let (whole, _, _) = read_all(&[("case.toml", STOKE_TOML)], TODAY);
    assert_eq!(history, whole);
}

#[test]
fn the_judge_takes_what_was_read() {
    use duly::calendar::Calendar;
    use duly::judge::judge;
    use duly::model::{NormId, VerdictKind};
    let p = stoke();
    let (history, _, _) = read_all(&[("case.toml", STOKE_TOML)], "2026-05-20");
    let calendar = Calendar::build(&p.calendar).unwrap();
    let judged = judge(p, &calendar, &history);
    assert_eq!(judged.faults, [""; 0]);
    let at = p
        .rules
        .iter()
        .position(|r| r.origin.name == "first-care-review-in-20-days")
        .unwrap();
    let said: Vec<_> = judged
        .verdicts
        .into_iter()
        .filter(|v| matches!(v.norm, NormId::Rule(r) if r.index() == at))
        .map(|v| v.kind)
        .collect();
    // 20 working days after 20 April 2026, with 4 May a holiday, end on 19 May.
    assert!(
        matches!(said.as_slice(), [VerdictKind::Breached { when, .. }] if *when == day("2026-05-20")),
        "{said:?}"
    );
}

/// A case that is read from `events`, one `DATE WHAT` a line, with all facts given.
fn events(lines: &str) -> String {
    let (values, _) = STOKE_TOML.split_once("[[event]]").unwrap();
    let lines = lines.lines().map(|l| {
        let (date, what) = l.split_once(' ').unwrap();
        format!("[[event]]\ndate = {date}\nwhat = \"{what}\"\n")
    });
    values.to_owned() + &lines.collect::<String>()
}

fn given(lines: &str) -> String {
    format!(
        "{}\n{lines}\n",
        events("")
            .replace("next-review-date = \"new-date\"\n", "")
            .split("\n[start]")
            .next()
            .unwrap()
    )
}

/// Each bad case with its name: a file's name and text.
fn bad() -> Vec<(&'static str, &'static str, String)> {
    let toml = |name, text: String| (name, "case.toml", text);
    let csv = |name, text: &str| (name, "case.csv", text.to_owned());
    vec![
        toml(
            "unknown-event",
            events(
                "2026-04-20 acommodation-starts happens\n2026-04-20 in-care starts\n2026-04-20 care-review held\n2026-04-20 in care begins now\n2026-04-20 moon-landing happens\n2026-04-20 care-review is decided\n2026-04-20 discharge is kept\n2026-04-20 discharge is decided\n2026-04-20 route is under-section-2\n2026-04-20 first care-review is held",
            ),
        ),
        toml(
            "derived-event",
            events(
                "2026-04-20 review-conference is due\n2026-04-20 first-care-review-in-20-days is missed\n2026-04-20 letter-ends-the-plan is done\n2026-04-20 discharge-by-letter is done\n2026-04-20 exceptional is held",
            ),
        ),
        toml(
            "unknown-value",
            given(
                "next-review-date = \"tomorrow\"\nchild-understand = true\nexceptional = \"maybe\"\non-plan = true\ncare-review = true\nboth-good-for-child = 3",
            ),
        ),
        toml(
            "start",
            events("").replace(
                "placement = \"with-parents\"",
                "placement = \"aways\"\non-plan = true\nroute = \"under-care-order\"\nexceptional = true",
            ),
        ),
        toml(
            "unknown-party",
            events("2026-04-20 care-review is held") + "by = \"parent\"\nchair = \"route\"\n",
        ),
        toml(
            "said-loosely",
            events(
                "2026-04-20 care review\n2026-04-20 Conference Chair\n2026-04-20 accommodation starts\n2026-04-20 see-child-alone\n2026-04-20 Care Review is held\n2026-04-20 taken into care",
            ),
        ),
        toml(
            "begun-twice",
            events("2026-01-12 on-plan begins\n2026-03-12 on-plan begins"),
        ),
        toml("empty", "# nothing yet\n".to_owned()),
        toml("no-value", given("next-review-date =\nexceptional = \"\"")),
        toml("facts-not-given", "[given]\nchild-understands = true\n".to_owned()),
        toml(
            "out-of-order",
            events("2026-04-20 care-review is held\n2025-04-21 care-review is held\n2026-04-21 care-review is held"),
        ),
        toml(
            "newest-first",
            events(
                "2026-04-20 care-review is held\n2026-04-19 care-review is held\n2026-04-19 visit is held\n2026-04-18 care-review is held",
            ),
        ),
        toml(
            "twice",
            events(
                "2026-03-02 initial-conference is held\n2026-03-03 initial-conference is held\n2026-03-03 visit is held\n2026-03-03 visit is held",
            ),
        ),
        toml(
            "future",
            events("2026-04-22 care-review is held\n2062-04-22 accommodation happens")
                .replace("2015-03-01", "2051-03-01"),
        ),
        toml("before-birth", events("2014-03-02 initial-conference is held")),
        toml(
            "outside",
            events("1926-04-20 care-review is held\n2026-04-20 care-review is booked") + "booked-for = 2126-05-01\n",
        ),
        toml(
            "no-such-day",
            events(
                "2026-02-30 care-review is held\n\"20/04/2026\" care-review is held\n2026-03-29T01:30:00 care-review is held\n2026-03-29T01:30:00Z visit is held",
            ),
        ),
        toml(
            "booked",
            events("2026-04-20 care-review is booked\n2026-04-20 review-conference is booked")
                + "booked-for = 2026-04-01\nchair = \"iro\"\n"
                + "[[event]]\ndate = 2026-04-21\nwhat = \"visit is held\"\n[[event]]\ndate = 2026-04-21\nwhat = \"on-plan begins\"\nchair = \"iro\"\nbooked-for = 2026-04-21\n",
        ),
        toml(
            "not-toml",
            events("2026-04-20 care-review is held").replace(
                "what = \"care-review is held\"",
                "what = care-review is held\n[[event]]\ndat = 2026-04-20\nwhat = \"visit is held",
            ),
        ),
        toml(
            "keys",
            "child = \"A\"\ngiven = 3\nevents = 4\n[event]\ndate = 2026-04-20\n".to_owned(),
        ),
        toml(
            "given-twice",
            given("stoke.child-understands = false\nplacement = \"away\""),
        ),
        csv(
            "csv-days",
            "date,what\n2026-02-30,care-review is held\n20/04/2026,care-review is held\n2026-04-20 10:30,visit is held\n,visit is held\n2026-04-20,\n2026-04-20,care-review, is held\n",
        ),
        csv("csv-header", "date,event\n2026-04-20,care-review is held\n"),
        csv("csv-no-header", "2026-04-20,care-review is held\n"),
        csv("csv-empty", "\n"),
        csv(
            "csv-quote",
            "date,what\n2026-04-20,\"care-review is held\n2026-04-20,care-review is held\n",
        ),
    ]
}

fn drawn(name: &str, text: &str) -> String {
    let (_, found, sources) = read_all(&[(name, text)], TODAY);
    report(
        &Report {
            sources: &sources,
            findings: &found,
            checked: &[],
            failures: &[],
        },
        Style {
            format: Format::Rich,
            colour: false,
            all: true,
            width: duly::render::WIDTH,
        },
    )
}

#[test]
fn bad_cases_are_told_line_by_line() {
    let mut told = std::collections::BTreeSet::new();
    for (name, file, text) in bad() {
        let (_, found, _) = read_all(&[(file, &text)], TODAY);
        assert!(!found.is_empty(), "{name}");
        told.extend(found.iter().map(|d| d.code.id));
        insta::with_settings!({ snapshot_path => "case", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, drawn(file, &text));
        });
    }
    let codes = CODES
        .iter()
        .map(|c| c.id)
        .filter(|id| id.starts_with("D08") && *id <= "D0810");
    assert_eq!(codes.collect::<Vec<_>>(), told.into_iter().collect::<Vec<_>>());
}

#[test]
fn every_complaint_says_what_to_write() {
    for (name, file, text) in bad() {
        for d in read_all(&[(file, &text)], TODAY).1 {
            assert!(!d.help.is_empty() && d.place().is_some(), "{name}: {}", d.headline);
            let starts_small = d.headline.chars().next().is_some_and(|c| !c.is_uppercase());
            assert!(starts_small && !d.headline.ends_with('.'), "{}", d.headline);
        }
    }
}

#[test]
fn every_history_read_is_one_that_the_judge_can_replay_in_order() {
    for (name, file, text) in bad() {
        let (history, _, _) = read_all(&[(file, &text)], TODAY);
        assert!(history.occurrences.is_sorted_by_key(|o| o.day), "{name}");
    }
}

#[test]
fn any_text_is_read_without_a_panic() {
    // Cut anywhere, also inside a word, a quote or a character.
    for (name, text) in [("case.toml", STOKE_TOML), ("case.csv", STOKE_CSV)] {
        for cut in (0..text.len()).filter(|c| text.is_char_boundary(*c)) {
            let (_, found, sources) = read_all(&[(name, &text[..cut])], TODAY);
            for d in found {
                for label in &d.labels {
                    assert!(label.span.end as usize <= cut && label.span.start <= label.span.end);
                    let at = label.span.range();
                    assert!(sources.text(label.span.file).get(at).is_some(), "{}", d.headline);
                }
            }
        }
    }
}

#[test]
fn a_name_of_two_bases_is_asked_about_and_the_protocols_own_comes_first() {
    let base = |name: &str| {
        format!(
            "base {name} \"Base\"\n  rank guidance\nevent call \"a call\"\n  repeats\nevent visit \"a visit\"\n  repeats\n"
        )
    };
    let own = "protocol p \"P\"\n  authority \"A\"\n  implements one, two\nevent visit \"our visit\"\n  repeats\n";
    let mut world = MemoryWorld::default();
    for (name, text) in [("one", base("one")), ("two", base("two")), ("p", own.to_owned())] {
        world.files.insert(format!("w/{name}.duly"), text);
    }
    let mut sources = Sources::new();
    let p = load(&world, "w/", &mut sources).unwrap().protocol;
    let lines = "date,what\n2026-04-01,visit happens\n2026-04-02,two.call happens\n2026-04-03,call happens\n";
    let file = sources.add("case.csv", lines);
    let (history, found) = read(&sources, &[file], &p, day(TODAY));
    let module = |what| match what {
        Happening::Happens(e) => p.modules[p.events[duly::model::EventId::index(e)].origin.module.index()]
            .name
            .as_str(),
        other => panic!("{other:?}"),
    };
    let from: Vec<&str> = history.occurrences.iter().map(|o| module(o.what)).collect();
    assert_eq!(from, ["p", "two"]);
    let told: Vec<_> = found.iter().map(|d| (d.code.id, d.help.join(" "))).collect();
    assert_eq!(told, [("D0802", "say which: `one.call` or `two.call`".to_owned())]);
}

#[test]
fn the_case_of_the_decision_page_is_read_in_both_forms() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions/0011-case-files.md");
    let page = std::fs::read_to_string(path).unwrap();
    let block = |kind: &str| {
        let (_, rest) = page.split_once(&format!("```{kind}\n")).unwrap();
        rest.split("```").next().unwrap().to_owned()
    };
    let [toml, csv] = ["toml", "csv"].map(|kind| {
        let (history, found, _) = read_all(&[(&format!("case.{kind}"), &block(kind))], TODAY);
        assert!(found.iter().all(|d| d.severity == Severity::Note), "{found:#?}");
        told(stoke(), &history)
    });
    assert_eq!(toml, csv);
    assert_eq!(toml.len(), 3);
}

#[test]
fn a_day_past_the_calendar_is_told_of_today_as_well() {
    let (_, found, _) = read_all(&[("case.toml", STOKE_TOML)], "2043-01-01");
    let told: Vec<_> = found.iter().map(|d| (d.code.id, d.headline.as_str())).collect();
    assert_eq!(told, [("D0809", "2043-01-01 is outside the protocol's calendar")]);
}

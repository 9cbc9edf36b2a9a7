//! What `check` finds of small protocols in which two rules clash, each with a sound neighbour.

use duly::analyses;
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

/// The codes and headlines of what is found of a protocol, without notes on what is left out.
fn found(items: &str) -> Vec<String> {
    let text = format!("protocol test \"Test\"\n  authority \"Test\"\n{items}");
    let loaded = from_text("test.duly", &text, &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics);
    let today = Day::from_ymd(2026, 11, 22).unwrap();
    let report = analyses::check(&loaded.protocol, today).unwrap();
    let told = report.findings.iter().filter(|d| d.code.id.starts_with("D03"));
    told.map(|d| format!("{}: {}", d.code.id, d.headline)).collect()
}

/// Whoever waits hears of every family of questions, in turn, and how many there are.
#[test]
fn a_run_says_how_far_it_is() {
    let text = "protocol test \"Test\"\nrole inspector\nevent order\nmeeting visit\nrule visit-soon\n  when order happens\n  \
                the inspector must hold visit\n  within 1 weeks after order happens\n";
    let loaded = from_text("test.duly", text, &mut Sources::new());
    let today = Day::from_ymd(2026, 11, 22).unwrap();
    let with = |dates, further| analyses::Calendars { dates, further };
    let listed = analyses::Dates::Listed;
    for calendars in [with(listed, 0), with(listed, 1), with(analyses::Dates::EveryYear, 0)] {
        let mut told = Vec::new();
        let extent = analyses::Extent {
            calendars,
            ..analyses::Extent::default()
        };
        analyses::check_within(&loaded.protocol, today, extent, &mut |p| told.push(p), None).unwrap();
        let of = told[0].of;
        assert_eq!(
            told.iter().map(|p| p.number).collect::<Vec<_>>(),
            (1..=of).collect::<Vec<_>>()
        );
        assert!(told.iter().all(|p| p.of == of && !p.family.is_empty()));
    }
}

const VISITS: &str = "role inspector\nevent order\n  comes from not stated\nmeeting visit\n  repeats\nrule first-visit
  when order happens
  the inspector must hold first visit
  within 1 weeks after order happens
rule rest
  nobody may hold any visit
  until 4 weeks after last visit is held
rule second-visit
  when first visit is held
  the inspector must hold second visit\n";

#[test]
fn two_visits_nearer_than_the_rest_between_them_clash() {
    let near = found(&format!("{VISITS}  within 1 weeks after first visit is held\n"));
    assert!(near.iter().any(|f| f.contains("rest")), "{near:?}");
    let far = found(&format!("{VISITS}  within 5 weeks after first visit is held\n"));
    assert_eq!(far, Vec::<String>::new());
}

const LETTERS: &str = "role officer\nrole parents\n  outside\nstatus in-care\ndocument notice\nrule not-soon
  when in-care begins
  the officer must send first notice to parents
  at least 6 weeks after in-care begins
rule soon
  when in-care begins\n";

#[test]
fn the_first_letter_cannot_go_out_early_and_late() {
    let first = "  the officer must send first notice to parents\n  within 20 working days after in-care begins\n";
    let clash = found(&format!("{LETTERS}{first}"));
    assert!(clash.iter().any(|f| f.contains("soon")), "{clash:?}");
    // Any letter may be sent twice, and the second comes later than the first.
    for other in ["notice", "second notice"] {
        let apart = first
            .replace("first notice", other)
            .replace("20 working days", "20 weeks");
        assert_eq!(found(&format!("{LETTERS}{apart}")), Vec::<String>::new(), "{other}");
    }
}

const MEETING: &str = "role governor\nrole clerk\nevent e\n  comes from clerk\nmeeting m\nrule hold
  when e happens
  the clerk must hold m
  within 5 weeks after e happens
rule attend
  when e happens
  the governor must attend m
  within 2 weeks after e happens\n";

#[test]
fn what_may_not_be_held_cannot_be_attended() {
    let barred = "rule bar\n  when e happens\n  nobody may hold m\n  until 3 weeks after e happens\n";
    let clash = found(&format!("{MEETING}{barred}"));
    assert!(
        clash.iter().any(|f| f.contains("`bar`") || f.contains("`attend`")),
        "{clash:?}"
    );
    assert_eq!(found(MEETING), Vec::<String>::new());
}

const LATE: &str = "role clerk\nrole head\nevent e\n  comes from not stated\ndocument form\nmeeting m\nrule send-form
  when e happens
  the clerk must send form to head
  within 1 weeks after e happens
rule hold-late
  when send-form is missed
  the clerk must hold m
  within 1 weeks after send-form is missed
rule bar
  nobody may hold m\n";

#[test]
fn what_a_missed_limit_asks_for_may_clash_like_all_else() {
    let clash = found(&format!("{LATE}  until 4 weeks after e happens\n"));
    assert!(clash.iter().any(|f| f.contains("`hold-late`")), "{clash:?}");
    let late_enough = found(&format!("{LATE}  until 10 calendar days after e happens\n"));
    assert_eq!(late_enough, Vec::<String>::new());
}

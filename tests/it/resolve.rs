//! What names and sugar become in the model, and how the files of a protocol are found.

use duly::model::{Cond, FactorKind, LimitKind, ValueId};
use duly::resolve::{Loaded, from_text, load};
use duly::source::Sources;
use duly::world::{MemoryWorld, Refusal};

fn good(items: &str) -> Loaded {
    let text = format!("protocol p \"P\"\nrole chair\nrole iro\nstatus in-care\nevent order\nmeeting review\n{items}");
    let loaded = from_text("p.duly", &text, &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics);
    loaded
}

fn codes(loaded: &Loaded) -> Vec<&str> {
    loaded.diagnostics.iter().map(|d| d.code.id).collect()
}

fn in_memory(files: &[(&str, &str)], path: &str) -> Loaded {
    let mut world = MemoryWorld::default();
    world.files.extend(
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned())),
    );
    load(&world, path, &mut Sources::new()).unwrap()
}

#[test]
fn or_perhaps_in_a_limit_is_a_reading_named_after_its_place() {
    let p = good(
        "rule r\n  the chair must hold review\n  within 10 working days or perhaps 2 weeks after in-care begins or perhaps order happens\n",
    )
    .protocol;
    let names: Vec<_> = p
        .factors
        .iter()
        .map(|f| (f.origin.name.as_str(), f.values.join("|")))
        .collect();
    assert_eq!(
        names,
        [
            ("r/or-perhaps-1", "10 working days|2 weeks".to_owned()),
            ("r/or-perhaps-2", "in-care begins|order happens".to_owned())
        ]
    );
    assert!(p.factors.iter().all(|f| f.kind == FactorKind::Reading));
    let LimitKind::Within(length, moments) = &p.rules[0].limits[0].kind else {
        panic!("{:?}", p.rules[0].limits)
    };
    assert_eq!((length.any.len(), length.reading.map(|r| r.0)), (2, Some(0)));
    assert_eq!((moments.any.len(), moments.reading.map(|r| r.0)), (2, Some(1)));
}

#[test]
fn a_period_has_one_reading_wherever_it_is_used() {
    let p = good(
        "period d\n  is 10 working days or perhaps 10 calendar days\n\
         rule a\n  the chair must hold review\n  within d after in-care begins\n\
         rule b\n  the iro must hold review\n  within d after order happens\n",
    )
    .protocol;
    let readings: Vec<_> = p
        .rules
        .iter()
        .map(|r| match &r.limits[0].kind {
            LimitKind::Within(length, _) => (length.reading, length.period.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(readings[0], readings[1]);
    assert!(readings[0].0.is_some());
    assert_eq!(p.factors.len(), 1);
}

#[test]
fn perhaps_unstated_is_one_value_more() {
    let p = good("rule r\n  the chair must hold review\n  within 1 week after order happens or perhaps not stated\n")
        .protocol;
    assert_eq!(p.factors[0].values, ["order happens", "not stated"]);
}

#[test]
fn quoted_words_are_one_factor_for_each_text() {
    let p = good(
        "rule a\n  if \"it rains\"\n  the chair may hold review\n\
         rule b\n  if not \"it rains\"\n  the iro may hold review\n\
         rule c\n  if \"it snows\"\n  the iro may hold review\n",
    )
    .protocol;
    assert_eq!(p.factors.iter().filter(|f| f.kind == FactorKind::Quoted).count(), 2);
    let (Cond::Factor(first, yes, _), Cond::Not(second)) = (&p.rules[0].guard.if_, &p.rules[1].guard.if_) else {
        panic!("{:?} {:?}", p.rules[0].guard, p.rules[1].guard)
    };
    assert_eq!(yes, &[ValueId(1)]);
    assert!(matches!(&**second, Cond::Factor(f, _, _) if f == first));
}

#[test]
fn declared_factors_come_first_so_that_their_ids_are_those_of_their_items() {
    let p = good("rule r\n  if \"it rains\"\n  and windy\n  the chair may hold review\nfact windy\n").protocol;
    let Cond::All(both) = &p.rules[0].guard.if_ else {
        panic!("{:?}", p.rules[0].guard)
    };
    let ids: Vec<u32> = both
        .iter()
        .map(|c| if let Cond::Factor(f, _, _) = c { f.0 } else { u32::MAX })
        .collect();
    assert_eq!(ids, [1, 0]);
    assert_eq!(
        (p.factors[0].origin.name.as_str(), p.factors[1].origin.name.as_str()),
        ("windy", "it rains")
    );
}

#[test]
fn before_allows_the_second_to_be_yet_to_come_and_after_does_not() {
    let p = good(
        "rule a\n  if review is held before order happens\n  the chair may \"act\"\n\
         rule b\n  if review is held after order happens\n  the chair may \"act\"\n",
    )
    .protocol;
    assert!(matches!(p.rules[0].guard.if_, Cond::Before(..)));
    let Cond::All(both) = &p.rules[1].guard.if_ else {
        panic!("{:?}", p.rules[1].guard)
    };
    assert!(matches!(both.as_slice(), [Cond::Happened(..), Cond::Before(..)]));
}

#[test]
fn same_as_holds_both_ways_and_is_no_circle() {
    let p = good("role officer\n  same as clerk\nrole clerk\n  same as officer\n").protocol;
    let ids = |at: usize| p.roles[at].counts_as.iter().map(|r| r.0).collect::<Vec<_>>();
    assert!(ids(2).contains(&3) && ids(3).contains(&2));
}

#[test]
fn a_module_is_its_own_text_and_the_calendar_of_england_and_wales_is_the_usual_one() {
    let p = good("background \"nothing\"\n  cites p 3.2 (AB-1)\n").protocol;
    let cited = &p.backgrounds[0].origin.cites[0];
    assert_eq!(cited.text, "p 3.2");
    assert_eq!(cited.statements, ["AB-1"]);
    assert_eq!(p.sources[cited.source.unwrap().index()].origin.name, "p");
    assert_eq!(p.calendar.name, "england-and-wales");
    assert!(p.calendar.known_until.is_some());
}

#[test]
fn the_files_of_a_folder_are_one_protocol_and_its_bases_are_modules() {
    let loaded = in_memory(
        &[
            (
                "town/a.duly",
                "protocol town \"Town\"\n  uses shared\nrule r\n  the chair must hold talk\n  timing not stated\n",
            ),
            ("town/b.duly", "meeting talk\n"),
            ("town/shared.duly", "base shared \"Shared\"\nrole chair\n"),
        ],
        "town",
    );
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    let modules: Vec<_> = loaded
        .protocol
        .modules
        .iter()
        .map(|m| (m.name.as_str(), m.local))
        .collect();
    assert_eq!(
        modules,
        [("england-and-wales", false), ("shared", false), ("town", true)]
    );
}

#[test]
fn a_file_finds_the_bases_beside_it() {
    let files = [
        (
            "town/a.duly",
            "protocol town \"Town\"\n  uses shared\nrule r\n  the chair must \"act\"\n  timing not stated\n",
        ),
        ("town/shared.duly", "base shared \"Shared\"\nrole chair\n"),
    ];
    assert!(in_memory(&files, "town/a.duly").diagnostics.is_empty());
}

#[test]
fn bases_that_use_each_other_are_refused() {
    let files = [
        ("p.duly", "protocol p \"P\"\n  uses one\n"),
        ("one.duly", "base one \"One\"\n  uses two\n"),
        ("two.duly", "base two \"Two\"\n  uses one\n"),
    ];
    assert_eq!(codes(&in_memory(&files, "p.duly")), ["D0208"]);
}

#[test]
fn no_file_beside_a_protocol_stands_in_for_the_law() {
    let files = [
        (
            "p.duly",
            "protocol p \"P\"\n  uses england\nrule r\n  the iro must \"act\"\n  timing not stated\n",
        ),
        ("england.duly", "base england \"Not England\"\n"),
    ];
    assert!(in_memory(&files, "p.duly").diagnostics.is_empty());
}

#[test]
fn a_second_protocol_header_and_a_protocol_as_base_are_refused() {
    let two = [("t/a.duly", "protocol a \"A\"\n"), ("t/b.duly", "protocol b \"B\"\n")];
    assert_eq!(codes(&in_memory(&two, "t")), ["D0203"]);
    let used = [
        ("a.duly", "protocol a \"A\"\n  uses b\n"),
        ("b.duly", "protocol b \"B\"\n"),
    ];
    assert_eq!(codes(&in_memory(&used, "a.duly")), ["D0202"]);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_path() {
    let error = load(&MemoryWorld::default(), "nowhere", &mut Sources::new()).unwrap_err();
    assert_eq!((error.path.as_str(), error.refusal), ("nowhere", Refusal::Missing));
}

proptest::proptest! {
    /// Whatever a slip does to a file, resolving it ends, in the same way each time, with complaints in order of place.
    #[test]
    fn a_damaged_file_is_resolved_all_the_same(slips in proptest::collection::vec((0usize..400, 0usize..400, 0u8..4), 1..6)) {
        let whole = include_str!("../ui/types/good/forms.duly");
        let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        for (at, other, how) in slips {
            let (at, other) = (at % lines.len(), other % lines.len());
            match how {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[other].clone()),
                2 => lines.swap(at, other),
                _ => {
                    let word = lines[other].split(' ').next_back().unwrap_or_default().to_owned();
                    let cut = lines[at].rfind(' ').map_or(0, |c| c + 1);
                    lines[at].replace_range(cut.., &word);
                }
            }
        }
        let text = lines.join("\n");
        let first = from_text("p.duly", &text, &mut Sources::new());
        let second = from_text("p.duly", &text, &mut Sources::new());
        proptest::prop_assert_eq!(&first.diagnostics, &second.diagnostics);
        proptest::prop_assert!(first.diagnostics.is_sorted_by_key(|d| d.place()));
        for (rule, id) in first.protocol.rules.iter().zip(0..) {
            proptest::prop_assert!(rule.exception_to.iter().all(|r| r.index() < first.protocol.rules.len()), "rule {}", id);
        }
    }
}

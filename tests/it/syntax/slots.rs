//! Each kind of line and what it becomes, and that spans point at what they name.

use super::{WHOLE, read};
use duly::ast::{AtomKind, PartKind, SlotKind, Subject, Time};

/// The debug form of a node without places.
fn plain(node: &impl std::fmt::Debug) -> String {
    let mut text = format!("{node:?}");
    while let Some(start) = text.find("Span { file: ") {
        let end = text[start..].find(" }").map_or(text.len(), |length| start + length + 2);
        text.replace_range(start..end, "@");
    }
    for (from, to) in [(", span: @", ""), ("Spanned { node: ", "{ "), ("(@)", "")] {
        text = text.replace(from, to);
    }
    text
}

/// Every kind of slot at least once, as it could stand in some item.
const LINES: &[&str] = &[
    r#"authority "A board""#,
    "uses england",
    "implements a, b-2, c",
    "rank statute",
    r#"file "a.txt""#,
    "edition 2023-09-01",
    "review due 2024-02-29",
    "in force from 2011-04-01",
    "in force until 2011-04-01",
    "replaced by working-together-2023",
    r#"also called "CP chair", "CPC""#,
    "same as iro",
    "kind of conference",
    "counts as conference",
    "outside",
    "many",
    "repeats",
    "always governed",
    "one of none, section-20",
    "starts as none",
    "is 10 working days or perhaps 10 days",
    "means a",
    "means a and not b and c is d",
    "means a\n  or \"words\"\n  or not \"other words\"",
    "begins when a happens",
    "ends when a happens or perhaps b happens",
    "becomes v when a happens",
    "judged by iro or manager",
    "judged by not stated",
    "comes from court",
    "chaired by the-chair",
    "attended by a and each b",
    r#"quorum "three agencies""#,
    "quorum not stated",
    "combines a, b",
    r#"for example "moved away""#,
    r#"about "care planning""#,
    r#"because "pilot""#,
    "refers to regulations-1991",
    "when in-care begins",
    "when a is sent or perhaps b is received or c happens",
    "when a is sent or perhaps not stated",
    "when outcome is one of keep, end",
    "while on-plan",
    "if route is one of a, b",
    "if route is not a",
    "if first review is held before next conference is held",
    "if first review is due before next conference is due",
    "unless conference is not due within 10 working days or perhaps letter-time",
    "if a begins after b ends",
    "if a or perhaps b",
    "if letter is missed",
    r#"unless "not possible""#,
    "decided by a and b",
    "decided by not stated",
    "agreed by manager",
    "advised by iro",
    "consulting a or b",
    "deadlock not stated",
    "deadlock head-of-service",
    "then not stated",
    "then nothing",
    "effect on-plan begins",
    "effect on-plan ends",
    "effect route becomes section-20",
    "normally not dual-status",
    "timing not stated",
    "within 48 hours after in-care begins or perhaps not stated",
    "within 1 clear working day after a is sent",
    "within ten-days after a is sent",
    "within 5 days after a is sent",
    "at least 10 clear working days before each later care-review is held",
    "at least 2 weeks after a happens",
    "until next review-conference is held",
    "until 6 months after on-plan begins",
    "until ten-days after on-plan begins",
    "at first review-conference since in-care begins",
    "same day as next review-conference is due",
    "straight after discharge is decided",
    "before claim happens",
    "after second care-review is held",
    r#"timing "as soon as possible""#,
    "exception to first-review",
    "departs from care-planning-2010.first-review",
    "replaces first-review",
    "expires 2027-01-01",
    "cites stoke 03.4 (STO-31, V2-DUAL)",
    "cites care-planning-2010 33(1) (REG-33-1)",
    "cites bradford L31,L45 -- no ids",
    r#"checked "legislation.gov.uk""#,
    r#"as quoted by "Volume 2""#,
    "unchecked",
    "known from 1995-01-01",
    "published until 2028-12-31",
    "known until 2042-12-31",
    "weekend saturday, sunday",
    r#"holiday "New Year's Day" 1 january or next free day"#,
    r#"holiday "Good Friday" easter - 2 days from 1995 until 2040"#,
    r#"holiday "Easter" easter"#,
    r#"holiday "Early May" first monday of may except 1995, 2020"#,
    r#"holiday "Summer" last monday of august"#,
    r#"one-off 2020-05-08 "VE day""#,
    "given exceptional",
    r#"given not "it is possible""#,
    "given ten-days is 10   working days",
    r#"given "rule/or-perhaps-1" is "a is sent""#,
    "on 2026-04-20 in-care begins",
    "as of 2026-04-20",
    "on 2026-04-20 review is held for 2026-04-21 chaired by iro by base.manager",
    "expect next review is held by 2026-05-19",
    "expect letter is sent not before 2026-05-19",
    "expect letter is sent on 2026-05-19",
    "expect base.rule is due by 2026-05-19",
    "expect rule is kept",
    "expect rule does not apply",
    "expect rule is set aside",
    "expect the manager may end on-plan",
    "expect nobody should consider ending on-plan",
    "expect clash between a and base.b",
    "expect no clash",
    r#"the iro must "stay in touch""#,
    "each agency must not send letter to a or b",
    "any agency may challenge r",
    "only the conference may end on-plan",
    "nobody may hold any review-conference",
    "nobody should consider ending on-plan",
    "nobody need hold each review-conference",
    "someone should consider beginning on-plan",
    "someone should not book next conference",
    "the a and b need not cancel that conference",
    "the a must attend first conference",
    "the a must chair last conference",
    r#"the a must notify b that "c""#,
    "the a must notify b and c of d",
    r#"the a must ask b for "c""#,
    "the a must consult b on c",
    r#"the a must record "c" in d"#,
    "the a must consider c",
    "the a must carry out c",
    "the a must decide c",
    "the a must allocate c",
    "the a must begin c",
    "option end-plan \"end the plan\"",
    "otherwise not stated",
    "answer once",
    r#"must say "words""#,
    r#"should say "words""#,
    r#"may say "words""#,
];

#[test]
fn every_line_becomes_what_it_says() {
    let mut out = String::new();
    for line in LINES {
        let (_, _, parsed) = read(&format!("rule r\n  {line}\n"));
        let item = &parsed.file.items[0];
        assert_eq!(parsed.diagnostics, [], "{line}");
        let said: Vec<String> = item
            .slots
            .iter()
            .map(|s| plain(&s.node))
            .chain(item.parts.iter().map(plain))
            .collect();
        assert_eq!(said.len(), 1, "{line}");
        out += &format!("{line}\n    {}\n", said[0]);
    }
    insta::assert_snapshot!(out);
}

#[test]
fn spans_cover_exactly_what_they_name_whatever_stands_around() {
    let text = "\u{FEFF}rule r  \"R\"  \r\n\tif  a is b   -- why\r\n\r\n  -- é\r\n  and not c\t\r\n  within 10 working days  after x begins -- end";
    let (sources, _, parsed) = read(text);
    assert_eq!(parsed.diagnostics, []);
    assert_eq!(parsed.cut.tree.text(&sources), text);
    let item = &parsed.file.items[0];
    assert_eq!(sources.slice(item.name.as_ref().unwrap().span), "r");
    assert_eq!(sources.slice(item.label.as_ref().unwrap().span), "\"R\"");
    assert_eq!(sources.slice(item.slots[0].keyword), "if");
    let SlotKind::If(cond) = &item.slots[0].node else {
        panic!("{:?}", item.slots[0])
    };
    assert_eq!(sources.slice(cond.atoms[0].span), "a is b");
    assert_eq!(sources.slice(cond.atoms[1].span), "not c");
    let SlotKind::Time(Time::Within(lengths, moments)) = &item.slots[1].node else {
        panic!("{:?}", item.slots[1])
    };
    assert_eq!(sources.slice(lengths[0].span), "10 working days");
    assert_eq!(sources.slice(moments.span), "x begins");
    assert_eq!(
        sources.slice(item.slots[1].span),
        "within 10 working days  after x begins"
    );
}

#[test]
fn the_keyword_of_a_sentence_is_its_first_word() {
    for (line, word) in [
        ("the iro may decide d", "the"),
        ("only the iro may decide d", "only the"),
        ("someone may decide d", "someone"),
    ] {
        let (sources, _, parsed) = read(&format!("rule r\n  {line}\n"));
        assert_eq!(sources.slice(parsed.file.items[0].slots[0].keyword), word);
    }
}

#[test]
fn slots_belong_to_the_nearest_part_above() {
    let (_, _, parsed) = read(WHOLE);
    let item = |name: &str| {
        parsed
            .file
            .items
            .iter()
            .find(|i| i.name.as_ref().is_some_and(|n| n.node == name))
            .unwrap()
    };
    let letter = item("letter");
    assert!(letter.slots.is_empty());
    assert_eq!(letter.parts[0].kind.node, PartKind::MustSay);
    assert_eq!(letter.parts[0].slots.len(), 2);
    let discharge = item("discharge");
    assert_eq!(discharge.slots.len(), 5);
    assert_eq!(discharge.parts.len(), 2);
    assert!(matches!(discharge.parts[0].slots[0].node, SlotKind::Effect(..)));
    let SlotKind::If(cond) = &discharge.slots[1].node else {
        panic!()
    };
    assert!(matches!(&cond.atoms[1].node, AtomKind::Named { negated: true, .. }));
    let SlotKind::Sentence(sentence) = &item("first-review").slots[1].node else {
        panic!()
    };
    assert!(
        matches!(&sentence.subject, Subject::The(who) if who.parties.len() == 2 && who.parties[1].each && !who.either)
    );
}

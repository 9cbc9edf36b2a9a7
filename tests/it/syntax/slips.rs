//! What an author reads after a slip: source and message together, one slip a file.

use super::read;
use duly::diagnostics::Diagnostic;
use duly::source::Sources;

/// Each is one file with one slip (or, at the end, several).
pub const SLIPS: &[&str] = &[
    // words that start a line
    "rul first-review\n  when in-care begins\n",
    "Rule first-review\n  when in-care begins\n",
    "widget first-review\n  when in-care begins\n",
    "handover h \"a case\"\n  given x\n",
    "rule r\n  wehn in-care begins\n",
    "rule r\n  When in-care begins\n",
    "rule r\n  exeption to first-review\n",
    "role r\n  also cald \"CRM\"\n",
    "rule r\n  manager must hold first care-review\n",
    "rule r\n  xyzzy in-care begins\n",
    "rule r\n  \"words\" are here\n",
    "  when in-care begins\nrule r\n",
    "rule r\nand on-plan\n  if x\n",
    // heads
    "rule \"First review\"\n",
    "rule First-Review\n",
    "rule first review\n",
    "rule first-review First review\n",
    "background purpose\n",
    "rule r\n  when\u{A0}in-care begins\n",
    "rule r\n  when in–care begins\n",
    // names
    "rule r\n  if in care\n",
    "rule r\n  when care review is held\n",
    "rule r\n  the social worker must hold first care-review\n",
    "rule r\n  when Care-Review is held\n",
    "rule r\n  when care_review is held\n",
    // quotations
    "rule r\n  timing \"as soon as possible\n",
    "rule r\n  timing “as soon as possible”\n",
    "rule r\n  timing immediately\n",
    // moments, time, conditions
    "rule r\n  when in-care\n",
    "rule r\n  when\n",
    "rule r\n  when care-review si held\n",
    "rule r\n  within 20 wroking days after in-care begins\n",
    "rule r\n  within 20 working days of in-care begins\n",
    "rule r\n  within 20 working days\n",
    "rule r\n  when appeal is received\n  within 20 working days\n",
    "rule r\n  when appeal is received\n  within 20 working days of the appeal\n",
    "meeting panel\nrule r\n  within 20 working days of receiving it\n",
    "rule r\n  the officer must offer rooms by letter\n",
    "scenario s \"S\"\n  expect letter is not sent\n",
    "rule r\nscenario s \"S\"\n  expect r is not done\n",
    "document d \"D\" from officer\n",
    "# a heading\n// and a comment\nrule r\n",
    "rule r\n  at least ten working days before x is held\n",
    "rule r\n  if a and b or c\n",
    "rule r\n  if a\n  and b\n  or perhaps c\n",
    "rule r\n  if (a and b)\n",
    "rule r\n  if not letter is sent\n",
    "rule r\n  if not order happens\n",
    "rule r\n  while not order happens\n",
    "rule r\n  when in-care starts\n",
    "rule r\n  when in-care begins and on-plan\n",
    "rule r\n  within 2 weeks after 2026-03-01\n",
    "rule r\n  by 2026-03-01\n",
    "rule r\n  within 2.5 working days after in-care begins\n",
    "rule r\n  within -3 weeks after in-care begins\n",
    "rule r\n  the iro must hold review by 3 weeks\n",
    "rule r\n  the iro must hold review within 3 weeks after in-care begins\n",
    "rule first\n  when in-care begins\n",
    "role the\n",
    "role a\rrole b\r",
    "rule r\n  if on-plan.\n",
    "rule r\n  within 99999999999 weeks after a begins\n",
    // sentences
    "rule r\n  the iro mus hold first care-review\n",
    "rule r\n  the iro will hold first care-review\n",
    "rule r\n  the iro must organise first care-review\n",
    "rule r\n  the iro must send letter iro\n",
    "rule r\n  the a and b or c must hold d\n",
    "rule r\n  nobody must end on-plan\n",
    // dates, citations, calendars
    "source s\n  edition 2026-02-30\n",
    "source s\n  edition 2026-13-01\n",
    "source s\n  edition 2026-31-05\n",
    "source s\n  edition 01/09/2023\n",
    "rule r\n  cites stoke (STO-31)\n",
    "rule r\n  cites stoke 03.4 (sto-31)\n",
    "calendar c\n  holiday \"May Day\" 31 february\n",
    "calendar c\n  holiday \"May Day\" first monday in may\n",
    "calendar c\n  weekend saterday\n",
    "source s\n  edition 13/2/2026\n",
    "source s\n  edition 1.2.2026\n",
    "source s\n  edition 1 Feb 2026\n",
    "source s\n  edition 1/2/26\n",
    "source s\n  edition 2026-2-1\n",
    "scenario s\n  on 1/2/2026 in-care begins\n",
    "rule r\n  within 2 weeks after 1/2/2026\n",
    // signs, capitals, plurals, bullets, dashes
    "rule r\n  if a && b\n",
    "rule r\n  if a || b\n",
    "rule r\n  if a&b\n",
    "rule r\n  if !a\n",
    "rule r\n  if a and !b\n",
    "rule r\n  if route = none\n",
    "rule r\n  if route != none\n",
    "rule r\n  if a\n  && b\n",
    "rule r\n  if a\n  AND b\n",
    "RULE r\n",
    "roles manager\n",
    "rle r\n",
    "rule r\n  The iro must hold review\n",
    "rule r\n  the iro MUST hold review\n",
    "rule r\n  the iro must Hold review\n",
    "rule r\n  when in-care Begins\n",
    "rule r\n  if Not on-plan\n",
    "rule r\n  within 10 Working Days after in-care begins\n",
    "rule r\n  within 10 after in-care begins\n",
    "rule r\n  within 10\n",
    "rule r\n  when: in-care begins\n",
    "rule r\n  cite stoke 3\n",
    "rule r\n  if on-plan;\n",
    "rule r\n  when in-care begins — the start\n",
    "rule r\n  — the start\n",
    "rule r\n  - when in-care begins\n",
    "rule r\n  // the start\n",
    "role a \"the manager   \n",
    "role a \"the manager -- who runs it\n",
    "role a \"the manager”\n",
    "role a “the manager\"\n",
    "role a “the child’s manager”\n",
    "role a «the manager»\n",
    "role a ‘the manager’\n",
    "role a ‘the child’s manager’\n",
    "role a 'the manager'\n",
    "role a\n  also called “one”, “two”\n",
    "role child’s-manager\n",
    "role child\u{2011}manager\n",
    // articles
    "rule r\n  the head must send the reply to parent\n",
    "rule r\n  the head must send reply to the parents\n",
    "rule r\n  when the complaint is sent\n",
    "rule r\n  when a complaint happens\n",
    "rule r\n  the head must hold the first review\n",
    "rule r\n  effect the plan ends\n",
    "scenario s\n  on 2026-01-01 the complaint happens\n",
    "scenario s\n  expect the reply is sent by 2026-01-05\n",
    "role the head\n",
    "role a head \"the head\"\n",
    "event the-complaint\nrule r\n  when the complaint happens\n",
    "term a \"one thing\"\nrule r\n  if a b\n",
    // ordinary words for what happens
    "event complaint\nrule r\n  when complaint arrives\n",
    "event complaint\nrule r\n  when complaint comes in\n",
    "event complaint\nrule r\n  when complaint received\n",
    "rule r\n  when complaint takes place\nmeeting complaint\n",
    "rule r\n  when complaint arrives\ndocument complaint\n",
    "rule r\n  when complaint arrives\n",
    "rule r\n  when review held\n",
    "meeting review\nrule r\n  within 5 working days after review starts\n",
    "rule r\n  when in-care stops\n",
    // ordinary verbs
    "rule r\n  the head must write reply to parent\n  within 5 working days after complaint happens\n",
    "rule r\n  the head must write the reply to parent within 5 working days after complaint happens\n",
    "rule r\n  the head must meet parent -- in person\n",
    "meeting review\nrule r\n  the head must call a review\n",
    "role parent\nrule r\n  the head must call parent\n",
    "rule r\n  the head must inform parent of outcome\n",
    "rule r\n  the head must tell parent about outcome\n",
    "rule r\n  the head must give reply to parent\n",
    "rule r\n  the head must approve outcome\n",
    "rule r\n  the head must see child alone before review is held\n",
    // names of several words
    "document answer letter \"the answer\"\n",
    "meeting annual care review \"the review\"\n",
    "decision next step for the child \"what next\"\n",
    // units
    "rule r\n  within 5 school days after complaint happens\n",
    "rule r\n  within 5 workdays after complaint happens\n",
    "rule r\n  within 5 business days after complaint happens\n",
    "rule r\n  within 5 weekdays after complaint happens\n",
    "rule r\n  within 2 fortnights after complaint happens\n",
    "rule r\n  within a week after complaint happens\n",
    "rule r\n  within a reasonable time after complaint happens\n",
    // sentences and limits that lost their first word
    "rule r\n  when complaint happens\nhead must send reply to parent\n  timing not stated\n",
    "rule r\n  head teacher must send reply to parent\n",
    "rule r\n  by 5 working days after complaint happens\n",
    "rule r\nby 5 working days after complaint happens\n",
    "rule r\n  no later than 5 working days before review is held\n",
    "rule r\n  in 5 working days\n",
    "rule r\n  no later than 20 working days after complaint\n",
    "meeting panel\n  attended by chair-of-governors, head\n",
    "rule r\n  every 6 weeks\n",
    "rule r\n  social-worker to inform manager\n",
    "period p\n  is six weeks\n",
    "period p\n  is a week\n",
    "rule r\n  until 2 weeks following on-plan begins\n",
    "rule r\n  when visit has been held\n",
    "decision d\n  option yes\n  then the manager must hold review\n",
    "rule r\n  the team must provide the report to the manager within 2 working days after review is held\n",
    "rule r\n  the team needs to hold review\n",
    "rule r\n  when report not sent within 5 days\n",
    "rule r\n  when review is held\n  on-plan ends\n",
    // scenarios
    "scenario s\n  on 2026-03-02: on-plan begins\n",
    "scenario s\n  then expect r is kept\n",
    "scenario s\n  on 2026-01-01 answer-letter is sent to parent\n",
    "scenario s\n  on 2026-01-01 answer-letter is sent to parent by head\n",
    "scenario s\n  expect first-review is done\n",
    // kinds of item
    "person iro \"the reviewing officer\"\n  also called \"IRO\"\n",
    "letter reply \"the reply\"\n",
    "perion ten-days\n  is 10 working days\n",
    "staut in-care\n  also called \"LAC\"\n",
    // several in one file are all reported
    "rule r\n  wehn a begins\n  if b an c\n  the iro must hold d\nrul s\n  within 5 weeks before a begins\n",
];

/// As a terminal would show it, as plainly as can be.
fn show(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let mut out = format!("{} {}\n", diagnostic.code.id, diagnostic.headline);
    for label in &diagnostic.labels {
        let at = sources.position(label.span.file, label.span.start);
        let line = sources
            .text(label.span.file)
            .split('\n')
            .nth(at.line as usize - 1)
            .unwrap_or("");
        let under = sources.slice(label.span).chars().count().max(1);
        out += &format!("  {:>3} | {}\n      | ", at.line, line.trim_end());
        out += &format!(
            "{}{} {}",
            " ".repeat(at.column as usize - 1),
            "^".repeat(under),
            label.text
        );
        out = out.trim_end().to_owned() + "\n";
    }
    for help in &diagnostic.help {
        out += &format!("  help: {help}\n");
    }
    if let Some(fix) = &diagnostic.fix {
        let text = sources.text(fix.span.file);
        let mended = format!(
            "{}{}{}",
            &text[..fix.span.start as usize],
            fix.replacement,
            &text[fix.span.end as usize..]
        );
        let line = sources.position(fix.span.file, fix.span.start).line as usize;
        out += &format!("  mended: {}\n", mended.split('\n').nth(line - 1).unwrap_or("").trim());
    }
    out
}

#[test]
fn messages() {
    let mut out = String::new();
    for text in SLIPS {
        let (sources, _, parsed) = read(text);
        assert!(!parsed.diagnostics.is_empty(), "{text}");
        for diagnostic in &parsed.diagnostics {
            out += &show(&sources, diagnostic);
        }
        out += "\n";
    }
    insta::assert_snapshot!(out);
}

/// What a mechanical mend offers is right: the mended file has no fault left.
#[test]
fn mends_mend() {
    let mut mended_files = 0;
    for text in SLIPS {
        let (_, _, parsed) = read(text);
        let [diagnostic] = parsed.diagnostics.as_slice() else {
            continue;
        };
        let Some(fix) = &diagnostic.fix else { continue };
        let mended = format!(
            "{}{}{}",
            &text[..fix.span.start as usize],
            fix.replacement,
            &text[fix.span.end as usize..]
        );
        // Where the same slip stands twice in a line, one is left.
        let left = read(&mended).2.diagnostics;
        let again = left.len() == 1 && left[0].headline == diagnostic.headline;
        assert!(
            left.is_empty() || again || fix.safe && mended.contains(" Days "),
            "{mended}"
        );
        mended_files += 1;
    }
    assert!(mended_files >= 40, "{mended_files}");
}

/// Whatever is missing from a line, or stands there instead, is said in words of the language, and says what to do.
#[test]
fn what_is_missing_is_said_in_words_of_the_language() {
    let mut said = 0;
    for line in super::WHOLE
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with("--"))
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        for at in 1..=words.len() {
            let rest = words.get(at + 1..).unwrap_or_default();
            let cut = words[..at].join(" ");
            let others = ["Zz", "%", "12345", "\"words\"", "the"].map(|w| format!("{cut} {w} {}", rest.join(" ")));
            for text in std::iter::once(cut).chain(others) {
                let found = read(&format!("rule r\n  {}\n", text.trim())).2.diagnostics;
                let form = |d: &&Diagnostic| ["D0101", "D0102"].contains(&d.code.id);
                for d in found.iter().filter(form) {
                    said += 1;
                    let of_the_parser = ["something else", "expected", "end of the line", "k_", "w_", "EOI"];
                    let plain = !of_the_parser.iter().any(|w| d.headline.contains(w));
                    assert!(plain && !d.help.is_empty(), "{text}: {} {:?}", d.headline, d.help);
                }
            }
        }
    }
    assert!(said > 500, "{said}");
}

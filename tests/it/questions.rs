//! What single questions of `check` see and do not see: small protocols, and the codes and names in what is said of them.

use crate::flood::found;

/// The headlines with this code.
pub fn said(text: &str, code: &str) -> Vec<String> {
    let all = found(text).into_iter().filter(|d| d.code.id == code);
    all.map(|d| d.headline).collect()
}

const PLAN: &str = "\
protocol t \"t\"
  authority \"a council\"
role officer
role boss
fact grave
event e
  comes from not stated
status s
  begins when e happens
";

fn blocked(rules: &str) -> Vec<String> {
    said(&format!("{PLAN}{rules}"), "D0403")
}

#[test]
fn a_permission_that_is_always_forbidden_cannot_be_used() {
    let told = blocked(
        "rule a\n  when e happens\n  the officer may end s\n  cites t 1\nrule b\n  nobody may end s\n  cites t 2\n",
    );
    assert_eq!(told, ["what `a` permits can never be done without breaking `b`"]);
}

#[test]
fn a_permission_beside_somebody_elses_power_cannot_be_used_but_the_power_can() {
    let told =
        blocked("rule a\n  the officer may end s\n  cites t 1\nrule b\n  only the boss may end s\n  cites t 2\n");
    assert_eq!(told, ["what `a` permits can never be done without breaking `b`"]);
}

#[test]
fn a_power_over_what_nobody_may_do_cannot_be_used() {
    let told = blocked("rule a\n  only the boss may end s\n  cites t 1\nrule b\n  nobody may end s\n  cites t 2\n");
    assert_eq!(told, ["what `a` permits can never be done without breaking `b`"]);
}

#[test]
fn a_permission_that_ends_before_the_bar_does_cannot_be_used() {
    let rules = |weeks: u32| {
        format!(
            "rule a\n  when e happens\n  the boss may end s\n  within 4 weeks after e happens\n  cites t 1\n\
             rule b\n  nobody may end s\n  until {weeks} weeks after e happens\n  cites t 2\n"
        )
    };
    assert_eq!(blocked(&rules(5)).len(), 1);
    assert_eq!(blocked(&rules(3)), [""; 0]);
}

#[test]
fn a_permission_barred_in_some_cases_or_lifted_from_the_bar_is_no_finding() {
    let barred = "rule b\n  nobody may end s\n  if grave\n  cites t 2\n";
    let lifted = "rule b\n  nobody may end s\n  cites t 2\n";
    let may = "rule a\n  when e happens\n  the officer may end s\n  cites t 1\n";
    let exception = may.replace("  cites", "  exception to b\n  cites");
    assert_eq!(blocked(&format!("{may}{barred}")), [""; 0]);
    assert_eq!(blocked(&format!("{exception}{lifted}")), [""; 0]);
}

const KINDS: &str = "\
protocol t \"t\"
  authority \"a council\"
role head
role governors
fact kind
  one of short, long, permanent
event exclusion
  comes from head
event appeal
  comes from head
meeting hearing
";

fn rule(name: &str, guard: &str, body: &str) -> String {
    let limit = if body.contains("must") {
        "  within 4 weeks after exclusion happens\n"
    } else {
        ""
    };
    format!("rule {name}\n  when exclusion happens\n  if {guard}\n  {body}\n{limit}  cites t 1\n")
}

fn branches(rules: &[String]) -> Vec<String> {
    said(&format!("{KINDS}{}", rules.concat()), "D0401")
}

#[test]
fn rules_that_ask_for_one_act_in_some_cases_only_leave_the_others_out() {
    let one = rule("one", "kind is short", "the head must hold hearing");
    let two = rule("two", "kind is permanent", "the governors must hold hearing");
    let told = branches(&[one.clone(), two.clone()]);
    let hole = "when the exclusion happens, no rule asks anybody to hold the hearing if `kind` is `long`";
    assert_eq!(told, [hole]);
    assert_eq!(branches(&[one]), [""; 0], "a lone rule with a condition is no family");
    let other = rule("three", "kind is not short", "the governors must hold hearing");
    assert_eq!(branches(&[two, other]), [""; 0], "the one only adds to the other");
}

#[test]
fn whatever_speaks_of_the_case_closes_the_hole() {
    let one = rule("one", "kind is short", "the head must hold hearing");
    let two = rule("two", "kind is permanent", "the governors must hold hearing");
    let closes = [
        rule("three", "kind is long", "the head need not hold hearing"),
        rule("three", "kind is long", "the head must \"write to the parents\""),
        rule("three", "kind is not short", "the head must hold hearing"),
        "rule three\n  when exclusion happens\n  the head must hold hearing\n  within 4 weeks after exclusion happens\n  cites t 1\n".to_owned(),
        "rule three\n  nobody may hold hearing\n  if kind is long\n  cites t 1\n".to_owned(),
    ];
    for three in closes {
        assert_eq!(branches(&[one.clone(), two.clone(), three.clone()]), [""; 0], "{three}");
    }
    let elsewhere = "rule three\n  when appeal happens\n  the head must hold hearing\n  within 4 weeks after appeal happens\n  cites t 1\n".to_owned();
    assert_eq!(branches(&[one, two, elsewhere]).len(), 1, "an appeal need not come");
}

const TURNS: &str = "\
protocol t \"t\"
  authority \"a council\"
role officer
role court
  outside
event e
  comes from officer
event order
  comes from court
meeting a
meeting b
meeting c
";

fn hold(name: &str, what: &str, limit: &str) -> String {
    format!("rule {name}\n  when e happens\n  the officer must hold {what}\n  {limit}\n  cites t 1\n")
}

fn circles(rules: &[String]) -> Vec<String> {
    said(&format!("{TURNS}{}", rules.concat()), "D0306")
}

#[test]
fn duties_that_wait_for_each_other_are_never_done() {
    let two = [
        hold("r1", "a", "after b is held"),
        hold("r2", "b", "straight after a is held"),
    ];
    assert_eq!(
        circles(&two),
        ["`r1` and `r2` wait for each other, so none of them is ever done"]
    );
    let three = [
        hold("r1", "a", "at least 2 weeks after c is held"),
        hold("r2", "b", "within 3 working days after a is held"),
        hold("r3", "c", "after b is held"),
    ];
    assert_eq!(
        circles(&three),
        ["`r1`, `r3` and `r2` wait for each other, so none of them is ever done"]
    );
}

#[test]
fn a_way_out_of_the_circle_is_a_way_on() {
    let r1 = hold("r1", "a", "after b is held");
    let r2 = hold("r2", "b", "after a is held");
    let outside = hold("r2", "b", "after order happens");
    let permitted = "rule r3\n  when e happens\n  the officer may hold a\n  cites t 3\n".to_owned();
    let other = hold("r3", "b", "within 2 weeks after e happens");
    assert_eq!(circles(&[r1.clone(), outside]), [""; 0], "it waits for the court");
    assert_eq!(
        circles(&[r1.clone(), r2.clone(), permitted]),
        [""; 0],
        "it may be held at once"
    );
    assert_eq!(circles(&[r1, other]), [""; 0]);
    let notice = "document papers\nrule p\n  the officer must send papers to court\n  at least 1 weeks before a is held\n  cites t 4\n";
    let after = hold("r1", "a", "after papers is sent");
    assert_eq!(circles(&[notice.to_owned(), after]), [""; 0], "a notice comes first");
}

const NOTICE: &str = "\
protocol t \"t\"
  authority \"a council\"
role officer
role parents
  outside
role court
  outside
event e
  comes from court
document notice
";

fn send(name: &str, limit: &str) -> String {
    format!("rule {name}\n  when e happens\n  the officer must send notice to parents\n  {limit}\n  cites t 1\n")
}

fn letters(rules: &[String]) -> Vec<String> {
    said(&format!("{NOTICE}{}", rules.concat()), "D0307")
}

#[test]
fn two_limits_on_one_letter_that_share_no_day_take_two_letters() {
    let late = send("late", "at least 28 calendar days after e happens");
    let soon = |days: u32| send("soon", &format!("within {days} working days after e happens"));
    let told = ["it takes two sendings of `notice` to keep `late` and `soon`"];
    assert_eq!(letters(&[late.clone(), soon(10)]), told, "from every day");
    assert_eq!(letters(&[late.clone(), soon(20)]), told, "from some days");
    assert_eq!(letters(&[late.clone(), soon(25)]), [""; 0], "some day is in both");
    let elsewhere = soon(10).replace("to parents", "to court");
    assert_eq!(letters(&[late, elsewhere]), [""; 0], "two letters to two people");
}

/// Each reason is named once, with the rules of which it is so, and the effect without which it would not be.
#[test]
fn a_rule_that_is_never_engaged_says_why() {
    let rule = |name: &str, guard: &str| {
        format!("rule {name}\n{guard}  the officer must \"{name}\"\n  within 1 week after e happens\n  cites t 2\n")
    };
    let text = [
        PLAN.to_owned(),
        "status plan\ndocument letter\nrule halt\n  when s begins\n  effect plan ends\n  cites t 1\n".to_owned(),
        rule("late", "  when s begins\n  if plan\n"),
        rule("early", "  when e happens\n  while s\n"),
        rule("often", "  when s begins\n  unless s\n"),
        rule("unsent", "  when letter is sent\n"),
        rule("unread", "  when letter is sent\n"),
        rule("sound", "  when s begins\n  if s\n"),
    ];
    let all = found(&text.concat()).into_iter();
    let told: Vec<String> = all.filter(|d| d.code.id == "D0706").flat_map(|d| d.notes).collect();
    let at = "at the moment at which it would be engaged";
    let expected = [
        format!("`late`: `if` is never true {at}, because of what `halt` changes"),
        format!("`early`: `while` does not hold {at}"),
        format!("`often`: `unless` is always true {at}"),
        "`unsent` and `unread`: what would engage it never comes about".to_owned(),
    ];
    assert_eq!(told, expected);
}

/// Whoever can close the case, or has the visits end, need hold no further one.
#[test]
fn what_recurs_is_barred_for_good_only_if_nobody_of_ours_can_end_it() {
    let visits = |lasts: &str, more: &str| {
        format!(
            "{PLAN}meeting visit\n  repeats\nmeeting talk\nrule first-one\n  when s begins\n  the officer must hold first visit\n  \
             within 1 month after s begins\n  cites t 1\nrule again\n{lasts}  the officer must hold each later visit\n  \
             within 1 month after previous visit is held\n  cites t 2\nrule talk-late\n  when s begins\n  the officer must hold talk\n  \
             at least 2 months after s begins\n  within 3 months after s begins\n  cites t 3\nrule no-more\n  when talk is held\n  \
             nobody may hold any visit\n  cites t 4\n{more}"
        )
    };
    let told = |lasts: &str, more: &str| {
        let said = said(&visits(lasts, more), "D0302").into_iter();
        said.filter(|headline| headline.contains("again and again")).count()
    };
    assert_eq!(told("  while s\n", ""), 1);
    let closes = "rule close\n  when talk is held\n  the boss may end s\n  cites t 5\n";
    assert_eq!(told("  while s\n", closes), 0);
    assert_eq!(told("  while s and not grave\n", ""), 0, "not known to last");
}

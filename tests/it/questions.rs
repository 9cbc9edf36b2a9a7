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
  caused by unstated
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
  caused by head
event appeal
  caused by head
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

//! How far each last day could be sooner, in words and for machines. In: [`Slack`]s and their sources. Out: sentences, or what a JSON
//! document says of them. Nothing is found here.

use super::json::{Place, place};
use super::words;
use crate::diagnostics::{Brink, Slack, Spare};
use crate::source::Sources;
use serde::Serialize;

/// How far each last day could be sooner, a sentence each; those that could be as near as can be written in one.
pub fn sentences(sources: &Sources, all: &[Slack]) -> Vec<String> {
    let named = |s: &Slack| {
        let name = s.rule.rsplit_once('.').map_or(s.rule.as_str(), |(_, name)| name);
        let line = sources.position(s.span.file, s.span.start).line;
        format!("`{name}` (line {line})")
    };
    let mut whole: Vec<String> = Vec::new();
    let mut out: Vec<String> = Vec::new();
    for limit in all {
        let said = match &limit.spare {
            Spare::All(_) => {
                whole.push(named(limit));
                continue;
            }
            Spare::None => "none, for it clashes as it is".to_owned(),
            Spare::Unknown => "not decided within the steps allowed".to_owned(),
            Spare::Some(brink) => told(brink),
        };
        out.push(format!("{}, `{}`: {said}", named(limit), limit.write));
    }
    match whole.as_slice() {
        [] if out.is_empty() => out.push("no last day is written in one number".to_owned()),
        [] => {}
        [one] => out.push(format!("{one} could be as near as can be written")),
        many => out.push(format!(
            "each of these could be as near as can be written: {}",
            many.join(", ")
        )),
    }
    out
}

fn told(brink: &Brink) -> String {
    let would = match brink.is_less {
        true => format!("`{}` would do", brink.tightest),
        false => "none".to_owned(),
    };
    let clashes = match brink.with.as_slice() {
        [] => "it cannot be kept".to_owned(),
        with => format!("it clashes with {}", listed(with)),
    };
    let when = brink.when.as_ref().map(|when| format!(" {when}"));
    let such = brink
        .start
        .map(|day| format!(", such as on {}", words::date_short(day)));
    let case = (!brink.given.is_empty()).then(|| format!(" (the case: {})", brink.given.join("; ")));
    let details = [when, such, case].into_iter().flatten().collect::<String>();
    format!("{would}; with `{}` {clashes}{details}", brink.next)
}

/// Names joined by commas and `and`.
fn listed(names: &[String]) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        names => names.concat(),
    }
}

#[derive(Serialize)]
pub(super) struct SlackOut<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    rule: &'a str,
    write: &'a str,
    spare: &'static str,
    tightest: Option<&'a str>,
    next: Option<NextOut<'a>>,
}

/// The next number, with which there is no way on.
#[derive(Serialize)]
struct NextOut<'a> {
    write: &'a str,
    with: &'a [String],
    start: Option<String>,
    when: Option<&'a str>,
    given: &'a [String],
}

/// One limit.
pub(super) fn out<'a>(sources: &'a Sources, slack: &'a Slack) -> SlackOut<'a> {
    let (spare, tightest, next) = match &slack.spare {
        Spare::None => ("none", None, None),
        Spare::All(tightest) => ("all", Some(tightest.as_str()), None),
        Spare::Unknown => ("not-decided", None, None),
        Spare::Some(brink) => {
            let next = NextOut {
                write: &brink.next,
                with: &brink.with,
                start: brink.start.map(|day| day.to_string()),
                when: brink.when.as_deref(),
                given: &brink.given,
            };
            let spare = if brink.is_less { "some" } else { "none" };
            (spare, Some(brink.tightest.as_str()), Some(next))
        }
    };
    SlackOut {
        place: place(sources, slack.span),
        rule: &slack.rule,
        write: &slack.write,
        spare,
        tightest,
        next,
    }
}

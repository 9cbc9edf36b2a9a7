//! The forms that a random protocol may hold beside those that each may. In: a text. Out: which of them it holds.

/// A form that a protocol may hold beside those that each may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// What follows from a limit missed.
    Missed,
    /// A meeting is booked, falls due.
    Booking,
    /// Who chairs.
    Chairing,
    /// Who attends.
    Attending,
    /// A decision is taken in a meeting.
    AtMeeting,
    /// A status with several values that says which it starts as.
    Values,
    /// A status with several values, any of which a case may start with.
    AnyStart,
    /// A duty is waived.
    NeedNot,
    /// A rule departs from one of a base.
    Departs,
    /// A rule replaces one of a base.
    Replaces,
    /// A duty stops so long after a moment.
    UntilAfter,
    /// `each`, `each later`, `any`, `last`, `that` and `since`, and an event that repeats.
    Ordinals,
    /// One moment or another engages.
    Either,
    /// One thing before or after another, as a condition.
    Order,
    /// The last of several before or after another.
    OrderOfLast,
    /// One and the same thing before or after itself.
    OrderOfItself,
    /// A status whose own change sets it again, itself or through another.
    OwnChange,
    /// A duty that stands from the start, and a waiver that does.
    StandingWaived,
    /// A duty to chair with exceptions, a power to chair with a condition.
    ChairGuards,
    /// A limit measured from `each later` of several.
    EachLaterLimit,
    /// A bar with a `when`.
    BarEngaged,
    /// A bar that lasts from the last of several on, without a `when`.
    BarOfLast,
    /// A letter named by its number in a sentence.
    LetterOrdinals,
    /// How the days lie for which two meetings are set.
    DaysSet,
    /// How far off the day is for which a meeting is set.
    DayNear,
}

impl Form {
    /// All of them.
    pub const ALL: &'static [Form] = &[
        Form::Missed,
        Form::Booking,
        Form::Chairing,
        Form::Attending,
        Form::AtMeeting,
        Form::Values,
        Form::AnyStart,
        Form::NeedNot,
        Form::Departs,
        Form::Replaces,
        Form::UntilAfter,
        Form::Ordinals,
        Form::Either,
        Form::Order,
        Form::OrderOfLast,
        Form::OrderOfItself,
        Form::OwnChange,
        Form::StandingWaived,
        Form::ChairGuards,
        Form::EachLaterLimit,
        Form::BarEngaged,
        Form::BarOfLast,
        Form::LetterOrdinals,
        Form::DaysSet,
        Form::DayNear,
    ];

    /// Whether a text holds the form.
    pub fn is_in(self, text: &str) -> bool {
        let says = |words: &[&str]| text.lines().any(|l| words.iter().any(|w| l.contains(w)));
        let orders = |l: &&str| {
            let tests = ["  if ", "  while ", "  unless ", "  normally "]
                .iter()
                .any(|k| l.starts_with(k));
            tests && !l.contains(" due ") && (l.contains(" before ") || l.contains(" after "))
        };
        let rules = text.split("\nrule ").skip(1);
        let engaged_by = |rule: &str, status: &str| {
            ["when", "or"]
                .iter()
                .any(|k| rule.contains(&format!("  {k} {status} ")))
        };
        let sets_itself = |rule: &str| {
            rule.contains("  effect ") && engaged_by(rule, "route")
                || rule.contains("  effect on-plan ") && engaged_by(rule, "on-plan")
        };
        let waives_at_once = |rule: &str| !rule.contains("  when ") && rule.contains(" need ");
        let bars = |rule: &str| {
            ["nobody may ", "must not ", "nobody should "]
                .iter()
                .any(|k| rule.contains(k))
        };
        let stands = |rule: &str| !rule.contains("  when ") && rule.contains("  timing not stated");
        match self {
            Form::Missed => says(&["is missed"]),
            Form::DaysSet => says(&["is due before", "is due after", "is not due before"]),
            Form::DayNear => says(&["due within"]),
            Form::Booking => says(&["review is due", "review is booked", "book review"]),
            Form::Chairing => says(&[" chair "]),
            Form::Attending => says(&[" attend "]),
            Form::AtMeeting => says(&["  at review", "  at first ", "  at next ", "  at each "]),
            Form::Values => says(&["starts as none"]),
            Form::AnyStart => says(&["status route"]) && !says(&["starts as none"]),
            Form::NeedNot => says(&[" need "]),
            Form::Departs => says(&["  departs from "]),
            Form::Replaces => says(&["  replaces "]),
            Form::UntilAfter => says(&["  until 1 ", "  until 2 ", "  until 3 "]),
            Form::Ordinals => says(&[
                "each change",
                "each later change",
                "each review",
                "last ",
                "that ",
                "since ",
            ]),
            Form::Either => says(&["  or "]),
            Form::Order => text.lines().any(|l| orders(&l)),
            Form::OrderOfLast => text.lines().filter(orders).any(|l| l.contains("last ")),
            Form::OrderOfItself => text.lines().filter(orders).any(|l| {
                let words = l.trim_start().split_once(' ').map_or("", |(_, order)| order);
                words
                    .split_once(" before ")
                    .or(words.split_once(" after "))
                    .is_some_and(|(a, b)| a == b)
            }),
            Form::OwnChange => rules.clone().any(sets_itself),
            Form::StandingWaived => rules.clone().any(waives_at_once) && rules.clone().any(stands),
            Form::ChairGuards => {
                let guarded = |r: &str| r.contains("must chair") && r.contains("  unless ");
                rules
                    .clone()
                    .any(|r| guarded(r) || r.contains("may chair") && r.contains("  if "))
            }
            Form::BarEngaged => rules.clone().any(|r| bars(r) && r.contains("  when ")),
            Form::BarOfLast => rules
                .clone()
                .any(|r| bars(r) && !r.contains("  when ") && r.contains(" after last ")),
            Form::LetterOrdinals => says(&[" send first ", " send second ", " send next ", " send each "]),
            Form::EachLaterLimit => {
                let limits = ["after", "before", "as", "until"].map(|k| format!(" {k} each later "));
                text.lines().any(|l| limits.iter().any(|m| l.contains(m)))
            }
        }
    }
}

//! Ordinary words where the language has words of its own: verbs, changes, units, kinds of item. In: the word, and what is known
//! of the names beside it. Out: the word of the language. None of these is written without asking: an ordinary word may have been
//! chosen with care.

use crate::ast::ItemKind;
use crate::diagnostics::nearest;

/// Words for an item, and the item word.
const ITEMS: [(&str, &[&str]); 10] = [
    (
        "role",
        &[
            "person", "people", "party", "actor", "post", "officer", "team", "agency", "body",
        ],
    ),
    ("document", &["letter", "form", "notice", "report", "record", "minutes"]),
    ("protocol", &["policy", "procedure"]),
    ("term", &["definition", "define"]),
    ("rule", &["duty", "task", "step", "requirement", "obligation", "norm"]),
    ("period", &["deadline", "duration", "limit"]),
    ("decision", &["gate", "choice"]),
    ("meeting", &["conference", "hearing", "panel", "appointment"]),
    ("source", &["law", "act", "statute", "reference", "regulation"]),
    ("scenario", &["test"]),
];

/// The item word for an ordinary word that says the same.
pub(super) fn item(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let found = ITEMS.iter().find(|(_, words)| words.contains(&word.as_str()));
    found.map(|(item, _)| *item)
}

/// What an ordinary word says that has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Comes,
    Occurs,
    Starts,
    Stops,
}

const CHANGES: [(Change, &[&str]); 4] = [
    (
        Change::Comes,
        &["arrives", "arrived", "comes", "came", "receives", "received"],
    ),
    (
        Change::Occurs,
        &[
            "occurs", "occurred", "happen", "happened", "happens", "takes", "took", "arises", "made",
        ],
    ),
    (
        Change::Starts,
        &["starts", "started", "start", "begin", "began", "begins", "commences"],
    ),
    (
        Change::Stops,
        &[
            "stops",
            "stopped",
            "stop",
            "finishes",
            "finished",
            "concludes",
            "concluded",
            "end",
            "ended",
            "ends",
            "ceases",
        ],
    ),
];

/// States that are written after `is`.
const STATES: [&str; 9] = [
    "held",
    "booked",
    "due",
    "cancelled",
    "sent",
    "received",
    "decided",
    "allocated",
    "missed",
];

/// How the language says that `name` changes as the ordinary `word` says; more than one where the kind of the name is not known.
pub(super) fn moments(name: &str, kind: Option<ItemKind>, word: &str) -> Option<Vec<String>> {
    let said = |state: &str| Some(vec![format!("{name} {state}")]);
    let change = CHANGES.iter().find(|(_, words)| words.contains(&word)).map(|(c, _)| *c);
    if STATES.contains(&word) && kind != Some(ItemKind::Event) {
        return said(&format!("is {word}"));
    }
    let change = change.or(STATES.contains(&word).then_some(Change::Occurs))?;
    match kind {
        Some(ItemKind::Event) => said("happens"),
        Some(ItemKind::Meeting) => said("is held"),
        Some(ItemKind::Document) if change == Change::Comes => said("is received"),
        Some(ItemKind::Document) => said("is sent"),
        Some(ItemKind::Decision) => said("is decided"),
        Some(ItemKind::Role) => said("is allocated"),
        Some(ItemKind::Rule) => said("is done"),
        _ => match change {
            Change::Starts => said("begins"),
            Change::Stops => said("ends"),
            Change::Occurs if kind == Some(ItemKind::Status) => said("begins"),
            Change::Occurs => said("happens"),
            Change::Comes => Some(vec![
                format!("{name} happens` if it is an event"),
                format!("{name} is received` if it is a document"),
            ]),
        },
    }
}

/// Verbs of the language, what follows them, and ordinary verbs for the same.
const VERBS: [(&str, &str, &[&str]); 13] = [
    (
        "send",
        "send DOCUMENT to ROLE",
        &[
            "write",
            "give",
            "issue",
            "post",
            "email",
            "mail",
            "deliver",
            "provide",
            "forward",
            "circulate",
            "supply",
            "submit",
            "reply",
            "respond",
            "answer",
            "serve",
        ],
    ),
    (
        "hold",
        "hold MEETING",
        &["meet", "convene", "run", "conduct", "organise", "organize", "call"],
    ),
    ("book", "book MEETING", &["arrange", "schedule", "plan", "fix"]),
    (
        "notify",
        "notify ROLE that \"...\"",
        &[
            "inform", "remind", "tell", "alert", "advise", "contact", "warn", "phone", "ring",
        ],
    ),
    ("ask", "ask ROLE for \"...\"", &["request", "invite"]),
    ("consult", "consult ROLE on \"...\"", &["involve", "liaise"]),
    (
        "record",
        "record \"...\" in DOCUMENT",
        &["note", "minute", "document", "log", "file", "register"],
    ),
    (
        "consider",
        "consider \"...\"",
        &["discuss", "examine", "review", "assess", "weigh"],
    ),
    ("carry out", "carry out DECISION", &["implement", "execute", "perform"]),
    (
        "decide",
        "decide DECISION",
        &["determine", "approve", "agree", "settle"],
    ),
    (
        "challenge",
        "challenge DECISION",
        &["appeal", "dispute", "contest", "escalate"],
    ),
    ("allocate", "allocate ROLE", &["assign", "appoint", "designate"]),
    ("end", "end STATUS", &["stop", "close", "terminate", "finish"]),
];

/// The verb of the language for an ordinary one, and its form; `next` is what the name after it stands for.
pub(super) fn verb(word: &str, next: Option<ItemKind>) -> Option<(&'static str, &'static str)> {
    let meant = match (word, next) {
        ("call" | "give", Some(ItemKind::Role)) => "notify",
        ("review" | "discuss" | "arrange", Some(ItemKind::Meeting)) => "hold",
        (_, Some(ItemKind::Meeting)) if word == "write" => "record",
        _ => VERBS.iter().find(|(_, _, words)| words.contains(&word))?.0,
    };
    let found = VERBS.iter().find(|(verb, _, _)| *verb == meant)?;
    Some((found.0, found.1))
}

/// Whether the name after an ordinary verb may stand after the verb of the language. Where it is declared elsewhere, whoever is
/// met is no meeting.
pub(super) fn takes(verb: &str, word: &str, next: Option<ItemKind>) -> bool {
    let fits = match verb {
        "hold" | "book" => ItemKind::Meeting,
        "send" => ItemKind::Document,
        "decide" | "carry out" => ItemKind::Decision,
        "allocate" => ItemKind::Role,
        "end" => ItemKind::Status,
        _ => return true,
    };
    next.map_or(word != "meet", |kind| kind == fits)
}

/// Numbers that sources like to write out.
const NUMBERS: [(&str, &str); 17] = [
    ("a", "1"),
    ("an", "1"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("twelve", "12"),
    ("fifteen", "15"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
];

/// The digits of a number in words.
pub(super) fn number(word: &str) -> Option<&'static str> {
    NUMBERS.iter().find(|(w, _)| *w == word).map(|(_, digits)| *digits)
}

/// Whether a unit of the language begins with this word.
pub(super) fn begins_a_unit(word: &str) -> bool {
    let units = ["working", "calendar", "clear", "day", "hour", "week", "month", "year"];
    units.contains(&word.strip_suffix('s').unwrap_or(word))
}

/// A unit that is none of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Words of it.
    pub words: usize,
    /// What to write instead, the number included, where that can be told; whether nothing else can have been meant.
    pub mend: Option<(String, bool)>,
    /// What else to do.
    pub help: Option<String>,
}

/// Units as they are named in a help.
pub(super) const UNITS: &str = "count in `hours`, `working days`, `calendar days`, `weeks`, `months` or `years`";

/// A unit that sources write and the language does not, by its first word and the one after it.
pub(super) fn unit(count: &str, word: &str, next: &str) -> Option<Unit> {
    let days = matches!(next, "days" | "day");
    let working = if count == "1" { "1 working day" } else { "" };
    let working = match working {
        "" => format!("{count} working days"),
        one => one.to_owned(),
    };
    let own = |words: usize, mend: Option<(String, bool)>, help: Option<String>| Some(Unit { words, mend, help });
    match word {
        "workdays" | "workday" | "work-days" | "work-day" | "working-days" | "working-day" => {
            own(1, Some((working, true)), None)
        }
        "work" if days => own(2, Some((working, true)), None),
        "business" | "office" | "banking" if days => own(2, Some((working, false)), None),
        "weekdays" | "weekday" => own(1, None, Some(week_days(&working))),
        "week" if days => own(2, None, Some(week_days(&working))),
        "fortnight" | "fortnights" => {
            let weeks = count.parse::<u32>().ok()?.checked_mul(2)?;
            own(1, Some((format!("{weeks} weeks"), true)), None)
        }
        "quarter" | "quarters" => {
            let months = count.parse::<u32>().ok()?.checked_mul(3)?;
            own(1, Some((format!("{months} months"), false)), None)
        }
        _ if days && nearest(word, ["working", "calendar", "clear"]).is_none() => own(
            2,
            None,
            Some(format!(
                "{UNITS}, or keep the words of the source: `timing \"within {count} {word} {next}\"`"
            )),
        ),
        _ => None,
    }
}

fn week_days(working: &str) -> String {
    format!("write `{working}`, which leaves out weekends and bank holidays, or count in `calendar days` or `weeks`")
}

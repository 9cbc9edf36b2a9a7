//! A protocol and a history of it, said in short, for tests of what a protocol means.

use duly::calendar::Calendar;
use duly::judge::{Claim, Tier, accepted, confirm, judge};
use duly::model::{
    Confirmation, FactorId, FactorKind, Happening, History, MeetingId, NormId, Occurrence, Party, Protocol, RoleId,
    StatusId, ValueId, VerdictKind,
};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

/// What every protocol here is about, unless it says otherwise.
pub const VOCABULARY: &str = r#"protocol test "Test"
  authority "Test"
role manager "manager"
role worker "worker"
role deputy "deputy"
  counts as manager
role court "court"
  outside
fact urgent "it is urgent"
judgement exceptional "exceptional"
  judged by not stated
status on-plan "on a plan"
  begins when order happens
status in-care "in care"
event order "order made"
event plea "a plea"
  repeats
event move "a move"
  repeats
meeting review "review"
  repeats
meeting talk "talk"
  repeats
meeting conference "conference"
  kind of talk
document letter "letter"
"#;

pub fn day(text: &str) -> Day {
    Day::parse_iso(text).unwrap_or_else(|| panic!("{text} is no day"))
}

fn found<T>(items: &[T], name: &str, of: impl Fn(&T) -> &str) -> Option<u32> {
    items.iter().position(|i| of(i) == name).map(|i| i as u32)
}

/// A protocol and a history of it, said in short.
pub struct Story {
    pub protocol: Protocol,
    pub calendar: Calendar,
    pub history: History,
}

impl Story {
    /// The shared vocabulary and these items.
    pub fn of(items: &str) -> Story {
        Story::whole(&format!("{VOCABULARY}{items}"))
    }

    /// A whole text, which must be well formed.
    pub fn whole(text: &str) -> Story {
        let mut sources = Sources::new();
        let loaded = from_text("test.duly", text, &mut sources);
        let wrong: Vec<_> = loaded
            .diagnostics
            .iter()
            .filter(|d| d.severity == duly::diagnostics::Severity::Error)
            .map(|d| format!("{} at `{}`", d.headline, d.place().map_or("", |p| sources.slice(p))))
            .collect();
        assert!(loaded.is_well_formed(), "{wrong:#?}");
        let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
        let history = History {
            until: Some(day("2026-12-31")),
            ..History::default()
        };
        Story {
            protocol: loaded.protocol,
            calendar,
            history,
        }
    }

    pub fn given(mut self, factor: &str, value: u32) -> Story {
        let id =
            found(&self.protocol.factors, factor, |f| &f.origin.name).unwrap_or_else(|| panic!("no factor {factor}"));
        self.history.factors.push((FactorId(id), ValueId(value)));
        self
    }

    pub fn until(mut self, last: &str) -> Story {
        self.history.until = Some(day(last));
        self
    }

    fn party(&self, name: &str) -> Party {
        let role = found(&self.protocol.roles, name, |r| &r.origin.name).map(|r| Party::Role(RoleId(r)));
        let meeting = || found(&self.protocol.meetings, name, |m| &m.origin.name).map(|m| Party::Meeting(MeetingId(m)));
        role.or_else(meeting).unwrap_or_else(|| panic!("no party {name}"))
    }

    /// `on("2026-01-05", "review held by manager chair deputy due 2026-01-06")`; outcomes are `gate is yes`.
    pub fn on(mut self, date: &str, what: &str) -> Story {
        use duly::model::{DecisionId, DocumentId, EventId, RuleId};
        let words: Vec<&str> = what.split_whitespace().collect();
        let p = &self.protocol;
        let name = words[0];
        let meeting = || MeetingId(found(&p.meetings, name, |m| &m.origin.name).unwrap());
        let status = || StatusId(found(&p.statuses, name, |s| &s.origin.name).unwrap());
        let document = || DocumentId(found(&p.documents, name, |d| &d.origin.name).unwrap());
        let happening = match words[1] {
            "happens" => Happening::Happens(EventId(found(&p.events, name, |e| &e.origin.name).unwrap())),
            "begins" => Happening::Begins(status()),
            "ends" => Happening::Ends(status()),
            "held" => Happening::Held(meeting()),
            "booked" => Happening::Booked(meeting()),
            "cancelled" => Happening::Cancelled(meeting()),
            "sent" => Happening::Sent(document()),
            "received" => Happening::Received(document()),
            "done" => Happening::Done(RuleId(found(&p.rules, name, |r| &r.origin.name).unwrap())),
            "is" => {
                let d = found(&p.decisions, name, |d| &d.origin.name).unwrap();
                let option = found(&p.decisions[d as usize].options, words[2], |o| &o.name).unwrap();
                Happening::Outcome(DecisionId(d), ValueId(option))
            }
            other => panic!("{other}?"),
        };
        let after = |key: &str| words.iter().position(|w| *w == key).map(|at| words[at + 1]);
        let occurrence = Occurrence {
            day: day(date),
            what: happening,
            by: after("by").map(|n| self.party(n)),
            chair: after("chair").map(|n| self.party(n)),
            due: after("due").map(day),
        };
        self.history.occurrences.push(occurrence);
        self
    }

    /// The name of the doubt that its readers have to settle.
    pub fn reading(&self) -> String {
        let mut factors = self.protocol.factors.iter();
        let reading = factors.find(|f| f.kind == FactorKind::Reading).unwrap();
        reading.origin.name.clone()
    }

    /// What a status starts as in this case: the value of this number.
    pub fn starts(mut self, status: &str, value: u32) -> Story {
        let id = found(&self.protocol.statuses, status, |s| &s.origin.name).unwrap();
        self.history.starts.push((StatusId(id), ValueId(value)));
        self
    }

    pub fn norm(&self, name: &str) -> NormId {
        use duly::model::{DecisionId, RuleId};
        let rule = found(&self.protocol.rules, name, |r| &r.origin.name).map(|r| NormId::Rule(RuleId(r)));
        let decision =
            || found(&self.protocol.decisions, name, |d| &d.origin.name).map(|d| NormId::Decision(DecisionId(d)));
        rule.or_else(decision).unwrap_or_else(|| panic!("no norm {name}"))
    }

    /// The verdicts on a norm, one per instance, in words.
    pub fn says(&self, norm: &str) -> String {
        let judgement = judge(&self.protocol, &self.calendar, &self.history);
        assert_eq!(judgement.faults, Vec::<String>::new());
        let id = self.norm(norm);
        let words = judgement
            .verdicts
            .iter()
            .filter(|v| v.norm == id)
            .map(|v| match &v.kind {
                VerdictKind::NotEngaged => "not engaged".to_owned(),
                VerdictKind::Kept => "kept".to_owned(),
                VerdictKind::Breached { when, .. } => format!("breached {when}"),
                VerdictKind::Lapsed => "lapsed".to_owned(),
                VerdictKind::Open => "open".to_owned(),
                VerdictKind::Departed => "departed".to_owned(),
                VerdictKind::Undetermined(what) => format!("needs {what}"),
            });
        words.collect::<Vec<_>>().join(", ")
    }

    pub fn faults(&self) -> Vec<String> {
        judge(&self.protocol, &self.calendar, &self.history).faults
    }

    pub fn accepts(&self, tier: Tier) -> bool {
        accepted(
            &judge(&self.protocol, &self.calendar, &self.history),
            &self.protocol,
            tier,
        )
    }

    pub fn confirms(&self, claims: &[Claim]) -> bool {
        confirm(&self.protocol, &self.calendar, &self.history, claims) == Confirmation::Confirmed
    }
}

/// A letter that must be sent once an order is made, within such a limit.
pub fn letter(limit: &str) -> Story {
    Story::of(&format!(
        "\nrule r\n  when order happens\n  the manager must send letter to worker\n  {limit}\n"
    ))
}

/// The same, with the order made on 5 January 2026.
pub fn letter_after_order(limit: &str) -> Story {
    letter(limit).on("2026-01-05", "order happens")
}

/// A review that must be held within two days after an order, when this occurs and under these guards.
pub fn review(when: &str, guards: &[&str]) -> Story {
    let guards: String = guards.iter().map(|g| format!("  {g}\n")).collect();
    Story::of(&format!(
        "\nrule r\n  when {when}\n{guards}  someone must hold next review\n  within 2 calendar days after order happens\n"
    ))
}

/// A gate.
pub const GATE: &str = r#"
decision gate "gate"
  when each plea happens
  decided by manager
  within 5 calendar days after that plea happens
  option stop "stop"
    effect on-plan ends
  option go "go"
    if urgent
    then nothing
"#;

/// What follows from the end of a plan, and one way to end it.
pub const AFTER_THE_PLAN: &str = r#"
rule tell
  when on-plan ends
  the manager must send letter to worker
  within 3 calendar days after on-plan ends
rule end-by-move
  when each move happens
  effect on-plan ends
"#;

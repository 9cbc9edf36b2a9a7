//! The solver against the judge: what may be asked of a small protocol, answered by every history of it, judged one by one.
//! What both take for granted is docs/decisions/0007-solving.md; it is written here a second time, from the model alone.

use std::collections::BTreeSet;
use std::fmt::Write;

use duly::calendar::Calendar;
use duly::judge::{Judgement, judge};
use duly::model::{
    Act, Body, Guard, Happening, Limit, LimitKind, MeetingId, Modal, NormId, Occurrence, Ordinal, Party, Protocol,
    RuleId, Subject, Verdict, VerdictKind, Which,
};
use duly::solve::ask::{Asker, Outcome, Tier};
use duly::solve::ground::{Ground, REPEATS, norms};
use duly::solve::net::{Formula, Lit, Point, STRUCTURE, any};
use duly::time::Day;

use crate::dice::seeds;
use crate::forms::Form;
use crate::generate::{on_days, text_of};
use crate::histories::{Branch, Givens, bounded, history};
use crate::shrink::shrunk;

/// Days after the last on which anything occurs, so that no limit lies beyond the calendar.
const MARGIN: usize = 20;
/// The most histories of one protocol.
const MOST: usize = 6_000;
/// How many protocols are written for a seed.
pub const ATTEMPTS: u64 = 4;

/// A protocol with every history that counts.
pub struct World {
    pub text: String,
    pub protocol: Protocol,
    pub calendar: Calendar,
    /// On how many days something may occur.
    pub days: usize,
    /// How often a class may occur.
    pub copies: usize,
    pub tier: Tier,
    pub histories: Vec<Judged>,
}

/// One history, and what the judge says of it.
pub struct Judged {
    pub occurrences: Vec<Occurrence>,
    pub givens: Givens,
    /// Norms that are not obeyed: breached and not made good, the last turn of what recurs aside.
    pub disobeyed: BTreeSet<NormId>,
    /// The same of the history up to its last occurrence, as a prefix of others: known by then.
    pub disobeyed_so_far: BTreeSet<NormId>,
    /// Norms breached and not made good.
    pub breached: BTreeSet<NormId>,
    pub engaged: BTreeSet<NormId>,
}

fn rule_of(protocol: &Protocol, norm: NormId) -> Option<&duly::model::Rule> {
    match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()),
        NormId::Decision(_) => None,
    }
}

pub fn class_of(act: &Act, rule: RuleId) -> Happening {
    match act {
        Act::Hold(w) => Happening::Held(w.meeting),
        Act::Book(w) => Happening::Booked(w.meeting),
        Act::Send(d, ..) => Happening::Sent(*d),
        Act::Decide(d) => Happening::Decided(*d),
        Act::End(s) => Happening::Ends(*s),
        _ => Happening::Done(rule),
    }
}

/// The class of a listed occurrence, outcomes aside.
pub fn class(what: Happening) -> Happening {
    match what {
        Happening::Outcome(d, _) => Happening::Decided(d),
        other => other,
    }
}

/// Rules that ask for or allow an act of this class.
pub fn asking(protocol: &Protocol, wanted: Happening) -> Vec<RuleId> {
    let asks = |(at, rule): (usize, &duly::model::Rule)| {
        let id = RuleId(u32::try_from(at).unwrap());
        match &rule.body {
            Body::Norm {
                modal: Modal::Must | Modal::Should | Modal::May,
                act,
                ..
            } => (class_of(act, id) == wanted).then_some(id),
            _ => None,
        }
    };
    protocol.rules.iter().enumerate().filter_map(asks).collect()
}

/// The same, and those who are asked to hold a meeting may book it.
fn licensing(protocol: &Protocol, wanted: Happening) -> Vec<RuleId> {
    let mut rules = asking(protocol, wanted);
    if let Happening::Booked(m) = wanted {
        rules.extend(asking(protocol, Happening::Held(m)));
    }
    rules
}

/// What may engage a rule is what its act must precede, or be on the same day as.
fn is_notice(guard: &Guard, at: Option<&Which>, limits: &[Limit]) -> bool {
    let moments = |k: &LimitKind| match k {
        LimitKind::Within(_, m)
        | LimitKind::AtLeastBefore(_, m)
        | LimitKind::AtLeastAfter(_, m)
        | LimitKind::UntilAfter(_, m)
        | LimitKind::SameDay(m)
        | LimitKind::StraightAfter(m)
        | LimitKind::Before(m)
        | LimitKind::After(m) => m.any.clone(),
        LimitKind::At(_) | LimitKind::Until(_) | LimitKind::Unstated | LimitKind::Urgency(_) => Vec::new(),
    };
    let engaging: Vec<Happening> = if let (true, Some(at)) = (guard.when.is_empty(), at) {
        vec![Happening::Held(at.meeting)]
    } else if guard.when.is_empty() {
        let first = limits.iter().map(|l| moments(&l.kind)).find(|m| !m.is_empty());
        first.into_iter().flatten().map(|m| m.what).collect()
    } else {
        guard.when.iter().flat_map(|w| &w.any).map(|m| m.what).collect()
    };
    let backward = |k: &LimitKind| {
        matches!(
            k,
            LimitKind::Before(_) | LimitKind::AtLeastBefore(..) | LimitKind::SameDay(_)
        )
    };
    limits
        .iter()
        .filter(|l| backward(&l.kind))
        .flat_map(|l| moments(&l.kind))
        .any(|m| {
            let other = m.ordinal == Ordinal::Next || m.ordinal == Ordinal::Last && !guard.when.is_empty();
            engaging.contains(&m.what) && !other
        })
}

/// Something turns on a limit missed.
fn is_mentioned_missed(protocol: &Protocol) -> bool {
    format!("{protocol:?}").contains("Missed(")
}

/// Some rule has somebody attend this meeting.
fn is_attended(protocol: &Protocol, meeting: MeetingId) -> bool {
    protocol.rules.iter().any(|r| {
        matches!(&r.body, Body::Norm { act: Act::Attend(w), modal: Modal::Must | Modal::Should | Modal::May, .. }
            if w.meeting == meeting)
    })
}

/// The authority acts by its rules: an act of its own occurs only where a rule engaged at or before it asks for it or
/// allows it, by one whom such a rule names; a notice may be given at any time.
fn is_licensed(
    protocol: &Protocol,
    calendar: &Calendar,
    judgement: &Judgement,
    occurrences: &[Occurrence],
    givens: &Givens,
) -> bool {
    let after_a_miss = is_mentioned_missed(protocol);
    occurrences.iter().enumerate().all(|(at, o)| {
        let is_change = matches!(o.what, Happening::Begins(_) | Happening::Ends(_));
        if matches!(o.what, Happening::Happens(_) | Happening::Due(_))
            || is_change && asking(protocol, o.what).is_empty()
        {
            return true;
        }
        // A meeting that somebody attends and no rule holds is somebody else's.
        if let Happening::Held(m) = o.what
            && asking(protocol, o.what).is_empty()
            && is_attended(protocol, m)
        {
            return true;
        }
        let engaged = |norm: NormId| {
            // That an option was closed is found at the decision itself: it does not ask for it.
            let asks = |v: &&Verdict| !matches!(v.norm, NormId::Decision(_)) || v.trigger != Some(at);
            let so_far =
                |v: &Verdict| v.norm == norm && v.kind != VerdictKind::NotEngaged && v.trigger.is_none_or(|t| t <= at);
            if after_a_miss {
                // A verdict does not say when a limit was missed: what had engaged by then is seen by then.
                let by_then = judge(protocol, calendar, &history(&occurrences[..at], givens, o.day));
                let itself = |v: &Verdict| so_far(v) && v.trigger == Some(at);
                return by_then.verdicts.iter().filter(asks).any(so_far)
                    || judgement.verdicts.iter().filter(asks).any(itself);
            }
            judgement.verdicts.iter().filter(asks).any(so_far)
        };
        let decision = match o.what {
            Happening::Outcome(d, _) => {
                let decision = &protocol.decisions[d.index()];
                // What nothing engages may be decided at any time.
                let free = decision.guard.when.is_empty()
                    && decision.at.is_none()
                    && decision.limits.iter().all(|l| {
                        matches!(
                            l.kind,
                            LimitKind::Unstated | LimitKind::Urgency(_) | LimitKind::Until(_)
                        )
                    });
                free || is_notice(&decision.guard, decision.at.as_ref(), &decision.limits)
                    || engaged(NormId::Decision(d))
            }
            _ => false,
        };
        let rules = licensing(protocol, class(o.what));
        decision
            || rules.iter().any(|r| {
                let rule = &protocol.rules[r.index()];
                is_notice(&rule.guard, None, &rule.limits) || engaged(NormId::Rule(*r))
            })
    })
}

/// A meeting that is held is held on the day for which it was last booked, where a condition asks for that day. Of what comes
/// once, that is its one booking, and it comes first or not at all.
fn is_held_as_set(ground: &Ground<'_>, occurrences: &[Occurrence]) -> bool {
    occurrences.iter().enumerate().all(|(at, o)| {
        let (earlier, later) = occurrences.split_at(at);
        // Where anything waits for it to fall due, it does so on that day.
        if let (Happening::Booked(m), Some(day)) = (o.what, o.due) {
            let due = Happening::Due(m);
            return !ground.classes.contains_key(&due) || later.iter().any(|d| d.what == due && d.day == day);
        }
        let Happening::Held(m) = o.what else { return true };
        let is_set = |b: &&Occurrence| b.what == Happening::Booked(m) && b.due.is_some();
        earlier
            .iter()
            .rfind(is_set)
            .and_then(|b| b.due)
            .is_none_or(|due| due == o.day)
            && !later.iter().any(|b| is_set(&b))
    })
}

/// A meeting that is held is held on the day for which it is booked, where anything speaks of that day.
fn is_booked(ground: &Ground<'_>, occurrences: &[Occurrence]) -> bool {
    let of = |what: Happening| occurrences.iter().filter(move |o| o.what == what).map(|o| o.day);
    ground.classes.keys().all(|class| match class {
        Happening::Due(m) => {
            let due: Vec<Day> = of(*class).collect();
            of(Happening::Held(*m))
                .enumerate()
                .all(|(at, held)| due.get(at) == Some(&held))
        }
        _ => true,
    })
}

/// Who may do what is listed so: the first party of each rule that asks for it or allows it, nobody if none is named. What
/// the outside does, and a decision by whoever decides it, names nobody.
fn doers(protocol: &Protocol, what: Happening) -> Vec<Option<Party>> {
    let mut named: BTreeSet<Party> = licensing(protocol, class(what))
        .iter()
        .filter_map(|r| match &protocol.rules[r.index()].body {
            // Who decides is said by the decision.
            Body::Norm {
                subject: Subject::Only(_),
                ..
            } if matches!(what, Happening::Outcome(..)) => None,
            Body::Norm { subject, .. } => subject.who().and_then(|w| w.parties.first().copied()),
            _ => None,
        })
        .collect();
    if let Happening::Outcome(d, _) = what {
        named.extend(
            protocol.decisions[d.index()]
                .decided_by
                .given()
                .and_then(|w| w.parties.first().copied()),
        );
    }
    if named.is_empty() {
        vec![None]
    } else {
        named.into_iter().map(Some).collect()
    }
}

/// Breached and not made good. The last turn a bounded history can hold of what recurs is not asked for. Of a prefix, a breach
/// that is known only because the history ends is none.
pub fn disobeyed(
    protocol: &Protocol,
    judgement: &Judgement,
    occurrences: &[Occurrence],
    by: Option<Day>,
) -> BTreeSet<NormId> {
    let known = |v: &Verdict| by.is_none_or(|by| matches!(v.kind, VerdictKind::Breached { when, .. } if when <= by));
    let last_turn = |v: &Verdict| {
        let recurs = rule_of(protocol, v.norm).is_some_and(|r| {
            let ordinal = match &r.body {
                Body::Norm { act: Act::Hold(w), .. } => w.ordinal,
                Body::Norm {
                    act: Act::Send(_, _, ordinal),
                    ..
                } => *ordinal,
                _ => return false,
            };
            matches!(ordinal, Ordinal::Each | Ordinal::EachLater | Ordinal::Next)
        });
        recurs
            && v.trigger.is_some_and(|t| {
                occurrences[..=t]
                    .iter()
                    .filter(|o| class(o.what) == class(occurrences[t].what))
                    .count()
                    == REPEATS
            })
    };
    breached(protocol, judgement, by.is_some(), |v| known(v) && !last_turn(v))
}

/// Breached, by a verdict that counts, and not made good; of a prefix, what is open may still make it good.
fn breached(
    protocol: &Protocol,
    judgement: &Judgement,
    so_far: bool,
    counts: impl Fn(&Verdict) -> bool,
) -> BTreeSet<NormId> {
    let repairs = |norm: NormId, missed: NormId| {
        rule_of(protocol, norm).is_some_and(|r| {
            matches!(
                &r.body,
                Body::Norm {
                    modal: Modal::Must | Modal::Should,
                    ..
                }
            ) && r.guard.when.iter().flat_map(|m| &m.any).any(|m| {
                NormId::Rule(match m.what {
                    Happening::Missed(r) => r,
                    _ => return false,
                }) == missed
            })
        })
    };
    judgement
        .verdicts
        .iter()
        .filter(|v| matches!(v.kind, VerdictKind::Breached { .. }) && counts(v))
        .filter(|b| {
            !judgement.verdicts.iter().any(|v| {
                (v.kind == VerdictKind::Kept || so_far && v.kind == VerdictKind::Open)
                    && v.trigger == b.trigger
                    && repairs(v.norm, b.norm)
            })
        })
        .map(|v| v.norm)
        .collect()
}

/// Engaged: every outcome is given here, so what is undetermined turns on who acts, not on whether there is an instance.
fn engaged(judgement: &Judgement) -> BTreeSet<NormId> {
    judgement
        .verdicts
        .iter()
        .filter(|v| v.kind != VerdictKind::NotEngaged)
        .map(|v| v.norm)
        .collect()
}

impl World {
    /// The world of a text, on the calendar of a seed, if it is small enough.
    pub fn new(text: &str, seed: u64) -> Option<World> {
        // Once more than twice in some, so that the last turn of what recurs is met.
        // Of a turn that is not asked for, the solver does not see that it is missed.
        let turns = seed.is_multiple_of(4) && !Form::Missed.is_in(text);
        let most = if turns { REPEATS } else { 2 };
        (3..=6).rev().find_map(|days| {
            let (protocol, calendar) = on_days(text, seed, days + MARGIN)?;
            if protocol.decisions.iter().any(|d| d.options.is_empty()) {
                return None;
            }
            let ground = Ground::new(&protocol, &calendar);
            let at_most = |what: Happening| {
                let copies = ground.classes.get(&class(what)).map(Vec::len);
                copies.unwrap_or_else(|| asking(&protocol, what).len()).min(most)
            };
            let on: Vec<Day> = (0..i32::try_from(days).unwrap())
                .map(|d| calendar.first().plus(d))
                .collect();
            let all = bounded(&protocol, &on, at_most, |what| doers(&protocol, what), MOST)?;
            let judged = |(occurrences, givens): Branch| {
                let whole = judge(&protocol, &calendar, &history(&occurrences, &givens, calendar.last()));
                let counts = whole.faults.is_empty()
                    && is_licensed(&protocol, &calendar, &whole, &occurrences, &givens)
                    && is_booked(&ground, &occurrences)
                    && is_held_as_set(&ground, &occurrences);
                let end = occurrences.last().map_or(calendar.first(), |o| o.day);
                counts.then(|| Judged {
                    disobeyed: disobeyed(&protocol, &whole, &occurrences, None),
                    disobeyed_so_far: {
                        let prefix = judge(&protocol, &calendar, &history(&occurrences, &givens, end));
                        disobeyed(&protocol, &prefix, &occurrences, Some(end))
                    },
                    breached: breached(&protocol, &whole, false, |_| true),
                    engaged: engaged(&whole),
                    occurrences,
                    givens,
                })
            };
            let histories = all.into_iter().filter_map(judged).collect();
            let tier = if seed.is_multiple_of(2) {
                Tier::Must
            } else {
                Tier::Should
            };
            Some(World {
                text: text.to_owned(),
                protocol,
                calendar,
                days,
                copies: most,
                tier,
                histories,
            })
        })
    }

    /// An asker of the same world: nothing occurs after its last day, nor more often than the histories have it.
    pub fn asker(&self) -> Asker<'_> {
        let mut ground = Ground::new(&self.protocol, &self.calendar);
        let last = i32::try_from(self.days).unwrap() - 1;
        let points: Vec<(Point, bool)> = ground
            .instances
            .iter()
            .map(|i| (i.at, i.number < self.copies))
            .collect();
        let missed: BTreeSet<Point> = ground
            .instances
            .iter()
            .filter(|i| matches!(i.class, Happening::Missed(_)))
            .map(|i| i.at)
            .collect();
        let set: Vec<Point> = ground
            .instances
            .iter()
            .filter_map(|i| ground.booked_for(i.at))
            .collect();
        for x in set {
            ground.structure.push((STRUCTURE, Lit::Until(x, last).into()));
        }
        for (x, is_listed) in points {
            // A limit is missed whenever it is: nobody lists it.
            if missed.contains(&x) {
                continue;
            }
            let bound = if is_listed {
                Lit::Until(x, last)
            } else {
                Lit::Occurs(x, false)
            };
            ground.structure.push((STRUCTURE, bound.into()));
        }
        Asker::starting(ground, (0, last))
    }
}

fn is_sat(outcome: &Outcome) -> bool {
    assert!(!matches!(outcome, Outcome::Unfinished), "not decided");
    matches!(outcome, Outcome::Sat(_))
}

/// A question the solver and the judge answer differently: the question, the solver's answer, the judge's.
pub type Difference = (String, String, String);

/// Some history is accepted; each norm is engaged in one; each is breached in one that is accepted but for it.
pub fn differences_in_existence(world: &World, claims: impl Fn(Formula) -> Formula) -> Vec<Difference> {
    let mut asker = world.asker();
    let obeyed = asker.obeyed(world.tier, &BTreeSet::new());
    let all: BTreeSet<NormId> = obeyed.iter().copied().collect();
    let mut out = Vec::new();
    let mut compare = |question: String, solver: bool, witness: Option<&Judged>| {
        if solver != witness.is_some() {
            let shown = witness.map_or("none".to_owned(), |h| {
                format!("{:?} {:?}", h.givens, shown(world, &h.occurrences))
            });
            out.push((question, solver.to_string(), shown));
        }
    };
    let fine = |h: &&Judged| h.disobeyed.is_disjoint(&all);
    let solver = is_sat(&asker.exists(&[], &obeyed));
    compare("accepted".to_owned(), solver, world.histories.iter().find(fine));
    for norm in norms(&world.protocol).collect::<Vec<_>>() {
        if !asker.ground.binds(norm) {
            continue;
        }
        // To choose what is not open engages a decision, by breaking it.
        let breaks = asker.ground.breaks(norm);
        let engages = claims(any(asker.ground.engagements(norm).into_iter().chain([breaks])));
        let solver = is_sat(&asker.exists(&[(STRUCTURE, engages)], &obeyed));
        compare(
            format!("{norm:?} engaged"),
            solver,
            world.histories.iter().filter(fine).find(|h| h.engaged.contains(&norm)),
        );
        // What is void in the breach of a power keeps nothing else; the solver lets it stand.
        if asker.ground.is_power(norm) {
            continue;
        }
        let others: Vec<NormId> = obeyed.iter().copied().filter(|n| *n != norm).collect();
        let breaks = asker.ground.breaks(norm);
        let solver = is_sat(&asker.exists(&[(STRUCTURE, breaks)], &others));
        let found = world
            .histories
            .iter()
            .find(|h| h.breached.contains(&norm) && h.disobeyed.iter().all(|b| *b == norm || !all.contains(b)));
        compare(format!("{norm:?} breached"), solver, found);
    }
    out
}

fn shown(world: &World, occurrences: &[Occurrence]) -> Vec<String> {
    occurrences
        .iter()
        .map(|o| {
            format!(
                "{}:{:?}{}{}",
                o.day.0 - world.calendar.first().0,
                o.what,
                o.by.map_or(String::new(), |p| format!(" by {p:?}")),
                o.chair.map_or(String::new(), |p| format!(" chaired by {p:?}"))
            )
        })
        .collect()
}

/// Differences over many seeds, as a text, each in a protocol that was made as short as still shows it; and the texts of all
/// worlds there were.
pub fn differences(
    seeds: std::ops::Range<u64>,
    forms: &[Form],
    wanted: impl Fn(&str) -> bool,
    ask: impl Fn(&World) -> Vec<Difference>,
) -> (Vec<String>, String) {
    let mut text = String::new();
    let mut worlds = Vec::new();
    for seed in seeds {
        // The first protocol of a few that is small enough.
        let small = |attempt| {
            let text = text_of(seed, attempt, forms).filter(|t| wanted(t))?;
            World::new(&text, seed)
        };
        let Some(world) = (0..ATTEMPTS).find_map(small) else {
            continue;
        };
        worlds.push(world.text.clone());
        let Some((_, solver, judge)) = ask(&world).first().cloned() else {
            continue;
        };
        // The same sort of difference: who says that there is such a history.
        let same = |w: &World| {
            ask(w)
                .into_iter()
                .find(|(_, s, j)| *s == solver && (j == "none") == (judge == "none"))
        };
        let short = shrunk(&world.text, |t| World::new(t, seed).is_some_and(|w| same(&w).is_some()));
        let world = World::new(&short, seed).unwrap();
        let (question, solver, judge) = same(&world).unwrap();
        writeln!(
            text,
            "seed {seed}, tier {:?}, {}\n{short}",
            world.tier,
            world.calendar.first()
        )
        .unwrap();
        writeln!(text, "  {question}: solver {solver}, judge {judge}\n").unwrap();
    }
    (worlds, text)
}

/// Forms on which the solver is known to differ from the judge: the judge alone is tried on them. To be emptied.
const NOT_YET_SOLVED: &[Form] = &[Form::OwnChange];

/// Forms that are tried on worlds of their own: bookings for every day make many histories.
const OF_DAYS_SET: &[Form] = &[Form::DaysSet, Form::DayNear];

pub fn solved() -> Vec<Form> {
    Form::ALL
        .iter()
        .copied()
        .filter(|f| !NOT_YET_SOLVED.contains(f) && !OF_DAYS_SET.contains(f))
        .collect()
}

/// The same, and how days lie that are set.
pub fn solved_with_days_set() -> Vec<Form> {
    [&solved()[..], OF_DAYS_SET].concat()
}

/// Whether a text asks how days lie that are set.
pub fn asks_for_days_set(text: &str) -> bool {
    OF_DAYS_SET.iter().any(|f| f.is_in(text))
}

#[test]
fn how_days_lie_that_are_set_is_the_same_for_both() {
    let same = |w: &World| differences_in_existence(w, |f| f);
    let forms = solved_with_days_set();
    let (mut worlds, text) = differences(seeds(1200), &forms, asks_for_days_set, same);
    assert!(text.is_empty(), "{text}");
    // Two meetings that are booked make many histories, so few worlds of them are small enough.
    let (more, text) = differences(1200..8000, &forms, |t| Form::DaysSet.is_in(t), same);
    assert!(text.is_empty(), "{text}");
    worlds.extend(more);
    for form in OF_DAYS_SET {
        let number = worlds.iter().filter(|t| form.is_in(t)).count();
        assert!(number >= 15, "only {number} of {} worlds hold {form:?}", worlds.len());
    }
}

#[test]
fn what_the_solver_says_there_is_the_judge_finds_and_nothing_else() {
    let same = |w: &World| differences_in_existence(w, |f| f);
    let (mut worlds, text) = differences(seeds(250), &solved(), |_| true, same);
    assert!(text.is_empty(), "{text}");
    assert!(worlds.len() > 150, "only {} worlds were small enough", worlds.len());
    // Rare forms are looked for among more protocols.
    for form in solved() {
        for more in (1..60).map(|n| n * 400..(n + 1) * 400) {
            if worlds.iter().filter(|t| form.is_in(t)).count() >= 5 {
                break;
            }
            let (found, text) = differences(more, &solved(), |t| form.is_in(t), same);
            assert!(text.is_empty(), "{text}");
            worlds.extend(found);
        }
        let number = worlds.iter().filter(|t| form.is_in(t)).count();
        assert!(number >= 5, "only {number} worlds hold {form:?}");
    }
}

/// A solver that forgot that a norm must be engaged to count as kept is found out.
#[test]
fn engagement_forgotten_is_seen() {
    let (_, text) = differences(
        0..60,
        &solved(),
        |_| true,
        |w| differences_in_existence(w, |_| Formula::TRUE),
    );
    assert!(text.contains("engaged: solver true, judge none"), "{text}");
}

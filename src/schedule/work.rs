//! One case under one answer to each doubt: what is lost, what is asked, by when. In: a history fixed in the solver. Out: an
//! [`Answer`]. The judge says how things stand today; the solver says how they can go on.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Answer, Item};
use super::names;
use super::pins::{Booking, Pins, occurred};
use super::play::Play;
use super::{Loss, State, Under, merge, why};
use crate::calendar::Calendar;
use crate::judge::{Judgement, judge};
use crate::model::{
    Act, Body, FactorId, FactorKind, Happening, History, LimitKind, NormId, Protocol, StatusId, ValueId, VerdictKind,
    words,
};
use crate::solve::ask::{Asker, Outcome, Scene, Tier};
use crate::solve::branch::{End, Extreme};
use crate::solve::days::Taste;
use crate::solve::ground::{Ground, norms};
use crate::solve::net::{Choice, Formula, Lit, Point, any};
use crate::solve::norms::owed::Owed;
use crate::time::Day;

/// A case made ready: what all answers have in common.
pub(super) struct Room<'p> {
    pub protocol: &'p Protocol,
    pub calendar: &'p Calendar,
    pub history: &'p History,
    pub today: Day,
    pub asker: Asker<'p>,
    pub pins: Pins,
    /// Every instance that a duty may have.
    pub owed: Vec<Owed>,
    pub scene: Scene,
    /// The same where the outside may do anything.
    open: Scene,
}

/// What a question is asked with.
#[derive(Clone)]
pub(super) struct Terms {
    /// Norms that are not obeyed any more.
    pub out: BTreeSet<NormId>,
    /// Of these, the duties that are obeyed but for the instances that are broken, with what engaged those.
    pub but_for: BTreeMap<NormId, BTreeSet<Option<Point>>>,
    /// Bookings that stand.
    pub booked: Vec<Booking>,
    pub also: Vec<Formula>,
    pub case: Vec<(Choice, u64)>,
}

impl Terms {
    /// Whether this instance is not obeyed any more.
    pub fn is_out(&self, owed: &Owed) -> bool {
        let but_for = self.but_for.get(&owed.norm);
        self.out.contains(&owed.norm) && but_for.is_none_or(|broken| broken.contains(&owed.trigger))
    }
}

/// How often other values are looked for, each time in the light of what the judge says of the ones before.
const KINDER: usize = 3;

/// Days of a year, and those before the end of the calendar in which a last day may be that end's doing.
const YEAR: i32 = 366;
const FAR: i32 = 5 * YEAR;

/// How many clashes one case may hold.
const CLASHES: usize = 12;

impl<'p> Room<'p> {
    pub fn new(protocol: &'p Protocol, calendar: &'p Calendar, history: &'p History, today: Day) -> Room<'p> {
        let ground = Ground::of_case(protocol, calendar, occurred(protocol, history));
        let last = i32::try_from(ground.net.len).unwrap_or(i32::MAX) - 1;
        let mut asker = Asker::starting(ground, (0, last));
        asker.allow(super::STEPS);
        let at = calendar.index(today).unwrap_or(0);
        let pins = Pins::new(&asker.ground, history, (today, at));
        let owed: Vec<Owed> = norms(protocol).flat_map(|n| asker.ground.owed(n)).collect();
        let obeyed = asker.obeyed(Tier::Should, &BTreeSet::new());
        let part = asker.whole();
        let scene = asker.scene(&part, &pins.claims, &obeyed, pins.hidden.clone());
        let open = asker.scene(&part, &pins.claims, &obeyed, BTreeSet::new());
        Room {
            protocol,
            calendar,
            history,
            today,
            asker,
            pins,
            owed,
            scene,
            open,
        }
    }

    /// Works the case out under these answers; a doubt that is not among them has its first answer.
    pub fn answer(&mut self, under: &Under) -> Answer {
        let mut terms = Terms {
            out: BTreeSet::new(),
            but_for: BTreeMap::new(),
            booked: self.pins.booked.clone(),
            also: self.pins.booked.iter().map(|b| b.claim.clone()).collect(),
            case: self.case(under),
        };
        let mut judged = self.judged(&mut terms);
        for _ in 0..KINDER {
            let Some(case) = self.kinder(&terms) else { break };
            terms.case = case;
            judged = self.judged(&mut terms);
        }
        let mut answer = Answer {
            under: under.clone(),
            case: terms.case.clone(),
            unsettled: judged.faults.clone(),
            ..Answer::default()
        };
        let mut verdicts: BTreeMap<(NormId, Option<usize>), Vec<VerdictKind>> = BTreeMap::new();
        let mut broken: BTreeMap<NormId, BTreeSet<Option<Point>>> = BTreeMap::new();
        for verdict in judged.verdicts {
            if let VerdictKind::Breached { when, .. } = verdict.kind
                && when <= self.today
            {
                let trigger = verdict.trigger.and_then(|at| self.pins.at(at));
                let instance = trigger.and_then(|t| self.asker.ground.instance(t));
                let because = instance.map(|i| merge::because(self, verdict.norm, i.class, i.number));
                answer.lost.push((Loss::Broken { when, because }, vec![verdict.norm]));
                broken.entry(verdict.norm).or_default().insert(trigger);
            }
            verdicts
                .entry((verdict.norm, verdict.trigger))
                .or_default()
                .push(verdict.kind);
        }
        if !self.settle(&mut terms, &mut answer) {
            return answer;
        }
        self.keep_others(&mut terms, broken);
        self.keep_all(&mut terms);
        let Some(play) = self.plain(&terms, &mut answer) else {
            answer
                .unsettled
                .push("no continuation of this case was found within the bounds of the search".to_owned());
            return answer;
        };
        self.list(&terms, &play, &verdicts, &mut answer);
        answer
    }

    /// What the judge says today; what is broken by now need not be obeyed.
    fn judged(&self, terms: &mut Terms) -> Judgement {
        let judged = judge(self.protocol, self.calendar, &self.completed(&terms.case));
        let broken = judged.verdicts.iter().filter(|v| match v.kind {
            VerdictKind::Breached { when, .. } => when <= self.today,
            _ => false,
        });
        terms.out = broken.map(|v| v.norm).collect();
        judged
    }

    /// Other values for what nobody gave, where the rules cannot all be kept with these and can with those: what is asked is
    /// whether they can. `None` if these will do, or no others would.
    fn kinder(&mut self, terms: &Terms) -> Option<Vec<(Choice, u64)>> {
        let readings = self.protocol.factors.iter().zip(&self.asker.ground.factors);
        let readings = readings.filter(|(f, _)| matches!(f.kind, FactorKind::Reading));
        let readings: BTreeSet<Choice> = readings.map(|(_, c)| *c).collect();
        let mut freed = terms.case.clone();
        let leaf = loop {
            let core = match self.asker.branch(&self.scene, &terms.out, &terms.also, &freed) {
                Outcome::Sat(_) if freed == terms.case => return None,
                Outcome::Sat(leaf) => break leaf,
                Outcome::Unsat(core) => core,
                Outcome::Unfinished => return None,
            };
            let open = core.open();
            let before = freed.len();
            freed.retain(|(c, _)| readings.contains(c) || !open.contains(c));
            if freed.len() == before {
                return None;
            }
        };
        let lowest = |set: u64| set & set.wrapping_neg();
        let left = |c: &Choice| leaf.values.get(c.0 as usize).map_or(1, |set| lowest(*set));
        let kept = |c: &Choice| freed.iter().any(|(k, _)| k == c);
        let taken = |(c, set): &(Choice, u64)| (*c, if kept(c) { *set } else { left(c) });
        Some(terms.case.iter().map(taken).collect())
    }

    /// A value for all that nobody gave.
    fn case(&self, under: &Under) -> Vec<(Choice, u64)> {
        let net = &self.asker.ground.net;
        let asked = |choice: Choice| {
            let answered = under
                .iter()
                .find(|(f, _)| self.asker.ground.factors.get(f.index()) == Some(&choice));
            answered.map_or(1, |(_, v)| 1u64 << v.0.min(63))
        };
        net.universal()
            .filter(|c| !self.pins.told.contains(c))
            .map(|c| (c, asked(c)))
            .collect()
    }

    /// The history with a value for all that nobody gave.
    fn completed(&self, case: &[(Choice, u64)]) -> History {
        let value = |choice: &Choice| {
            let taken = case.iter().find(|(c, _)| c == choice);
            taken.map(|(_, set)| ValueId(set.trailing_zeros()))
        };
        let mut history = self.history.clone();
        let ground = &self.asker.ground;
        for (at, choice) in (0..).zip(&ground.factors) {
            history.factors.extend(value(choice).map(|v| (FactorId(at), v)));
        }
        for (status, choice) in &ground.starts {
            let status: StatusId = *status;
            history.starts.extend(value(choice).map(|v| (status, v)));
        }
        history.until = Some(self.today);
        history
    }

    /// Leaves out what cannot be kept, until the rest can; says what. False if that did not succeed.
    fn settle(&mut self, terms: &mut Terms, answer: &mut Answer) -> bool {
        for _ in 0..CLASHES {
            match self.asker.branch(&self.scene, &terms.out, &terms.also, &terms.case) {
                Outcome::Sat(_) => return true,
                Outcome::Unfinished => {
                    answer.unsettled.push(
                        "whether the rules can still all be kept was not decided within the bounds of the search"
                            .to_owned(),
                    );
                    return false;
                }
                Outcome::Unsat(core) => answer.rests.extend(core.open()),
            }
            let core = self.asker.core_where(&self.scene, &terms.out, &terms.also, &terms.case);
            let asking = core.iter().copied().filter(|n| !names::is_silent(self.protocol, *n));
            let weakest = asking.min_by_key(|n| (names::weight(self.protocol, *n), *n));
            // A meeting is moved for what must be, not for what only should be.
            let is_must = weakest.is_none_or(|n| names::is_must(self.protocol, n));
            let booked = self.hopeless_booking(terms);
            if let (Some(at), true) = (booked, is_must) {
                let booking = terms.booked.remove(at);
                terms.also.remove(at);
                let loss = Loss::Booking {
                    meeting: words::happening(self.protocol, Happening::Held(booking.meeting)),
                    day: booking.day,
                };
                answer.lost.push((loss, core.into_iter().collect()));
                continue;
            }
            let Some(given_up) = weakest else {
                answer
                    .unsettled
                    .push("what has occurred does not fit what the protocol says can occur".to_owned());
                return false;
            };
            terms.out.insert(given_up);
            let rest = core.into_iter().filter(|n| *n != given_up);
            answer.lost.push((
                Loss::Clash {
                    booked: booked.is_some(),
                },
                std::iter::once(given_up).chain(rest).collect(),
            ));
        }
        false
    }

    /// Of a duty that is broken, what is asked besides the broken instances is still obeyed, where that can be.
    fn keep_others(&mut self, terms: &mut Terms, broken: BTreeMap<NormId, BTreeSet<Option<Point>>>) {
        for (norm, triggers) in broken {
            let others = self.asker.ground.accept_others(norm, &triggers);
            let Some(others) = others else { continue };
            terms.also.push(others);
            match self.asker.branch(&self.scene, &terms.out, &terms.also, &terms.case) {
                Outcome::Sat(_) => drop(terms.but_for.insert(norm, triggers)),
                _ => drop(terms.also.pop()),
            }
        }
    }

    /// From now on no limit is missed, as far as that can be: what makes a breach good is no way to keep a rule.
    fn keep_all(&mut self, terms: &mut Terms) {
        let missed = |what: Happening| matches!(what, Happening::Missed(_));
        let misses: Vec<Point> = self
            .asker
            .ground
            .instances
            .iter()
            .filter(|i| missed(i.class))
            .map(|i| i.at)
            .collect();
        for x in misses {
            terms.also.push(Lit::Occurs(x, false).into());
            let found = self.asker.branch(&self.scene, &terms.out, &terms.also, &terms.case);
            if !matches!(found, Outcome::Sat(_)) {
                terms.also.pop();
            }
        }
    }

    /// A booking without which the rest can be kept.
    fn hopeless_booking(&mut self, terms: &Terms) -> Option<usize> {
        (0..terms.also.len()).find(|at| {
            let mut others = terms.also.clone();
            others.remove(*at);
            let found = self.asker.branch(&self.scene, &terms.out, &others, &terms.case);
            matches!(found, Outcome::Sat(_))
        })
    }

    /// A continuation with as few acts as can be.
    fn plain(&mut self, terms: &Terms, answer: &mut Answer) -> Option<Play> {
        let mut also = terms.also.clone();
        let Outcome::Sat(mut found) = self.asker.branch(&self.scene, &terms.out, &also, &terms.case) else {
            return None;
        };
        // What is overdue is still to be done, and what follows from it is asked later.
        let overdue = |o: &&Owed| terms.but_for.contains_key(&o.norm) && terms.is_out(o);
        let done = |o: &Owed| any(o.done.iter().map(|(_, f)| f.clone()));
        let late: Vec<Formula> = self.owed.iter().filter(overdue).map(done).collect();
        for caught_up in late {
            also.push(caught_up);
            match self.asker.branch(&self.scene, &terms.out, &also, &terms.case) {
                Outcome::Sat(more) => found = more,
                _ => drop(also.pop()),
            }
        }
        let points: Vec<Point> = self.asker.ground.instances.iter().map(|i| i.at).collect();
        for x in points.into_iter().rev() {
            let occurs = found.occurs.get(x.0 as usize).copied().flatten() == Some(true);
            if !occurs || self.pins.place(x).is_some() || terms.booked.iter().any(|b| b.due == Some(x)) {
                continue;
            }
            also.push(Lit::Occurs(x, false).into());
            match self.asker.branch(&self.scene, &terms.out, &also, &terms.case) {
                Outcome::Sat(fewer) => found = fewer,
                _ => drop(also.pop()),
            }
        }
        answer.rests.extend(self.asker.rests_on(&found, &terms.case));
        Play::of(&self.asker, &self.pins, &found, None, Taste::Early)
    }

    /// Lists what is asked in a continuation.
    fn list(
        &mut self,
        terms: &Terms,
        play: &Play,
        verdicts: &BTreeMap<(NormId, Option<usize>), Vec<VerdictKind>>,
        answer: &mut Answer,
    ) {
        let order = play.points();
        let place = |x: Point| order.iter().position(|p| *p == x);
        let mut engaged: Vec<usize> = (0..self.owed.len())
            .filter(|at| play.holds(&self.asker.ground, &self.owed[*at].engaged))
            .collect();
        engaged.sort_by_key(|at| (self.owed[*at].norm, self.owed[*at].trigger.and_then(place), *at));
        let mut seen: BTreeMap<(NormId, Option<usize>), usize> = BTreeMap::new();
        let mut pending: BTreeSet<NormId> = BTreeSet::new();
        for at in engaged {
            let Owed { norm, trigger, .. } = self.owed[at];
            let occurred = trigger.and_then(|t| self.pins.place(t));
            let state = match (trigger, occurred) {
                (Some(t), None) if self.is_to_come(play, t) && self.is_ahead_of(at, t) => State::Due,
                (Some(t), None) if self.is_to_come(play, t) => State::Later,
                _ => {
                    let count = seen.entry((norm, occurred)).or_insert(0);
                    let verdict = verdicts.get(&(norm, occurred)).and_then(|v| v.get(*count));
                    *count += 1;
                    match self.standing(at, play, verdict) {
                        Some(state) => state,
                        None => continue,
                    }
                }
            };
            // Of what is asked again and again, the next one.
            if matches!(state, State::Due | State::Later) && !pending.insert(norm) {
                continue;
            }
            let item = match state {
                State::Due | State::Later => self.dated(at, state, terms, play, answer),
                State::Overdue(when) => {
                    let owed = &self.owed[at];
                    let latest = why::passed(self, owed, play, terms, when.plus(-1));
                    let state = self.late(owed, play).map_or(state, State::Late);
                    Some(Item {
                        stated: !latest.why.is_empty(),
                        latest: Some(latest),
                        ..Item::without_days(at, state)
                    })
                }
                _ => Some(Item::without_days(at, state)),
            };
            answer.items.extend(item);
        }
    }

    /// The day on which what was not done in time has been done all the same.
    fn late(&self, owed: &Owed, play: &Play) -> Option<Day> {
        let done = owed.done.iter();
        let done = done.filter(|(y, f)| self.pins.place(*y).is_some() && play.holds(&self.asker.ground, f));
        let first = done.filter_map(|(y, _)| play.day(*y)).min();
        first.and_then(|day| self.calendar.day(day))
    }

    /// Whether a point that has not been listed is yet to come: what is derived may lie in the past.
    fn is_to_come(&self, play: &Play, x: Point) -> bool {
        let today = self.calendar.index(self.today).unwrap_or(0);
        play.day(x).is_none_or(|day| day > today)
            || !matches!(
                self.asker.ground.instance(x).map(|i| i.class),
                Some(Happening::Missed(_) | Happening::Due(_))
            )
    }

    /// What engages an instance is what it has to come before: there is nothing to wait for.
    fn is_ahead_of(&self, at: usize, trigger: Point) -> bool {
        self.owed[at].ties.iter().any(|tie| {
            let before = matches!(tie.limit.kind, LimitKind::Before(_) | LimitKind::AtLeastBefore(..));
            before && tie.from == trigger
        })
    }

    /// How an instance that is engaged already stands; `None` if the judge knows of none.
    fn standing(&self, at: usize, play: &Play, verdict: Option<&VerdictKind>) -> Option<State> {
        let acts = self.owed[at].acts.iter();
        let kept = acts.filter(|(y, f)| self.pins.place(*y).is_some() && play.holds(&self.asker.ground, f));
        let done = kept.filter_map(|(y, _)| play.day(*y)).min();
        Some(match verdict {
            Some(VerdictKind::Breached { when, .. }) if *when <= self.today => State::Overdue(*when),
            Some(VerdictKind::Kept) => State::Done(done.and_then(|day| self.calendar.day(day))),
            Some(VerdictKind::Lapsed) => State::Lapsed,
            Some(VerdictKind::NotEngaged) => return None,
            // The judge waits for the day it was booked for, which nobody listed: then it was booked for the day it was held.
            _ if done.is_some() => State::Done(done.and_then(|day| self.calendar.day(day))),
            _ => State::Due,
        })
    }

    /// The days of what is to be done; `None` if no continuation does it.
    fn dated(&mut self, at: usize, state: State, terms: &Terms, play: &Play, answer: &mut Answer) -> Option<Item> {
        let owed = self.owed[at].clone();
        let stated = owed
            .ties
            .iter()
            .any(|t| t.limit.kind.is_upper() && play.holds(&self.asker.ground, &t.meant));
        let mut found: [Option<(Point, Extreme)>; 2] = [None, None];
        let mut turns_on = BTreeSet::new();
        let to_come = owed.acts.iter().filter(|(y, _)| self.pins.place(*y).is_none());
        for (y, keeps) in to_come.collect::<Vec<_>>() {
            let mut also = terms.also.clone();
            also.push(owed.engaged.clone());
            also.push(keeps.clone());
            for (end, best) in [End::Earliest, End::Latest].into_iter().zip(&mut found) {
                let extreme = self
                    .asker
                    .extreme(&self.scene, &terms.out, (*y, &also), &terms.case, end);
                let Some(extreme) = extreme else { continue };
                turns_on.extend(self.turns_on((*y, &also), terms, end, &extreme));
                let further = best.as_ref().is_none_or(|(_, b)| match end {
                    End::Earliest => extreme.day < b.day,
                    End::Latest => extreme.day > b.day,
                });
                if further {
                    *best = Some((*y, extreme));
                }
            }
        }
        answer.rests.extend(&turns_on);
        let [earliest, latest] = found;
        if earliest.is_none() {
            return match state {
                State::Due => self.too_late(at, terms, answer),
                _ => None,
            };
        }
        let latest = latest.filter(|(y, e)| !self.is_of_calendar(&owed, (*y, e.day), terms));
        let earliest = earliest.and_then(|(y, e)| why::bound(self, &owed, (y, &e), terms, End::Earliest));
        let latest = latest.and_then(|(y, e)| why::bound(self, &owed, (y, &e), terms, End::Latest));
        Some(Item {
            owed: at,
            state,
            earliest,
            latest,
            stated,
            turns_on,
        })
    }

    /// Whether a last day is that of the calendar, and no rule's: itself, or by way of what has to fit in after it. With a year
    /// less there it would be another.
    fn is_of_calendar(&mut self, owed: &Owed, (y, day): (Point, i32), terms: &Terms) -> bool {
        let last = i32::try_from(self.calendar.len()).unwrap_or(i32::MAX) - 1;
        if day >= last || day < last - FAR {
            return day >= last;
        }
        let mut also = terms.also.clone();
        also.push(owed.engaged.clone());
        also.extend(
            owed.acts
                .iter()
                .filter(|(x, _)| *x == y)
                .map(|(_, keeps)| keeps.clone()),
        );
        also.extend(
            self.asker
                .ground
                .instances
                .iter()
                .map(|i| Lit::Until(i.at, last - YEAR).into()),
        );
        let (scene, out) = (&self.scene, &terms.out);
        let sooner = self.asker.extreme(scene, out, (y, &also), &terms.case, End::Latest);
        sooner.is_none_or(|sooner| sooner.day < day)
    }

    /// What is asked and can be done in time in no continuation: it is lost, whatever is to make it good.
    fn too_late(&mut self, at: usize, terms: &Terms, answer: &mut Answer) -> Option<Item> {
        let owed = self.owed.get(at)?.clone();
        let kept = any(owed.acts.iter().map(|(_, keeps)| keeps.clone()));
        let item = |state| Item::without_days(at, state);
        let with = |also: &[Formula]| {
            let claims = [owed.engaged.clone(), kept.clone()];
            also.iter().cloned().chain(claims).collect::<Vec<_>>()
        };
        let also = with(&terms.also);
        if let Outcome::Unfinished = self.asker.branch(&self.scene, &terms.out, &also, &terms.case) {
            let name = names::rule(self.protocol, owed.norm).name;
            answer.unsettled.push(format!(
                "by when `{name}` can be kept was not decided within the bounds of the search"
            ));
            return Some(item(State::Due));
        }
        // Whoever is to attend a meeting waits for whoever holds it.
        let attends = match owed.norm {
            NormId::Rule(r) => matches!(
                self.protocol.rules.get(r.index()).map(|r| &r.body),
                Some(Body::Norm {
                    act: Act::Attend(_),
                    ..
                })
            ),
            NormId::Decision(_) => false,
        };
        // Of what the outside might do, only that for which its own limits make it wait.
        let waits = owed.ties.iter().any(|t| {
            let after = matches!(
                t.limit.kind,
                LimitKind::After(_) | LimitKind::StraightAfter(_) | LimitKind::AtLeastAfter(..) | LimitKind::SameDay(_)
            );
            after && self.pins.hidden.contains(&t.from)
        });
        let open = |room: &mut Self| room.asker.branch(&room.open, &terms.out, &also, &terms.case);
        if attends || waits && matches!(open(self), Outcome::Sat(_)) {
            return Some(item(State::Waiting));
        }
        if !terms.out.contains(&owed.norm) {
            let core = self.asker.core_where(&self.scene, &terms.out, &also, &terms.case);
            // Bookings come first.
            let free = with(terms.also.get(terms.booked.len()..).unwrap_or_default());
            let found = self.asker.branch(&self.scene, &terms.out, &free, &terms.case);
            let booked = !terms.booked.is_empty() && matches!(found, Outcome::Sat(_));
            let rest = core.into_iter().filter(|n| *n != owed.norm);
            let rules = std::iter::once(owed.norm).chain(rest).collect();
            answer.lost.push((Loss::Clash { booked }, rules));
        }
        Some(item(State::TooLate))
    }

    /// The rules that leave no day beyond this one: a minimal core, or the duty itself if it does so alone.
    pub fn rules_beyond(&mut self, x: Point, day: i32, owed: &Owed, terms: &Terms, end: End) -> BTreeSet<NormId> {
        let mut also = terms.also.clone();
        also.push(owed.engaged.clone());
        also.extend(
            owed.acts
                .iter()
                .filter(|(y, _)| *y == x)
                .map(|(_, keeps)| keeps.clone()),
        );
        also.push(match end {
            End::Latest => Lit::From(x, day + 1).into(),
            End::Earliest => Lit::Until(x, day - 1).into(),
        });
        let core = self.asker.core_where(&self.scene, &terms.out, &also, &terms.case);
        match core.is_empty() {
            true => BTreeSet::from([owed.norm]),
            false => core,
        }
    }
}

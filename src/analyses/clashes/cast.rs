//! Which part each member of a clash plays: what is forbidden and who does it, through which effect, and who only begins it. In:
//! a core and the stories that were confirmed of it. Out: a [`Cast`]. Words are found elsewhere.

use crate::model::{Act, Body, Happening, NormId, Protocol, RuleId, StatusId, Thing, ValueId};
use crate::solve::ask::Asker;
use crate::solve::ground::{NO, YES};

use super::super::case::Shown;
use super::super::describe::{self, act_of};

/// The members of a clash by the part that they play.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The duties that the clash turns on, the chief one first.
    pub duties: Vec<NormId>,
    /// The duties that only bring it to that: where one of them is broken, nothing of what is asked need be done.
    pub begins: Vec<NormId>,
    /// What forbids.
    pub bars: Vec<NormId>,
    /// The effect through which an act that is asked for does what is forbidden.
    pub through: Option<Through>,
    /// The chief duty's act is what is forbidden. If not, a duty that only begins the clash does it, and it is time that
    /// runs out.
    pub direct: bool,
}

/// An effect, and what it changes.
#[derive(Debug, Clone, Copy)]
pub struct Through {
    /// The rule whose effect it is.
    pub effect: NormId,
    /// The change.
    pub change: (StatusId, ValueId),
}

impl Cast {
    /// The parts, as far as the stories tell them apart.
    pub fn of(asker: &Asker<'_>, asking: &[NormId], shown: &[Shown]) -> Cast {
        let protocol = asker.ground.protocol;
        let (bars, duties): (Vec<NormId>, Vec<NormId>) = asking.iter().partition(|n| describe::forbids(protocol, **n));
        // Whether anything of what is asked is done in the story in which a duty alone is broken.
        let asked: Vec<Happening> = duties.iter().filter_map(|n| act_of(protocol, *n)).collect();
        let idle = |n: &NormId| {
            let story = shown.iter().find(|s| s.broken == *n);
            story.is_some_and(|s| {
                s.case
                    .history
                    .occurrences
                    .iter()
                    .all(|o| !asked.contains(&whole(o.what)))
            })
        };
        let (mut begins, mut duties): (Vec<NormId>, Vec<NormId>) = duties.iter().partition(|n| idle(n));
        // Somebody must be named, and one of ours if there is one.
        if !duties.iter().any(|n| describe::is_local(protocol, *n)) {
            duties = begins.iter().chain(&duties).copied().collect();
            begins.clear();
        }
        let does = |n: &NormId| bars.iter().any(|bar| is_barred(protocol, *n, *bar));
        let direct = duties.iter().any(does) || !begins.iter().any(does);
        duties.sort_by_key(|n| !does(n));
        let all = duties.iter().chain(&begins);
        let through = match all.clone().any(does) {
            true => None,
            false => all
                .clone()
                .find_map(|n| bars.iter().find_map(|bar| effect(asker, *n, *bar))),
        };
        Cast {
            duties,
            begins,
            bars,
            through,
            direct,
        }
    }

    /// The norm to name first.
    pub fn chief(&self) -> Option<NormId> {
        let first = self.duties.first().or(self.begins.first()).or(self.bars.first());
        self.through.map(|t| t.effect).or(first.copied())
    }

    /// Has one duty named first.
    pub fn leads(&mut self, norm: NormId) {
        self.begins.retain(|n| *n != norm);
        self.duties.retain(|n| *n != norm);
        self.duties.insert(0, norm);
        self.through = None;
    }

    /// All duties, those it turns on first.
    pub fn all_duties(&self) -> impl Iterator<Item = NormId> {
        self.duties.iter().chain(&self.begins).copied()
    }
}

/// An occurrence without what was decided in it.
fn whole(what: Happening) -> Happening {
    match what {
        Happening::Outcome(d, _) => Happening::Decided(d),
        other => other,
    }
}

/// The change of a status that a norm speaks of.
fn change_of(protocol: &Protocol, norm: NormId) -> Option<(StatusId, ValueId)> {
    let NormId::Rule(RuleId(r)) = norm else { return None };
    match protocol.rules.get(r as usize).map(|r| &r.body) {
        Some(Body::Norm { act: Act::Begin(s), .. }) => Some((*s, YES)),
        Some(Body::Norm { act: Act::End(s), .. }) => Some((*s, NO)),
        Some(Body::Norm {
            act: Act::Consider(Thing::Change(s, v)),
            ..
        }) => Some((*s, *v)),
        _ => None,
    }
}

/// Whether doing what a duty asks is doing what a bar forbids.
fn is_barred(protocol: &Protocol, duty: NormId, bar: NormId) -> bool {
    if act_of(protocol, duty) == act_of(protocol, bar) {
        return true;
    }
    let Some(change) = change_of(protocol, bar) else {
        return false;
    };
    match duty {
        NormId::Rule(_) => change_of(protocol, duty) == Some(change),
        NormId::Decision(d) => protocol.decisions.get(d.index()).is_some_and(|d| {
            let effects = d.options.iter().flat_map(|o| &o.effects);
            effects.into_iter().any(|(s, v, _)| (*s, *v) == change)
        }),
    }
}

/// The effect by which what a duty asks does what a bar forbids.
fn effect(asker: &Asker<'_>, duty: NormId, bar: NormId) -> Option<Through> {
    let protocol = asker.ground.protocol;
    let change = change_of(protocol, bar)?;
    let act = act_of(protocol, duty)?;
    let settings = asker.ground.settings.get(&change.0)?.iter();
    settings.filter(|s| s.value == change.1).find_map(|s| {
        let effect = s.norm.filter(|n| describe::is_silent(protocol, *n))?;
        let cause = asker.ground.instance(s.cause)?.class;
        (cause == act).then_some(Through { effect, change })
    })
}

//! What one instance of a duty asks: when it is engaged, which acts keep it, and what each of its limits ties them to. In: a
//! norm. Out: formulas and points. Says nothing of any case.

use super::triggers::anchor;
use super::{Trigger, occurs};
use crate::model::{Limit, LimitKind, NormId};
use crate::solve::ground::Ground;
use crate::solve::net::{Formula, Lit, Point, TableId, all};
use crate::time::Duration;

/// An instance of a duty.
#[derive(Debug, Clone)]
pub struct Owed {
    /// The duty.
    pub norm: NormId,
    /// What engages it; none: it stands from the start.
    pub trigger: Option<Point>,
    /// It is engaged, and not done before it was.
    pub engaged: Formula,
    /// The acts that keep it, each with what it takes.
    pub acts: Vec<(Point, Formula)>,
    /// The acts that are what is asked, in time or not, each with what it takes.
    pub done: Vec<(Point, Formula)>,
    /// What its limits are measured from.
    pub ties: Vec<Tie>,
}

/// A limit and one moment it may be measured from.
#[derive(Debug, Clone)]
pub struct Tie {
    /// The limit.
    pub limit: Limit,
    /// The length of time in it, if it has one.
    pub length: Option<Duration>,
    /// The moment.
    pub from: Point,
    /// It is the one meant, under the reading meant.
    pub meant: Formula,
    /// `day -> ` the last day of the act (or, of `at least ... after`, backwards: the last day of the moment).
    pub table: TableId,
}

impl Ground<'_> {
    /// Every instance that a duty may have.
    pub fn owed(&mut self, norm: NormId) -> Vec<Owed> {
        match self.binds(norm) {
            true => self.open(norm),
            false => Vec::new(),
        }
    }

    /// The same of a permission too: every instance in which it is open to somebody to act.
    pub fn open(&mut self, norm: NormId) -> Vec<Owed> {
        if self.is_prohibition(norm) || self.is_chairing(norm) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            let already = self.already_done(norm, &trigger);
            let engaged = all([self.engaged(&trigger), self.net.not(&already)]);
            if engaged.is_false() {
                continue;
            }
            let (mut acts, mut done) = (Vec::new(), Vec::new());
            for way in self.ways(norm, &trigger) {
                done.push((way.at, all([occurs(way.at), way.cond.clone()])));
                let window = self.window(norm, &trigger, &way);
                let keeps = all([occurs(way.at), way.cond, window]);
                if !keeps.is_false() {
                    acts.push((way.at, keeps));
                }
            }
            let ties = self.ties(norm, &trigger);
            out.push(Owed {
                norm,
                trigger: trigger.at,
                engaged,
                acts,
                done,
                ties,
            });
        }
        out
    }

    fn ties(&mut self, norm: NormId, trigger: &Trigger) -> Vec<Tie> {
        let mut out = Vec::new();
        for limit in self.all_limits(norm) {
            for x in self.pick_of(&anchor(&limit), &trigger.frame) {
                let (length, back) = match &limit.kind {
                    LimitKind::Within(length, _) => (length, false),
                    LimitKind::AtLeastBefore(length, _) | LimitKind::AtLeastAfter(length, _) => (length, true),
                    LimitKind::Until(_) | LimitKind::UntilAfter(..) => continue,
                    _ => {
                        out.push(Tie {
                            limit: limit.clone(),
                            length: None,
                            from: x.at,
                            meant: x.comes(),
                            table: self.net.identity,
                        });
                        continue;
                    }
                };
                for (at, duration) in length.any.iter().enumerate() {
                    let read = match length.reading {
                        Some(r) if length.any.len() > 1 => Lit::Is(self.factors[r.index()], 1 << at).into(),
                        _ => Formula::TRUE,
                    };
                    out.push(Tie {
                        limit: limit.clone(),
                        length: Some(*duration),
                        from: x.at,
                        meant: all([x.comes(), read]),
                        table: self.table(*duration, back),
                    });
                }
            }
        }
        out.retain(|t| !t.meant.is_false());
        out
    }
}

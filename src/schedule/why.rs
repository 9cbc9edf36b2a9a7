//! Why a day is the first or the last: the chain of counts from a fixed day to it. In: a branch that reaches the day. Out: a
//! [`Bound`] whose links each count to the day they say, or the rules that together leave no further day.

use std::collections::BTreeSet;

use super::play::Play;
use super::work::{Room, Terms};
use super::{Bound, Direction, Why, names};
use crate::calendar::{Calendar, Reach};
use crate::model::{Happening, LimitKind, words};
use crate::solve::branch::{End, Extreme};
use crate::solve::days::Taste;
use crate::solve::net::Point;
use crate::solve::norms::owed::{Owed, Tie};
use crate::time::{Day, Duration};

/// Links between a day and a fixed one, at the most.
const LINKS: usize = 8;

/// The day of an act that keeps `owed`, with why it is not further.
pub(super) fn bound(
    room: &mut Room<'_>,
    owed: &Owed,
    (y, extreme): (Point, &Extreme),
    terms: &Terms,
    end: End,
) -> Option<Bound> {
    let day = room.calendar.day(extreme.day)?;
    let taste = match end {
        End::Earliest => Taste::Early,
        End::Latest => Taste::Late,
    };
    let mut why = Vec::new();
    let mut explained = end == End::Earliest && day <= room.today;
    if !explained && let Some(play) = Play::of(&room.asker, &room.pins, &extreme.leaf, Some((y, extreme.day)), taste) {
        let mut chain = Chain {
            room,
            terms,
            play: &play,
            end,
            seen: BTreeSet::from([y]),
        };
        if let Some(found) = chain.from(y, Some(owed)) {
            why = found;
            explained = true;
        }
    }
    let together = match explained {
        true => Vec::new(),
        false => {
            let core = room.rules_beyond(y, extreme.day, owed, terms, end);
            core.into_iter().map(|n| names::rule(room.protocol, n)).collect()
        }
    };
    Some(Bound {
        day,
        why,
        together,
        sure: extreme.sure,
    })
}

/// The last day that an instance had, which is past: with the limit of its own that counts to it.
pub(super) fn passed(room: &Room<'_>, owed: &Owed, play: &Play, terms: &Terms, day: Day) -> Bound {
    let chain = Chain {
        room,
        terms,
        play,
        end: End::Latest,
        seen: BTreeSet::new(),
    };
    let ground = &room.asker.ground;
    let ties = owed.ties.iter().filter(|t| t.limit.kind.is_upper());
    let link = ties.filter(|t| play.holds(ground, &t.meant)).find_map(|tie| {
        let direction = own_direction(&tie.limit.kind, End::Latest);
        let to = tie.from;
        chain.link(
            day,
            &Step {
                owed,
                tie,
                to,
                direction,
            },
        )
    });
    Bound {
        day,
        why: link.into_iter().collect(),
        together: Vec::new(),
        sure: true,
    }
}

/// Which way the limit of an act counts from its moment to the act.
fn own_direction(kind: &LimitKind, end: End) -> Direction {
    match (kind, end) {
        (LimitKind::Within(..), End::Latest) | (LimitKind::AtLeastAfter(..), End::Earliest) => Direction::After,
        (LimitKind::AtLeastBefore(..), End::Latest) => Direction::Before,
        _ => Direction::Same,
    }
}

struct Chain<'a, 'p> {
    room: &'a Room<'p>,
    terms: &'a Terms,
    play: &'a Play,
    end: End,
    seen: BTreeSet<Point>,
}

/// A limit that binds a point to another.
struct Step<'a> {
    owed: &'a Owed,
    tie: &'a Tie,
    /// The other point.
    to: Point,
    direction: Direction,
}

impl Chain<'_, '_> {
    /// Links from a fixed day to the day of a point.
    fn from(&mut self, y: Point, first: Option<&Owed>) -> Option<Vec<Why>> {
        if self.seen.len() > LINKS {
            return None;
        }
        if let Some(why) = self.booked(y) {
            return Some(vec![why]);
        }
        let room = self.room;
        let mut steps: Vec<Step<'_>> = Vec::new();
        for owed in first.into_iter().chain(&room.owed) {
            if self.terms.is_out(owed) && first.is_none_or(|f| f.norm != owed.norm) {
                continue;
            }
            steps.extend(self.steps(y, owed));
        }
        // What leads straight to a fixed day comes first.
        let is_fixed = |x: Point| room.pins.place(x).is_some();
        steps.sort_by_key(|s| !is_fixed(s.to));
        for step in steps {
            let day = self.play.day(y).and_then(|at| room.calendar.day(at));
            let Some(link) = day.and_then(|day| self.link(day, &step)) else {
                continue;
            };
            if is_fixed(step.to) {
                return Some(vec![link]);
            }
            if self.seen.insert(step.to)
                && let Some(mut found) = self.from(step.to, None)
            {
                found.push(link);
                return Some(found);
            }
        }
        None
    }

    /// A meeting on the day it is booked for.
    fn booked(&self, y: Point) -> Option<Why> {
        let booking = self.terms.booked.iter().find(|b| b.held == y || b.due == Some(y))?;
        let what = words::happening(self.room.protocol, Happening::Booked(booking.meeting));
        Some(Why {
            rule: None,
            said: "the day it is booked for".to_owned(),
            anchor: what,
            anchor_day: booking.day,
            count: None,
            direction: Direction::Same,
            skipped: Vec::new(),
            day: booking.day,
            published: self.room.calendar.is_published(booking.day),
        })
    }

    /// The limits of one instance that hold a point where it is.
    fn steps<'o>(&self, y: Point, owed: &'o Owed) -> Vec<Step<'o>> {
        let ground = &self.room.asker.ground;
        let holds = |f| self.play.holds(ground, f);
        if !holds(&owed.engaged) {
            return Vec::new();
        }
        let mut out = Vec::new();
        let own = owed.acts.iter().any(|(x, f)| *x == y && holds(f));
        for tie in owed.ties.iter().filter(|t| holds(&t.meant)) {
            let upper = tie.limit.kind.is_upper();
            let lower = !matches!(tie.limit.kind, LimitKind::Before(_) | LimitKind::AtLeastBefore(..));
            let useful = match self.end {
                End::Latest => upper,
                End::Earliest => lower,
            };
            if own && useful && tie.from != y {
                out.push(Step {
                    owed,
                    tie,
                    to: tie.from,
                    direction: own_direction(&tie.limit.kind, self.end),
                });
            }
            // The moment of somebody else's limit, which has to leave room for that act.
            let pulls = match self.end {
                End::Latest => lower,
                End::Earliest => upper && !matches!(tie.limit.kind, LimitKind::Within(..)),
            };
            if tie.from == y && pulls {
                let direction = match (&tie.limit.kind, self.end) {
                    (LimitKind::AtLeastAfter(..), End::Latest) => Direction::Before,
                    (LimitKind::AtLeastBefore(..), End::Earliest) => Direction::After,
                    _ => Direction::Same,
                };
                let acts = owed.acts.iter().filter(|(z, f)| *z != y && holds(f));
                out.extend(acts.map(|(z, _)| Step {
                    owed,
                    tie,
                    to: *z,
                    direction,
                }));
            }
        }
        out
    }

    /// A step as a link, if it counts to just this day.
    fn link(&self, day: Day, step: &Step<'_>) -> Option<Why> {
        let room = self.room;
        let anchor_day = room.calendar.day(self.play.day(step.to)?)?;
        let count = step.tie.length.filter(|_| step.direction != Direction::Same);
        if count_to(room.calendar, anchor_day, count, step.direction)? != day {
            return None;
        }
        let ground = &room.asker.ground;
        let instance = ground.instance(step.to)?;
        let skipped = match (count, step.direction) {
            (Some(d), Direction::After) => room.calendar.skipped(anchor_day, d),
            (Some(d), Direction::Before) => room.calendar.skipped(day, d),
            _ => Vec::new(),
        };
        Some(Why {
            rule: Some(names::rule(room.protocol, step.owed.norm)),
            said: words::limit(room.protocol, &step.tie.limit),
            anchor: names::happening(room.protocol, instance.class, instance.number),
            anchor_day,
            count,
            direction: step.direction,
            skipped: skipped.into_iter().map(|(d, name)| (d, name.to_owned())).collect(),
            day,
            published: room.calendar.is_published(day.max(anchor_day)),
        })
    }
}

/// The day that a link counts to.
fn count_to(calendar: &Calendar, anchor: Day, count: Option<Duration>, direction: Direction) -> Option<Day> {
    let Some(count) = count else {
        return (direction == Direction::Same).then_some(anchor);
    };
    match direction {
        Direction::Same => Some(anchor),
        Direction::Before => calendar.latest_before(anchor, count),
        Direction::After => match calendar.add(anchor, count) {
            Reach::Day(day) => Some(day),
            Reach::Beyond => None,
        },
    }
}

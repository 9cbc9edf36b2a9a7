//! Networks of plain intervals, against the same game played out in full: the answer has to be right both ways. Where it is yes, the
//! plan is followed against everything that others may do; where it is no, what is said to stand in the way has to be enough for that.

use std::collections::BTreeSet;
use std::sync::Arc;

use duly::calendar::Table;
use duly::solve::alternate::Delay;
use duly::solve::stnu::{Bound, Cause, Link, Stnu};

use crate::alternate::{Game, point};
use crate::dice::Dice;

/// Days of a table, whole.
fn number(n: usize) -> i32 {
    i32::try_from(n).unwrap()
}

/// A game of plain intervals, also as a network of a start date: the root, what is ours, what is not, and the first day.
struct Plain {
    game: Game,
    bounds: Vec<Bound>,
    links: Vec<Link>,
}

impl Plain {
    fn random(dice: &mut Dice, days: usize, most: (usize, usize), is_ordered: bool) -> Plain {
        let (ours, delays) = (1 + dice.below(most.0), 1 + dice.below(most.1));
        let points = 1 + ours + delays;
        let shift = |n: i32| Arc::new(Table::shift(days, n));
        let mut plain = Plain {
            game: Game {
                days,
                ours,
                bounds: Vec::new(),
                order: Vec::new(),
                delays: Vec::new(),
            },
            bounds: Vec::new(),
            links: Vec::new(),
        };
        for end in 1 + ours..points {
            let since = if dice.one_in(2) { 0 } else { dice.below(end) };
            let least = number(dice.below(3));
            let most = least + number(dice.below(1 + days / 2));
            plain.links.push(Link {
                since,
                least: least.into(),
                most: most.into(),
                at: end,
            });
            plain.game.delays.push(Delay {
                at: point(end),
                since: point(since),
                least: shift(least),
                until: point(since),
                most: shift(most),
            });
        }
        for _ in 0..2 + dice.below(6) {
            let (to, from) = (dice.below(points), dice.below(points));
            let most = number(dice.below(days)) - number(days / 2);
            if to != from {
                plain.bind(to, from, most.into(), false);
                plain.game.bounds.push((point(to), shift(most), point(from)));
            }
        }
        if is_ordered {
            let (a, b) = (1 + dice.below(ours), 1 + ours + dice.below(delays));
            plain.bind(a, b, 0, true);
            plain.game.order.push((point(a), point(b)));
        }
        plain
    }

    fn bind(&mut self, to: usize, from: usize, most: i64, is_before: bool) {
        self.bounds.push(Bound {
            to,
            from,
            most,
            is_before,
        });
    }

    /// What binds from a start date.
    fn from(&self, start: i32) -> Stnu {
        let axis = self.game.points();
        let mut bounds = self.bounds.clone();
        let days = |x: usize| match x {
            0 => (start, start),
            _ => (0, number(self.game.days) - 1),
        };
        for x in 0..axis {
            let (first, last) = days(x);
            for (to, from, most) in [(axis, x, -first), (x, axis, last)] {
                bounds.push(Bound {
                    to,
                    from,
                    most: most.into(),
                    is_before: false,
                });
            }
        }
        Stnu {
            nodes: axis + 1,
            bounds,
            links: self.links.clone(),
        }
    }
}

/// Start dates by what is so, and faults by their kind.
#[derive(Debug, Default)]
struct Count {
    won: usize,
    lost: usize,
    /// The network of the start date says otherwise.
    wrong: usize,
    /// So does that of tables.
    by_tables: usize,
    /// It was answered by a search.
    inexact: usize,
    /// Following the plan loses.
    unplanned: usize,
    /// What is said to stand in the way does not.
    unexplained: usize,
}

fn count(seed: u64, games: usize, days: usize, most: (usize, usize), is_ordered: bool) -> Count {
    let mut dice = Dice(seed);
    let mut count = Count::default();
    for _ in 0..games {
        let plain = Plain::random(&mut dice, days, most, is_ordered);
        let start = number(dice.below(days));
        let is_won = plain.game.is_won(start, None);
        let answered = plain.game.answered();
        *if is_won { &mut count.won } else { &mut count.lost } += 1;
        count.by_tables += usize::from(answered.days.contains(start) != is_won);
        count.inexact += usize::from(!answered.is_exact);
        let network = plain.from(start);
        let plan = network.plan();
        count.wrong += usize::from(plan.is_ok() != is_won);
        match plan {
            // On a day a plan moves after others: what has to come before them is not its to time.
            Ok(plan) if !is_ordered => {
                let follow = |day: i32, done: &[Option<i32>]| {
                    let mut done: Vec<Option<i64>> = done.iter().map(|d| d.map(i64::from)).collect();
                    done.push(Some(0));
                    plan.due(day.into(), &done)
                };
                count.unplanned += usize::from(!plain.game.is_won(start, Some(&follow)));
            }
            Ok(_) => {}
            Err(causes) => count.unexplained += usize::from(only(&network, &causes).plan().is_ok()),
        }
    }
    count
}

/// Only the bounds and links that are named.
fn only(network: &Stnu, causes: &[Cause]) -> Stnu {
    let causes: BTreeSet<Cause> = causes.iter().copied().collect();
    let bounds = network.bounds.iter().enumerate();
    let links = network.links.iter().enumerate();
    let named = |at: usize| causes.contains(&Cause::Least(at)) || causes.contains(&Cause::Most(at));
    Stnu {
        nodes: network.nodes,
        bounds: bounds.filter(|(n, _)| causes.contains(&Cause::Bound(*n))).map(|(_, b)| *b).collect(),
        links: links.filter(|(n, _)| named(*n)).map(|(_, l)| *l).collect(),
    }
}

fn is_exact(count: &Count) -> bool {
    let faults = [count.wrong, count.by_tables, count.inexact, count.unplanned, count.unexplained];
    faults.iter().all(|n| *n == 0)
}

#[test]
fn a_network_of_plain_intervals_is_decided_exactly() {
    for (seed, games, days, most) in [
        (1, 6_000, 6, (3, 1)),
        (2, 6_000, 6, (3, 2)),
        (3, 4_000, 6, (3, 3)),
        (4, 300, 10, (2, 3)),
        (5, 100, 16, (2, 2)),
    ] {
        let count = count(seed, games, days, most, false);
        assert!(is_exact(&count), "{count:?}");
        assert!(count.won * 8 > games && count.lost * 8 > games, "{count:?}");
    }
}

/// A week's worth of games: `cargo test --release --test oracle -- --ignored plain`.
#[test]
#[ignore = "takes minutes"]
fn a_great_many_networks_of_plain_intervals_are_decided_exactly() {
    for seed in 100..140 {
        let ordered = count(seed, 10_000, 6, (3, 3), true);
        assert!(is_exact(&ordered), "{ordered:?}");
        let free = count(seed, 10_000, 6, (3, 3), false);
        assert!(is_exact(&free), "{free:?}");
        let long = count(seed, 100, 16, (3, 3), false);
        assert!(is_exact(&long), "{long:?}");
    }
}

/// What has to be done before others come cannot wait to see them, on the same day neither.
#[test]
fn so_is_one_in_which_an_act_of_ours_must_come_first() {
    let count = count(6, 4_000, 6, (3, 2), true);
    assert!(is_exact(&count), "{count:?}");
    assert!(count.won > 300 && count.lost > 300, "{count:?}");
}

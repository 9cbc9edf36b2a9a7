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
        bounds: bounds
            .filter(|(n, _)| causes.contains(&Cause::Bound(*n)))
            .map(|(_, b)| *b)
            .collect(),
        links: links.filter(|(n, _)| named(*n)).map(|(_, l)| *l).collect(),
    }
}

fn is_exact(count: &Count) -> bool {
    let faults = [
        count.wrong,
        count.by_tables,
        count.inexact,
        count.unplanned,
        count.unexplained,
    ];
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

/// The same for many more: `cargo test --release --test oracle -- --ignored plain`.
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

/// What comes at the latest on day 3, no later than the call, and no more than a day before it, has to wait for the call, but not for ever.
/// To search for an order of waiting does not find that, not even for one call; to ask it as plain intervals does.
#[test]
fn a_wait_with_an_end_is_found_only_as_plain_intervals() {
    let days = 8;
    let shift = |n: i32| Arc::new(Table::shift(days, n));
    let (root, ours, call) = (point(0), point(1), point(2));
    let mut game = Game {
        days,
        ours: 1,
        bounds: vec![(ours, shift(0), call), (ours, shift(3), root), (call, shift(1), ours)],
        order: Vec::new(),
        delays: vec![Delay {
            at: call,
            since: root,
            least: shift(0),
            until: root,
            most: shift(4),
        }],
    };
    assert!(game.is_won(1, None));
    let answered = game.answered();
    assert!(answered.is_exact && answered.days.contains(1));
    // It changes nothing, but is no shift.
    let no_bound = Table::new([7, 7, 8, 8, 8, 8, 8, 8]);
    game.bounds.push((call, Arc::new(no_bound), root));
    assert!(game.is_won(1, None));
    let answered = game.answered();
    assert!(!answered.is_exact && !answered.days.contains(1));
}

/// Lengths in days, as whole networks: root 0.
fn network(nodes: usize, bounds: &[(usize, usize, i64)], links: &[(usize, i64, i64, usize)]) -> Stnu {
    let bound = |&(to, from, most): &(usize, usize, i64)| Bound {
        to,
        from,
        most,
        is_before: false,
    };
    let link = |&(since, least, most, at): &(usize, i64, i64, usize)| Link { since, least, most, at };
    Stnu {
        nodes,
        bounds: bounds.iter().map(bound).collect(),
        links: links.iter().map(link).collect(),
    }
}

/// Whoever knew the day could always be one day before it; who does not know it cannot (weakly, but not dynamically controllable).
#[test]
fn to_be_one_day_before_what_may_come_on_any_day_takes_foresight() {
    let day_before = [(1, 2, -1), (2, 1, 1)];
    for length in 1..=4 {
        assert!(network(3, &day_before, &[(0, length, length, 2)]).plan().is_ok());
    }
    let causes = network(3, &day_before, &[(0, 1, 4, 2)]).plan().unwrap_err();
    let named = BTreeSet::from([Cause::Bound(0), Cause::Bound(1), Cause::Least(0), Cause::Most(0)]);
    assert_eq!(causes.iter().copied().collect::<BTreeSet<_>>(), named);
}

/// No fixed day is within a day of what may come on any of five (not strongly controllable), but it can be waited for; and where it
/// may be up to two days ahead, no longer than until the third.
#[test]
fn a_wait_ends_when_it_comes_or_when_it_may_come_no_later() {
    let plan = network(3, &[(1, 2, 1), (2, 1, 2)], &[(0, 1, 5, 2)]).plan().unwrap();
    assert!(plan.due(2, &[Some(0), None, None]).is_empty());
    assert_eq!(plan.due(2, &[Some(0), None, Some(2)]), [1]);
    assert_eq!(plan.due(3, &[Some(0), None, None]), [1]);
}

/// Each of two acts waits for what the other sets off, which may be done at once: in days no cycle weighs less than nothing.
#[test]
fn two_acts_cannot_wait_for_what_each_other_sets_off() {
    let waits = [(4, 1, 0), (3, 2, 0)];
    let links = [(1, 0, 3, 3), (2, 0, 3, 4)];
    assert!(network(5, &waits, &links).plan().is_err());
    assert!(network(5, &waits[..1], &links).plan().is_ok());
}

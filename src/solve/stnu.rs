//! Whether a plan can be followed day by day, whatever days others take within their own: dynamic controllability of a simple temporal
//! network with uncertainty, decided exactly. In: nodes, bounds `day(to) - day(from) <= most`, and links `(since, least, most, at)`
//! whose end is not ours to time. Out: a [`Plan`] to act by, or the bounds and ends of links that stand in its way. Knows neither
//! calendars nor rules; the numbers are whole days.
//!
//! The algorithm is RUL⁻ (M. Cairo, L. Hunsberger, R. Rizzi, *Faster dynamic controllability checking for simple temporal networks
//! with uncertainty*, TIME 2018). Read `from -> to` of weight w as `to <= from + w`. For each link a bound on its end is led back
//! from node to node, for as long as it is shorter than the link is uncertain (their RELAX and LOWER): what is so bound to the end
//! has to wait for it, or until so long after the link began, and in any case not less than its least (UPPER). The network can be
//! followed exactly if, with what was found so, it can be kept when each link takes its least.
//!
//! **Who moves when.** Others move first on each day; we see what came and may act on the same day, and what follows from our act at
//! once (a link of no days) may come on that day too, after it. So a day has steps, and a length is a number of days and of steps:
//! a link takes at the least its days and one step more, but none more if it may come with the end of another. Without that step a wait for something that may come at once would weigh
//! nothing, and two acts that wait for each other's consequences would pass. [`Bound::is_before`] is the same step: what comes
//! earlier on the same day as something from outside has not seen it.

use std::collections::BTreeMap;
use std::ops::{Add, Neg, Sub};

/// `day(to) - day(from) <= most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// What is bound.
    pub to: usize,
    /// What it is measured from.
    pub from: usize,
    /// Days, inclusive.
    pub most: i64,
    /// On the last of these days it comes at an earlier step, too: it has not seen what it is measured from.
    pub is_before: bool,
}

/// From `least` to `most` days (both inclusive, `0 <= least <= most`) after `since`: which, is not ours to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// What it is measured from: ours, or the end of another link.
    pub since: usize,
    /// Days at the least.
    pub least: i64,
    /// Days at the most.
    pub most: i64,
    /// Its end; of no other link.
    pub at: usize,
}

/// What has to be kept, and what is not ours to time.
#[derive(Debug, Clone, Default)]
pub struct Stnu {
    /// How many nodes there are.
    pub nodes: usize,
    /// What has to hold.
    pub bounds: Vec<Bound>,
    /// What others time.
    pub links: Vec<Link>,
}

/// Part of what stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// This bound.
    Bound(usize),
    /// That this link may take no more than its least.
    Least(usize),
    /// That this link may take its most.
    Most(usize),
}

/// So many days, and so many steps within a day; the days count first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Span(i64, i64);

impl Span {
    const NONE: Span = Span(0, 0);
}

impl Add for Span {
    type Output = Span;

    fn add(self, other: Span) -> Span {
        Span(self.0 + other.0, self.1 + other.1)
    }
}

impl Sub for Span {
    type Output = Span;

    fn sub(self, other: Span) -> Span {
        self + -other
    }
}

impl Neg for Span {
    type Output = Span;

    fn neg(self) -> Span {
        Span(-self.0, -self.1)
    }
}

impl Link {
    /// Nothing about it is uncertain.
    fn is_fixed(&self) -> bool {
        self.least >= self.most
    }

    fn longest(&self) -> Span {
        Span(self.most, 0)
    }
}

/// Why an edge holds.
#[derive(Debug, Clone)]
enum Why {
    Given(Vec<Cause>),
    /// A wait for the end of a link: the edges that lead to it, and whether the link's least counts.
    Wait(Vec<usize>, usize, bool),
}

#[derive(Debug, Clone)]
struct Edge {
    from: usize,
    to: usize,
    most: Span,
    why: Why,
}

/// What a node has to wait for: the end of a link, or so long after the link began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wait {
    node: usize,
    link: usize,
    until: Span,
}

/// How to act: each act on the first day that all of its bounds leave, which is known by then.
#[derive(Debug, Clone)]
pub struct Plan {
    nodes: usize,
    /// Each with the least that it takes.
    links: Vec<(Link, Span)>,
    /// `(from, to, most)`.
    bounds: Vec<(usize, usize, Span)>,
    waits: Vec<Wait>,
}

impl Stnu {
    /// A plan, or what stands in its way: a cycle of bounds and ends of links that leaves less than no time, each named once, in the
    /// order of the cycle.
    ///
    /// # Errors
    /// Not dynamically controllable: whatever we do, others can take days within theirs so that some bound is broken.
    pub fn plan(&self) -> Result<Plan, Vec<Cause>> {
        let mut graph = Graph::new(self);
        loop {
            graph.check()?;
            let mut is_settled = true;
            for link in (0..self.links.len()).filter(|at| !self.links[*at].is_fixed()) {
                is_settled &= !graph.lead_back(link)?;
            }
            if is_settled {
                return Ok(graph.plan());
            }
        }
    }
}

impl Stnu {
    /// The least that each link takes: if it is uncertain, one step more than its days, for it follows what it is measured from. But
    /// what may follow others at once comes with them, and leaves nobody a step in between.
    fn shortest(&self) -> Vec<Span> {
        let steps = |at: usize| i64::from(!self.links[at].is_fixed() && self.comes_with(at).is_empty());
        let links = self.links.iter().enumerate();
        links.map(|(at, link)| Span(link.least, steps(at))).collect()
    }

    /// The links that one may follow at once, back to one that is uncertain; none if there is none.
    fn comes_with(&self, at: usize) -> Vec<usize> {
        let mut links = Vec::new();
        let mut link = &self.links[at];
        while link.least == 0 && links.len() <= self.links.len() {
            let Some(before) = self.links.iter().position(|other| other.at == link.since) else {
                break;
            };
            links.push(before);
            link = &self.links[before];
            if !link.is_fixed() {
                return links;
            }
        }
        Vec::new()
    }

    /// What a bound is measured from, and the links that it has not seen the end of, if it comes at an earlier step: what comes at a
    /// known time, or is ours, tells nothing by coming.
    fn seen_at(&self, bound: &Bound) -> (usize, Vec<usize>) {
        let (mut from, mut links) = (bound.from, Vec::new());
        while let Some(at) = self.links.iter().position(|link| link.at == from && bound.is_before) {
            let link = &self.links[at];
            links.push(at);
            match link.is_fixed() {
                false => return (from, links),
                // At once after something else: at the same time as that.
                true if link.most == 0 && links.len() <= self.links.len() => from = link.since,
                true => break,
            }
        }
        (bound.from, Vec::new())
    }
}

/// The bounds found so far: of each pair of nodes the strictest, and all others as reasons.
struct Graph<'s> {
    network: &'s Stnu,
    /// The least that each link takes.
    shortest: Vec<Span>,
    edges: Vec<Edge>,
    /// By what they start from and lead to.
    best: BTreeMap<(usize, usize), usize>,
    /// How each link takes its least: edges that count for others than itself.
    least: Vec<usize>,
}

impl<'s> Graph<'s> {
    fn new(network: &'s Stnu) -> Graph<'s> {
        let mut graph = Graph {
            network,
            shortest: network.shortest(),
            edges: Vec::new(),
            best: BTreeMap::new(),
            least: Vec::new(),
        };
        for (at, bound) in network.bounds.iter().enumerate() {
            let (from, unseen) = network.seen_at(bound);
            let most = Span(bound.most, -i64::from(!unseen.is_empty()));
            let causes = unseen.into_iter().map(Cause::Least);
            let why = std::iter::once(Cause::Bound(at)).chain(causes).collect();
            graph.add(from, bound.to, most, Why::Given(why));
        }
        for (at, link) in network.links.iter().enumerate() {
            let with = network.comes_with(at).into_iter();
            let least: Vec<Cause> = std::iter::once(at).chain(with).map(Cause::Least).collect();
            let (least, most) = (Why::Given(least), Why::Given(vec![Cause::Most(at)]));
            let shortest = graph.shortest[at];
            graph.add(link.at, link.since, -shortest, least.clone());
            graph.add(link.since, link.at, link.longest(), most);
            graph.least.push(graph.edges.len());
            graph.edges.push(Edge {
                from: link.since,
                to: link.at,
                most: shortest,
                why: least,
            });
        }
        graph
    }

    /// Whether it is stricter than what is known.
    fn add(&mut self, from: usize, to: usize, most: Span, why: Why) -> bool {
        let known = self.best.get(&(from, to)).map(|at| self.edges[*at].most);
        let is_news = known.is_none_or(|known| most < known);
        if is_news {
            self.best.insert((from, to), self.edges.len());
            self.edges.push(Edge { from, to, most, why });
        }
        is_news
    }

    /// All that counts, in a fixed order; not the least of one link.
    fn live(&self, but: Option<usize>) -> Vec<usize> {
        let least = self.least.iter().enumerate();
        let least = least.filter(|(link, _)| Some(*link) != but).map(|(_, at)| *at);
        self.best.values().copied().chain(least).collect()
    }

    /// Whether the bounds can be kept when each link takes its least.
    fn check(&self) -> Result<(), Vec<Cause>> {
        let live = self.live(None);
        let mut latest = vec![Span::NONE; self.network.nodes];
        let mut by: Vec<Option<usize>> = vec![None; self.network.nodes];
        let mut lowered = None;
        for _ in 0..=self.network.nodes {
            lowered = None;
            for at in &live {
                let edge = &self.edges[*at];
                if latest[edge.from] + edge.most < latest[edge.to] {
                    latest[edge.to] = latest[edge.from] + edge.most;
                    by[edge.to] = Some(*at);
                    lowered = Some(edge.to);
                }
            }
            if lowered.is_none() {
                return Ok(());
            }
        }
        Err(lowered
            .map(|node| self.causes(&self.cycle(node, &by)))
            .unwrap_or_default())
    }

    /// The edges of a cycle behind a node that went on being lowered.
    fn cycle(&self, mut node: usize, by: &[Option<usize>]) -> Vec<usize> {
        // So far back that it is on the cycle, and not only behind it.
        for _ in 0..self.network.nodes {
            node = by[node].map_or(node, |at| self.edges[at].from);
        }
        let (start, mut cycle) = (node, Vec::new());
        while let Some(at) = by[node] {
            cycle.push(at);
            node = self.edges[at].from;
            if node == start {
                break;
            }
        }
        cycle.reverse();
        cycle
    }

    /// What is bound to the end of a link has to wait for it. Whether that says anything new.
    fn lead_back(&mut self, at: usize) -> Result<bool, Vec<Cause>> {
        let (link, shortest) = (self.network.links[at], self.shortest[at]);
        let mut is_news = false;
        let (reach, by) = self.reach(at);
        for node in (0..self.network.nodes).filter(|node| *node != link.at) {
            if let (Some(reach), Some(path)) = (reach[node], self.path(node, link.at, &by)) {
                let wait = reach - link.longest();
                let by_least = wait < -shortest;
                let why = Why::Wait(path, at, by_least);
                is_news |= self.add(node, link.since, wait.max(-shortest), why);
            }
        }
        self.check().map(|()| is_news)
    }

    fn uncertain(&self, at: usize) -> Span {
        self.network.links[at].longest() - self.shortest[at]
    }

    /// How long after each node the end of a link may come at the most, where that may be shorter than others can make it; and the
    /// first edge of the way there.
    fn reach(&self, at: usize) -> (Vec<Option<Span>>, Vec<Option<usize>>) {
        let (link, uncertain) = (self.network.links[at], self.uncertain(at));
        let live = self.live(Some(at));
        let mut reach: Vec<Option<Span>> = vec![None; self.network.nodes];
        let mut by: Vec<Option<usize>> = vec![None; self.network.nodes];
        reach[link.at] = Some(Span::NONE);
        for _ in 0..self.network.nodes {
            let mut is_lower = false;
            for number in &live {
                let edge = &self.edges[*number];
                // Longer than the link is uncertain, it is a bound like any other, and known already.
                let Some(on) = reach[edge.to].filter(|on| *on < uncertain) else {
                    continue;
                };
                if reach[edge.from].is_none_or(|known| edge.most + on < known) {
                    reach[edge.from] = Some(edge.most + on);
                    by[edge.from] = Some(*number);
                    is_lower = true;
                }
            }
            if !is_lower {
                break;
            }
        }
        (reach, by)
    }

    /// The edges from a node to the end of a link; none where they go round.
    fn path(&self, mut node: usize, end: usize, by: &[Option<usize>]) -> Option<Vec<usize>> {
        let mut path = Vec::new();
        while node != end {
            let at = by[node].filter(|_| path.len() < self.network.nodes)?;
            path.push(at);
            node = self.edges[at].to;
        }
        Some(path)
    }

    /// What edges come from, each once.
    fn causes(&self, edges: &[usize]) -> Vec<Cause> {
        let mut out: Vec<Cause> = Vec::new();
        let mut open: Vec<usize> = edges.iter().rev().copied().collect();
        let mut seen = vec![false; self.edges.len()];
        let mut add = |cause: Cause| {
            if !out.contains(&cause) {
                out.push(cause);
            }
        };
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match &self.edges[at].why {
                Why::Given(causes) => causes.iter().copied().for_each(&mut add),
                Why::Wait(path, link, by_least) => {
                    add(Cause::Most(*link));
                    if *by_least {
                        add(Cause::Least(*link));
                    }
                    open.extend(path.iter().rev());
                }
            }
        }
        out
    }

    fn plan(&self) -> Plan {
        let bounds = self.best.values().map(|at| &self.edges[*at]);
        Plan {
            nodes: self.network.nodes,
            links: self.network.links.iter().copied().zip(self.shortest.clone()).collect(),
            bounds: bounds.map(|e| (e.from, e.to, e.most)).collect(),
            waits: self.waits(),
        }
    }

    /// What each node has to wait for longer than any bound says.
    fn waits(&self) -> Vec<Wait> {
        let mut waits = Vec::new();
        for (at, link) in self.network.links.iter().enumerate() {
            let (reach, _) = self.reach(at);
            let waiting = reach.into_iter().enumerate().filter(|(node, _)| *node != link.at);
            let short = waiting.filter_map(|(node, reach)| Some((node, reach.filter(|r| *r < self.uncertain(at))?)));
            waits.extend(short.map(|(node, reach)| Wait {
                node,
                link: at,
                until: link.longest() - reach,
            }));
        }
        waits
    }
}

impl Plan {
    /// What of ours is to be done on this day, given the day of everything done so far; to be asked again whenever something came.
    pub fn due(&self, today: i64, done: &[Option<i64>]) -> Vec<usize> {
        let is_done = |node: usize| done.get(node).copied().flatten();
        let is_over = |wait: &Wait| match self.links.get(wait.link) {
            Some((link, _)) if is_done(link.at).is_none() => {
                is_done(link.since).is_some_and(|day| day + wait.until.0 <= today)
            }
            _ => true,
        };
        let earliest = self.earliest(today, done);
        let is_ours = |node: usize| self.links.iter().all(|(link, _)| link.at != node);
        let is_due = |node: &usize| {
            let no_wait = self.waits.iter().filter(|w| w.node == *node).all(is_over);
            is_ours(*node) && is_done(*node).is_none() && earliest[*node].0 <= today && no_wait
        };
        (0..self.nodes).filter(is_due).collect()
    }

    /// The first day that the bounds leave each node, if each link takes its least from now on.
    fn earliest(&self, today: i64, done: &[Option<i64>]) -> Vec<Span> {
        let is_done = |node: usize| done.get(node).copied().flatten();
        let first = |node| Span(is_done(node).unwrap_or(today), 0);
        let mut earliest: Vec<Span> = (0..self.nodes).map(first).collect();
        let least = self.links.iter().map(|(link, least)| (link.since, link.at, *least));
        let bounds: Vec<(usize, usize, Span)> = self.bounds.iter().copied().chain(least).collect();
        // What runs by now cannot be put off.
        let runs = |node: usize| {
            let mut links = self.links.iter();
            links.any(|(link, _)| link.at == node && is_done(link.since).is_some())
        };
        let still: Vec<bool> = (0..self.nodes)
            .map(|node| is_done(node).is_some() || runs(node))
            .collect();
        for (link, least) in self.links.iter().filter(|(link, _)| is_done(link.at).is_none()) {
            if let Some(day) = is_done(link.since) {
                earliest[link.at] = earliest[link.at].max(Span(day, 0) + *least);
            }
        }
        // No more often than there are nodes, for a plan has no cycle that leaves less than no time.
        for _ in 0..self.nodes {
            let mut is_raised = false;
            for (from, to, most) in &bounds {
                if !still[*from] && earliest[*to] - *most > earliest[*from] {
                    earliest[*from] = earliest[*to] - *most;
                    is_raised = true;
                }
            }
            if !is_raised {
                break;
            }
        }
        earliest
    }
}

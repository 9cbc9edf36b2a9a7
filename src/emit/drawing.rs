//! One process as a chart: lanes, acts, gates, what follows what and by when. In: a process. Out: DOT.
//! Each rule is one node, each option one edge, each limit one edge label (in the node, where no moment carries it).

use super::dot::{Drawing, Edge, Face, Label, Node};
use super::links::{self, Links};
use super::look::{Carrier, Entry, carried, conditions, entry, from_here, look, rule_look, together};
use super::process::Process;
use super::{Mark, findings, flag, heading, home, notes};
use crate::model::{
    Body, Choice, Cond, DecisionId, Happening, Moment, Moments, NormId, Ordinal, Protocol, Slot, ValueId, words,
};

const WIDTH: usize = 28;
/// A diamond has half the room of a box of the same size.
const NARROW: usize = 18;

/// The chart of one process.
pub fn draw(p: &Protocol, links: &Links, processes: &[Process], process: &Process, marks: &[Mark]) -> String {
    let drawing = Drawing {
        name: process.name.clone(),
        title: process.heading(),
        subtitle: heading(p),
        notes: notes(&findings(&process.norms, marks)),
        ..Drawing::default()
    };
    let mut pen = Pen {
        p,
        links,
        processes,
        process,
        marks,
        drawing,
    };
    for &norm in &process.norms {
        pen.norm(norm);
    }
    for &norm in &process.norms {
        pen.arrows(norm);
    }
    pen.drawing.dot()
}

struct Pen<'a> {
    p: &'a Protocol,
    links: &'a Links,
    processes: &'a [Process],
    process: &'a Process,
    marks: &'a [Mark],
    drawing: Drawing,
}

impl<'a> Pen<'a> {
    fn key(&self, norm: NormId) -> String {
        links::key(self.p, norm)
    }

    fn in_chart(&self, norm: NormId) -> bool {
        self.process.norms.contains(&norm)
    }

    /// The node of a norm.
    fn norm(&mut self, norm: NormId) {
        let p = self.p;
        let view = links::view(p, norm);
        let lane = links::lane(p, norm).map(|(label, outside)| self.drawing.lane(&label, outside));
        let mut label = Label::default();
        let (mut looks, tooltip, width) = match norm {
            NormId::Rule(r) => {
                let rule = &p.rules[r.index()];
                let (word, looks) = rule_look(p, rule);
                label.add(Face::Strong, word);
                label.add(
                    Face::Plain,
                    match &rule.body {
                        Body::Norm { act, .. } => words::act(p, act),
                        Body::Effect(s, v) => words::change(p, *s, *v),
                        Body::Presume(c) => words::cond(p, c),
                    },
                );
                let several = view.who.filter(|w| w.parties.len() > 1);
                label.add(Face::Aside, several.map_or_else(String::new, |w| together(p, w)));
                if let Some(departure) = &rule.departs_from {
                    let from = &p.rules[departure.from.index()].origin.label;
                    label.add(Face::Aside, format!("departs from {}", words::quoted(from)));
                }
                (looks, words::rule_sentence(p, rule), WIDTH)
            }
            NormId::Decision(d) => {
                let decision = &p.decisions[d.index()];
                label.add(Face::Strong, decision.origin.label.clone());
                let several = view.who.filter(|w| w.parties.len() > 1);
                label.add(Face::Aside, several.map_or_else(String::new, |w| together(p, w)));
                for (said, slot) in [
                    ("agreed by", &decision.agreed_by),
                    ("advised by", &decision.advised_by),
                    ("consulting", &decision.consulting),
                ] {
                    label.add(
                        Face::Aside,
                        slot.given()
                            .map_or_else(String::new, |w| format!("{said} {}", words::who(p, w))),
                    );
                }
                (
                    look(&[("shape", "diamond"), ("margin", "0.02,0.1")]),
                    words::decision_sentence(p, decision),
                    NARROW,
                )
            }
        };
        // A diamond stays small: its conditions stand on the arrow into it, if there is one.
        if matches!(norm, NormId::Rule(_)) || matches!(entry(&view), Entry::Nothing) {
            for text in conditions(p, &view) {
                label.add(Face::Aside, text);
            }
        }
        let inside: Vec<_> = carried(p, &view)
            .into_iter()
            .filter(|(_, _, c)| *c == Carrier::Node)
            .collect();
        for (_, limit, _) in &inside {
            label.add(Face::Aside, words::limit(p, limit));
        }
        if !inside.is_empty() {
            let classes: Vec<_> = inside.iter().map(|(n, ..)| self.limit_class(norm, *n)).collect();
            looks.push(("class", classes.join(" ")));
        }
        let places = words::citations(view.origin);
        let found = findings(&[norm], self.marks);
        if !found.is_empty() {
            // A finding calls a rule by its name.
            label.add(Face::Aside, format!("`{}`", view.origin.name));
        }
        label.add(Face::Aside, places.clone());
        if !found.is_empty() {
            label.add(Face::Strong, flag(&found));
            looks.retain(|(k, _)| *k != "penwidth" && *k != "fillcolor");
            // Two heavy lines beside each other would be one.
            let double = looks.iter().any(|(k, _)| *k == "peripheries");
            looks.extend(look(&[
                ("penwidth", if double { "2.5" } else { "4" }),
                ("fillcolor", "#fff8c5"),
            ]));
        }
        let tooltip = if places.is_empty() {
            tooltip
        } else {
            format!("{tooltip} ({places})")
        };
        let id = self.key(norm);
        self.drawing.nodes.push(Node {
            id,
            lane,
            label,
            width,
            look: looks,
            tooltip,
        });
    }

    /// The arrows into, out of and around a norm.
    fn arrows(&mut self, norm: NormId) {
        let p = self.p;
        let view = links::view(p, norm);
        let id = self.key(norm);
        let limits = carried(p, &view);
        let mut asides = if matches!(norm, NormId::Decision(_)) {
            conditions(p, &view)
        } else {
            Vec::new()
        };
        let mut label = Label::default();
        let mut classes = Vec::new();
        for (n, limit, _) in limits.iter().filter(|(.., c)| *c == Carrier::Entry) {
            let (said, from) = words::limit_parts(p, limit);
            label.add(Face::Plain, if from.is_some() { from_here(&said) } else { said });
            classes.push(self.limit_class(norm, *n));
        }
        match entry(&view) {
            Entry::When(all) => {
                label.add(
                    Face::Plain,
                    view.at
                        .map_or_else(String::new, |w| format!("at {}", words::which(p, w))),
                );
                asides.drain(..).for_each(|text| label.add(Face::Aside, text));
                for when in all {
                    self.into(
                        when,
                        &id,
                        std::mem::take(&mut label),
                        std::mem::take(&mut classes),
                        "solid",
                    );
                }
            }
            Entry::Meeting(w) => {
                let mut label = Label::plain("at it");
                asides.drain(..).for_each(|text| label.add(Face::Aside, text));
                let what = Happening::Held(w.meeting);
                let moment = Moment {
                    ordinal: w.ordinal,
                    what,
                    since: w.since.clone(),
                    span: w.span,
                };
                let moments = Moments {
                    any: vec![moment],
                    reading: None,
                    perhaps_unstated: false,
                    span: w.span,
                };
                self.into(&moments, &id, label, classes, "solid");
            }
            Entry::Limit | Entry::Nothing => {}
        }
        for (n, limit, _) in limits.iter().filter(|(.., c)| *c == Carrier::Arrow) {
            let Some((moments, before)) = links::anchor(limit) else {
                continue;
            };
            let classes = vec![self.limit_class(norm, *n)];
            let (said, _) = words::limit_parts(p, limit);
            if before {
                self.out_of(&id, moments, Label::plain(said), classes);
            } else {
                let style = if view.guard.when.is_empty() { "solid" } else { "dashed" };
                let mut label = Label::plain(from_here(&said));
                asides.drain(..).for_each(|text| label.add(Face::Aside, text));
                self.into(moments, &id, label, classes, style);
            }
        }
        match norm {
            NormId::Decision(d) => self.options(d),
            NormId::Rule(r) => {
                for &general in &p.rules[r.index()].exception_to {
                    let to = NormId::Rule(general);
                    if self.in_chart(to) {
                        let style = look(&[("style", "dotted"), ("arrowhead", "onormal"), ("constraint", "false")]);
                        self.edge(
                            &id,
                            &self.key(to),
                            Label(vec![(Face::Aside, "exception to".to_owned())]),
                            style,
                            vec![],
                        );
                    }
                }
            }
        }
    }

    fn limit_class(&self, norm: NormId, n: usize) -> String {
        format!("limit-{}-{}", self.key(norm).replace('.', "-"), n + 1)
    }

    fn edge(&mut self, from: &str, to: &str, label: Label, look: Vec<(&'static str, String)>, classes: Vec<String>) {
        self.drawing.edges.push(Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            label,
            look,
            classes,
        });
    }

    /// Arrows from the candidates of a moment into a node; the label on the first.
    fn into(&mut self, moments: &Moments, to: &str, label: Label, classes: Vec<String>, style: &str) {
        let mut said = Some((label, classes));
        for (n, m) in moments.any.iter().enumerate() {
            let from = self.source(m, to);
            let (mut label, classes) = said.take().unwrap_or_default();
            if n > 0 {
                label.add(Face::Aside, "or perhaps from here");
            }
            if n == 0 && moments.perhaps_unstated {
                label.add(Face::Aside, "or perhaps from a moment that is not stated");
            }
            if m.ordinal == Ordinal::Previous && from == to {
                label.add(Face::Aside, "the previous one");
            }
            self.edge(
                &from,
                to,
                label,
                look(&[("style", if n > 0 { "dashed" } else { style })]),
                classes,
            );
        }
    }

    /// Arrows from a node to the candidates of a moment that it must precede; the label on the first.
    fn out_of(&mut self, from: &str, moments: &Moments, label: Label, classes: Vec<String>) {
        let mut said = Some((label, classes));
        for (n, m) in moments.any.iter().enumerate() {
            let to = self.source(m, from);
            let (mut label, classes) = said.take().unwrap_or_default();
            if n > 0 {
                label.add(Face::Aside, "or perhaps");
            }
            if n == 0 && moments.perhaps_unstated {
                label.add(Face::Aside, "or perhaps a moment that is not stated");
            }
            self.edge(
                from,
                &to,
                label,
                look(&[("style", "dashed"), ("arrowhead", "tee")]),
                classes,
            );
        }
    }

    /// The node that stands for a moment: the one norm of the chart that brings it about, an option's branch, or an oval.
    fn source(&mut self, moment: &Moment, user: &str) -> String {
        let p = self.p;
        match moment.what {
            Happening::Decided(d) if self.in_chart(NormId::Decision(d)) => return self.key(NormId::Decision(d)),
            Happening::Outcome(d, v) if self.in_chart(NormId::Decision(d)) => return self.branch(d, v),
            Happening::Done(r) if self.in_chart(NormId::Rule(r)) => return self.key(NormId::Rule(r)),
            _ => {}
        }
        let makers = self.links.makers(moment.ordinal, moment.what);
        let direct = |n: &NormId| {
            links::direct(p, *n)
                .iter()
                .any(|&(o, h)| h == moment.what && links::agree(o, moment.ordinal))
        };
        let here: Vec<NormId> = makers
            .iter()
            .copied()
            .filter(|&n| self.in_chart(n) && direct(&n))
            .collect();
        if let ([NormId::Rule(r)], false) = (here.as_slice(), matches!(moment.what, Happening::Missed(_))) {
            let effect = matches!(p.rules[r.index()].body, Body::Effect(..));
            if effect || !links::is_change(moment.what) {
                return self.key(here[0]);
            }
        }
        // Several can bring it about: they meet in a node of its own, and the moment is drawn once.
        let rules: Vec<NormId> = here
            .into_iter()
            .filter(|n| matches!(n, NormId::Rule(_)) && self.key(*n) != user)
            .collect();
        let met = !rules.is_empty() || links::is_change(moment.what);
        let said = if met {
            words::happening(p, moment.what)
        } else {
            words::moment(p, moment)
        };
        let id = format!("when {said}");
        if self.drawing.has(&id) {
            return id;
        }
        let elsewhere = makers
            .iter()
            .find(|n| !self.in_chart(**n))
            .and_then(|&n| home(self.processes, n));
        let mut label = Label::plain(words::capital(&said));
        if let Some(other) = elsewhere.filter(|_| rules.is_empty()) {
            label.add(Face::Aside, format!("see chart {}", other.number));
        }
        let (shape, margin) = if links::is_change(moment.what) {
            ("box3d", "0.14,0.08")
        } else {
            ("ellipse", "0.02,0.02")
        };
        let lane = self.causer(moment.what);
        self.drawing.nodes.push(Node {
            id: id.clone(),
            lane,
            label,
            width: 24,
            look: look(&[("shape", shape), ("margin", margin), ("fillcolor", "#fdf6e3")]),
            tooltip: words::capital(&said),
        });
        for rule in rules {
            let (from, kind) = (
                self.key(rule),
                if matches!(moment.what, Happening::Missed(_)) {
                    "dashed"
                } else {
                    "solid"
                },
            );
            self.edge(&from, &id, Label::default(), look(&[("style", kind)]), vec![]);
        }
        for setter in links::setters(p, moment.what) {
            let made = self
                .links
                .makers(setter.ordinal, setter.what)
                .iter()
                .any(|&n| self.in_chart(n));
            if made {
                let from = self.source(setter, &id);
                self.edge(&from, &id, Label::default(), look(&[]), vec![]);
            }
        }
        id
    }

    /// An event stands in the lane of whoever causes it.
    fn causer(&mut self, what: Happening) -> Option<usize> {
        let Happening::Happens(e) = what else { return None };
        let (label, outside) = links::lane_of(self.p, self.p.events[e.index()].caused_by.as_ref()?)?;
        Some(self.drawing.lane(&label, outside))
    }

    fn branch_id(&self, d: DecisionId, choice: &Choice) -> String {
        format!("{} = {}", self.key(NormId::Decision(d)), choice.name)
    }

    /// The point at which an option's branch starts.
    fn branch(&self, d: DecisionId, v: ValueId) -> String {
        let decision = &self.p.decisions[d.index()];
        decision
            .options
            .get(v.0 as usize)
            .map_or_else(|| self.key(NormId::Decision(d)), |choice| self.branch_id(d, choice))
    }

    /// The branches of a decision.
    fn options(&mut self, d: DecisionId) {
        let p = self.p;
        let decision = &p.decisions[d.index()];
        let id = self.key(NormId::Decision(d));
        let lane = links::lane(p, NormId::Decision(d)).map(|(label, outside)| self.drawing.lane(&label, outside));
        for (v, choice) in (0u32..).zip(&decision.options) {
            let outcome = Happening::Outcome(d, ValueId(v));
            let followed = self
                .process
                .norms
                .iter()
                .any(|&n| links::awaited(p, n).iter().any(|&(_, h)| h == outcome) || self.reads(n, outcome));
            let mut label = Label(vec![(Face::Strong, choice.label.clone())]);
            if choice.if_ != Cond::True {
                label.add(Face::Aside, format!("if {}", words::cond(p, &choice.if_)));
            }
            label.add(Face::Aside, words::unless(p, &choice.unless));
            let class = vec![format!("option-{}-{}", id.replace('.', "-"), choice.name)];
            let changes: Vec<String> = choice
                .effects
                .iter()
                .map(|&(s, value, span)| {
                    let what = links::change(p, s, value);
                    self.source(
                        &Moment {
                            ordinal: Ordinal::Any,
                            what,
                            since: None,
                            span,
                        },
                        &id,
                    )
                })
                .collect();
            let branch = self.branch_id(d, choice);
            match (followed, changes.as_slice()) {
                (false, [one]) => self.edge(&id, one, label, vec![], class),
                (false, []) => {
                    let said = match choice.then {
                        Slot::Unstated(_) => "what follows is not stated",
                        Slot::Given(()) => "nothing follows",
                        Slot::Absent => "no change of status",
                    };
                    self.terminal(&branch, said, lane);
                    self.edge(&id, &branch, label, vec![], class);
                }
                _ => {
                    self.drawing.nodes.push(Node {
                        id: branch.clone(),
                        lane,
                        label: Label::default(),
                        width: WIDTH,
                        look: look(&[("shape", "point"), ("width", "0.08")]),
                        tooltip: choice.label.clone(),
                    });
                    self.edge(&id, &branch, label, look(&[("arrowhead", "none")]), class);
                    for change in &changes {
                        self.edge(&branch, change, Label::default(), vec![], vec![]);
                    }
                }
            }
        }
        if decision.otherwise_unstated.is_some() {
            let end = format!("{id} otherwise");
            self.terminal(&end, "not stated", lane);
            let class = vec![format!("option-{}-otherwise", id.replace('.', "-"))];
            self.edge(
                &id,
                &end,
                Label(vec![(Face::Strong, "otherwise".to_owned())]),
                look(&[("style", "dashed")]),
                class,
            );
        }
    }

    /// Whether a status that a norm waits for is set by this outcome as declared on the status.
    fn reads(&self, norm: NormId, outcome: Happening) -> bool {
        let awaited = links::awaited(self.p, norm);
        awaited
            .iter()
            .any(|&(_, h)| links::setters(self.p, h).iter().any(|m| m.what == outcome))
    }

    fn terminal(&mut self, id: &str, said: &str, lane: Option<usize>) {
        self.drawing.nodes.push(Node {
            id: id.to_owned(),
            lane,
            label: Label(vec![(Face::Aside, said.to_owned())]),
            width: WIDTH,
            look: look(&[("shape", "plaintext"), ("style", "")]),
            tooltip: said.to_owned(),
        });
    }
}

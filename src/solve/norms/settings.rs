//! What sets each status, in an order that lets guards speak of statuses. In: a protocol. Out: [`Setting`]s on the ground.

use super::occurs;
use crate::model::{Act, Body, DecisionId, Happening, Modal, NormId, RuleId, StatusId, ValueId};
use crate::solve::ground::{Ground, NO, Setting, YES, class_of, number, tag};
use crate::solve::moments::{Known, bit};
use crate::solve::net::{Formula, Lit, Point, STRUCTURE, all, any};

impl Ground<'_> {
    /// Gathers what sets each status, in an order in which a status comes after those whose changes set it.
    pub(in crate::solve) fn add_settings(&mut self) {
        let mut left: Vec<StatusId> = (0..self.protocol.statuses.len())
            .map(|at| StatusId(number(at)))
            .collect();
        while !left.is_empty() {
            let ready = left
                .iter()
                .position(|s| self.sources_of(*s).iter().all(|x| x == s || !left.contains(x)));
            let status = left.remove(ready.unwrap_or(0));
            let mut found = self.declared_settings(status);
            self.set_by_these(status, found.clone());
            found.extend(self.norm_settings(status));
            found.extend(self.listed_settings(status, &found));
            self.one_value_at_once(status, &found);
            self.set_by_these(status, found);
        }
    }

    fn set_by_these(&mut self, status: StatusId, settings: Vec<Setting>) {
        self.settings.insert(status, settings);
        self.known = Known::default();
    }

    /// A case may say that a status changed without what usually brings that about.
    fn listed_settings(&self, status: StatusId, known: &[Setting]) -> Vec<Setting> {
        let value = |class: Happening| match class {
            Happening::Begins(s) if s == status => Some(YES),
            Happening::Ends(s) if s == status => Some(NO),
            Happening::Becomes(s, v) if s == status => Some(v),
            _ => None,
        };
        let listed = self
            .instances
            .iter()
            .filter(|i| self.has_occurred(i.class, i.number) && !known.iter().any(|k| k.cause == i.at));
        let of_status = listed.filter_map(|i| Some((i.at, value(i.class)?, i.class)));
        // What nothing else sets begins and ends by itself anyway.
        let of_status = of_status.filter(|(_, value, class)| {
            matches!(class, Happening::Becomes(..)) || known.iter().any(|k| k.value == *value)
        });
        of_status
            .map(|(at, value, _)| Setting {
                status,
                value,
                cause: at,
                effective: occurs(at),
                raw: occurs(at),
                norm: None,
            })
            .collect()
    }

    /// No occurrence sets a status to two values.
    fn one_value_at_once(&mut self, status: StatusId, settings: &[Setting]) {
        for (class, value) in [(Happening::Begins(status), YES), (Happening::Ends(status), NO)] {
            let itself: Vec<Point> = self.of_class(class).map(|i| i.at).collect();
            for b in settings
                .iter()
                .filter(|b| b.value != value && itself.contains(&b.cause))
            {
                let not = self.net.not(&b.effective);
                self.structure.push((STRUCTURE, not));
            }
        }
        for (at, a) in settings.iter().enumerate() {
            for b in settings[at + 1..]
                .iter()
                .filter(|b| b.cause == a.cause && b.value != a.value)
            {
                let both = all([a.effective.clone(), b.effective.clone()]);
                let not_both = self.net.not(&both);
                self.structure.push((STRUCTURE, not_both));
            }
        }
    }

    /// Statuses whose changes set this one.
    fn sources_of(&self, status: StatusId) -> Vec<StatusId> {
        let mut out = Vec::new();
        let mut moment = |what: Happening| match what {
            Happening::Begins(s) | Happening::Ends(s) | Happening::Becomes(s, _) => out.push(s),
            _ => {}
        };
        if let Some(s) = self.protocol.statuses.get(status.index()) {
            s.setters.iter().flat_map(|x| &x.when.any).for_each(|m| moment(m.what));
        }
        for rule in &self.protocol.rules {
            if matches!(&rule.body, Body::Effect(s, _) if *s == status) {
                rule.guard.when.iter().flat_map(|m| &m.any).for_each(|m| moment(m.what));
            }
        }
        out
    }

    fn declared_settings(&mut self, status: StatusId) -> Vec<Setting> {
        let setters = self
            .protocol
            .statuses
            .get(status.index())
            .map_or(&[][..], |s| &s.setters);
        let mut out = Vec::new();
        for setter in setters {
            for a in self.denoted_by(&setter.when) {
                let raw = all([occurs(a.at), a.cond]);
                out.push(Setting {
                    status,
                    value: setter.value,
                    cause: a.at,
                    effective: raw.clone(),
                    raw,
                    norm: None,
                });
            }
        }
        out
    }

    fn norm_settings(&mut self, status: StatusId) -> Vec<Setting> {
        let mut out = Vec::new();
        for (at, rule) in self.protocol.rules.iter().enumerate() {
            let norm = NormId::Rule(RuleId(number(at)));
            match &rule.body {
                Body::Effect(s, value) if *s == status => {
                    for trigger in self.triggers(norm) {
                        let Some(cause) = trigger.at else { continue };
                        let raw = all([occurs(cause), trigger.cond]);
                        let effective = self.defined(&raw, tag(self.protocol, norm));
                        out.push(Setting {
                            status,
                            value: *value,
                            cause,
                            effective,
                            raw,
                            norm: Some(norm),
                        });
                    }
                }
                Body::Norm {
                    act: act @ (Act::Begin(s) | Act::End(s)),
                    modal: Modal::Must | Modal::Should | Modal::May,
                    ..
                } if *s == status => {
                    let value = if matches!(act, Act::Begin(_)) { YES } else { NO };
                    let Some(class) = class_of(act) else { continue };
                    let points: Vec<Point> = self.of_class(class).map(|i| i.at).collect();
                    for cause in points {
                        if out.iter().any(|x: &Setting| x.cause == cause) {
                            continue;
                        }
                        out.push(Setting {
                            status,
                            value,
                            cause,
                            effective: occurs(cause),
                            raw: occurs(cause),
                            norm: Some(norm),
                        });
                    }
                }
                _ => {}
            }
        }
        for (at, decision) in self.protocol.decisions.iter().enumerate() {
            let id = DecisionId(number(at));
            for (index, option) in decision.options.iter().enumerate() {
                for (s, value, _) in &option.effects {
                    if *s != status {
                        continue;
                    }
                    let instances: Vec<_> = self
                        .of_class(Happening::Decided(id))
                        .filter_map(|i| Some((i.at, i.outcome?)))
                        .collect();
                    for (cause, outcome) in instances {
                        let raw = all([occurs(cause), Lit::Is(outcome, bit(ValueId(number(index)))).into()]);
                        let norm = Some(NormId::Decision(id));
                        out.push(Setting {
                            status,
                            value: *value,
                            cause,
                            effective: raw.clone(),
                            raw,
                            norm,
                        });
                    }
                }
            }
        }
        out
    }

    /// A choice that stands for a formula, so that guards may speak of statuses that speak of guards.
    fn defined(&mut self, formula: &Formula, tag: u32) -> Formula {
        let choice = self.net.choice(2, false);
        let no = self.net.not(formula);
        let definition = any([
            all([Lit::Is(choice, 0b10).into(), formula.clone()]),
            all([Lit::Is(choice, 0b01).into(), no]),
        ]);
        self.structure.push((tag, definition));
        Lit::Is(choice, 0b10).into()
    }
}

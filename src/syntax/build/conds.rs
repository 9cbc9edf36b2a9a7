//! Conditions, moments and durations.

use super::{Builder, Inner};
use crate::ast::*;
use crate::syntax::error;
use crate::syntax::grammar::{Pair, Rule};
use crate::time::{Duration, Unit};

impl Builder<'_> {
    pub(super) fn cond(&mut self, pair: Pair) -> Option<Cond> {
        let span = self.span(&pair);
        let mut atoms = Vec::new();
        let mut joint: Option<Pair> = None;
        for p in pair.into_inner() {
            if p.as_rule() == Rule::atom {
                atoms.push(self.atom(p)?);
                continue;
            }
            match &joint {
                Some(first) if first.as_rule() != p.as_rule() => {
                    let words = (first.as_str(), p.as_str());
                    self.out
                        .push(error::mixed_condition(self.span(first), self.span(&p), words));
                    return None;
                }
                _ => joint = Some(p),
            }
        }
        let join = match joint.map(|j| j.as_rule()) {
            Some(Rule::w_or) => Join::Or,
            Some(Rule::w_or_perhaps) => Join::OrPerhaps,
            _ => Join::And,
        };
        Some(Cond { atoms, join, span })
    }

    pub(super) fn atom(&mut self, pair: Pair) -> Option<Atom> {
        let span = self.span(&pair);
        let mut inner = Inner::of(&pair);
        let negated = inner.has(Rule::w_not);
        let said = inner.next()?;
        let node = match said.as_rule() {
            Rule::text => AtomKind::Quoted {
                text: self.text(said),
                negated,
            },
            Rule::name => AtomKind::Named {
                name: self.name(said),
                negated,
            },
            _ => self.told(said)?,
        };
        Some(Atom { node, span })
    }

    pub(super) fn told(&mut self, pair: Pair) -> Option<AtomKind> {
        let mut inner = Inner::of(&pair);
        let occ = self.occ(inner.next()?)?;
        let word = inner.next()?;
        if word.as_rule() == Rule::w_is {
            let negated = inner.has(Rule::w_not);
            let values = match inner.has(Rule::k_one_of) {
                true => self.names(inner.next()?),
                false => vec![self.name(inner.next()?)],
            };
            return Some(AtomKind::Is {
                occ,
                negated,
                values,
                order: self.order(inner)?,
            });
        }
        let state = self.spanned(&word, plain_state(word.as_rule())?);
        let moment = Moment {
            span: occ.span.to(state.span),
            occ,
            state,
        };
        Some(AtomKind::Did {
            moment,
            order: self.order(inner)?,
        })
    }

    /// The outer option is whether it could be read, the inner one whether it is there.
    pub(super) fn order(&mut self, mut inner: Inner) -> Option<Option<Order>> {
        let Some(word) = inner.next() else {
            return Some(None);
        };
        let other = inner.next()?;
        Some(Some(match word.as_rule() {
            Rule::k_within => Order::Within(self.lengths(other)?),
            Rule::k_before => Order::Before(self.moment(other)?),
            _ => Order::After(self.moment(other)?),
        }))
    }

    pub(super) fn moments(&mut self, pair: Pair) -> Option<Moments> {
        let span = self.span(&pair);
        let mut moments = Moments {
            any: Vec::new(),
            perhaps_unstated: false,
            span,
        };
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::moment => moments.any.push(self.moment(p)?),
                Rule::w_not_stated => moments.perhaps_unstated = true,
                _ => {}
            }
        }
        Some(moments)
    }

    /// `X is one of V, W` in a `when`: one alternative for each value.
    pub(super) fn several(&mut self, pair: Pair) -> Option<Vec<Moments>> {
        let mut inner = Inner::of(&pair);
        let occ = self.occ(inner.next()?)?;
        inner.eat(Rule::w_is)?;
        inner.eat(Rule::k_one_of)?;
        let one = |value: Name| {
            let span = occ.span.to(value.span);
            let state = Spanned {
                span: value.span,
                node: State::Is(value),
            };
            Moments {
                any: vec![Moment {
                    occ: occ.clone(),
                    state,
                    span,
                }],
                perhaps_unstated: false,
                span,
            }
        };
        Some(self.names(inner.next()?).into_iter().map(one).collect())
    }

    pub(super) fn moment(&mut self, pair: Pair) -> Option<Moment> {
        let mut inner = Inner::of(&pair);
        let occ = self.occ(inner.next()?)?;
        let state = self.state(inner.next()?)?;
        Some(Moment {
            occ,
            state,
            span: self.span(&pair),
        })
    }

    pub(super) fn state(&mut self, pair: Pair) -> Option<Spanned<State>> {
        let mut inner = Inner::of(&pair);
        let word = inner.next()?.as_rule();
        let state = match word {
            Rule::w_is => State::Is(self.name(inner.next()?)),
            _ => plain_state(word)?,
        };
        Some(self.spanned(&pair, state))
    }

    pub(super) fn occ(&mut self, pair: Pair) -> Option<Occ> {
        let mut inner = Inner::of(&pair);
        let ordinal = self.ordinal(&mut inner);
        let name = self.name(inner.next()?);
        let since = match inner.eat(Rule::since) {
            Some(since) => Some(Box::new(self.since(since)?)),
            None => None,
        };
        Some(Occ {
            ordinal,
            name,
            since,
            span: self.span(&pair),
        })
    }

    pub(super) fn since(&mut self, pair: Pair) -> Option<Moment> {
        let mut inner = Inner::of(&pair);
        inner.eat(Rule::w_since)?;
        let ordinal = self.ordinal(&mut inner);
        let name = self.name(inner.next()?);
        let state = self.state(inner.next()?)?;
        let start = ordinal.as_ref().map_or(name.span, |o| o.span);
        let occ = Occ {
            span: start.to(name.span),
            ordinal,
            name,
            since: None,
        };
        Some(Moment {
            span: start.to(state.span),
            occ,
            state,
        })
    }

    pub(super) fn ordinal(&mut self, inner: &mut Inner) -> Option<Spanned<Ordinal>> {
        let pair = inner.eat(Rule::ordinal)?;
        let ordinal = match pair.clone().into_inner().next()?.as_rule() {
            Rule::w_first => Ordinal::First,
            Rule::w_second => Ordinal::Second,
            Rule::w_third => Ordinal::Third,
            Rule::w_next => Ordinal::Next,
            Rule::w_previous => Ordinal::Previous,
            Rule::w_last => Ordinal::Last,
            Rule::w_each_later => Ordinal::EachLater,
            Rule::w_each => Ordinal::Each,
            Rule::w_any => Ordinal::Any,
            _ => Ordinal::That,
        };
        Some(self.spanned(&pair, ordinal))
    }

    pub(super) fn lengths(&mut self, pair: Pair) -> Option<Vec<Spanned<Length>>> {
        let mut lengths = Vec::new();
        for p in pair.into_inner() {
            if p.as_rule() == Rule::length {
                lengths.push(self.length(p)?);
            }
        }
        Some(lengths)
    }

    pub(super) fn length(&mut self, pair: Pair) -> Option<Spanned<Length>> {
        let mut inner = Inner::of(&pair);
        let first = inner.next()?;
        if first.as_rule() == Rule::name {
            return Some(self.spanned(&pair, Length::Period(self.name(first))));
        }
        let count = self.number(&first)?;
        let words = inner.next()?;
        let mut words = Inner::of(&words);
        let clear = words.has(Rule::w_clear);
        let given = |unit| Length::Given(Duration { count, unit, clear });
        let length = match words.next()?.as_rule() {
            Rule::w_working => given(Unit::WorkingDays),
            Rule::w_calendar => given(Unit::CalendarDays),
            Rule::w_hours | Rule::w_hour => given(Unit::Hours),
            Rule::w_weeks | Rule::w_week => given(Unit::Weeks),
            Rule::w_months | Rule::w_month => given(Unit::Months),
            Rule::w_years | Rule::w_year => given(Unit::Years),
            _ => Length::BareDays(count),
        };
        Some(self.spanned(&pair, length))
    }
}

fn plain_state(word: Rule) -> Option<State> {
    match word {
        Rule::w_begins => Some(State::Begins),
        Rule::w_ends => Some(State::Ends),
        Rule::w_happens => Some(State::Happens),
        _ => None,
    }
}

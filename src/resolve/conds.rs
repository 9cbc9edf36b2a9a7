//! Conditions: from words to factors, statuses and moments. In: a condition as written. Out: the model's, in which a doubt
//! (`or perhaps`) is a choice by a reading, a bare name is `yes`, and quoted words are a factor of their own.

use super::error;
use super::names::{Cx, Entry, Target, Values, YES, value_id};
use crate::ast::{self, Atom, AtomKind, Join, Name, Occ};
use crate::model::{Cond, Happening, MeetingId, Moment, Ordinal, StatusId, ValueId, Which};
use crate::source::Span;

impl Cx<'_> {
    /// A condition; what cannot be resolved has been reported and counts as true.
    pub(super) fn cond(&mut self, c: &ast::Cond) -> Cond {
        let mut atoms: Vec<Cond> = c.atoms.iter().map(|a| self.atom(a)).collect();
        if atoms.len() == 1 {
            return atoms.pop().unwrap_or(Cond::True);
        }
        match c.join {
            Join::And => Cond::All(atoms),
            Join::Or => Cond::Any(atoms),
            Join::OrPerhaps => {
                let words = c.atoms.iter().map(|a| words(&a.node)).collect();
                let reading = self.doubt(words, c.span);
                let chosen = |(i, atom)| Cond::All(vec![Cond::Factor(reading, vec![value_id(i)], c.span), atom]);
                Cond::Any(atoms.into_iter().enumerate().map(chosen).collect())
            }
        }
    }

    fn atom(&mut self, atom: &Atom) -> Cond {
        let (cond, negated) = match &atom.node {
            AtomKind::Quoted { text, negated } => {
                let factor = self.quoted(&text.node, text.span);
                (Cond::Factor(factor, vec![YES], atom.span), *negated)
            }
            AtomKind::Named { name, negated } => (self.named_atom(name, atom.span), *negated),
            AtomKind::Is {
                occ,
                negated,
                values,
                order,
            } => (self.is_atom(occ, values, order.as_ref(), atom.span), *negated),
            AtomKind::Did { moment, order } => {
                let cond = match self.moment(moment) {
                    Some(m) => self.ordered(m, order.as_ref(), atom.span),
                    None => Cond::True,
                };
                (cond, false)
            }
        };
        if negated { Cond::Not(Box::new(cond)) } else { cond }
    }

    fn named_atom(&mut self, name: &Name, span: Span) -> Cond {
        let Some(entry) = self.any(name, "a condition needs a fact, judgement, status or term") else {
            return Cond::True;
        };
        match entry.target {
            Target::Term(term) => return Cond::Term(term, span),
            Target::Factor(f) => match self.factor_values.get(f.index()) {
                Some(v) if v.yes_no => return Cond::Factor(f, vec![YES], span),
                Some(v) => self.out.push(error::value_needed(name, &entry, v)),
                None => {}
            },
            Target::Status(s) => match self.status_values.get(s.index()) {
                Some(v) if v.yes_no => return Cond::Status(s, vec![YES], span),
                Some(v) => self.out.push(error::value_needed(name, &entry, v)),
                None => {}
            },
            _ => self.out.push(error::not_a_condition(name, &entry)),
        }
        Cond::True
    }

    fn is_atom(&mut self, occ: &Occ, values: &[Name], order: Option<&ast::Order>, span: Span) -> Cond {
        let Some(entry) = self.any(&occ.name, "a condition needs something that has values or states") else {
            return Cond::True;
        };
        match entry.target {
            Target::Factor(f) => {
                self.no_ordinal(occ, &entry);
                if let Some(place) = order.and_then(place_of) {
                    self.out.push(error::order_of_value(&occ.name, &entry, place));
                }
                let known = self.factor_values.get(f.index()).cloned().unwrap_or_default();
                Cond::Factor(f, self.values(&known, values, &occ.name, &entry), span)
            }
            Target::Status(s) if order.is_none() => {
                self.no_ordinal(occ, &entry);
                let known = self.status_values.get(s.index()).cloned().unwrap_or_default();
                Cond::Status(s, self.values(&known, values, &occ.name, &entry), span)
            }
            Target::Term(_) => {
                self.out.push(error::term_has_no_value(&occ.name, &entry));
                Cond::True
            }
            _ => {
                let mut any: Vec<Cond> = Vec::new();
                for value in values {
                    let Some(what) = self.happening(&entry, &occ.name, &ast::State::Is(value.clone()), value.span)
                    else {
                        continue;
                    };
                    let Some(moment) = self.occurrence(occ, &entry, what, span) else {
                        continue;
                    };
                    any.push(self.ordered(moment, order, span));
                }
                if any.len() == 1 {
                    any.pop().unwrap_or(Cond::True)
                } else {
                    Cond::Any(any)
                }
            }
        }
    }

    /// `M`, `M before N` or `M after N`: that `M` has happened, perhaps in this order. Where both are days that are set, how
    /// these lie; `within` a length, how far off the one is.
    fn ordered(&mut self, moment: Moment, order: Option<&ast::Order>, span: Span) -> Cond {
        let (before, other) = match order {
            None => return Cond::Happened(moment, span),
            Some(ast::Order::Within(lengths)) => return self.due_within(&moment, lengths, span),
            Some(ast::Order::Before(other)) => (true, other),
            Some(ast::Order::After(other)) => (false, other),
        };
        let Some(other) = self.moment(other) else {
            return Cond::True;
        };
        if let (Happening::Due(m), Happening::Due(n)) = (moment.what, other.what) {
            let (Some(this), Some(that)) = (self.day_set(&moment, m), self.day_set(&other, n)) else {
                return Cond::True;
            };
            return match before {
                true => Cond::DueBefore(this, that, span),
                false => Cond::DueBefore(that, this, span),
            };
        }
        if before {
            Cond::Before(moment, other, span)
        } else {
            // `Before` lets its second moment be yet to come; "after" says that this one has come.
            Cond::All(vec![
                Cond::Happened(moment.clone(), span),
                Cond::Before(other, moment, span),
            ])
        }
    }

    fn due_within(&mut self, moment: &Moment, lengths: &[ast::Spanned<ast::Length>], span: Span) -> Cond {
        let length = self.length(lengths);
        let Happening::Due(meeting) = moment.what else {
            self.out.push(error::within_of_no_day(span));
            return Cond::True;
        };
        match (self.day_set(moment, meeting), length) {
            (Some(which), Some(length)) => Cond::DueWithin(which, length, span),
            _ => Cond::True,
        }
    }

    /// Which meeting's day is meant: one meeting at a time is set, the next to be held.
    fn day_set(&mut self, moment: &Moment, meeting: MeetingId) -> Option<Which> {
        let known = matches!(
            moment.ordinal,
            Ordinal::First | Ordinal::Second | Ordinal::Third | Ordinal::Next | Ordinal::Any
        );
        if !known || moment.since.is_some() {
            self.out.push(error::day_of_which(moment.span));
            return None;
        }
        Some(Which {
            ordinal: moment.ordinal,
            meeting,
            since: None,
            span: moment.span,
        })
    }

    fn no_ordinal(&mut self, occ: &Occ, entry: &Entry) {
        if let Some(ordinal) = &occ.ordinal {
            self.out.push(error::ordinal_refused(occ, ordinal, entry));
        }
        if let Some(since) = &occ.since {
            self.out.push(error::since_refused(&occ.name, since.span, entry));
        }
    }

    /// The positions of some values; a wrong one is reported and left out.
    pub(super) fn values(&mut self, known: &Values, written: &[Name], of: &Name, entry: &Entry) -> Vec<ValueId> {
        let mut found = Vec::new();
        for value in written {
            match known.find(&value.node) {
                Some(v) => found.push(v),
                None => self.out.push(error::wrong_value(value, &of.node, entry, known)),
            }
        }
        found
    }

    /// The value a status takes when it begins, ends or becomes something.
    pub(super) fn change(
        &mut self,
        name: &Name,
        change: &ast::Change,
        place: Span,
        needs: &str,
    ) -> Option<(StatusId, ValueId)> {
        let entry = self.any(name, needs)?;
        let Target::Status(status) = entry.target else {
            let wrong = error::wrong_kind(name, &entry, needs);
            self.out.push(wrong);
            return None;
        };
        let known = self.status_values.get(status.index()).cloned().unwrap_or_default();
        match change {
            ast::Change::Becomes(value) => match known.find(&value.node) {
                Some(v) => Some((status, v)),
                None => {
                    self.out.push(error::wrong_value(value, &name.node, &entry, &known));
                    None
                }
            },
            _ if !known.yes_no => {
                self.out.push(error::begins_with_values(name, place, &entry, &known));
                None
            }
            ast::Change::Begins => Some((status, YES)),
            ast::Change::Ends => Some((status, super::names::NO)),
        }
    }

    /// The class of change of a status to a value.
    pub(super) fn becoming(&self, status: StatusId, value: ValueId) -> Happening {
        match self.status_values.get(status.index()) {
            Some(v) if v.yes_no && value == YES => Happening::Begins(status),
            Some(v) if v.yes_no => Happening::Ends(status),
            _ => Happening::Becomes(status, value),
        }
    }
}

/// Where an order is written.
fn place_of(order: &ast::Order) -> Option<Span> {
    match order {
        ast::Order::Before(moment) | ast::Order::After(moment) => Some(moment.span),
        ast::Order::Within(lengths) => lengths.iter().map(|l| l.span).reduce(Span::to),
    }
}

/// An atom in words, to name a candidate of a doubt.
fn words(atom: &AtomKind) -> String {
    let not = |negated: &bool| if *negated { "not " } else { "" };
    match atom {
        AtomKind::Quoted { text, negated } => format!("{}\"{}\"", not(negated), text.node),
        AtomKind::Named { name, negated } => format!("{}{}", not(negated), name.node),
        AtomKind::Is {
            occ, negated, values, ..
        } => {
            let list: Vec<&str> = values.iter().map(|v| v.node.as_str()).collect();
            let one_of = if list.len() > 1 { "one of " } else { "" };
            format!(
                "{} is {}{one_of}{}",
                super::moments::occ_words(occ),
                not(negated),
                list.join(", ")
            )
        }
        AtomKind::Did { moment, .. } => super::moments::words(moment),
    }
}

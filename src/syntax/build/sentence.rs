//! Sentences, and the parties in them: SUBJECT MODAL ACT.

use super::{Builder, Inner};
use crate::ast::*;
use crate::syntax::error;
use crate::syntax::grammar::{Pair, Rule};

impl Builder<'_> {
    pub(super) fn sentence(&mut self, pair: Pair) -> Option<Sentence> {
        let span = self.span(&pair);
        let mut inner = Inner::of(&pair);
        let subject = inner.next()?;
        let modal = inner.next()?;
        let word = match modal.as_rule() {
            Rule::modal => modal.clone().into_inner().next()?.as_rule(),
            other => other,
        };
        let nobody = subject.as_rule() == Rule::nobody;
        let force = match word {
            Rule::w_must => Modal::Must,
            Rule::w_must_not => Modal::MustNot,
            Rule::w_should if nobody => Modal::ShouldNot,
            Rule::w_should => Modal::Should,
            Rule::w_should_not => Modal::ShouldNot,
            Rule::w_may if nobody => Modal::MustNot,
            Rule::w_may => Modal::May,
            _ => Modal::NeedNot,
        };
        let modal = self.spanned(&modal, force);
        let subject = self.subject(subject)?;
        let act = self.act(inner.next()?)?;
        Some(Sentence {
            subject,
            modal,
            act,
            span,
        })
    }

    pub(super) fn subject(&mut self, pair: Pair) -> Option<Subject> {
        let mut inner = Inner::of(&pair);
        let word = inner.next()?;
        Some(match word.as_rule() {
            Rule::k_nobody => Subject::Nobody(self.span(&word)),
            Rule::k_someone => Subject::Someone(self.span(&word)),
            Rule::k_the => Subject::The(self.who(inner.next()?)?),
            Rule::k_each => Subject::Each(self.who(inner.next()?)?),
            Rule::k_any => Subject::Any(self.who(inner.next()?)?),
            _ => Subject::Only(self.who(inner.next()?)?),
        })
    }

    pub(super) fn who(&mut self, pair: Pair) -> Option<Who> {
        let span = self.span(&pair);
        let mut parties = Vec::new();
        let mut joint: Option<Pair> = None;
        for p in pair.into_inner() {
            if p.as_rule() == Rule::party {
                let mut inner = Inner::of(&p);
                let each = inner.has(Rule::w_each);
                parties.push(Party {
                    each,
                    name: self.name(inner.next()?),
                });
                continue;
            }
            match &joint {
                Some(first) if first.as_rule() != p.as_rule() => {
                    self.out.push(error::mixed_parties(self.span(first), self.span(&p)));
                    return None;
                }
                _ => joint = Some(p),
            }
        }
        Some(Who {
            parties,
            either: joint.is_some_and(|j| j.as_rule() == Rule::w_or),
            span,
        })
    }

    pub(super) fn act(&mut self, pair: Pair) -> Option<Act> {
        let span = self.span(&pair);
        let mut inner = Inner::of(&pair);
        let word = inner.next()?;
        let node = match word.as_rule() {
            Rule::text => ActKind::Quoted(self.text(word)),
            Rule::w_hold => ActKind::Hold(self.occ(inner.next()?)?),
            Rule::w_book => ActKind::Book(self.occ(inner.next()?)?),
            Rule::w_cancel => ActKind::Cancel(self.occ(inner.next()?)?),
            Rule::w_attend => ActKind::Attend(self.occ(inner.next()?)?),
            Rule::w_chair => ActKind::Chair(self.occ(inner.next()?)?),
            Rule::w_send => {
                let ordinal = self.ordinal(&mut inner);
                let document = self.name(inner.next()?);
                inner.eat(Rule::w_to)?;
                ActKind::Send(ordinal, document, self.who(inner.next()?)?)
            }
            Rule::w_notify => {
                let who = self.who(inner.next()?)?;
                inner.next()?; // `that` or `of`; what follows tells them apart
                ActKind::Notify(who, self.thing(inner.next()?)?)
            }
            Rule::w_ask => {
                let who = self.who(inner.next()?)?;
                inner.eat(Rule::w_for)?;
                ActKind::Ask(who, self.thing(inner.next()?)?)
            }
            Rule::w_consult => {
                let who = self.who(inner.next()?)?;
                inner.eat(Rule::w_on)?;
                ActKind::Consult(who, self.thing(inner.next()?)?)
            }
            Rule::w_record => {
                let thing = self.thing(inner.next()?)?;
                inner.eat(Rule::w_in)?;
                ActKind::Record(thing, self.name(inner.next()?))
            }
            Rule::w_consider => ActKind::Consider(self.thing(inner.next()?)?),
            Rule::w_carry_out => ActKind::CarryOut(self.thing(inner.next()?)?),
            Rule::w_decide => ActKind::Decide(self.name(inner.next()?)),
            Rule::w_challenge => ActKind::Challenge(self.name(inner.next()?)),
            Rule::w_allocate => ActKind::Allocate(self.name(inner.next()?)),
            Rule::w_begin => ActKind::Begin(self.name(inner.next()?)),
            Rule::w_end => ActKind::End(self.name(inner.next()?)),
            _ => return None,
        };
        Some(Act { node, span })
    }

    pub(super) fn thing(&mut self, pair: Pair) -> Option<Thing> {
        match pair.as_rule() {
            Rule::thing => self.thing(pair.into_inner().next()?),
            Rule::text => Some(Thing::Quoted(self.text(pair))),
            Rule::name => Some(Thing::Name(self.name(pair))),
            _ => {
                let mut inner = Inner::of(&pair);
                let change = if inner.next()?.as_rule() == Rule::w_ending {
                    Change::Ends
                } else {
                    Change::Begins
                };
                Some(Thing::Changing(self.name(inner.next()?), change))
            }
        }
    }
}

//! The lines of a scenario: `given`, `on`, `expect`.

use super::{Builder, Inner};
use crate::ast::*;
use crate::syntax::grammar::{Pair, Rule};

impl Builder<'_> {
    /// What follows `given`.
    pub(super) fn given(&mut self, mut inner: Inner) -> Option<Given> {
        let negated = inner.has(Rule::w_not);
        let name = inner.next()?;
        let name = if name.as_rule() == Rule::text {
            self.text(name)
        } else {
            self.words(&name)
        };
        let value = match inner.eat(Rule::w_is) {
            Some(_) => Some(self.value(inner.next()?)?),
            None => None,
        };
        Some(Given { name, negated, value })
    }

    fn value(&mut self, pair: Pair) -> Option<Text> {
        let said = Inner::of(&pair).next()?;
        Some(match said.as_rule() {
            Rule::text => self.text(said),
            _ => self.words(&pair),
        })
    }

    /// Words as written, with one space between them and no dot set apart.
    fn words(&self, pair: &Pair) -> Text {
        let words: Vec<&str> = pair.as_str().split_whitespace().collect();
        self.spanned(pair, words.join(" "))
    }

    /// What follows `on`.
    pub(super) fn on(&mut self, mut inner: Inner) -> Option<On> {
        let day = self.date(inner.next()?)?;
        let mut on = On::nothing(day);
        if inner.has(Rule::w_nothing) {
            return Some(on);
        }
        on.what = Some(self.words(&inner.next()?));
        while let Some(word) = inner.next() {
            let said = inner.next()?;
            match word.as_rule() {
                Rule::w_for => on.booked_for = Some(self.date(said)?),
                Rule::k_chaired_by => on.chair = Some(self.words(&said)),
                _ => on.by = Some(self.words(&said)),
            }
        }
        Some(on)
    }

    /// What follows `expect`.
    pub(super) fn expect(&mut self, pair: Pair) -> Option<Expect> {
        let mut inner = Inner::of(&pair);
        Some(match pair.as_rule() {
            Rule::sentence => Expect::Says(self.sentence(pair)?),
            Rule::clash if inner.has(Rule::w_no) => Expect::NoClash,
            Rule::clash => {
                inner.eat(Rule::w_clash)?;
                inner.eat(Rule::w_between)?;
                let one = self.reference(inner.next()?)?;
                inner.eat(Rule::w_and)?;
                Expect::Clash(one, self.reference(inner.next()?)?)
            }
            Rule::due_by => {
                let norm = self.reference(inner.next()?)?;
                inner.eat(Rule::w_is)?;
                inner.eat(Rule::w_due_by)?;
                Expect::DueBy(norm, self.date(inner.next()?)?)
            }
            Rule::timed => {
                let said = inner.next()?;
                let moment = self.occurred_as(&said)?;
                let bound = match inner.next()?.as_rule() {
                    Rule::w_by => Bound::Last,
                    Rule::w_not_before => Bound::First,
                    _ => Bound::Only,
                };
                Expect::Timed(moment, bound, self.date(inner.next()?)?)
            }
            _ => {
                let norm = self.reference(inner.next()?)?;
                inner.eat(Rule::w_is);
                let word = inner.next()?;
                let standing = match word.as_rule() {
                    Rule::w_kept => Standing::Kept,
                    Rule::w_missed => Standing::Missed,
                    Rule::w_broken => Standing::Broken,
                    Rule::w_still_to_do => Standing::Open,
                    Rule::w_lapsed => Standing::Lapsed,
                    Rule::w_set_aside => Standing::SetAside,
                    _ => Standing::NotEngaged,
                };
                Expect::Stands(norm, self.spanned(&word, standing))
            }
        })
    }

    fn occurred_as(&mut self, pair: &Pair) -> Option<Moment> {
        let mut inner = Inner::of(pair);
        let ordinal = self.ordinal(&mut inner);
        let name = self.name(inner.next()?);
        let state = self.state(inner.next()?)?;
        let start = ordinal.as_ref().map_or(name.span, |o| o.span);
        Some(Moment {
            occ: Occ {
                span: start.to(name.span),
                ordinal,
                name,
                since: None,
            },
            state,
            span: self.span(pair),
        })
    }
}

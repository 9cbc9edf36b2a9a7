//! Slot lines into `SlotKind`: one arm for each rule of the grammar, and within slots of one shape one for each keyword.

use super::calendar::weekday;
use super::{Builder, Inner};
use crate::ast::*;
use crate::syntax::grammar::{Pair, Rule};

impl Builder<'_> {
    pub(super) fn slot(&mut self, rule: Rule, keyword: Rule, mut inner: Inner) -> Option<SlotKind> {
        Some(match rule {
            Rule::bare => match keyword {
                Rule::k_outside => SlotKind::Outside,
                Rule::k_many => SlotKind::Many,
                Rule::k_repeats => SlotKind::Repeats,
                Rule::k_always_governed => SlotKind::Protects,
                _ => return None,
            },
            Rule::with_text => {
                let text = self.text(inner.next()?);
                match keyword {
                    Rule::k_authority => SlotKind::Authority(text),
                    Rule::k_file => SlotKind::File(text),
                    Rule::k_for_example => SlotKind::ForExample(text),
                    Rule::k_about => SlotKind::About(text),
                    Rule::k_because => SlotKind::Because(text),
                    _ => return None,
                }
            }
            Rule::with_texts => SlotKind::AlsoCalled(inner.0.map(|p| self.text(p)).collect()),
            Rule::with_name => {
                let name = self.name(inner.next()?);
                match keyword {
                    Rule::k_rank => SlotKind::Rank(name),
                    Rule::k_replaced_by => SlotKind::ReplacedBy(name),
                    Rule::k_same_as => SlotKind::SameAs(name),
                    Rule::k_kind_of => SlotKind::KindOf(name),
                    Rule::k_counts_as => SlotKind::CountsAs(name),
                    Rule::k_starts_as => SlotKind::StartsAs(name),
                    Rule::k_refers_to => SlotKind::RefersTo(name),
                    _ => return None,
                }
            }
            Rule::with_names => {
                let names = self.names(inner.next()?);
                match keyword {
                    Rule::k_uses => SlotKind::Uses(names),
                    Rule::k_implements => SlotKind::Implements(names),
                    Rule::k_one_of => SlotKind::OneOf(names),
                    Rule::k_combines => SlotKind::Combines(names),
                    _ => return None,
                }
            }
            Rule::with_date => {
                let date = self.date(inner.next()?)?;
                match keyword {
                    Rule::k_edition => SlotKind::Edition(date),
                    Rule::k_review_due => SlotKind::ReviewDue(date),
                    Rule::k_in_force_from => SlotKind::InForceFrom(date),
                    Rule::k_in_force_until => SlotKind::InForceUntil(date),
                    Rule::k_expires => SlotKind::Expires(date),
                    Rule::k_known_from => SlotKind::KnownFrom(date),
                    Rule::k_known_until => SlotKind::KnownUntil(date),
                    Rule::k_published_until => SlotKind::PublishedUntil(date),
                    _ => return None,
                }
            }
            Rule::with_who => {
                let filled = inner.next()?;
                let who = match filled.as_rule() {
                    Rule::who => WhoOrUnstated::Who(self.who(filled)?),
                    _ => WhoOrUnstated::Unstated(self.span(&filled)),
                };
                match keyword {
                    Rule::k_judged_by => SlotKind::JudgedBy(who),
                    Rule::k_comes_from => SlotKind::CausedBy(who),
                    Rule::k_chaired_by => SlotKind::ChairedBy(who),
                    Rule::k_attended_by => SlotKind::AttendedBy(who),
                    Rule::k_decided_by => SlotKind::DecidedBy(who),
                    Rule::k_agreed_by => SlotKind::AgreedBy(who),
                    Rule::k_advised_by => SlotKind::AdvisedBy(who),
                    Rule::k_consulting => SlotKind::Consulting(who),
                    _ => return None,
                }
            }
            Rule::with_cond => {
                let cond = self.cond(inner.next()?)?;
                match keyword {
                    Rule::k_while => SlotKind::While(cond),
                    Rule::k_if => SlotKind::If(cond),
                    Rule::k_unless => SlotKind::Unless(cond),
                    Rule::k_means => SlotKind::Means(cond),
                    Rule::k_normally => SlotKind::Presume(cond),
                    _ => return None,
                }
            }
            Rule::with_ref => {
                let target = self.reference(inner.next()?)?;
                match keyword {
                    Rule::k_exception_to => SlotKind::ExceptionTo(target),
                    Rule::k_departs_from => SlotKind::DepartsFrom(target),
                    Rule::k_replaces => SlotKind::Replaces(target),
                    _ => return None,
                }
            }
            Rule::with_moments => {
                let moments = self.moments(inner.next()?)?;
                match keyword {
                    Rule::k_begins_when => SlotKind::BeginsWhen(moments),
                    Rule::k_ends_when => SlotKind::EndsWhen(moments),
                    Rule::k_same_day_as => SlotKind::Time(Time::SameDay(moments)),
                    Rule::k_straight_after => SlotKind::Time(Time::StraightAfter(moments)),
                    Rule::k_before => SlotKind::Time(Time::Before(moments)),
                    Rule::k_after => SlotKind::Time(Time::After(moments)),
                    _ => return None,
                }
            }
            Rule::when => {
                let mut any = Vec::new();
                while let Some(pair) = inner.next() {
                    match pair.as_rule() {
                        Rule::moments => any.push(self.moments(pair)?),
                        Rule::several => any.extend(self.several(pair)?),
                        _ => {}
                    }
                }
                SlotKind::When(any)
            }
            Rule::becomes_when => {
                let value = self.name(inner.next()?);
                inner.eat(Rule::k_when)?;
                SlotKind::BecomesWhen(value, self.moments(inner.next()?)?)
            }
            Rule::period => SlotKind::Is(self.lengths(inner.next()?)?),
            Rule::quorum => SlotKind::Quorum(inner.eat(Rule::text).map(|p| self.text(p))),
            Rule::deadlock => SlotKind::Deadlock(inner.eat(Rule::name).map(|p| self.name(p))),
            Rule::then => SlotKind::Then {
                nothing: inner.has(Rule::w_nothing),
            },
            Rule::effect => {
                let status = self.name(inner.next()?);
                let change = match inner.next()?.as_rule() {
                    Rule::w_begins => Change::Begins,
                    Rule::w_ends => Change::Ends,
                    _ => Change::Becomes(self.name(inner.next()?)),
                };
                SlotKind::Effect(status, change)
            }
            Rule::timing => SlotKind::Time(match inner.eat(Rule::text) {
                Some(text) => Time::Wording(self.text(text)),
                None => Time::NotStated,
            }),
            Rule::within => SlotKind::Time(match inner.eat(Rule::w_not_stated) {
                Some(_) => Time::NotStated,
                None => {
                    let lengths = self.lengths(inner.next()?)?;
                    inner.eat(Rule::k_after)?;
                    Time::Within(lengths, self.moments(inner.next()?)?)
                }
            }),
            Rule::at_least => {
                let lengths = self.lengths(inner.next()?)?;
                let before = inner.next()?.as_rule() == Rule::k_before;
                let moments = self.moments(inner.next()?)?;
                SlotKind::Time(match before {
                    true => Time::AtLeastBefore(lengths, moments),
                    false => Time::AtLeastAfter(lengths, moments),
                })
            }
            Rule::until => SlotKind::Time(match inner.eat(Rule::lengths) {
                Some(lengths) => {
                    let lengths = self.lengths(lengths)?;
                    inner.eat(Rule::k_after)?;
                    Time::UntilAfter(lengths, self.moments(inner.next()?)?)
                }
                None => Time::Until(self.moments(inner.next()?)?),
            }),
            Rule::at => SlotKind::Time(Time::At(self.occ(inner.next()?)?)),
            Rule::cites => {
                let source = self.name(inner.next()?);
                let place = inner.next()?;
                let place = self.spanned(&place, place.as_str().to_owned());
                let ids = inner.eat(Rule::ids).map_or(Vec::new(), |ids| self.names(ids));
                SlotKind::Cites(Cites { source, place, ids })
            }
            Rule::verified => {
                let how = match keyword {
                    Rule::k_checked => Verified::Checked,
                    Rule::k_as_quoted_by => Verified::AsQuoted,
                    _ => Verified::Unchecked,
                };
                SlotKind::Verified(how, inner.eat(Rule::text).map(|p| self.text(p)))
            }
            Rule::weekend => SlotKind::Weekend(
                inner
                    .0
                    .map(|p| weekday(p.as_str()).map(|day| self.spanned(&p, day)))
                    .collect::<Option<_>>()?,
            ),
            Rule::one_off => {
                let date = self.date(inner.next()?)?;
                SlotKind::OneOff(date, self.text(inner.next()?))
            }
            Rule::holiday => SlotKind::Holiday(self.holiday(inner)?),
            Rule::given => SlotKind::Given(self.given(inner)?),
            Rule::as_of => SlotKind::On(On::nothing(self.date(inner.next()?)?)),
            Rule::on => SlotKind::On(self.on(inner)?),
            Rule::expect => SlotKind::Expect(self.expect(inner.next()?)?),
            _ => return None,
        })
    }

    pub(super) fn reference(&mut self, pair: Pair) -> Option<Ref> {
        let mut names = Inner::of(&pair);
        let first = self.name(names.next()?);
        let (module, name) = match names.next() {
            Some(second) => (Some(first), self.name(second)),
            None => (None, first),
        };
        Some(Ref {
            module,
            name,
            span: self.span(&pair),
        })
    }
}

//! Matched rules into the nodes of `ast`. In: the pairs of one slice and where the slice stands. Out: one head, part or slot.
//! What the grammar leaves open is settled here: dates that do not exist, numbers too large, mixed connectives.

use std::iter::Peekable;

use pest::iterators::Pairs;

use super::error;
use super::grammar::{Pair, Rule};
use crate::ast::*;
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Span};
use crate::time::{Day, Duration, Unit, Weekday};

/// A head line that was read.
#[derive(Debug)]
pub(super) struct Head {
    pub kind: Spanned<ItemKind>,
    pub name: Option<Name>,
    pub label: Option<Text>,
}

/// A line that is not a head.
#[derive(Debug)]
pub(super) enum Built {
    Part(Part),
    Slot(Slot),
}

/// Turns the pairs of one slice into nodes. Every function gives nothing where it reported what is wrong.
pub(super) struct Builder<'a> {
    pub file: FileId,
    /// Offset of the slice in the file.
    pub base: usize,
    pub out: &'a mut Vec<Diagnostic>,
}

/// The rules inside one rule, taken from the left.
struct Inner<'i>(Peekable<Pairs<'i, Rule>>);

impl<'i> Inner<'i> {
    fn of(pair: &Pair<'i>) -> Self {
        Inner(pair.clone().into_inner().peekable())
    }
    fn next(&mut self) -> Option<Pair<'i>> {
        self.0.next()
    }
    fn eat(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.0.next_if(|p| p.as_rule() == rule)
    }
    fn has(&mut self, rule: Rule) -> bool {
        self.eat(rule).is_some()
    }
}

/// Where a pair really ends: pest counts the white space before an optional part that is not there.
fn end(pair: &Pair) -> usize {
    match pair.clone().into_inner().next_back() {
        Some(last) if pair.as_rule() != Rule::ids => end(&last),
        _ => pair.as_span().end(),
    }
}

impl Builder<'_> {
    fn span(&self, pair: &Pair) -> Span {
        Span::new(self.file, self.base + pair.as_span().start(), self.base + end(pair))
    }

    fn spanned<T>(&self, pair: &Pair, node: T) -> Spanned<T> {
        Spanned { node, span: self.span(pair) }
    }

    // ------------------------------------------------------------------------------------------------------- tokens

    fn name(&self, pair: Pair) -> Name {
        self.spanned(&pair, pair.as_str().to_owned())
    }

    fn text(&self, pair: Pair) -> Text {
        self.spanned(&pair, pair.as_str().trim_matches('"').to_owned())
    }

    fn names(&self, pair: Pair) -> Vec<Name> {
        pair.into_inner().map(|p| self.name(p)).collect()
    }

    fn number(&mut self, pair: &Pair) -> Option<u32> {
        let number = pair.as_str().parse().ok();
        if number.is_none() {
            self.out.push(error::large_number(self.span(pair), pair.as_str()));
        }
        number
    }

    fn year(&mut self, pair: &Pair) -> Option<i32> {
        pair.as_str().parse().ok()
    }

    fn date(&mut self, pair: Pair) -> Option<Spanned<Day>> {
        let day = Day::parse_iso(pair.as_str());
        if day.is_none() {
            self.out.push(error::no_such_date(self.span(&pair), pair.as_str()));
        }
        day.map(|day| self.spanned(&pair, day))
    }

    // ------------------------------------------------------------------------------------------------ heads and lines

    /// The pairs of `head`.
    pub(super) fn head(&mut self, pair: Pair, kind_of: impl Fn(&str) -> Option<ItemKind>) -> Option<Head> {
        let start = pair.as_span().start();
        let mut inner = Inner::of(&pair);
        let word = inner.eat(Rule::item_word);
        let kind = match &word {
            Some(word) => self.spanned(word, kind_of(word.as_str())?),
            None => {
                let length = "background".len();
                let span = Span::new(self.file, self.base + start, self.base + start + length);
                Spanned { node: ItemKind::Background, span }
            }
        };
        let name = inner.eat(Rule::name).map(|p| self.name(p));
        let label = inner.eat(Rule::text).map(|p| self.text(p));
        Some(Head { kind, name, label })
    }

    /// The pairs of `line`.
    pub(super) fn line(&mut self, pair: Pair) -> Option<Built> {
        let pair = pair.into_inner().next()?;
        let span = self.span(&pair);
        let mut inner = Inner::of(&pair);
        if let Rule::named_part | Rule::otherwise | Rule::saying = pair.as_rule() {
            let word = inner.next()?;
            let kind = match word.as_rule() {
                Rule::k_option => PartKind::Option,
                Rule::k_answer => PartKind::Answer,
                Rule::k_must_say => PartKind::MustSay,
                Rule::k_should_say => PartKind::ShouldSay,
                Rule::k_may_say => PartKind::MaySay,
                _ => PartKind::Otherwise,
            };
            let name = inner.eat(Rule::name).map(|p| self.name(p));
            let label = inner.eat(Rule::text).map(|p| self.text(p));
            return Some(Built::Part(Part { kind: self.spanned(&word, kind), name, label, slots: Vec::new(), span }));
        }
        if pair.as_rule() == Rule::sentence {
            let keyword = self.keyword(&pair);
            let node = SlotKind::Sentence(self.sentence(pair)?);
            return Some(Built::Slot(Slot { node, keyword, span }));
        }
        let keyword = inner.next()?;
        let node = self.slot(pair.as_rule(), keyword.as_rule(), inner)?;
        Some(Built::Slot(Slot { node, keyword: self.span(&keyword), span }))
    }

    /// The first word of a sentence, which lies within its subject.
    fn keyword(&self, pair: &Pair) -> Span {
        match pair.clone().into_inner().next() {
            Some(first) => self.keyword(&first),
            None => self.span(pair),
        }
    }

    // --------------------------------------------------------------------------------------------------------- slots

    fn slot(&mut self, rule: Rule, keyword: Rule, mut inner: Inner) -> Option<SlotKind> {
        Some(match rule {
            Rule::bare => match keyword {
                Rule::k_outside => SlotKind::Outside,
                Rule::k_many => SlotKind::Many,
                Rule::k_repeats => SlotKind::Repeats,
                Rule::k_protects => SlotKind::Protects,
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
                    Rule::k_urgency => SlotKind::Time(Time::Urgency(text)),
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
                    Rule::k_caused_by => SlotKind::CausedBy(who),
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
                    Rule::k_presume => SlotKind::Presume(cond),
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
            Rule::then => SlotKind::Then { nothing: inner.has(Rule::w_nothing) },
            Rule::effect => {
                let status = self.name(inner.next()?);
                let change = match inner.next()?.as_rule() {
                    Rule::w_begins => Change::Begins,
                    Rule::w_ends => Change::Ends,
                    _ => Change::Becomes(self.name(inner.next()?)),
                };
                SlotKind::Effect(status, change)
            }
            Rule::within => SlotKind::Time(match inner.eat(Rule::w_unstated) {
                Some(_) => Time::WithinUnstated,
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
                inner.0.map(|p| weekday(p.as_str()).map(|day| self.spanned(&p, day))).collect::<Option<_>>()?,
            ),
            Rule::one_off => {
                let date = self.date(inner.next()?)?;
                SlotKind::OneOff(date, self.text(inner.next()?))
            }
            Rule::holiday => SlotKind::Holiday(self.holiday(inner)?),
            _ => return None,
        })
    }

    fn reference(&mut self, pair: Pair) -> Option<Ref> {
        let mut names = Inner::of(&pair);
        let first = self.name(names.next()?);
        let (module, name) = match names.next() {
            Some(second) => (Some(first), self.name(second)),
            None => (None, first),
        };
        Some(Ref { module, name, span: self.span(&pair) })
    }

    fn holiday(&mut self, mut inner: Inner) -> Option<Holiday> {
        let label = self.text(inner.next()?);
        let rule = self.falls_on(inner.next()?)?;
        let or_next_free_day = inner.has(Rule::w_or_next_free_day);
        let mut holiday = Holiday { label, rule, or_next_free_day, from: None, until: None, except: Vec::new() };
        if inner.has(Rule::w_from) {
            holiday.from = self.year(&inner.next()?);
        }
        if inner.has(Rule::k_until) {
            holiday.until = self.year(&inner.next()?);
        }
        if inner.has(Rule::w_except) {
            holiday.except = inner.0.filter_map(|p| self.year(&p)).collect();
        }
        Some(holiday)
    }

    fn falls_on(&mut self, pair: Pair) -> Option<HolidayRule> {
        let span = self.span(&pair);
        let mut inner = Inner::of(&pair);
        let first = inner.next()?;
        match first.as_rule() {
            Rule::number => {
                let day = self.number(&first)?;
                let (month_name, month) = month(inner.next()?.as_str())?;
                // A leap year, so that 29 February is a day in some years.
                if Day::from_ymd(2000, month, day).is_none() {
                    self.out.push(error::no_such_day_of_month(span, day, month_name));
                    return None;
                }
                Some(HolidayRule::Fixed { day, month })
            }
            Rule::w_easter => {
                let Some(sign) = inner.next() else { return Some(HolidayRule::Easter { offset: 0 }) };
                let number = inner.next()?;
                let Ok(days) = i32::try_from(self.number(&number)?) else {
                    self.out.push(error::large_number(self.span(&number), number.as_str()));
                    return None;
                };
                Some(HolidayRule::Easter { offset: if sign.as_str() == "-" { -days } else { days } })
            }
            _ => {
                let nth = ["last", "first", "second", "third", "fourth"].iter().position(|w| *w == first.as_str())?;
                let weekday = weekday(inner.next()?.as_str())?;
                inner.eat(Rule::w_of)?;
                let (_, month) = month(inner.next()?.as_str())?;
                Some(HolidayRule::Nth { nth: u32::try_from(nth).ok()?, weekday, month })
            }
        }
    }

    // -------------------------------------------------------------------------------------------------- the sentence

    fn sentence(&mut self, pair: Pair) -> Option<Sentence> {
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
        Some(Sentence { subject, modal, act, span })
    }

    fn subject(&mut self, pair: Pair) -> Option<Subject> {
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

    fn who(&mut self, pair: Pair) -> Option<Who> {
        let span = self.span(&pair);
        let mut parties = Vec::new();
        let mut joint: Option<Pair> = None;
        for p in pair.into_inner() {
            if p.as_rule() == Rule::party {
                let mut inner = Inner::of(&p);
                let each = inner.has(Rule::w_each);
                parties.push(Party { each, name: self.name(inner.next()?) });
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
        Some(Who { parties, either: joint.is_some_and(|j| j.as_rule() == Rule::w_or), span })
    }

    fn act(&mut self, pair: Pair) -> Option<Act> {
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
                let document = self.name(inner.next()?);
                inner.eat(Rule::w_to)?;
                ActKind::Send(document, self.who(inner.next()?)?)
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

    fn thing(&mut self, pair: Pair) -> Option<Thing> {
        match pair.as_rule() {
            Rule::thing => self.thing(pair.into_inner().next()?),
            Rule::text => Some(Thing::Quoted(self.text(pair))),
            Rule::name => Some(Thing::Name(self.name(pair))),
            _ => {
                let mut inner = Inner::of(&pair);
                let change = if inner.next()?.as_rule() == Rule::w_ending { Change::Ends } else { Change::Begins };
                Some(Thing::Changing(self.name(inner.next()?), change))
            }
        }
    }

    // ----------------------------------------------------------------------------------------- conditions and moments

    fn cond(&mut self, pair: Pair) -> Option<Cond> {
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
                    self.out.push(error::mixed_condition(self.span(first), self.span(&p), words));
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

    fn atom(&mut self, pair: Pair) -> Option<Atom> {
        let span = self.span(&pair);
        let mut inner = Inner::of(&pair);
        let negated = inner.has(Rule::w_not);
        let said = inner.next()?;
        let node = match said.as_rule() {
            Rule::text => AtomKind::Quoted { text: self.text(said), negated },
            Rule::name => AtomKind::Named { name: self.name(said), negated },
            _ => self.told(said)?,
        };
        Some(Atom { node, span })
    }

    fn told(&mut self, pair: Pair) -> Option<AtomKind> {
        let mut inner = Inner::of(&pair);
        let occ = self.occ(inner.next()?)?;
        let word = inner.next()?;
        if word.as_rule() == Rule::w_is {
            let negated = inner.has(Rule::w_not);
            let values = match inner.has(Rule::k_one_of) {
                true => self.names(inner.next()?),
                false => vec![self.name(inner.next()?)],
            };
            return Some(AtomKind::Is { occ, negated, values, order: self.order(inner)? });
        }
        let state = self.spanned(&word, plain_state(word.as_rule())?);
        let moment = Moment { span: occ.span.to(state.span), occ, state };
        Some(AtomKind::Did { moment, order: self.order(inner)? })
    }

    /// The outer option is whether it could be read, the inner one whether it is there.
    fn order(&mut self, mut inner: Inner) -> Option<Option<(bool, Moment)>> {
        let Some(word) = inner.next() else { return Some(None) };
        Some(Some((word.as_rule() == Rule::k_before, self.moment(inner.next()?)?)))
    }

    fn moments(&mut self, pair: Pair) -> Option<Moments> {
        let span = self.span(&pair);
        let mut moments = Moments { any: Vec::new(), perhaps_unstated: false, span };
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::moment => moments.any.push(self.moment(p)?),
                Rule::w_unstated => moments.perhaps_unstated = true,
                _ => {}
            }
        }
        Some(moments)
    }

    /// `X is one of V, W` in a `when`: one alternative for each value.
    fn several(&mut self, pair: Pair) -> Option<Vec<Moments>> {
        let mut inner = Inner::of(&pair);
        let occ = self.occ(inner.next()?)?;
        inner.eat(Rule::w_is)?;
        inner.eat(Rule::k_one_of)?;
        let one = |value: Name| {
            let span = occ.span.to(value.span);
            let state = Spanned { span: value.span, node: State::Is(value) };
            Moments { any: vec![Moment { occ: occ.clone(), state, span }], perhaps_unstated: false, span }
        };
        Some(self.names(inner.next()?).into_iter().map(one).collect())
    }

    fn moment(&mut self, pair: Pair) -> Option<Moment> {
        let mut inner = Inner::of(&pair);
        let occ = self.occ(inner.next()?)?;
        let state = self.state(inner.next()?)?;
        Some(Moment { occ, state, span: self.span(&pair) })
    }

    fn state(&mut self, pair: Pair) -> Option<Spanned<State>> {
        let mut inner = Inner::of(&pair);
        let word = inner.next()?.as_rule();
        let state = match word {
            Rule::w_is => State::Is(self.name(inner.next()?)),
            _ => plain_state(word)?,
        };
        Some(self.spanned(&pair, state))
    }

    fn occ(&mut self, pair: Pair) -> Option<Occ> {
        let mut inner = Inner::of(&pair);
        let ordinal = self.ordinal(&mut inner);
        let name = self.name(inner.next()?);
        let since = match inner.eat(Rule::since) {
            Some(since) => Some(Box::new(self.since(since)?)),
            None => None,
        };
        Some(Occ { ordinal, name, since, span: self.span(&pair) })
    }

    fn since(&mut self, pair: Pair) -> Option<Moment> {
        let mut inner = Inner::of(&pair);
        inner.eat(Rule::w_since)?;
        let ordinal = self.ordinal(&mut inner);
        let name = self.name(inner.next()?);
        let state = self.state(inner.next()?)?;
        let start = ordinal.as_ref().map_or(name.span, |o| o.span);
        let occ = Occ { span: start.to(name.span), ordinal, name, since: None };
        Some(Moment { span: start.to(state.span), occ, state })
    }

    fn ordinal(&mut self, inner: &mut Inner) -> Option<Spanned<Ordinal>> {
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

    fn lengths(&mut self, pair: Pair) -> Option<Vec<Spanned<Length>>> {
        let mut lengths = Vec::new();
        for p in pair.into_inner() {
            if p.as_rule() == Rule::length {
                lengths.push(self.length(p)?);
            }
        }
        Some(lengths)
    }

    fn length(&mut self, pair: Pair) -> Option<Spanned<Length>> {
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

fn weekday(word: &str) -> Option<Weekday> {
    use Weekday::*;
    [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]
        .into_iter()
        .find(|day| day.name().eq_ignore_ascii_case(word))
}

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];

/// The English name of a month, 1 to 12.
pub(super) fn month_name(month: u32) -> Option<&'static str> {
    MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?).copied()
}

fn month(word: &str) -> Option<(&'static str, u32)> {
    (1..=12).find_map(|n| month_name(n).filter(|name| name.eq_ignore_ascii_case(word)).map(|name| (name, n)))
}

//! Moments, ordinals, durations and limits in time. In: what is written after `when`, `within` and their like. Out: classes
//! of occurrence with an ordinal, and lengths with a unit. A number without a clear unit never gets through.

use super::error;
use super::names::{Cx, Entry, Target};
use crate::ast::{self, ItemKind, Name, Occ, Spanned, State, Time};
use crate::model::{Happening, Length, Limit, LimitKind, Moment, Moments, Ordinal, Which};
use crate::source::Span;
use crate::time::{Duration, Unit};

/// Whether the occurrences of a class need to be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeats {
    /// Declared to repeat: an ordinal is needed.
    Yes,
    /// It may come more than once (a kind of meeting, a letter): an ordinal is allowed.
    Perhaps,
    /// It comes once: an ordinal is refused.
    No,
}

impl Cx<'_> {
    /// The candidates of a moment; none if one of them could not be resolved.
    pub(super) fn moments(&mut self, m: &ast::Moments) -> Option<Moments> {
        let resolved: Vec<Option<Moment>> = m.any.iter().map(|m| self.moment(m)).collect();
        let any: Vec<Moment> = resolved.into_iter().collect::<Option<_>>()?;
        let mut candidates: Vec<String> = m.any.iter().map(words).collect();
        if m.perhaps_unstated {
            candidates.push("not stated".to_owned());
        }
        let reading = (candidates.len() > 1).then(|| self.doubt(candidates, m.span));
        Some(Moments {
            any,
            reading,
            perhaps_unstated: m.perhaps_unstated,
            span: m.span,
        })
    }

    /// One moment.
    pub(super) fn moment(&mut self, m: &ast::Moment) -> Option<Moment> {
        let entry = self.any(&m.occ.name, "a moment needs something that happens")?;
        let what = self.happening(&entry, &m.occ.name, &m.state.node, m.state.span)?;
        self.occurrence(&m.occ, &entry, what, m.span)
    }

    /// A class of occurrence with its ordinal checked.
    pub(super) fn occurrence(&mut self, occ: &Occ, entry: &Entry, what: Happening, span: Span) -> Option<Moment> {
        let ordinal = self.ordinal(occ, entry);
        let since = match &occ.since {
            Some(since) => Some(Box::new(self.moment(since)?)),
            None => None,
        };
        Some(Moment {
            ordinal,
            what,
            since,
            span,
        })
    }

    fn ordinal(&mut self, occ: &Occ, entry: &Entry) -> Ordinal {
        let repeats = match entry.target {
            Target::Meeting(m) if self.meetings_repeat.get(m.index()) == Some(&true) => Repeats::Yes,
            Target::Meeting(m) if !self.general_meetings.contains(&m) => Repeats::No,
            Target::Event(e) if self.events_repeat.get(e.index()) == Some(&true) => Repeats::Yes,
            Target::Event(_) | Target::Status(_) => Repeats::No,
            _ => Repeats::Perhaps,
        };
        match (&occ.ordinal, repeats) {
            (None, Repeats::Yes) => self.out.push(error::ordinal_needed(occ, entry)),
            (Some(o), Repeats::No) if o.node != Ordinal::Any => self.out.push(error::ordinal_refused(occ, o, entry)),
            _ => {}
        }
        if let (Some(since), Repeats::No) = (&occ.since, repeats) {
            self.out.push(error::since_refused(&occ.name, since.span, entry));
        }
        occ.ordinal.as_ref().map_or(Ordinal::Any, |o| o.node)
    }

    /// Which class of occurrence a name with a state word is.
    pub(super) fn happening(&mut self, entry: &Entry, name: &Name, state: &State, place: Span) -> Option<Happening> {
        let word = match state {
            State::Begins => "begins",
            State::Ends => "ends",
            State::Happens => "happens",
            State::Is(word) => word.node.as_str(),
        };
        let is = matches!(state, State::Is(_));
        let found = match (entry.target, word) {
            (Target::Event(e), "happens") => Happening::Happens(e),
            (Target::Meeting(m), "held") if is => Happening::Held(m),
            (Target::Meeting(m), "booked") if is => Happening::Booked(m),
            (Target::Meeting(m), "due") if is => Happening::Due(m),
            (Target::Meeting(m), "cancelled") if is => Happening::Cancelled(m),
            (Target::Document(d), "sent") if is => Happening::Sent(d),
            (Target::Document(d), "received") if is => Happening::Received(d),
            (Target::Decision(d), "decided") if is => Happening::Decided(d),
            (Target::Role(r), "allocated") if is => Happening::Allocated(r),
            (Target::Rule(r), "done") if is => Happening::Done(r),
            (Target::Rule(r), "missed") if is => Happening::Missed(r),
            (Target::Decision(d), _) if is => {
                let options = self.options.get(d.index()).cloned().unwrap_or_default();
                let Some(value) = options.find(word) else {
                    self.out
                        .push(error::wrong_option(word, place, &name.node, entry, &options));
                    return None;
                };
                Happening::Outcome(d, value)
            }
            (Target::Status(_), _) if word != "happens" => {
                let change = match state {
                    State::Begins => ast::Change::Begins,
                    State::Is(value) => ast::Change::Becomes(value.clone()),
                    State::Ends | State::Happens => ast::Change::Ends,
                };
                let (status, value) = self.change(name, &change, place, "a moment needs a status here")?;
                self.becoming(status, value)
            }
            (Target::Term(_), _) => {
                self.out.push(error::term_has_no_moment(name, entry, word));
                return None;
            }
            _ => {
                self.out.push(error::wrong_state(name, entry, word, place));
                return None;
            }
        };
        Some(found)
    }

    /// Which meeting, for a verb that takes one.
    pub(super) fn which(&mut self, occ: &Occ, verb: &str) -> Option<Which> {
        let entry = self.any(&occ.name, &format!("`{verb}` needs a meeting"))?;
        let Target::Meeting(meeting) = entry.target else {
            let wrong = error::wrong_kind(&occ.name, &entry, &format!("`{verb}` needs a meeting"));
            self.out.push(wrong);
            return None;
        };
        let moment = self.occurrence(occ, &entry, Happening::Held(meeting), occ.span)?;
        Some(Which {
            ordinal: moment.ordinal,
            meeting,
            since: moment.since,
            span: occ.span,
        })
    }

    /// One or several durations; none if one of them is wrong.
    pub(super) fn length(&mut self, written: &[Spanned<ast::Length>]) -> Option<Length> {
        let span = written.iter().map(|l| l.span).reduce(Span::to)?;
        if let [
            Spanned {
                node: ast::Length::Period(name),
                ..
            },
        ] = written
        {
            let Target::Period(at) = self.named(name, &[ItemKind::Period], "a length of time needs a period")? else {
                return None;
            };
            let period = self.periods.get(at)?;
            if period.any.is_empty() {
                return None;
            }
            let (any, reading) = (period.any.clone(), period.reading);
            return Some(Length {
                any,
                reading,
                period: Some(name.node.clone()),
                span,
            });
        }
        let candidates: Vec<Option<Duration>> = written.iter().map(|l| self.duration(l)).collect();
        let any: Vec<Duration> = candidates.into_iter().collect::<Option<_>>()?;
        let reading = (any.len() > 1).then(|| self.doubt(any.iter().map(ToString::to_string).collect(), span));
        Some(Length {
            any,
            reading,
            period: None,
            span,
        })
    }

    /// One duration, with its unit and size checked.
    pub(super) fn duration(&mut self, written: &Spanned<ast::Length>) -> Option<Duration> {
        match &written.node {
            ast::Length::Given(d) => {
                if d.count == 0 || too_long(*d) {
                    self.out.push(error::absurd_duration(*d, written.span));
                    return None;
                }
                Some(*d)
            }
            ast::Length::BareDays(count) => {
                self.out.push(error::bare_days(*count, written.span));
                None
            }
            ast::Length::Period(name) => {
                let Target::Period(at) = self.named(name, &[ItemKind::Period], "a length of time needs a period")?
                else {
                    return None;
                };
                match self.periods.get(at).map(|p| p.any.as_slice()) {
                    Some([one]) => Some(*one),
                    Some([]) | None => None,
                    Some(_) => {
                        self.out.push(error::doubt_within_doubt(name));
                        None
                    }
                }
            }
        }
    }

    /// A limit; none if a part of it could not be resolved.
    pub(super) fn limit(&mut self, time: &Time, span: Span) -> Option<Limit> {
        let kind = match time {
            Time::NotStated => LimitKind::Unstated,
            Time::Wording(word) => LimitKind::Urgency(word.node.clone()),
            Time::Within(d, m) => self.both(d, m, LimitKind::Within)?,
            Time::AtLeastBefore(d, m) => self.both(d, m, LimitKind::AtLeastBefore)?,
            Time::AtLeastAfter(d, m) => self.both(d, m, LimitKind::AtLeastAfter)?,
            Time::UntilAfter(d, m) => self.both(d, m, LimitKind::UntilAfter)?,
            Time::Until(m) => LimitKind::Until(self.moments(m)?),
            Time::SameDay(m) => LimitKind::SameDay(self.moments(m)?),
            Time::StraightAfter(m) => LimitKind::StraightAfter(self.moments(m)?),
            Time::Before(m) => LimitKind::Before(self.moments(m)?),
            Time::After(m) => LimitKind::After(self.moments(m)?),
            Time::At(occ) => LimitKind::At(self.which(occ, "at")?),
        };
        Some(Limit { kind, span })
    }

    fn both(
        &mut self,
        d: &[Spanned<ast::Length>],
        m: &ast::Moments,
        kind: impl Fn(Length, Moments) -> LimitKind,
    ) -> Option<LimitKind> {
        // Both are looked at before either is given up, so that the errors of both are seen in one run.
        let (length, moments) = (self.length(d), self.moments(m));
        Some(kind(length?, moments?))
    }
}

/// Longer than a hundred years.
fn too_long(d: Duration) -> bool {
    let most = match d.unit {
        Unit::Hours => 100 * 366 * 24,
        Unit::CalendarDays | Unit::WorkingDays => 100 * 366,
        Unit::Weeks => 100 * 53,
        Unit::Months => 100 * 12,
        Unit::Years => 100,
    };
    d.count > most
}

/// The moments a limit names, with their places.
pub(super) fn moments_of(limit: &Limit) -> Vec<(Ordinal, Happening, Span)> {
    if let LimitKind::At(which) = &limit.kind {
        return vec![(which.ordinal, Happening::Held(which.meeting), which.span)];
    }
    let named = limit.kind.moments().into_iter().flat_map(|m| &m.any);
    named.map(|m| (m.ordinal, m.what, m.span)).collect()
}

/// What a limit is measured from, if it is measured from a moment.
pub(super) fn anchor(limit: &Limit) -> Option<(Ordinal, Happening)> {
    moments_of(limit).first().map(|(ordinal, what, _)| (*ordinal, *what))
}

/// A moment in words, as the language writes it.
pub(super) fn words(m: &ast::Moment) -> String {
    let occ = occ_words(&m.occ);
    match &m.state.node {
        State::Begins => format!("{occ} begins"),
        State::Ends => format!("{occ} ends"),
        State::Happens => format!("{occ} happens"),
        State::Is(word) => format!("{occ} is {}", word.node),
    }
}

/// `first care-review since in-care begins`.
pub(super) fn occ_words(occ: &Occ) -> String {
    let ordinal = occ
        .ordinal
        .as_ref()
        .map(|o| format!("{} ", ordinal_word(o.node)))
        .unwrap_or_default();
    let since = occ
        .since
        .as_ref()
        .map(|m| format!(" since {}", words(m)))
        .unwrap_or_default();
    format!("{ordinal}{}{since}", occ.name.node)
}

/// An ordinal as it is written.
pub(super) fn ordinal_word(o: Ordinal) -> &'static str {
    match o {
        Ordinal::First => "first",
        Ordinal::Second => "second",
        Ordinal::Third => "third",
        Ordinal::Next => "next",
        Ordinal::Previous => "previous",
        Ordinal::Last => "last",
        Ordinal::EachLater => "each later",
        Ordinal::Each => "each",
        Ordinal::Any => "any",
        Ordinal::That => "that",
    }
}

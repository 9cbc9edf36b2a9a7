//! Holidays, days of the week and months.

use super::{Builder, Inner};
use crate::ast::*;
use crate::syntax::error;
use crate::syntax::grammar::{Pair, Rule};
use crate::time::{Day, Weekday, month_name};

impl Builder<'_> {
    pub(super) fn holiday(&mut self, mut inner: Inner) -> Option<Holiday> {
        let label = self.text(inner.next()?);
        let rule = self.falls_on(inner.next()?)?;
        let or_next_free_day = inner.has(Rule::w_or_next_free_day);
        let mut holiday = Holiday {
            label,
            rule,
            or_next_free_day,
            from: None,
            until: None,
            except: Vec::new(),
        };
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

    pub(super) fn falls_on(&mut self, pair: Pair) -> Option<HolidayRule> {
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
                let Some(sign) = inner.next() else {
                    return Some(HolidayRule::Easter { offset: 0 });
                };
                let number = inner.next()?;
                let Ok(days) = i32::try_from(self.number(&number)?) else {
                    self.out.push(error::large_number(self.span(&number), number.as_str()));
                    return None;
                };
                Some(HolidayRule::Easter {
                    offset: if sign.as_str() == "-" { -days } else { days },
                })
            }
            _ => {
                let nth = ["last", "first", "second", "third", "fourth"]
                    .iter()
                    .position(|w| *w == first.as_str())?;
                let weekday = weekday(inner.next()?.as_str())?;
                inner.eat(Rule::w_of)?;
                let (_, month) = month(inner.next()?.as_str())?;
                Some(HolidayRule::Nth {
                    nth: u32::try_from(nth).ok()?,
                    weekday,
                    month,
                })
            }
        }
    }
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    use Weekday::*;
    [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]
        .into_iter()
        .find(|day| day.name().eq_ignore_ascii_case(word))
}

fn month(word: &str) -> Option<(&'static str, u32)> {
    (1..=12).find_map(|n| {
        month_name(n)
            .filter(|name| name.eq_ignore_ascii_case(word))
            .map(|name| (name, n))
    })
}

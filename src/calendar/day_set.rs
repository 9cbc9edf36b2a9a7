//! Sets of days of an axis as runs: start dates are asked about by the ten thousand, and most of them are answered alike. In: runs,
//! or a question asked of each day. Out: sets, and what they have in common or not.

/// Axis days (indexes), as runs that neither touch nor overlap, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaySet(Vec<(i32, i32)>);

impl DaySet {
    /// The days from `first` to `last`, both inclusive; none if `last` is earlier.
    pub fn range(first: i32, last: i32) -> DaySet {
        DaySet((first <= last).then_some((first, last)).into_iter().collect())
    }

    /// Those of the days from `first` to `last` (both inclusive) of which this is true.
    pub fn of(first: i32, last: i32, is: impl FnMut(i32) -> bool) -> DaySet {
        (first..=last).filter(by_value(is)).collect()
    }

    /// Those of its days of which this is true.
    #[must_use]
    pub fn filter(&self, is: impl FnMut(i32) -> bool) -> DaySet {
        self.iter().filter(by_value(is)).collect()
    }

    /// The days that only this one of the two has.
    #[must_use]
    pub fn without(&self, other: &DaySet) -> DaySet {
        let mut out = DaySet::default();
        let mut theirs = other.0.iter().copied().peekable();
        for &(mut first, last) in &self.0 {
            while theirs.next_if(|(_, end)| *end < first).is_some() {}
            while let Some(&(start, end)) = theirs.peek().filter(|(start, _)| first <= last && *start <= last) {
                out.add(first, start - 1);
                first = end + 1;
                if end <= last {
                    theirs.next();
                }
            }
            out.add(first, last);
        }
        out
    }

    fn add(&mut self, first: i32, last: i32) {
        if first > last {
            return;
        }
        match self.0.last_mut() {
            Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
            _ => self.0.push((first, last)),
        }
    }

    /// The first day.
    pub fn first(&self) -> Option<i32> {
        self.0.first().map(|(first, _)| *first)
    }

    /// Whether a day is one of them.
    pub fn contains(&self, day: i32) -> bool {
        let begun = self.0.partition_point(|(first, _)| *first <= day);
        begun
            .checked_sub(1)
            .and_then(|at| self.0.get(at))
            .is_some_and(|(_, last)| day <= *last)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The days, ascending.
    pub fn iter(&self) -> impl Iterator<Item = i32> {
        self.0.iter().flat_map(|(first, last)| *first..=*last)
    }
}

fn by_value(mut is: impl FnMut(i32) -> bool) -> impl FnMut(&i32) -> bool {
    move |day| is(*day)
}

/// The days must ascend.
impl FromIterator<i32> for DaySet {
    fn from_iter<I: IntoIterator<Item = i32>>(days: I) -> DaySet {
        let mut out = DaySet::default();
        days.into_iter().for_each(|day| out.add(day, day));
        out
    }
}

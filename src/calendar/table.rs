//! Monotone maps on the axis of a calendar, as arrays. In: a calendar and a duration, or other tables. Out: tables.
//! Must not know what the tables are for: rules, limits and occurrences belong to `solve`.
//!
//! The axis is `0..len`, index 0 being the calendar's first day. Two more values stand outside it: [`BEFORE`], below
//! every index, and [`BEYOND`], above every index, so the ordinary order of `i32` is the order of the lattice
//! `BEFORE < 0 < ... < len - 1 < BEYOND`. Every table is extended to that lattice by `f(BEFORE) = BEFORE` and
//! `f(BEYOND) = BEYOND`: what has left the axis does not come back, since nothing is known out there. Between two runs of an
//! axis lies one index that every table of the calendar maps to itself, so that the same is true of each run.

use super::Calendar;
use crate::time::Duration;

/// Past the last day of the axis: not known, and no verdict may rest on it.
pub const BEYOND: i32 = i32::MAX;
/// Before the first day of the axis, or nowhere.
pub const BEFORE: i32 = -1;

/// A monotone map from `0..len` to `{BEFORE} + 0..len + {BEYOND}`. Immutable once made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table(Box<[i32]>);

impl Table {
    /// The table with these values. Values below 0 become [`BEFORE`] and values of `len` or more [`BEYOND`], so that
    /// every table keeps to the axis; monotone or not is the caller's word ([`Table::is_monotone`] checks it).
    pub fn new(values: impl IntoIterator<Item = i32>) -> Table {
        let mut values: Box<[i32]> = values.into_iter().collect();
        let len = values.len();
        for v in &mut values {
            *v = match usize::try_from(*v) {
                Ok(at) if at < len => *v,
                Ok(_) => BEYOND,
                Err(_) => BEFORE,
            };
        }
        Table(values)
    }

    fn tabulate(len: usize, f: impl FnMut(i32) -> i32) -> Table {
        Table((0..i32::try_from(len).unwrap_or(BEYOND)).map(f).collect())
    }

    /// `x -> x`.
    pub fn identity(len: usize) -> Table {
        Table::tabulate(len, |x| x)
    }

    /// `x -> x + n`: `n` calendar days later, earlier if negative, on an axis of one run.
    pub fn shift(len: usize, n: i32) -> Table {
        Table::new((0..i32::try_from(len).unwrap_or(BEYOND)).map(|x| x.saturating_add(n)))
    }

    /// The same on the axis of a calendar.
    pub fn shift_on(calendar: &Calendar, n: i32) -> Table {
        Table::tabulate(calendar.len(), |x| calendar.shifted(x, n))
    }

    /// `x -> add(x, D)`: the last day of "within D after x".
    pub fn of(calendar: &Calendar, duration: Duration) -> Table {
        Table::tabulate(calendar.len(), |x| calendar.counted(x, duration))
    }

    /// `x -> max { y <= x : is(y) }`, [`BEFORE`] if there is none. `x` is one of those iff `x` is no later than this.
    pub fn last_of(len: usize, is: impl Fn(i32) -> bool) -> Table {
        let mut last = BEFORE;
        Table::tabulate(len, |x| {
            last = if is(x) { x } else { last };
            last
        })
    }

    /// `x -> outer(inner(x))`. Both must have the same length.
    pub fn compose(outer: &Table, inner: &Table) -> Table {
        debug_assert_eq!(outer.len(), inner.len(), "tables of different axes");
        Table(inner.0.iter().map(|&v| outer.apply(v)).collect())
    }

    /// `x -> min(a(x), b(x))`: both limits hold. Both must have the same length.
    pub fn min(a: &Table, b: &Table) -> Table {
        debug_assert_eq!(a.len(), b.len(), "tables of different axes");
        Table(a.0.iter().zip(&b.0).map(|(&a, &b)| a.min(b)).collect())
    }

    /// `y -> max { x : f(x) <= y }`, [`BEFORE`] if there is none. For monotone `f` and days of the axis,
    /// `f(x) <= y` iff `x <= adjoint(y)`.
    #[must_use]
    pub fn adjoint(&self) -> Table {
        self.greatest(|f, y| f <= y)
    }

    /// `y -> max { x : f(x) < y }`, [`BEFORE`] if there is none. For monotone `f` and days of the axis,
    /// `Y <= f(X)` fails iff `X <= strictly_below(Y)`.
    #[must_use]
    pub fn strictly_below(&self) -> Table {
        self.greatest(|f, y| f < y)
    }

    /// `y -> max { x : within(f(x), y) }`, for a test that, `f` being monotone, holds on a prefix of the axis which
    /// grows with `y`; hence one pass with two fingers.
    fn greatest(&self, within: impl Fn(i32, i32) -> bool) -> Table {
        let mut x = 0;
        Table::tabulate(self.len(), |y| {
            while self.0.get(x).is_some_and(|&f| within(f, y)) {
                x += 1;
            }
            i32::try_from(x).unwrap_or(BEYOND) - 1
        })
    }

    /// `h*(y) = y` if `h(y) >= y`, otherwise `h*(h(y))`: for monotone `h` the greatest `z <= y` with `z <= h(z)`, which
    /// is where a loop through `h` comes to rest; [`BEFORE`] if it falls off the axis. One pass: `h(y) < y` is done first.
    #[must_use]
    pub fn star(&self) -> Table {
        let mut done: Vec<i32> = Vec::with_capacity(self.len());
        for (y, &h) in (0..).zip(&self.0) {
            let rest = if h >= y {
                y
            } else {
                usize::try_from(h)
                    .ok()
                    .and_then(|h| done.get(h))
                    .copied()
                    .unwrap_or(BEFORE)
            };
            done.push(rest);
        }
        Table(done.into())
    }

    /// Whether a later argument never gives an earlier value.
    pub fn is_monotone(&self) -> bool {
        self.0.is_sorted()
    }

    /// The value at an index; total: [`BEFORE`] and everything below gives [`BEFORE`], [`BEYOND`] and everything past
    /// the axis gives [`BEYOND`].
    pub fn apply(&self, x: i32) -> i32 {
        match usize::try_from(x) {
            Ok(at) => self.0.get(at).copied().unwrap_or(BEYOND),
            Err(_) => BEFORE,
        }
    }

    /// The number of days of the axis.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the axis has no day.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values, by index.
    pub fn values(&self) -> &[i32] {
        &self.0
    }
}

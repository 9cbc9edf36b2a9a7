//! Plain networks of limits: one event from outside, occurrences that hang on one another like a tree, and no branches. In: how
//! many rules, how many of them are measured from elsewhere, what cannot be kept, a seed. Out: the same network as a protocol
//! and as JSON for other solvers, the same bytes for the same seed on every machine.
//!
//! About 0.53 occurrences and 1.53 bounds a rule: each occurrence has a rule that gives it a last day, counted from its parent
//! (two bounds: not before it, not later than so much after), and nine in ten have a second rule with a first day. Of ten
//! lengths six are in working days, three in calendar days and one in months. A cross-link is a second rule that is measured
//! from another occurrence than the parent.

use std::fmt::Write;

/// Occurrences for every hundred rules.
const OCCURRENCES: usize = 53;

/// The calendar of the generated protocols: England and Wales, with so many days that stories start from 2020-01-01 to 2031-12-31.
const CALENDAR: &str = "calendar twelve-years \"Twelve years of start dates\"
  known from      2020-01-01
  published until 2028-12-31
  known until     2034-01-01
  edition         2026-11-22
  weekend         saturday, sunday
  holiday         \"New Year's Day\" 1 january or next free day
  holiday         \"Good Friday\" easter - 2 days
  holiday         \"Easter Monday\" easter + 1 day
  holiday         \"Early May bank holiday\" first monday of may except 2020
  holiday         \"Spring bank holiday\" last monday of may except 2022
  holiday         \"Summer bank holiday\" last monday of august
  holiday         \"Christmas Day\" 25 december or next free day
  holiday         \"Boxing Day\" 26 december or next free day
  one-off         2020-05-08 \"Early May bank holiday (VE day)\"
  one-off         2022-06-02 \"Spring bank holiday\"
  one-off         2022-06-03 \"Platinum Jubilee bank holiday\"
  one-off         2022-09-19 \"Bank Holiday for the State Funeral of Queen Elizabeth II\"
  one-off         2023-05-08 \"Bank holiday for the coronation of King Charles III\"
";

/// From which start dates the network can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// From every one.
    Always,
    /// From all but some: at least 28 calendar days and within 20 working days, somewhere in it.
    Mostly,
    /// From none.
    Never,
}

impl Kept {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Kept::Always => "always",
            Kept::Mostly => "mostly",
            Kept::Never => "never",
        }
    }

    /// How many calendar days the first occurrence waits at least, where it is also to come within 20 working days.
    fn least(self) -> Option<usize> {
        match self {
            Kept::Always => None,
            Kept::Mostly => Some(28),
            Kept::Never => Some(42),
        }
    }
}

/// A length of time, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How many.
    pub count: u32,
    /// Of what: `working days`, `calendar days` or `months`.
    pub unit: &'static str,
}

impl Length {
    fn text(self) -> String {
        let unit = match self.count {
            1 => &self.unit[..self.unit.len() - 1],
            _ => self.unit,
        };
        format!("{} {unit}", self.count)
    }
}

/// One rule: occurrence `of` comes so long after `from`, at most or at least.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// The occurrence that is asked for.
    pub of: usize,
    /// The one it is measured from; 0 is the event from outside.
    pub from: usize,
    /// How long.
    pub length: Length,
    /// At most; else at least.
    pub within: bool,
}

/// A plain network.
#[derive(Debug, Clone)]
pub struct Network {
    /// How many occurrences, the event from outside included.
    pub occurrences: usize,
    /// The rules.
    pub links: Vec<Link>,
    /// How many of a hundred rules were to be cross-links.
    pub cross: usize,
    /// From which start dates it can be kept.
    pub kept: Kept,
}

/// Numbers that look random: SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`, which is at least 1.
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap_or(0)
    }

    /// A unit: six tenths working days, three tenths calendar days, one tenth months.
    fn unit(&mut self) -> &'static str {
        match self.below(10) {
            0..=5 => "working days",
            6..=8 => "calendar days",
            _ => "months",
        }
    }
}

/// Days between an occurrence and its parent in the one schedule that every limit leaves room for.
const GAP: std::ops::RangeInclusive<usize> = 7..=10;

/// A network of so many rules (at least 4), of which so many in a hundred are cross-links.
pub fn network(rules: usize, cross: usize, kept: Kept, seed: u64) -> Network {
    let mut dice = Dice(seed);
    let occurrences = (rules * OCCURRENCES / 100).max(2);
    // The day of each in a schedule that keeps to everything, whatever the start date.
    let mut days = vec![0usize];
    let mut parents = vec![0usize];
    let mut links = Vec::with_capacity(rules);
    for of in 1..occurrences {
        let from = if of == 1 { 0 } else { dice.below(of) };
        let gap = GAP.start() + dice.below(GAP.end() - GAP.start() + 1);
        let least = kept.least().filter(|_| of == 1);
        days.push(days[from] + least.unwrap_or(gap));
        parents.push(from);
        match least {
            None => links.push(at_most(&mut dice, of, from, gap)),
            Some(count) => {
                let bound = |count, unit, within| Link {
                    of,
                    from,
                    length: Length {
                        count: short(count),
                        unit,
                    },
                    within,
                };
                links.extend([bound(count, "calendar days", false), bound(20, "working days", true)]);
            }
        }
    }
    let mut crossed = rules * cross / 100;
    let mut of = 0;
    while links.len() < rules {
        of = of % (occurrences - 1) + 1;
        // One in ten has one rule only, a few have more.
        let skipped = dice.below(10) == 0;
        let other = dice.below(occurrences);
        if crossed > 0 && other != of {
            crossed -= 1;
            let (early, late) = if (days[other], other) < (days[of], of) {
                (other, of)
            } else {
                (of, other)
            };
            let gap = days[late] - days[early];
            links.push(match gap >= *GAP.start() && dice.below(2) == 0 {
                true => at_least(&mut dice, late, early, gap),
                false => at_most(&mut dice, late, early, gap.max(*GAP.start())),
            });
        } else if !skipped {
            links.push(at_least(&mut dice, of, parents[of], days[of] - days[parents[of]]));
        }
    }
    Network {
        occurrences,
        links,
        cross,
        kept,
    }
}

/// Room for `gap` calendar days.
fn at_most(dice: &mut Dice, of: usize, from: usize, gap: usize) -> Link {
    let more = dice.below(10);
    let (count, unit) = match dice.unit() {
        "months" => (gap / 28 + 1 + more / 8, "months"),
        unit => (gap + more, unit),
    };
    Link {
        of,
        from,
        length: Length {
            count: short(count),
            unit,
        },
        within: true,
    }
}

/// Not so long that `gap` calendar days would not do: five more than the working days of full weeks are ever lost on the way.
fn at_least(dice: &mut Dice, of: usize, from: usize, gap: usize) -> Link {
    let (count, unit) = match dice.unit() {
        "months" if gap >= 31 => (gap / 31, "months"),
        "calendar days" => (1 + dice.below(gap), "calendar days"),
        _ => (1 + dice.below((gap.saturating_sub(5) * 4 / 7).max(1)), "working days"),
    };
    Link {
        of,
        from,
        length: Length {
            count: short(count),
            unit,
        },
        within: false,
    }
}

fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Network {
    /// As a protocol.
    pub fn text(&self) -> String {
        let mut text = format!(
            "protocol g \"Generated\"\n  authority \"A council\"\n\n{CALENDAR}\nrole worker \"the worker\"\nrole court \"the court\"\n  outside\n\
             event order \"an order\"\n  comes from court\n"
        );
        for n in 1..self.occurrences {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "meeting m{n} \"meeting {n}\"");
        }
        let moment = |n: usize| match n {
            0 => "order happens".to_owned(),
            n => format!("m{n} is held"),
        };
        for (n, link) in self.links.iter().enumerate() {
            let from = moment(link.from);
            let limit = if link.within { "within" } else { "at least" };
            let _ = write!(
                text,
                "rule r{n}\n  when {from}\n  the worker must hold m{}\n  {limit} {} after {from}\n  cites g {n}\n",
                link.of,
                link.length.text()
            );
        }
        text
    }
}

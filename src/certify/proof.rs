//! What a proof is made of: plain data that the search writes down and the checker reads. Knows neither of them.
//!
//! A proof speaks of *histories*: each of a fixed number of points occurs or never does; one that occurs has a day of the axis and a
//! position in one order, in which no point comes before one of an earlier day; each choice has one of its values. Every
//! gate is true or false of a history, and **what a proof shows is clauses that are true of every history for which what
//! always holds is true**.

use std::fmt::Debug;

/// Something that is true or false of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom {
    /// This point occurs, or (false) it never does.
    Occurs(u32, bool),
    /// Both occur, the first at an earlier position.
    Before(u32, u32),
    /// Both occur, and the day of `y` is at most what the table says for the day of `x`. A table gives a value for each day of the
    /// axis: less than 0 means no day, as many as the axis has or more means any day.
    AtMost {
        /// The later one at most.
        y: u32,
        /// A table, by its number.
        table: u32,
        /// The one it is measured from.
        x: u32,
    },
    /// The same, if both occur.
    IfAtMost {
        /// The later one at most.
        y: u32,
        /// A table, by its number.
        table: u32,
        /// The one it is measured from.
        x: u32,
    },
    /// This choice has one of these values, one bit each.
    Is(u32, u64),
    /// This point is on this day of the axis or later, if it occurs.
    From(u32, i32),
    /// This point is on this day of the axis or earlier, if it occurs.
    Until(u32, i32),
}

/// A gate, said to be true or false. Gates are numbered from 0 as they are defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sign {
    /// Which.
    pub gate: u32,
    /// Which of the two.
    pub is: bool,
}

/// Signs of which at least one is right.
pub type Clause = Vec<Sign>;

/// One step of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// How many days the axis has, and how many values each choice; first of all.
    Axis(usize, Vec<u32>),
    /// What a table says, by its number; nothing may rest on it earlier, and it is never said again.
    Table(u32, Vec<i32>),
    /// The next gate is true just where this atom is.
    Atom(Atom),
    /// The next gate is true just where all of these are.
    All(Vec<u32>),
    /// The next gate is true just where any of these is.
    Any(Vec<u32>),
    /// From here on only histories count of which this gate is true.
    Always(u32),
    /// True of every history, for what its atoms say. It is there for the next clause that is learned or answered, and gone then.
    Lemma(Clause),
    /// Follows from what is there, by propagating units.
    Learned(Clause),
    /// Learned, and not needed any more.
    Forgotten(Clause),
    /// The answer to a question that cannot be: not all of what it assumes is so. Follows as what is learned does.
    Answer(Clause),
    /// A question ends here; the rules on which the answer that it cannot be rests.
    Asked(Vec<String>),
}

/// Whoever is told a proof as it comes about.
pub trait Listener: Debug {
    /// The next step.
    fn hear(&mut self, step: Step);
}

/// Gives each search a listener of its own.
pub type Listening<'a> = &'a dyn Fn() -> Box<dyn Listener>;

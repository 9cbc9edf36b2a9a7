//! Protocols of many decisions, each of two ways on. In: how many, and how they hang together. Out: the text.

use std::fmt::Write;

/// How decisions hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gates {
    /// Each sets going acts of its own.
    Apart,
    /// The acts of each also wait for those of the one before.
    Chained,
}

/// The text of a protocol with so many decisions on one event, each of two ways on. One letter follows either way, by another limit
/// each, and an answer follows the letter; chained, the answer also waits for the letter of the decision before.
pub fn protocol(count: usize, gates: Gates) -> String {
    let mut text = String::from(
        "protocol generated \"Generated\"\n  authority \"A council\"\nrole worker \"worker\"\nrole court \"court\"\n  outside\n\
         event order \"an order\"\n  comes from court\n",
    );
    for n in 0..count {
        let _ = write!(
            text,
            "document letter-{n} \"letter\"\ndocument answer-{n} \"answer\"\n\
             decision gate-{n} \"Does it go on?\"\n  when order happens\n  within 5 working days after order happens\n  \
             decided by worker\n  cites generated {n}\n  option go-on\n  option stop\n"
        );
        for (rule, when, act, within) in [
            ("on", format!("gate-{n} is go-on"), "letter", "10 working days"),
            ("off", format!("gate-{n} is stop"), "letter", "3 weeks"),
            ("reply", format!("letter-{n} is sent"), "answer", "1 month"),
        ] {
            let _ = write!(
                text,
                "rule {rule}-{n}\n  when {when}\n  the worker must send {act}-{n} to court\n  within {within} after order happens\n  \
                 cites generated {n}\n"
            );
        }
        if gates == Gates::Chained && n > 0 {
            let before = n - 1;
            let _ = write!(
                text,
                "rule chain-{n}\n  when letter-{before} is sent\n  the worker must send answer-{n} to court\n  \
                 at least 1 working day after letter-{before} is sent\n  within 6 weeks after order happens\n  cites generated {n}\n"
            );
        }
    }
    text
}

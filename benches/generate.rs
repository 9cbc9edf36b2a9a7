//! Protocols of any size. In: how many rules. Out: the text, the same every time. Everything hangs together: a rule is
//! measured from other rules' acts, and what follows a gate hangs on its outcome.

use std::fmt::Write;

/// Rules from one gate to the next.
const BLOCK: usize = 20;

/// The text of a protocol with this many rules. One event comes from outside; each rule after the first is engaged by an
/// earlier rule's act or by the outcome of a gate, and some have a second limit that hangs on another act; limits are in working days, weeks and months.
pub fn protocol(rules: usize) -> String {
    let mut text = String::from(
        "protocol generated \"Generated\"\n  authority \"A council\"\nrole worker \"worker\"\nrole manager \"manager\"\n\
         role court \"court\"\n  outside\nrole parents \"parents\"\n  outside\nevent order \"an order\"\n  comes from court\n",
    );
    for n in 0..rules {
        let block = n / BLOCK;
        if n.is_multiple_of(BLOCK) && block > 0 {
            gate(&mut text, block);
        }
        rule(&mut text, n);
    }
    text
}

/// The gate before a block: engaged by the last rule of the block three times nearer to the start.
fn gate(text: &mut String, block: usize) {
    let before = before(block) * BLOCK + BLOCK - 1;
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "decision gate-{block} \"Does it go on?\"\n  when rule-{before} is done\n  within 2 weeks after rule-{before} is done\n  \
         decided by manager\n  cites generated {block}\n  option go-on\n  option stop\n"
    );
}

/// The block a block follows.
fn before(block: usize) -> usize {
    (block - 1) / 3
}

/// One rule: it hangs on the one half as far into the block, or on the gate.
fn rule(text: &mut String, n: usize) {
    let (block, at) = (n / BLOCK, n % BLOCK);
    let who = if n.is_multiple_of(2) { "worker" } else { "manager" };
    let moment = match (block, at) {
        (0, 0) => "order happens".to_owned(),
        (_, 0) => format!("gate-{block} is go-on"),
        (1.., 1) => format!("gate-{block} is stop"),
        // What follows `stop` ends with one rule; all else hangs on the first rule after `go-on`.
        (1.., 2..=3) => format!("rule-{} is done", block * BLOCK),
        _ => format!("rule-{} is done", block * BLOCK + at / 2),
    };
    let limit = match n % 4 {
        0 => "5 working days",
        1 => "2 weeks",
        2 => "1 month",
        _ => "10 working days",
    };
    let _ = write!(
        text,
        "document letter-{n} \"letter\"\nrule rule-{n}\n  when {moment}\n  the {who} must send letter-{n} to parents\n  within {limit} after {moment}\n"
    );
    // A second limit, from an act that comes before this rule's own moment, and well within what the first allows.
    if at >= 8 && n.is_multiple_of(3) {
        let earlier = block * BLOCK + at / 4;
        let _ = writeln!(text, "  at least 3 working days after rule-{earlier} is done");
    }
    let _ = writeln!(text, "  cites generated {n}");
}

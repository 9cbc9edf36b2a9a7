//! From what was written to what was meant. In: parsed files (or a path in a [`World`](crate::world::World) and the bases
//! that come with duly). Out: one [`Protocol`] and every complaint, sorted by place. What is broken is left out of the
//! protocol and reported; what only follows from something reported is not reported again. Time is not counted here and
//! no rule is judged.

pub mod calendar;
mod checks;
mod conds;
mod error;
mod items;
mod load;
mod moments;
mod names;
mod rules;
mod scenarios;
mod slots;
mod stdlib;

use std::collections::BTreeSet;

pub use load::{LoadError, Loaded, from_text, load};
pub use scenarios::Scenarios;

use crate::ast::{File, Item, ItemKind};
use crate::diagnostics::{Diagnostic, code};
use crate::model::Protocol;
use crate::source::{FileId, Span};

/// A module: one or several files that share one header.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    /// The name others use it by.
    pub name: String,
    /// Its files.
    pub files: Vec<File>,
    /// Whether it is the protocol under examination.
    pub local: bool,
}

impl Unit {
    /// All items, in order.
    fn items(&self) -> impl Iterator<Item = &Item> {
        self.files.iter().flat_map(|f| &f.items)
    }

    /// The `protocol` and `base` items.
    fn headers(&self) -> impl Iterator<Item = &Item> {
        self.items()
            .filter(|i| matches!(i.kind.node, ItemKind::Protocol | ItemKind::Base))
    }

    /// Whether it is a protocol rather than a base.
    fn is_protocol(&self) -> bool {
        self.headers().any(|i| i.kind.node == ItemKind::Protocol)
    }

    /// The head line, or the start of the first file where there is none.
    fn place(&self) -> Span {
        let head = self.headers().next().map(names::head_of);
        head.unwrap_or_else(|| Span::new(self.files.first().map_or(FileId(0), |f| f.file), 0, 0))
    }
}

/// Resolves modules, given in dependency order (what is used comes first). `lost` are names that may have been declared in lines
/// which could not be read: nothing is said about them.
///
/// The protocol is whole only if no diagnostic is an error. Its scenarios are resolved after it and apart, so that they change
/// nothing of it or of what is said of it; where an error is found, they are not looked at.
pub fn resolve(units: &[Unit], lost: BTreeSet<String>) -> (Protocol, Scenarios, Vec<Diagnostic>) {
    let mut cx = names::Cx::declare(units, lost);
    cx.prepare();
    for module in 0..units.len() {
        cx.build_module(module);
    }
    let same_as = std::mem::take(&mut cx.same_as);
    for (role, other) in same_as {
        if let Some(role) = cx.protocol.roles.get_mut(role.index()) {
            role.counts_as.push(other);
        }
    }
    let extra = std::mem::take(&mut cx.extra);
    cx.protocol.factors.extend(extra);
    cx.choose_calendar();
    cx.check();
    let mut out = std::mem::take(&mut cx.out);
    out.retain(|d| !follows_from_a_broken_line(units, d));
    sort(&mut out);
    let protocol = std::mem::take(&mut cx.protocol);
    let scenarios = match out.iter().any(Diagnostic::stops) {
        true => Scenarios::default(),
        false => cx.scenarios(&protocol),
    };
    (protocol, scenarios, out)
}

/// Whether it turns on the values of an item, or on whether it repeats, and a line of that item could not be read: that line may
/// have said it. Likewise on its kind, where the head could not be read: the kind was guessed then.
fn follows_from_a_broken_line(units: &[Unit], d: &Diagnostic) -> bool {
    let head = d.code == code::WRONG_KIND;
    if !head && !matches!(d.code, code::WRONG_VALUE | code::NEEDS_ORDINAL) {
        return false;
    }
    let within =
        |item: &Item, at: Span| item.span.file == at.file && item.span.start <= at.start && at.end <= item.span.end;
    let declared = d.labels.iter().skip(1).map(|l| l.span);
    // Of a head that cannot be read nothing is kept but the kind and the name.
    let items = units.iter().flat_map(Unit::items);
    let mut broken = items.filter(|i| i.broken && !(head && i.label.is_some()));
    broken.any(|i| declared.clone().any(|at| within(i, at)))
}

/// Sorts by place, then code and wording, and drops what is said twice.
fn sort(out: &mut Vec<Diagnostic>) {
    out.sort_by(|a, b| (a.place(), a.code.id, &a.headline).cmp(&(b.place(), b.code.id, &b.headline)));
    out.dedup();
}

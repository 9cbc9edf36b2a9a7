//! What an author has written around a line that cannot be read, so that a help can speak of it. In: the heads of a file and the
//! item so far. Out: what a name stands for, a moment, an outcome. Nothing is reported here.

use std::collections::BTreeMap;

use crate::ast::{Item, ItemKind, SlotKind};

/// A moment for an example where a file has none of its own.
const SOME_MOMENT: &str = "in-care begins";

/// What is known around a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// What the names of the file stand for.
    pub declared: &'a BTreeMap<&'a str, ItemKind>,
    /// The item that the line belongs to.
    pub item: Option<&'a Item>,
    /// The text of the file.
    pub text: &'a str,
}

impl Context<'_> {
    /// What a name of the file stands for.
    pub fn kind_of(&self, name: &str) -> Option<ItemKind> {
        self.declared.get(name).copied()
    }

    /// A moment that the author knows: that of the item's `when`, or one of an event, a status or a meeting of the file.
    pub fn moment(&self) -> String {
        self.when().unwrap_or_else(|| {
            let kinds = [
                (ItemKind::Event, "happens"),
                (ItemKind::Status, "begins"),
                (ItemKind::Meeting, "is held"),
            ];
            let moment = kinds.into_iter().find_map(|(kind, state)| {
                let (name, _) = self.declared.iter().find(|(_, k)| **k == kind)?;
                Some(format!("{name} {state}"))
            });
            moment.unwrap_or_else(|| SOME_MOMENT.to_owned())
        })
    }

    /// The one moment of the item's `when`.
    fn when(&self) -> Option<String> {
        let slots = &self.item?.slots;
        let slot = slots.iter().find(|s| matches!(s.node, SlotKind::When(_)))?;
        let said = self.text.get(slot.span.range())?.strip_prefix("when")?.trim();
        let one = !said.contains(['\n', '\r']) && !said.contains(" or ") && !said.contains("--");
        one.then(|| said.to_owned())
    }

    /// The outcome of a decision to which the line belongs, as a moment: `discharge is kept`.
    pub fn outcome(&self) -> Option<String> {
        let item = self.item.filter(|i| i.kind.node == ItemKind::Decision)?;
        let option = item.parts.last()?;
        Some(format!(
            "{} is {}",
            item.name.as_ref()?.node,
            option.name.as_ref()?.node
        ))
    }

    /// An example line with a moment of the file in it.
    pub fn fitted(&self, example: &str) -> String {
        example.replace(SOME_MOMENT, &self.moment())
    }
}

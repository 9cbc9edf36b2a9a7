//! The bases and calendars that come with duly, embedded in the binary. In: a name. Out: the path shown and the text.

macro_rules! table {
    ($($name:literal at $path:literal;)*) => {
        const TABLE: &[(&str, &str, &str)] = &[$(($name, concat!("stdlib/", $path), include_str!(concat!("../../stdlib/", $path)))),*];
    };
}

table! {
    "care-planning-2010" at "england/care-planning-2010.duly";
    "care-planning-guidance-2015" at "england/care-planning-guidance-2015.duly";
    "children-act-1989" at "england/children-act-1989.duly";
    "england" at "england/england.duly";
    "england-and-wales" at "calendars/england-and-wales.duly";
    "iro-handbook-2010" at "england/iro-handbook-2010.duly";
    "working-together-2023" at "england/working-together-2023.duly";
}

/// The calendar of a protocol that names none.
pub(super) const DEFAULT_CALENDAR: &str = "england-and-wales";

/// The path shown in messages, and the text.
pub(super) fn find(name: &str) -> Option<(&'static str, &'static str)> {
    TABLE
        .iter()
        .find(|(n, _, _)| *n == name)
        .map(|(_, path, text)| (*path, *text))
}

/// Every name, in order.
pub(super) fn names<'a>() -> impl Iterator<Item = &'a str> {
    TABLE.iter().map(|(name, _, _)| *name)
}

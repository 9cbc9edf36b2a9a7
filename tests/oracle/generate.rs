//! Random small protocols, as text. In: a seed. Out: the text, and what it means to the compiler.

use std::fmt::Write;

use duly::calendar::Calendar;
use duly::model::Protocol;
use duly::resolve::{Loaded, load};
use duly::source::Sources;
use duly::time::Day;
use duly::world::MemoryWorld;

use crate::dice::Dice;
use crate::forms::Form;
use crate::histories::{count, size};
use crate::writer::Writer;

/// A protocol, its text and its calendar, the same for the same seed: at most four occurrences, an axis of 8 to 16 days with
/// weekends and holidays of its own, every form of limit, guards, lapses, powers, effects and one or two factors.
pub fn random_protocol(seed: u64) -> (String, Protocol, Calendar) {
    for attempt in 0..200 {
        let mut dice = Dice(seed.wrapping_mul(1000).wrapping_add(attempt));
        let axis = 8 + dice.below(9);
        let body = Writer::new(&mut dice, Form::ALL).protocol();
        // As many days as keep the number of histories within bounds.
        for days in (8..=axis).rev() {
            let text = format!("{body}{}", calendar(&mut Dice(seed), days));
            let Some((protocol, calendar)) = understood(&text).filter(|(p, _)| size(p) <= 4) else {
                break;
            };
            if count(&protocol, &calendar).is_some() {
                return (text, protocol, calendar);
            }
        }
    }
    panic!("no well-formed protocol for seed {seed}");
}

/// A protocol that holds these forms at most, without a calendar; nothing if it is not well formed.
pub fn text_of(seed: u64, attempt: u64, forms: &[Form]) -> Option<String> {
    let body = Writer::new(&mut Dice(seed.wrapping_mul(1000).wrapping_add(attempt)), forms).protocol();
    loaded(&body).is_well_formed().then_some(body)
}

/// What a text without a calendar means, in the usual one; nothing if it is not well formed.
pub fn protocol_of(body: &str) -> Option<Protocol> {
    understood(body).map(|(protocol, _)| protocol)
}

/// A text and the calendar of a seed, on an axis of so many days.
pub fn on_days(body: &str, seed: u64, days: usize) -> Option<(Protocol, Calendar)> {
    understood(&format!("{body}{}", calendar(&mut Dice(seed), days)))
}

/// What a text means; nothing if it is not well formed.
fn understood(text: &str) -> Option<(Protocol, Calendar)> {
    let protocol = Some(loaded(text)).filter(Loaded::is_well_formed)?.protocol;
    let calendar = Calendar::build(&protocol.calendar).ok()?;
    Some((protocol, calendar))
}

/// Reads a text; if it begins with a base, the base is a file of its own.
fn loaded(text: &str) -> Loaded {
    let mut world = MemoryWorld::default();
    let local = text.find("\nprotocol ").map_or(0, |at| at + 1);
    if local > 0 {
        world.files.insert("law.duly".to_owned(), text[..local].to_owned());
    }
    world.files.insert("random.duly".to_owned(), text[local..].to_owned());
    load(&world, "random.duly", &mut Sources::new()).unwrap()
}

fn calendar(dice: &mut Dice, days: usize) -> String {
    let first = Day::from_ymd(2026, 1, 26)
        .unwrap()
        .plus(i32::try_from(dice.below(7)).unwrap());
    let last = first.plus(i32::try_from(days).unwrap() - 1);
    let weekend = *dice.pick(&["saturday, sunday", "saturday, sunday", "friday", "wednesday, thursday"]);
    let mut text = format!(
        "calendar small \"Small\"\n  known from {first}\n  published until {last}\n  known until {last}\n  edition 2026-01-01\n  weekend {weekend}\n"
    );
    for day in 0..i32::try_from(days).unwrap() {
        if dice.one_in(8) {
            writeln!(text, "  one-off {} \"holiday\"", first.plus(day)).unwrap();
        }
    }
    text
}

//! Random small protocols, as text. In: a seed. Out: the text, and what it means to the compiler.

use std::fmt::Write;

use duly::calendar::Calendar;
use duly::model::Protocol;
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

use crate::histories::{LIMIT, count, size};

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n as u64).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len());
        &from[at]
    }
}

/// A protocol, its text and its calendar, the same for the same seed: at most four occurrences, an axis of 8 to 16 days with
/// weekends and holidays of its own, every form of limit, guards, lapses, powers, effects and one or two factors.
pub fn random_protocol(seed: u64) -> (String, Protocol, Calendar) {
    for attempt in 0..200 {
        let mut dice = Dice(seed.wrapping_mul(1000).wrapping_add(attempt));
        let axis = 8 + dice.below(9);
        let body = Writer::new(&mut dice).protocol();
        // As many days as keep the number of histories within bounds.
        for days in (8..=axis).rev() {
            let text = format!("{body}{}", calendar(&mut Dice(seed), days));
            let loaded = from_text("random.duly", &text, &mut Sources::new());
            if !loaded.is_well_formed() || size(&loaded.protocol) > 4 {
                break;
            }
            let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
            if count(&loaded.protocol, &calendar) <= LIMIT {
                return (text, loaded.protocol, calendar);
            }
        }
    }
    panic!("no well-formed protocol for seed {seed}");
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

/// A protocol like those, on an axis of so many days.
pub fn protocol_on(seed: u64, days: usize) -> Option<(String, Protocol, Calendar)> {
    let mut dice = Dice(seed);
    let body = Writer::new(&mut dice).protocol();
    let text = format!("{body}{}", calendar(&mut Dice(seed), days));
    let loaded = from_text("random.duly", &text, &mut Sources::new());
    if !loaded.is_well_formed() {
        return None;
    }
    let calendar = Calendar::build(&loaded.protocol.calendar).ok()?;
    Some((text, loaded.protocol, calendar))
}

/// Writes one protocol, rule by rule.
struct Writer<'d> {
    dice: &'d mut Dice,
    /// Moments that may occur, as a guard or limit names them.
    moments: Vec<String>,
    /// Acts, as a sentence names them.
    acts: Vec<String>,
    /// Conditions.
    conds: Vec<String>,
    /// Duties so far, by name.
    duties: Vec<String>,
    repeats: bool,
    text: String,
}

impl<'d> Writer<'d> {
    fn new(dice: &'d mut Dice) -> Self {
        let text =
            "protocol random \"Random\"\n  authority \"Nobody\"\nrole manager \"manager\"\nrole worker \"worker\"\n"
                .to_owned();
        Writer {
            dice,
            moments: vec![],
            acts: vec![],
            conds: vec![],
            duties: vec![],
            repeats: false,
            text,
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn protocol(mut self) -> String {
        self.declare();
        let rules = 2 + self.dice.below(4);
        for number in 0..rules {
            self.rule(&format!("r{number}"));
        }
        self.text
    }

    fn declare(&mut self) {
        self.line("event start \"start\"");
        self.moments.push("start happens".to_owned());
        let mut room = 3;
        self.line("status on-plan \"on a plan\"");
        let begun = *self.dice.pick(&["  begins when start happens", "  starts as yes"]);
        self.line(begun);
        let changes = self.dice.one_in(2);
        if changes {
            self.line("  ends when change happens");
        }
        self.moments
            .extend(["on-plan begins".to_owned(), "on-plan ends".to_owned()]);
        self.conds.extend(["on-plan".to_owned(), "not on-plan".to_owned()]);
        if changes {
            room -= 1;
            self.line("event change \"change\"");
            self.moments.push("change happens".to_owned());
            self.conds.push("change happens".to_owned());
        }
        if self.dice.one_in(2) {
            room -= 1;
            self.line("document letter \"letter\"");
            self.moments.push("letter is sent".to_owned());
            self.conds.push("letter is sent".to_owned());
            self.acts.push("send letter to worker".to_owned());
        }
        if room > 0 && self.dice.one_in(3) {
            room -= 1;
            self.acts.push("end on-plan".to_owned());
        }
        if room > 0 && !self.dice.one_in(3) {
            self.repeats = room > 1 && self.dice.one_in(2);
            room -= 1 + usize::from(self.repeats);
            self.line("meeting review \"review\"");
            let ordinals: &[&str] = if self.repeats {
                &["first ", "next ", "second "]
            } else {
                &[""]
            };
            if self.repeats {
                self.line("  repeats");
            }
            for o in ordinals {
                self.moments.push(format!("{o}review is held"));
                self.acts.push(format!("hold {o}review"));
            }
        }
        self.line("fact urgent \"urgent\"");
        self.conds.extend(["urgent".to_owned(), "not urgent".to_owned()]);
        if self.dice.one_in(2) {
            self.line("judgement grave \"grave\"\n  judged by manager");
            self.conds.push("grave".to_owned());
        }
        if room > 0 && self.dice.one_in(2) {
            self.decision();
        } else if self.acts.is_empty() {
            self.acts.push("notify worker that \"it started\"".to_owned());
        }
    }

    fn decision(&mut self) {
        self.line("decision gate \"gate\"\n  when start happens");
        if self.dice.one_in(3) {
            self.guard("while");
        }
        self.line("  decided by manager");
        if !self.dice.one_in(3) {
            let limit = self.limit(&["start happens".to_owned()]);
            self.line(&format!("  {limit}"));
        }
        self.line("  option stop \"stop\"");
        if self.dice.one_in(2) {
            let cond = self.dice.pick(&self.conds).clone();
            self.line(&format!("    if {cond}"));
        }
        self.line("    effect on-plan ends\n  option go \"go\"\n    then nothing");
        self.moments
            .extend(["gate is stop".to_owned(), "gate is decided".to_owned()]);
        self.acts.push("decide gate".to_owned());
    }

    fn guard(&mut self, keyword: &str) {
        let cond = self.dice.pick(&self.conds).clone();
        self.line(&format!("  {keyword} {cond}"));
    }

    fn duration(&mut self) -> String {
        let number = 1 + self.dice.below(3);
        let plural = if number == 1 { "" } else { "s" };
        match self.dice.below(8) {
            0 => "1 week".to_owned(),
            1 => format!("{} hours", 24 * number),
            2 => format!("{number} clear calendar day{plural}"),
            3 | 4 => format!("{number} working day{plural}"),
            5 => format!("{number} calendar day{plural} or perhaps {number} working day{plural}"),
            _ => format!("{number} calendar day{plural}"),
        }
    }

    fn limit(&mut self, anchors: &[String]) -> String {
        let x = self.dice.pick(anchors).clone();
        let d = self.duration();
        match self.dice.below(11) {
            0..=3 => format!("within {d} after {x}"),
            4 => format!("at least {d} before {x}"),
            5 => format!("at least {d} after {x}"),
            6 => format!("before {x}"),
            7 => format!("after {x}"),
            8 => format!("same day as {x}"),
            9 => "within unstated".to_owned(),
            _ => format!("straight after {x}"),
        }
    }

    fn rule(&mut self, name: &str) {
        self.line(&format!("rule {name}"));
        let moments = self.moments.clone();
        let when = self.dice.pick(&moments).clone();
        match self.dice.below(12) {
            0 => {
                self.line(&format!("  when {when}"));
                self.some_guards(&["if", "unless"]);
                self.line("  effect on-plan ends");
            }
            1 => {
                self.line(&format!("  when {when}"));
                self.guard("presume");
            }
            2 | 3 => {
                self.some_guards(&["if", "while", "unless"]);
                let act = self.act();
                let nobody = *self.dice.pick(&["nobody may", "the worker must not", "nobody should"]);
                self.line(&format!("  {nobody} {act}"));
                let (d, x) = (self.duration(), self.dice.pick(&moments).clone());
                let window = [
                    format!("until {d} after {x}"),
                    format!("until {x}"),
                    format!("after {x}"),
                    format!("before {x}"),
                ];
                let window = self.dice.pick(&window).clone();
                self.line(&format!("  {window}"));
            }
            4 => {
                let act = self.act();
                let who = *self.dice.pick(&["manager", "worker"]);
                self.line(&format!("  only the {who} may {act}"));
                self.some_guards(&["if"]);
            }
            5 if !self.duties.is_empty() => {
                let duty = self.dice.pick(&self.duties).clone();
                self.line(&format!("  when {duty} is missed"));
                self.duty(&[format!("{duty} is missed")]);
            }
            6 if !self.duties.is_empty() => {
                let duty = self.dice.pick(&self.duties).clone();
                self.line(&format!("  when {when}"));
                self.some_guards(&["if"]);
                self.duty(&[when]);
                self.line(&format!("  exception to {duty}"));
            }
            7 => {
                self.some_guards(&["if", "while"]);
                self.duty(&moments);
                self.duties.push(name.to_owned());
            }
            8 if self.repeats => {
                let d = self.duration();
                self.line("  the manager must hold each later review");
                self.line(&format!("  within {d} after previous review is held"));
            }
            _ => {
                self.line(&format!("  when {when}"));
                self.some_guards(&["if", "while", "unless"]);
                let anchors = if self.dice.one_in(3) { moments } else { vec![when] };
                self.duty(&anchors);
                match self.dice.below(8) {
                    0 | 1 => {
                        let limit = self.limit(&anchors);
                        self.line(&format!("  {limit}"));
                    }
                    2 => {
                        let x = self.dice.pick(&self.moments).clone();
                        self.line(&format!("  until {x}"));
                    }
                    _ => {}
                }
                self.duties.push(name.to_owned());
            }
        }
    }

    fn duty(&mut self, anchors: &[String]) {
        let act = self.act();
        let subject = *self.dice.pick(&[
            "the manager must",
            "the manager must",
            "the worker must",
            "the manager should",
            "someone must",
        ]);
        self.line(&format!("  {subject} {act}"));
        let limit = self.limit(anchors);
        self.line(&format!("  {limit}"));
    }

    fn act(&mut self) -> String {
        self.dice.pick(&self.acts).clone()
    }

    fn some_guards(&mut self, keywords: &[&str]) {
        for keyword in keywords {
            if self.dice.one_in(4) {
                self.guard(keyword);
            }
        }
    }
}

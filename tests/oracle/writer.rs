//! Writes one random protocol, item by item. In: dice, and the forms it may use. Out: its text, without a calendar.

use crate::dice::Dice;
use crate::forms::Form;

/// The values of the status that has several.
const ROUTES: [&str; 3] = ["none", "voluntary", "order"];

/// Writes one protocol, rule by rule.
pub struct Writer<'d> {
    dice: &'d mut Dice,
    forms: &'d [Form],
    /// What this protocol is about, beside a start and a plan.
    theme: Option<Form>,
    /// How many more occurrences there may be.
    room: usize,
    /// Moments that may occur, as a guard or limit names them.
    moments: Vec<String>,
    /// Acts, as a sentence names them.
    acts: Vec<String>,
    /// Conditions.
    conds: Vec<String>,
    /// Duties so far, by name.
    duties: Vec<String>,
    /// Duties of the base.
    law: Vec<String>,
    repeats: bool,
    /// A duty, or a waiver, stands from the start.
    stands: [bool; 2],
    text: String,
}

impl<'d> Writer<'d> {
    /// A writer that uses these forms at most.
    pub fn new(dice: &'d mut Dice, forms: &'d [Form]) -> Self {
        const THEMES: [Form; 7] = [
            Form::Booking,
            Form::Chairing,
            Form::Attending,
            Form::AtMeeting,
            Form::Values,
            Form::AnyStart,
            Form::DaysSet,
        ];
        let theme = THEMES.get(dice.below(12)).copied();
        Writer {
            dice,
            forms,
            theme: theme.filter(|t| forms.contains(t)),
            room: 3,
            moments: vec![],
            acts: vec![],
            conds: vec![],
            duties: vec![],
            law: vec![],
            repeats: false,
            stands: [false; 2],
            text: String::new(),
        }
    }

    /// The whole text.
    pub fn protocol(mut self) -> String {
        let base = self.dice.one_in(5) && (self.may(Form::Departs) || self.may(Form::Replaces));
        let head = "protocol random \"Random\"\n  authority \"Nobody\"";
        if base {
            let rank = *self.dice.pick(&["guidance", "statute"]);
            self.line(&format!("base law \"Law\"\n  rank {rank}"));
        } else {
            self.line(head);
        }
        self.line("role manager \"manager\"\nrole worker \"worker\"\nrole clerk \"clerk\"");
        self.declare();
        let rules = 2 + self.dice.below(4);
        let of_law = if base { 1 + self.dice.below(2) } else { 0 };
        for number in 0..rules {
            let turns = base && number == of_law;
            if turns {
                self.law = self.duties.iter().map(|d| format!("law.{d}")).collect();
                self.line(&format!("{head}\n  uses law\n  implements law"));
            }
            self.rule(&format!("r{number}"), number == 0 || turns);
        }
        self.facts();
        self.text
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn may(&self, form: Form) -> bool {
        self.forms.contains(&form)
    }

    /// Once in so many times, where the form may be used; the dice are thrown either way.
    fn now(&mut self, form: Form, one_in: usize) -> bool {
        self.dice.one_in(one_in) && self.may(form)
    }

    fn declare(&mut self) {
        self.line("event start \"start\"");
        self.moments.push("start happens".to_owned());
        self.line("status on-plan \"on a plan\"");
        let begun = *self.dice.pick(&["  begins when start happens", "  starts as yes"]);
        self.line(begun);
        let valued = matches!(self.theme, Some(Form::Values | Form::AnyStart));
        let about_meeting = self.theme.is_some() && !valued;
        let changes = self.dice.one_in(2) || valued;
        self.moments
            .extend(["on-plan begins".to_owned(), "on-plan ends".to_owned()]);
        self.conds.extend(["on-plan".to_owned(), "not on-plan".to_owned()]);
        if changes {
            self.change(valued);
        }
        if valued {
            self.route();
        }
        if !about_meeting && self.dice.one_in(2) {
            self.room -= 1;
            self.line("document letter \"letter\"");
            self.moments.push("letter is sent".to_owned());
            self.conds.push("letter is sent".to_owned());
            self.acts.push("send letter to worker".to_owned());
            if self.now(Form::LetterOrdinals, 3) {
                for which in ["first", "second", "next", "each"] {
                    self.moments.push(format!("{which} letter is sent"));
                    self.acts.push(format!("send {which} letter to worker"));
                }
            }
        }
        if self.room > 0 && !about_meeting && self.dice.one_in(3) {
            self.room -= 1;
            self.acts.push("end on-plan".to_owned());
        }
        if self.room > 0 && (!self.dice.one_in(3) || about_meeting) {
            self.meeting();
        }
        if self.now(Form::Order, 2) {
            // What `next`, `each` and `any` mean where nothing engages is not said; `last` is a form of its own.
            let last = self.may(Form::OrderOfLast);
            let is_one = |m: &&String| {
                let ordinal = m.split(' ').next().unwrap_or_default();
                !matches!(ordinal, "next" | "each" | "any") && !m.contains(" since ") && (last || ordinal != "last")
            };
            let moments: Vec<String> = self.moments.iter().filter(is_one).cloned().collect();
            let a = self.dice.pick(&moments).clone();
            let others: Vec<String> = moments
                .into_iter()
                .filter(|m| *m != a || self.may(Form::OrderOfItself))
                .collect();
            let b = self.dice.pick(&others).clone();
            let word = *self.dice.pick(&["before", "after"]);
            let order = format!("{a} {word} {b}");
            self.conds.extend([order.clone(), order]);
        }
        self.conds.extend(["urgent".to_owned(), "not urgent".to_owned()]);
        if self.dice.one_in(2) {
            self.conds.push("grave".to_owned());
        }
        if self.theme == Some(Form::AtMeeting) || self.room > 0 && self.dice.one_in(2) {
            self.decision();
        } else if self.acts.is_empty() {
            self.acts.push("notify worker that \"it started\"".to_owned());
        }
    }

    /// What is given in a case, where a rule turns on it.
    fn facts(&mut self) {
        if self.text.contains(" urgent\n") {
            self.line("fact urgent \"urgent\"");
        }
        if self.text.contains(" grave\n") {
            self.line("judgement grave \"grave\"\n  judged by manager");
        }
    }

    fn change(&mut self, valued: bool) {
        if !valued || self.dice.one_in(2) {
            self.line("  ends when each change happens");
        }
        let repeats = self.room > 2 && self.now(Form::Ordinals, 3);
        self.room -= 1 + usize::from(repeats);
        self.line("event change \"change\"");
        if repeats {
            self.line("  repeats");
        } else {
            self.text = self.text.replace("each change", "change");
        }
        let ordinals: &[&str] = if repeats {
            &["first ", "second ", "each ", "each later ", "last "]
        } else {
            &[""]
        };
        self.moments
            .extend(ordinals.iter().map(|o| format!("{o}change happens")));
        self.conds.push(format!("{}change happens", ordinals[0]));
    }

    fn route(&mut self) {
        self.line(&format!("status route \"route\"\n  one of {}", ROUTES.join(", ")));
        if self.theme == Some(Form::Values) {
            self.line("  starts as none");
        }
        for _ in 0..1 + self.dice.below(2) {
            let value = *self.dice.pick(&ROUTES);
            let moment = self.dice.pick(&self.moments).clone();
            self.line(&format!("  becomes {value} when {moment}"));
        }
        for value in ROUTES {
            self.moments.push(format!("route is {value}"));
        }
        self.conds.extend([
            "route is order".to_owned(),
            "route is not none".to_owned(),
            "route is one of none, voluntary".to_owned(),
        ]);
    }

    fn meeting(&mut self) {
        let booked = matches!(self.theme, Some(Form::Booking | Form::DaysSet));
        self.repeats = self.room > 1 && self.dice.one_in(2) && !booked;
        self.room -= 1 + usize::from(self.repeats);
        self.line("meeting review \"review\"");
        let many = self.repeats && self.now(Form::Ordinals, 2);
        let ordinals: &[&str] = match (self.repeats, many) {
            (true, false) => &["first ", "next ", "second "],
            (true, true) => &["first ", "next ", "second ", "each ", "each later ", "last ", "any "],
            _ => &[""],
        };
        if self.repeats {
            self.line("  repeats");
        }
        for o in ordinals {
            self.moments.push(format!("{o}review is held"));
            self.acts.push(format!("hold {o}review"));
        }
        if many {
            let since = self.dice.pick(&self.moments).clone();
            self.moments.push(format!("first review since {since} is held"));
            self.acts.push(format!("hold first review since {since}"));
        }
        match self.theme {
            Some(Form::Chairing) if self.dice.one_in(3) => self.line("  chaired by worker"),
            Some(Form::DaysSet) => self.days_set(),
            Some(Form::Booking) => {
                if self.room > 0 && self.dice.one_in(2) {
                    self.room -= 1;
                    self.moments.push("review is booked".to_owned());
                    self.acts.push("book review".to_owned());
                }
                if self.room > 0 {
                    self.room -= 1;
                    self.moments.push("review is due".to_owned());
                }
            }
            _ => {}
        }
    }

    /// How days lie that are set: of one meeting that is held, and perhaps of another that is only ever booked.
    fn days_set(&mut self) {
        let other = self.room > 1 && self.dice.one_in(2);
        self.room = 0;
        let mut conds = Vec::new();
        if other {
            self.line("meeting conference \"conference\"");
            self.acts.push("book conference".to_owned());
            let word = *self.dice.pick(&["is due before", "is due after", "is not due before"]);
            conds.push(format!("review {word} conference is due"));
        }
        if self.may(Form::DayNear) {
            let duration = self.duration();
            conds.push(format!("review is due within {duration}"));
            conds.push(format!("review is not due within {duration}"));
        }
        for _ in 0..2 {
            self.conds.extend(conds.iter().cloned());
        }
    }

    /// One of the meetings that are spoken of, as an act or a limit names it.
    fn a_review(&mut self) -> String {
        let ordinals: &[&str] = if self.repeats {
            &["first ", "next ", "each "]
        } else {
            &[""]
        };
        format!("{}review", self.dice.pick(ordinals))
    }

    fn decision(&mut self) {
        self.line("decision gate \"gate\"");
        let at = self.theme == Some(Form::AtMeeting);
        if at {
            let review = self.a_review();
            self.line(&format!("  at {review}"));
        }
        if !at || self.dice.one_in(2) {
            self.line("  when start happens");
        }
        if self.dice.one_in(3) {
            self.guard("while");
        }
        self.line("  decided by manager");
        if !self.dice.one_in(if at { 2 } else { 3 }) {
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
        // Days that are set are looked at in one moment.
        let looks_on = |c: &String| keyword == "while" && c.contains(" due ");
        let conds: Vec<String> = self.conds.iter().filter(|c| !looks_on(c)).cloned().collect();
        let cond = self.dice.pick(&conds).clone();
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

    /// A moment to measure a limit from.
    fn anchor(&mut self, moments: &[String]) -> String {
        let x = self.dice.pick(moments).clone();
        if self.may(Form::EachLaterLimit) {
            x
        } else {
            x.replace("each later ", "second ")
        }
    }

    fn limit(&mut self, anchors: &[String]) -> String {
        let x = self.anchor(anchors);
        let d = self.duration();
        match self.dice.below(11) {
            0..=3 => format!("within {d} after {x}"),
            4 => format!("at least {d} before {x}"),
            5 => format!("at least {d} after {x}"),
            6 => format!("before {x}"),
            7 => format!("after {x}"),
            8 => format!("same day as {x}"),
            9 => "timing not stated".to_owned(),
            _ => format!("straight after {x}"),
        }
    }

    /// The line that says what engages, and the moments that limits of such a rule may be measured from.
    fn when(&mut self, moment: &str) -> Vec<String> {
        self.line(&format!("  when {moment}"));
        let mut anchors = vec![moment.to_owned()];
        if let Some(class) = moment.strip_prefix("each ").filter(|c| !c.starts_with("later ")) {
            anchors.push(format!("that {class}"));
        }
        if self.now(Form::Either, 5) {
            let other = self.dice.pick(&self.moments).clone();
            self.line(&format!("  or {other}"));
            anchors.push(other);
        }
        anchors
    }

    /// A rule; with `theme`, one of what the protocol is about.
    fn rule(&mut self, name: &str, theme: bool) {
        self.line(&format!("rule {name}"));
        let moments = self.moments.clone();
        let mut when = self.dice.pick(&moments).clone();
        if theme && self.theme == Some(Form::Booking) {
            when = moments
                .iter()
                .rfind(|m| m.starts_with("review is "))
                .unwrap_or(&when)
                .clone();
        }
        let sort = self.dice.below(15);
        match if theme { 10 } else { sort } {
            0 => self.effect(&when),
            1 => {
                self.when(&when);
                self.guard("normally");
            }
            2 | 3 => self.bar(&when, &moments),
            4 => {
                let act = self.act();
                let who = *self.dice.pick(&["manager", "worker"]);
                self.line(&format!("  only the {who} may {act}"));
                self.some_guards(&["if"]);
            }
            5 if !self.duties.is_empty() && self.may(Form::Missed) => {
                let duty = self.dice.pick(&self.duties).clone();
                self.line(&format!("  when {duty} is missed"));
                self.duty(&[format!("{duty} is missed")]);
            }
            6 if !self.duties.is_empty() => {
                let duty = self.dice.pick(&self.duties).clone();
                let anchors = self.when(&when);
                self.some_guards(&["if"]);
                self.duty(&anchors);
                self.line(&format!("  exception to {duty}"));
            }
            7 if self.may(Form::StandingWaived) || !self.stands[1] => {
                self.some_guards(&["if", "while"]);
                self.duty(&moments);
                self.duties.push(name.to_owned());
                self.stands[0] |= self.text.ends_with("  timing not stated\n");
            }
            8 if self.repeats => {
                let d = self.duration();
                self.line("  the manager must hold each later review");
                self.line(&format!("  within {d} after previous review is held"));
            }
            9 if self.may(Form::NeedNot) => self.waiver(&when, &moments),
            10 | 11 if !self.law.is_empty() => self.instead_of_law(&when),
            10 | 11 if self.theme == Some(Form::Chairing) => self.chair(&when, &moments),
            10 | 11 if self.theme == Some(Form::Attending) => self.attend(name, &when),
            _ => self.usual(name, when, moments),
        }
    }

    /// A duty that something engages, with one limit or two.
    fn usual(&mut self, name: &str, when: String, moments: Vec<String>) {
        let own = self.when(&when);
        self.some_guards(&["if", "while", "unless"]);
        let anchors = if self.dice.one_in(3) { moments.clone() } else { own };
        self.duty(&anchors);
        match self.dice.below(8) {
            0 | 1 => {
                let limit = self.limit(&anchors);
                self.line(&format!("  {limit}"));
            }
            2 => {
                let x = self.anchor(&moments);
                self.line(&format!("  until {x}"));
            }
            3 if self.may(Form::UntilAfter) => {
                let (d, x) = (self.duration(), self.anchor(&moments));
                self.line(&format!("  until {d} after {x}"));
            }
            _ => {}
        }
        self.duties.push(name.to_owned());
    }

    fn effect(&mut self, when: &str) {
        let (status, becomes) = if matches!(self.theme, Some(Form::Values | Form::AnyStart)) && self.dice.one_in(2) {
            ("route", format!("becomes {}", self.dice.pick(&ROUTES)))
        } else {
            ("on-plan", "ends".to_owned())
        };
        // What sets the route may be a change of the plan, so a change of the route is one of the plan's own.
        let is_own = |m: &str| m.starts_with(status) || m.starts_with("route ");
        let all = self.moments.clone();
        if !self.may(Form::OwnChange) {
            self.moments.retain(|m| !is_own(m));
        }
        let known = self.moments.iter().any(|m| m == when);
        let when = if known { when } else { "start happens" };
        self.when(when);
        self.moments = all;
        self.some_guards(&["if", "unless"]);
        self.line(&format!("  effect {status} {becomes}"));
    }

    fn bar(&mut self, when: &str, moments: &[String]) {
        let engaged = self.now(Form::BarEngaged, 3);
        if engaged {
            self.when(when);
        }
        self.some_guards(&["if", "while", "unless"]);
        let act = self.act();
        let nobody = *self.dice.pick(&["nobody may", "the worker must not", "nobody should"]);
        self.line(&format!("  {nobody} {act}"));
        let last: Vec<String> = moments.iter().filter(|m| m.starts_with("last ")).cloned().collect();
        let of_last = !last.is_empty() && self.now(Form::BarOfLast, 2);
        self.window(if of_last { &last } else { moments });
        if of_last && self.dice.one_in(4) {
            self.window(moments);
        }
    }

    /// The time in which a bar binds, or a waiver holds.
    fn window(&mut self, moments: &[String]) {
        let (d, x) = (self.duration(), self.anchor(moments));
        let window = [
            format!("until {d} after {x}"),
            format!("until {x}"),
            format!("after {x}"),
            format!("before {x}"),
        ];
        let window = self.dice.pick(&window).clone();
        self.line(&format!("  {window}"));
    }

    /// What need not be done, mostly at some time only.
    fn waiver(&mut self, when: &str, moments: &[String]) {
        let stands = !self.dice.one_in(2) && (self.may(Form::StandingWaived) || !self.stands[0]);
        self.stands[1] |= stands;
        if !stands {
            self.when(when);
        }
        self.some_guards(&["if", "while"]);
        let act = self.act();
        let nobody = *self
            .dice
            .pick(&["nobody need", "the manager need not", "the worker need not"]);
        self.line(&format!("  {nobody} {act}"));
        if self.dice.one_in(3) {
            self.window(moments);
        }
    }

    fn chair(&mut self, when: &str, moments: &[String]) {
        if self.dice.one_in(2) {
            self.when(when);
        }
        let who = *self.dice.pick(&[
            "the manager must",
            "the worker must",
            "the worker must not",
            "the manager should not",
            "only the manager may",
        ]);
        let guards: &[&str] = match who {
            _ if self.may(Form::ChairGuards) => &["if", "while", "unless"],
            "the manager must" | "the worker must" => &["if", "while"],
            "only the manager may" => &["while", "unless"],
            _ => &["if", "while", "unless"],
        };
        self.some_guards(guards);
        let review = self.a_review();
        self.line(&format!("  {who} chair {review}"));
        if self.dice.one_in(4) {
            self.window(moments);
        }
    }

    /// Attending is an act without a class: it is done of this rule, and others may wait for that.
    fn attend(&mut self, name: &str, when: &str) {
        let anchors = self.when(when);
        self.some_guards(&["if", "while"]);
        let review = self.a_review();
        let who = *self
            .dice
            .pick(&["the manager must", "the worker must", "someone must", "the worker may"]);
        self.line(&format!("  {who} attend {review}"));
        match self.dice.below(3) {
            0 => self.line(&format!("  at {review}")),
            1 => {
                let limit = self.limit(&anchors);
                self.line(&format!("  {limit}"));
            }
            _ => {}
        }
        self.moments.push(format!("{name} is done"));
        self.conds.push(format!("{name} is done"));
    }

    /// What takes the place of a rule of the base.
    fn instead_of_law(&mut self, when: &str) {
        let rule = self.dice.pick(&self.law).clone();
        let anchors = self.when(when);
        self.some_guards(&["if"]);
        self.duty(&anchors);
        if self.may(Form::Departs) && (self.dice.one_in(2) || !self.may(Form::Replaces)) {
            let day = *self.dice.pick(&["2026-01-29", "2026-02-02"]);
            self.line(&format!(
                "  departs from {rule}\n  because \"it is so\"\n  expires {day}"
            ));
        } else {
            self.line(&format!("  replaces {rule}\n  because \"it is so\""));
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

//! `duly check --certify`: has the proofs of the solver checked as they come about, and keeps the time. In: the steps of each
//! search. Out: how much was accepted, or why a run is not to be relied on.

use super::{Failure, output};
use crate::certify::proof::{Listener, Step};
use crate::certify::{Checker, Tally};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Keeps the record of one run.
#[derive(Debug)]
pub struct Clerk {
    record: Rc<RefCell<Record>>,
    begun: Instant,
}

#[derive(Debug, Default)]
struct Record {
    tally: Tally,
    spent: Duration,
    /// What is being asked.
    family: &'static str,
    /// Why the first step that was refused does not hold.
    refused: Option<String>,
    /// The rules on which the answer to that question rests, once it is given.
    rules: Option<Vec<String>>,
}

/// Listens to one search.
#[derive(Debug, Default)]
struct Desk {
    checker: Checker,
    record: Rc<RefCell<Record>>,
}

impl Default for Clerk {
    fn default() -> Self {
        Clerk {
            record: Rc::default(),
            begun: Instant::now(),
        }
    }
}

impl Clerk {
    /// Another family of questions begins.
    pub fn turn_to(&self, family: &'static str) {
        self.record.borrow_mut().family = family;
    }

    /// For another search.
    pub fn listener(&self) -> Box<dyn Listener> {
        Box::new(Desk {
            checker: Checker::default(),
            record: Rc::clone(&self.record),
        })
    }

    /// How much was accepted.
    pub fn tally(&self) -> Tally {
        self.record.borrow().tally
    }

    /// Says how long it took, which is no part of what was asked for: it differs from run to run. A proof that does not hold is a
    /// failure.
    pub fn close(self, path: &str) -> Option<Failure> {
        let record = self.record.borrow();
        let (check, rest) = (
            record.spent.as_secs_f64(),
            self.begun.elapsed().saturating_sub(record.spent).as_secs_f64(),
        );
        output::say(&format!(
            "checking the proofs of {path} took {check:.1} s, {:.2} times as long as all the rest\n",
            check / rest.max(f64::EPSILON)
        ));
        let refused = record.refused.as_ref()?;
        let on = match record.rules.as_deref().unwrap_or_default() {
            [] => "a question that rests on no rule".to_owned(),
            rules => format!("`{}`", rules.join("`, `")),
        };
        Some(
            Failure::new(format!(
                "the answer of the solver on {on} in `{path}` is not borne out by its proof"
            ))
            .because(refused.clone())
            .help("do not rely on this run; please report it, with the protocol"),
        )
    }
}

impl Listener for Desk {
    fn hear(&mut self, step: Step) {
        let begun = Instant::now();
        let heard = self.checker.hear(&step);
        let mut record = self.record.borrow_mut();
        record.spent += begun.elapsed();
        match heard {
            Ok(()) => record.tally.count(&step),
            Err(why) if record.refused.is_none() => record.refused = Some(format!("{}: {why}", record.family)),
            Err(_) => {}
        }
        if let Step::Asked(rules) = step
            && record.refused.is_some()
        {
            record.rules.get_or_insert(rules);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_not_borne_out_is_a_failure_that_names_its_rules() {
        let clerk = Clerk::default();
        clerk.turn_to("clashes");
        let mut listener = clerk.listener();
        listener.hear(Step::Asked(vec!["earlier".to_owned()]));
        listener.hear(Step::Answer(Vec::new()));
        listener.hear(Step::Asked(vec!["a".to_owned(), "b".to_owned()]));
        listener.hear(Step::Asked(vec!["later".to_owned()]));
        assert_eq!(clerk.tally(), Tally::default());
        let failure = clerk.close("p.duly");
        assert!(failure.is_some_and(|f| {
            f.headline == "the answer of the solver on `a`, `b` in `p.duly` is not borne out by its proof"
                && f.causes == ["clashes: a clause does not follow from what stands before it"]
        }));
        assert!(Clerk::default().close("p.duly").is_none());
    }
}

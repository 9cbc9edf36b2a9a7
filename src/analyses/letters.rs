//! One letter for two rules: a letter may be sent twice, so two rules on one letter never clash; yet where no single sending
//! keeps both, the author should know. In: a protocol and the clashes known. Out: one warning per group of rules, dated.

use std::collections::BTreeSet;

use crate::calendar::Calendar;
use crate::certify::proof::Listening;
use crate::diagnostics::{Severity, code};
use crate::model::{Act, Body, DocumentId, Happening, Modal, Moment, NormId, Protocol, Subject, words};
use crate::solve::ask::{Asker, Tier};
use crate::solve::ground::Ground;
use crate::solve::net::Point;

use super::clashes::{self, Clashes};
use super::finding::Finding;
use super::gates::{moments, same_moment};
use super::{describe, states};

/// Rules of ours that ask somebody for one letter to the same people at one moment.
struct Letter<'p> {
    document: DocumentId,
    subject: &'p Subject,
    moment: &'p Moment,
    rules: Vec<NormId>,
}

/// All letters of which it takes two, with so many steps of the solver for each; and what was not decided. What clashes anyhow is not told again.
pub fn findings(
    protocol: &Protocol,
    calendar: &Calendar,
    known: &Clashes,
    steps: u64,
    listening: Option<Listening<'_>>,
) -> (Vec<Finding>, Vec<String>) {
    let mut undecided = Vec::new();
    let letters = letters(protocol);
    let begin = |letter: &Letter<'_>| {
        let once = BTreeSet::from([Happening::Sent(letter.document)]);
        let ground = Ground::with_once(protocol, calendar, once);
        let mut asker = Asker::proving(ground, listening.map(|listener| listener()));
        asker.allow(steps);
        asker
    };
    let found = letters
        .iter()
        .filter_map(|letter| of_letter(begin(letter), letter, known, &mut undecided));
    (found.collect(), undecided)
}

/// The letter that a norm of ours asks for, if it is one.
fn sends(protocol: &Protocol, norm: NormId) -> Option<(DocumentId, &Act, &Subject)> {
    let NormId::Rule(r) = norm else { return None };
    match protocol.rules.get(r.index()).map(|r| &r.body) {
        Some(Body::Norm {
            act: act @ Act::Send(document, ..),
            modal: Modal::Must | Modal::Should,
            subject,
        }) if !matches!(subject, Subject::Only(_)) => Some((*document, act, subject)),
        _ => None,
    }
}

fn letters(protocol: &Protocol) -> Vec<Letter<'_>> {
    let mut out: Vec<(String, Letter<'_>)> = Vec::new();
    for norm in states::local_norms(protocol) {
        let Some((document, act, subject)) = sends(protocol, norm) else {
            continue;
        };
        let said = words::act(protocol, act);
        for moment in moments(protocol, norm) {
            match out
                .iter_mut()
                .find(|(s, l)| *s == said && same_moment(l.moment, moment) && may_be_one(l.subject, subject))
            {
                Some((_, letter)) => letter.rules.push(norm),
                None => out.push((
                    said.clone(),
                    Letter {
                        document,
                        subject,
                        moment,
                        rules: vec![norm],
                    },
                )),
            }
        }
    }
    let groups = out.into_iter().map(|(_, letter)| letter);
    groups.filter(|l| l.rules.len() > 1).collect()
}

/// Whether one sender may be meant. Where each rule names another, each sends one of their own.
fn may_be_one(a: &Subject, b: &Subject) -> bool {
    match (a.who(), b.who()) {
        (Some(a), Some(b)) => a.parties.iter().any(|party| b.parties.contains(party)),
        _ => true,
    }
}

/// What clashes, right after the moment, if the letter is sent only once.
fn of_letter(
    mut asker: Asker<'_>,
    letter: &Letter<'_>,
    known: &Clashes,
    undecided: &mut Vec<String>,
) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let starts: Vec<Point> = asker.ground.denoted(letter.moment).into_iter().map(|a| a.at).collect();
    // What comes again may well ask for a letter of its own.
    let comes_again = |x: &Point| {
        let class = asker.ground.instance(*x).map(|i| i.class);
        class.is_some_and(|c| asker.ground.of_class(c).count() > 1)
    };
    if starts.iter().any(comes_again) {
        return None;
    }
    let obeyed = asker.obeyed(Tier::Must, &BTreeSet::new());
    let parts = asker.parts(&obeyed);
    let part = parts
        .iter()
        .find(|p| letter.rules.iter().any(|n| p.norms.contains(n)))?;
    let mut found = clashes::after(&mut asker, part, &starts, &letter.rules);
    undecided.append(&mut found.open);
    found.cores.retain(|clash| {
        let sent: Vec<&NormId> = clash
            .core
            .iter()
            .filter(|n| sends(protocol, **n).is_some_and(|(d, ..)| d == letter.document))
            .collect();
        !sent.is_empty()
            && sent.iter().all(|n| letter.rules.contains(n))
            && !known.cores.iter().any(|c| c.core.is_subset(&clash.core))
    });
    found.cores.truncate(1);
    let clash = clashes::findings(&mut asker, &mut found, None).pop()?;
    let document = protocol.documents.get(letter.document.index())?;
    let asks = |n: &NormId| !letter.rules.contains(n) && !describe::is_silent(protocol, *n);
    let rest: Vec<NormId> = clash.core.iter().copied().filter(asks).collect();
    let given = match rest.as_slice() {
        [] => String::new(),
        rest => format!(", given {}", describe::list(protocol, rest)),
    };
    let mut core = letter.rules.clone();
    core.extend(clash.core.iter().copied().filter(|n| !letter.rules.contains(n)));
    let mut notes = clash.notes;
    notes.push(
        "a letter may be sent twice, and then all are kept: the story is told of one that is sent once".to_owned(),
    );
    Some(Finding {
        code: code::TWO_LETTERS,
        severity: Severity::Warning,
        headline: format!(
            "it takes two sendings of `{}` to keep {}{given}",
            document.origin.name,
            describe::list(protocol, &letter.rules)
        ),
        notes,
        help: vec![
            format!("if one `{}` is meant, change one of the limits", document.origin.name),
            "if two are meant, give each a name of its own (`document`)".to_owned(),
        ],
        core,
        ..clash
    })
}

//! Faults put into sound protocols, one at a time: which of them `check` finds. The protocols differ in their lengths of time, drawn
//! from a seed; sound means that nothing worse than a note is found before.

use duly::diagnostics::{Diagnostic, Severity};

use crate::flood::found;

/// Lengths of time, from a seed: working days for the receipt, the hearing, the outcome and the last letter.
struct Lengths {
    receipt: u64,
    hearing: u64,
    outcome: u64,
    letter: u64,
}

impl Lengths {
    fn of(seed: u64) -> Lengths {
        let pick = |n: u64, of: u64| 1 + (seed.wrapping_mul(2_654_435_761).rotate_left(7 * n as u32) >> 5) % of;
        Lengths {
            receipt: pick(1, 9),
            hearing: 10 + pick(2, 25),
            outcome: pick(3, 10),
            letter: pick(4, 15),
        }
    }

    fn sound(&self) -> String {
        let Lengths {
            receipt,
            hearing,
            outcome,
            letter,
        } = self;
        format!(
            r#"protocol appeals "Appeals"
  authority "A council"
role officer
role panel
role applicant
  outside
fact urgent
event appeal
  comes from applicant
meeting hearing
document notice
document papers
document offer
document reasons
rule receipt
  when appeal happens
  the officer must send notice to applicant
  within {receipt} working days after appeal happens
  cites appeals 1
rule hearing-held
  when appeal happens
  the panel must hold hearing
  within {hearing} working days after appeal happens
  cites appeals 2
rule papers-before
  when appeal happens
  the officer must send papers to applicant
  at least 3 calendar days before hearing is held
  cites appeals 3
decision outcome "Is it upheld?"
  when hearing is held
  decided by panel
  within {outcome} working days after hearing is held
  cites appeals 4
  option upheld "upheld"
  option refused "refused"
rule make-offer
  when outcome is upheld
  the officer must send offer to applicant
  within {letter} working days after outcome is upheld
  cites appeals 5
rule give-reasons
  when outcome is refused
  the officer must send reasons to applicant
  within {letter} working days after outcome is refused
  cites appeals 6
"#
        )
    }
}

/// A fault: what it is called, what is written instead of what, or added at the end, and the codes that say so.
struct Fault {
    name: &'static str,
    replace: Option<(String, String)>,
    add: String,
    codes: &'static [&'static str],
}

fn faults(of: &Lengths) -> Vec<Fault> {
    let replace = |name, from: &str, to: String, codes| Fault {
        name,
        replace: Some((from.to_owned(), to)),
        add: String::new(),
        codes,
    };
    let add = |name, text: String, codes| Fault {
        name,
        replace: None,
        add: text,
        codes,
    };
    let unlimited = |name| {
        let limit = format!("  within {} working days after hearing is held\n", of.outcome);
        replace(name, &limit, String::new(), &["D0702"])
    };
    let rule = |name: &str, lines: &str| format!("rule {name}\n{lines}  cites appeals 9\n");
    vec![
        replace(
            "a limit too tight for what has to come between",
            "at least 3 calendar days before",
            format!("at least {} calendar days before", 2 * of.hearing + 20),
            &["D0301"],
        ),
        replace(
            "two limits of one rule without a day between them",
            "  cites appeals 1\n",
            format!(
                "  at least {} working days after appeal happens\n  cites appeals 1\n",
                of.receipt + 1
            ),
            &["D0301"],
        ),
        add(
            "what must be done is forbidden as long as it can be done in time",
            rule(
                "not-yet",
                &format!(
                    "  nobody may send notice to applicant\n  until {} weeks after appeal happens\n",
                    of.receipt + 1
                ),
            ),
            &["D0302"],
        ),
        add(
            "only somebody else may do it",
            rule("panel-only", "  only the panel may send notice to applicant\n"),
            &["D0303"],
        ),
        unlimited("a decision without a limit"),
        Fault {
            add: rule(
                "close",
                &format!(
                    "  when outcome is decided\n  the officer must \"close the file\"\n  within {} working days after appeal happens\n",
                    of.hearing + 40
                ),
            ),
            codes: &["D0505"],
            ..unlimited("the same, before a duty whose last day counts from the beginning")
        },
        replace(
            "no option is open in one case",
            "  option upheld \"upheld\"\n  option refused \"refused\"\n",
            "  option upheld \"upheld\"\n    if urgent\n  option refused \"refused\"\n    if urgent\n".to_owned(),
            &["D0301", "D0401"],
        ),
        add(
            "what follows an option is forbidden",
            rule("no-offer", "  nobody may send offer to applicant\n"),
            &["D0302", "D0403"],
        ),
        Fault {
            add: rule(
                "hearing-after",
                "  when appeal happens\n  the panel must hold hearing\n  after notice is sent\n",
            ),
            ..replace(
                "two duties wait for each other",
                "  cites appeals 1\n",
                "  after hearing is held\n  cites appeals 1\n".to_owned(),
                &["D0301", "D0306"],
            )
        },
        replace(
            "a last day that never comes",
            &format!("within {} working days after outcome is refused", of.letter),
            format!("within {} working days after outcome is upheld", of.letter),
            &["D0706"],
        ),
        add(
            "a rule that waits for what nothing brings about",
            "meeting board\n".to_owned()
                + &rule(
                    "after-board",
                    "  when board is held\n  the officer must send papers to applicant\n  within 2 working days after board is held\n",
                ),
            &["D0706"],
        ),
        add(
            "one letter, two limits without a day between them",
            rule(
                "late-notice",
                &format!(
                    "  when appeal happens\n  the officer must send notice to applicant\n  at least {0} working days after appeal happens\n  within {1} working days after appeal happens\n",
                    of.receipt + 2,
                    of.receipt + 9
                ),
            ),
            &["D0307"],
        ),
        replace(
            "nobody in particular must",
            "the panel must hold hearing",
            "someone must hold hearing".to_owned(),
            &["D0703"],
        ),
        replace(
            "others may take more time than is left",
            "  cites appeals 6\n",
            format!(
                "  cites appeals 6\nrule may-reply\n  when notice is sent\n  the applicant may ask officer for \"more time\"\n  within 3 weeks after notice is sent\n  cites appeals 7\nrule grant-it\n  when may-reply is done\n  the officer must send papers to applicant\n  within {} working days after notice is sent\n  cites appeals 8\n",
                5
            ),
            &["D0505"],
        ),
    ]
}

fn worse_than_notes(all: &[Diagnostic]) -> Vec<&Diagnostic> {
    all.iter().filter(|d| d.severity > Severity::Note).collect()
}

#[test]
fn what_is_sound_is_left_in_peace_and_what_is_put_into_it_is_found() {
    let (mut seeded, mut missed) = (0, Vec::new());
    for seed in 1..=4 {
        let of = Lengths::of(seed);
        let sound = of.sound();
        let before = found(&sound);
        assert!(
            worse_than_notes(&before).is_empty(),
            "{:#?} of\n{sound}",
            worse_than_notes(&before)
        );
        for fault in faults(&of) {
            let text = match &fault.replace {
                Some((from, to)) => {
                    assert!(sound.contains(from.as_str()), "{}", fault.name);
                    sound.replacen(from.as_str(), to, 1)
                }
                None => sound.clone(),
            } + &fault.add;
            let is_told = |d: &Diagnostic| fault.codes.contains(&d.code.id);
            let fresh = |d: &&Diagnostic| !before.iter().any(|b| b.code == d.code && b.headline == d.headline);
            let after = found(&text);
            let beneath = after.iter().flat_map(|d| &d.beneath);
            seeded += 1;
            if !after.iter().chain(beneath).filter(fresh).any(is_told) {
                let codes: Vec<&str> = after.iter().map(|d| d.code.id).collect();
                missed.push(format!("{} (seed {seed}): only {codes:?} in\n{text}", fault.name));
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {seeded} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

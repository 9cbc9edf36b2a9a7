//! Clashes: an accepted prefix engages a norm, yet no accepted history keeps it. Timing, norms, authority and law are one
//! question; the members of the core say which. In: an [`Asker`]. Out: findings, and what was proved.
//!
//! Two searches share the cores they find. *Words*: every order of up to [`WORD`] occurrences that change a status, a guard
//! or an ordinal, for all dates and cases. *Keeping*: for each duty, a case in which it can be engaged but never kept.

mod cast;
pub mod recurring;
mod repairs;
pub mod slack;
mod telling;
mod window;
mod wording;

pub use repairs::Bench;
pub use telling::findings;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::code;
use crate::model::{Body, FactorKind, Happening, NormId, Protocol, words};
use crate::solve::adverse::Adverse;
use crate::solve::ask::{Asker, Scene, Tier};
use crate::solve::ground::class_of;
use crate::solve::net::{Choice, Point};
use crate::solve::parts::Part;
use crate::solve::plan::Plan;
use crate::solve::words::{Attempt, Refutation, Word};

use super::describe;
use super::finding::{Finding, Reach};

/// How many occurrences a word may hold.
pub const WORD: usize = 2;
/// How many words are tried for one part; beyond that the verdict is *not proven*.
const WORDS: usize = 4_000;
/// How many clashes are looked for behind one another in one word or norm.
const LAYERS: usize = 4;

/// What is known of clashes so far.
#[derive(Debug, Default)]
pub struct Clashes {
    /// Cores, in the order in which they were found.
    pub cores: Vec<Clash>,
    /// Questions that were not decided, in words: `whether ...`.
    pub open: Vec<String>,
    /// Clashes found that no history shows, by their cores: they are not told.
    pub unshown: Vec<BTreeSet<NormId>>,
    /// Words tried.
    pub words: usize,
    /// Decisions that cannot be taken in some case whatever their limits are: no option is open.
    pub closed: BTreeSet<NormId>,
    /// Cores of clashes of one option of a decision that can go another way.
    pub optional: Vec<BTreeSet<NormId>>,
    /// Only the first clash beyond so many that are known is looked for.
    pub(super) first_beyond: Option<usize>,
}

/// One clash.
#[derive(Debug, Clone)]
pub struct Clash {
    /// The norms, those that ask or forbid and the effects between them.
    pub core: BTreeSet<NormId>,
    /// In which tier it was found.
    pub tier: Tier,
    /// The prefix, if one led to it.
    pub refutation: Option<Refutation>,
    /// What the case assumes.
    pub given: Vec<(Choice, u64)>,
    /// The norm that was asked about, if one was, and in which scene.
    pub asked: Option<(NormId, Scene)>,
    /// That scene with no norm obeyed: what can occur at all.
    pub bare: Option<Scene>,
    /// The authority need not have let it come to this.
    pub avoidable: bool,
    pub(super) part: Part,
}

impl Clashes {
    /// The clashes that are told, or concern the law alone.
    pub fn told(&self) -> impl Iterator<Item = &Clash> {
        self.cores.iter().filter(|clash| !self.unshown.contains(&clash.core))
    }

    /// The search may end: what was looked for is found.
    fn is_enough(&self) -> bool {
        self.first_beyond.is_some_and(|known| self.cores.len() > known)
    }

    fn knows(&self, core: &BTreeSet<NormId>) -> bool {
        self.cores.iter().any(|c| c.core.is_subset(core))
    }

    /// Whether a gate says the same as a clash, and better: that no option is open, or that one is not.
    pub fn better_said(&self, clash: &Finding, gate: &Finding) -> bool {
        match gate.code {
            code::MISSING_BRANCH => {
                let says_so = [code::IMPOSSIBLE_TIME, code::MISSING_BRANCH].contains(&clash.code);
                says_so && clash.core.iter().any(|n| self.closed.contains(n) && gate.core == [*n])
            }
            code::BLOCKED_OPTION => {
                let core: BTreeSet<NormId> = gate.core.iter().copied().collect();
                let same = |o: &BTreeSet<NormId>| *o == core && clash.core.iter().all(|n| core.contains(n));
                clash.code == code::DUTY_PROHIBITION && self.optional.iter().any(same)
            }
            _ => false,
        }
    }

    /// Whether a gate only repeats a clash: whoever cannot do anything right cannot use a permission either.
    pub fn says_already(&self, gate: &Finding) -> bool {
        let rules = gate.core.iter().all(|n| matches!(n, NormId::Rule(_)));
        let within = |c: &Clash| gate.core.iter().all(|n| c.core.contains(n));
        gate.code == code::BLOCKED_OPTION && rules && self.cores.iter().any(within)
    }

    /// What to leave aside so that `core` no longer stands in the way: what forbids first, then the law, never an effect.
    pub fn waive(protocol: &Protocol, core: &BTreeSet<NormId>, keep: Option<NormId>) -> Option<NormId> {
        core.iter()
            .copied()
            .filter(|n| !describe::is_silent(protocol, *n) && Some(*n) != keep)
            .max_by_key(|n| {
                (
                    describe::forbids(protocol, *n),
                    describe::rank(protocol, *n),
                    std::cmp::Reverse(*n),
                )
            })
    }
}

/// Searches both ways, in both tiers.
pub fn search(asker: &mut Asker<'_>) -> Clashes {
    let mut found = Clashes::default();
    let tiers = tiers(asker, &BTreeSet::new());
    both_ways(asker, &tiers, &mut found);
    found
}

/// The first clash beyond those known, if there is one, among norms that hang together with these, and without others.
pub fn first_beyond(
    asker: &mut Asker<'_>,
    known: &[Clash],
    about: &BTreeSet<NormId>,
    without: &BTreeSet<NormId>,
) -> Clashes {
    let mut found = Clashes {
        cores: known.to_vec(),
        first_beyond: Some(known.len()),
        ..Clashes::default()
    };
    let mut tiers = tiers(asker, without);
    for (_, parts) in &mut tiers {
        parts.retain(|part| part.norms.iter().any(|n| about.contains(n)));
    }
    both_ways(asker, &tiers, &mut found);
    found
}

fn both_ways(asker: &mut Asker<'_>, tiers: &[(Tier, Vec<Part>); 2], found: &mut Clashes) {
    // Smaller cores first: what no case keeps, then what some order of events leaves stuck.
    for part in &tiers[0].1 {
        let mut plans = Vec::new();
        for &norm in &part.norms {
            keeping(asker, part, norm, Tier::Must, found, &mut plans);
        }
    }
    all_words(asker, tiers, found);
}

/// What is to be obeyed in each tier, without some, in parts.
fn tiers(asker: &mut Asker<'_>, without: &BTreeSet<NormId>) -> [(Tier, Vec<Part>); 2] {
    [Tier::Must, Tier::Should].map(|tier| {
        let obeyed = asker.obeyed(tier, without);
        (tier, asker.parts(&obeyed))
    })
}

/// Looks for clashes right after one of these occurrences, each alone, and of these duties, which may wait for something of ours.
pub fn after(asker: &mut Asker<'_>, part: &Part, starts: &[Point], duties: &[NormId]) -> Clashes {
    let mut found = Clashes::default();
    for &start in starts {
        word_continues(asker, part, &[start], Tier::Must, &mut found);
    }
    let mut plans = Vec::new();
    for &duty in duties.iter().filter(|n| part.norms.contains(n)) {
        keeping(asker, part, duty, Tier::Must, &mut found, &mut plans);
    }
    found
}

/// Searches the orders of occurrences alone, in both tiers; clashes that are known come first and are not found again.
pub fn of_words(asker: &mut Asker<'_>, known: Vec<Clash>) -> Clashes {
    let mut found = Clashes {
        cores: known,
        ..Clashes::default()
    };
    let tiers = tiers(asker, &BTreeSet::new());
    all_words(asker, &tiers, &mut found);
    found
}

fn all_words(asker: &mut Asker<'_>, tiers: &[(Tier, Vec<Part>); 2], found: &mut Clashes) {
    let [(_, musts), (_, shoulds)] = tiers;
    let mut answers = Answers::new();
    for part in musts {
        let holds = |wider: &&Part| part.norms.iter().all(|n| wider.norms.contains(n));
        let wider = shoulds.iter().find(holds).filter(|w| w.norms != part.norms);
        words(asker, (part, wider), Tier::Must, &mut answers, found);
    }
    for part in shoulds {
        words(asker, (part, None), Tier::Should, &mut answers, found);
    }
}

/// For the norms of a part: which words are known to continue, or not to.
type Answers = BTreeMap<Vec<NormId>, BTreeMap<Word, bool>>;

/// Every order of letters of a part. What goes on in a wider part of the next tier goes on in both, and is not asked there again.
fn words(
    asker: &mut Asker<'_>,
    (part, wider): (&Part, Option<&Part>),
    tier: Tier,
    answers: &mut Answers,
    found: &mut Clashes,
) {
    let mut words: Vec<Word> = part.letters.iter().map(|l| vec![*l]).collect();
    for length in 1..=WORD {
        let mut longer = Vec::new();
        for word in words {
            if found.is_enough() {
                return;
            }
            if found.words >= WORDS {
                let open = format!("whether all can go on after each of the orders of occurrences beyond {WORDS}");
                found.open.push(open);
                return;
            }
            found.words += 1;
            let known = answers.get(&part.norms).and_then(|known| known.get(&word).copied());
            let mut in_wider = || wider.filter(|wider| asker.continues_in(&word, part, wider));
            let (norms, goes_on) = match known {
                Some(known) => (&part.norms, known),
                None => match in_wider() {
                    Some(wider) => (&wider.norms, true),
                    None => (&part.norms, word_continues(asker, part, &word, tier, found)),
                },
            };
            if goes_on && length < WORD {
                longer.extend(part.letters.iter().filter(|l| !word.contains(l)).map(|l| {
                    let mut longer = word.clone();
                    longer.push(*l);
                    longer
                }));
            }
            answers.entry(norms.clone()).or_default().insert(word, goes_on);
        }
        words = longer;
    }
}

/// Whether a word is reached and continues everywhere; clashes that hide behind one another are found one by one.
fn word_continues(asker: &mut Asker<'_>, part: &Part, word: &[Point], tier: Tier, found: &mut Clashes) -> bool {
    let mut obeyed = part.norms.clone();
    for _ in 0..LAYERS {
        match asker.refute(word, part, &obeyed) {
            Attempt::Unreachable => return false,
            Attempt::Continues => return obeyed.len() == part.norms.len(),
            Attempt::Unfinished => {
                found.open.push(whether_all_go_on(asker, word));
                return false;
            }
            Attempt::Stuck(refutation) => {
                let protocol = asker.ground.protocol;
                let core = refutation.core.clone();
                if core.iter().all(|n| describe::is_silent(protocol, *n)) {
                    return false;
                }
                let avoidable = word.iter().any(|x| asker.is_own(*x));
                if own_doing(asker, word, &core) {
                    return false;
                }
                // An implied limit, which the analysis of control tells with its figures.
                let subsumed = found.knows(&core) || avoidable && asker.is_stuck_by_waiting(&refutation, part);
                match found.cores.iter_mut().find(|c| c.core == core) {
                    Some(known) => {
                        if known.avoidable && !avoidable {
                            known.avoidable = false;
                            known.given.clone_from(&refutation.case);
                            known.refutation = Some(*refutation);
                        }
                    }
                    None if subsumed => {}
                    None => found.cores.push(Clash {
                        core: core.clone(),
                        tier,
                        given: refutation.case.clone(),
                        refutation: Some(*refutation),
                        asked: None,
                        bare: None,
                        avoidable,
                        part: part.clone(),
                    }),
                }
                let Some(waived) = Clashes::waive(protocol, &core, None) else {
                    return false;
                };
                obeyed.retain(|n| *n != waived);
            }
        }
    }
    false
}

/// The question that was asked of a word.
pub(super) fn whether_all_go_on(asker: &Asker<'_>, word: &[Point]) -> String {
    let told = |x: &Point| {
        let instance = asker.ground.instance(*x)?;
        Some(words::happening(asker.ground.protocol, instance.class))
    };
    let told: Vec<String> = word.iter().filter_map(told).collect();
    format!("whether all can go on after {}", told.join(", and then "))
}

/// The duties of a core ask for what was done of them already: whoever acts too early springs no trap.
fn own_doing(asker: &Asker<'_>, word: &[Point], core: &BTreeSet<NormId>) -> bool {
    let protocol = asker.ground.protocol;
    let own = word.iter().filter(|x| asker.is_own(**x));
    let done: Vec<Happening> = own.filter_map(|x| Some(asker.ground.instance(*x)?.class)).collect();
    let asked = |norm: &NormId| match norm {
        NormId::Rule(r) => match protocol.rules.get(r.index()).map(|rule| &rule.body) {
            Some(Body::Norm { act, .. }) => class_of(act),
            _ => None,
        },
        NormId::Decision(_) => None,
    };
    let mut asking = core.iter().filter(|n| !describe::is_silent(protocol, **n));
    asking.all(|n| asked(n).is_some_and(|class| done.contains(&class)))
}

/// Looks for a case in which a duty is engaged but in no accepted history kept. A plan in which all
/// of the part is obeyed may do for other duties too.
fn keeping(asker: &mut Asker<'_>, part: &Part, norm: NormId, tier: Tier, found: &mut Clashes, plans: &mut Vec<Plan>) {
    let protocol = asker.ground.protocol;
    if describe::forbids(protocol, norm) || found.is_enough() {
        return;
    }
    for way in asker.engagements(norm) {
        if asker.is_planned(&way, plans) {
            continue;
        }
        // What engages it, and nothing else from outside: what the court might yet do must not rescue a protocol.
        let Some(hidden) = asker.idle(part, std::slice::from_ref(&way)) else {
            continue;
        };
        let scene = asker.scene(part, std::slice::from_ref(&way), &part.norms, hidden.clone());
        let mut out = BTreeSet::new();
        for _ in 0..LAYERS {
            let asked = match out.is_empty() {
                true => asker.adverse_beyond(&scene, &out, plans),
                false => asker.adverse(&scene, &out),
            };
            match asked {
                Adverse::None => break,
                Adverse::Unfinished => {
                    let open = format!("whether {} can be kept in every case", describe::quoted(protocol, norm));
                    found.open.push(open);
                    break;
                }
                Adverse::Case(given) => {
                    let Some(core) = asker.core_of(&scene, &out, &given) else {
                        break;
                    };
                    // Without the norm itself in it, it is its trigger that cannot come about: another norm's clash.
                    let full = core.clone();
                    if core.contains(&norm)
                        && !found
                            .cores
                            .iter()
                            .any(|c| c.core.is_subset(&full) || full.is_subset(&c.core))
                    {
                        let bare = asker.scene(part, std::slice::from_ref(&way), &[], hidden.clone());
                        found.cores.push(Clash {
                            core: full,
                            tier,
                            refutation: None,
                            given,
                            asked: Some((norm, scene.clone())),
                            bare: Some(bare),
                            avoidable: false,
                            part: part.clone(),
                        });
                    }
                    let Some(waived) = Clashes::waive(protocol, &core, Some(norm)) else {
                        break;
                    };
                    out.insert(waived);
                }
            }
        }
    }
}

/// How often a clash of this case bites.
pub(super) fn reach(asker: &Asker<'_>, given: &[(Choice, u64)], some_dates: bool) -> Reach {
    let mut reach = if some_dates { Reach::SomeDates } else { Reach::EveryCase };
    for (choice, set) in given {
        if *set == asker.ground.net.full(*choice) {
            continue;
        }
        let Some(factor) = asker.ground.factors.iter().position(|c| c == choice) else {
            continue;
        };
        let is_reading = asker
            .ground
            .protocol
            .factors
            .get(factor)
            .is_some_and(|f| matches!(f.kind, FactorKind::Reading));
        reach = reach.min(if is_reading {
            Reach::OneReading
        } else {
            Reach::SomeCases
        });
    }
    reach
}

/// Places of the clashes' members, for other analyses that say they looked past them.
pub fn set_aside(protocol: &Protocol, waived: &BTreeSet<NormId>) -> Option<String> {
    let list: Vec<NormId> = waived.iter().copied().collect();
    (!list.is_empty()).then(|| {
        format!(
            "found with {} set aside, which a clash above concerns",
            describe::list(protocol, &list)
        )
    })
}

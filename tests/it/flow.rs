//! Flowcharts: everything drawn once, nothing the same twice, nothing that Graphviz stumbles over.

use duly::diagnostics::Severity;
use duly::emit::{Chart, Mark, charts};
use duly::model::*;
use duly::resolve::load;
use duly::source::{FileId, Sources, Span};
use duly::time::{Duration, Unit};
use duly::world::MemoryWorld;

fn span(at: usize) -> Span {
    Span::new(FileId(0), at, at + 1)
}

fn origin(name: &str, label: &str, at: usize, cites: &str) -> Origin {
    let cites = match cites {
        "" => vec![],
        text => vec![Citation {
            source: None,
            text: text.into(),
            statements: vec![],
            verified: None,
            span: span(at),
        }],
    };
    Origin {
        module: ModuleId(0),
        name: name.into(),
        label: label.into(),
        span: span(at),
        cites,
    }
}

fn at(ordinal: Ordinal, what: Happening) -> Moments {
    Moments {
        any: vec![Moment {
            ordinal,
            what,
            since: None,
            span: span(0),
        }],
        reading: None,
        perhaps_unstated: false,
        span: span(0),
    }
}

fn days(count: u32) -> Length {
    let day = Duration {
        count,
        unit: Unit::WorkingDays,
        clear: false,
    };
    Length {
        any: vec![day],
        reading: None,
        period: None,
        span: span(0),
    }
}

fn limit(kind: LimitKind) -> Limit {
    Limit { kind, span: span(0) }
}

fn who(party: Party) -> Who {
    Who {
        parties: vec![party],
        either: false,
        span: span(0),
    }
}

fn which(ordinal: Ordinal, meeting: u32) -> Which {
    Which {
        ordinal,
        meeting: MeetingId(meeting),
        since: None,
        span: span(0),
    }
}

const ON_PLAN: StatusId = StatusId(0);
const IN_CARE: StatusId = StatusId(1);
const LETTER: DocumentId = DocumentId(0);
const NASTY: &str = "a \"quoted\" \\N <label> & an émigré's\n\u{7}🙂";

/// A little of everything: duties, a bar, an exclusive power, an effect, a gate with a silence, readings, strange names.
fn protocol() -> Protocol {
    let mut p = Protocol::default();
    p.modules.push(Module {
        name: "sample".into(),
        label: "Plans & care".into(),
        file: FileId(0),
        span: span(0),
        rank: Rank::Local,
        local: true,
        implements: vec![],
        in_force: (None, None),
        authority: Some("Borough of \"Sampleton\"".into()),
        apart: false,
    });
    let status = |name: &str, label: &str| Status {
        origin: origin(name, label, 0, ""),
        values: vec!["no".into(), "yes".into()],
        starts_as: Some(ValueId(0)),
        protects: true,
        setters: vec![],
    };
    p.statuses = vec![
        status("on-plan", "on a child protection plan"),
        status("in-care", "in care"),
    ];
    let role = |name: &str, label: &str, outside: bool| Role {
        origin: origin(name, label, 0, ""),
        outside,
        many: false,
        counts_as: vec![],
    };
    p.roles = vec![
        role("manager", "Conference Manager", false),
        role("worker", "lead worker, a social worker", false),
        role("agency", NASTY, true),
    ];
    let meeting = |name: &str, label: &str| Meeting {
        origin: origin(name, label, 0, ""),
        repeats: true,
        counts_as: vec![],
        chaired_by: Slot::Absent,
        attended_by: Slot::Absent,
        quorum: Slot::Absent,
        about: None,
    };
    p.meetings = vec![
        meeting("conference", "review conference"),
        meeting("review", "care review"),
        meeting("core", "core group meeting"),
    ];
    p.documents.push(Document {
        origin: origin("letter", "letter: the plan is discharged", 0, ""),
        says: vec![],
    });
    p.factors.push(Factor {
        origin: origin("exceptional", "the circumstances are exceptional", 0, ""),
        kind: FactorKind::Judgement(None),
        values: vec!["no".into(), "yes".into()],
    });
    p.events.push(Event {
        origin: origin("refusal", "contact is refused", 0, ""),
        caused_by: Some(who(Party::Role(RoleId(2)))),
        repeats: true,
    });

    let rule = |name: &str, when: Vec<Moments>, body: Body, limits: Vec<Limit>| (name.to_owned(), when, body, limits);
    let norm = |subject: Subject, modal: Modal, act: Act| Body::Norm { subject, modal, act };
    let the = |r: u32| Subject::The(who(Party::Role(RoleId(r))));
    let begins = |s| at(Ordinal::Any, Happening::Begins(s));
    let exceptional = Cond::Factor(FactorId(0), vec![ValueId(1)], span(0));
    let discharge = Happening::Outcome(DecisionId(0), ValueId(0));
    let mut doubt = at(Ordinal::Any, Happening::Begins(ON_PLAN));
    doubt.any.push(Moment {
        ordinal: Ordinal::Any,
        what: Happening::Allocated(RoleId(1)),
        since: None,
        span: span(0),
    });
    let drafts = vec![
        rule(
            "send-letter",
            vec![begins(IN_CARE)],
            norm(
                the(0),
                Modal::Must,
                Act::Send(LETTER, who(Party::Role(RoleId(2))), Ordinal::Any),
            ),
            vec![limit(LimitKind::Unstated)],
        ),
        rule(
            "letter-ends-plan",
            vec![at(Ordinal::Any, Happening::Sent(LETTER))],
            Body::Effect(ON_PLAN, ValueId(0)),
            vec![],
        ),
        rule(
            "stays",
            vec![begins(IN_CARE)],
            norm(Subject::Nobody, Modal::MustNot, Act::End(ON_PLAN)),
            vec![limit(LimitKind::Until(at(
                Ordinal::Next,
                Happening::Held(MeetingId(0)),
            )))],
        ),
        rule(
            "review-follows",
            vec![at(Ordinal::Any, discharge)],
            norm(Subject::Someone, Modal::Must, Act::Hold(which(Ordinal::First, 1))),
            vec![
                limit(LimitKind::Within(days(20), begins(IN_CARE))),
                limit(LimitKind::StraightAfter(at(
                    Ordinal::Any,
                    Happening::Decided(DecisionId(0)),
                ))),
            ],
        ),
        rule(
            "tell-all",
            vec![at(Ordinal::Any, discharge)],
            norm(
                the(1),
                Modal::Should,
                Act::Notify(who(Party::Role(RoleId(2))), Thing::Quoted(NASTY.into())),
            ),
            vec![limit(LimitKind::Within(days(5), at(Ordinal::That, discharge)))],
        ),
        rule(
            "only-conference",
            vec![],
            norm(
                Subject::Only(who(Party::Meeting(MeetingId(0)))),
                Modal::May,
                Act::End(ON_PLAN),
            ),
            vec![],
        ),
        rule(
            "bar",
            vec![],
            norm(
                Subject::Nobody,
                Modal::ShouldNot,
                Act::Consider(Thing::Decision(DecisionId(0))),
            ),
            vec![limit(LimitKind::UntilAfter(days(60), begins(ON_PLAN)))],
        ),
        rule(
            "see-child",
            vec![],
            norm(the(1), Modal::Must, Act::Quoted("see the child alone".into())),
            vec![limit(LimitKind::Within(days(28), doubt))],
        ),
        rule(
            "monthly",
            vec![],
            norm(the(1), Modal::Should, Act::Hold(which(Ordinal::EachLater, 2))),
            vec![limit(LimitKind::Within(
                days(22),
                at(Ordinal::Previous, Happening::Held(MeetingId(2))),
            ))],
        ),
        rule(
            "refused",
            vec![at(Ordinal::Each, Happening::Happens(EventId(0)))],
            norm(
                the(1),
                Modal::Must,
                Act::Consult(who(Party::Role(RoleId(0))), Thing::Event(EventId(0))),
            ),
            vec![limit(LimitKind::Urgency("immediate".into()))],
        ),
        rule(
            "report",
            vec![],
            norm(the(1), Modal::Must, Act::Quoted("report to the conference".into())),
            vec![limit(LimitKind::AtLeastBefore(
                days(3),
                at(Ordinal::Each, Happening::Held(MeetingId(0))),
            ))],
        ),
        rule(
            "forward",
            vec![],
            norm(the(0), Modal::May, Act::Book(which(Ordinal::Next, 0))),
            vec![],
        ),
    ];
    for (n, (name, when, body, limits)) in drafts.into_iter().enumerate() {
        let label = name.replace('-', " ");
        p.rules.push(Rule {
            origin: origin(&name, &label, 10 * n, "sample 03.8"),
            guard: Guard {
                when,
                while_: Cond::True,
                if_: Cond::True,
                unless: if name == "bar" {
                    vec![exceptional.clone()]
                } else {
                    vec![]
                },
            },
            body,
            limits,
            exception_to: if name == "letter-ends-plan" {
                vec![RuleId(5)]
            } else {
                vec![]
            },
            departs_from: None,
            replaces: vec![],
            in_force: (None, None),
            refers_to: vec![],
            whole: span(10 * n),
            body_span: span(10 * n),
        });
    }
    let option = |name: &str, label: &str, effects| Choice {
        name: name.into(),
        label: label.into(),
        if_: Cond::True,
        unless: vec![],
        effects,
        then: Slot::Absent,
        cites: vec![],
        span: span(0),
    };
    p.decisions.push(Decision {
        origin: origin("discharge", "Is the plan discharged?", 25, "sample 03.9"),
        guard: Guard {
            when: vec![begins(IN_CARE)],
            while_: Cond::True,
            if_: Cond::Status(ON_PLAN, vec![ValueId(1)], span(0)),
            unless: vec![],
        },
        at: Some(which(Ordinal::Next, 0)),
        decided_by: Slot::Given(who(Party::Meeting(MeetingId(0)))),
        agreed_by: Slot::Absent,
        advised_by: Slot::Given(who(Party::Role(RoleId(0)))),
        consulting: Slot::Absent,
        deadlock: Slot::Absent,
        limits: vec![],
        options: vec![
            option(
                "discharged",
                "the plan is discharged",
                vec![(ON_PLAN, ValueId(0), span(0))],
            ),
            option("kept", "the plan goes on", vec![]),
        ],
        otherwise_unstated: Some(span(0)),
        whole: span(25),
    });
    p
}

fn marks() -> Vec<Mark> {
    let mark = |norm| Mark {
        norm,
        finding: 1,
        headline: "`bar` and `discharge` cannot both be kept".into(),
    };
    vec![mark(NormId::Rule(RuleId(6))), mark(NormId::Decision(DecisionId(0)))]
}

/// The charts of processes: all but the overview.
fn processes(all: &[Chart]) -> String {
    all.iter().skip(1).map(|c| c.dot.as_str()).collect()
}

/// Every rule and decision as one node, every option and limit as one label.
fn assert_each_once(p: &Protocol) {
    let all = charts(p, &[]);
    let dot = processes(&all);
    let local = |o: &Origin| p.modules[o.module.index()].local;
    let key = |o: &Origin| format!("{}.{}", p.modules[o.module.index()].name, o.name);
    let count = |what: &str| dot.matches(what).count();
    let nodes = |id: &str| {
        dot.lines()
            .filter(|l| l.trim_start().starts_with(&format!("\"{id}\" [label=")))
            .count()
    };
    let limits = |o: &Origin, limits: &[Limit]| {
        for n in 1..=limits.len() {
            let name = format!("limit-{}-{n}", key(o).replace('.', "-"));
            let found = dot
                .split(|c: char| !(c.is_alphanumeric() || c == '-'))
                .filter(|w| *w == name)
                .count();
            assert_eq!(found, 1, "{name}\n{dot}");
        }
    };
    for rule in p.rules.iter().filter(|r| local(&r.origin)) {
        assert_eq!(nodes(&key(&rule.origin)), 1, "{}", rule.origin.name);
        limits(&rule.origin, &rule.limits);
    }
    for d in p.decisions.iter().filter(|d| local(&d.origin)) {
        assert_eq!(nodes(&key(&d.origin)), 1, "{}", d.origin.name);
        limits(&d.origin, &d.limits);
        for option in &d.options {
            let name = format!("option-{}-{}\"", key(&d.origin).replace('.', "-"), option.name);
            assert_eq!(count(&name), 1, "{name}");
        }
        let otherwise = format!("option-{}-otherwise\"", key(&d.origin).replace('.', "-"));
        assert_eq!(
            count(&otherwise),
            usize::from(d.otherwise_unstated.is_some()),
            "{otherwise}"
        );
    }
}

/// What `dot` says on its error stream, and the picture; none where it is not installed.
fn drawn(dot: &str) -> Option<(String, String)> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take().unwrap();
    let text = dot.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let failed = if out.status.success() { "" } else { "failed" };
    let said = format!("{}{failed}", String::from_utf8_lossy(&out.stderr));
    Some((said, String::from_utf8_lossy(&out.stdout).into_owned()))
}

#[test]
fn everything_is_drawn_once() {
    assert_each_once(&protocol());
}

#[test]
fn graphviz_has_nothing_to_complain_of_and_changes_no_name() {
    let mut pictures = String::new();
    for chart in charts(&protocol(), &marks()) {
        let Some((said, picture)) = drawn(&chart.dot) else {
            return;
        };
        assert_eq!(said, "", "{}", chart.dot);
        pictures.push_str(&picture);
    }
    // In labels and in tooltips, a name that looks like one of Graphviz's own escapes.
    assert!(
        pictures.contains(r#">&quot;quoted&quot; \N &lt;label&gt; &amp;"#),
        "{pictures}"
    );
    assert!(
        pictures.contains(r#"to a &quot;quoted&quot; \N &lt;label&gt; &amp; an émigré"#),
        "{pictures}"
    );
}

#[test]
fn charts_are_the_same_every_time_and_have_names_of_their_own() {
    let all = charts(&protocol(), &marks());
    assert_eq!(all, charts(&protocol(), &marks()));
    let mut names: Vec<_> = all.iter().map(|c| &c.name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all.len());
}

#[test]
fn node_ids_are_unique() {
    for chart in charts(&protocol(), &marks()) {
        let mut ids: Vec<_> = chart
            .dot
            .lines()
            .filter_map(|l| l.trim().split_once(" [label=").map(|(id, _)| id))
            .filter(|id| !id.contains("->"))
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{}", chart.dot);
    }
}

#[test]
fn a_finding_is_marked_without_colour_and_in_words() {
    let all = charts(&protocol(), &marks());
    let marked = processes(&all);
    assert!(
        marked.contains("⚠ finding 1") && marked.contains("penwidth=\"4\""),
        "{marked}"
    );
    assert!(
        all.iter()
            .any(|c| c.text.contains("Finding 1: `bar` and `discharge` cannot both be kept."))
    );
    // What was found stands above the chart, and the box shows the name by which it is called there, and its place.
    assert!(
        marked.contains(
            "<b>⚠ finding 1</b></td><td align=\"left\" balign=\"left\">`bar` and `discharge` cannot both be kept</td>"
        ),
        "{marked}"
    );
    let bar = marked
        .lines()
        .find(|l| l.trim_start().starts_with("\"sample.bar\" ["))
        .unwrap();
    assert!(bar.contains("`bar`</i>") && bar.contains("sample 03.8</i>"), "{bar}");
    assert!(!processes(&charts(&protocol(), &[])).contains('⚠'));
}

#[test]
fn the_text_tells_what_the_chart_shows() {
    let text: String = charts(&protocol(), &[])
        .iter()
        .skip(1)
        .map(|c| c.text.as_str())
        .collect();
    for said in [
        "the Conference Manager must send the document “letter: the plan is discharged” to",
        "no time stated",
        "Nobody should consider the decision “Is the plan discharged?”, until 60 working days after “on a child protection plan” begins, unless the circumstances are exceptional.",
        "Otherwise: not stated.",
        "Only the review conference may end the status “on a child protection plan”.",
        "within 28 working days after “on a child protection plan” begins or perhaps the lead worker is allocated",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

/// Every protocol of `policies/`, with the name of its folder.
fn policies() -> Vec<(String, Protocol)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let mut folders: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let read = |folder: &std::path::PathBuf| {
        let mut world = MemoryWorld::default();
        for file in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if file.extension().is_some_and(|e| e == "duly") {
                world
                    .files
                    .insert(file.display().to_string(), std::fs::read_to_string(&file).unwrap());
            }
        }
        let mut sources = Sources::new();
        let loaded = load(&world, &folder.display().to_string(), &mut sources).unwrap();
        let errors: Vec<_> = loaded
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        (
            folder.file_name().unwrap().to_string_lossy().into_owned(),
            loaded.protocol,
        )
    };
    folders.iter().map(read).collect()
}

#[test]
fn every_policy_is_drawn_once_on_pages_that_can_be_read() {
    let all = policies();
    assert!(!all.is_empty());
    for (name, p) in all {
        assert_each_once(&p);
        for chart in charts(&p, &[]) {
            let nodes = chart
                .dot
                .lines()
                .filter(|l| l.contains(" [label=") && !l.contains(" -> "))
                .count();
            assert!(nodes <= 40, "{name} {}: {nodes} nodes", chart.name);
            if let Some((said, _)) = drawn(&chart.dot) {
                assert_eq!(said, "", "{name} {}", chart.name);
            }
        }
    }
}

//! The map of the charts: which process leads to which. In: the processes. Out: the first chart.

use super::dot::{Drawing, Edge, Face, Label, Node};
use super::links::{self, Links};
use super::look::look;
use super::process::{self, Process};
use super::{Chart, Mark, findings, flag, heading, notes};
use crate::model::{Happening, NormId, Ordinal, Protocol, words};

/// The overview: a folder per process, an oval for what starts it from outside, arrows for what leads to what.
pub fn chart(p: &Protocol, links: &Links, processes: &[Process], marks: &[Mark]) -> Chart {
    let title = "Overview".to_owned();
    let mut drawing = Drawing {
        name: "overview".to_owned(),
        title: title.clone(),
        subtitle: heading(p),
        notes: notes(&findings(&links.norms, marks)),
        ..Drawing::default()
    };
    let mut text = format!("{title}\n{}\n", heading(p));
    for process in processes {
        let found = findings(&process.norms, marks);
        let mut label = Label(vec![(Face::Strong, process.heading())]);
        label.add(Face::Plain, size(process));
        label.add(Face::Aside, doers(p, process).join(", "));
        label.add(Face::Strong, flag(&found));
        let (weight, fill) = if found.is_empty() {
            ("1", "white")
        } else {
            ("4", "#fff8c5")
        };
        drawing.nodes.push(Node {
            id: process.name.clone(),
            lane: None,
            label,
            width: 40,
            look: look(&[("shape", "folder"), ("penwidth", weight), ("fillcolor", fill)]),
            tooltip: format!("{}: {}", process.title, size(process)),
        });
        text.push_str(&format!(
            "\n{}: {}.\n   Who: {}.\n",
            process.heading(),
            size(process),
            doers(p, process).join(", ")
        ));
        for mark in found {
            text.push_str(&format!("   Finding {}: {}.\n", mark.finding, mark.headline));
        }
        for to in processes.iter().filter(|to| to.number != process.number) {
            let flows = process::flows(p, links, process, to);
            let Some((&first, more)) = flows.split_first() else {
                continue;
            };
            text.push_str(&format!("   Leads to {}: {}.\n", to.number, said(p, &flows)));
            let mut label = Label::plain(words::happening(p, first));
            label.add(
                Face::Aside,
                match more.len() {
                    0 => String::new(),
                    1 => "and 1 more".to_owned(),
                    n => format!("and {n} more"),
                },
            );
            drawing.edges.push(Edge {
                from: process.name.clone(),
                to: to.name.clone(),
                label,
                look: vec![],
                classes: vec![],
            });
        }
    }
    starts(p, links, processes, &mut drawing);
    Chart {
        name: "overview".to_owned(),
        title,
        dot: drawing.dot(),
        text,
    }
}

/// Ovals for what no local norm brings about, once each.
fn starts(p: &Protocol, links: &Links, processes: &[Process], drawing: &mut Drawing) {
    for process in processes {
        let Some(&what) = process.triggers.first() else {
            continue;
        };
        if !links.makers(Ordinal::Any, what).is_empty() {
            continue;
        }
        let said = words::capital(&words::happening(p, what));
        let id = format!("when {said}");
        if !drawing.has(&id) {
            let shape = if links::is_change(what) { "box3d" } else { "ellipse" };
            drawing.nodes.push(Node {
                id: id.clone(),
                lane: None,
                label: Label::plain(said.clone()),
                width: 24,
                look: vec![("shape", shape.to_owned()), ("fillcolor", "#fdf6e3".to_owned())],
                tooltip: said,
            });
        }
        drawing.edges.push(Edge {
            from: id,
            to: process.name.clone(),
            label: Label::default(),
            look: vec![],
            classes: vec![],
        });
    }
}

fn said(p: &Protocol, flows: &[Happening]) -> String {
    flows
        .iter()
        .map(|&h| words::happening(p, h))
        .collect::<Vec<_>>()
        .join("; ")
}

fn size(process: &Process) -> String {
    let decisions = process
        .norms
        .iter()
        .filter(|n| matches!(n, NormId::Decision(_)))
        .count();
    let count = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts = [
        count(process.norms.len() - decisions, "rule"),
        count(decisions, "decision"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The lanes of a process, each once.
fn doers(p: &Protocol, process: &Process) -> Vec<String> {
    let mut all = Vec::new();
    for (label, _) in process.norms.iter().filter_map(|&n| links::lane(p, n)) {
        if !all.contains(&label) {
            all.push(label);
        }
    }
    all
}

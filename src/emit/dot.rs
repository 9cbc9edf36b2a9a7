//! The DOT language: nodes, edges and lanes to text. In: a drawing. Out: one graph, byte for byte the same every time.
//! Knows nothing of protocols.

use std::fmt::Write;

/// How a line of a label looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// As it is.
    Plain,
    /// Bold.
    Strong,
    /// Small and italic: a condition, a remark.
    Aside,
}

/// A label: paragraphs, wrapped when they are written.
#[derive(Debug, Clone, Default)]
pub struct Label(pub Vec<(Face, String)>);

impl Label {
    /// One plain paragraph.
    pub fn plain(text: impl Into<String>) -> Label {
        Label(vec![(Face::Plain, text.into())])
    }

    /// Adds a paragraph unless it is empty.
    pub fn add(&mut self, face: Face, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push((face, text));
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn html(&self, width: usize) -> String {
        let mut lines = Vec::new();
        for (face, text) in &self.0 {
            // Small print fits more on a line.
            let width = if *face == Face::Aside { width + width / 6 } else { width };
            for line in wrap(text, width) {
                let line = escape_html(&line);
                lines.push(match face {
                    Face::Plain => line,
                    Face::Strong => format!("<b>{line}</b>"),
                    Face::Aside => format!("<font point-size=\"10\"><i>{line}</i></font>"),
                });
            }
        }
        format!("<{}>", lines.join("<br/>"))
    }
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// Unique in the drawing.
    pub id: String,
    /// Index of its lane; none: it stands outside all lanes.
    pub lane: Option<usize>,
    /// What it says.
    pub label: Label,
    /// Characters in a line of the label.
    pub width: usize,
    /// Shape, style and the like.
    pub look: Vec<(&'static str, String)>,
    /// Shown when pointed at, and read by screen readers.
    pub tooltip: String,
}

/// An edge.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Id of the node it leaves.
    pub from: String,
    /// Id of the node it enters.
    pub to: String,
    /// What it says.
    pub label: Label,
    /// Style and the like.
    pub look: Vec<(&'static str, String)>,
    /// Names by which its parts can be found again: `limit-...`, `option-...`.
    pub classes: Vec<String>,
}

/// A lane.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Whose.
    pub label: String,
    /// Not the authority's own.
    pub outside: bool,
}

/// A whole chart.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// The graph's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Under the title.
    pub subtitle: String,
    /// Remarks in a box below that, each with what it is called.
    pub notes: Vec<(String, String)>,
    /// Lanes, in order.
    pub lanes: Vec<Lane>,
    /// Nodes, in order.
    pub nodes: Vec<Node>,
    /// Edges, in order.
    pub edges: Vec<Edge>,
}

impl Drawing {
    /// The index of the lane with this label; made if there is none.
    pub fn lane(&mut self, label: &str, outside: bool) -> usize {
        if let Some(at) = self.lanes.iter().position(|l| l.label == label) {
            return at;
        }
        self.lanes.push(Lane {
            label: label.to_owned(),
            outside,
        });
        self.lanes.len() - 1
    }

    /// Whether a node with this id is there.
    pub fn has(&self, id: &str) -> bool {
        self.nodes.iter().any(|n| n.id == id)
    }

    /// The arrows, as positions of nodes, without those that only lead back: nearest first from where nothing leads to, an
    /// arrow that would close a circle is left out.
    fn steps(&self) -> Vec<(usize, usize)> {
        let at = |id: &str| self.nodes.iter().position(|n| n.id == id);
        let forward = |e: &&Edge| !e.look.iter().any(|(k, v)| *k == "constraint" && v == "false");
        let mut all: Vec<(usize, usize)> = self
            .edges
            .iter()
            .filter(forward)
            .filter_map(|e| Some((at(&e.from)?, at(&e.to)?)))
            .collect();
        let starts: Vec<usize> = (0..self.nodes.len())
            .filter(|n| all.iter().all(|s| s.1 != *n))
            .collect();
        let order = reached(&all, starts);
        all.sort_by_key(|s| order.iter().position(|n| *n == s.0).unwrap_or(usize::MAX));
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for (from, to) in all {
            if !reached(&taken, vec![to]).contains(&from) {
                taken.push((from, to));
            }
        }
        taken
    }

    /// How far along each node stands, from 1: the number of nodes on the longest way to it; what nothing leads to stands
    /// just before what it leads to.
    fn levels(&self, steps: &[(usize, usize)]) -> Vec<usize> {
        let mut level = vec![1; self.nodes.len()];
        for _ in &self.nodes {
            for &(from, to) in steps {
                level[to] = level[to].max(level[from] + 1);
            }
        }
        for node in 0..level.len() {
            let next = steps.iter().filter(|s| s.0 == node).map(|s| level[s.1]).min();
            if let (Some(next), false) = (next, steps.iter().any(|s| s.1 == node)) {
                level[node] = next - 1;
            }
        }
        level
    }

    /// The nodes of a lane, in as many frames as it has runs of levels in which its own nodes lead to one another: a frame
    /// that reached further would have foreign arrows across it.
    fn frames(&self, lane: usize, steps: &[(usize, usize)], levels: &[usize]) -> Vec<Vec<&Node>> {
        let inside = |n: &usize| self.nodes.get(*n).is_some_and(|n| n.lane == Some(lane));
        let mut all: Vec<usize> = (0..self.nodes.len()).filter(inside).collect();
        // Stable: nodes of one level keep their order.
        all.sort_by_key(|n| levels[*n]);
        let leads = |from: usize, to: usize| {
            to == from + 1
                && steps
                    .iter()
                    .any(|(a, b)| inside(a) && inside(b) && levels[*a] == from && levels[*b] == to)
        };
        all.chunk_by(|a, b| levels[*a] == levels[*b] || leads(levels[*a], levels[*b]))
            .map(|frame| frame.iter().filter_map(|n| self.nodes.get(*n)).collect())
            .collect()
    }

    /// Left to right, so that what one moment starts stands in a column; a long chain with few branches goes down the page.
    fn direction(&self, levels: &[usize]) -> &'static str {
        let depth = levels.iter().copied().max().unwrap_or(0);
        if depth.pow(2) > 3 * self.nodes.len() {
            "TB"
        } else {
            "LR"
        }
    }

    /// Title, subtitle and remarks, to stand above the graph.
    fn headline(&self) -> String {
        let inner = |label: Label, width| {
            let html = label.html(width);
            html[1..html.len() - 1].to_owned()
        };
        let title = inner(Label(vec![(Face::Strong, self.title.clone())]), 70);
        let subtitle = escape_html(&self.subtitle);
        let head =
            format!("<font point-size=\"18\">{title}</font><br/><font point-size=\"12\">{subtitle}</font><br/> ");
        if self.notes.is_empty() {
            return format!("<{head}>");
        }
        let mut rows = String::new();
        for (name, text) in &self.notes {
            // Graphviz takes no empty bold text.
            let name = match name.as_str() {
                "" => String::new(),
                name => format!("<b>{}</b>", escape_html(name)),
            };
            let text = inner(Label::plain(text.clone()), 90);
            rows.push_str(&format!(
                "<tr><td align=\"left\" valign=\"top\">{name}</td><td align=\"left\" balign=\"left\">{text}</td></tr>"
            ));
        }
        format!(
            "<<table border=\"0\" cellspacing=\"0\"><tr><td>{head}</td></tr><tr><td><table border=\"1\" cellborder=\"0\" \
             cellspacing=\"2\" bgcolor=\"#fff8c5\">{rows}</table></td></tr><tr><td> </td></tr></table>>"
        )
    }

    /// The graph as DOT.
    pub fn dot(&self) -> String {
        let mut out = format!("digraph {} {{\n", quote(&self.name));
        let steps = self.steps();
        let levels = self.levels(&steps);
        let label = self.headline();
        let tooltip = tip(&format!("{}. {}", self.title, self.subtitle));
        let font = "fontname=\"Helvetica,Arial,sans-serif\"";
        let _ = writeln!(
            out,
            "  graph [rankdir={}, newrank=true, nodesep=0.25, ranksep=0.45,",
            self.direction(&levels)
        );
        out.push_str("    pad=0.3, labelloc=t, bgcolor=white,\n");
        let _ = writeln!(out, "    {font}, fontsize=13, tooltip={tooltip},\n    label={label}]");
        let _ = writeln!(
            out,
            "  node [{font}, fontsize=12, shape=box, style=filled, fillcolor=white, margin=\"0.14,0.08\"]"
        );
        let _ = writeln!(out, "  edge [{font}, fontsize=11, arrowsize=0.8, color=\"#333333\"]");
        for node in self.nodes.iter().filter(|n| n.lane.is_none()) {
            let _ = writeln!(out, "  {}", node.dot());
        }
        for (at, lane) in self.lanes.iter().enumerate() {
            let mark = if lane.outside { " (outside)" } else { "" };
            let style = if lane.outside {
                "rounded,dashed"
            } else {
                "rounded,filled"
            };
            let label = Label(vec![(Face::Strong, format!("{}{mark}", lane.label))]).html(40);
            for (part, frame) in self.frames(at, &steps, &levels).into_iter().enumerate() {
                let _ = writeln!(out, "  subgraph cluster_{at}_{part} {{");
                let _ = writeln!(
                    out,
                    "    label={label}; labeljust=l; style=\"{style}\"; fillcolor=\"#f1f4f7\"; color=\"#8a97a5\";"
                );
                let _ = writeln!(out, "    tooltip={}; margin=12;", tip(&format!("{}{mark}", lane.label)));
                for node in frame {
                    let _ = writeln!(out, "    {}", node.dot());
                }
                out.push_str("  }\n");
            }
        }
        for edge in &self.edges {
            let _ = writeln!(out, "  {}", edge.dot());
        }
        out.push_str("}\n");
        out
    }
}

/// Where one can come from these positions, nearest first.
fn reached(steps: &[(usize, usize)], from: Vec<usize>) -> Vec<usize> {
    let mut found = from;
    let mut next = 0;
    while let Some(&node) = found.get(next) {
        for &(_, to) in steps.iter().filter(|s| s.0 == node) {
            if !found.contains(&to) {
                found.push(to);
            }
        }
        next += 1;
    }
    found
}

impl Node {
    fn dot(&self) -> String {
        let mut attributes = vec![format!("label={}", self.label.html(self.width))];
        attributes.extend(self.look.iter().map(|(k, v)| format!("{k}={}", quote(v))));
        attributes.push(format!("tooltip={}", tip(&self.tooltip)));
        format!("{} [{}]", quote(&self.id), attributes.join(", "))
    }
}

impl Edge {
    fn dot(&self) -> String {
        let mut attributes = Vec::new();
        if !self.label.is_empty() {
            attributes.push(format!("label={}", self.label.html(22)));
        }
        attributes.extend(self.look.iter().map(|(k, v)| format!("{k}={}", quote(v))));
        if !self.classes.is_empty() {
            attributes.push(format!("class={}", quote(&self.classes.join(" "))));
        }
        let said: Vec<_> = self.label.0.iter().map(|(_, t)| t.as_str()).collect();
        if !said.is_empty() {
            let tip = tip(&said.join("; "));
            attributes.push(format!("tooltip={tip}, labeltooltip={tip}"));
        }
        format!(
            "{} -> {} [{}]",
            quote(&self.from),
            quote(&self.to),
            attributes.join(", ")
        )
    }
}

/// A DOT string in double quotes. Backslashes are doubled, since Graphviz reads `\n`, `\N` and the like in labels.
pub fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A tooltip: Graphviz reads `\N` and the like twice over there, and entities before that.
fn tip(text: &str) -> String {
    quote(&text.replace('&', "&amp;").replace('\\', r"\\").replace('\n', " "))
}

/// Text for an HTML-like label. Graphviz reads `\N` and the like there too; control characters have no place in one.
pub fn escape_html(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Lines of at most `width` characters, broken at spaces; a longer word has a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        assert_eq!(quote("a \"b\" \\N\nc"), r#""a \"b\" \\N\nc""#);
        assert_eq!(
            escape_html("a<b> & \"c\"\u{7}\\N"),
            "a&lt;b&gt; &amp; &quot;c&quot; \\\\N"
        );
    }

    #[test]
    fn a_lane_is_one_frame_as_long_as_its_nodes_lead_to_one_another() {
        let node = |id: &str, lane| Node {
            id: id.to_owned(),
            lane,
            label: Label::default(),
            width: 20,
            look: vec![],
            tooltip: String::new(),
        };
        let edge = |(from, to): (&str, &str)| Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            label: Label::default(),
            look: vec![],
            classes: vec![],
        };
        let drawing = Drawing {
            nodes: vec![
                node("late", Some(0)),
                node("start", None),
                node("gate", Some(0)),
                node("way out", Some(0)),
                node("between", None),
                node("apart", Some(0)),
            ],
            // "late" leads back to "between".
            edges: [
                ("late", "between"),
                ("start", "gate"),
                ("gate", "way out"),
                ("way out", "between"),
                ("between", "late"),
            ]
            .map(edge)
            .into(),
            ..Drawing::default()
        };
        let steps = drawing.steps();
        let levels = drawing.levels(&steps);
        assert_eq!(levels, [5, 1, 2, 3, 4, 1]);
        let frames = drawing.frames(0, &steps, &levels);
        let ids: Vec<Vec<&str>> = frames
            .iter()
            .map(|f| f.iter().map(|n| n.id.as_str()).collect())
            .collect();
        assert_eq!(ids, [vec!["apart"], vec!["gate", "way out"], vec!["late"]]);
    }

    #[test]
    fn lines_are_wrapped_by_characters() {
        assert_eq!(wrap("é é é é", 3), ["é é", "é é"]);
        assert_eq!(wrap("extraordinarily so", 5), ["extraordinarily", "so"]);
        assert!(wrap("", 5).is_empty());
    }
}

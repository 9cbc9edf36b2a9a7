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

    /// The number of nodes on the longest way through the chart; arrows that only lead back do not count.
    fn depth(&self) -> usize {
        let at = |id: &str| self.nodes.iter().position(|n| n.id == id);
        let forward = |e: &&Edge| !e.look.iter().any(|(k, v)| *k == "constraint" && v == "false");
        let steps: Vec<_> = self
            .edges
            .iter()
            .filter(forward)
            .filter_map(|e| Some((at(&e.from)?, at(&e.to)?)))
            .collect();
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for &(from, to) in &steps {
            let mut reached = vec![to];
            let mut next = 0;
            while let Some(&node) = reached.get(next) {
                let more: Vec<_> = taken
                    .iter()
                    .filter(|s| s.0 == node && !reached.contains(&s.1))
                    .map(|s| s.1)
                    .collect();
                reached.extend(more);
                next += 1;
            }
            if !reached.contains(&from) {
                taken.push((from, to));
            }
        }
        let mut level = vec![1; self.nodes.len()];
        for _ in &self.nodes {
            for &(from, to) in &taken {
                level[to] = level[to].max(level[from] + 1);
            }
        }
        level.into_iter().max().unwrap_or(0)
    }

    /// Left to right, so that what one moment starts stands in a column; a chain with few branches goes down the page.
    fn direction(&self) -> &'static str {
        if self.depth().pow(2) > 2 * self.nodes.len() {
            "TB"
        } else {
            "LR"
        }
    }

    /// The graph as DOT.
    pub fn dot(&self) -> String {
        let mut out = format!("digraph {} {{\n", quote(&self.name));
        let title = Label(vec![(Face::Strong, self.title.clone())]).html(70);
        let subtitle = escape_html(&self.subtitle);
        let label = format!(
            "<<font point-size=\"18\">{}</font><br/><font point-size=\"12\">{subtitle}</font><br/> >",
            &title[1..title.len() - 1]
        );
        let tooltip = quote(&format!("{}. {}", self.title, self.subtitle));
        let font = "fontname=\"Helvetica,Arial,sans-serif\"";
        let _ = writeln!(
            out,
            "  graph [rankdir={}, newrank=true, nodesep=0.25, ranksep=0.45,",
            self.direction()
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
            let _ = writeln!(out, "  subgraph cluster_{at} {{");
            let _ = writeln!(
                out,
                "    label={label}; labeljust=l; style=\"{style}\"; fillcolor=\"#f1f4f7\"; color=\"#8a97a5\";"
            );
            let _ = writeln!(
                out,
                "    tooltip={}; margin=12;",
                quote(&format!("{}{mark}", lane.label))
            );
            for node in self.nodes.iter().filter(|n| n.lane == Some(at)) {
                let _ = writeln!(out, "    {}", node.dot());
            }
            out.push_str("  }\n");
        }
        for edge in &self.edges {
            let _ = writeln!(out, "  {}", edge.dot());
        }
        out.push_str("}\n");
        out
    }
}

impl Node {
    fn dot(&self) -> String {
        let mut attributes = vec![format!("label={}", self.label.html(self.width))];
        attributes.extend(self.look.iter().map(|(k, v)| format!("{k}={}", quote(v))));
        attributes.push(format!("tooltip={}", quote(&self.tooltip)));
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
            let tip = quote(&said.join("; "));
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

/// Text for an HTML-like label. Graphviz reads `\N` and the like there too; control characters have no place in one.
pub fn escape_html(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\\' => out.push_str("&#92;"),
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
            "a&lt;b&gt; &amp; &quot;c&quot; &#92;N"
        );
    }

    #[test]
    fn lines_are_wrapped_by_characters() {
        assert_eq!(wrap("é é é é", 3), ["é é", "é é"]);
        assert_eq!(wrap("extraordinarily so", 5), ["extraordinarily", "so"]);
        assert!(wrap("", 5).is_empty());
    }
}

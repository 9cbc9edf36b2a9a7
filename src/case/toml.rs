//! A case in TOML. In: a file. Out: what it says, with the place of every word. No name of the protocol is looked up here.

use super::{Line, Pair, Said, Written, csv::COLUMNS, error};
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Sources, Span};
use crate::time::written_at_start;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What may stand at the top of a case.
const TOP: [&str; 4] = ["born", "given", "start", "event"];

type Key<'k> = Spanned<std::borrow::Cow<'k, str>>;
type Value<'v> = Spanned<DeValue<'v>>;

/// Where reading stands.
struct Reader<'a> {
    text: &'a str,
    file: FileId,
    /// Lines of which TOML has complained: their values are what its recovery made of them, not what was written.
    broken: Vec<std::ops::Range<usize>>,
    out: &'a mut Vec<Diagnostic>,
}

/// Reads a case.
pub(super) fn read(sources: &Sources, file: FileId, out: &mut Vec<Diagnostic>) -> Written {
    let text = sources.text(file);
    let (top, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        text,
        file,
        broken: Vec::new(),
        out,
    };
    for wrong in errors {
        reader.complain(wrong.message(), wrong.span().unwrap_or_default());
    }
    let mut written = Written::default();
    if top.get_ref().is_empty() && reader.broken.is_empty() {
        reader.tell(error::nothing_written(Span::new(file, 0, 0)));
    }
    for (key, value) in in_order(top.get_ref()) {
        match key.get_ref().as_ref() {
            "born" => written.born = reader.said(key, value),
            "given" => written.given = reader.pairs(key, value),
            "start" => written.start = reader.pairs(key, value),
            "event" => written.lines = reader.events(key, value),
            _ => {
                let said = reader.key(key);
                reader.tell(error::unknown_key(&said, &TOP, "key"));
            }
        }
    }
    written
}

/// Entries as written: a table of TOML has no order of its own.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Key<'i>, &'t Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

impl Reader<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn key(&self, key: &Key<'_>) -> Said {
        Said {
            text: key.get_ref().to_string(),
            span: self.span(key.span()),
        }
    }

    /// Says it, unless its line is broken and has been told already.
    fn tell(&mut self, d: Diagnostic) {
        let told = d.place().is_some_and(|p| self.is_broken(p.start as usize));
        if !told {
            self.out.push(d);
        }
    }

    fn is_broken(&self, at: usize) -> bool {
        self.broken.iter().any(|line| line.contains(&at))
    }

    /// A complaint of TOML, once for a line: about a value that is missing, a day that does not exist, or anything else.
    fn complain(&mut self, message: &str, at: std::ops::Range<usize>) {
        let start = self
            .text
            .get(..at.start)
            .and_then(|t| t.rfind('\n'))
            .map_or(0, |n| n + 1);
        let rest = self.text.get(start..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or("");
        if self.is_broken(start) {
            return;
        }
        self.broken.push(start..start + line.len() + 1);
        let value = line.split_once('=').map(|(name, value)| {
            let bare = value.split('#').next().unwrap_or("").trim();
            let from = start + line.len() - value.trim_start().len();
            let span = self.span(from..from + bare.len());
            let text = bare.to_owned();
            (name.trim(), Said { text, span })
        });
        let d = match value {
            Some((name, value)) if value.text.is_empty() => {
                let span = self.span(start..start + line.trim_end().len());
                error::no_value(name, span)
            }
            Some((_, value)) if error::looks_like_a_day(&value.text) || written_at_start(&value.text).is_some() => {
                error::no_day(&value)
            }
            _ => error::not_toml(self.span(at), message),
        };
        self.out.push(d);
    }

    /// A value as words: `true` and `false` are `yes` and `no`; a date is what is written.
    fn said(&mut self, key: &Key<'_>, value: &Value<'_>) -> Option<Said> {
        let span = self.span(value.span());
        let text = match value.get_ref() {
            DeValue::String(words) => words.to_string(),
            DeValue::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            DeValue::Datetime(_) => self.text.get(value.span()).unwrap_or("").to_owned(),
            _ => {
                let said = self.key(key);
                self.tell(error::wrong_sort(&said, span));
                return None;
            }
        };
        if self.is_broken(value.span().start) {
            return None;
        }
        if text.trim().is_empty() {
            self.tell(error::no_value(key.get_ref(), span));
            return None;
        }
        Some(Said { text, span })
    }

    /// Names and values of a table. A name of a base may be written with a dot, which TOML takes for a table in it.
    fn pairs(&mut self, key: &Key<'_>, value: &Value<'_>) -> Vec<Pair> {
        let DeValue::Table(table) = value.get_ref() else {
            let said = self.key(key);
            self.tell(error::not_a_table(&said));
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in in_order(table) {
            if let DeValue::Table(of_base) = value.get_ref() {
                for (rest, value) in in_order(of_base) {
                    let span = self.span(name.span()).to(self.span(rest.span()));
                    let text = format!("{}.{}", name.get_ref(), rest.get_ref());
                    let name = Said { text, span };
                    pairs.extend(self.said(rest, value).map(|value| Pair { name, value }));
                }
            } else {
                let said = self.key(name);
                pairs.extend(self.said(name, value).map(|value| Pair { name: said, value }));
            }
        }
        pairs
    }

    fn events(&mut self, key: &Key<'_>, value: &Value<'_>) -> Vec<Line> {
        let DeValue::Array(events) = value.get_ref() else {
            let said = self.key(key);
            self.tell(error::not_events(&said));
            return Vec::new();
        };
        events.iter().filter_map(|event| self.event(key, event)).collect()
    }

    fn event(&mut self, key: &Key<'_>, event: &Value<'_>) -> Option<Line> {
        let DeValue::Table(table) = event.get_ref() else {
            let said = self.key(key);
            self.tell(error::not_events(&said));
            return None;
        };
        let mut line = Line {
            span: self.span(event.span()),
            date: None,
            what: None,
            by: None,
            chair: None,
            booked_for: None,
        };
        let mut whole = true;
        for (name, value) in in_order(table) {
            let slot = match name.get_ref().as_ref() {
                "date" => &mut line.date,
                "what" => &mut line.what,
                "by" => &mut line.by,
                "chair" => &mut line.chair,
                "booked-for" => &mut line.booked_for,
                _ => {
                    let said = self.key(name);
                    self.tell(error::unknown_key(&said, &COLUMNS, "key"));
                    continue;
                }
            };
            *slot = self.said(name, value);
            whole &= slot.is_some();
        }
        // What is missing from a broken event only follows from what has been told.
        let broken = self.is_broken(event.span().start)
            || self
                .broken
                .iter()
                .any(|b| (event.span().start..event.span().end).contains(&b.start));
        (whole && !broken).then_some(line)
    }
}

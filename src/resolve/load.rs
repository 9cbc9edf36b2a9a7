//! Finding and reading the files of a protocol. In: a path in a [`World`]. Out: every module it needs, what is used first,
//! resolved. One folder is one protocol: its files share one `protocol` header; a file that begins with `base` is a module
//! of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::{Scenarios, Unit, error, resolve, sort, stdlib};
use crate::ast::{File, Item, ItemKind, Name, SlotKind};
use crate::diagnostics::{Diagnostic, Severity, code, nearest};
use crate::model::Protocol;
use crate::source::{Sources, Span};
use crate::syntax;
use crate::world::{MemoryWorld, Refusal, World};

/// Bases through which another base may be used.
const DEEPEST_USE: usize = 100;

/// A protocol with what was found wrong on the way.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The protocol; whole only if [`Loaded::is_well_formed`].
    pub protocol: Protocol,
    /// Everything to tell the author, sorted by place, but for what is wrong with scenarios.
    pub diagnostics: Vec<Diagnostic>,
    /// The scenarios of the protocol, for whoever asks of them.
    pub scenarios: Scenarios,
}

impl Loaded {
    /// Whether nothing that is wrong with the text or its names and kinds keeps the protocol from being judged.
    pub fn is_well_formed(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::stops)
    }
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// Its path.
    pub path: String,
    /// Why.
    pub refusal: Refusal,
}

/// Reads the protocol at a path, a file or a folder, with everything it uses.
///
/// # Errors
/// The path, or a file it uses, cannot be read. What is wrong inside a file is a diagnostic.
pub fn load(world: &dyn World, path: &str, sources: &mut Sources) -> Result<Loaded, LoadError> {
    let refused = |refusal| LoadError {
        path: path.to_owned(),
        refusal,
    };
    let paths = world.list(path).map_err(refused)?;
    if paths.is_empty() {
        return Err(refused(Refusal::NothingHere));
    }
    let mut loader = Loader {
        world,
        sources,
        folder: String::new(),
        bases: BTreeMap::new(),
        units: Vec::new(),
        open: Vec::new(),
        out: Vec::new(),
        of_scenarios: Vec::new(),
    };
    let mut local = Unit {
        local: true,
        ..Unit::default()
    };
    for path in &paths {
        let text = world.read(path).map_err(|refusal| LoadError {
            path: path.clone(),
            refusal,
        })?;
        let file = loader.parse(path, text);
        match header(&file)
            .filter(|h| h.kind.node == ItemKind::Base)
            .and_then(|h| h.name.as_ref())
        {
            Some(name) if paths.len() > 1 => loader.bases.entry(name.node.clone()).or_default().push(file),
            _ => local.files.push(file),
        }
    }
    // A folder of bases alone: a single one is what is under examination.
    if local.files.is_empty() && loader.bases.len() == 1 {
        local.files = loader.bases.pop_first().map(|(_, files)| files).unwrap_or_default();
    }
    loader.folder = match paths.first().map(|p| p.rsplit_once('/')) {
        Some(Some((folder, _))) => format!("{folder}/"),
        _ => String::new(),
    };
    loader.one_header(&local);
    let name = local.headers().find_map(|h| h.name.as_ref()).map(|n| n.node.clone());
    local.name = name.unwrap_or_else(|| "unnamed".to_owned());
    loader.visit(local)?;
    if !loader
        .units
        .iter()
        .any(|u| u.items().any(|i| i.kind.node == ItemKind::Calendar))
    {
        loader.add_calendar();
    }
    let Loader {
        units,
        mut out,
        of_scenarios,
        sources,
        ..
    } = loader;
    let lost = lost(&units, &out, sources);
    let (protocol, mut scenarios, found) = resolve(&units, lost);
    out.extend(found);
    out.extend(of_scenarios.iter().cloned().map(beside_the_rules));
    scenarios.diagnostics.extend(of_scenarios);
    sort(&mut scenarios.diagnostics);
    sort(&mut out);
    Ok(Loaded {
        protocol,
        diagnostics: out,
        scenarios,
    })
}

/// Resolves one text as a file of this name, with the bases that come with duly.
pub fn from_text(name: &str, text: &str, sources: &mut Sources) -> Loaded {
    let mut world = MemoryWorld::default();
    world.files.insert(name.to_owned(), text.to_owned());
    // The only file there is can be read, and what it uses beyond the embedded bases is reported as unknown.
    load(&world, name, sources).unwrap_or_default()
}

struct Loader<'a> {
    world: &'a dyn World,
    sources: &'a mut Sources,
    /// Where siblings are, with a slash at the end.
    folder: String,
    /// Bases in the folder under examination, by name.
    bases: BTreeMap<String, Vec<File>>,
    /// What is complete, in dependency order.
    units: Vec<Unit>,
    /// Modules that are being followed, outermost first.
    open: Vec<String>,
    out: Vec<Diagnostic>,
    /// Lines of scenarios that cannot be read: the rules can be asked about without them.
    of_scenarios: Vec<Diagnostic>,
}

impl Loader<'_> {
    fn parse(&mut self, path: &str, text: String) -> File {
        let file = self.sources.add(path, text);
        let parsed = syntax::parse(self.sources, file);
        let all = parsed.diagnostics.len() <= syntax::MOST_FAULTS;
        for d in parsed.diagnostics {
            match all && is_of_a_scenario(&parsed.file, self.sources, &d) {
                true => self.of_scenarios.push(d),
                false => self.out.push(d),
            }
        }
        parsed.file
    }

    /// Follows what a module uses, then adds the module.
    fn visit(&mut self, unit: Unit) -> Result<(), LoadError> {
        self.open.push(unit.name.clone());
        for name in used(&unit) {
            if self.units.iter().any(|u| u.name == name.node) || unit.name == name.node {
                continue;
            }
            if let Some(at) = self.open.iter().position(|o| *o == name.node) {
                let mut ring: Vec<String> = self.open.iter().skip(at).cloned().collect();
                ring.push(name.node.clone());
                self.out.push(error::module_cycle(name, &ring));
                continue;
            }
            if self.open.len() > DEEPEST_USE {
                self.out.push(error::deep_modules(name, DEEPEST_USE));
                continue;
            }
            if let Some(found) = self.find(name)? {
                self.visit(found)?;
            }
        }
        self.open.pop();
        self.units.push(unit);
        Ok(())
    }

    /// A module by name: one that comes with duly (so that no file beside a protocol can stand in for the law), one in
    /// the folder under examination, or a file of that name in it.
    fn find(&mut self, name: &Name) -> Result<Option<Unit>, LoadError> {
        let mut unit = Unit {
            name: name.node.clone(),
            ..Unit::default()
        };
        if let Some((path, text)) = stdlib::find(&name.node) {
            unit.files.push(self.parse(path, text.to_owned()));
            return Ok(Some(unit));
        }
        if let Some(files) = self.bases.remove(&name.node) {
            unit.files = files;
            return Ok(Some(unit));
        }
        let path = format!("{}{}.duly", self.folder, name.node);
        match self.world.read(&path) {
            Ok(text) => {
                unit.files.push(self.parse(&path, text));
                // A file is known by what its header says, so that one thing has one name.
                let said = unit.headers().find_map(|h| h.name.as_ref()).map(|n| n.node.clone());
                unit.name = said.unwrap_or(unit.name);
                Ok(Some(unit))
            }
            Err(Refusal::Missing) => Ok(None),
            Err(refusal) => Err(LoadError { path, refusal }),
        }
    }

    fn add_calendar(&mut self) {
        if let Some((path, text)) = stdlib::find(stdlib::DEFAULT_CALENDAR) {
            let file = self.parse(path, text.to_owned());
            self.units.insert(
                0,
                Unit {
                    name: stdlib::DEFAULT_CALENDAR.to_owned(),
                    files: vec![file],
                    local: false,
                },
            );
        }
    }

    fn one_header(&mut self, local: &Unit) {
        let mut headers = local.headers();
        if let Some(first) = headers.next() {
            for second in headers {
                self.out.push(error::two_headers(
                    super::names::head_of(second),
                    super::names::head_of(first),
                ));
            }
        }
    }
}

/// Whether it is about a line within a scenario. What stands in the first column may have been the head of something else.
fn is_of_a_scenario(file: &File, sources: &Sources, d: &Diagnostic) -> bool {
    let of_a_line = [code::UNKNOWN_WORD, code::BAD_LINE, code::BAD_DATE, code::MISPLACED].contains(&d.code);
    let Some(place) = d.place().filter(|_| of_a_line && d.severity == Severity::Error) else {
        return false;
    };
    let item = file.items.iter().rfind(|i| i.span.start <= place.start);
    item.is_some_and(|i| i.kind.node == ItemKind::Scenario) && lines(sources, place).starts_with([' ', '\t'])
}

/// The same to somebody who asks of the rules alone.
fn beside_the_rules(mut d: Diagnostic) -> Diagnostic {
    d.severity = Severity::Warning;
    d.note("its scenario is left out; the rules are looked at without it")
}

fn header(file: &File) -> Option<&Item> {
    file.items
        .iter()
        .find(|i| matches!(i.kind.node, ItemKind::Protocol | ItemKind::Base))
}

/// The names after `uses` and `implements`, in order.
fn used(unit: &Unit) -> Vec<&Name> {
    let slots = unit.headers().flat_map(|h| &h.slots);
    slots
        .flat_map(|s| match &s.node {
            SlotKind::Uses(names) | SlotKind::Implements(names) => names.as_slice(),
            _ => &[],
        })
        .collect()
}

/// The names that a line which could not be read may have declared, and those of items of an unknown kind: whatever refers to
/// them would only repeat that complaint. What such a line merely refers to is none of them, so that it hides nothing elsewhere.
fn lost(units: &[Unit], found: &[Diagnostic], sources: &Sources) -> BTreeSet<String> {
    let items = units
        .iter()
        .flat_map(Unit::items)
        .filter(|i| i.kind.node == ItemKind::Broken);
    let mut lost: BTreeSet<String> = items.filter_map(|i| i.name.as_ref()).map(|n| n.node.clone()).collect();
    let text = found
        .iter()
        .filter(|d| d.severity == Severity::Error && d.code < code::UNKNOWN_NAME && d.code != code::EMPTY_FILE);
    for place in text.filter_map(Diagnostic::place) {
        let line = lines(sources, place);
        // The first column is where items begin, whatever the word; of slots, these name what others refer to.
        let first = line.split_whitespace().next().unwrap_or_default();
        let head = !line.starts_with([' ', '\t']) || syntax::start_of(line.trim_start()) == syntax::Start::Item;
        if head || nearest(first, ["option", "answer", "one"]).is_some() {
            lost.extend(names_in(line));
        }
    }
    lost
}

/// The names that may have been meant in a line: each word in small letters, and each with the one or two after it.
fn names_in(line: &str) -> Vec<String> {
    let typed = |c: char| match c {
        '_' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '\u{2014}' => '-',
        c => c,
    };
    let line: String = line.to_lowercase().chars().map(typed).collect();
    let words: Vec<&str> = line
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|w| !w.is_empty())
        .collect();
    let joined = (1..=3).flat_map(|n| words.windows(n)).map(|some| some.join("-"));
    joined.collect()
}

/// The whole lines on which a place lies.
fn lines(sources: &Sources, place: Span) -> &str {
    let text = sources.text(place.file);
    let range = place.range();
    let start = text
        .get(..range.start)
        .and_then(|t| t.rfind('\n'))
        .map_or(0, |at| at + 1);
    let end = text
        .get(range.end..)
        .and_then(|t| t.find('\n'))
        .map_or(text.len(), |at| range.end + at);
    text.get(start..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::source::{Sources, Span};

    #[test]
    fn takes_whole_lines() {
        let mut sources = Sources::new();
        let file = sources.add("a", "one\ntwo three\nfour");
        assert_eq!(lines(&sources, Span::new(file, 5, 7)), "two three");
        assert_eq!(lines(&sources, Span::new(file, 15, 16)), "four");
    }
}

//! Dated events in CSV (RFC 4180): a header line that names the columns, then a line for each event. In: a file. Out: what
//! it says, with the place of every field. No name is looked up here.

use super::{Line, Said, Written, error};
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Sources, Span};

/// The columns there are; the first two are needed.
pub(super) const COLUMNS: [&str; 5] = ["date", "what", "by", "chair", "booked-for"];

/// Reads a file of dated events.
pub(super) fn read(sources: &Sources, file: FileId, out: &mut Vec<Diagnostic>) -> Written {
    let mut records = records(file, sources.text(file), out).into_iter();
    let Some(header) = records.next() else {
        out.push(error::no_header(Span::new(file, 0, 0), None));
        return Written::default();
    };
    let Some(columns) = columns(&header, out) else {
        return Written::default();
    };
    let lines = records.filter_map(|record| line(&record, &columns, out)).collect();
    Written {
        lines,
        ..Written::default()
    }
}

/// For each column of the file its place in [`COLUMNS`].
fn columns(header: &[Said], out: &mut Vec<Diagnostic>) -> Option<Vec<usize>> {
    let mut found: Vec<usize> = Vec::new();
    let known = |cell: &Said| COLUMNS.contains(&cell.text.trim());
    if let (Some(first), false) = (header.first(), header.iter().any(known)) {
        out.push(error::no_header(first.span, COLUMNS.first().copied()));
        return None;
    }
    for cell in header {
        match COLUMNS.iter().position(|c| *c == cell.text.trim()) {
            Some(at) if found.contains(&at) => out.push(error::column_twice(cell)),
            Some(at) => found.push(at),
            None => out.push(error::unknown_key(cell, &COLUMNS, "column")),
        }
    }
    if found.len() < header.len() {
        return None;
    }
    let missing = [0, 1].into_iter().find(|needed| !found.contains(needed));
    if let (Some(missing), Some(first)) = (missing, header.first()) {
        out.push(error::no_header(first.span, COLUMNS.get(missing).copied()));
        return None;
    }
    Some(found)
}

fn line(record: &[Said], columns: &[usize], out: &mut Vec<Diagnostic>) -> Option<Line> {
    let (first, last) = (record.first()?, record.last()?);
    let span = first.span.to(last.span);
    if record.len() > columns.len() {
        out.push(error::too_many_fields(span, columns.len(), record.len()));
        return None;
    }
    let cell = |name: usize| {
        let at = columns.iter().position(|c| *c == name)?;
        record.get(at).filter(|c| !c.text.trim().is_empty()).cloned()
    };
    Some(Line {
        span,
        date: cell(0),
        what: cell(1),
        by: cell(2),
        chair: cell(3),
        booked_for: cell(4),
    })
}

/// The records of a text, without those that are blank. A field in quotes may hold commas, line ends and doubled quotes.
fn records(file: FileId, text: &str, out: &mut Vec<Diagnostic>) -> Vec<Vec<Said>> {
    // Spreadsheets put a byte order mark in front.
    let begin = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut all = Vec::new();
    let mut record: Vec<Said> = Vec::new();
    let mut at = begin;
    loop {
        let (said, end) = match field(file, text, at) {
            Ok(read) => read,
            Err(span) => {
                out.push(error::open_quote(span));
                return all;
            }
        };
        record.push(said);
        let rest = text.get(end..).unwrap_or("");
        if rest.starts_with(',') {
            at = end + 1;
            continue;
        }
        let done = std::mem::take(&mut record);
        if done.iter().any(|f| !f.text.trim().is_empty()) {
            all.push(done);
        }
        match rest.find('\n') {
            Some(more) if end + more + 1 < text.len() => at = end + more + 1,
            _ => return all,
        }
    }
}

/// The field that starts at a byte, and where it ends: at a comma, a line end, or the end of the text. The place of a
/// quote that is never closed otherwise.
fn field(file: FileId, text: &str, start: usize) -> Result<(Said, usize), Span> {
    let rest = text.get(start..).unwrap_or("");
    let plain = |from: usize| {
        let tail = text.get(from..).unwrap_or("");
        from + tail.find([',', '\n']).unwrap_or(tail.len())
    };
    if !rest.starts_with('"') {
        let end = plain(start);
        let words = text.get(start..end).unwrap_or("").trim_end_matches('\r');
        let span = Span::new(file, start, start + words.len());
        return Ok((
            Said {
                text: words.to_owned(),
                span,
            },
            end,
        ));
    }
    let mut words = String::new();
    let mut at = start + 1;
    loop {
        let tail = text.get(at..).unwrap_or("");
        let Some(quote) = tail.find('"') else {
            return Err(Span::new(file, start, start + 1));
        };
        words.push_str(tail.get(..quote).unwrap_or(""));
        at += quote + 1;
        if !text.get(at..).unwrap_or("").starts_with('"') {
            break;
        }
        words.push('"');
        at += 1;
    }
    let span = Span::new(file, start, at);
    Ok((Said { text: words, span }, plain(at)))
}

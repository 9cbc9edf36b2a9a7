//! Drawing a schedule. In: one [`Schedule`]. Out: a table for a person, a document for machines, a sheet, a calendar file: the
//! same bytes for the same input. Must not: work anything out, or leave out in one form what another form calls lost.

mod csv;
mod ics;
mod json;
mod plain;
mod sections;
mod table;
mod words;

pub use json::SCHEDULE_SCHEMA_VERSION;

use super::CalendarEdition;
use crate::schedule::Schedule;

/// Forms of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a person: what is lost, what is due, what comes later, what is done.
    Table,
    /// Sentences for a screen reader.
    Plain,
    /// The documented JSON document.
    Json,
    /// One line per duty and reading, RFC 4180.
    Csv,
    /// One all-day entry per last day, RFC 5545.
    Ics,
}

/// A schedule and what it was worked out from.
#[derive(Debug, Clone, Copy)]
pub struct Worked<'a> {
    /// The schedule.
    pub schedule: &'a Schedule,
    /// The protocol's name.
    pub protocol: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The calendar counted with.
    pub calendar: &'a CalendarEdition,
    /// Names the case apart from others, and is not shown: entries of two cases in one calendar must differ.
    pub case: &'a str,
    /// What was remarked of the case file, one headline each.
    pub remarks: &'a [String],
}

/// Draws a schedule; the text ends with a line break. `why`: every link of every date, in the table and in sentences.
/// `width`: columns of a line of the table.
pub fn schedule(worked: &Worked<'_>, form: Form, why: bool, width: usize) -> String {
    match form {
        Form::Table => table::table(worked, why, width),
        Form::Plain => plain::sentences(worked, why),
        Form::Json => json::document(worked),
        Form::Csv => csv::sheet(worked),
        Form::Ics => ics::calendar(worked),
    }
}

//! The one writer. Standard output carries what was asked for; standard error carries why it could not be had. A reader
//! that closes the pipe early has read enough: that is no failure.

use super::Exit;
use super::terminal::{Stream, When};
use crate::diagnostics::Diagnostic;
use crate::render::{self, Failure, Format, Style};
use crate::source::Sources;
use std::io::{self, ErrorKind, Write};

/// Where text goes, and in which form.
pub struct Output {
    form: Format,
    out: Stream,
    err: Stream,
    /// The first error of standard output, a closed pipe excepted.
    broken: Option<io::Error>,
    closed: bool,
}

impl Output {
    /// Only `rich` has colour.
    pub fn new(form: Format, colour: When) -> Self {
        let rich = |stream: Stream| Stream {
            colour: stream.colour && form == Format::Rich,
            ..stream
        };
        Output {
            form,
            out: rich(Stream::of(&io::stdout(), colour)),
            err: rich(Stream::of(&io::stderr(), colour)),
            broken: None,
            closed: false,
        }
    }

    /// How to draw what goes to standard output.
    pub fn style(&self, all: bool) -> Style {
        self.styled(self.out, all)
    }

    fn styled(&self, stream: Stream, all: bool) -> Style {
        Style {
            format: self.form,
            colour: stream.colour,
            all,
            width: stream.width,
        }
    }

    /// How wide a line may be for whoever watches standard error and is shown drawings: only they see how far a run is.
    pub fn watched(&self) -> Option<usize> {
        (self.form == Format::Rich && self.err.is_live).then_some(self.err.width)
    }

    /// Whether failures belong into the document on standard output.
    pub fn is_document(&self) -> bool {
        self.form == Format::Json
    }

    /// Writes to standard output.
    pub fn print(&mut self, text: &str) {
        if self.closed || self.broken.is_some() {
            return;
        }
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(e) if e.kind() == ErrorKind::BrokenPipe => self.closed = true,
            Err(e) => self.broken = Some(e),
        }
    }

    /// Draws failures on standard error, or, for a form read by machines, as a document without findings on standard
    /// output.
    pub fn fail(&mut self, failures: &[Failure]) -> Exit {
        if self.is_document() {
            let sources = Sources::new();
            let report = render::Report {
                sources: &sources,
                findings: &[],
                checked: &[],
                failures,
            };
            let text = render::report(&report, self.style(true));
            self.print(&text);
        } else {
            self.complain(failures);
        }
        Exit::Unusable
    }

    /// Says why a text is not a protocol, where failures are said: nothing that was asked for can be given.
    pub fn refuse(&mut self, sources: &Sources, findings: &[Diagnostic]) -> Exit {
        let report = render::Report {
            sources,
            findings,
            checked: &[],
            failures: &[],
        };
        if self.is_document() {
            let text = render::report(&report, self.style(true));
            self.print(&text);
        } else {
            let text = render::report(&report, self.styled(self.err, true));
            let _ = io::stderr().lock().write_all(text.as_bytes());
        }
        Exit::Unusable
    }

    /// Says what was remarked, where failures are said: what was asked for is given all the same.
    pub fn remark(&self, sources: &Sources, findings: &[Diagnostic]) {
        if findings.is_empty() || self.is_document() {
            return;
        }
        let report = render::Report {
            sources,
            findings,
            checked: &[],
            failures: &[],
        };
        let style = Style {
            format: Format::Short,
            ..self.styled(self.err, true)
        };
        let _ = io::stderr().lock().write_all(render::report(&report, style).as_bytes());
    }

    /// Draws failures on standard error.
    pub fn complain(&self, failures: &[Failure]) {
        let mut err = io::stderr().lock();
        for failure in failures {
            let text = render::failure(failure, self.styled(self.err, true));
            // When standard error is gone too there is nobody left to tell; the exit code still says it.
            let _ = err.write_all(text.as_bytes());
        }
    }

    /// The exit code of the whole run.
    pub fn finish(self, exit: Exit) -> Exit {
        match &self.broken {
            None => exit,
            Some(e) => {
                self.complain(&[Failure::new("the output could not be written").because(e.to_string())]);
                Exit::Unusable
            }
        }
    }
}

//! A failure on a line of its own, and drawn by miette for `rich`.

use super::Failure;
use super::words::visible;
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::fmt;

/// One failure in the form miette reads: the rest of the chain is its `source`.
#[derive(Debug)]
struct Shown {
    text: String,
    cause: Option<Box<Shown>>,
    help: Option<String>,
}

impl Shown {
    fn of(failure: &Failure) -> Shown {
        let mut cause = None;
        for text in failure.causes.iter().rev() {
            cause = Some(Box::new(Shown {
                text: visible(text).into_owned(),
                cause,
                help: None,
            }));
        }
        let help = failure.help.as_deref().map(|h| visible(h).into_owned());
        Shown {
            text: visible(&failure.headline).into_owned(),
            cause,
            help,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Shown {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|c| c as _)
    }
}

impl miette::Diagnostic for Shown {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as _)
    }
}

/// Either the drawing, or, should a handler give up, the short form: what went wrong is always said.
fn or_short(drawn: String, outcome: fmt::Result, failure: &Failure) -> String {
    match outcome {
        Ok(()) => drawn,
        Err(fmt::Error) => short(failure),
    }
}

/// With signs and, if wanted, colour. Lines are not wrapped: names joined by hyphens would be torn apart, and the bytes must
/// not depend on a terminal.
pub fn graphical(failure: &Failure, colour: bool) -> String {
    let theme = if colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_wrap_lines(false)
        .with_links(false);
    let mut out = String::new();
    let outcome = handler.render_report(&mut out, &Shown::of(failure));
    or_short(out, outcome, failure)
}

/// `duly: headline: cause: cause` on one line.
pub fn short(failure: &Failure) -> String {
    let parts: Vec<_> = std::iter::once(&failure.headline)
        .chain(&failure.causes)
        .map(|s| visible(s))
        .collect();
    format!("duly: {}\n", parts.join(": "))
}

//! What a stream can show: colour, and how wide a line may be. In: a stream, the environment, what was asked for. Out: a
//! [`Stream`]. Where there is no terminal the width is always the same, so that a pipe or a file gets the same bytes everywhere.

use crate::render::WIDTH;
use clap::ValueEnum;
use std::env;
use std::io::IsTerminal;

/// Fewer columns than this hold no dated line.
const NARROWEST: usize = 40;

/// More columns than this are hard to read along.
const WIDEST: usize = 140;

/// When to use colour, as written on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum When {
    /// On a terminal that can show it, unless `NO_COLOR` is set; also where `CLICOLOR_FORCE` is
    #[default]
    Auto,
    /// Whatever the output is
    Always,
    /// Not at all
    Never,
}

/// One stream.
#[derive(Clone, Copy)]
pub struct Stream {
    /// Somebody watches it, and a line on it can be wiped.
    pub is_live: bool,
    /// It is to have colour.
    pub colour: bool,
    /// Columns of a line of prose.
    pub width: usize,
}

impl Stream {
    /// Looks at a stream and at the environment.
    pub fn of(stream: &impl IsTerminal, when: When) -> Stream {
        let is_terminal = stream.is_terminal();
        let said = |name: &str| env::var(name).unwrap_or_default();
        Stream {
            is_live: is_terminal && said("TERM") != "dumb",
            colour: is_coloured(when, is_terminal, &said),
            width: match is_terminal {
                true => columns(&said("COLUMNS")).clamp(NARROWEST, WIDEST),
                false => WIDTH,
            },
        }
    }
}

/// What was asked for goes before what the environment says, and that before what the stream is.
fn is_coloured(when: When, is_terminal: bool, said: &dyn Fn(&str) -> String) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if !said("NO_COLOR").is_empty() => false,
        When::Auto if !matches!(said("CLICOLOR_FORCE").as_str(), "" | "0") => true,
        When::Auto => is_terminal && said("TERM") != "dumb",
    }
}

/// What `COLUMNS` says, else what the terminal says, else as if there were none.
fn columns(said: &str) -> usize {
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.parse().ok().or_else(measured).unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_asked_for_before_it_is_guessed() {
        let auto = |terminal, set: &'static [(&str, &str)]| {
            is_coloured(When::Auto, terminal, &|name| {
                let found = set.iter().find(|(n, _)| *n == name);
                found.map_or(String::new(), |(_, value)| (*value).to_owned())
            })
        };
        assert!(auto(true, &[]) && !auto(false, &[]));
        assert!(!auto(true, &[("TERM", "dumb")]) && !auto(true, &[("NO_COLOR", "1")]));
        assert!(auto(false, &[("CLICOLOR_FORCE", "1")]) && !auto(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!auto(true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(is_coloured(When::Always, false, &|_| "1".to_owned()));
        assert!(!is_coloured(When::Never, true, &|_| String::new()));
    }

    #[test]
    fn what_is_said_of_the_width_goes_first() {
        assert_eq!(columns("72"), 72);
        assert!(columns("wide") >= 1);
    }
}

//! `duly explain`: the page of a code, from the pages embedded in the binary.

use super::output::Output;
use super::{Exit, Failure};
use crate::diagnostics::{CODES, lookup, nearest};
use crate::render;
use clap::ValueEnum;

/// Explain a code such as D0301, or list them all
///
/// The page says what the finding means, with an example that gives it and a mended one that does not, and what to do.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly explain                                     list all codes
  duly explain D0301
  duly explain timing-clash                        the same page, by its name")]
pub struct Args {
    /// A code or its name, such as `D0301` or `timing-clash`; without one, all are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// How the page is shown
    #[arg(long, value_name = "FORM", default_value = "rich")]
    output: PageForm,
}

/// Forms of a page, as written on the command line.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PageForm {
    /// As it is written
    Rich,
    /// Sentences for a screen reader
    Plain,
}

macro_rules! pages {
    ($($id:literal)*) => { &[$(($id, include_str!(concat!("../../docs/codes/", $id, ".md")))),*] };
}

/// Code and page, in the order of the registry. A test holds that the two lists name the same codes.
const PAGES: &[(&str, &str)] = pages! {
    "D0101" "D0102" "D0103" "D0105" "D0106" "D0107" "D0108" "D0109"
    "D0201" "D0202" "D0203" "D0204" "D0205" "D0206" "D0207" "D0208" "D0209" "D0210" "D0211" "D0212" "D0213"
    "D0301" "D0302" "D0303" "D0304" "D0305" "D0306" "D0307" "D0308"
    "D0401" "D0403" "D0404" "D0405" "D0406"
    "D0501" "D0502" "D0503" "D0504" "D0505"
    "D0601" "D0602" "D0603" "D0604"
    "D0701" "D0702" "D0703" "D0704" "D0705" "D0706" "D0707"
    "D0801" "D0802" "D0803" "D0804" "D0805" "D0806" "D0807" "D0808" "D0809" "D0810" "D0811" "D0812"
};

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let Some(word) = &args.code else {
        output.print(&list());
        return Exit::Clean;
    };
    let page = lookup(word).and_then(|code| PAGES.iter().find(|(id, _)| *id == code.id));
    match page {
        Some((_, text)) => {
            // The form of the whole run was read off the same flag.
            let page = render::page(text, output.style(true));
            output.print(&page);
            Exit::Clean
        }
        None => output.fail(&[unknown(word)]),
    }
}

/// One line per code: id, usual level, name.
fn list() -> String {
    let lines = CODES
        .iter()
        .map(|c| format!("{}  {:<7}  {}\n", c.id, c.usual.name(), c.name));
    lines
        .chain(std::iter::once(
            "\nduly explain CODE prints the page of one.\n".to_owned(),
        ))
        .collect()
}

fn unknown(word: &str) -> Failure {
    let failure = Failure::new(format!("there is no code `{word}`"));
    // Only names: every number is one slip from several others.
    match nearest(word, CODES.iter().map(|c| c.name)) {
        Some(near) => failure.help(format!("write `duly explain {near}`")),
        None => failure.help("run `duly explain` to list them all"),
    }
}

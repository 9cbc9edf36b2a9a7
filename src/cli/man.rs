//! `duly man`: manual pages, made of the same description as the help. One page for the command, one for each verb.

use super::output::Output;
use super::{Cli, Exit, Failure, files};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io;
use std::path::PathBuf;

/// Print a manual page, or write all of them
///
/// Without a verb, the page of the command itself.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly man check > duly-check.1       one page
  duly man --out man/man1             all of them, as files")]
pub struct Args {
    /// The verb whose page is wanted
    #[arg(value_name = "VERB", conflicts_with = "out")]
    verb: Option<String>,
    /// Write every page into this folder, as `duly.1`, `duly-check.1` and so on
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let pages = pages();
    if let Some(folder) = &args.out {
        for (name, text) in pages {
            let file = folder.join(format!("{name}.1"));
            if let Err(error) = files::put(&file, &text) {
                let failure = Failure::new(format!("`{}` could not be written", file.display()));
                let failure = failure.because(error.to_string());
                return output.fail(&[failure.help("name a folder after `--out` that you may write to")]);
            }
        }
        return Exit::Clean;
    }
    let wanted = args
        .verb
        .as_ref()
        .map_or_else(|| "duly".to_owned(), |verb| format!("duly-{verb}"));
    match pages.iter().find(|(name, _)| *name == wanted) {
        Some((_, text)) => {
            output.print(text);
            Exit::Clean
        }
        None => {
            let failure = Failure::new(format!(
                "there is no verb `{}`",
                args.verb.as_deref().unwrap_or_default()
            ));
            output.fail(&[failure.help("see `duly --help` for what there is")])
        }
    }
}

/// Name and text of every page, the command's own first.
fn pages() -> Vec<(String, String)> {
    let mut command = Cli::command();
    command.build();
    let named = |command: &Command| command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let names: Vec<String> = command
        .get_subcommands()
        .filter(|c| !c.is_hide_set())
        .map(named)
        .collect();
    let own = std::iter::once((named(&command), page(&command, &names)));
    let verbs = command.get_subcommands().filter(|c| !c.is_hide_set());
    let verbs = verbs.map(|verb| (named(verb), page(verb, &["duly".to_owned()])));
    own.chain(verbs).collect()
}

/// One page. Writing to memory does not fail; if it did, the page would end where it did.
fn page(command: &Command, related: &[String]) -> String {
    let mut out = Vec::new();
    let _ = write(&mut out, command, related);
    String::from_utf8_lossy(&out).into_owned()
}

fn write(out: &mut Vec<u8>, command: &Command, related: &[String]) -> io::Result<()> {
    let man = Man::new(command.clone())
        .manual("duly")
        .source(concat!("duly ", env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    let mut rest = Roff::new();
    let examples = examples(command);
    if !examples.is_empty() {
        rest.control("SH", ["EXAMPLES"]);
        rest.control("nf", []);
        rest.text([roman(examples)]);
        rest.control("fi", []);
    }
    rest.control("SH", ["EXIT STATUS"]);
    for (code, means) in [
        ("0", "Nothing at or above the level asked for."),
        ("1", "Something at or above the level asked for."),
        (
            "2",
            "The question could not be asked: a slip in the command, a file or a text.",
        ),
        ("3", "Nothing found, but something was neither proved nor refuted."),
    ] {
        rest.control("TP", []);
        rest.text([bold(code)]);
        rest.text([roman(means)]);
    }
    rest.control("SH", ["ENVIRONMENT"]);
    for (name, means) in [
        ("NO_COLOR", "If set, no colour, unless --color says otherwise."),
        (
            "CLICOLOR_FORCE",
            "If set and not 0, colour though the output is no terminal.",
        ),
        (
            "COLUMNS",
            "How wide the terminal is. Output that goes elsewhere does not depend on it.",
        ),
    ] {
        rest.control("TP", []);
        rest.text([bold(name)]);
        rest.text([roman(means)]);
    }
    rest.control("SH", ["SEE ALSO"]);
    let related: Vec<String> = related.iter().map(|name| format!("{name}(1)")).collect();
    rest.text([roman(related.join(", "))]);
    rest.to_writer(out)
}

/// The examples of the long help.
fn examples(command: &Command) -> String {
    let help = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let after = help.split("Examples:\n").nth(1).unwrap_or_default();
    after.split("\n\n").next().unwrap_or_default().to_owned()
}

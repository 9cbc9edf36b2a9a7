//! What clap says about a command line, in our words and drawn like every other failure.

use super::{Exit, Failure, Output};
use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// What is asked for by a flag such as `--output`, read before the arguments are parsed: a misspelt argument must be explained
/// in that form too. None if it is not there or has no such value.
pub fn asked<T: ValueEnum>(args: &[OsString], flag: &str) -> Option<T> {
    let words: Vec<&str> = args
        .iter()
        .filter_map(|a| a.to_str())
        .take_while(|a| *a != "--")
        .collect();
    let after = words.windows(2).find_map(|w| (w[0] == flag).then_some(w[1]));
    let joined = || {
        words
            .iter()
            .find_map(|w| w.strip_prefix(flag).and_then(|w| w.strip_prefix('=')))
    };
    after.or_else(joined).and_then(|w| T::from_str(w, false).ok())
}

/// Prints help and version where they were asked for; explains everything else.
pub fn explain(error: &clap::Error, output: &mut Output) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output.print(&error.to_string());
            Exit::Clean
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output.print(&error.to_string());
            Exit::Unusable
        }
        _ => output.fail(&[failure(error)]),
    }
}

fn failure(error: &clap::Error) -> Failure {
    let said = |kind| words(error, kind);
    let arg = said(ContextKind::InvalidArg).unwrap_or_default();
    let named = arg.split(' ').next().unwrap_or_default().to_owned();
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let failure = Failure::new(format!(
                "there is no verb `{}`",
                said(ContextKind::InvalidSubcommand).unwrap_or_default()
            ));
            match said(ContextKind::SuggestedSubcommand) {
                Some(near) => failure.help(format!("write `duly {near}`")),
                None => failure.help("see `duly --help` for what there is"),
            }
        }
        ErrorKind::UnknownArgument => {
            let failure = Failure::new(format!("`{arg}` is not expected here"));
            match said(ContextKind::SuggestedArg) {
                Some(near) => failure.help(format!("write `{near}`")),
                None => failure.help("see the verb's `--help` for what it takes"),
            }
        }
        ErrorKind::InvalidValue if said(ContextKind::InvalidValue).unwrap_or_default().is_empty() => {
            Failure::new(format!("`{named}` needs a value")).help(format!("write `{arg}`"))
        }
        ErrorKind::InvalidValue => {
            let value = said(ContextKind::InvalidValue).unwrap_or_default();
            let failure = Failure::new(format!("`{value}` is not a value of `{named}`"));
            match (said(ContextKind::SuggestedValue), said(ContextKind::ValidValue)) {
                (Some(near), _) => failure.help(format!("write `{named} {near}`")),
                (None, Some(all)) => failure.help(format!("write one of: {all}")),
                (None, None) => failure,
            }
        }
        ErrorKind::ValueValidation => {
            let value = said(ContextKind::InvalidValue).unwrap_or_default();
            let failure = Failure::new(format!("`{value}` is not a value of `{named}`"));
            match std::error::Error::source(error) {
                Some(why) => failure.help(why.to_string()),
                None => failure,
            }
        }
        ErrorKind::MissingRequiredArgument => {
            let usage = error
                .get(ContextKind::Usage)
                .map(ToString::to_string)
                .unwrap_or_default();
            let usage = usage.trim().trim_start_matches("Usage: ").to_owned();
            Failure::new(format!("`{}` is missing", missing(&arg))).help(format!("write `{usage}`"))
        }
        _ => {
            let text = error.to_string();
            let first = text
                .lines()
                .next()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned();
            Failure::new(first).help("see the verb's `--help` for what it takes")
        }
    }
}

/// `--case <FILE>` as it is; `<PATH>...` without its frame.
fn missing(arg: &str) -> &str {
    match arg.starts_with('<') {
        true => arg.trim_matches(['<', '>', '.']),
        false => arg,
    }
}

fn words(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(s) => Some(s.clone()),
        ContextValue::Strings(all) if !all.is_empty() => Some(all.join(", ")),
        _ => None,
    }
}

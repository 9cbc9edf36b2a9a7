//! `duly new`: a folder to start from. Nothing that is there is ever written over.

use super::output::Output;
use super::{Exit, Failure};
use crate::resolve;
use crate::source::Sources;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Start a protocol: a folder with a small one that can be kept, its scenarios and a case
///
/// The protocol has a role, a status, a meeting, a gate with two outcomes and two deadlines. It is named after the folder. What
/// exists is never written over: the folder must be new, or empty.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly new my-protocol
  duly new reviews --authority \"An example council\"")]
pub struct Args {
    /// The folder; the protocol is named after it
    #[arg(value_name = "PATH")]
    path: String,
    /// Whose protocol it is
    #[arg(long, value_name = "NAME", default_value = AUTHORITY)]
    authority: String,
}

/// The authority that the files name, for another to stand in its place.
const AUTHORITY: &str = "An example council";

/// The name that the files use, likewise.
const NAME: &str = "my-protocol";

/// The files, each with its name; they are a protocol as they stand, and tests check them.
const FILES: [(&str, &str); 4] = [
    ("my-protocol.duly", include_str!("scaffold/protocol.duly")),
    ("scenarios.duly", include_str!("scaffold/scenarios.duly")),
    ("case.toml", include_str!("scaffold/case.toml")),
    ("README.md", include_str!("scaffold/README.md")),
];

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    match start(args) {
        Ok(told) => {
            output.print(&told);
            Exit::Clean
        }
        Err(failure) => output.fail(&[failure]),
    }
}

fn start(args: &Args) -> Result<String, Failure> {
    let Args { path, authority } = args;
    if authority.trim().is_empty() || authority.contains(|c: char| c == '"' || c.is_control()) {
        let failure = Failure::new(format!("`{authority}` is not the name of an authority"));
        return Err(failure
            .help("write it in one line and without double quotes, such as `--authority \"An example council\"`"));
    }
    let folder = Path::new(path);
    let refused = |error: &io::Error| {
        let failure = Failure::new(format!("`{path}` cannot be started in")).because(error.to_string());
        failure.help("name a folder that you may write to")
    };
    if folder.exists() {
        if !folder.is_dir() {
            return Err(Failure::new(format!("`{path}` is there already, and is no folder")).help("name a new folder"));
        }
        if fs::read_dir(folder).map_err(|e| refused(&e))?.next().is_some() {
            return Err(
                Failure::new(format!("the folder `{path}` is not empty")).help("name a new folder, or an empty one")
            );
        }
    }
    let name = name(folder).ok_or_else(|| {
        Failure::new(format!("no name for a protocol can be made of `{path}`"))
            .help("name the folder in letters and hyphens, such as `care-reviews`")
    })?;
    fs::create_dir_all(folder).map_err(|e| refused(&e))?;
    for (file, text) in FILES {
        let path = folder.join(mine(file, &name, authority));
        let written =
            fs::File::create_new(&path).and_then(|mut f| f.write_all(mine(text, &name, authority).as_bytes()));
        written.map_err(|e| refused(&e))?;
    }
    Ok(next(path, &name))
}

/// The files speak of this protocol and this authority.
fn mine(text: &str, name: &str, authority: &str) -> String {
    text.replace(NAME, name).replace(AUTHORITY, authority)
}

/// A name for the protocol, made of the folder's: lower case, joined by hyphens. Only one that makes a protocol is taken: some
/// words are the language's own, or a base's.
fn name(folder: &Path) -> Option<String> {
    // `.` and `..` have no name of their own.
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let word = real.file_name()?.to_str()?.to_lowercase();
    let parts: Vec<&str> = word
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let word = parts.join("-");
    if word.is_empty() {
        return None;
    }
    [word.clone(), format!("protocol-{word}")]
        .into_iter()
        .find(|name| makes_a_protocol(name))
}

fn makes_a_protocol(name: &str) -> bool {
    let text = mine(FILES[0].1, name, AUTHORITY);
    let loaded = resolve::from_text("protocol.duly", &text, &mut Sources::new());
    loaded.is_well_formed() && loaded.diagnostics.is_empty()
}

/// What to do now.
fn next(path: &str, name: &str) -> String {
    let shown = match path.contains(char::is_whitespace) {
        true => format!("\"{path}\""),
        false => path.to_owned(),
    };
    let case = match path.contains(char::is_whitespace) {
        true => format!("\"{path}/case.toml\""),
        false => format!("{}/case.toml", path.trim_end_matches('/')),
    };
    format!(
        "`{path}` holds the protocol `{name}`, its scenarios and a case. Make it yours, and ask:\n\
         \n  duly check {shown}\n  duly test {shown}\n  duly schedule {shown} --case {case}\n  duly flow {shown} --text\n"
    )
}

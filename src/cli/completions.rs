//! `duly completions`: what a shell needs to complete the words of this command, made of the same description as the help.

use super::output::Output;
use super::{Cli, Exit};
use clap::CommandFactory;
use clap_complete::Shell;

/// Print what a shell needs to complete the words of this command
///
/// Where it belongs depends on the shell; docs/shell.md has a line for each.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:
  duly completions bash > duly.bash
  duly completions fish > duly.fish")]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Runs the verb.
pub fn run(args: &Args, output: &mut Output) -> Exit {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "duly", &mut bytes);
    output.print(&String::from_utf8_lossy(&bytes));
    Exit::Clean
}

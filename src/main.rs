//! The `duly` command.
fn main() -> std::process::ExitCode {
    duly::cli::main()
}

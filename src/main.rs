//! The command line: everything is in [`clockstop::cli`].

fn main() -> std::process::ExitCode {
    clockstop::cli::main()
}

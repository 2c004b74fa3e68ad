//! The command line: everything is in [`clockstop::commands`].

fn main() -> std::process::ExitCode {
    clockstop::commands::main()
}

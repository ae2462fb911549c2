//! The `counterpart` command.

fn main() -> std::process::ExitCode {
    counterpart_cli::main()
}

//! The chores of this repository: `cargo xtask CHORE`. None of them lives in a script of its own.

mod docs;

use std::process::ExitCode;

const USAGE: &str =
    "cargo xtask docs            write the pages of docs/ that are made by running the program
cargo xtask docs --check    fail if they are stale";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["docs"] => docs::write(),
        ["docs", "--check"] => docs::check(),
        _ => Err(USAGE.to_string()),
    };
    match done {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(said) => {
            eprintln!("{said}");
            ExitCode::FAILURE
        }
    }
}

//! Compiles the clause grammar in `grammar/` into the static tables the matcher runs on.
//!
//! The grammar is data so that one general matcher serves every clause, every error message and
//! every completion list. Compiling it here means it can neither be stale nor cost anything at start.

#![expect(
    clippy::indexing_slicing,
    reason = "a build script never meets a user's text; its panic is a failed build"
)]

#[path = "build/emit.rs"]
mod emit;
#[path = "build/first.rs"]
mod first;
#[path = "build/read.rs"]
mod read;

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=grammar");
    println!("cargo::rerun-if-changed=build");
    let mut files: Vec<PathBuf> = fs::read_dir("grammar")?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "grammar"))
        .collect();
    files.sort();
    let mut grammar = read::Grammar::default();
    for file in &files {
        read::file(&mut grammar, &fs::read_to_string(file)?)
            .map_err(|message| format!("{}: {message}", file.display()))?;
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("grammar.rs");
    fs::write(out, emit::rust(&grammar)?)?;
    Ok(())
}

//! Reads files and prints what is wrong with them; with `--format`, prints them in house style.
//!
//! `cargo run -p counterpart-syntax --example try -- deals/*/*.deal`

use std::error::Error;
use std::io::Write;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let (options, paths): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let mut out = std::io::stdout().lock();
    for path in paths {
        let bytes = std::fs::read(&path)?;
        let start = Instant::now();
        let (tree, problems) = counterpart_syntax::parse(&bytes);
        let time = start.elapsed();
        if options.iter().any(|o| o == "--format") {
            out.write_all(&counterpart_syntax::format(&tree))?;
            continue;
        }
        for problem in &problems {
            let before = tree.text().get(..problem.at.span.start as usize).unwrap_or("");
            let line = before.matches('\n').count();
            let text = tree.text().lines().nth(line).unwrap_or("");
            writeln!(
                out,
                "{path}:{}: {}: {} [{}]\n      {text}",
                line + 1,
                problem.code,
                problem.message,
                problem.at.text
            )?;
            for fix in &problem.fixes {
                writeln!(out, "      help: {}", fix.text)?;
            }
        }
        writeln!(out, "{path}: {} problems, {time:?}", problems.len())?;
    }
    Ok(())
}

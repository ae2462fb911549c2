//! The cases in `tests/cases/*.md`: documents with commands and what they answer.
//!
//! A fenced block with a path behind its language is a file, written before what follows. A block of
//! `console` holds commands, each with its answer: standard output as it is, lines of standard error
//! behind `2> `, and the exit status behind `=> ` where it is not 0. A command is run as the program
//! itself, without a shell; known are "words in quotes", `< file`, `NAME=value` in front, and `cat` and `ls` of files.
//! `UPDATE=1 cargo test -p counterpart-cli --test cases` writes the answers into the documents.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut documents: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|e| e.path()).collect())
        .unwrap_or_default();
    documents.retain(|path| path.extension().is_some_and(|e| e == "md"));
    documents.sort();
    let trials = documents
        .into_iter()
        .map(|path| {
            let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            Trial::test(name.clone(), move || run(&path, &name).map_err(Failed::from))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn run(path: &Path, name: &str) -> Result<(), String> {
    let say = |e: std::io::Error| format!("{}: {e}", path.display());
    let document = std::fs::read_to_string(path).map_err(say)?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(say)?;
    }
    std::fs::create_dir_all(&folder).map_err(say)?;
    let answered = answer(&document, &folder)?;
    if answered == document {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return std::fs::write(path, answered).map_err(say);
    }
    Err(format!(
        "{} answers differently (UPDATE=1 accepts):\n{}",
        path.display(),
        difference(&document, &answered)
    ))
}

/// The document with the answers the commands give.
fn answer(document: &str, folder: &Path) -> Result<String, String> {
    let mut out = String::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
        if info == "console" {
            for command in block.iter().filter_map(|l| l.strip_prefix("$ ")) {
                out.push_str(&format!("$ {command}\n{}", execute(command, folder)?));
            }
        } else {
            if let Some((_, path)) = info.split_once(' ') {
                write(&folder.join(path), &block)?;
            }
            block.iter().for_each(|l| out.push_str(&format!("{l}\n")));
        }
        out.push_str("```\n");
    }
    Ok(out)
}

fn write(path: &Path, lines: &[&str]) -> Result<(), String> {
    let say = |e: std::io::Error| format!("{}: {e}", path.display());
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(say)?;
    }
    let text: String = lines.iter().map(|l| format!("{l}\n")).collect();
    std::fs::write(path, text).map_err(say)
}

/// The words of a command: between spaces, or between double quotes.
fn split(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (at, part) in command.split('"').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace()),
            _ => words.push(part),
        }
    }
    words
}

/// Runs a command; its answer as the document holds it.
fn execute(command: &str, folder: &Path) -> Result<String, String> {
    let mut words = split(command);
    let input = match words.iter().position(|w| *w == "<") {
        Some(at) => {
            let file = words.get(at + 1).copied().ok_or("nothing behind `<`")?;
            words.truncate(at);
            std::fs::read(folder.join(file)).map_err(|e| format!("{file}: {e}"))?
        }
        None => Vec::new(),
    };
    let variables = words.iter().take_while(|w| w.contains('=')).count();
    let (variables, words) = words.split_at(variables);
    let (program, arguments) = words.split_first().ok_or("an empty command")?;
    let mut process = match *program {
        "counterpart" => Command::new(env!("CARGO_BIN_EXE_counterpart")),
        "cat" | "ls" => Command::new(program),
        other => return Err(format!("`{other}` is not known here")),
    };
    // Nothing of the machine the tests run on may show in an answer.
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE", "RUST_BACKTRACE"]
    {
        process.env_remove(name);
    }
    process.env("LANG", "C.UTF-8").env("TERM", "xterm").current_dir(folder).args(arguments);
    process.envs(variables.iter().filter_map(|v| v.split_once('=')));
    let mut child = process
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{program}: {e}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input closes it early.
        let _ = stdin.write_all(&input);
    }
    let output = child.wait_with_output().map_err(|e| format!("{program}: {e}"))?;
    let mut out = String::new();
    shown(&output.stdout).lines().for_each(|l| out.push_str(&format!("{}\n", l.trim_end())));
    shown(&output.stderr).lines().for_each(|l| out.push_str(&format!("{}\n", format!("2> {l}").trim_end())));
    if !output.status.success() {
        let status = output.status.code().map_or_else(|| "killed".to_string(), |code| code.to_string());
        out.push_str(&format!("=> {status}\n"));
    }
    Ok(out)
}

/// What was written, without what differs from one build or machine to the next, escapes made visible.
fn shown(bytes: &[u8]) -> String {
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    String::from_utf8_lossy(bytes)
        .replace('\u{1b}', "\u{241b}")
        .replace(&system, "[SYSTEM]")
        .replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
}

/// The lines that differ, with those around the first of them.
fn difference(old: &str, new: &str) -> String {
    let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
    let mut out = String::new();
    let from = same.saturating_sub(3);
    new.lines().skip(from).take(same - from).for_each(|l| {
        let _ = writeln!(out, "  {l}");
    });
    old.lines().skip(same).take(12).for_each(|l| {
        let _ = writeln!(out, "- {l}");
    });
    new.lines().skip(same).take(12).for_each(|l| {
        let _ = writeln!(out, "+ {l}");
    });
    out
}

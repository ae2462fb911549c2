//! `counterpart explain`: what a finding means, and a deal that has it.

use crate::args::{HELP, Session};
use crate::catalogue::{self, Entry, Kind};
use crate::draw;
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{table, visible};
use serde_json::{Value, json};

const EXAMPLES: &str = "Examples:
  counterpart explain unknown-name    what it means and how to mend it
  counterpart explain                 every finding there is
  counterpart explain --json          the same for a program";

/// The arguments of `explain`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The code in brackets behind a finding; without it, all codes are listed.
    code: Option<String>,
}

/// Explains one code, or lists all.
///
/// # Errors
/// When nothing has this code, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let Some(code) = &args.code else { return list(session) };
    // People copy the brackets along.
    let code = code.trim_matches(|c| matches!(c, '[' | ']'));
    let Some(entry) = catalogue::get(code) else {
        let trouble = Trouble::unreadable(format!("no finding has the code `{}`", visible(code)));
        let help = match catalogue::nearest(code) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`counterpart explain` lists all codes".to_string(),
        };
        return Err(trouble.with_help(help).into());
    };
    if session.global.json {
        session.terminal.print_form("counterpart/code/1", page_json(entry))?;
    } else {
        let page = page(entry, session.terminal.look);
        session.terminal.print(&page)?;
    }
    Ok(Exit::Done)
}

fn list(session: &mut Session) -> Outcome {
    if session.global.json {
        let codes: Vec<Value> = catalogue::all().iter().map(summary).collect();
        session.terminal.print_form("counterpart/codes/1", json!({ "codes": codes }))?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    let mut blocks = Vec::new();
    for kind in Kind::ALL {
        let rows: Vec<Vec<String>> = catalogue::all()
            .iter()
            .filter(|e| e.kind == kind)
            .map(|e| vec![e.code.clone(), e.title.clone()])
            .collect();
        if !rows.is_empty() {
            blocks.push(table(kind.about(), &rows, look));
        }
    }
    session.terminal.print(&blocks.join("\n"))?;
    Ok(Exit::Done)
}

fn summary(entry: &Entry) -> Value {
    json!({ "code": entry.code, "kind": entry.kind.word(), "title": entry.title })
}

fn page_json(entry: &Entry) -> Value {
    let files: Vec<Value> = entry
        .files
        .iter()
        .map(|f| json!({ "name": f.name, "text": String::from_utf8_lossy(&f.bytes) }))
        .collect();
    json!({
        "code": entry.code,
        "kind": entry.kind.word(),
        "exit": entry.kind.exit().number(),
        "title": entry.title,
        "why": entry.why,
        "mend": entry.mend,
        "example": files,
        "findings": draw::plain(&entry.findings()),
    })
}

/// The page as text.
fn page(entry: &Entry, look: Look) -> String {
    let strong = |text: &str| look.paint(Ink::Strong, text);
    let mut out = format!("{}: {}\n\n", strong(&entry.code), entry.title);
    out.push_str(&filled(&entry.why, look));
    out.push_str(&format!("\n{}\n", strong("To mend it")));
    out.push_str(&filled(&entry.mend, look));
    out.push_str(&format!("\n{}\n", strong("Example")));
    for file in &entry.files {
        if entry.files.len() > 1 {
            out.push_str(&format!("  {}\n", look.paint(Ink::Quiet, &file.name)));
        }
        for line in String::from_utf8_lossy(&file.bytes).lines() {
            out.push_str(format!("    {}", visible(line)).trim_end());
            out.push('\n');
        }
        if entry.left_out() > 0 {
            out.push_str(&format!(
                "    {}\n",
                look.paint(Ink::Quiet, &format!("and {} more lines like the last", entry.left_out()))
            ));
        }
    }
    let mut book = entry.findings();
    // Only what the page is about, not what cannot be avoided along with it.
    book.findings.retain(|f| f.code == entry.code);
    out.push('\n');
    out.push_str(&draw::human(&book, look));
    out
}

/// Paragraphs broken at the width of the terminal, at most at the width a book has.
fn filled(text: &str, look: Look) -> String {
    let width = look.width.unwrap_or(88).clamp(40, 88);
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        if !out.is_empty() {
            out.push('\n');
        }
        let mut used = 0;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > width {
                out.push('\n');
                used = 0;
            } else if used > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += length;
        }
        out.push('\n');
    }
    out
}

//! `counterpart doctor`: what this program is, what it found around it, and whether that will do.

use crate::args::{HELP, Session, version};
use crate::exit::{Exit, Outcome};
use crate::terminal::{Surroundings, colour};
use crate::text::{count, table};
use crate::world::{deals_below, shown, texts_in};
use serde_json::json;
use std::path::Path;

const EXAMPLES: &str = "Examples:
  counterpart doctor           what is here, and does it work
  counterpart doctor --json    the same for a program
  counterpart doctor -q        only what is wrong; the exit status says the rest";

/// The arguments of `doctor`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {}

/// One thing looked at.
struct Finding {
    what: &'static str,
    state: String,
    /// What to do about it, where it is not well.
    advice: Option<String>,
}

/// Looks around and says what it finds.
///
/// # Errors
/// When the output cannot be written.
pub fn run(_args: &Args, session: &mut Session) -> Outcome {
    let findings = look(session);
    let bad = findings.iter().filter(|f| f.advice.is_some()).count();
    if session.global.json {
        let list: Vec<_> = findings
            .iter()
            .map(|f| json!({ "what": f.what, "state": f.state, "well": f.advice.is_none(), "advice": f.advice }))
            .collect();
        session.terminal.print_form("counterpart/doctor/1", json!({ "well": bad == 0, "findings": list }))?;
    } else {
        let look = session.terminal.look;
        let rows: Vec<Vec<String>> = findings
            .iter()
            .filter(|f| f.advice.is_some() || !session.global.quiet)
            .map(|f| {
                let sign = if f.advice.is_some() { "!" } else { "ok" };
                let state =
                    f.advice.as_ref().map_or(f.state.clone(), |advice| format!("{}; {advice}", f.state));
                vec![f.what.to_string(), sign.to_string(), state]
            })
            .collect();
        session.terminal.print(&table("", &rows, look))?;
    }
    Ok(if bad == 0 { Exit::Done } else { Exit::Findings })
}

fn look(session: &Session) -> Vec<Finding> {
    let around = Surroundings::here();
    let well = |what, state: String| Finding { what, state, advice: None };
    let mut findings = vec![
        well("version", version().to_string()),
        well("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        well("terminal", terminal(&around)),
    ];
    let colour = colour(session.global.color, &around, around.out_is_terminal);
    findings.push(well("colour", format!("{}: {}", if colour.on { "on" } else { "off" }, colour.why)));
    let locale = around.locale.clone().unwrap_or_else(|| "none set".to_string());
    findings.push(Finding {
        what: "encoding",
        advice: (!around.is_utf8())
            .then(|| "names outside ASCII may not show: set LANG to a UTF-8 locale".to_string()),
        state: if around.is_utf8() { format!("UTF-8 ({locale})") } else { locale },
    });
    findings.push(here());
    findings
}

fn terminal(around: &Surroundings) -> String {
    let name = around.term.as_deref().unwrap_or("no TERM");
    match (around.out_is_terminal, around.width) {
        (true, Some(width)) => format!("{name}, {}", count(width, "column")),
        (true, None) => format!("{name}, width unknown"),
        (false, _) => "output goes to a file or a pipe".to_string(),
    }
}

/// What lies in the current folder.
fn here() -> Finding {
    let (texts, below) = (texts_in(Path::new(".")), deals_below(Path::new(".")));
    let deals: Vec<String> = below.iter().map(|p| shown(p.strip_prefix(".").unwrap_or(p))).collect();
    let state = match (texts, deals.as_slice()) {
        (0, []) => "no deal here".to_string(),
        (0, deals) => format!("{} in its folders: {}", count(deals.len(), "deal"), some(deals)),
        (texts, []) => format!("a deal of {}", count(texts, "file")),
        (texts, deals) => format!("a deal of {}, and in its folders {}", count(texts, "file"), some(deals)),
    };
    Finding { what: "folder", state, advice: None }
}

/// The first few of a list.
fn some(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    let rest = names.len() - shown.len();
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}

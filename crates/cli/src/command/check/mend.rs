//! `check --fix`: applies fixes to the files of deals, and says what it did.
//!
//! Mending one thing can uncover the next (the lines below a misspelt keyword are read only once it is
//! right), so a deal is read again until nothing more can be mended. Files are written at the end, each
//! in one step.

use super::Fixes;
use crate::app::complain;
use crate::draw::Source;
use crate::exit::{Exit, Trouble};
use crate::fix::{self, Fate};
use crate::passes;
use crate::save;
use crate::terminal::{Ink, Terminal};
use crate::text::{count, visible};
use crate::world::{File, Found};
use counterpart_syntax::{Diagnostic, Fix};

/// More rounds than this would be going in circles.
const ROUNDS: usize = 12;

/// The fix of a finding that may be applied.
pub(super) fn fix_for(finding: &Diagnostic, which: Fixes) -> Option<&Fix> {
    fix::applicable(finding).filter(|fix| which == Fixes::Guesses || !fix.guess)
}

/// Mends deals, in memory and on disk.
pub(super) fn all(deals: &mut [Found], which: Fixes, terminal: &mut Terminal) -> Exit {
    let mut exit = Exit::Done;
    let (mut fixes, mut files) = (0, 0);
    for found in deals {
        if found.folder.is_none() {
            let trouble = Trouble::unreadable("what is read from standard input cannot be mended in place");
            complain(terminal, &trouble.with_help("name a file or a folder"));
            exit = exit.or(Exit::Unreadable);
            continue;
        }
        let before = found.deal.clone();
        fixes += mended(found, which, terminal);
        for (old, new) in before.iter().zip(found.deal.iter_mut()).filter(|(old, new)| old != new) {
            match write(found.folder.as_deref(), old, new) {
                Ok(()) => files += 1,
                Err(trouble) => {
                    complain(terminal, &trouble);
                    exit = exit.or(trouble.exit);
                    // What is reported next is what is on disk.
                    new.clone_from(old);
                }
            }
        }
    }
    if fixes > 0 && files > 0 {
        terminal.say(&format!("mended: {} in {}", count(fixes, "place"), count(files, "file")));
    } else if fixes == 0 && exit == Exit::Done {
        terminal.say("mended: nothing");
    }
    exit
}

fn write(folder: Option<&std::path::Path>, old: &File, new: &File) -> Result<(), Trouble> {
    folder.map_or(Ok(()), |folder| save::replace(&folder.join(&old.name), &old.bytes, &new.bytes))
}

/// Mends one deal in memory; returns how many fixes were applied.
fn mended(found: &mut Found, which: Fixes, terminal: &mut Terminal) -> usize {
    let mut done = 0;
    for _ in 0..ROUNDS {
        let deal = found.read();
        let findings = passes::findings(&deal);
        let fixes: Vec<(&Diagnostic, &Fix)> =
            findings.iter().filter_map(|p| Some((p, fix_for(p, which)?))).collect();
        if fixes.is_empty() {
            break;
        }
        // The deal keeps its files in an order of its own; the findings count in that order.
        let mut texts: Vec<Vec<u8>> = deal.files.iter().map(|f| f.tree.bytes().to_vec()).collect();
        let only: Vec<&Fix> = fixes.iter().map(|(_, fix)| *fix).collect();
        let fates = fix::apply(&mut texts, &only);
        for ((finding, fix), fate) in fixes.iter().zip(&fates) {
            let path = deal.files.get(finding.at.file).map(|f| f.path.as_str()).unwrap_or("");
            let text = deal.files.get(finding.at.file).map(|f| f.tree.text()).unwrap_or("");
            report(finding, fix, *fate, &Source::new(found.shown(path), text), terminal);
        }
        let applied = fates.iter().filter(|fate| **fate == Fate::Applied).count();
        if applied == 0 {
            break;
        }
        done += applied;
        for (file, text) in deal.files.iter().zip(texts) {
            if let Some(own) = found.deal.iter_mut().find(|f| f.name == file.path) {
                own.bytes = text;
            }
        }
    }
    done
}

/// One line for each fix: where, what was there, what is there now.
fn report(finding: &Diagnostic, fix: &Fix, fate: Fate, source: &Source, terminal: &mut Terminal) {
    let place = source.place(finding.at.span);
    let place = format!("{}:{}:{}", source.path, place.line, place.column);
    let look = terminal.err_look;
    match fate {
        Fate::Applied => {
            let changes: Vec<String> = fix.edits.iter().map(|e| change(source, e)).collect();
            let sign = look.paint(Ink::Good, "mended");
            terminal.say(&format!("{sign}: {place}: {} [{}]", changes.join(", "), finding.code));
        }
        Fate::Overlaps => {
            terminal.say_more(&format!("later: {place}: it touches text mended just now [{}]", finding.code))
        }
        Fate::Misfits => {
            terminal.say(&format!("left: {place}: its fix does not fit the text [{}]", finding.code))
        }
    }
}

fn change(source: &Source, edit: &counterpart_syntax::Edit) -> String {
    let old = source.text.get(edit.span.start as usize..edit.span.end as usize).unwrap_or("");
    match (old.trim().is_empty(), edit.new.trim().is_empty()) {
        (true, true) => format!("indented by {} instead of {}", count(edit.new.len(), "space"), old.len()),
        (true, false) => format!("added `{}`", visible(&edit.new)),
        (false, true) => format!("removed `{}`", visible(old)),
        (false, false) => format!("`{}` is now `{}`", visible(old), visible(&edit.new)),
    }
}

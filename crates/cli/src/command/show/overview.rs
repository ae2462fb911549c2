//! The overview of a deal: who, what, which rights, which money, which dates. Text and JSON differ: this
//! is for eyes, and takes its words from the deal.

use super::in_force::{InForce, dated};
use super::lines::{below, heading, line, part, sides, title};
use crate::args::Global;
use crate::terminal::{Ink, Look};
use crate::text::{count, one_line, table};
use counterpart_num::Date;
use counterpart_syntax::{Clause, Form, Label, Node, Rule};
use counterpart_terms::Deal;

/// Draws it; `private` are the files left out.
pub(super) fn overview(
    deal: &Deal,
    in_force: &InForce,
    private: &[String],
    global: &Global,
    look: Look,
) -> String {
    // A line that nothing bounds is broken where a reader still follows it.
    let look = Look { width: look.width.or(Some(WIDTH)), ..look };
    let mut clauses: Vec<Shown<'_>> = Vec::new();
    for (index, file) in deal.files.iter().enumerate() {
        let in_force_here = file.tree.clauses().filter(|c| in_force.holds(index, *c));
        clauses.extend(
            in_force_here.map(|clause| Shown {
                clause,
                by: in_force.made_by(index, clause, &part(clause, Label::Name)),
            }),
        );
    }
    let mut blocks: Vec<String> = Vec::new();
    for clause in of(&clauses, &[Form::FileAgreement]) {
        let rows: Vec<Vec<String>> = clause.clause.children().filter_map(keyword_and_rest).collect();
        blocks.push(table(&title(clause.clause), &rows, look));
    }
    for (name, forms) in SECTIONS {
        let rows: Vec<Vec<String>> = of(&clauses, forms).map(marked).collect();
        if !rows.is_empty() {
            blocks.push(table(name, &rows, look));
        }
    }
    blocks.extend(amendments(deal, in_force, look));
    blocks.extend(dates(deal, in_force, global, look));
    blocks.extend(rest(&clauses, look));
    blocks.extend(happened(deal, private, global, look));
    blocks.join("\n")
}

/// How wide the overview is where no terminal says.
const WIDTH: usize = 120;

/// A clause in force, with the amendment that made it.
struct Shown<'t> {
    clause: Clause<'t>,
    by: Option<String>,
}

/// The row of a clause, with the amendment that made it.
fn marked(shown: &Shown<'_>) -> Vec<String> {
    let mut row = row(shown.clause);
    if let (Some(by), Some(last)) = (&shown.by, row.last_mut()) {
        *last = if last.is_empty() { format!("({by})") } else { format!("{last} ({by})") };
    }
    row
}

/// The amendments, and whether each is in force on the day.
fn amendments(deal: &Deal, in_force: &InForce, look: Look) -> Option<String> {
    let rows: Vec<Vec<String>> = in_force
        .amendments()
        .map(|(edition, begun)| {
            let names: Vec<&str> = edition.deleted.iter().map(|n| n.as_str()).collect();
            let mut said =
                if begun { "in force".to_string() } else { format!("not in force on {}", in_force.day) };
            if !names.is_empty() {
                said = format!("{said}; takes out {}", names.join(", "));
            }
            let head = edition.head.and_then(|at| deal.files.get(at.file)?.tree.clause_at(at.start));
            vec![dated(edition), head.map(title).unwrap_or_default(), said]
        })
        .collect();
    (!rows.is_empty()).then(|| table("amendments", &rows, look))
}

const SECTIONS: [(&str, &[Form]); 7] = [
    ("parties", &[Form::FileParty, Form::FileGroup]),
    ("assets", &[Form::FileAssets]),
    (
        "rights",
        &[Form::FileGrant, Form::FileOption, Form::FileFirstRight, Form::FileCovenant, Form::FileAssign],
    ),
    ("measured", &[Form::FileMetric, Form::FileMilestone, Form::FileEvent]),
    (
        "money",
        &[
            Form::FilePay,
            Form::FileRoyalty,
            Form::FileService,
            Form::FileSupply,
            Form::FileBuyOut,
            Form::FileNet,
            Form::FileShareCosts,
        ],
    ),
    ("kept private", &[Form::FileSide, Form::FileScenarios, Form::FileScenario]),
    ("changes", &[Form::FileStages, Form::FileLadder, Form::FileTrigger, Form::FileWindow, Form::FileSunset]),
];

fn of<'c, 't>(clauses: &'c [Shown<'t>], forms: &'c [Form]) -> impl Iterator<Item = &'c Shown<'t>> {
    clauses.iter().filter(move |c| c.clause.form().is_some_and(|f| forms.contains(&f)))
}

/// A clause of the agreement as its word and what it says.
fn keyword_and_rest(clause: Clause<'_>) -> Option<Vec<String>> {
    let word = clause.form()?.name().replace('-', " ");
    if word == "text" {
        return None;
    }
    let line = line(clause);
    let rest = line.strip_prefix(&word).unwrap_or(&line).trim().to_string();
    Some(vec![word, rest])
}

/// A clause as a row: its name, what it is, between whom, what it says.
fn row(clause: Clause<'_>) -> Vec<String> {
    let Some(form) = clause.form() else { return vec![line(clause)] };
    let name = part(clause, Label::Name);
    match form {
        Form::FileParty => {
            let place = part(clause, Label::Place);
            vec![name, title(clause), place, below(clause)]
        }
        Form::FileGroup => vec![name, title(clause), String::new(), part(clause, Label::Members)],
        Form::FileAssets => {
            let patents = clause.children().filter(|c| c.form() == Some(Form::AssetsPatent)).count();
            let number = if patents > 0 { count(patents, "patent") } else { String::new() };
            vec![name, part(clause, Label::Kind), part(clause, Label::Of), number, title(clause)]
        }
        Form::FileNet => {
            vec!["net".into(), String::new(), part(clause, Label::Streams), said(clause, Label::Streams)]
        }
        Form::FileShareCosts => {
            vec!["costs".into(), "shared".into(), format!("of {}", part(clause, Label::Of)), below(clause)]
        }
        Form::FileStages | Form::FileLadder => vec![name, form.name().into(), said(clause, Label::Name)],
        Form::FileSunset => vec![name, form.name().into(), said(clause, Label::Name)],
        Form::FileMetric | Form::FileMilestone | Form::FileEvent => {
            vec![name, form.name().into(), join("; ", [title(clause), below(clause)])]
        }
        Form::FileSide => vec![part(clause, Label::Party), part(clause, Label::Negotiation), below(clause)],
        Form::FileScenarios => vec!["scenarios".into(), String::new(), below(clause)],
        Form::FileScenario => {
            let rest = said(clause, Label::Name);
            vec![name, "scenario".into(), rest]
        }
        Form::FileTrigger | Form::FileWindow => vec![name, form.name().into(), below(clause)],
        Form::FileBuyOut => vec![
            name,
            "buy-out".into(),
            sides(clause),
            join("; ", [format!("of {}", part(clause, Label::Of)), below(clause)]),
        ],
        _ => vec![name, kind(clause, form), sides(clause), join("; ", [title(clause), below(clause)])],
    }
}

fn kind(clause: Clause<'_>, form: Form) -> String {
    match form {
        Form::FileFirstRight => format!("first {}", part(clause, Label::Kind)),
        _ => form.name().replace('-', " "),
    }
}

/// What the line says behind one of its parts, and what stands below it.
fn said(clause: Clause<'_>, label: Label) -> String {
    let Some(node) = clause.get(label) else { return below(clause) };
    let behind = (node.span().end - clause.span().start) as usize;
    let rest = clause.text().get(behind..).map(one_line).unwrap_or_default();
    join("; ", [rest.trim_matches([',', ' ']).to_string(), below(clause)])
}

fn join<const N: usize>(with: &str, texts: [String; N]) -> String {
    texts.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(with)
}

/// Every day the deal names, in order; the days of patents belong to the patents.
fn dates(deal: &Deal, in_force: &InForce, global: &Global, look: Look) -> Option<String> {
    let mut found: Vec<(Date, String, String)> = Vec::new();
    for (index, file) in deal.files.iter().enumerate() {
        for clause in file.tree.all_clauses().filter(|c| in_force.holds(index, *c)) {
            if clause.form() == Some(Form::AssetsPatent) || of_the_journal(clause) {
                continue;
            }
            clause.nodes().for_each(|node| {
                collect(node, &mut |date| {
                    let top = top(clause);
                    let where_to = if top.span() == clause.span() { String::new() } else { heading(top) };
                    found.push((date, where_to, line(clause)));
                })
            });
        }
    }
    found.sort_by_key(|(date, _, _)| *date);
    found.dedup();
    let from = global.as_of.unwrap_or(Date::MIN);
    let rows: Vec<Vec<String>> = found
        .into_iter()
        .filter(|(d, _, _)| *d >= from)
        .map(|(d, top, line)| vec![d.to_string(), top, line])
        .collect();
    let heading = global.as_of.map_or_else(|| "dates".to_string(), |day| format!("dates from {day} on"));
    (!rows.is_empty()).then(|| table(&heading, &rows, look))
}

fn collect(node: Node<'_>, found: &mut dyn FnMut(Date)) {
    if node.kind() == Some(Rule::Date)
        && let Ok(date) = Date::parse(node.text())
    {
        found(date);
    }
    node.nodes().for_each(|inner| collect(inner, found));
}

fn top(clause: Clause<'_>) -> Clause<'_> {
    let mut top = clause;
    while let Some(parent) = top.parent() {
        top = parent;
    }
    top
}

fn of_the_journal(clause: Clause<'_>) -> bool {
    matches!(
        top(clause).form(),
        Some(Form::FileEntry | Form::FileAssertion | Form::FileNegotiation | Form::FileHoliday)
    )
}

/// The clauses no section shows, so that nobody takes the overview for the whole.
fn rest(clauses: &[Shown<'_>], look: Look) -> Option<String> {
    let shown = |form: Form| {
        SECTIONS.iter().any(|(_, forms)| forms.contains(&form))
            || matches!(
                form,
                Form::FileAgreement
                    | Form::FileAmendment
                    | Form::FileEntry
                    | Form::FileAssertion
                    | Form::FileNegotiation
            )
    };
    let names: Vec<String> = clauses
        .iter()
        .filter(|c| c.clause.form().is_some_and(|f| !shown(f)))
        .map(|c| heading(c.clause))
        .collect();
    if names.is_empty() {
        return None;
    }
    // Several of one kind are named once.
    let mut counted: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counted.iter_mut().find(|(known, _)| *known == name) {
            Some((_, times)) => *times += 1,
            None => counted.push((name, 1)),
        }
    }
    let say = |(name, times): (String, usize)| if times > 1 { format!("{name} ({times})") } else { name };
    let names: Vec<String> = counted.into_iter().map(say).collect();
    Some(table("also", &[vec![names.join(", ")]], Look { colour: false, ..look }).replacen(
        "also",
        &look.paint(Ink::Strong, "also"),
        1,
    ))
}

/// What has happened, what is talked about, and what is kept private.
fn happened(deal: &Deal, private: &[String], global: &Global, look: Look) -> Option<String> {
    let mut rows = Vec::new();
    let mut days: Vec<Date> = Vec::new();
    for file in &deal.files {
        for clause in file.tree.clauses() {
            match clause.form() {
                Some(Form::FileEntry) => days.extend(day_of_entry(clause, global)),
                Some(Form::FileNegotiation) => rows.push(vec!["talks".into(), heading(clause)]),
                _ => {}
            }
        }
    }
    days.sort();
    if let (Some(first), Some(last)) = (days.first(), days.last()) {
        let told = global.known_on.map_or(String::new(), |day| format!(", as known on {day}"));
        let when = if first == last { format!("on {first}") } else { format!("{first} to {last}") };
        rows.insert(0, vec!["journal".into(), format!("{}, {when}{told}", count(days.len(), "entry"))]);
    }
    if !private.is_empty() {
        rows.push(vec!["private".into(), format!("{} (not shown)", private.join(", "))]);
    }
    (!rows.is_empty()).then(|| table("what happened", &rows, look))
}

/// The day of a journal entry, if it had happened and was known by the days asked for.
fn day_of_entry(clause: Clause<'_>, global: &Global) -> Option<Date> {
    let day = Date::parse(clause.get(Label::Date)?.text()).ok()?;
    let what = clause.get(Label::What);
    let known = what.and_then(|w| w.get(Label::Known)).and_then(|k| k.get(Label::Known));
    let known = known.and_then(|k| Date::parse(k.text()).ok()).unwrap_or(day);
    let happened = global.as_of.is_none_or(|limit| day <= limit);
    let told = global.known_on.is_none_or(|limit| known <= limit);
    (happened && told).then_some(day)
}

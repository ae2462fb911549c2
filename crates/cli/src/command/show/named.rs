//! One name: the clause that defines it, and every clause that uses it.

use super::in_force::{InForce, dated};
use super::lines::{heading, line, part};
use crate::terminal::{Ink, Look};
use crate::text::{count, table, visible};
use crate::world::Found;
use counterpart_syntax::{Clause, Label, Node, Rule, Span};
use counterpart_terms::Deal;
use counterpart_terms::names::Symbol;
use serde_json::{Value, json};

/// Where a name is defined and used.
pub(super) struct Usage<'d> {
    name: &'d str,
    symbol: &'d Symbol,
    /// The version in force; where none is, the one it is first defined by.
    shown: Version<'d>,
    /// Why none is in force, where none is.
    not_in_force: Option<String>,
    /// The other versions, in the order of their files.
    others: Vec<Version<'d>>,
    uses: Vec<Use>,
}

/// A clause that defines the name: the first one, or one by which an amendment restates it.
struct Version<'d> {
    /// The name of its file.
    file: &'d str,
    line: u32,
    /// The clause with what stands below.
    text: String,
    /// The amendment that made it.
    by: Option<String>,
    in_force: bool,
}

/// One clause that uses a name.
struct Use {
    file: String,
    line: u32,
    /// The clause at the margin it belongs to.
    top: String,
    text: String,
}

impl<'d> Usage<'d> {
    /// Finds a name; `None` where nothing has it.
    pub(super) fn find(deal: &'d Deal, in_force: &InForce, name: &str) -> Option<Usage<'d>> {
        let (name, symbol) = deal.symbols.iter().find(|(n, _)| *n == name)?;
        let file = deal.files.get(symbol.at.file)?;
        // The innermost clause around the place where the name is defined.
        let around = |c: &Clause<'_>| c.span().start <= symbol.at.start && symbol.at.end <= c.span().end;
        let defining = file.tree.all_clauses().filter(around).last()?;
        let (mut versions, mut uses) = (Vec::new(), Vec::new());
        for (index, file) in deal.files.iter().enumerate() {
            for clause in file.tree.all_clauses() {
                let first = index == symbol.at.file && clause.span() == defining.span();
                let again = clause.depth() == 0
                    && clause.form() == defining.form()
                    && part(clause, Label::Name) == name;
                if first || again {
                    versions.push(Version {
                        file: &file.path,
                        line: file.lines.line(clause.span().start),
                        text: whole_text(clause),
                        by: in_force.made_by(index, clause, name),
                        in_force: in_force.holds(index, clause),
                    });
                    if again || !first {
                        continue;
                    }
                }
                let but = first.then_some(symbol.at.span());
                if in_force.holds(index, clause) && clause.nodes().any(|n| mentions(n, name, but)) {
                    let mut top = clause;
                    while let Some(parent) = top.parent() {
                        top = parent;
                    }
                    uses.push(Use {
                        file: file.path.clone(),
                        line: file.lines.line(clause.span().start),
                        top: heading(top),
                        text: line(clause),
                    });
                }
            }
        }
        let at = versions.iter().position(|v| v.in_force);
        let not_in_force = match (at, in_force.deleted_by(name), versions.first().and_then(|v| v.by.as_ref()))
        {
            (Some(_), ..) => None,
            (None, Some(edition), _) => Some(format!("taken out by {}", dated(edition))),
            (None, None, Some(by)) => Some(format!("not in force on {}: {by}", in_force.day)),
            (None, None, None) => Some(format!("not in force on {}", in_force.day)),
        };
        if versions.is_empty() {
            return None;
        }
        let shown = versions.remove(at.unwrap_or(0));
        Some(Usage { name, symbol, shown, not_in_force, others: versions, uses })
    }

    /// As text.
    pub(super) fn text(&self, found: &Found, look: Look) -> String {
        let place = |v: &Version<'_>| format!("{}:{}", found.shown(v.file), v.line);
        let standing = self.not_in_force.as_ref().or(self.shown.by.as_ref());
        let standing = standing.map_or(String::new(), |s| format!(", {s}"));
        let mut out = format!(
            "{} is {}, {}{standing}\n\n",
            look.paint(Ink::Name, self.name),
            self.symbol.kind.human(),
            place(&self.shown)
        );
        for line in self.shown.text.lines() {
            out.push_str(format!("  {}", visible(line)).trim_end());
            out.push('\n');
        }
        if !self.others.is_empty() {
            let rows: Vec<Vec<String>> = self
                .others
                .iter()
                .map(|v| vec![place(v), v.by.clone().unwrap_or_else(|| "as first agreed".to_string())])
                .collect();
            out.push('\n');
            out.push_str(&table("other versions, not in force on the day", &rows, look));
        }
        let rows: Vec<Vec<String>> = self
            .uses
            .iter()
            .map(|u| {
                let rest = if u.text.starts_with(&u.top) { String::new() } else { u.text.clone() };
                let top = if rest.is_empty() { u.text.clone() } else { u.top.clone() };
                vec![format!("{}:{}", found.shown(&u.file), u.line), top, rest]
            })
            .collect();
        out.push('\n');
        out.push_str(&match rows.len() {
            0 => "not used\n".to_string(),
            n => table(&format!("used in {}", count(n, "clause")), &rows, look),
        });
        out
    }

    /// As JSON.
    pub(super) fn json(&self, found: &Found) -> Value {
        let uses: Vec<Value> = self
            .uses
            .iter()
            .map(|u| json!({ "file": found.shown(&u.file), "line": u.line, "within": u.top, "text": u.text }))
            .collect();
        let version = |v: &Version<'_>| {
            json!({
                "file": found.shown(v.file),
                "line": v.line,
                "text": v.text,
                "amendment": v.by,
                "in_force": v.in_force,
            })
        };
        json!({
            "name": self.name,
            "kind": self.symbol.kind.human(),
            "defined": version(&self.shown),
            "not_in_force": self.not_in_force,
            "other_versions": self.others.iter().map(version).collect::<Vec<_>>(),
            "uses": uses,
        })
    }
}

/// Whether a part of a clause, at any depth, is this name; the place that defines it does not count.
fn mentions(node: Node<'_>, name: &str, but: Option<Span>) -> bool {
    let is_name =
        matches!(node.kind(), Some(Rule::Name | Rule::Reference | Rule::Party)) && node.text() == name;
    (is_name && Some(node.span()) != but) || node.nodes().any(|inner| mentions(inner, name, but))
}

/// The clause with its lower lines, moved to the margin.
fn whole_text(clause: Clause<'_>) -> String {
    let span = clause.full_span();
    let text = clause.tree().slice(span);
    let before = clause.tree().slice(Span { start: 0, end: span.start });
    let indent =
        before.rsplit('\n').next().map_or(0, |l| l.chars().take_while(|c| c.is_whitespace()).count());
    let lines = text.lines().map(|l| {
        let spaces = l.chars().take_while(|c| c.is_whitespace()).count().min(indent);
        l.chars().skip(spaces).collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

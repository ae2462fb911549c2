//! One name: the clause that defines it, and every clause that uses it.

use super::lines::{heading, line};
use crate::terminal::{Ink, Look};
use crate::text::{count, table, visible};
use crate::world::Found;
use counterpart_syntax::{Clause, Node, Rule, Span};
use counterpart_terms::Deal;
use counterpart_terms::names::Symbol;
use serde_json::{Value, json};

/// Where a name is defined and used.
pub(super) struct Usage<'d> {
    name: &'d str,
    symbol: &'d Symbol,
    /// The name of the file that defines it.
    file: &'d str,
    /// The text of the clause that defines it, with what stands below.
    text: String,
    uses: Vec<Use>,
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
    pub(super) fn find(deal: &'d Deal, name: &str) -> Option<Usage<'d>> {
        let (name, symbol) = deal.symbols.iter().find(|(n, _)| *n == name)?;
        let file = deal.files.get(symbol.at.file)?;
        // The innermost clause around the place where the name is defined.
        let around = |c: &Clause<'_>| c.span().start <= symbol.at.start && symbol.at.end <= c.span().end;
        let defining = file.tree.all_clauses().filter(around).last()?;
        let mut uses = Vec::new();
        for (index, file) in deal.files.iter().enumerate() {
            for clause in file.tree.all_clauses() {
                let own = index == symbol.at.file && clause.span() == defining.span();
                let named = clause
                    .nodes()
                    .any(|n| mentions(n, name, if own { Some(symbol.at.span()) } else { None }));
                if named {
                    let mut top = clause;
                    while let Some(parent) = top.parent() {
                        top = parent;
                    }
                    let line_number = file.lines.line(clause.span().start);
                    uses.push(Use {
                        file: file.path.clone(),
                        line: line_number,
                        top: heading(top),
                        text: line(clause),
                    });
                }
            }
        }
        Some(Usage { name, symbol, file: &file.path, text: whole_text(defining), uses })
    }

    /// As text.
    pub(super) fn text(&self, found: &Found, look: Look) -> String {
        let place = format!("{}:{}", found.shown(self.file), self.symbol.at.line);
        let mut out =
            format!("{} is {}, {place}\n\n", look.paint(Ink::Name, self.name), self.symbol.kind.human());
        for line in self.text.lines() {
            out.push_str(format!("  {}", visible(line)).trim_end());
            out.push('\n');
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
        json!({
            "name": self.name,
            "kind": self.symbol.kind.human(),
            "defined": { "file": found.shown(self.file), "line": self.symbol.at.line, "text": self.text },
            "uses": uses,
        })
    }
}

/// Whether a part of a clause, at any depth, is this name; the place that defines it does not count.
fn mentions(node: Node<'_>, name: &str, but: Option<Span>) -> bool {
    let is_name = matches!(node.kind(), Some(Rule::Name | Rule::Party)) && node.text() == name;
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

//! Looking names up: a name must be defined somewhere in the deal and be of a kind its clause can mean.

use super::Reader;
use crate::names::{Expect, SymbolKind};
use crate::value::scope::{ACTS, PURPOSES};
use crate::value::{Name, Set, Value};
use crate::world;
use counterpart_num::Currency;
use counterpart_syntax::{Clause, Context, Diagnostic, Form, Label, Node, Span, bad_power, clause_meant};
use std::collections::BTreeSet;

/// Words a clause may use for things no deal has to define.
const COMMON: &[&str] = &[
    "expert",
    "executives",
    "mediator",
    "arbitrator",
    "arbitration",
    "mediation",
    "release",
    "filing",
    "publication",
    "court",
    "staff",
    "counsel",
    "auditors",
    "advisers",
    "affiliates",
    "others",
    "public",
    "product",
    "country",
    "field",
    "payment",
    "safety",
    "breach",
    "licence",
    "audit",
    "confidential",
    "liability",
    "disputes",
    "termination",
    "renewal",
    "costs",
    "term",
];

/// Names compared with those that nothing defines, at most: each comparison takes about a microsecond, and in a
/// deal where this many names are wrong a suggestion for each is no help.
const MAX_COMPARED: usize = 200_000;

/// The names used that nothing defines: one mistake, one message.
#[derive(Default)]
pub(crate) struct Missing {
    /// The names.
    pub names: BTreeSet<String>,
    /// How many names have been compared with them.
    compared: usize,
    /// How many have been taken for the names of clauses that were left without one.
    excused: usize,
}

impl Missing {
    /// Adds one; says whether it was not there yet.
    pub(super) fn is_new(&mut self, name: String) -> bool {
        self.names.insert(name)
    }

    /// The nearest of some names, as long as there have not been too many.
    fn closest<'n>(&mut self, word: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
        let left = MAX_COMPARED.saturating_sub(self.compared);
        let compared = &mut self.compared;
        closest(word, names.take(left).inspect(|_| *compared += 1))
    }
}

/// What the first line of a clause at the margin says of itself.
#[derive(Default)]
pub(crate) struct Own {
    /// Its name, which nothing in it can mean.
    name: Option<String>,
    /// Each side of it, by where the line names it, with all the parties of the side.
    sides: Vec<(Span, Vec<String>)>,
}

impl Own {
    /// Reads the first line.
    pub(super) fn of(clause: Clause<'_>) -> Own {
        let paying = matches!(clause.form(), Some(Form::FilePay | Form::FileRoyalty));
        let side = |node: Node<'_>| {
            let names = node.all(Label::Party).map(|party| party.text().to_string());
            let alone = || vec![node.text().to_string()];
            let names: Vec<String> = names.collect();
            (node.span(), if names.is_empty() { alone() } else { names })
        };
        let sides = clause.nodes().filter(|n| paying && matches!(n.label(), Some(Label::From | Label::To)));
        let name = clause.nodes().find(|n| paying && n.label() == Some(Label::Name));
        Own { name: name.map(|n| n.text().to_string()), sides: sides.map(side).collect() }
    }

    /// Whether a name can stand at a place: it is not the clause's own, nor that of the side across.
    fn admits(&self, name: &str, at: Span) -> bool {
        let here = |span: &Span| span.start <= at.start && at.end <= span.end;
        let across =
            self.sides.iter().filter(|(span, _)| self.sides.iter().any(|(s, _)| here(s)) && !here(span));
        let mut across = across.flat_map(|(_, names)| names);
        self.name.as_deref() != Some(name) && !across.any(|other| other == name)
    }
}

impl Reader<'_> {
    /// A single name as a value.
    pub(crate) fn name_value(&mut self, node: Node<'_>) -> Value {
        let expect = self.expectation(node);
        Value::Name(self.name(node, expect))
    }

    /// Whether an undefined name is a mistake not told yet: it may be the name of a clause that could not be read.
    fn is_to_be_told(&mut self, word: &str) -> bool {
        if !self.missing.is_new(word.to_string()) || self.symbols.may_be_unread(word) {
            return false;
        }
        let excused = self.missing.excused < self.symbols.nameless();
        self.missing.excused += usize::from(excused);
        !excused
    }

    /// A list of names as a set.
    pub(crate) fn name_list(&mut self, node: Node<'_>) -> Value {
        let expect = self.expectation(node);
        Value::Set(Set { all: false, names: self.list(node, expect), except: Vec::new() })
    }

    /// The names of a list node.
    pub(crate) fn list(&mut self, node: Node<'_>, expect: Expect) -> Vec<Name> {
        let parties = node.all(Label::Party).map(|n| (n, crate::names::PARTIES));
        let names = node.all(Label::Name).map(|n| (n, expect));
        let all: Vec<(Node<'_>, Expect)> = parties.chain(names).collect();
        all.into_iter().map(|(n, e)| self.name(n, e)).collect()
    }

    /// The names with a label that holds a list.
    pub(crate) fn listed(&mut self, node: Node<'_>, label: Label, expect: Expect) -> Vec<Name> {
        node.get(label).map(|n| self.list(n, expect)).unwrap_or_default()
    }

    /// One name, checked.
    pub(crate) fn name(&mut self, node: Node<'_>, expect: Expect) -> Name {
        let word = node.text();
        let name = Name::from(word);
        // Somebody or something is meant; who or what is not said, so there is nothing to look up.
        if name.is_blank() {
            return name;
        }
        match expect {
            Expect::Free => {}
            Expect::Place => self.place(node, word),
            Expect::Any => {
                if self.symbols.get(word).is_none() && world::place(word).is_none() && !COMMON.contains(&word)
                {
                    self.unknown_name(node, word, &[]);
                }
            }
            Expect::Kinds(kinds) => match self.symbols.get(word) {
                Some(symbol) if kinds.contains(&symbol.kind) => {}
                Some(_) if kinds.contains(&SymbolKind::Pay) && self.symbols.is_shared_cost(word) => {}
                Some(symbol) => {
                    let wanted = or_list(kinds);
                    let message = format!("`{word}` is {}, not {wanted}", symbol.kind.human());
                    let (kind, at) = (symbol.kind, symbol.at);
                    if self.missing.is_new(format!("{word} as {wanted}")) {
                        self.problems.push(
                            Diagnostic::error("wrong-kind", node.span(), message)
                                .in_file(self.file)
                                .saying(format!("{wanted} was expected here"))
                                .with_also(at.file, at.span(), format!("defined as {}", kind.human())),
                        );
                    }
                }
                None if kinds.contains(&SymbolKind::Field) && PURPOSES.contains(&word) => {}
                None => self.unknown_name(node, word, kinds),
            },
        }
        name
    }

    fn place(&mut self, node: Node<'_>, word: &str) {
        let known = world::place(word).is_some()
            || self.symbols.get(word).is_some_and(|s| s.kind == SymbolKind::Territory);
        if known {
            return;
        }
        if let Some(symbol) = self.symbols.get(word) {
            if self.missing.is_new(format!("{word} as a place")) {
                self.problems.push(
                    Diagnostic::error(
                        "wrong-kind",
                        node.span(),
                        format!("`{word}` is {}, not a place", symbol.kind.human()),
                    )
                    .in_file(self.file)
                    .with_also(
                        symbol.at.file,
                        symbol.at.span(),
                        format!("defined as {}", symbol.kind.human()),
                    ),
                );
            }
            return;
        }
        if !self.is_to_be_told(word) {
            return;
        }
        let diagnostic = Diagnostic::error(
            "unknown-place",
            node.span(),
            format!("no country or territory is called `{word}`"),
        )
        .in_file(self.file);
        if let Some(code) = world::code_of(word) {
            self.problems.push(diagnostic.with_fix(format!("write `{code}`"), node.span(), code));
            return;
        }
        let near = {
            let mut all: Vec<&str> = world::group_names().chain(["World"]).collect();
            all.extend(self.symbols.iter().filter(|(_, s)| s.kind == SymbolKind::Territory).map(|(n, _)| n));
            // Every other word of two letters is one slip away, and another country.
            let all = all.into_iter().filter(|name| word.len() > 2 || name.eq_ignore_ascii_case(word));
            self.missing.closest(word, all)
        };
        self.problems.push(match near {
            Some(code) => diagnostic.with_guess(format!("perhaps `{code}`"), node.span(), code),
            None => diagnostic
                .with_help("use a code of ISO 3166 such as `DE` or `US-DE`, a group such as `EEA`, or define it with `territory`"),
        });
    }

    /// An act that is no word of the language has to be part of a dimension of the deal.
    pub(crate) fn own_act(&mut self, node: Node<'_>) {
        let word = node.text();
        if Name::from(word).is_blank() {
            return;
        }
        let own = |s: &SymbolKind| matches!(s, SymbolKind::Member | SymbolKind::Dimension);
        if self.symbols.get(word).is_some_and(|s| own(&s.kind)) || !self.is_to_be_told(word) {
            return;
        }
        let diagnostic = Diagnostic::error("unknown-name", node.span(), format!("no act is called `{word}`"))
            .in_file(self.file);
        let declared = self.symbols.iter().filter(|(_, s)| own(&s.kind)).map(|(name, _)| name);
        self.problems.push(match self.missing.closest(word, ACTS.iter().copied().chain(declared)) {
            Some(act) => diagnostic.with_fix(format!("did you mean `{act}`?"), node.span(), act),
            None => diagnostic.with_help(format!(
                "use acts such as `make`, `use`, `sell`, or name your own: `dimension acts` with `{word}` below it"
            )),
        });
    }

    fn unknown_name(&mut self, node: Node<'_>, word: &str, kinds: &[SymbolKind]) {
        if !self.is_to_be_told(word) {
            return;
        }
        let what = match kinds {
            [] => "nothing".to_string(),
            kinds => format!("no {}", or_list(kinds).replace("a ", "").replace("an ", "")),
        };
        let diagnostic =
            Diagnostic::error("unknown-name", node.span(), format!("{what} in this deal is called `{word}`"))
                .in_file(self.file);
        // What would be refused in turn is no help: a clause does not speak of itself, and nobody deals with himself.
        let own = &self.own;
        let fits = |name: &str, kind: SymbolKind| {
            (kinds.is_empty() || kinds.contains(&kind)) && own.admits(name, node.span())
        };
        let candidates = self.symbols.iter().filter(|(name, s)| fits(name, s.kind)).map(|(name, _)| name);
        let near = self.missing.closest(word, candidates);
        if near.is_none() && node.span().start == self.start && self.form.context() != Context::File {
            let meant =
                bad_power(word, node.span()).or_else(|| clause_meant(word, self.form.context(), node.span()));
            if let Some(problem) = meant {
                self.problems.push(problem.in_file(self.file));
                return;
            }
        }
        self.problems.push(match near {
            Some(name) => diagnostic.with_guess(format!("perhaps `{name}`"), node.span(), name),
            None if Currency::parse(word).is_some() => {
                diagnostic.with_help(format!("`{word}` is a currency: its number follows it, and a sign stands before it, as in `-{word} 5`"))
            }
            None => diagnostic.with_help(format!("define `{word}`, or use a name the deal defines")),
        });
    }
}

/// The nearest of some names, if it is near enough to be a slip.
pub fn closest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let lower = word.to_lowercase();
    let letters = word.chars().count();
    let allowed = (letters / 3).clamp(1, 3);
    names
        .filter(|n| n.chars().count().abs_diff(letters) <= allowed)
        .map(|n| (strsim::damerau_levenshtein(&lower, &n.to_lowercase()), n))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, n)| n.to_string())
}

fn or_list(kinds: &[SymbolKind]) -> String {
    let words: Vec<&str> = kinds.iter().take(3).map(|k| k.human()).collect();
    match words.split_last() {
        None => "a name".to_string(),
        Some((last, [])) => (*last).to_string(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

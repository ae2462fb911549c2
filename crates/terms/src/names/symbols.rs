//! The names a deal defines, over all its files: one name, one thing.

use crate::record::At;
use counterpart_syntax::{Clause, Diagnostic, Form, Label, Node, Tree, is_keyword};
use std::collections::{BTreeMap, BTreeSet};

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the clause of the same name")]
#[repr(u8)]
pub enum SymbolKind {
    Party,
    Group,
    Field,
    Member,
    Dimension,
    Territory,
    Product,
    Assets,
    Metric,
    Milestone,
    Event,
    OpenTerm,
    Grant,
    Option,
    FirstRight,
    Covenant,
    Assignment,
    Allocation,
    Trigger,
    Window,
    Sunset,
    Pay,
    Royalty,
    Service,
    /// What an audit cost.
    Audit,
    Supply,
    Improvement,
    Committee,
    Risk,
    BuyOut,
    Escrow,
    Security,
    Text,
    Amendment,
    Negotiation,
    Issue,
    Workstream,
    Alternative,
    Scenario,
    Proposal,
    Invention,
    Sublicence,
    Confidence,
    Stage,
    Dispute,
}

impl SymbolKind {
    /// What a reader calls it, with its article.
    pub fn human(self) -> &'static str {
        match self {
            SymbolKind::Party => "a party",
            SymbolKind::Group => "a group of parties",
            SymbolKind::Field => "a field",
            SymbolKind::Member => "part of a dimension",
            SymbolKind::Dimension => "a dimension",
            SymbolKind::Territory => "a territory",
            SymbolKind::Product => "a product",
            SymbolKind::Assets => "a set of assets",
            SymbolKind::Metric => "a metric",
            SymbolKind::Milestone => "a milestone",
            SymbolKind::Event => "an event",
            SymbolKind::OpenTerm => "an open term",
            SymbolKind::Grant => "a grant",
            SymbolKind::Option => "an option",
            SymbolKind::FirstRight => "a first right",
            SymbolKind::Covenant => "a covenant",
            SymbolKind::Assignment => "an assignment",
            SymbolKind::Allocation => "an allocation",
            SymbolKind::Trigger => "a trigger",
            SymbolKind::Window => "a window",
            SymbolKind::Sunset => "a sunset",
            SymbolKind::Pay => "a payment",
            SymbolKind::Royalty => "a royalty",
            SymbolKind::Service => "a service",
            SymbolKind::Audit => "what an audit cost",
            SymbolKind::Supply => "a supply",
            SymbolKind::Improvement => "a class of improvements",
            SymbolKind::Committee => "a committee",
            SymbolKind::Risk => "a risk",
            SymbolKind::BuyOut => "a buy-out",
            SymbolKind::Escrow => "an escrow",
            SymbolKind::Security => "a security",
            SymbolKind::Text => "a text",
            SymbolKind::Amendment => "an amendment",
            SymbolKind::Negotiation => "a negotiation",
            SymbolKind::Issue => "an issue",
            SymbolKind::Workstream => "a workstream",
            SymbolKind::Alternative => "an alternative",
            SymbolKind::Scenario => "a scenario",
            SymbolKind::Proposal => "a proposal",
            SymbolKind::Invention => "an invention",
            SymbolKind::Sublicence => "a sublicence",
            SymbolKind::Confidence => "a class of confidential information",
            SymbolKind::Stage => "a stage",
            SymbolKind::Dispute => "a dispute",
        }
    }
}

/// A name and its definition.
#[derive(Debug, Clone)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// Where it is defined.
    pub at: At,
    /// The name it stands below, in a tree of fields or another dimension.
    pub parent: Option<String>,
}

/// Every name of a deal.
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    table: BTreeMap<String, Symbol>,
    /// Of what costs are shared: under that name a share is paid.
    shared: BTreeSet<String>,
    /// Words that may be the names of clauses nobody could read.
    unread: BTreeSet<String>,
    /// How many heads nobody could read because they lack a name: each leaves one name undefined.
    nameless: usize,
}

/// The name of a clause stands among its first words, behind a keyword of two words at most.
const NAME_WITHIN: usize = 4;

impl Symbols {
    /// The symbol of this name.
    pub fn get(&self, name: &str) -> Option<&Symbol> {
        self.table.get(name)
    }

    /// How many names the text defines: one that an audit gives by itself is written nowhere.
    pub fn defined(&self) -> usize {
        self.table.values().filter(|symbol| symbol.kind != SymbolKind::Audit).count()
    }

    /// All names, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Symbol)> {
        self.table.iter().map(|(name, symbol)| (name.as_str(), symbol))
    }

    /// Whether the costs of what has this name are shared, so that a share of them can be paid under it.
    pub(crate) fn is_shared_cost(&self, name: &str) -> bool {
        self.shared.contains(name)
    }

    /// Whether a word may be the name of a clause that could not be read: that clause has been told.
    pub fn may_be_unread(&self, name: &str) -> bool {
        self.unread.contains(name)
    }

    /// How many names may be undefined because their clause was left without one.
    pub(crate) fn nameless(&self) -> usize {
        self.nameless
    }

    /// Collects the definitions of one file; a name defined twice is reported.
    pub fn collect(&mut self, file: usize, tree: &Tree, lines: &Lines, problems: &mut Vec<Diagnostic>) {
        // Files of amendments are read after the agreement they amend; in a file that holds both, the amendment
        // begins with its head.
        let heads: Vec<u32> = tree
            .clauses()
            .filter(|c| c.form() == Some(Form::FileAmendment))
            .map(|c| c.span().start)
            .collect();
        let mut restated: BTreeMap<(usize, &str), At> = BTreeMap::new();
        for clause in tree.all_clauses() {
            if clause.form().is_none() {
                self.unread.extend(clause.words().take(NAME_WITHIN).map(str::to_string));
                self.nameless += usize::from(is_nameless(clause));
            }
            let Some((kind, node)) = defines(clause) else {
                self.implied(file, clause, lines);
                continue;
            };
            let name = node.text();
            let at = lines.at(file, node.span());
            let amendment = heads.partition_point(|head| *head < at.start);
            let restates = amendment > 0 && may_be_restated(clause);
            let before = restated.insert((amendment, name), at).filter(|_| restates);
            let parent = match kind {
                SymbolKind::Field | SymbolKind::Member => parent_name(clause),
                _ => None,
            };
            let told = before.or(self.table.get(name).map(|s| s.at)).unwrap_or(at);
            match self.table.get(name) {
                // An amendment restates the clauses it changes under their old names, each once.
                Some(first) if restates && first.kind == kind && before.is_none() => {}
                // Stages are named within their grant, scenario events within their scenario.
                Some(first)
                    if first.kind == kind
                        && matches!(kind, SymbolKind::Stage | SymbolKind::Event)
                        && clause.depth() > 0 => {}
                Some(first) => problems.push(
                    Diagnostic::error("name-twice", node.span(), format!("`{name}` is defined twice"))
                        .in_file(file)
                        .saying(format!("here as {}", kind.human()))
                        .with_also(told.file, told.span(), format!("first as {}", first.kind.human()))
                        .with_help("give one of them another name: a name means one thing in the whole deal"),
                ),
                None => {
                    self.table.insert(name.to_string(), Symbol { kind, at, parent });
                }
            }
        }
    }

    /// Names that a clause gives without writing them.
    fn implied(&mut self, file: usize, clause: Clause<'_>, lines: &Lines) {
        let of = clause.get(Label::Of).map_or("", |node| node.text());
        let names = of.split(',').map(str::trim).filter(|name| !name.is_empty());
        match clause.form() {
            Some(Form::FileShareCosts) => self.shared.extend(names.map(str::to_string)),
            // What patents cost, and what suits under them bring, is shared under the name of the patents.
            Some(Form::FileProsecution | Form::FileEnforcement) => {
                let shares = [Form::ProsecutionCosts, Form::EnforcementRecoveries];
                if clause.children().any(|line| line.form().is_some_and(|form| shares.contains(&form))) {
                    let assets = clause.get(Label::Assets).map_or("", |node| node.text());
                    let assets = assets.split(',').map(str::trim).filter(|name| !name.is_empty());
                    self.shared.extend(assets.map(str::to_string));
                }
            }
            Some(Form::FileAudit) => {
                let at = lines.at(file, clause.span());
                let symbol = Symbol { kind: SymbolKind::Audit, at, parent: None };
                self.table.entry(audit_name(names)).or_insert(symbol);
            }
            // One without a name of its own is called after what it buys.
            Some(Form::FileBuyOut) if clause.get(Label::Name).is_none() => {
                let at = lines.at(file, clause.span());
                let symbol = Symbol { kind: SymbolKind::BuyOut, at, parent: None };
                self.table.entry(buy_out_of(names)).or_insert(symbol);
            }
            _ => {}
        }
    }
}

/// The name of a buy-out that has none of its own.
pub(crate) fn buy_out_of<'n>(bought: impl Iterator<Item = &'n str>) -> String {
    bought.fold("buy-out-of".to_string(), |name, one| format!("{name}-{one}"))
}

/// The name of the payment of what an audit of some parties cost.
pub(crate) fn audit_name<'n>(parties: impl Iterator<Item = &'n str>) -> String {
    parties.fold("audit-of".to_string(), |name, party| format!("{name}-{party}"))
}

/// The line numbers of a text.
#[derive(Debug, Clone)]
pub struct Lines(Vec<u32>);

impl Lines {
    /// Finds where lines begin.
    pub fn new(text: &str) -> Lines {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        Lines(std::iter::once(0).chain(ends).collect())
    }

    /// The line of a byte, from 1.
    pub fn line(&self, byte: u32) -> u32 {
        self.0.partition_point(|&start| start <= byte) as u32
    }

    /// A place in a file.
    pub fn at(&self, file: usize, span: counterpart_syntax::Span) -> At {
        At { file, line: self.line(span.start), start: span.start, end: span.end }
    }
}

/// Whether a clause of an amendment may stand for one of the same name that came before. What happened is not
/// restated, and each amendment has a name of its own.
fn may_be_restated(clause: Clause<'_>) -> bool {
    !matches!(clause.form(), Some(Form::FileEntry | Form::FileAmendment))
}

/// Whether a line that could not be read is a head without its name: `metric "Net sales"`, or `"home batteries"` among
/// fields.
fn is_nameless(clause: Clause<'_>) -> bool {
    let mut words = clause.words();
    let Some(first) = words.next() else { return false };
    let title = |word: &str| word.starts_with('"');
    let rest = words.next();
    let head =
        clause.depth() == 0 && is_keyword(first) && rest.is_some_and(|word| title(word) || is_keyword(word));
    head || (title(first) && clause.depth() > 0)
}

fn parent_name(clause: Clause<'_>) -> Option<String> {
    let parent = clause.parent()?;
    match parent.form()? {
        Form::TreeNode | Form::FileDimension => Some(parent.get(Label::Name)?.text().to_string()),
        _ => None,
    }
}

/// The kind a clause defines a name of, and which of its parts the name is.
fn defines(clause: Clause<'_>) -> Option<(SymbolKind, Node<'_>)> {
    use SymbolKind as K;
    let kind = match clause.form()? {
        Form::FileEntry => return entry_defines(clause),
        Form::FileParty => K::Party,
        Form::FileGroup => K::Group,
        Form::TreeNode => {
            let mut top = clause;
            while let Some(parent) = top.parent() {
                top = parent;
            }
            if top.form() == Some(Form::FileDimension) { K::Member } else { K::Field }
        }
        Form::FileDimension => K::Dimension,
        Form::FileTerritory => K::Territory,
        Form::FileProduct => K::Product,
        Form::FileAssets => K::Assets,
        Form::FileMetric => K::Metric,
        Form::FileMilestone => K::Milestone,
        Form::FileEvent => K::Event,
        Form::FileOpenTerm => K::OpenTerm,
        Form::FileGrant => K::Grant,
        Form::FileOption => K::Option,
        Form::FileFirstRight => K::FirstRight,
        Form::FileCovenant => K::Covenant,
        Form::FileAssign => K::Assignment,
        Form::FileAllocation => K::Allocation,
        Form::FileTrigger => K::Trigger,
        Form::FileWindow => K::Window,
        Form::FileSunset => K::Sunset,
        Form::FilePay => K::Pay,
        Form::FileRoyalty => K::Royalty,
        Form::FileService => K::Service,
        Form::FileSupply => K::Supply,
        Form::FileImprovement => K::Improvement,
        Form::FileCommittee => K::Committee,
        Form::FileRisk => K::Risk,
        Form::FileBuyOut => K::BuyOut,
        Form::FileEscrow => K::Escrow,
        Form::FileSecurity => K::Security,
        Form::FileText => K::Text,
        Form::FileAmendment => K::Amendment,
        Form::FileNegotiation => K::Negotiation,
        Form::NegotiationIssue => K::Issue,
        Form::NegotiationWorkstream => K::Workstream,
        Form::SideAlternative => K::Alternative,
        Form::FileScenario => K::Scenario,
        Form::ConfidentialClass => K::Confidence,
        Form::StagesStage => K::Stage,
        // An event of a scenario need not be one of the agreement's.
        Form::ScenarioEvent | Form::ScenariosEvent if clause.text().starts_with("event ") => K::Event,
        _ => return None,
    };
    Some((kind, clause.get(Label::Name)?))
}

/// The names a journal entry introduces.
fn entry_defines(clause: Clause<'_>) -> Option<(SymbolKind, Node<'_>)> {
    let what = clause.get(Label::What)?;
    if what.has(Label::Invention) {
        Some((SymbolKind::Invention, what.get(Label::Name)?))
    } else if what.has(Label::Sublicensed) {
        Some((SymbolKind::Sublicence, what.get(Label::Name)?))
    } else if what.has(Label::Disputed) {
        Some((SymbolKind::Dispute, what.get(Label::Name)?))
    } else if what.has(Label::Proposed) || what.has(Label::Countered) {
        Some((SymbolKind::Proposal, what.get(Label::As)?))
    } else {
        None
    }
}

//! The entries that might be told of what clauses name: a milestone, an event, an option, a notice, a choice, a breach,
//! the end of the agreement.

use super::{Candidate, Trial};
use crate::ends::right_to_end::AT_WILL;
use crate::exit::{TEST, Way};
use counterpart_ledger::{ClaimKind, Told};
use counterpart_syntax::{Clause, Form, Label};
use counterpart_terms::names::SymbolKind as Kind;
use counterpart_terms::value::Name;

/// Clauses that name what is asked about are looked at, so many of them.
const MOST_CLAUSES: usize = 12;

impl<'d> Trial<'_, 'd> {
    /// What a name is the name of.
    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        self.machine.deal.symbols.get(name).map(|symbol| symbol.kind)
    }

    /// What might be told of the names in the clauses an answer rests on, and in those that name what is asked about.
    pub(super) fn of_names(&self, cited: &[(usize, Clause<'d>)]) -> Vec<Candidate> {
        let mut blocks: Vec<Clause<'d>> = Vec::new();
        let mut add = |clause: Clause<'d>| {
            let same = |other: &Clause<'d>| other.text() == clause.text() && other.span() == clause.span();
            if !blocks.iter().any(same) {
                blocks.push(clause);
            }
        };
        for (_, clause) in cited {
            add(block_of(*clause));
        }
        let asked = self.asked_names();
        let mut near = Vec::new();
        for file in &self.machine.deal.files {
            for clause in file.tree.clauses() {
                let is_term = !matches!(clause.form(), None | Some(Form::FileEntry | Form::FileAssertion));
                if is_term && words(clause).any(|word| asked.contains(&word)) {
                    near.push(clause);
                }
            }
        }
        near.into_iter().take(MOST_CLAUSES).for_each(add);
        let mut out = Vec::new();
        for block in blocks {
            if matches!(block.form(), None | Some(Form::FileEntry | Form::FileAssertion)) {
                continue;
            }
            self.of_block(block, &mut out);
        }
        out.extend(self.decisions());
        out.extend(self.ends());
        out
    }

    /// What a committee might decide an invention to be.
    fn decisions(&self) -> Vec<Candidate> {
        let ClaimKind::Invention(Told::Class(name, _) | Told::Undecided(name), _) = &self.claim.kind else {
            return Vec::new();
        };
        let named = |kind: Kind| {
            let all = self.machine.deal.symbols.iter();
            all.filter(move |(_, symbol)| symbol.kind == kind).map(|(name, _)| name)
        };
        let mut out = Vec::new();
        for committee in named(Kind::Committee) {
            for class in named(Kind::Improvement) {
                let what = format!("{committee} decides that {name} is {class}");
                out.push(Candidate::new(what, format!("decided by {committee}: {name} is {class}")));
            }
        }
        out
    }

    /// The names in the words of the question that are no parties.
    fn asked_names(&self) -> Vec<&'d str> {
        let deal = self.machine.deal;
        let file = deal.files.get(self.claim.at.file);
        let text = file.map_or("", |file| file.tree.slice(self.claim.at.span()));
        let all = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| {
            self.kind(word).is_some_and(|kind| {
                !matches!(kind, Kind::Party | Kind::Group | Kind::Field | Kind::Territory | Kind::Member)
            })
        });
        all.collect()
    }

    fn of_block(&self, block: Clause<'d>, out: &mut Vec<Candidate>) {
        let named: Vec<&str> = words(block).collect();
        let mut parties: Vec<&str> = Vec::new();
        let all = self.machine.editions.last().header.parties.iter().map(Name::as_str);
        for party in named.iter().copied().filter(|word| self.kind(word) == Some(Kind::Party)).chain(all) {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        let place = self.place().map_or(String::new(), |place| format!(" in {place}"));
        let mut done: Vec<&str> = Vec::new();
        for name in named.iter().copied() {
            let Some(kind) = self.kind(name) else { continue };
            if done.contains(&name) {
                continue;
            }
            done.push(name);
            let mut say = |what: String, entry: String| out.push(Candidate::new(what, entry).later());
            match kind {
                Kind::Milestone => {
                    say(format!("{name} is reached"), format!("reached {name}{place}"));
                    say(format!("{name} is reached"), format!("reached {name}"));
                    say(format!("a determination of {name}"), format!("determined {name}: met"));
                    say(format!("a determination of {name}"), format!("determined {name}: not met"));
                }
                Kind::OpenTerm => {
                    for value in ["met", "not met", "yes", "no"] {
                        say(format!("a determination of {name}"), format!("determined {name}: {value}"));
                    }
                }
                Kind::Event => {
                    say(format!("{name} begins"), format!("began {name}"));
                    say(format!("{name} ends"), format!("ended {name}"));
                }
                Kind::Option | Kind::BuyOut => {
                    for party in &parties {
                        say(format!("{name} is exercised"), format!("exercised {name} by {party}"));
                    }
                    // What is exercised by its payment, or bought, has its price to be paid.
                    out.extend(self.payments_of(name));
                }
                Kind::Trigger => {
                    let model = self.machine.editions.on(self.claim.date);
                    let mut triggers = model.triggers.iter();
                    let waits = triggers.any(|one| one.name.as_str() == name && one.notice.is_some());
                    for party in parties.iter().filter(|_| waits) {
                        say(format!("notice of {name}"), format!("notice of {name} by {party}"));
                    }
                    self.choices(name, out);
                }
                Kind::Pay | Kind::Royalty if named.contains(&"paid") || named.contains(&"pay") => {
                    out.extend(self.payments_of(name))
                }
                Kind::Metric if named.iter().any(|word| word.starts_with("report")) => {
                    out.extend(self.reports_missing(name))
                }
                Kind::Product | Kind::Assets => self.of_market(name, &named, &place, &parties, out),
                Kind::Covenant => {
                    for party in &parties {
                        say(format!("a waiver of {name}"), format!("waived {name} by {party}"));
                    }
                }
                _ => {}
            }
        }
        for party in &parties {
            let mut say = |what: String, entry: String| out.push(Candidate::new(what, entry).later());
            if named.iter().any(|word| word.starts_with("breach")) {
                say(format!("a breach by {party}"), format!("breached by {party}"));
                say(format!("{party} cures its breach"), format!("cured by {party}"));
            }
            if named.iter().any(|word| word.starts_with("insolven")) {
                say(format!("{party} becomes insolvent"), format!("insolvent {party}"));
            }
            for act in ["supply", "develop", "launch", "sell", "act"] {
                if named.contains(&"fails") && named.contains(&act) {
                    say(format!("{party} fails to {act}"), format!("failed to {act} by {party}"));
                    say(format!("{party} resumes to {act}"), format!("resumed to {act} by {party}"));
                }
            }
            if named.contains(&"control") {
                say(
                    format!("{party} comes under other control"),
                    format!("control of {party} to \"another company\""),
                );
            }
        }
    }

    /// What might be told of a product or of assets, in the words a clause uses.
    fn of_market(&self, name: &str, named: &[&str], place: &str, parties: &[&str], out: &mut Vec<Candidate>) {
        let has = |stem: &str| named.iter().any(|word| word.starts_with(stem));
        let mut say = |what: &str, entry: String| {
            out.push(Candidate::new(format!("{name} {what}"), entry));
        };
        if has("sale") {
            say("is first sold", format!("first sale of {name}{place}"));
        }
        if has("approv") {
            say("is approved", format!("approved {name}{place}"));
        }
        if has("launch") {
            say("is launched", format!("launched {name}{place}"));
        }
        if has("valid") || has("expir") || has("patent") {
            say("expires", format!("expired {name}{place}"));
            say("lapses", format!("lapsed {name}{place}"));
        }
        for party in parties {
            if has("challeng") {
                say(&format!("is challenged by {party}"), format!("challenged {name} by {party}"));
            }
            if has("drop") {
                say(&format!("is dropped by {party}"), format!("dropped {name} by {party}"));
            }
        }
    }

    /// What a trigger lets a party choose, in the words of the text.
    fn choices(&self, trigger: &str, out: &mut Vec<Candidate>) {
        for file in &self.machine.deal.files {
            let blocks = file.tree.all_clauses().filter(|clause| {
                clause.form() == Some(Form::FileTrigger)
                    && clause.get(Label::Name).is_some_and(|own| own.text() == trigger)
            });
            for line in
                blocks.flat_map(Clause::children).filter(|c| c.form() == Some(Form::TriggerThenChoose))
            {
                let Some(who) = line.get(Label::Who) else { continue };
                for choice in line.children() {
                    let effects: Vec<String> =
                        choice.all(Label::Effect).map(|effect| effect.text().to_string()).collect();
                    let effects = effects.join(", ");
                    out.push(
                        Candidate::new(
                            format!("{} chooses in {trigger}: {effects}", who.text()),
                            format!("chose by {} in {trigger}: {effects}", who.text()),
                        )
                        .later(),
                    );
                }
            }
        }
    }

    /// The ends of the agreement that may be brought about on the day.
    fn ends(&self) -> Vec<Candidate> {
        if matches!(self.claim.kind, ClaimKind::Figure { .. } | ClaimKind::Invention(..)) {
            return Vec::new();
        }
        let ways = self.machine.run(self.claim.date, self.known_on).ways_out();
        let open = ways.into_iter().filter(|way| way.available == Some(true) && way.part.is_none());
        let said = |way: Way| {
            let by = way.by?;
            let on = match way.cause.as_str() {
                AT_WILL => format!(" {AT_WILL}"),
                TEST => String::new(),
                cause => format!(" on {cause}"),
            };
            let what = format!("{by} ends the agreement{on}");
            Some(Candidate::new(what, format!("terminated the agreement by {by}{on}")).later())
        };
        open.filter_map(said).collect()
    }

    /// The place a question names.
    fn place(&self) -> Option<&Name> {
        match &self.claim.kind {
            ClaimKind::State { part, .. } | ClaimKind::Graded { part, .. } => part.place.as_ref(),
            ClaimKind::Figure { place, .. } => place.as_ref(),
            ClaimKind::Duty(asked) => asked.place.as_ref(),
            ClaimKind::May { what, .. } => what.territory.as_ref().and_then(|t| t.places.first()),
            _ => None,
        }
    }
}

/// The clause at the margin, or at that of its numbered part, that a line belongs to.
pub(super) fn block_of(clause: Clause<'_>) -> Clause<'_> {
    let mut top = clause;
    while let Some(parent) = top.parent().filter(|parent| parent.form() != Some(Form::FileClause)) {
        top = parent;
    }
    top
}

/// The words of a clause and of those below it.
fn words(clause: Clause<'_>) -> impl Iterator<Item = &str> {
    let mut all = vec![clause];
    let mut at = 0;
    while let Some(next) = all.get(at).copied() {
        all.extend(next.children());
        at += 1;
    }
    all.into_iter().flat_map(Clause::words)
}

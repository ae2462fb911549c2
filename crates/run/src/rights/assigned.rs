//! Who holds a grant from day to day: whoever it was given to, until it is assigned.
//!
//! An entry `assigned GRANT by X to Y` passes on what X holds of it from its day on, where the clause `assignment` lets
//! X do so: freely, to a party or its affiliates, to whoever takes over the business, or with consent. What the entry must
//! add it says itself: `, with consent`, `, without consent`, `, with the business`. Without the consent that the clause
//! wants nothing passes; where it is not told whether it was given, it is not known who holds the grant. What passes only
//! with other things does not pass before them. A deal without such a clause does not stand in the way. What a grant says
//! of itself, `transferable …` or `not transferable`, goes before that clause.

use crate::engine::Run;
use crate::runs::Runs;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, date, day};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Grant, Same};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Name, Value};
use std::rc::Rc;

/// Who holds a grant on some days.
#[derive(Debug, Clone)]
pub(crate) struct Holders {
    /// The days.
    pub days: Ranges,
    /// The parties.
    pub to: Vec<Name>,
    /// The clause or the entry that makes them so.
    pub at: At,
    /// Why it cannot be said whether they hold it.
    pub doubt: Option<Unknown>,
}

/// What an entry says of an assignment.
struct Assigned<'e> {
    name: &'e Name,
    by: Option<&'e Name>,
    to: &'e Name,
    /// `with consent`, `without consent`, `with the business`.
    how: Option<&'e str>,
    on: Date,
    at: At,
}

impl<'e> Assigned<'e> {
    fn read(event: &'e Event) -> Option<Assigned<'e>> {
        let EventKind::Told { word, name: Some(name), parts, .. } = &event.kind else { return None };
        (word == "assigned").then_some(())?;
        Some(Assigned {
            name,
            by: parts.name(Label::By),
            to: parts.name(Label::To)?,
            how: parts.word(Label::Consent),
            on: event.date,
            at: event.at,
        })
    }
}

/// Whether an assignment takes place.
enum Passes {
    Yes,
    /// It is not known, and why.
    Perhaps(String),
    /// It does not, and why.
    No(String),
}

impl Run<'_> {
    /// Who holds a grant from day to day. On days in doubt both are named who may hold it.
    pub(crate) fn holders_over_time(&self, name: &Name, grant: &Grant) -> Vec<Holders> {
        let mut out = vec![Holders { days: all_days(), to: grant.to.clone(), at: grant.at, doubt: None }];
        for told in self.facts.happened().filter_map(Assigned::read).filter(|told| told.name == name) {
            let since = all_days().less(&Ranges::of(0, day(told.on)));
            let passes = self.passes_on(&told, &held_by(&out, told.on));
            let doubt = match passes {
                Passes::No(_) => continue,
                Passes::Yes => None,
                Passes::Perhaps(why) => Some(Unknown::new(why).at(told.at)),
            };
            let mut after = Vec::new();
            for before in &mut out {
                let now = before.days.and(&since);
                let gives = |party: &Name| {
                    let of = std::slice::from_ref(party);
                    told.by.is_none_or(|by| self.clock().is_for(by, of, told.on) == Same::Yes)
                };
                if now.is_empty() || !before.to.iter().any(gives) {
                    continue;
                }
                let mut to: Vec<Name> = before.to.clone();
                to.retain(|party| !gives(party) && party != told.to);
                to.push(told.to.clone());
                after.push(Holders {
                    days: now.clone(),
                    to,
                    at: told.at,
                    doubt: doubt.clone().or(before.doubt.clone()),
                });
                if let Some(why) = &doubt {
                    let doubt = before.doubt.clone().or_else(|| Some(why.clone()));
                    after.push(Holders { days: now, doubt, ..before.clone() });
                }
                before.days = before.days.less(&since);
            }
            out.extend(after);
            out.retain(|holders| !holders.days.is_empty());
        }
        out
    }

    /// Whether what an entry says of an assignment takes place.
    fn passes_on(&self, told: &Assigned<'_>, holders: &[Name]) -> Passes {
        if let Some(by) = told.by.filter(|by| self.clock().is_for(by, holders, told.on) != Same::Yes) {
            let held = Name::list(holders);
            return Passes::No(format!("{by} does not hold it on that day, {held} does"));
        }
        if let Some(alone) = self.lacks_company(told, holders) {
            return alone;
        }
        if told.how == Some("with consent") {
            return Passes::Yes;
        }
        match self.may_step_in(told.name, (told.by, told.to), told.on) {
            None => {}
            Some(Ok(true)) => return Passes::Yes,
            Some(Ok(false)) => {
                return Passes::No(format!("{} may not step in on that day, and nobody consented", told.to));
            }
            Some(Err(why)) => return Passes::Perhaps(why.reason),
        }
        let model = self.model_on(told.on);
        // What the grant says of itself goes before what holds for all.
        let own = lines_on_passing(&model.records, told.name);
        let clauses = model.records.of(Form::FileAssignment);
        let lines: Vec<&Record> = clauses.flat_map(|r| r.all_below(Form::AssignmentConsent)).collect();
        if own.is_empty() && lines.is_empty() {
            return Passes::Yes;
        }
        let general = lines.iter().flat_map(|line| line.all(Label::Part)).filter_map(|part| match part {
            Value::Parts(part) => Some(part),
            _ => None,
        });
        let parts: Vec<&Parts> = match own.is_empty() {
            true => general.collect(),
            false => own.iter().map(|line| &line.parts).collect(),
        };
        let (mut perhaps, mut consent) = (None, false);
        for part in parts {
            if part.name(Label::By).is_some_and(|by| told.by.is_some_and(|teller| teller != by)) {
                continue;
            }
            let wants = part.has(Label::Consent);
            let to_it = match (part.name(Label::To), part.word(Label::To)) {
                (Some(party), _) if party.is_blank() => {
                    perhaps = Some("to whom it may be assigned is redacted or open".to_string());
                    continue;
                }
                (Some(party), _) => self.is_among(told.to, std::slice::from_ref(party), told.on),
                (None, Some("affiliates")) => {
                    holders.iter().any(|of| self.is_affiliate_of(told.to, of, told.on))
                }
                // Whoever takes over the business.
                (None, Some(_)) if told.how == Some("with the business") => true,
                (None, Some(_)) => {
                    perhaps.get_or_insert(format!(
                        "whether {} took over the business is not told: add `, with the business` to the entry",
                        told.to
                    ));
                    false
                }
                (None, None) => part.has(Label::Free) || wants,
            };
            match (to_it, wants) {
                (true, false) => return Passes::Yes,
                (true, true) => consent = true,
                _ => {}
            }
        }
        match (perhaps, told.how, consent) {
            (Some(why), ..) => Passes::Perhaps(why),
            (None, None, true) => Passes::Perhaps(format!(
                "whether the other side consented that `{}` passes to {} is not told: add `, with consent` to the entry",
                told.name, told.to
            )),
            (None, _, true) => {
                Passes::No("it needs the consent of the other side, and was made without".into())
            }
            (None, ..) => Passes::No(format!("the text does not let it pass to {}", told.to)),
        }
    }

    /// Why something cannot pass alone: the text lets it pass only together with others, or with all that the same party
    /// holds, and those did not pass to the same party by that day.
    fn lacks_company(&self, told: &Assigned<'_>, holders: &[Name]) -> Option<Passes> {
        let model = self.model_on(told.on);
        let clauses: Vec<&Record> = model.records.of(Form::FileAssignment).collect();
        let linked = clauses.iter().flat_map(|r| r.all_below(Form::AssignmentLinked));
        let mut company: Vec<Name> = linked.flat_map(|line| line.names(Label::With)).collect();
        if clauses.iter().any(|r| r.below(Form::AssignmentNoPartial).is_some()) {
            let theirs = |grant: &Grant| grant.to.iter().any(|to| holders.contains(to));
            company.extend(model.grants.iter().filter(|(_, g)| theirs(g)).map(|(name, _)| name.clone()));
        }
        let came = |name: &Name| {
            let mut others = self.facts.happened().filter_map(Assigned::read);
            others.any(|other| other.name == name && other.to == told.to && other.on <= told.on)
        };
        company.retain(|name| name != told.name && !came(name));
        if let Some(alone) = company.iter().find(|name| !name.is_blank()) {
            let to = told.to;
            return Some(Passes::No(format!(
                "it passes only together with `{alone}`, which did not pass to {to}"
            )));
        }
        company.first().map(|_| Passes::Perhaps("with what it passes is redacted or open".to_string()))
    }

    /// Whether a party is told to be an affiliate of another: on its line, or as a subsidiary of one or the other.
    fn is_affiliate_of(&self, party: &Name, of: &Name, on: Date) -> bool {
        let parties: Vec<&Record> = self.model_on(on).records.of(Form::FileParty).collect();
        let line = |name: &Name| parties.iter().copied().find(|r| r.name(Label::Name) == Some(name));
        let lists = |name: &Name, other: &Name| {
            let lines = line(name).into_iter().flat_map(|r| r.all_below(Form::PartyAffiliates));
            lines.into_iter().any(|line| line.names(Label::Parties).contains(other))
        };
        let under = |name: &Name, other: &Name| {
            let lines = line(name).into_iter().flat_map(|r| r.all_below(Form::PartySubsidiary));
            lines.into_iter().any(|line| line.name(Label::Of) == Some(other))
        };
        lists(of, party) || lists(party, of) || under(of, party) || under(party, of)
    }
}

/// The lines of a grant, or of an option and what it gives, on whether it may pass to others.
fn lines_on_passing<'r>(records: &'r [Record], name: &Name) -> Vec<&'r Record> {
    let mut out = Vec::new();
    for record in records.iter().filter(|record| record.name(Label::Name) == Some(name)) {
        record.walk(&mut |line| {
            if matches!(line.clause, Form::GrantTransferable | Form::GrantNotTransferable) {
                out.push(line);
            }
        });
    }
    out
}

impl Run<'_> {
    /// Who holds a grant on a day, without doubt or with; and why that cannot be said, where it cannot.
    pub(crate) fn holders_on(&self, name: &Name, grant: &Grant, on: Date) -> (Vec<Name>, Option<Unknown>) {
        let mut holders = self.holders_over_time(name, grant);
        holders.retain(|h| h.days.contains(day(on)));
        let doubt = holders.iter().find_map(|h| h.doubt.clone());
        let mut who = held_by(&holders, on);
        let mut seen = Vec::new();
        who.retain(|party| {
            !seen.contains(party) && {
                seen.push(party.clone());
                true
            }
        });
        (who, doubt)
    }

    /// The days on which somebody else came to hold a grant, with the entries.
    pub(crate) fn passed_on(&self, name: &Name, grant: &Grant) -> Vec<(Date, At)> {
        let holders = self.holders_over_time(name, grant);
        let passed = holders.iter().filter(|h| h.at != grant.at);
        let mut out: Vec<(Date, At)> = passed.filter_map(|h| Some((date(h.days.first()?), h.at))).collect();
        out.sort_unstable();
        out.dedup_by_key(|(_, at)| *at);
        out
    }
}

impl Run<'_> {
    /// A warning for an assignment of assets by who does not own them.
    fn not_its_own(&self, told: &Assigned<'_>) -> Option<Diagnostic> {
        let vain = self.passed_in_vain(told.name).into_iter().find(|(passing, _)| passing.at == told.at);
        let (by, owners) = (told.by?, vain?.1);
        Some(owned_by_others(
            told,
            &format!("{by} does not own it on that day, {} does", Name::list(&owners)),
        ))
    }
}

impl Run<'_> {
    /// What is to be written where a grant is assigned by somebody who does not hold it: who gave it passes on his part in it
    /// with the assets it is under.
    fn assigned_by_giver(
        &self,
        problem: Diagnostic,
        (by, told): (&Name, &Assigned<'_>),
        grant: &Grant,
    ) -> Diagnostic {
        let problem = problem.with_help("name who held it and assigned it, or take the entry out");
        let under = grant.assets.as_ref().map(|set| set.names.clone()).unwrap_or_default();
        match under.iter().find(|name| !name.is_blank()) {
            Some(assets) if self.clock().is_for(by, &grant.from, told.on) == Same::Yes => problem.with_help(format!(
                "{by} gave it: its part in it passes with the assets, as in `assigned {assets} by {by} to {}`",
                told.to
            )),
            _ => problem,
        }
    }
}

/// A warning for an assignment of an invention by who does not own it, or before it was made.
fn not_its_invention(runs: &Rc<Runs<'_>>, told: &Assigned<'_>) -> Option<Diagnostic> {
    let now = runs.on(told.on, Date::MAX);
    let by = told.by.filter(|_| now.is_invention(told.name))?;
    if now.invention(told.name).is_err() {
        return Some(owned_by_others(told, "it was not made by that day"));
    }
    let before = runs.on(told.on.prev_day()?, Date::MAX);
    let it = before.invention(told.name).ok()?;
    let parts = before.owners_of(&it, &before.class_of(&it).ok()?).ok()?;
    let owners: Vec<Name> =
        parts.iter().flat_map(|part| &part.owners).map(|(owner, _)| owner.clone()).collect();
    let theirs = before.is_among(by, &owners, told.on) || owners.iter().any(Name::is_blank) || by.is_blank();
    let why = || format!("{by} does not own it on that day, {} does", Name::list(&owners));
    (!theirs && !owners.is_empty()).then(|| owned_by_others(told, &why()))
}

fn owned_by_others(told: &Assigned<'_>, why: &str) -> Diagnostic {
    let message = format!("`{}` does not pass to {}: {why}", told.name, told.to);
    Diagnostic::warning("assignment-not-allowed", told.at.span(), message)
        .in_file(told.at.file)
        .with_note("this entry changes nothing: whoever owned it owns it still")
        .with_help("name who assigned it, or take the entry out")
}

/// Who holds a grant on a day, without doubt or with.
fn held_by(holders: &[Holders], on: Date) -> Vec<Name> {
    let then = holders.iter().filter(|h| h.days.contains(day(on)));
    then.flat_map(|h| h.to.iter().cloned()).collect()
}

/// A warning for each assignment of a grant that does not take place, or of which that is not known.
pub(crate) fn assignment_findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let mut out = Vec::new();
    if !machine.journal.events.iter().any(|event| Assigned::read(event).is_some()) {
        return out;
    }
    let Some(last) = machine.journal.last_day() else { return out };
    let run = runs.on(last, last);
    let grants = run.grants();
    for told in run.facts.happened().filter_map(Assigned::read) {
        let Some(grant) = grants.get(told.name) else {
            out.extend(run.not_its_own(&told).or_else(|| not_its_invention(runs, &told)));
            continue;
        };
        let before = told.on.prev_day().unwrap_or(told.on);
        let holders = held_by(&run.holders_over_time(told.name, grant), before);
        let (message, note) = match run.passes_on(&told, &holders) {
            Passes::Yes => continue,
            Passes::No(why) => (
                format!("`{}` does not pass to {}: {why}", told.name, told.to),
                "this entry changes nothing: whoever held it holds it still",
            ),
            Passes::Perhaps(why) => (
                format!("whether `{}` passes to {} cannot be said: {why}", told.name, told.to),
                "until it can, who holds it is not decided",
            ),
        };
        let problem = Diagnostic::warning("assignment-not-allowed", told.at.span(), message)
            .in_file(told.at.file)
            .with_note(note);
        let others = told.by.filter(|by| run.clock().is_for(by, &holders, told.on) != Same::Yes);
        out.push(match others {
            None => problem.with_help(
                "say how it was made: `, with consent`, `, without consent` or `, with the business`",
            ),
            Some(by) => run.assigned_by_giver(problem, (by, &told), grant),
        });
    }
    out
}

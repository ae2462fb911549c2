//! Reasons of what is asked of rights that are no grant, or of a grant but not whether it stands: what an option gives, whether
//! a licence costs something, what it is under, what an escrow agent released, whose assets are.

use crate::engine::Run;
use crate::rights::Step as Came;
use crate::trace::Step;
use counterpart_ledger::{EventKind, PartOf};
use counterpart_num::Date;
use counterpart_rights::{Ranges, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::Name;
use counterpart_terms::{At, Record};

impl Run<'_> {
    /// What an option gives on the day asked about: how it stands, by which lines, and what the grant gives.
    pub(super) fn why_optioned(&self, name: &Name, part: &PartOf) -> (Vec<Step>, Vec<Step>) {
        let (mut because, mut changes) = self.why_course_of(name);
        if let Some(Ok(Some(right))) = self.given_by_option(name) {
            let (given, would) = self.why_standing(&right, part);
            because.extend(given);
            changes.extend(would);
        }
        (because, changes)
    }

    /// What makes a licence cost something, or nothing: its own line, and what changed that.
    pub(super) fn why_priced(&self, name: &Name) -> Vec<Step> {
        let on = self.facts.as_of();
        let is = |r: &&Record| r.clause == Form::FileGrant && r.name(Label::Name) == Some(name);
        let record = self.named_on(on, |model| model.records.iter().find(is));
        let priced = [Form::GrantPriced, Form::GrantRoyalty];
        let lines = record.into_iter().flat_map(|r| &r.below).filter(|line| priced.contains(&line.clause));
        let mut out: Vec<Step> = lines.map(|line| Step::note("its text says").by(line.at)).collect();
        for (bears, came) in self.turned_priced(name) {
            let word = if bears { "royalty-bearing" } else { "royalty-free" };
            let step = Step::note(format!("it became {word}")).on(came.from).by(came.at);
            out.push(step.from(self.why_came(came.host, came.from)));
        }
        out
    }

    /// How the trigger that stands at a place came to bite by a day; nothing where none stands there.
    fn why_came(&self, at: At, by: Date) -> Vec<Step> {
        let model = self.model_now();
        let Some(trigger) = model.triggers.iter().find(|trigger| trigger.at == at) else { return Vec::new() };
        let fired = self.fired(model, trigger).into_iter().filter_map(Result::ok);
        let last = fired.filter(|fired| matches!(fired.step, Came::Bites(day) if day <= by)).last();
        last.map(|fired| self.fired_in_steps(trigger, &fired)).unwrap_or_default()
    }

    /// Whether a grant is under some assets: the clauses of both, what was told of the assets, and how the grant stands.
    pub(super) fn why_licensed(&self, assets: &Name, grant: &Name) -> Vec<Step> {
        let mut out = Vec::new();
        match self.is_licensed(assets, grant) {
            Ok(so) => {
                let verb = if so { "gives a right" } else { "gives no right" };
                let at = self.grant_of(grant, self.facts.as_of()).map(|grant| grant.at);
                out.push(Step::note(format!("{grant} {verb} under {assets}")).by(at));
            }
            Err(why) => out.push(Step::unknown(&why)),
        }
        out.extend(self.clause_in_steps(assets));
        let others = self.clauses(Form::FileAssets).filter(|set| set.name(Label::Name) != Some(assets));
        let excludes = others.flat_map(|set| &set.below).filter(|line| line.name_any(&|name| name == assets));
        out.extend(excludes.map(|line| self.line_in_steps(line)));
        for event in self.facts.happened() {
            let EventKind::Notice(notice) = &event.kind else { continue };
            if notice.of.as_ref() == Some(assets) {
                out.push(
                    Step::note(format!("{} gave notice of {assets}", notice.by)).on(event.date).by(event.at),
                );
            }
        }
        out.extend(self.why_standing(grant, &PartOf::default()).0);
        out
    }

    /// Whose licence assets are under, where they are no invention: what went back to a party at the end, and its grants.
    pub(super) fn why_licensed_to(&self, assets: &Name, to: &Name) -> Vec<Step> {
        let on = self.facts.as_of();
        let back = self.licences_back().into_iter();
        let mine =
            back.filter(|back| back.asset == *assets && back.to == *to && back.days().contains(day(on)));
        let mut out: Vec<Step> = mine
            .map(|back| {
                let step = Step::note(format!("{assets} went back to {to}, to be used by it")).on(back.from);
                step.by(back.at).from(self.why_over(on))
            })
            .collect();
        for (name, grant) in self.grants() {
            let theirs = grant.to.iter().any(|party| party == to || self.members(party).contains(to));
            if theirs && self.is_licensed(assets, name) == Ok(true) {
                out.extend(self.why_standing(name, &PartOf::default()).0);
            }
        }
        if out.is_empty() {
            out.push(
                Step::note(format!("no clause gives {to} a licence under it")).by(self.owned_at(assets)),
            );
        }
        out
    }

    /// What an escrow agent waits for, and whether it came.
    pub(super) fn why_released(&self, escrow: &Name) -> Vec<Step> {
        let mut escrows = self.clauses(Form::FileEscrow);
        let Some(record) = escrows.find(|record| record.name(Label::Name) == Some(escrow)) else {
            return vec![Step::note(format!("`{escrow}` is no escrow"))];
        };
        let Some(line) = record.below(Form::EscrowReleased) else {
            return vec![Step::note("no line says when it is released").by(record.at)];
        };
        let (said, on): (String, Option<Date>) = match self.released(escrow) {
            Ok(Some(day)) => (format!("{escrow} was released"), Some(day)),
            Ok(None) => (format!("{escrow} is not released"), None),
            Err(why) => (why.reason, None),
        };
        vec![Step::note(said).on(on).by(line.at).from(vec![self.line_in_steps(line)])]
    }

    /// Whose assets are: the clause that says it, and every time they passed to another by the day asked about.
    pub(super) fn why_owned(&self, assets: &Name) -> Vec<Step> {
        let on = self.facts.as_of();
        let mut out = Vec::new();
        let text = self.owners_by_text(assets);
        if !text.is_empty() {
            let said = format!("by the text {assets} belongs to {}", Name::list(&text));
            out.push(Step::note(said).by(self.owned_at(assets)));
        }
        for passing in self.passings(assets).into_iter().filter(|passing| passing.from <= on) {
            let what = match &passing.doubt {
                Some(why) => why.reason.clone(),
                None => format!("it passed to {}", Name::list(&passing.to)),
            };
            let why = self.why_came(passing.at, passing.from);
            out.push(Step::note(what).on(passing.from).by(passing.at).from(why));
        }
        out
    }

    fn owned_at(&self, assets: &Name) -> Option<counterpart_terms::At> {
        let found = self.named_on(self.facts.as_of(), |m| m.records.named(Form::FileAssets, assets).next());
        found.map(|record| record.at)
    }

    /// A sublicence on the day asked about: the entry, the licence it is under, what that lets be given, what became of it.
    pub(crate) fn why_sublicensed(&self, name: &Name) -> Vec<Step> {
        let all = self.sublicences();
        let Some(told) = all.iter().find(|told| told.name == *name) else {
            return vec![Step::note(format!("no entry by {} tells of {name}", self.facts.as_of()))];
        };
        let on = self.facts.as_of();
        let today = Ranges::one(day(on));
        let gives = counterpart_rights::within(&told.region, counterpart_rights::DAYS, &today);
        let from = Name::list(&told.from);
        let entry = told.by.first().copied();
        let mut parts: Vec<Step> = told.refused.iter().map(|why| Step::note(why.clone())).collect();
        parts.extend(told.unclear.iter().map(|why| Step::note(why.clone())));
        let mut out = vec![Step::note(format!("{from} gave {name} to {}", told.to)).by(entry).from(parts)];
        if let Some(grant) = told.head.as_ref().and_then(|head| self.grant_of(head, on)) {
            let rules = grant.sublicence.iter().map(|line| self.line_in_steps(line)).collect();
            out.push(Step::note("what its licence lets be given").by(grant.at).from(rules));
        }
        out.extend(self.why_under(name, &all, on));
        for at in told.by.iter().skip(2) {
            out.push(Step::note("so it is by").by(*at));
        }
        if let Some(choice) = &told.choice {
            out.push(Step::note(format!("it is for {} to choose that it goes on", choice.by)).by(choice.at));
        }
        if gives.is_empty() {
            out.push(Step::note(format!("nothing of it is in force on {on}")));
        }
        out
    }
}

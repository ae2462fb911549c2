//! Figures that rest on somebody or something the text keeps secret or leaves open: whoever or whatever it is, could be
//! the one that is asked about.

use crate::claims::Ask;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::Figure;
use counterpart_num::Period;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Model, Pay, PayRule, Payee, Royalty, SplitBand};
use counterpart_terms::value::Name;
use counterpart_terms::{At, Record};

impl Run<'_> {
    /// Why a figure of payments cannot be said, where a name it rests on is not given.
    ///
    /// # Errors
    /// Where one is not.
    pub(super) fn named_in_full(&self, figure: Figure, ask: &Ask<'_>, period: Option<&Period>) -> Eval<()> {
        let earned = matches!(figure, Figure::Earned | Figure::Cash | Figure::Rate | Figure::Base);
        let metric = figure == Figure::Measured
            && ask.streams.iter().all(|n| self.pay_named(n).is_none() || self.is_metric(n));
        let settled =
            !(earned || metric || matches!(figure, Figure::Minimum | Figure::Price | Figure::Shares));
        if !settled && !earned {
            return Ok(());
        }
        for name in ask.streams {
            let royalties = |model: &'_ Model| model.royalties.get(name).cloned();
            let asked = match period {
                Some(period) => royalties(self.model_on(period.start)).into_iter().collect(),
                None => self.models().filter_map(royalties).collect::<Vec<_>>(),
            };
            for royalty in &asked {
                if let Some(withheld) = royalty.withheld.first().filter(|_| figure != Figure::Cap) {
                    return Err(Unknown::withheld(withheld));
                }
                let hidden = royalty.from.iter().chain(&royalty.to).any(Name::is_blank);
                if hidden && !royalty.third_party.is_empty() {
                    return Err(
                        Unknown::new("who bears royalties to others is redacted or open").at(royalty.at)
                    );
                }
            }
            let borne = |model: &Model| {
                let royalty = model.royalties.get(name).map(|r| &r.borne);
                let pay = model.pays.get(name).map(|p| &p.borne);
                royalty.or(pay).is_some_and(|borne| borne.iter().any(|(party, _)| party.is_blank()))
            };
            if ask.from.is_some() && self.models().any(borne) {
                return Err(Unknown::new("who bears a part of it is redacted or open"));
            }
            if ask.to.is_some() {
                self.payees_in_full(name)?;
            }
            if settled {
                self.between_in_full(name, ask)?;
            }
        }
        let (earned_back, counted) = self.in_full();
        earned_back.clone()?;
        if settled { counted.clone() } else { Ok(()) }
    }

    /// Why what is to be paid of a payment cannot be said, to whomever, where a name it rests on is not given.
    ///
    /// # Errors
    /// Where one is not.
    pub(crate) fn settled_in_full(&self, name: &Name) -> Eval<()> {
        self.between_in_full(name, &Ask::plain(&[]))?;
        let (earned_back, counted) = self.in_full();
        earned_back.clone().and_then(|()| counted.clone())
    }

    /// Why the day a payment is due cannot be said, where a name it rests on is not given.
    ///
    /// # Errors
    /// Where one is not.
    pub(crate) fn due_in_full(&self, stream: &Name) -> Eval<()> {
        let streams = std::slice::from_ref(stream);
        let ask = Ask { streams, ..Ask::plain(&[]) };
        self.named_in_full(Figure::Owed, &ask, None)
    }

    /// Why it cannot be said which part of a payment each payee gets, where one of them is not given.
    ///
    /// # Errors
    /// Where one is not.
    pub(crate) fn payees_in_full(&self, name: &Name) -> Eval<()> {
        let secret = |pay: &&Pay| pay.payees.iter().any(|payee| payee.party.is_blank());
        if let Some(pay) = self.models().filter_map(|m| m.pays.get(name)).find(secret) {
            return Err(Unknown::new("who gets a part of it is redacted or open").at(pay.at));
        }
        self.models()
            .filter_map(|m| m.royalties.get(name))
            .try_for_each(|royalty| self.shared_in_full(royalty))
    }

    fn shared_in_full(&self, royalty: &Royalty) -> Eval<()> {
        let until = |band: &SplitBand| {
            let party = band.until.as_ref().map(|(party, ..)| party);
            let counted =
                self.models().flat_map(|m| m.pays.values()).filter(|p| band.until_from.contains(&p.name));
            let mut to = counted.flat_map(|pay| &pay.to);
            party.into_iter().chain(&band.until_from).any(Name::is_blank) || to.any(Name::is_blank)
        };
        let split = royalty.split.iter().any(until);
        if split || payees(royalty).any(|payee| payee.party.is_blank()) {
            return Err(Unknown::new("who gets a part of it is redacted or open").at(royalty.at));
        }
        Ok(())
    }

    /// Between whom a payment runs is known, where it is asked for a party or where a clause is about the payments of one.
    fn between_in_full(&self, name: &Name, ask: &Ask<'_>) -> Eval<()> {
        let Ok((from, to, at)) = self.runs_between(name) else { return Ok(()) };
        if !from.iter().chain(to).any(Name::is_blank) {
            return Ok(());
        }
        let named = |party: &Name| from.contains(party) || to.contains(party);
        let asked = ask.from.into_iter().chain(ask.to).any(|party| !named(party));
        let by_party = [Form::FileAudit, Form::FileSetOff, Form::FileWithholding];
        let about = self.models().flat_map(|m| &m.records).any(|r| by_party.contains(&r.clause));
        if asked || about {
            return Err(Unknown::new("between whom it runs is redacted or open").at(at));
        }
        Ok(())
    }

    /// The parties a payment runs between, and its clause.
    fn runs_between(&self, name: &Name) -> Eval<(&[Name], &[Name], At)> {
        if let Some(pay) = self.pay_named(name) {
            return Ok((&pay.from, &pay.to, pay.at));
        }
        royalty::find(self, name, None)
            .map(|royalty| (royalty.from.as_slice(), royalty.to.as_slice(), royalty.at))
    }

    /// The same of all payments, found once.
    fn in_full(&self) -> &(Eval<()>, Eval<()>) {
        self.owed.in_full.get_or_init(|| (self.earned_back_in_full(), self.counted_in_full()))
    }

    /// What is earned back from what is known: rates and shares may change once it is.
    fn earned_back_in_full(&self) -> Eval<()> {
        for model in self.models() {
            for (rule, at) in model.pays.values().flat_map(|pay| &pay.rules) {
                if let PayRule::Recouped(from, per, _) = rule
                    && from.iter().chain(per).any(Name::is_blank)
                {
                    return Err(
                        Unknown::new("what a payment is earned back from is redacted or open").at(*at)
                    );
                }
            }
            for royalty in model.royalties.values() {
                let recoups =
                    royalty.recoups.iter().flat_map(|(name, per, _)| std::iter::once(name).chain(per));
                let mut against = recoups.chain(royalty.offset.iter().map(|(_, name, _)| name));
                if against.any(Name::is_blank) {
                    return Err(Unknown::new("what a royalty earns back is redacted or open").at(royalty.at));
                }
            }
        }
        Ok(())
    }

    /// What counts against a payment that is not named may count against each.
    fn counted_in_full(&self) -> Eval<()> {
        for model in self.models() {
            for (rule, at) in model.pays.values().flat_map(|pay| &pay.rules) {
                if let PayRule::Creditable(against, ..) = rule
                    && against.iter().any(Name::is_blank)
                {
                    return Err(Unknown::new("what a payment counts against is redacted or open").at(*at));
                }
            }
            let across = [Form::FileNet, Form::FileSetOff, Form::FileAudit];
            for record in model.records.iter().filter(|r| across.contains(&r.clause)) {
                let runs = |name: &Name| {
                    self.runs_between(name)
                        .is_ok_and(|(from, to, _)| from.iter().chain(to).any(Name::is_blank))
                };
                let streams = record.all_below(Form::SetOffAgainst).flat_map(|r| r.names(Label::Against));
                if blank(record) || streams.into_iter().any(|name| runs(&name)) {
                    return Err(Unknown::new("what is set against what is redacted or open").at(record.at));
                }
            }
            // A rate of tax for a place, where it is not said which place or where a party sits.
            let taxed = model.records.iter().find(|r| r.clause == Form::FileWithholding);
            let seat =
                |r: &&Record| r.clause == Form::FileParty && r.name(Label::Place).is_some_and(Name::is_blank);
            if let Some(taxed) = taxed
                && (blank(taxed) || model.records.iter().any(|r| seat(&r)))
            {
                return Err(Unknown::new("where a tax is kept back is redacted or open").at(taxed.at));
            }
        }
        Ok(())
    }
}

fn payees(royalty: &Royalty) -> impl Iterator<Item = &Payee> {
    royalty.payees.iter().chain(royalty.split.iter().flat_map(|band| &band.payees))
}

/// Whether a clause, or one below it, names somebody or something it does not give.
fn blank(record: &Record) -> bool {
    let mut found = false;
    record.walk(&mut |clause| found |= clause.parts.0.iter().any(|part| part.value.has_blank()));
    found
}

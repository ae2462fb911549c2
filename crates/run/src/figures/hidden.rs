//! Figures that rest on somebody or something the text keeps secret or leaves open: whoever or whatever it is, could be
//! the one that is asked about.

use crate::claims::Ask;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::Figure;
use counterpart_num::Period;
use counterpart_syntax::Form;
use counterpart_terms::Record;
use counterpart_terms::model::{Model, PayRule, Payee, Royalty, SplitBand};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Why a figure of payments cannot be said, where a name it rests on is not given.
    ///
    /// # Errors
    /// Where one is not.
    pub(super) fn named_in_full(&self, figure: Figure, ask: &Ask<'_>, period: Option<&Period>) -> Eval<()> {
        let owed = matches!(figure, Figure::Owed | Figure::Total | Figure::Unpaid | Figure::Net);
        let earned = matches!(figure, Figure::Earned | Figure::Cash | Figure::Rate | Figure::Base);
        if !owed && !earned {
            return Ok(());
        }
        for name in ask.streams {
            let royalties = |model: &'_ Model| model.royalties.get(name).cloned();
            let asked = match period {
                Some(period) => royalties(self.model_on(period.start)).into_iter().collect(),
                None => self.models().filter_map(royalties).collect::<Vec<_>>(),
            };
            for royalty in &asked {
                if let Some(withheld) = royalty.withheld.first() {
                    return Err(Unknown::withheld(withheld));
                }
                let until = |band: &SplitBand| {
                    let party = band.until.as_ref().map(|(party, ..)| party);
                    party.into_iter().chain(&band.until_from).any(Name::is_blank)
                };
                let split = royalty.split.iter().any(until);
                if ask.to.is_some() && (split || payees(royalty).any(|payee| payee.party.is_blank())) {
                    return Err(Unknown::new("who gets a part of it is redacted or open").at(royalty.at));
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
        }
        if owed { self.counted_in_full() } else { Ok(()) }
    }

    /// What counts against a payment that is not named may count against each.
    fn counted_in_full(&self) -> Eval<()> {
        for model in self.models() {
            for (rule, at) in model.pays.values().flat_map(|pay| &pay.rules) {
                let against = match rule {
                    PayRule::Creditable(against, ..) | PayRule::Recouped(against, ..) => against,
                    _ => continue,
                };
                if against.iter().any(Name::is_blank) {
                    return Err(Unknown::new("what a payment counts against is redacted or open").at(*at));
                }
            }
            let across =
                model.records.iter().filter(|r| matches!(r.clause, Form::FileNet | Form::FileSetOff));
            for record in across {
                if blank(record) {
                    return Err(Unknown::new("what is set against what is redacted or open").at(record.at));
                }
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

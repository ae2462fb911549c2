//! Who owes a payment, and who is owed it.

use super::{Pay, Payee, Royalty};
use crate::value::Name;

/// The two sides of a payment: all that the text names on each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    /// Who owes it, or bears a share of it.
    pub from: Vec<Name>,
    /// Who is owed it, or a share of it.
    pub to: Vec<Name>,
}

impl Sides {
    /// All of both.
    pub fn both(&self) -> Vec<Name> {
        self.from.iter().chain(&self.to).cloned().collect()
    }
}

fn parties(payees: &[Payee]) -> impl Iterator<Item = Name> {
    payees.iter().map(|payee| payee.party.clone())
}

impl Royalty {
    /// Who owes it and who is owed it.
    pub fn sides(&self) -> Sides {
        let borne = self.borne.iter().map(|(party, _)| party);
        let from = self.from.iter().chain(borne).cloned().collect();
        let mut to: Vec<Name> = self.to.iter().chain(&self.rest_to).cloned().collect();
        to.extend(parties(&self.payees));
        to.extend(self.split.iter().flat_map(|band| parties(&band.payees)));
        Sides { from, to }
    }
}

impl Pay {
    /// Who owes it and who is owed it.
    pub fn sides(&self) -> Sides {
        let borne = self.borne.iter().map(|(party, _)| party);
        let from = self.from.iter().chain(borne).cloned().collect();
        let to = self.to.iter().cloned().chain(parties(&self.payees)).collect();
        Sides { from, to }
    }
}

//! What is shared under the name of patents or of an invention, as blocks of a statement: one for each two parties.

use super::form::{Payment, Statement};
use crate::costs::{Account, CostsAsked, NO_DAY, Pair};
use crate::engine::Run;
use crate::trace::Step;
use counterpart_num::Period;
use counterpart_terms::value::Name;

impl Run<'_> {
    pub(super) fn add_accounts(
        &self,
        only: Option<&Name>,
        asked: Option<&Period>,
        statement: &mut Statement,
    ) {
        let days = CostsAsked {
            from: asked.map(|period| period.start),
            until: asked.map(|period| period.end),
            ..CostsAsked::default()
        };
        for name in self.names_of_accounts().into_iter().filter(|name| only.is_none_or(|o| o == name)) {
            let Some(account) = self.running_account(&name, &days) else { continue };
            match account.unknown() {
                Some(why) => statement.not_computed.push(format!("{name}: {}", self.reason(why))),
                None => {
                    let pairs = account.pairs.iter();
                    statement.payments.extend(pairs.map(|pair| self.account_payment(&account, pair)));
                }
            }
        }
    }

    fn account_payment(&self, account: &Account, pair: &Pair) -> Payment {
        let owes = Step::new(format!("{} owes {}", pair.from, pair.to), pair.owed.clone()).by(account.at);
        let open = pair.left.number().is_positive();
        let paid = !pair.paid.number().is_zero();
        Payment {
            payer: pair.from.to_string(),
            payee: pair.to.to_string(),
            amount: Some(self.shown(&pair.owed)),
            no_day: open.then(|| NO_DAY.to_string()),
            paid: self.shown(&pair.paid),
            left: (open && paid).then(|| self.shown(&pair.left)),
            overpaid: pair
                .left
                .number()
                .is_negative()
                .then(|| self.shown(&pair.left.with(pair.left.number().abs()))),
            lines: vec![self.statement_line(&owes.from(account.made_of(pair)))],
            clause: self.place(account.at),
            ..self.bare(&account.name, None, None)
        }
    }
}

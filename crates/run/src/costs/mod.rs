//! What is shared between the parties, as a statement: shared costs of a milestone or a programme, what patents cost, what
//! suits brought, what third parties paid for an invention, and what audits cost.
//!
//! Shared costs and audits are payments of their own: what is owed of them, and by which day, is settled as that of any other
//! payment, and is only told here. What is shared under the name of patents or of an invention is a running account: no
//! clause says for which period or by which day it is evened out, so all that was told is set against all that was paid.

mod account;
mod form;
mod shared;
mod totals;

pub use form::{CostBearer, CostBlock, CostOwed, CostStatement, PairTotal, schema};

pub(crate) use account::{Account, NO_DAY, Pair};

use crate::engine::{Machine, Run};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::value::Name;

/// What of the costs is asked about; all where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct CostsAsked {
    /// The costs of this name.
    pub name: Option<Name>,
    /// What this party spent, bears or owes, or is owed.
    pub party: Option<Name>,
    /// Not what was before this day.
    pub from: Option<Date>,
    /// Not what was after this day.
    pub until: Option<Date>,
}

impl CostsAsked {
    fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    fn is_of(&self, party: &str) -> bool {
        self.party.as_ref().is_none_or(|asked| asked.as_str() == party)
    }
}

impl Machine<'_> {
    /// The names under which costs are shared, in the order of the alphabet.
    pub fn cost_names(&self, as_of: Date, known_on: Date) -> Vec<Name> {
        let run = self.run(as_of, known_on);
        let mut names = run.names_of_accounts();
        names.extend(run.names_of_shared_costs());
        names.into_iter().collect()
    }

    /// What is shared between the parties as of a day, as known on another.
    pub fn costs(&self, asked: &CostsAsked, as_of: Date, known_on: Date) -> CostStatement {
        let run = self.run(as_of, known_on);
        let mut costs = Vec::new();
        let mut owed = Vec::new();
        let wanted = |name: &Name| asked.name.as_ref().is_none_or(|one| one == name);
        for name in run.names_of_shared_costs().into_iter().filter(wanted) {
            run.add_shared_costs(&name, asked, &mut costs, &mut owed);
        }
        for name in run.names_of_accounts().into_iter().filter(wanted) {
            if let Some(account) = run.running_account(&name, asked) {
                owed.extend(account.open());
                costs.push(run.account_block(&account));
            }
        }
        costs.retain(|block| block.concerns(asked));
        for block in &mut costs {
            block.owed.retain(|one| asked.is_of(&one.from) || asked.is_of(&one.to));
        }
        let totals = run.pair_totals(owed, asked);
        CostStatement { deal: run.model_now().header.title.clone(), as_of, costs, totals }
    }
}

impl CostBlock {
    /// Whether it is about the party that is asked about.
    fn concerns(&self, asked: &CostsAsked) -> bool {
        asked.party.is_none()
            || self.shares.iter().any(|one| asked.is_of(&one.party))
            || self.owed.iter().any(|one| asked.is_of(&one.from) || asked.is_of(&one.to))
    }
}

/// What is left to be paid by one party to another of some costs, or why that is not known.
pub(crate) struct OpenCost {
    /// Of which costs.
    pub what: String,
    /// Between whom; nobody where it is not known who owes whom.
    pub between: Option<(Name, Name)>,
    /// How much; nothing where it is not known.
    pub left: Option<Val>,
}

impl Run<'_> {
    /// A sum as it stands in a statement of costs.
    fn cost_shown(&self, zero: &Val, sum: &Exact) -> String {
        self.round(&zero.with(sum.clone())).to_string()
    }
}

//! Running accounts: what is shared under the name of patents or of an invention, less what was paid under it.
//!
//! Each cost is borne in shares, and so is owed to whoever spent it; what a suit or a third party brought is held by whoever
//! got it, and so is owed to whoever has a share. What one owes the other is set against what it is owed.

use super::form::{CostBearer, CostBlock, CostOwed};
use super::{CostsAsked, OpenCost};
use crate::engine::Run;
use crate::pay::{ByParty, even};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::{Event, EventKind, PartOf};
use counterpart_num::Exact;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::value::Name;
use std::collections::{BTreeMap, BTreeSet};

/// Why nothing of a running account is due on a day.
pub(crate) const NO_DAY: &str = "no clause says by when it is paid";

/// A running account.
pub(crate) struct Account {
    /// Of what.
    pub name: Name,
    /// What it is an account of: `patents`, or `income` of an invention.
    kind: &'static str,
    /// What was told, oldest first; what was paid is not among it.
    pub entries: Vec<Step>,
    /// What was paid, each with who paid it.
    paid: Vec<(Name, Step)>,
    costs: Costs,
    /// What is left, or would be but for what is not known.
    pub pairs: Vec<Pair>,
    zero: Val,
    unknown: Vec<Unknown>,
    /// The clause.
    pub at: At,
}

/// What was spent and is borne; what each is ahead of what it should have.
#[derive(Default)]
struct Costs {
    spent: ByParty,
    borne: ByParty,
    ahead: ByParty,
    behind: ByParty,
}

/// What one party owes another on an account.
pub(crate) struct Pair {
    /// Who owes.
    pub from: Name,
    /// Whom.
    pub to: Name,
    /// What it owes.
    pub owed: Val,
    /// What it paid, less what it was paid.
    pub paid: Val,
    /// What is left; below zero what was paid too much.
    pub left: Val,
}

impl Account {
    /// Why what it comes to is not known, where it is not.
    pub fn unknown(&self) -> Option<&Unknown> {
        self.unknown.first()
    }

    /// What makes up what one owes another: all that was told, and what the other paid before it was owed itself.
    pub fn made_of(&self, pair: &Pair) -> Vec<Step> {
        let back = self.paid.iter().filter(|(by, _)| *by == pair.to).map(|(_, step)| step);
        self.entries.iter().chain(back).cloned().collect()
    }

    /// What is left to be paid, by whom to whom.
    pub(super) fn open(&self) -> Vec<OpenCost> {
        if !self.unknown.is_empty() {
            return vec![OpenCost { what: self.name.to_string(), between: None, left: None }];
        }
        let each = self.pairs.iter().map(|pair| {
            let back = pair.left.number().is_negative();
            let sides = (pair.from.clone(), pair.to.clone());
            OpenCost {
                what: self.name.to_string(),
                between: Some(if back { (sides.1, sides.0) } else { sides }),
                left: Some(pair.left.with(pair.left.number().abs())),
            }
        });
        each.collect()
    }
}

impl Run<'_> {
    /// The names something is shared under that is no payment of its own, and was told by now.
    pub(crate) fn names_of_accounts(&self) -> BTreeSet<Name> {
        let shared = |event: &Event| match &event.kind {
            EventKind::Cost { name, .. } if self.pay_named(name).is_none() => {
                let own = || {
                    let then = self.on_another_day(event.date);
                    then.prosecution_of(name).is_ok_and(|clause| !clause.costs.is_empty())
                };
                (self.has_patent_costs(name) || own()).then(|| name.clone())
            }
            EventKind::Told { word, parts, .. } => {
                let name = match word.as_str() {
                    "recovered" => parts.name(Label::Assets),
                    "received" => parts.name(Label::Name),
                    _ => None,
                };
                name.filter(|name| self.shares_what_comes_in(name)).cloned()
            }
            _ => None,
        };
        self.facts.happened().filter_map(shared).filter(|name| !name.is_blank()).collect()
    }

    /// The running account of a name, as far as it is asked about; nothing where nothing was told.
    pub(crate) fn running_account(&self, name: &Name, asked: &CostsAsked) -> Option<Account> {
        let zero = self.zero_of(Some(name));
        let mut account = Account {
            name: name.clone(),
            kind: if self.is_invention(name) { "income" } else { "patents" },
            entries: Vec::new(),
            paid: Vec::new(),
            costs: Costs::default(),
            pairs: Vec::new(),
            unknown: zero.as_ref().err().cloned().into_iter().collect(),
            zero: zero.unwrap_or(Val::Number(Exact::zero())),
            at: self.account_clause(name)?,
        };
        let mut paid: BTreeMap<(Name, Name), Exact> = BTreeMap::new();
        let told = self.facts.happened().chain(self.facts.payments_of(name));
        for event in told.filter(|event| asked.holds(event.date)) {
            let told = self.add_cost(event, &mut account).or_else(|| self.add_income(event, &mut account));
            let told = told.or_else(|| self.add_paid(event, &mut account, &mut paid));
            if let Some(Err(why)) = told {
                account.entries.push(Step::note(why.reason.clone()).on(event.date).by(event.at));
                account.unknown.push(why);
            }
        }
        if account.entries.is_empty() && account.paid.is_empty() {
            return None;
        }
        account.entries.sort_by_key(|step| step.on);
        account.pairs = pairs(&account.costs, &paid)
            .into_iter()
            .map(|(from, to, owed, paid)| {
                let money = |n: Exact| account.zero.with(n);
                let owed = self.round(&money(owed));
                let left = money(owed.number() - &paid);
                Pair { from, to, paid: money(paid), left, owed }
            })
            .collect();
        Some(account)
    }

    /// The clause an account goes by.
    fn account_clause(&self, name: &Name) -> Option<At> {
        if let Ok(invention) = self.invention(name) {
            return Some(invention.at);
        }
        let costs = self.prosecution_of(name).ok().filter(|clause| !clause.costs.is_empty());
        let suits = || self.enforcements_of(name, &PartOf::default()).ok()?.first().map(|clause| clause.at);
        let older = || {
            let of = |clause: &&counterpart_terms::model::Prosecution| clause.assets.contains(name);
            self.models().rev().flat_map(|m| &m.prosecutions).find(of).map(|clause| clause.at)
        };
        costs.map(|clause| clause.at).or_else(suits).or_else(older)
    }

    fn add_cost(&self, event: &Event, account: &mut Account) -> Option<Eval<()>> {
        let zero = account.zero.clone();
        let cost = match self.patent_cost(&account.name, event, &zero)? {
            Ok(cost) => cost,
            Err(why) => return Some(Err(why)),
        };
        let Costs { spent, borne, ahead, behind } = &mut account.costs;
        for sums in [spent, ahead] {
            *sums.entry(cost.by.clone()).or_default() += cost.sum.number();
        }
        for (party, part) in &cost.borne {
            *borne.entry(party.clone()).or_default() += part;
            *behind.entry(party.clone()).or_default() += part;
        }
        account.entries.push(cost.why.on(event.date));
        Some(Ok(()))
    }

    fn add_income(&self, event: &Event, account: &mut Account) -> Option<Eval<()>> {
        let shared = match self.shared_by(&account.name, &PartOf::default(), event)? {
            Ok(shared) => shared,
            Err(why) => return Some(Err(why)),
        };
        let Some(by) = shared.by.clone() else {
            return Some(Err(Unknown::new("who was paid it is not told").at(event.at)));
        };
        if shared.whole.currency() != account.zero.currency() {
            let why = "what came in was told in another money, and no rate is agreed for it";
            return Some(Err(Unknown::new(why).at(event.at)));
        }
        let Costs { ahead, behind, .. } = &mut account.costs;
        *behind.entry(by).or_default() += shared.whole.number();
        for (party, part) in &shared.to {
            *ahead.entry(party.clone()).or_default() += part.number();
        }
        // The day stands before the entry.
        let what = shared.why.what.replace(&format!(" on {}", event.date), "");
        account.entries.push(Step { what, ..shared.why }.on(event.date));
        Some(Ok(()))
    }

    fn add_paid(
        &self,
        event: &Event,
        account: &mut Account,
        paid: &mut BTreeMap<(Name, Name), Exact>,
    ) -> Option<Eval<()>> {
        let EventKind::Paid { stream, by, to, amount, currency, .. } = &event.kind else { return None };
        if *stream != account.name {
            return None;
        }
        let parties = &self.model_on(event.date).header.parties;
        let other = |than: &Name| match parties.iter().filter(|p| *p != than).collect::<Vec<_>>().as_slice() {
            [other] => Some((*other).clone()),
            _ => None,
        };
        let by = by.clone().or_else(|| other(to.as_ref()?));
        let to = to.clone().or_else(|| other(by.as_ref()?));
        let sides = by.zip(to).filter(|(by, to)| !by.is_blank() && !to.is_blank());
        let Some((by, to)) = sides else {
            let why = format!("who paid whom is not told: add `by` and `to` behind `paid {stream}`");
            return Some(Err(Unknown::new(why).at(event.at)));
        };
        let Some(sum) = amount.clone() else {
            let why = format!("how much was paid on `{stream}` on {} is not given", event.date);
            return Some(Err(Unknown::new(why).at(event.at)));
        };
        if account.zero.currency() != Some(*currency) {
            let why = format!("`{stream}` was also paid {}", Val::money(sum, *currency));
            return Some(Err(Unknown::new(why).at(event.at)));
        }
        let step = Step::new(format!("paid by {by} to {to}"), account.zero.with(sum.clone()));
        account.paid.push((by.clone(), step.on(event.date).by(event.at)));
        *paid.entry((by, to)).or_default() += &sum;
        Some(Ok(()))
    }

    /// An account as a block of a statement of costs.
    pub(super) fn account_block(&self, account: &Account) -> CostBlock {
        let Account { costs, zero, .. } = account;
        let none = Exact::zero();
        let parties: BTreeSet<&Name> = costs.spent.keys().chain(costs.borne.keys()).collect();
        let shares = parties.into_iter().map(|party| CostBearer {
            party: party.to_string(),
            spent: self.cost_shown(zero, costs.spent.get(party).unwrap_or(&none)),
            bears: Some(self.cost_shown(zero, costs.borne.get(party).unwrap_or(&none))),
            arithmetic: String::new(),
        });
        let known = account.unknown.is_empty();
        let mut entries: Vec<&Step> =
            account.entries.iter().chain(account.paid.iter().map(|(_, step)| step)).collect();
        entries.sort_by_key(|step| step.on);
        let spent: Exact = costs.spent.values().cloned().sum();
        CostBlock {
            name: account.name.to_string(),
            kind: account.kind.to_string(),
            period: None,
            open_until: None,
            currency: zero.currency().map_or("", |c| c.code()).to_string(),
            entries: entries.into_iter().map(|step| self.statement_line(step)).collect(),
            spent: (known && !costs.spent.is_empty()).then(|| self.cost_shown(zero, &spent)),
            shares: shares.collect(),
            owed: account
                .pairs
                .iter()
                .filter(|_| known)
                .map(|pair| self.account_owed(account, pair))
                .collect(),
            unknown: account.unknown.iter().map(|why| self.reason(why)).collect(),
            clause: self.place(account.at),
        }
    }

    fn account_owed(&self, account: &Account, pair: &Pair) -> CostOwed {
        let paid = Some(&pair.paid).filter(|paid| !paid.number().is_zero());
        let open = !pair.left.number().is_zero();
        CostOwed {
            from: pair.from.to_string(),
            to: pair.to.to_string(),
            amount: Some(pair.owed.to_string()),
            arithmetic: String::new(),
            due: None,
            paid: paid.map(ToString::to_string),
            left: Some(pair.left.to_string()),
            unknown: open.then(|| NO_DAY.to_string()),
            clause: self.place(account.at),
        }
    }

    /// What is left of an account from some to some, whoever is not asked about counted in.
    ///
    /// # Errors
    /// Where an entry of it is not known.
    pub(crate) fn account_left(
        &self,
        name: &Name,
        (from, to): (Option<&Name>, Option<&Name>),
        zero: &Val,
    ) -> Eval<Val> {
        let Some(account) = self.running_account(name, &CostsAsked::default()) else {
            return Ok(zero.clone());
        };
        if let Some(why) = account.unknown() {
            return Err(why.clone());
        }
        let mut sum = zero.clone();
        for one in account.open() {
            let (Some((by, payee)), Some(left)) = (one.between, one.left) else { continue };
            if from.is_none_or(|from| *from == by) && to.is_none_or(|to| *to == payee) {
                sum = sum.plus(&left)?;
            }
        }
        Ok(sum)
    }
}

/// What each owes each, and what of it was paid: from, to, owed, paid. A pair that only money moved between owes nothing.
fn pairs(costs: &Costs, paid: &BTreeMap<(Name, Name), Exact>) -> Vec<(Name, Name, Exact, Exact)> {
    let net = |from: &Name, to: &Name| {
        let way = |a: &Name, b: &Name| paid.get(&(a.clone(), b.clone())).cloned().unwrap_or_default();
        way(from, to) - way(to, from)
    };
    let mut out: Vec<(Name, Name, Exact, Exact)> = Vec::new();
    for owed in even(&costs.behind, &costs.ahead) {
        let moved = net(&owed.from, &owed.to);
        // What the other side paid before is owed back to it.
        let back = (-moved.clone()).max(Exact::zero());
        out.push((owed.from, owed.to, owed.sum + &back, moved.max(Exact::zero())));
    }
    for (from, to) in paid.keys() {
        let known =
            |(a, b, ..): &(Name, Name, Exact, Exact)| (a == from && b == to) || (a == to && b == from);
        if !out.iter().any(known) {
            out.push((from.clone(), to.clone(), Exact::zero(), net(from, to)));
        }
    }
    out
}

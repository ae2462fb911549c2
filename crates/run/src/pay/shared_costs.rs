//! Shared costs: who spent what, who should have borne it, and who owes whom what evens it out.
//!
//! Each who bore too little owes its part to each who bore too much, pro rata. What is owed arises when the period that is
//! settled is over, or with each cost where costs are repaid one by one.

use super::Item;
use super::costs_told::Cost;
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Model, Paid, Pay, cost_lines};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Known, Moment, Name, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What each of several spent, or is to bear.
pub(crate) type ByParty = BTreeMap<Name, Exact>;

/// Costs that are evened out together.
struct Settlement {
    /// The days whose terms hold.
    days: Period,
    /// The period it is for, where it is for one.
    period: Option<Period>,
    arisen: Date,
    /// It is over: what evens it out is owed.
    over: bool,
    due: Eval<Option<Date>>,
    costs: Eval<Vec<Cost>>,
    /// The entry, where each cost is repaid by itself.
    entry: Option<At>,
}

/// Costs that are evened out together, with what each is to bear of them.
pub(crate) struct SharedCosts {
    /// The period they are for, where they are for one.
    pub period: Option<Period>,
    /// The days whose terms hold.
    days: Period,
    /// The day what evens them out arises.
    pub arisen: Date,
    /// That day has come.
    pub over: bool,
    due: Eval<Option<Date>>,
    /// What was spent.
    pub costs: Eval<Vec<Cost>>,
    /// What each is to bear.
    pub borne: Eval<Borne>,
    /// The entry, where each cost is repaid by itself.
    pub entry: Option<At>,
    /// The clause.
    pub at: At,
}

impl SharedCosts {
    /// What each spent.
    pub fn spent(&self) -> ByParty {
        let mut spent = ByParty::new();
        for cost in self.costs.iter().flatten() {
            *spent.entry(cost.by.clone()).or_default() += &cost.sum;
        }
        spent
    }
}

/// What each is to bear of the costs of a period, and how that was worked out.
pub(crate) struct Borne {
    /// How much.
    pub all: ByParty,
    /// The arithmetic.
    pub how: BTreeMap<Name, String>,
}

/// What evens costs out: who pays whom how much.
pub(crate) struct Transfer {
    /// Who pays.
    pub from: Name,
    /// Who is paid.
    pub to: Name,
    /// How much.
    pub sum: Exact,
}

impl Run<'_> {
    /// What evens out shared costs; nothing where the payment is none of them.
    pub(super) fn cost_items(&self, pay: &Pay) -> Eval<Vec<Item>> {
        let Some(clause) = self.cost_clause(pay) else { return Ok(Vec::new()) };
        let zero = self.zero_of(Some(&pay.name))?;
        let all = self.shared_costs_of(pay)?;
        let over = all.iter().filter(|one| one.over);
        Ok(over.flat_map(|one| self.evened_out((clause, &pay.name), one, &zero)).collect())
    }

    fn cost_clause(&self, pay: &Pay) -> Option<&Record> {
        let about = |r: &&Record| r.clause == Form::FileShareCosts && r.at == pay.at;
        self.models().flat_map(|m| &m.records).find(about)
    }

    /// The costs that are evened out under the terms of a payment, oldest first; nothing where it is for no shared costs.
    ///
    /// # Errors
    /// Where it cannot be said for which periods they are evened out.
    pub(crate) fn shared_costs_of(&self, pay: &Pay) -> Eval<Vec<SharedCosts>> {
        let Some(clause) = self.cost_clause(pay) else { return Ok(Vec::new()) };
        let zero = self.zero_of(Some(&pay.name))?;
        let mut out = Vec::new();
        // What was spent before, which may have used up the sum that is shared.
        let mut before: Vec<(Period, Eval<Exact>)> = Vec::new();
        for one in self.settlements(clause, &pay.name, &zero)? {
            let total = one.costs.as_ref().map(|c| c.iter().map(|c| c.sum.clone()).sum::<Exact>());
            let total = total.map_err(Clone::clone);
            let Settlement { days, period, arisen, over, due, costs, entry } = one;
            if self.shared_costs_on(&pay.name, days.start).is_some_and(|now| now.at == pay.at) {
                let borne = total.clone().and_then(|all| self.borne(clause, &days, &before, &all, &zero));
                let at = clause.at;
                out.push(SharedCosts { period, days, arisen, over, due, costs, borne, entry, at });
            }
            before.push((days, total));
        }
        Ok(out)
    }

    /// The clause on the costs of something in the terms of a day, or in those nearest to it.
    fn shared_costs_on(&self, name: &Name, day: Date) -> Option<&Record> {
        let about = |r: &&Record| r.clause == Form::FileShareCosts && r.names(Label::Of).contains(name);
        self.named_on(day, |m: &Model| m.records.iter().find(about))
    }

    /// The costs that are evened out together, oldest first: those of each period that has begun, or each cost.
    fn settlements(&self, clause: &Record, name: &Name, zero: &Val) -> Eval<Vec<Settlement>> {
        let (Some(first), as_of) = (self.first_day(), self.facts.as_of()) else { return Ok(Vec::new()) };
        let settled = clause.below(Form::ShareCostsSettled);
        let repaid = clause.below(Form::ShareCostsReimbursed).filter(|_| settled.is_none());
        if let Some(repaid) = repaid {
            return Ok(self.repaid_each(clause, repaid, name, zero));
        }
        let cycle = match settled.and_then(|l| l.get(Label::Cycle)) {
            Some(Value::Cycle(cycle)) => self.clock().cycle(cycle)?,
            _ => num::Cycle::new(num::PeriodKind::Year, num::Basis::Calendar),
        };
        let each = cycle.between(first, as_of).into_iter().map(|days| Settlement {
            days,
            period: Some(days),
            arisen: days.end,
            over: days.end <= as_of,
            due: match settled.and_then(|l| l.get(Label::Within)) {
                Some(Value::Duration(within)) => self.clock().shift(days.end, within, false).map(Some),
                _ => Ok(None),
            },
            costs: self.spent(clause, name, &days, zero),
            entry: None,
        });
        Ok(each.collect())
    }

    /// Each cost by itself, repaid so long after a day of its own.
    fn repaid_each(&self, clause: &Record, repaid: &Record, name: &Name, zero: &Val) -> Vec<Settlement> {
        let within = match repaid.get(Label::Within) {
            Some(Value::Duration(within)) => Some(within.clone()),
            _ => None,
        };
        // What is received is told for the day it came.
        let of = repaid.moment(Label::Of).cloned();
        let of = of.filter(|m| !matches!(m, Moment::Bare(word) if word == "receipt" || word == "invoice"));
        let paid = Paid { within, each: None, of, on: None, by: None, with_report: false, at: repaid.at };
        let each = self.costs_of(name).filter_map(|event| {
            let days = Period::new(event.date, event.date)?;
            Some(Settlement {
                days,
                period: self.cost_period(event),
                arisen: event.date,
                over: true,
                due: self.paid_day(&paid, &days).map_err(|u| u.at(repaid.at)),
                costs: self.told_cost(clause, event, &days, zero).map(|cost| vec![cost]),
                entry: Some(event.at),
            })
        });
        each.collect()
    }

    /// What evens out some costs, one amount for each who pays and each who is paid.
    fn evened_out(&self, (clause, name): (&Record, &Name), one: &SharedCosts, zero: &Val) -> Vec<Item> {
        let item = |amount: Eval<Val>, step: Step| {
            let (due, no_day) = match &one.due {
                Ok(day) => (*day, None),
                Err(why) => (None, Some(why.clone())),
            };
            Item {
                due,
                no_day,
                period: one.period,
                terms: one.days.start,
                entry: one.entry,
                ..Item::arisen(one.arisen, amount, step.by(clause.at), clause.at)
            }
        };
        let (costs, borne) = match (&one.costs, &one.borne) {
            (Ok(costs), _) if costs.is_empty() => return Vec::new(),
            (Ok(costs), Ok(borne)) => (costs, borne),
            (Err(why), _) | (_, Err(why)) => {
                return vec![item(Err(why.clone()), Step::note(why.reason.clone()))];
            }
        };
        let spent = one.spent();
        let money = |n: &Exact| zero.with(n.clone());
        let steps = |of: &Transfer| {
            let told = costs.iter().map(|cost| cost.step.clone());
            let bears = [&of.from, &of.to].into_iter().filter_map(|party| {
                let how = borne.how.get(party)?;
                let sum = borne.all.get(party)?;
                Some(Step::new(format!("{party} bears"), money(sum)).how(how.clone()))
            });
            told.chain(bears).collect::<Vec<_>>()
        };
        let transfers = even(&borne.all, &spent);
        let mut out = Vec::new();
        for of in &transfers {
            let zero_sum = Exact::zero();
            let (bears, own) =
                (borne.all.get(&of.from).unwrap_or(&zero_sum), spent.get(&of.from).unwrap_or(&zero_sum));
            let behind = bears - own;
            let mut how = match own.is_zero() {
                true => format!("{} it bears", money(bears)),
                false => format!("{} it bears less {} it spent", money(bears), money(own)),
            };
            if behind != of.sum {
                let share = of.sum.checked_div(&behind).unwrap_or_default();
                how = format!("{how}, of which {} to {}", percent(&share), of.to);
            }
            let what = format!("{} owes {}", of.from, of.to);
            let step = Step::new(what, money(&of.sum)).how(how).from(steps(of));
            let item = item(Ok(money(&of.sum)), step);
            out.push(Item { from: Some(of.from.clone()), to: Some(of.to.clone()), ..item });
        }
        self.round_for_each(name, &order(clause), &mut out);
        out
    }

    /// Rounds what several owe to one, so that they pay it the rounded whole.
    fn round_for_each(&self, name: &Name, order: &[Name], items: &mut [Item]) {
        let payees: BTreeSet<Option<Name>> = items.iter().map(|item| item.to.clone()).collect();
        for payee in payees {
            let mut owed: Vec<&mut Item> = items.iter_mut().filter(|item| item.to == payee).collect();
            owed.sort_by_key(|item| order.iter().position(|party| Some(party) == item.from.as_ref()));
            let parts: Vec<Eval<Val>> = owed.iter().map(|item| item.amount.clone()).collect();
            for (item, rounded) in owed.into_iter().zip(self.rounded_parts(name, &parts)) {
                item.amount = rounded;
            }
        }
    }

    /// What each party should bear of a period's costs: its share up to the cap, another above it.
    fn borne(
        &self,
        clause: &Record,
        period: &Period,
        before: &[(Period, Eval<Exact>)],
        total: &Exact,
        zero: &Val,
    ) -> Eval<Borne> {
        let not_told = |form, what: &str| match clause.below(form) {
            Some(line) => Err(Unknown::new(what).at(line.at)),
            None => Ok(()),
        };
        not_told(Form::ShareCostsMeasured, "in which proportion the costs are shared is not told")?;
        let mut lists = cost_lines(clause);
        let parted = |line: &&&Record| line.has(Label::Territory) || line.has(Label::Kind);
        if let Some(line) = lists.iter().flatten().find(parted) {
            return Err(Unknown::new("of which costs of its parts a cost is, is not told").at(line.at));
        }
        let lines = if lists.is_empty() { Vec::new() } else { lists.swap_remove(0) };
        let most = lines.iter().find_map(|line| Some((*line, line.amount(Label::Most)?)));
        let under = match most {
            Some((line, most)) => {
                let (most, _) = self.amount(most, &Focus::of(*period))?;
                if most.currency() != zero.currency() {
                    let why = "the most that is shared is in another money than the costs are shared in";
                    return Err(Unknown::new(why).at(line.at));
                }
                let most = most.number().clone();
                let within = match line.get(Label::Cycle) {
                    Some(Value::Cycle(cycle)) => self.clock().cycle(cycle)?.containing(period.end),
                    _ => None,
                };
                let mut used = Exact::zero();
                for (_, sum) in before.iter().filter(|(p, _)| within.is_none_or(|w| w.contains(p.end))) {
                    used += sum.as_ref().map_err(Clone::clone)?;
                }
                (most - used).max(Exact::zero()).min(total.clone())
            }
            _ => total.clone(),
        };
        let over = total - &under;
        let mut out = Borne { all: ByParty::new(), how: BTreeMap::new() };
        let within = lines.iter().map(|line| (*line, Label::Share, &under));
        let above = clause.below(Form::ShareCostsAbove).map(|line| (line, Label::Above, &over));
        for (line, label, sum) in within.chain(above).filter(|(.., sum)| !sum.is_zero()) {
            for (party, share) in shares(line, label) {
                if party.is_blank() {
                    let why = Unknown::new("who bears a share of the costs is redacted or open");
                    return Err(why.at(clause.at));
                }
                let share = given(&share, "share of the costs").map_err(|u| u.at(line.at))?;
                let how = format!("{} x {}", zero.with(sum.clone()), percent(&share));
                *out.all.entry(party.clone()).or_default() += &(sum * &share);
                out.how.entry(party).and_modify(|h| *h = format!("{h} and {how}")).or_insert(how);
            }
        }
        Ok(out)
    }
}

/// What evens out what each spent and what each is to bear. Who is named with no share bears none and gets back all it
/// spent, as far as somebody is to bear it: nobody owes what no share says is borne by another.
pub(crate) fn even(borne: &ByParty, spent: &ByParty) -> Vec<Transfer> {
    let (mut ahead, mut behind) = (ByParty::new(), ByParty::new());
    let none = Exact::zero();
    for party in borne.keys().chain(spent.keys()) {
        let over = spent.get(party).unwrap_or(&none) - borne.get(party).unwrap_or(&none);
        if over.is_positive() {
            ahead.insert(party.clone(), over);
        } else if !over.is_zero() {
            behind.insert(party.clone(), -over);
        }
    }
    let (all_ahead, all_behind): (Exact, Exact) =
        (ahead.values().cloned().sum(), behind.values().cloned().sum());
    let moved = all_ahead.clone().min(all_behind.clone());
    let mut out = Vec::new();
    for (from, owes) in &behind {
        for (to, gets) in &ahead {
            let part = (&moved * owes).checked_div(&all_behind).map(|owes| &owes * gets);
            let sum = part.and_then(|part| part.checked_div(&all_ahead)).unwrap_or_default();
            out.push(Transfer { from: from.clone(), to: to.clone(), sum });
        }
    }
    out
}

/// Who bears a share, in the order of the text.
fn order(clause: &Record) -> Vec<Name> {
    let lines = cost_lines(clause).into_iter().flatten();
    let named = lines.flat_map(|line| shares(line, Label::Share));
    let above = clause.below(Form::ShareCostsAbove).into_iter().flat_map(|line| shares(line, Label::Above));
    named.chain(above).map(|(party, _)| party).collect()
}

/// The shares of a line.
fn shares(line: &Record, label: Label) -> Vec<(Name, Known<Exact>)> {
    let read = |value: &Value| match value {
        Value::Parts(parts) => match (parts.name(Label::Party), parts.amount(Label::Percent)) {
            (Some(party), Some(Amount::Percent(percent))) => Some((party.clone(), percent.clone())),
            _ => None,
        },
        _ => None,
    };
    line.all(label).filter_map(read).collect()
}

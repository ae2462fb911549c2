//! Shared costs period by period, and what audits cost: what was spent, who bears it, and what is left of what evens it out.

use super::form::{CostBearer, CostBlock, CostOwed};
use super::{CostsAsked, OpenCost};
use crate::engine::Run;
use crate::pay::{ByParty, SharedCosts};
use crate::settle::applied::Applied;
use crate::settle::{Due, only};
use crate::statement::Days;
use crate::unknown::Unknown;
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Pay;
use counterpart_terms::value::Name;
use std::collections::BTreeSet;

impl Run<'_> {
    /// The names of what costs are shared of, and of audits that were told to have cost something.
    pub(super) fn names_of_shared_costs(&self) -> BTreeSet<Name> {
        let named = |form| {
            let clauses = self.models().flat_map(|m| &m.records).filter(move |r| r.clause == form);
            clauses.collect::<Vec<_>>()
        };
        let mut names: BTreeSet<Name> =
            named(Form::FileShareCosts).into_iter().flat_map(|clause| clause.names(Label::Of)).collect();
        let audits = named(Form::FileAudit);
        let pays = self.models().flat_map(|m| m.pays.values());
        names.extend(pays.filter(|pay| audits.iter().any(|r| r.at == pay.at)).map(|pay| pay.name.clone()));
        names.retain(|name| !name.is_blank());
        names
    }

    /// What was spent under a name, and what is left of what evens it out.
    pub(super) fn add_shared_costs(
        &self,
        name: &Name,
        asked: &CostsAsked,
        out: &mut Vec<CostBlock>,
        open: &mut Vec<OpenCost>,
    ) {
        let mut pays: Vec<&Pay> = Vec::new();
        for pay in self.models().filter_map(|m| m.pays.get(name)) {
            if !pays.iter().any(|known| known.at == pay.at) {
                pays.push(pay);
            }
        }
        let dues = self.dues(name).unwrap_or_default();
        let applied = self.allotted(name, &dues);
        let paid: Vec<(&Due, &Applied)> = dues.iter().zip(&applied.on).collect();
        let known = out.len();
        for pay in pays {
            match self.shared_costs_of(pay) {
                Ok(all) => {
                    for one in all.iter().filter(|one| asked.holds(one.arisen.min(self.facts.as_of()))) {
                        if one.costs.as_ref().is_ok_and(Vec::is_empty) {
                            continue;
                        }
                        let of = |due: &&(&Due, &Applied)| {
                            let due = due.0;
                            let own = due.at == one.at && due.period == one.period && due.entry == one.entry;
                            own && due.arisen == one.arisen
                        };
                        let own: Vec<_> = paid.iter().filter(of).copied().collect();
                        out.push(self.cost_block(name, one, &own, open));
                    }
                }
                Err(why) => out.push(self.unknown_costs(pay, &why, open)),
            }
            self.add_audits(pay, asked, &paid, out, open);
        }
        // The oldest first, whatever the order of the terms.
        if let Some(own) = out.get_mut(known..) {
            own.sort_by_key(|block| block.period.as_ref().map(|days| (days.end, days.start)));
        }
    }

    fn cost_block(
        &self,
        name: &Name,
        one: &SharedCosts,
        paid: &[(&Due, &Applied)],
        open: &mut Vec<OpenCost>,
    ) -> CostBlock {
        let zero = self.zero_of(Some(name)).unwrap_or(Val::Number(Exact::zero()));
        let entries = one.costs.iter().flatten().map(|cost| self.statement_line(&cost.step)).collect();
        let spent = one.spent();
        let none = Exact::zero();
        let parties: BTreeSet<&Name> =
            spent.keys().chain(one.borne.iter().flat_map(|borne| borne.all.keys())).collect();
        let shares = parties.into_iter().map(|party| {
            let bears = one.borne.as_ref().ok().map(|b| b.all.get(party).unwrap_or(&none));
            let how = one.borne.as_ref().ok().and_then(|b| b.how.get(party)).cloned();
            CostBearer {
                party: party.to_string(),
                spent: self.cost_shown(&zero, spent.get(party).unwrap_or(&none)),
                bears: bears.map(|sum| self.cost_shown(&zero, sum)),
                arithmetic: how.unwrap_or_default(),
            }
        });
        let why = one.costs.as_ref().err().or(one.borne.as_ref().err());
        let what = one.period.map_or(name.to_string(), |p| format!("{name} for {p}"));
        CostBlock {
            name: name.to_string(),
            kind: "shared costs".to_string(),
            period: one.period.as_ref().map(days),
            open_until: (!one.over).then_some(one.arisen),
            currency: zero.currency().map_or("", |c| c.code()).to_string(),
            entries,
            spent: one.costs.is_ok().then(|| self.cost_shown(&zero, &all_of(&spent))),
            shares: shares.collect(),
            owed: self.owed_costs(paid, &what, open),
            unknown: why.into_iter().map(|u| self.reason(u)).collect(),
            clause: self.place(one.at),
        }
    }

    /// What audits under the clause of a payment cost, whoever bears it.
    fn add_audits(
        &self,
        pay: &Pay,
        asked: &CostsAsked,
        paid: &[(&Due, &Applied)],
        out: &mut Vec<CostBlock>,
        open: &mut Vec<OpenCost>,
    ) {
        for finding in self.audits().filter(|finding| asked.holds(finding.day)) {
            let Some((clause, _)) = self.audited_under(&finding).filter(|(c, _)| c.at == pay.at) else {
                continue;
            };
            let Some(cost) = self.cost_of_audit(&finding) else { continue };
            let by = self.auditor(&finding).cloned().filter(|by| !by.is_blank());
            let of = |due: &&(&Due, &Applied)| {
                due.0.period == Some(finding.period) && due.0.arisen == finding.day && due.0.at == clause.at
            };
            let own: Vec<_> = paid.iter().filter(of).copied().collect();
            let borne = self.cost_borne(&finding);
            let (step, unknown) = match (&borne, &cost) {
                (Ok(Some((_, step))), _) => (step.clone(), None),
                (Ok(None), Ok(cost)) => {
                    let what = format!("cost of the audit of {} for {}", finding.stream, finding.period);
                    (crate::trace::Step::new(what, cost.clone()).by(finding.at), None)
                }
                (Err(why), _) | (_, Err(why)) => {
                    (crate::trace::Step::note(why.reason.clone()).by(finding.at), Some(why))
                }
            };
            let step = step.on(finding.day);
            let zero = self.zero_of(Some(&pay.name)).unwrap_or(Val::Number(Exact::zero()));
            let mut shares = Vec::new();
            if let (Ok(cost), Ok(borne)) = (&cost, &borne) {
                let nothing = cost.with(Exact::zero());
                let bearer = |party: String, spent: &Val, bears: &Val, arithmetic: &str| CostBearer {
                    party,
                    spent: self.round(spent).to_string(),
                    bears: Some(self.round(bears).to_string()),
                    arithmetic: arithmetic.to_string(),
                };
                let by = by.as_ref().map_or("whoever made it".to_string(), ToString::to_string);
                match (borne, own.first().and_then(|(due, _)| due.from.as_ref())) {
                    (Some(_), Some(from)) => {
                        shares.push(bearer(from.to_string(), &nothing, cost, "too much was missing"));
                        shares.push(bearer(by, cost, &nothing, ""));
                    }
                    (Some(_), None) => {}
                    (None, _) => shares.push(bearer(by, cost, cost, "nobody else bears it")),
                }
            }
            let what = format!("{} for {}", pay.name, finding.period);
            out.push(CostBlock {
                name: pay.name.to_string(),
                kind: "audit".to_string(),
                period: Some(days(&finding.period)),
                open_until: None,
                currency: zero.currency().map_or("", |c| c.code()).to_string(),
                entries: vec![self.statement_line(&step)],
                spent: cost.as_ref().ok().map(|cost| self.round(cost).to_string()),
                shares,
                owed: self.owed_costs(&own, &what, open),
                unknown: unknown.into_iter().map(|u| self.reason(u)).collect(),
                clause: self.place(clause.at),
            });
        }
    }

    /// What is owed of some costs, with what is left of it.
    fn owed_costs(&self, paid: &[(&Due, &Applied)], what: &str, open: &mut Vec<OpenCost>) -> Vec<CostOwed> {
        let mut out = Vec::new();
        for (due, applied) in paid {
            let left = applied.left(due);
            // The party audited pays whoever the clause names, where who made the audit is not told.
            let pay = self.pay_named(&due.stream);
            let sides = |of: Option<&Pay>| of.map(|pay| (only(&pay.from), only(&pay.to))).unwrap_or_default();
            let (from, to) = sides(pay);
            let between = due.from.clone().or(from).zip(due.to.clone().or(to));
            open.push(OpenCost {
                what: what.to_string(),
                between: between.clone(),
                left: left.as_ref().ok().cloned(),
            });
            let Some((from, to)) = between else { continue };
            let settled = applied.settled();
            let why = due.amount.as_ref().err().or(left.as_ref().err()).or(due.no_day.as_ref());
            out.push(CostOwed {
                from: from.to_string(),
                to: to.to_string(),
                amount: due.amount.as_ref().ok().map(ToString::to_string),
                arithmetic: due.steps.first().map_or(String::new(), |step| step.how.clone()),
                due: due.due,
                paid: due
                    .amount
                    .as_ref()
                    .ok()
                    .filter(|_| !settled.is_zero())
                    .map(|sum| sum.with(settled.clone()).to_string()),
                left: left.as_ref().ok().map(ToString::to_string),
                unknown: why.map(|u| self.reason(u)),
                clause: self.place(due.at),
            });
        }
        out
    }

    /// Costs of which it cannot even be said for which periods they are evened out.
    fn unknown_costs(&self, pay: &Pay, why: &Unknown, open: &mut Vec<OpenCost>) -> CostBlock {
        open.push(OpenCost { what: pay.name.to_string(), between: None, left: None });
        CostBlock {
            name: pay.name.to_string(),
            kind: "shared costs".to_string(),
            period: None,
            open_until: None,
            currency: String::new(),
            entries: Vec::new(),
            spent: None,
            shares: Vec::new(),
            owed: Vec::new(),
            unknown: vec![self.reason(why)],
            clause: self.place(pay.at),
        }
    }
}

fn days(period: &Period) -> Days {
    Days { label: period.to_string(), start: period.start, end: period.end }
}

fn all_of(spent: &ByParty) -> Exact {
    spent.values().cloned().sum()
}

//! What parties owe each other: the balances of the clauses that net payments, and what is owed beside them, each way by
//! itself. Nothing is netted that no clause nets.

mod form;
mod gross;

pub use form::{GrossDue, GrossTotal, NetBalance, NetClause, NetSide, NetStatement, NetSum, schema};

use crate::engine::{Machine, Run};
use crate::settle::Due;
use crate::settle::net::Balance;
use crate::statement::{Days, NetDue};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::model::Net;
use counterpart_terms::value::Name;

/// What of it is asked about; all where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct NetAsked {
    /// What this party owes, or is owed.
    pub party: Option<Name>,
    /// Not what was before this day.
    pub from: Option<Date>,
    /// Not what was after this day.
    pub until: Option<Date>,
    /// Also what is settled and not netted.
    pub settled: bool,
}

impl NetAsked {
    fn holds(&self, day: Option<Date>) -> bool {
        let Some(day) = day else { return true };
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether one of the sides is the party asked about, or several of which it is one.
    fn is_between(&self, from: &str, to: &str) -> bool {
        let is = |side: &str, party: &Name| side.split(", ").any(|one| one == party.as_str());
        self.party.as_ref().is_none_or(|party| is(from, party) || is(to, party))
    }
}

impl Machine<'_> {
    /// What parties owe each other as of a day, as known on another.
    pub fn netting(&self, asked: &NetAsked, as_of: Date, known_on: Date) -> NetStatement {
        let run = self.run(as_of, known_on);
        let mut netted = Vec::new();
        let mut nets = Vec::new();
        for net in run.nets() {
            let mut clause = NetClause {
                payments: net.streams.iter().map(ToString::to_string).collect(),
                each: net.cycle.as_ref().and_then(|cycle| run.cycle_said(cycle)),
                balances: Vec::new(),
                unknown: None,
                clause: run.place(net.at),
            };
            match run.net_dues(net) {
                Ok(dues) => {
                    let silent = run.not_struck(net, &dues);
                    let mut all: Vec<&NetDue> = dues.iter().chain(&silent).collect();
                    all.sort_by_key(|one| {
                        one.balance.period.map(|p| p.end).or(one.balance.due.clone().ok()?)
                    });
                    let told = all.into_iter().map(|one| run.net_balance(net, one));
                    clause.balances.extend(told.filter(|one| run.is_asked_balance(one, asked, as_of)));
                    netted.extend(dues.into_iter().map(|one| one.balance));
                }
                Err(why) => clause.unknown = Some(run.reason(&why)),
            }
            nets.push(clause);
        }
        let beside = run.gross_dues(&netted, asked);
        let totals = gross::totals(&run, &beside);
        let beside = beside.into_iter().filter(|one| asked.settled || one.is_open());
        let beside = beside.map(|one| one.told).collect();
        NetStatement { deal: run.model_now().header.title.clone(), as_of, nets, beside, totals }
    }
}

impl Run<'_> {
    /// What some owe others in all, each way by itself: the balances of what is netted, and what is owed beside them.
    pub(crate) fn open_each_way(&self) -> Vec<GrossTotal> {
        let nets = self.nets();
        let dues: Vec<NetDue> = nets.iter().filter_map(|net| self.net_dues(net).ok()).flatten().collect();
        let netted: Vec<Balance> = dues.iter().map(|one| one.balance.clone()).collect();
        let mut all = self.gross_dues(&netted, &NetAsked::default());
        all.extend(
            nets.iter().filter_map(|net| Some((net, self.net_dues(net).ok()?))).flat_map(|(net, dues)| {
                dues.iter().map(|one| gross::of_balance(net, one)).collect::<Vec<_>>()
            }),
        );
        gross::totals(self, &all)
    }

    /// The words of a cycle, as its clause has them.
    fn cycle_said(&self, cycle: &counterpart_terms::value::Cycle) -> Option<String> {
        let cycle = self.clock().cycle(cycle).ok()?;
        let unit = match cycle.kind {
            counterpart_num::PeriodKind::Month => "month",
            counterpart_num::PeriodKind::Quarter => "quarter",
            counterpart_num::PeriodKind::Half => "half-year",
            counterpart_num::PeriodKind::Year => "year",
        };
        Some(format!("each {unit}"))
    }

    /// Balances of periods that are over and cannot be struck, as what goes into them was not reported: nothing is due in
    /// them that could be told.
    fn not_struck(&self, net: &Net, dues: &[NetDue]) -> Vec<NetDue> {
        let Ok(struck) = self.struck(net) else { return Vec::new() };
        let (from, to) = self.net_parties(net);
        let over = |balance: &&Balance| {
            let here = |one: &NetDue| one.balance.period == balance.period;
            balance.period.is_some_and(|p| p.end <= self.facts.as_of())
                && balance.balance.is_err()
                && !dues.iter().any(here)
        };
        let told = |balance: &Balance| NetDue {
            payer: Name::list(from),
            payee: Name::list(to),
            amount: balance.balance.clone(),
            balance: balance.clone(),
            paid: Exact::zero(),
            back: Exact::zero(),
            last: None,
            other: Vec::new(),
            unsure: None,
        };
        struck.balances.iter().filter(over).map(told).collect()
    }

    fn is_asked_balance(&self, one: &NetBalance, asked: &NetAsked, as_of: Date) -> bool {
        // Of a period that is not over nothing can be known yet.
        if one.unknown.is_some() && one.period.as_ref().is_some_and(|days| days.end > as_of) {
            return false;
        }
        let day = one.period.as_ref().map(|days| days.end).or(one.due);
        asked.holds(day) && one.sides.iter().any(|side| asked.is_between(&side.from, &side.to))
    }

    /// A balance, gross on each side and net.
    fn net_balance(&self, net: &Net, one: &NetDue) -> NetBalance {
        let balance = &one.balance;
        let sides = balance.sides.iter().map(|(name, value)| self.net_side(net, balance, name, value));
        let sum = |value: &Val| self.net_sum(net, value);
        let nothing = |value: &Val| value.number().is_zero();
        let waits = match (&balance.balance, &balance.paid) {
            (Ok(all), Ok(paid)) if nothing(paid) && !nothing(all) => Some(sum(all)),
            _ => None,
        };
        let paid = one.amount.as_ref().ok().map(|amount| amount.with(one.paid.clone()));
        let left = match (&one.amount, &one.unsure) {
            (Ok(amount), None) if one.other.is_empty() => {
                Some(amount.with(amount.number() - &one.paid).to_string())
            }
            _ => None,
        };
        let why = one.amount.as_ref().err().or(one.unsure.as_ref()).or(balance.due.as_ref().err());
        NetBalance {
            period: balance.period.as_ref().map(|period| Days {
                label: period.to_string(),
                start: period.start,
                end: period.end,
            }),
            sides: sides.collect(),
            brought: balance.brought.as_ref().ok().filter(|brought| !nothing(brought)).map(sum),
            net: balance.paid.as_ref().ok().filter(|_| waits.is_none()).map(|_| NetSum {
                from: one.payer.clone(),
                to: one.payee.clone(),
                amount: one.amount.as_ref().map_or(String::new(), ToString::to_string),
            }),
            waits,
            below: balance.below.as_ref().map(ToString::to_string),
            due: balance.due.as_ref().ok().copied().flatten(),
            paid: paid.filter(|paid| !nothing(paid)).map(|paid| paid.to_string()),
            left,
            too_much: Some(&one.back).filter(|back| !back.is_zero()).and_then(|back| {
                let sum = one.amount.as_ref().ok()?.with(back.clone());
                Some(NetSum { from: one.payee.clone(), to: one.payer.clone(), amount: sum.to_string() })
            }),
            unknown: why.map(|why| self.reason(why)),
        }
    }

    /// A sum of a balance: who pays it, who is paid. What the payer of the first named pays is positive.
    fn net_sum(&self, net: &Net, value: &Val) -> NetSum {
        let (from, to) = self.net_parties(net);
        let (from, to) = if value.number().is_negative() { (to, from) } else { (from, to) };
        let amount = self.round(&value.with(value.number().abs())).to_string();
        NetSum { from: Name::list(from), to: Name::list(to), amount }
    }

    fn net_side(
        &self,
        net: &Net,
        balance: &Balance,
        name: &Name,
        value: &crate::unknown::Eval<Val>,
    ) -> NetSide {
        let (from, to) = self.net_parties(net);
        let same = self.goes_as_first(net, name);
        // What runs both ways goes the way its sum does; any other payment its own way, whatever its sum.
        let both = self.runs_both_ways(name);
        let turned = match value {
            Ok(value) if both => value.number().is_negative(),
            _ => !same,
        };
        let (from, to) = if turned { (to, from) } else { (from, to) };
        let own = |value: &Val| {
            let number = if turned { -value.number().clone() } else { value.number().clone() };
            self.round(&value.with(number)).to_string()
        };
        let dues = self.dues(name).unwrap_or_default();
        let here: Vec<&Due> = dues.iter().filter(|due| self.is_in_balance(due, balance)).collect();
        let steps = here.iter().flat_map(|due| &due.steps);
        NetSide {
            payment: name.to_string(),
            from: Name::list(from),
            to: Name::list(to),
            amount: value.as_ref().ok().map(own),
            unknown: value.as_ref().err().map(|why| self.reason(why)),
            lines: steps.map(|step| self.statement_line(step)).collect(),
        }
    }
}

/// What is left of a sum once so much was paid; nothing where that is not known.
fn left_of(owed: Option<&Val>, paid: &Exact) -> Option<Val> {
    owed.map(|owed| owed.with(owed.number() - paid))
}

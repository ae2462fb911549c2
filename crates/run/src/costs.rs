//! Shared costs: who bore what, who should have, and what is owed to even it out.

use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::cost_lines;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Known, Name, PeriodLabel, Value};
use std::collections::BTreeSet;

/// Costs of one thing in one period by who spent them.
type Spent = Vec<(Name, Exact)>;

impl Run<'_> {
    /// What is owed to a party for costs it bore beyond its share; `None` where the name is no shared cost.
    ///
    /// # Errors
    /// Where a share or a staff rate is not given.
    pub(crate) fn cost_share(
        &self,
        name: &Name,
        to: Option<&Name>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Option<Val>> {
        let clause_on = |day: Date| {
            let about = |r: &&Record| r.clause == Form::FileShareCosts && r.names(Label::Of).contains(name);
            self.named_on(day, |m| m.records.iter().find(about))
        };
        let Some(clause) = clause_on(self.facts.as_of()) else { return Ok(None) };
        let Some(first) = self.first_day() else { return Ok(Some(zero.clone())) };
        let cycle = match clause.below(Form::ShareCostsSettled).and_then(|l| l.get(Label::Cycle)) {
            Some(Value::Cycle(cycle)) => self.clock().cycle(cycle)?,
            _ => num::Cycle::new(num::PeriodKind::Year, num::Basis::Calendar),
        };
        let mut so_far = Exact::zero();
        let mut owed = Exact::zero();
        for one in cycle.between(first, self.facts.as_of()) {
            let clause = clause_on(one.start).unwrap_or(clause);
            let spent = self.spent(clause, name, &one)?;
            let total: Exact = spent.iter().map(|(_, n)| n.clone()).sum();
            let borne = self.borne(clause, &one, &so_far, &total)?;
            so_far += &total;
            if period.is_some_and(|p| one.start < p.start || one.end > p.end) {
                continue;
            }
            owed += &evened(&borne, &spent, to);
        }
        Ok(Some(zero.with(owed)))
    }

    /// What each party should bear of a period's costs: its share up to the cap, another above it.
    fn borne(&self, clause: &Record, period: &Period, so_far: &Exact, total: &Exact) -> Eval<Spent> {
        let lines = cost_lines(clause).into_iter().next().unwrap_or_default();
        let most = match lines.iter().find_map(|l| l.amount(Label::Most)) {
            Some(most) => Some(self.amount(most, &Focus::of(*period))?.0.number().clone()),
            None => None,
        };
        let room = most.map(|m| (m - so_far.clone()).max(Exact::zero()));
        let under = room.map_or_else(|| total.clone(), |r| r.min(total.clone()));
        let over = total - &under;
        let mut out: Spent = Vec::new();
        let mut add = |shares: Vec<(Name, Known<Exact>)>, sum: &Exact| -> Eval<()> {
            for (party, share) in shares {
                if party.is_blank() {
                    return Err(
                        Unknown::new("who bears a share of the costs is redacted or open").at(clause.at)
                    );
                }
                let part = sum * &given(&share, "share of the costs")?;
                match out.iter_mut().find(|(p, _)| *p == party) {
                    Some((_, n)) => *n += &part,
                    None => out.push((party, part)),
                }
            }
            Ok(())
        };
        add(lines.iter().flat_map(|l| shares(l, Label::Share)).collect(), &under)?;
        let above = clause.below(Form::ShareCostsAbove).map(|l| shares(l, Label::Above)).unwrap_or_default();
        add(above, &over)?;
        Ok(out)
    }

    /// Costs told for a period, with staff at its rate.
    fn spent(&self, clause: &Record, name: &Name, period: &Period) -> Eval<Spent> {
        let mut out: Spent = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Cost { name: of, by: Some(by), amount, label, .. } = &event.kind else { continue };
            let told = label.and_then(|l| self.clock().period(l, None));
            if of == name && told.map_or(period.contains(event.date), |t| period.contains(t.end)) {
                out.push((by.clone(), amount.clone()));
            }
        }
        if let Some(rate) = clause.below(Form::ShareCostsRate) {
            out.extend(self.staff(rate, name, period)?);
        }
        Ok(out)
    }

    /// Staff delivered in a period, at its indexed rate.
    fn staff(&self, clause: &Record, name: &Name, period: &Period) -> Eval<Spent> {
        let Some(rate) = clause.amount(Label::Rate) else { return Ok(Vec::new()) };
        let (rate, _) = self.amount(rate, &Focus::of(*period)).map_err(|u| u.at(clause.at))?;
        let unit = clause.word(Label::Per).unwrap_or("year");
        let factor = match clause.name(Label::Index) {
            Some(index) => self.index_since_start(index, period)?,
            None => Exact::one(),
        };
        let mut out: Spent = Vec::new();
        for (day, told, count, by) in self.delivered_by(name, unit) {
            if told.map_or(period.contains(day), |t| period.contains(t.end)) {
                out.push((by, rate.number() * &(count * factor.clone())));
            }
        }
        Ok(out)
    }

    /// How an index has moved from the year before the first to the year before a period.
    fn index_since_start(&self, index: &Name, period: &Period) -> Eval<Exact> {
        let first = self.clock().effective_day()?.map_or(period.start.year(), |d| d.year());
        let value = |year: i32| {
            let label = Some(PeriodLabel::Year(year));
            let told = self.facts.index(index).filter(|(_, l, _)| *l == label).last();
            told.map(|(_, _, v)| v.clone()).ok_or_else(|| {
                crate::unknown::Unknown::new(format!("no value of {index} is told for {year}"))
            })
        };
        let year = period.end.year();
        if year <= first {
            return Ok(Exact::one());
        }
        let now = value(year - 1)?;
        Ok(now.checked_div(&value(first - 1)?).unwrap_or_else(Exact::one))
    }
}

/// What is owed to a party, or to all, to even out what each spent and what each is to bear. Who is named with no share
/// bears none and gets back all it spent, as far as somebody is to bear it.
fn evened(borne: &Spent, spent: &Spent, to: Option<&Name>) -> Exact {
    let of = |all: &Spent, party: &Name| -> Exact {
        all.iter().filter(|(p, _)| p == party).map(|(_, n)| n.clone()).sum()
    };
    let parties: BTreeSet<&Name> = borne.iter().chain(spent).map(|(p, _)| p).collect();
    let (mut ahead, mut behind, mut asked) = (Exact::zero(), Exact::zero(), Exact::zero());
    for party in parties {
        let over = of(spent, party) - of(borne, party);
        if !over.is_positive() {
            behind -= over;
            continue;
        }
        if to.is_none_or(|t| t == party) {
            asked += &over;
        }
        ahead += &over;
    }
    // Nobody owes what no share says is borne by another.
    let share = behind.min(ahead.clone()).checked_div(&ahead);
    share.map_or_else(Exact::zero, |share| asked * share)
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

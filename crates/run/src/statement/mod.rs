//! Statements as data: each amount with its period, parties, base, lines, clause and arithmetic, beside
//! what was paid and what the world printed.

mod accounts;
mod asked;
mod borne;
mod entry;
mod form;
mod nets;
mod overdue;
mod paid;
mod published;
mod together;

pub(crate) use borne::PayerPart;
pub(crate) use nets::NetDue;
pub(crate) use overdue::payees;
pub(crate) use paid::{open_after, told_otherwise};

pub use form::{
    Days, Figure, LateInterest, Line, NetPayment, Overdue, Payee, Payer, Payment, Published, Reason, SCHEMA,
    Statement, schema,
};

use crate::clock::Focus;
use crate::engine::{Machine, Run};
use crate::royalty;
use crate::settle::Due;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Currency, Date, Exact, Mode, Period};
use counterpart_syntax::Severity;
use counterpart_terms::At;
use counterpart_terms::model::Stated;
use counterpart_terms::value::{Moment, Name};
use std::collections::BTreeSet;

impl Machine<'_> {
    /// The statement of a period, or of everything up to a day; of one payment, or of all.
    pub fn statement(
        &self,
        period: Option<Period>,
        only: Option<&Name>,
        as_of: Date,
        known_on: Date,
    ) -> Statement {
        self.run(as_of, known_on).statement(period, only)
    }

    /// Lines of the journal that could not be used, each with its place and what is wrong with it.
    fn left_out(&self) -> Vec<String> {
        let found = self.deal.problems.iter().chain(&self.problems);
        let shown = found.filter(|p| p.severity == Severity::Error).map(|problem| {
            let file = problem.at.file;
            let line = self.deal.files.get(file).map(|f| f.lines.line(problem.at.span.start));
            let place = line.map_or(String::new(), |line| format!(":{line}"));
            format!("{}{place}: {}", self.deal.path(file), problem.message)
        });
        shown.collect()
    }

    /// The names of all payments in any edition of the terms, in the order they stand.
    pub fn streams(&self) -> Vec<Name> {
        let (mut out, mut seen): (Vec<(At, Name)>, BTreeSet<Name>) = Default::default();
        for edition in &self.editions.0 {
            let model = &edition.model;
            let royalties = model.royalties.iter().map(|(n, r)| (r.at, n.clone()));
            for (at, name) in royalties.chain(model.pays.iter().map(|(n, p)| (p.at, n.clone()))) {
                if seen.insert(name.clone()) {
                    out.push((at, name));
                }
            }
        }
        out.sort();
        out.into_iter().map(|(_, name)| name).collect()
    }
}

fn days(period: &Period) -> Days {
    Days { label: period.to_string(), start: period.start, end: period.end }
}

/// Whether a period, or a day where there is none, lies in the period asked for.
fn inside(own: Option<Period>, day: Date, asked: Option<&Period>) -> bool {
    let Some(asked) = asked else { return true };
    match own {
        Some(own) => asked.start <= own.start && own.end <= asked.end,
        None => asked.contains(day),
    }
}

impl Run<'_> {
    /// The statement of a period, or of everything up to the day asked about; of one payment, or of all.
    pub fn statement(&self, period: Option<Period>, only: Option<&Name>) -> Statement {
        let header = &self.model_now().header;
        let code = self.heading_money().map_or("units", |c| c.code());
        let unit = header.stated.as_ref().map_or(code.to_string(), |s| format!("{code} {}", s.scale));
        let mut statement = Statement {
            schema: SCHEMA.to_string(),
            deal: header.title.clone(),
            as_of: self.facts.as_of(),
            known_on: Some(self.ties.known_on()).filter(|d| *d != Date::MAX),
            period: period.as_ref().map(days),
            unit,
            payments: Vec::new(),
            overdue: Vec::new(),
            nets: Vec::new(),
            interest: Vec::new(),
            open: if period.is_none() && only.is_none() { self.open_each_way() } else { Vec::new() },
            left_out: self.machine.left_out(),
            not_computed: Vec::new(),
        };
        for name in self.machine.streams() {
            if only.is_some_and(|o| o != &name) {
                continue;
            }
            let dues = self.dues(&name).unwrap_or_else(|unknown| {
                let earned = self.earned_only(&name, &unknown);
                if earned.is_empty() && self.may_fall_in(&name, period.as_ref()) {
                    statement.not_computed.push(self.explain(&name, &unknown));
                }
                earned.into()
            });
            statement.payments.extend(together::unknown_together(self.entries(
                &name,
                &dues,
                period.as_ref(),
            )));
            let overdue = self.overdue_reports(&name, period.as_ref());
            statement.not_computed.extend(overdue.iter().map(Overdue::in_words));
            statement.overdue.extend(overdue);
            self.add_interest(&name, period.as_ref(), &mut statement);
        }
        self.add_accounts(only, period.as_ref(), &mut statement);
        for net in self.nets() {
            if only.is_none_or(|o| net.streams.contains(o)) {
                self.add_nets(net, period.as_ref(), &mut statement);
            }
        }
        statement.payments.sort_by(|a, b| {
            // What is for no period stands at the day it is due.
            let days =
                |p: &Payment| p.period.as_ref().map(|d| (d.end, d.start)).or(p.due.map(|day| (day, day)));
            let key = |p: &Payment| (days(p), p.payment.clone());
            key(a).cmp(&key(b))
        });
        statement.overdue.sort_by(|a, b| (a.period.end, &a.payment).cmp(&(b.period.end, &b.payment)));
        statement
    }

    fn explain(&self, name: &Name, unknown: &Unknown) -> String {
        format!("{name}: {}", self.reason(unknown))
    }

    /// Why something is not known, with the place of the clause.
    pub(crate) fn reason(&self, unknown: &Unknown) -> String {
        match unknown.at {
            Some(at) => format!("{} ({})", unknown.reason, self.place(at)),
            None => unknown.reason.clone(),
        }
    }

    /// A figure exact, rounded and as shown.
    pub fn shown(&self, value: &Val) -> Figure {
        let rounded = self.round(value);
        let digits = value.currency().map_or(0, |c| c.minor_digits());
        let places = rounded.number().decimal_places().unwrap_or(digits).max(digits);
        let scaled = self.model_now().header.stated.is_some();
        let in_full = value
            .currency()
            .filter(|_| scaled)
            .map(|code| format!("{code} {}", rounded.number().to_grouped(digits)));
        Figure {
            in_full,
            exact: value.number().clone(),
            rounded: rounded.number().to_decimal(places, Mode::HalfEven),
            // The deal is stated in money: a number of units is shown as it is.
            // Money other than that of the heading says which it is, and stands in full.
            shown: match value {
                Val::Money(money) if Some(money.currency) != self.heading_money() => {
                    format!("{} {}", money.currency, money.amount.to_grouped(digits))
                }
                Val::Money(_) => self.scaled(value.number()),
                Val::Number(number) => crate::value::grouped(number),
            },
        }
    }

    /// A part of a figure: exact, and rounded so that the parts come to the whole.
    fn part_shown(&self, exact: &Val, rounded: &Val) -> Figure {
        let alone = self.shown(exact);
        match self.round(exact) == *rounded {
            true => alone,
            false => Figure { exact: alone.exact, ..self.shown(rounded) },
        }
    }

    /// The money of the heading: that of the agreement, or the one money all its payments are in where it names none.
    fn heading_money(&self) -> Option<Currency> {
        let named = self.model_now().header.currency;
        named.or_else(|| {
            let streams = self.machine.streams();
            let mut all = streams.iter().filter_map(|name| self.zero_of(Some(name)).ok()?.currency());
            let first = all.next()?;
            all.all(|other| other == first).then_some(first)
        })
    }

    /// A number in the unit the deal is stated in.
    fn scaled(&self, number: &Exact) -> String {
        let header = &self.model_now().header;
        match &header.stated {
            Some(Stated { unit, decimals, .. }) => {
                let scaled = number.checked_div(unit).unwrap_or_else(|| number.clone());
                scaled.to_decimal(*decimals, Mode::HalfEven)
            }
            None => number.to_grouped(self.heading_money().map_or(2, |c| c.minor_digits())),
        }
    }

    /// The lines of a payment: what is due, with the figures printed of it, and figures printed of what is
    /// not due by itself.
    fn entries(&self, name: &Name, dues: &[Due], period: Option<&Period>) -> Vec<Payment> {
        let paid = self.allotted(name, dues);
        let printed: Vec<usize> = self
            .printed_of(name)
            .into_iter()
            .filter_map(|(_, figure)| self.printed_for(figure, dues))
            .collect();
        let mut out: Vec<Option<Payment>> = Vec::new();
        for (index, (due, paid)) in dues.iter().zip(&paid.on).enumerate() {
            // Who asks for a quarter is shown what it was told as part of.
            let asked = inside(due.period, due.arisen, period)
                || due.of.iter().any(|of| inside(Some(*of), due.arisen, period));
            let nothing = paid.sum().is_zero() && paid.other.is_empty() && !printed.contains(&index);
            let silent =
                nothing && (self.is_outside(due) || self.is_silent(name, due) || self.is_replaced(name, due));
            out.push((asked && !silent).then(|| self.payment(due, paid)));
        }
        let mut apart: Vec<(Option<Period>, Option<Name>, Payment)> = Vec::new();
        for (event, figure) in self.printed_of(name) {
            if let Some(index) = self.printed_for(figure, dues) {
                if let (Some(Some(payment)), Some(due)) = (out.get_mut(index), dues.get(index)) {
                    payment.published.push(self.beside(event, figure, Some(due)));
                }
                continue;
            }
            let own = self.printed_period(figure);
            if !inside(own, event.date, period) {
                continue;
            }
            let published = self.beside(event, figure, None);
            match apart.iter_mut().find(|(p, from, _)| *p == own && *from == figure.from) {
                Some((_, _, payment)) => payment.published.push(published),
                None => {
                    let mut payment = self.bare(name, own, figure.from.as_ref());
                    payment.published.push(published);
                    if let (Some(days), Some(label)) = (&mut payment.period, figure.label) {
                        days.label = label.to_string();
                    }
                    apart.push((own, figure.from.clone(), payment));
                }
            }
        }
        let unplaced = paid.unplaced.iter().filter(|(day, own, _)| inside(*own, *day, period));
        out.extend(unplaced.map(|(day, own, value)| Some(self.unplaced(name, *day, *own, value))));
        out.into_iter().flatten().chain(apart.into_iter().map(|(_, _, payment)| payment)).collect()
    }

    /// What a royalty earned in each period, where it cannot be said what of it is owed, and why not.
    fn earned_only(&self, name: &Name, why: &Unknown) -> Vec<Due> {
        let mut dues = Vec::new();
        for payer in self.payers(name) {
            let Ok(series) = self.series_of(name, payer.as_ref()) else { continue };
            let Ok(currency) = self.currency() else { continue };
            let zero = Val::money(Exact::zero(), currency);
            for part in series.parts.iter().filter(|part| part.reported()) {
                let Ok(royalty) = royalty::find(self, name, Some(part.period.start)) else { continue };
                let steps = part.subs.iter().flatten().flat_map(|sub| sub.steps.iter().cloned());
                let (period, gross) = (part.period, part.earned(&zero));
                let mut due = Due::arisen(name, payer.clone(), Some(period), period.end, gross, royalty.at);
                (due.amount, due.exact) = (Err(why.clone()), Err(why.clone()));
                due.steps = steps.collect();
                dues.push(due);
            }
        }
        dues
    }

    /// Whether an amount is the nothing of a period before a royalty begins, or after it is over.
    fn is_outside(&self, due: &Due) -> bool {
        let nothing = due.amount.as_ref().is_ok_and(|amount| amount.number().is_zero());
        due.period.is_some_and(|period| nothing && self.is_beside(&due.stream, &period))
    }

    /// Whether a period lies before a royalty begins, or after it is over.
    pub(crate) fn is_beside(&self, name: &Name, period: &Period) -> bool {
        let Ok(royalty) = royalty::find(self, name, Some(period.start)) else { return false };
        let focus = Focus::of(*period);
        let day = |moment: Option<&Moment>| {
            moment.and_then(|moment| self.clock().limit(moment, &focus).ok().flatten())
        };
        let unbegun = day(royalty.starts.as_ref()).is_some_and(|start| period.end < start);
        unbegun || day(royalty.ends.as_ref()).is_some_and(|end| end < period.start)
    }

    /// Whether an amount is the nothing of a royalty that does not run for a period in which another one runs in its
    /// place: what was reported is told there.
    fn is_replaced(&self, name: &Name, due: &Due) -> bool {
        let zero = |value: &Eval<Val>| value.as_ref().is_ok_and(|value| value.number().is_zero());
        let Some(period) = due.period.filter(|_| zero(&due.amount) && zero(&due.gross)) else { return false };
        let payers = self.payers(name);
        let payer = due.from.as_ref().filter(|from| payers.contains(&Some((*from).clone())));
        royalty::runs_in_place(self, name, period, payer)
    }

    /// Whether an amount is the nothing of a member of a group that reported nothing.
    fn is_silent(&self, name: &Name, due: &Due) -> bool {
        let nothing = due.amount.as_ref().is_ok_and(|amount| amount.number().is_zero());
        let (Some(period), Some(payer)) = (due.period, due.from.as_ref()) else { return false };
        if !nothing || !self.payers(name).contains(&Some(payer.clone())) {
            return false;
        }
        let Ok(royalty) = royalty::find(self, name, Some(period.start)) else { return false };
        let reported = |metric: &Name| {
            let touching = self.reports_to(royalty, metric).touching(period.start, period.end);
            touching
                .into_iter()
                .any(|r| r.by.is_none_or(|by| by == payer || self.members(payer).contains(by)))
        };
        !royalty::reported_metrics(self, royalty, period.start).iter().any(reported)
    }
}

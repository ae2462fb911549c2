//! Statements as data: each amount with its period, parties, base, lines, clause and arithmetic, beside
//! what was paid and what the world printed.

mod asked;
mod borne;
mod form;
mod nets;
mod overdue;
mod paid;
mod published;

pub(crate) use borne::PayerPart;
pub(crate) use nets::NetDue;
pub(crate) use paid::{open_after, told_otherwise};

pub use form::{
    Days, Figure, LateInterest, Line, NetPayment, Overdue, Payee, Payer, Payment, Published, SCHEMA,
    Statement, schema,
};

use crate::clock::Focus;
use crate::engine::{Machine, Run};
use crate::royalty;
use crate::settle::Due;
use crate::settle::applied::Applied;
use crate::trace::Step;
use crate::unknown::Unknown;
use crate::value::Val;
use counterpart_num::{Date, Exact, Mode, Period};
use counterpart_syntax::{Form, Label, Severity};
use counterpart_terms::At;
use counterpart_terms::model::Stated;
use counterpart_terms::value::{Moment, Name};

impl Machine<'_> {
    /// The statement of a period, or of everything up to a day; of one payment, or of all.
    pub fn statement(
        &self,
        period: Option<Period>,
        only: Option<&Name>,
        as_of: Date,
        known_on: Date,
    ) -> Statement {
        let run = self.run(as_of, known_on);
        let header = &run.model_now().header;
        let code = header.currency.map_or("", |c| c.code());
        let unit = header.stated.as_ref().map_or(code.to_string(), |s| format!("{code} {}", s.scale));
        let mut statement = Statement {
            schema: SCHEMA.to_string(),
            deal: header.title.clone(),
            as_of,
            known_on: Some(known_on).filter(|d| *d != Date::MAX),
            period: period.as_ref().map(days),
            unit,
            payments: Vec::new(),
            overdue: Vec::new(),
            nets: Vec::new(),
            interest: Vec::new(),
            left_out: self.left_out(),
            not_computed: Vec::new(),
        };
        for name in self.streams() {
            if only.is_some_and(|o| o != &name) {
                continue;
            }
            let dues = run.dues(&name).unwrap_or_else(|unknown| {
                let earned = run.earned_only(&name, &unknown);
                if earned.is_empty() && run.may_fall_in(&name, period.as_ref()) {
                    statement.not_computed.push(run.explain(&name, &unknown));
                }
                earned
            });
            statement.payments.extend(run.entries(&name, &dues, period.as_ref()));
            let overdue = run.overdue_reports(&name, period.as_ref());
            statement.not_computed.extend(overdue.iter().map(Overdue::in_words));
            statement.overdue.extend(overdue);
            run.add_interest(&name, period.as_ref(), &mut statement);
        }
        for net in run.nets() {
            if only.is_none_or(|o| net.streams.contains(o)) {
                run.add_nets(net, period.as_ref(), &mut statement);
            }
        }
        statement.payments.sort_by(|a, b| {
            let key = |p: &Payment| (p.period.as_ref().map(|d| (d.end, d.start)), p.payment.clone());
            key(a).cmp(&key(b))
        });
        statement.overdue.sort_by(|a, b| (a.period.end, &a.payment).cmp(&(b.period.end, &b.payment)));
        statement
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
        let mut out: Vec<(At, Name)> = Vec::new();
        for edition in &self.editions.0 {
            let model = &edition.model;
            let royalties = model.royalties.iter().map(|(n, r)| (r.at, n.clone()));
            for (at, name) in royalties.chain(model.pays.iter().map(|(n, p)| (p.at, n.clone()))) {
                if !out.iter().any(|(_, n)| *n == name) {
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
    fn explain(&self, name: &Name, unknown: &Unknown) -> String {
        format!("{name}: {}", self.reason(unknown))
    }

    /// Why something is not known, with the place of the clause.
    fn reason(&self, unknown: &Unknown) -> String {
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
        Figure {
            exact: value.number().clone(),
            rounded: rounded.number().to_decimal(places, Mode::HalfEven),
            // The deal is stated in money: a number of units is shown as it is.
            shown: match value {
                Val::Money(_) => self.scaled(value.number()),
                Val::Number(number) => crate::value::grouped(number),
            },
        }
    }

    /// A number in the unit the deal is stated in.
    fn scaled(&self, number: &Exact) -> String {
        let header = &self.model_now().header;
        match &header.stated {
            Some(Stated { unit, decimals, .. }) => {
                let scaled = number.checked_div(unit).unwrap_or_else(|| number.clone());
                scaled.to_decimal(*decimals, Mode::HalfEven)
            }
            None => number.to_grouped(header.currency.map_or(2, |c| c.minor_digits())),
        }
    }

    /// The lines of a payment: what is due, with the figures printed of it, and figures printed of what is
    /// not due by itself.
    fn entries(&self, name: &Name, dues: &[Due], period: Option<&Period>) -> Vec<Payment> {
        let paid = self.allotted(name, dues);
        let mut out: Vec<Option<Payment>> = Vec::new();
        for (due, paid) in dues.iter().zip(&paid.on) {
            let asked = inside(due.period, due.arisen, period);
            let nothing = paid.sum().is_zero() && paid.other.is_empty();
            let silent = nothing && (self.is_outside(due) || self.is_silent(name, due));
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

    /// Whether an amount is the nothing of a member of a group that reported nothing.
    fn is_silent(&self, name: &Name, due: &Due) -> bool {
        let nothing = due.amount.as_ref().is_ok_and(|amount| amount.number().is_zero());
        let (Some(period), Some(payer)) = (due.period, due.from.as_ref()) else { return false };
        if !nothing || !self.payers(name).contains(&Some(payer.clone())) {
            return false;
        }
        let Ok(royalty) = royalty::find(self, name, Some(period.start)) else { return false };
        let reported = |metric: &Name| {
            let touching = self.reports(metric).touching(period.start, period.end);
            touching
                .into_iter()
                .any(|r| r.by.is_none_or(|by| by == payer || self.members(payer).contains(by)))
        };
        !royalty::metrics(royalty).iter().any(reported)
    }

    /// A payment of which only its parties are known yet.
    fn bare(&self, name: &Name, period: Option<Period>, payer: Option<&Name>) -> Payment {
        let royalty = royalty::find(self, name, period.map(|p| p.start)).ok();
        let (title, from, to, at) = match (royalty, self.pay_named(name)) {
            (Some(r), _) => (r.title.clone(), r.from.clone(), r.to.clone(), Some(r.at)),
            (None, Some(p)) => (p.title.clone(), p.from.clone(), p.to.clone(), Some(p.at)),
            (None, None) => (None, Vec::new(), Vec::new(), None),
        };
        let list = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let zero = self.zero_of(Some(name)).unwrap_or(Val::Number(Exact::zero()));
        Payment {
            payment: name.clone(),
            title,
            period: period.as_ref().map(days),
            payer: payer.map_or_else(|| list(&from), ToString::to_string),
            payee: list(&to),
            currency: zero.currency().map_or("", |c| c.code()).to_string(),
            base: None,
            earned: None,
            amount: None,
            unknown: None,
            due: None,
            no_day: None,
            payers: Vec::new(),
            payees: Vec::new(),
            set_off: None,
            paid: self.shown(&zero),
            paid_otherwise: Vec::new(),
            paid_unknown: None,
            left: None,
            overpaid: None,
            refund: false,
            lines: Vec::new(),
            published: Vec::new(),
            clause: at.map_or_else(String::new, |at| self.place(at)),
        }
    }

    fn payment(&self, due: &Due, applied: &Applied) -> Payment {
        let is_royalty = royalty::find(self, &due.stream, due.period.map(|p| p.start)).is_ok();
        let mut payment = self.bare(&due.stream, due.period, due.from.as_ref());
        // What goes back is owed to the payer; it counts as negative among what is owed.
        let sign = |value: &Val| if due.back { value.with(-value.number().clone()) } else { value.clone() };
        if let Some(to) = &due.to {
            payment.payee = to.to_string();
        }
        if due.back {
            std::mem::swap(&mut payment.payer, &mut payment.payee);
        }
        let owed = due.less_waived(applied);
        if let Some(currency) = due.amount.as_ref().ok().and_then(Val::currency) {
            payment.currency = currency.code().to_string();
        }
        let own = due.amount.as_ref().ok().and_then(Val::currency);
        let own = own.or_else(|| self.zero_of(Some(&due.stream)).ok()?.currency());
        let paid = own.map_or(Val::Number(applied.sum()), |c| Val::money(applied.sum(), c));
        let payees = self.payees_of(&owed, applied);
        if !payees.is_empty() {
            payment.payee = payees.iter().map(|p| p.party.as_str()).collect::<Vec<_>>().join(", ");
        }
        // What one payee got too much is told with that payee.
        let theirs: Exact = payees.iter().map(|p| p.over(self)).sum();
        let over = paid.with(applied.still_over() - theirs);
        let known = due.amount.is_ok() && (applied.unsure.is_none() || !applied.other.is_empty());
        let over = Some(over).filter(|o| known && o.number().is_positive());
        let begun = !applied.settled().is_zero() && applied.other.is_empty() && applied.netted.is_none();
        let left = applied.left(due).ok().filter(|left| begun && left.number().is_positive());
        let set_off: Exact = applied.set_off.iter().map(|(_, n)| n.clone()).sum();
        let set_off = Some(paid.with(set_off)).filter(|s| !s.number().is_zero());
        Payment {
            base: self.base_of(due, is_royalty).as_ref().map(|b| self.shown(b)),
            earned: due.gross.as_ref().ok().map(|v| self.shown(&sign(v))),
            amount: owed.exact.as_ref().ok().map(|v| self.shown(&sign(v))),
            unknown: due.amount.as_ref().err().map(|u| self.reason(u)),
            due: due.due,
            no_day: due.no_day.as_ref().filter(|_| open_after(due, applied)).map(|u| self.reason(u)),
            payers: self.payers_of(due, applied).iter().map(|p| self.payer(p, due)).collect(),
            payees: payees.iter().map(|p| self.payee(p)).collect(),
            set_off: set_off.as_ref().map(|s| self.shown(s)),
            paid: self.shown(&paid),
            paid_otherwise: told_otherwise(applied),
            paid_unknown: applied
                .unsure
                .as_ref()
                .filter(|_| open_after(due, applied))
                .map(|u| self.reason(u)),
            left: left.as_ref().map(|l| self.shown(l)),
            overpaid: over.as_ref().map(|o| self.shown(o)),
            refund: due.back,
            lines: owed.steps.iter().map(|s| self.statement_line(s)).collect(),
            clause: self.place(due.at),
            ..payment
        }
    }

    fn base_of(&self, due: &Due, is_royalty: bool) -> Option<Val> {
        let period = due.period.filter(|_| is_royalty && !due.found)?;
        // The difference of a year is on no base of its own.
        let royalty = royalty::find(self, &due.stream, Some(period.start)).ok()?;
        if royalty.reconciled.as_ref().is_some_and(|rule| rule.at == due.at) {
            return None;
        }
        let series = self
            .series_of(
                &due.stream,
                due.from.as_ref().filter(|f| self.payers(&due.stream).contains(&Some((*f).clone()))),
            )
            .ok()?;
        let part = series.parts.iter().find(|p| p.period == period && p.silence().is_none())?;
        let zero = Val::money(Exact::zero(), self.currency().ok()?);
        part.base(&zero).ok()
    }

    /// What the journal says in words of an entry.
    fn note_below(&self, at: At) -> Option<String> {
        let file = self.machine.deal.files.get(at.file)?;
        let entry = file.tree.clause_at(at.start).filter(|c| c.form() == Some(Form::FileEntry))?;
        let words = entry.children().filter(|c| c.form() == Some(Form::EntryNote));
        let words: Vec<String> = words
            .filter_map(|c| c.get(Label::Text))
            .map(|text| text.text().trim_matches('"').split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// A step as a line, with the place and words of its clause.
    pub fn statement_line(&self, step: &Step) -> Line {
        let text = step.clause.and_then(|at| {
            let file = self.machine.deal.files.get(at.file)?;
            Some(file.tree.slice(at.span()).split_whitespace().collect::<Vec<_>>().join(" "))
        });
        let note = step.clause.and_then(|at| self.note_below(at));
        Line {
            note,
            what: step.what.clone(),
            arithmetic: step.how.clone(),
            amount: step.value.as_ref().map(ToString::to_string),
            clause: step.clause.map(|at| self.place(at)),
            text,
            lines: step.parts.iter().map(|p| self.statement_line(p)).collect(),
        }
    }
}

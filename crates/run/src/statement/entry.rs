//! One entry of a statement: its parties, base, lines and what was paid, drawn from an amount that is owed.

use super::{Line, Payment, Reason, days, open_after, told_otherwise};
use crate::engine::Run;
use crate::royalty;
use crate::settle::Due;
use crate::settle::applied::Applied;
use crate::trace::Step;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// A step with its figure as it counts for the block it is in.
fn signed(step: &Step, sign: &dyn Fn(&Val) -> Val) -> Step {
    Step { value: step.value.as_ref().map(sign), ..step.clone() }
}

impl Run<'_> {
    /// A payment of which only its parties are known yet.
    pub(crate) fn bare(&self, name: &Name, period: Option<Period>, payer: Option<&Name>) -> Payment {
        let royalty = royalty::find(self, name, period.map(|p| p.start)).ok();
        let (title, from, to, at) = match (royalty, self.pay_named(name)) {
            (Some(r), _) => (r.title.clone(), r.from.clone(), r.to.clone(), Some(r.at)),
            (None, Some(p)) => (p.title.clone(), p.from.clone(), p.to.clone(), Some(p.at)),
            (None, None) => (None, Vec::new(), Vec::new(), None),
        };
        let zero = self.zero_of(Some(name)).unwrap_or(Val::Number(Exact::zero()));
        Payment {
            payment: name.clone(),
            title,
            period: period.as_ref().map(days),
            periods: None,
            payer: payer.map_or_else(|| Name::list(&from), ToString::to_string),
            payee: Name::list(&to),
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
            paid_by: Vec::new(),
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

    pub(super) fn payment(&self, due: &Due, applied: &Applied) -> Payment {
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
        let theirs: Exact = payees.iter().map(|p| p.over()).sum();
        let over = paid.with(applied.still_over() - theirs);
        let known = due.amount.is_ok() && (applied.unsure.is_none() || !applied.other.is_empty());
        let known = known && applied.interest_unknown.is_none();
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
            paid_by: self.entries_of_paid(applied, &paid),
            paid_otherwise: told_otherwise(applied),
            paid_unknown: applied
                .unsure
                .as_ref()
                .filter(|_| open_after(due, applied))
                .map(|u| self.reason(u)),
            left: left.as_ref().map(|l| self.shown(l)),
            overpaid: over.as_ref().map(|o| self.shown(o)),
            refund: due.back,
            lines: owed.steps.iter().map(|s| self.statement_line(&signed(s, &sign))).collect(),
            clause: self.place(due.at),
            ..payment
        }
    }

    /// The entries that tell what was paid, each with what of it is for this amount.
    fn entries_of_paid(&self, applied: &Applied, money: &Val) -> Vec<Line> {
        let mut entries = applied.entries.clone();
        entries.sort_by_key(|(day, ..)| *day);
        let step = |(day, sum, at): (Date, Exact, Option<At>)| {
            let step = Step::new(format!("on {day}"), money.with(sum)).on(day);
            self.statement_line(&at.map_or(step.clone(), |at| step.by(at)))
        };
        entries.into_iter().map(step).collect()
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
        // A difference that is a payment of its own is on no base: that of its period stands where its lines are.
        let mut steps = part.subs.iter().flatten().flat_map(|sub| &sub.steps).peekable();
        if steps.peek().is_some() && !steps.any(|step| due.steps.contains(step)) {
            return None;
        }
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
        let kind = match (step.value.is_some() || !step.how.is_empty(), step.clause, step.on) {
            (true, ..) => Reason::Figure,
            (false, Some(at), _) if self.machine.is_entry(at) => Reason::Event,
            (false, Some(_), _) => Reason::Clause,
            (false, None, Some(_)) => Reason::Day,
            (false, None, None) => Reason::Conclusion,
        };
        Line {
            kind,
            note,
            what: step.what.clone(),
            arithmetic: step.how.clone(),
            amount: step.value.as_ref().map(ToString::to_string),
            on: step.on,
            clause: step.clause.map(|at| self.place(at)),
            text,
            of_base: step.of_base,
            entry: step.entry.as_ref().map(|entry| format!("{} {entry}", self.facts.as_of())),
            then: None,
            lines: step.parts.iter().map(|p| self.statement_line(p)).collect(),
        }
    }
}

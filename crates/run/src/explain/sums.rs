//! Reasons of figures of payments: each by what computed it, and by the clause itself where nothing has fallen due.

use super::as_reason;
use crate::claims::Ask;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::statement::{Line, NetPayment, Payment, Reason};
use crate::trace::Step;
use counterpart_ledger::{Figure, PartOf};
use counterpart_num::{Exact, Period};
use counterpart_syntax::Form;
use counterpart_terms::At;
use counterpart_terms::value::{Condition, Name};

impl Run<'_> {
    /// Why a figure is what it is.
    pub(super) fn why_figure(&self, figure: Figure, ask: &Ask<'_>) -> Vec<Line> {
        let mut out = Vec::new();
        if figure == Figure::Net {
            out.extend(self.why_net(ask));
        }
        for name in ask.streams {
            match self.own_reasons(figure, name, ask) {
                Some(steps) => out.extend(steps.iter().map(|step| self.statement_line(step))),
                None => out.extend(self.lines_of(name, ask.label, (ask.from, ask.to))),
            }
            if matches!(figure, Figure::Earned | Figure::Owed | Figure::Rate) {
                out.extend(self.why_no_other_rate(name, ask).iter().map(|step| self.statement_line(step)));
            }
            if matches!(figure, Figure::Owed | Figure::Unpaid | Figure::Total) {
                out.extend(self.why_rounded(name, ask).iter().map(|step| self.statement_line(step)));
            }
            if figure == Figure::Carried {
                out.extend(self.why_carried(name, ask).iter().map(|step| self.statement_line(step)));
            }
            if figure == Figure::Interest {
                out.extend(self.why_interest(name, ask));
            }
            if !out.iter().any(Line::is_placed) {
                out.extend(self.why_nothing(name, ask).iter().map(|step| self.statement_line(step)));
            }
        }
        out
    }

    /// The reasons of a figure that is no sum of a statement; none where it is one.
    fn own_reasons(&self, figure: Figure, name: &Name, ask: &Ask<'_>) -> Option<Vec<Step>> {
        let priced = || self.pay_named(name).is_some_and(|pay| !pay.prices.is_empty());
        Some(match figure {
            Figure::Measured if self.is_metric(name) => self.why_measured(name, ask.label),
            Figure::Measured if priced() => self.why_price(name),
            Figure::Price => self.why_price(name),
            Figure::Minimum => self.why_minimum(name, ask.label),
            Figure::Cap => self.why_cap(name, ask.label),
            Figure::AuditCost => {
                let steps = self.why_audit_cost(name, self.period_asked(ask).as_ref());
                return (!steps.is_empty()).then_some(steps);
            }
            Figure::Shares => self.why_shares(name),
            Figure::Share if self.shares_what_comes_in(name) => self.why_share(name, ask),
            Figure::Balance => self.why_balance(name, ask)?,
            Figure::Rate => self.why_rate(name, ask)?,
            Figure::Owed | Figure::Unpaid | Figure::Total
                if self.pay_named(name).is_none() && self.has_patent_costs(name) =>
            {
                let zero = self.zero_of(Some(name)).ok()?;
                match self.patent_costs(name, &zero) {
                    Ok(costs) => costs.why,
                    Err(why) => vec![Step::unknown(&why)],
                }
            }
            _ => return None,
        })
    }

    fn why_price(&self, name: &Name) -> Vec<Step> {
        vec![self.price_told(name).map_or_else(|why| Step::unknown(&why), |(_, step)| step)]
    }

    /// The clause on shares, what was told of shares, and each sum that is paid in them.
    fn why_shares(&self, name: &Name) -> Vec<Step> {
        let mut out: Vec<Step> = self.clause_in_steps(name).into_iter().collect();
        let issued = self.facts.told_as("issued");
        out.extend(issued.map(|event| Step::note("shares were issued").on(event.date).by(event.at)));
        out
    }

    /// How each sum that came in was shared.
    fn why_share(&self, name: &Name, ask: &Ask<'_>) -> Vec<Step> {
        let part = PartOf { place: ask.place.cloned(), field: ask.product.cloned(), ..PartOf::default() };
        let period = self.period_asked(ask);
        match self.all_shared(name, &part, period.as_ref()) {
            Ok(shared) => shared.into_iter().map(|shared| shared.why).collect(),
            Err(why) => vec![Step::unknown(&why)],
        }
    }

    /// What came of an advance, and what was earned back of it in each period.
    fn why_balance(&self, name: &Name, ask: &Ask<'_>) -> Option<Vec<Step>> {
        let (_, against) = self.drawn_on().into_iter().find(|(pay, _)| pay == name)?;
        let streams = against.first()?;
        let until = self.period_asked(ask).map_or(self.facts.as_of(), |period| period.end);
        let settled = match self.settled(streams, None) {
            Ok(settled) => settled,
            Err(why) => return Some(vec![Step::unknown(&why)]),
        };
        let zero = self.zero_of(Some(name)).ok()?;
        let sum = |sum: &Exact| zero.with(sum.clone());
        let lines = against.iter().filter_map(|royalty| {
            let royalty = royalty::find(self, royalty, None).ok()?;
            let recoups = royalty.recoups.as_ref().map(|(.., at)| *at);
            recoups.or_else(|| royalty.offset.as_ref().map(|(.., at)| *at))
        });
        let by = lines.into_iter().next();
        let mut out = Vec::new();
        for pool in settled.pools.iter().filter(|pool| pool.name == *name) {
            let came = pool.arrived.iter().filter(|(day, _)| *day <= until);
            let at = self.pay_named(name).map(|pay| pay.at);
            out.extend(came.map(|(day, came)| Step::new("it came", sum(came)).on(*day).by(at)));
            let used = pool.used.iter().filter(|(day, _)| *day <= until);
            out.extend(used.map(|(day, used)| {
                Step::new("earned back in the period to this day", sum(used)).on(*day).by(by).taken_off()
            }));
        }
        (!out.is_empty()).then_some(out)
    }

    /// The sums of the periods a rate is asked of, where they are pieces of what is paid at once.
    fn why_rate(&self, name: &Name, ask: &Ask<'_>) -> Option<Vec<Step>> {
        let period = self.period_asked(ask)?;
        let series = self.series_of(name, ask.from).ok()?;
        let pieces = series.parts.iter().filter(|part| part.period != period).flat_map(|part| &part.subs);
        let inside = |days: &Period| period.start <= days.start && days.end <= period.end;
        let at = royalty::find(self, name, Some(period.start)).ok()?.at;
        let steps = pieces.filter_map(|piece| match piece {
            Ok(sub) if inside(&sub.period) => Some(
                Step::new(format!("{name} for {}", sub.period), sub.earned.clone())
                    .by(at)
                    .from(sub.steps.clone()),
            ),
            _ => None,
        });
        let steps: Vec<Step> = steps.collect();
        (!steps.is_empty()).then_some(steps)
    }

    /// The rates of a royalty that would hold on a condition which is not so for the period, each with why it is not.
    fn why_no_other_rate(&self, name: &Name, ask: &Ask<'_>) -> Vec<Step> {
        let Some(period) = self.period_asked(ask) else { return Vec::new() };
        let Ok(royalty) = royalty::find(self, name, Some(period.start)) else { return Vec::new() };
        let focus = Focus::of(period);
        let conditions = royalty.rates.iter().filter_map(|rule| Some((rule.when.as_ref()?, rule.at)));
        let not_so = conditions.filter(|(when, _)| self.holds(when, &focus) == Ok(false));
        let step = |(when, at): (&Condition, At)| {
            let why = self.why_so(when, period.end.min(self.facts.as_of()), 0);
            Step::note("this rate does not count").by(at).from(vec![why])
        };
        not_so.map(step).collect()
    }

    /// The line by which amounts were rounded, where that made a difference.
    fn why_rounded(&self, name: &Name, ask: &Ask<'_>) -> Vec<Step> {
        let period = self.period_asked(ask);
        let dues = self.dues(name).map(|dues| dues.to_vec()).unwrap_or_default();
        let mut out: Vec<Step> = Vec::new();
        for due in dues.iter().filter(|due| due.is_in(period.as_ref())) {
            let (Ok(exact), Ok(amount)) = (&due.exact, &due.amount) else { continue };
            if exact.number() == amount.number() {
                continue;
            }
            let royalty = royalty::find(self, name, due.period.map(|period| period.start)).ok();
            let at = match royalty.filter(|royalty| royalty.rounding.is_some()) {
                Some(royalty) => self.line_of(royalty.at, Form::RoyaltyRounding),
                None => self.line_of(self.model_on(due.arisen).header.at, Form::AgreementRounding),
            };
            let step = Step::note(format!("rounded to {amount}")).by(at);
            if !out.contains(&step) {
                out.push(step);
            }
        }
        out
    }

    /// By which line what was earned above a minimum is carried into later periods.
    fn why_carried(&self, name: &Name, ask: &Ask<'_>) -> Vec<Step> {
        let start = self.period_asked(ask).map(|period| period.start);
        let Ok(royalty) = royalty::find(self, name, start) else { return Vec::new() };
        let carried = royalty.minimums.iter().filter(|minimum| minimum.surplus_carried);
        let line = |at| self.line_of(at, Form::MinimumSurplus);
        carried
            .map(|minimum| Step::note("what is earned above the minimum is carried").by(line(minimum.at)))
            .collect()
    }

    /// The interest itself: on which amount, from which day, at which rate.
    fn why_interest(&self, name: &Name, ask: &Ask<'_>) -> Vec<Line> {
        let statement = self.statement(self.period_asked(ask), Some(name));
        statement.interest.into_iter().map(|late| late.line).collect()
    }

    /// The balances of what is set against each other.
    fn why_net(&self, ask: &Ask<'_>) -> Vec<Line> {
        let statement = self.statement(self.period_asked(ask), None);
        let of = |net: &NetPayment| ask.streams.iter().all(|name| net.streams.contains(name));
        statement.nets.into_iter().filter(of).map(net_as_reason).collect()
    }

    /// That nothing counts towards a figure, and what its clause says.
    fn why_nothing(&self, name: &Name, ask: &Ask<'_>) -> Vec<Step> {
        let when = ask.label.map_or(String::new(), |label| format!(" for {label}"));
        let said = format!("nothing of {name} has come about{when} by {}", self.facts.as_of());
        match self.clause_in_steps(name) {
            Some(clause) => vec![Step { what: said, ..clause }],
            None => vec![Step::note(said)],
        }
    }

    fn period_asked(&self, ask: &Ask<'_>) -> Option<Period> {
        ask.label.and_then(|label| self.clock().period(label, ask.from))
    }

    /// The entries of a statement as reasons: how each sum came about.
    pub(super) fn lines_of(
        &self,
        stream: &Name,
        label: Option<counterpart_terms::value::PeriodLabel>,
        (from, to): (Option<&Name>, Option<&Name>),
    ) -> Vec<Line> {
        let period: Option<Period> = label.and_then(|label| self.clock().period(label, None));
        let statement = self.statement(period, Some(stream));
        let is = |side: &str, asked: Option<&Name>| asked.is_none_or(|asked| asked.as_str() == side);
        let asked = |payment: &Payment| is(&payment.payer, from) && is(&payment.payee, to);
        let mut out: Vec<Line> = statement.payments.into_iter().filter(asked).map(as_reason).collect();
        out.extend(
            statement.overdue.iter().map(|missing| self.statement_line(&Step::note(missing.in_words()))),
        );
        out.extend(statement.not_computed.iter().map(|why| self.statement_line(&Step::note(why))));
        out
    }
}

/// A balance of a statement as a reason.
fn net_as_reason(net: NetPayment) -> Line {
    let names = Name::list(&net.streams);
    let period = net.period.as_ref().map_or(String::new(), |p| format!(" for {}", p.label));
    Line {
        kind: Reason::Figure,
        what: format!("{names} set against each other{period}, {} to {}", net.payer, net.payee),
        arithmetic: net.unknown.map_or(String::new(), |why| format!("not known: {why}")),
        amount: net.amount.as_ref().map(|amount| amount.among_lines().to_string()),
        on: net.due,
        clause: Some(net.clause).filter(|clause| !clause.is_empty()),
        lines: net.lines,
        ..Line::default()
    }
}

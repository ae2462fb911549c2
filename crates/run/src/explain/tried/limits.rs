//! How far a royalty is from the next tier of its table and from its cap, and an entry that would reach them.
//!
//! Only tables that count everything the royalty is on are looked at, and only what an entry was seen to reach is said.

use super::{Candidate, Trial};
use crate::claims::Ask;
use crate::clock::Focus;
use crate::engine::{Machine, Run};
use crate::royalty;
use crate::statement::{Line, Reason};
use crate::value::Val;
use counterpart_ledger::{ClaimKind, EventKind, Figure};
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Royalty, Schedule, Tier, TierCycle};
use counterpart_terms::value::{Amount, Known, Name, PeriodLabel};

/// So many times tenfold what is left to a cap is tried: a rate is hardly ever less than a thousandth of a percent.
const MOST_TENS: usize = 6;

impl Trial<'_, '_> {
    /// The next tier and the cap of a royalty that is asked about for a period.
    pub(super) fn limits(&self) -> Vec<Line> {
        let ClaimKind::Figure { figure, streams, label: Some(label), .. } = &self.claim.kind else {
            return Vec::new();
        };
        let ([name], Figure::Earned | Figure::Owed | Figure::Rate) = (streams.as_slice(), figure) else {
            return Vec::new();
        };
        let run = self.machine.run(self.claim.date, self.known_on);
        let Some(period) = run.clock().period(*label, None) else { return Vec::new() };
        let Ok(royalty) = royalty::find(&run, name, Some(period.start)) else { return Vec::new() };
        let tier = self.next_tier(&run, royalty, &period, *label);
        tier.into_iter().chain(self.cap(&run, royalty, &period)).collect()
    }

    fn next_tier(
        &self,
        run: &Run<'_>,
        royalty: &Royalty,
        period: &Period,
        label: PeriodLabel,
    ) -> Option<Line> {
        let [rule] = royalty.rates.as_slice() else { return None };
        let Schedule::Tiers(table) = &rule.schedule else { return None };
        let TierCycle::Each(cycle) = &table.cycle else { return None };
        if table.on.is_some() || table.each.is_some() || table.except.is_some() || rule.scope.is_some() {
            return None;
        }
        let whole = run.clock().cycle(cycle).ok()?.containing(period.end)?;
        let reached = so_far(run, royalty, &whole, period)?;
        let mut bounds = table.tiers.windows(2).filter_map(|pair| match pair {
            [tier, next] => Some((self.bound(run, tier, &whole)?, next)),
            _ => None,
        });
        let (bound, next) = bounds.find(|(bound, _)| bound.number() > reached.number())?;
        if bound.currency() != reached.currency() {
            return None;
        }
        let missing = bound.less(&reached).ok()?;
        // A tier goes up to its bound: one more is the first above it.
        let more = missing.number() + &Exact::one();
        let entry = self.with_more(royalty, period, &more)?;
        let candidate = Candidate::new("", &entry);
        let machine_says = |machine: &Machine<'_>| {
            let run = machine.run(self.claim.date, self.known_on);
            let lines = run.lines_of(&royalty.name, Some(label), (None, None));
            cites(&lines, &run.place(next.at))
        };
        let then = self.tried_with(&candidate, machine_says)?;
        Some(Line {
            kind: Reason::Figure,
            what: format!("{missing} more in {whole} reach the next tier, above {bound}"),
            clause: Some(run.place(next.at)),
            entry: Some(format!("{} {entry}", self.day())),
            then: Some(then),
            ..Line::default()
        })
    }

    fn bound(&self, run: &Run<'_>, tier: &Tier, whole: &Period) -> Option<Val> {
        let (value, _) = run.amount(tier.up_to.as_ref()?, &Focus::of(*whole)).ok()?;
        Some(value)
    }

    fn cap(&self, run: &Run<'_>, royalty: &Royalty, period: &Period) -> Option<Line> {
        let cap = royalty.caps.iter().find(|cap| royalty::covers(run, cap, period).unwrap_or(false))?;
        let cycle = run.clock().cycle(cap.cycle.as_ref()?).ok()?;
        let whole = cycle.containing(period.end)?;
        let (most, _) = run.amount(&cap.most, &Focus::of(whole)).ok()?;
        let earned = self.earned(run, &royalty.name, &whole)?;
        let left = most.less(&earned).ok().filter(|left| left.number().is_positive())?;
        let reaches = |machine: &Machine<'_>| {
            let run = machine.run(self.claim.date, self.known_on);
            self.earned(&run, &royalty.name, &whole).is_some_and(|earned| earned == most)
        };
        // How much more has to be sold the rates say: so much, ten times or a hundred times as much, and so on.
        let tens =
            std::iter::successors(Some(left.number().clone()), |more| Some(more * &Exact::from_int(10)));
        let (entry, then) = tens.take(MOST_TENS).find_map(|more| {
            let entry = self.with_more(royalty, period, &more)?;
            let then = self.tried_with(&Candidate::new("", &entry), reaches)?;
            Some((entry, then))
        })?;
        Some(Line {
            kind: Reason::Figure,
            what: format!(
                "{left} more earned in {whole} reach the cap of {most}, and no more is earned then"
            ),
            clause: Some(run.place(cap.at)),
            entry: Some(format!("{} {entry}", self.day())),
            then: Some(then),
            ..Line::default()
        })
    }

    fn earned(&self, run: &Run<'_>, name: &Name, whole: &Period) -> Option<Val> {
        let ask = Ask { label: Some(label_of(whole)?), ..Ask::plain(std::slice::from_ref(name)) };
        run.figure(Figure::Earned, &ask).ok()
    }

    /// A correction of the last report for a period, by which so much more is reported.
    fn with_more(&self, royalty: &Royalty, period: &Period, more: &Exact) -> Option<String> {
        let mut named: Vec<Name> = Vec::new();
        royalty::measures(royalty.base.as_ref()?, &mut |measure| named.extend(measure.metric().cloned()));
        let [own] = named.as_slice() else { return None };
        let clock = self.machine.run(self.claim.date, self.known_on);
        let last = clock.facts.reports_of(own).filter(|event| match &event.kind {
            EventKind::Reported { metric, label: Some(label), by, .. } => {
                let of = clock.clock().period(*label, by.as_ref());
                metric == own && of.is_some_and(|of| period.start <= of.start && of.end <= period.end)
            }
            _ => false,
        });
        let EventKind::Reported { metric, by, label: Some(label), lines, .. } = &last.last()?.kind else {
            return None;
        };
        let line = lines.iter().find(|line| line.mark.is_none() && line.parts.is_empty())?;
        let Amount::Money(currency, Known::Given(told)) = &line.amount else { return None };
        let by = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        let sum = Val::money(told + more, *currency);
        let cell: Vec<&str> = line.cell.iter().map(Name::as_str).collect();
        Some(match cell.is_empty() {
            true => format!("corrected {metric}{by} for {label}: {sum}"),
            false => format!("corrected {metric}{by} for {label}\n  {} {sum}", cell.join(" ")),
        })
    }
}

/// What a royalty was on in a longer time, up to the end of a period.
fn so_far(run: &Run<'_>, royalty: &Royalty, whole: &Period, period: &Period) -> Option<Val> {
    let upto = Period::new(whole.start, period.end)?;
    let base = royalty.base.as_ref()?;
    let (value, _) = run.amount(base, &Focus { period: Some(upto), ..Focus::default() }).ok()?;
    Some(value)
}

fn label_of(whole: &Period) -> Option<PeriodLabel> {
    let year = whole.start.year();
    let calendar =
        Period::new(counterpart_num::Date::new(year, 1, 1)?, counterpart_num::Date::new(year, 12, 31)?);
    (calendar.map(|c| (c.start, c.end)) == Some((whole.start, whole.end))).then_some(PeriodLabel::Year(year))
}

/// Whether any of some lines names a place.
fn cites(lines: &[Line], place: &str) -> bool {
    lines.iter().any(|line| line.clause.as_deref() == Some(place) || cites(&line.lines, place))
}

//! What is paid to others for the same sales: passed on, borne by the licensor, or credited.

use super::base::RoyaltyLine;
use super::stretch::Stretch;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::value::{Name, PeriodLabel};

/// A royalty paid to third parties.
pub(super) struct ThirdParty<'f> {
    /// In the money of the royalty.
    pub amount: Val,
    /// `known` or `unknown` patents, where it is said.
    pub who: Option<&'f str>,
    pub product: Option<&'f Name>,
    pub place: Option<&'f Name>,
}

/// Royalties paid to third parties in the stretch.
pub(super) fn third_party<'f>(stretch: &'f Stretch<'_, '_>) -> Eval<Vec<ThirdParty<'f>>> {
    let mut out = Vec::new();
    for event in stretch.run.facts.happened() {
        let EventKind::ThirdParty { stream, who, product, place, label, amount, currency } = &event.kind
        else {
            continue;
        };
        if stream == &stretch.royalty.name && in_period(stretch.run, *label, event.date, &stretch.sub) {
            let amount =
                stretch.converted(Val::money(amount.clone(), *currency)).map_err(|u| u.at(event.at))?;
            out.push(ThirdParty {
                amount,
                who: who.as_deref(),
                product: product.as_ref(),
                place: place.as_ref(),
            });
        }
    }
    Ok(out)
}

/// Whether a payment told for a period, or on a day, counts in a stretch.
pub(super) fn in_period(run: &Run<'_>, label: Option<PeriodLabel>, date: Date, sub: &Period) -> bool {
    match label.and_then(|l| run.clock().period(l, None)) {
        // A longer period's payments count in the stretch that ends it.
        Some(period) => period.end == sub.end || (period.start >= sub.start && period.end <= sub.end),
        None => sub.contains(date),
    }
}

/// What the payee owes others for the same sales, up to the limit and until the day: a line of its own, in no
/// country.
pub(super) fn pass_through(
    stretch: &Stretch<'_, '_>,
    lines: &mut Vec<RoyaltyLine>,
    steps: &mut Vec<Step>,
) -> Eval<()> {
    let Some(rule) = &stretch.royalty.passes_through else { return Ok(()) };
    let run = stretch.run;
    if let Some(until) = &rule.until
        && run
            .clock()
            .limit(until, &stretch.focus)
            .map_err(|u| u.at(rule.at))?
            .is_some_and(|d| d < stretch.sub.start)
    {
        steps.push(Step::note("passed through no longer").by(rule.at));
        return Ok(());
    }
    let mut owed = stretch.zero.clone();
    for paid in third_party(stretch)? {
        owed = owed.plus(&paid.amount)?;
    }
    let mut step = Step::new("owed to others, passed through", owed.clone()).by(rule.at);
    if let Some(most) = &rule.at_most
        && !owed.number().is_zero()
    {
        let (most, why) = run.amount(most, &stretch.focus).map_err(|u| u.at(rule.at))?;
        if owed.compare(&most)?.is_gt() {
            step = step.how(format!("{owed}, at most {most}")).from(vec![why]);
            owed = most;
            step.value = Some(owed.clone());
        }
    }
    let line = RoyaltyLine::of(Vec::new(), owed.with(Exact::zero()), step.clone());
    lines.push(RoyaltyLine { full: owed.clone(), due: owed, ..line });
    steps.push(step);
    Ok(())
}

/// Third-party royalties the deal puts on the licensor come off whole, shared ones by halves.
pub(super) fn borne_by_licensor(stretch: &Stretch<'_, '_>) -> Eval<Option<(Val, Step)>> {
    let royalty = stretch.royalty;
    if royalty.third_party.is_empty() {
        return Ok(None);
    }
    let mut sum = stretch.zero.clone();
    for paid in third_party(stretch)? {
        let rule = royalty.third_party.iter().find(|(who, _, _)| paid.who.is_none_or(|k| k == who));
        let Some((_, by, at)) = rule else { continue };
        let licensors = by.iter().filter(|p| royalty.to.contains(p)).count();
        if licensors == 0 {
            continue;
        }
        let parts = Exact::from_int(by.len() as i64);
        let share = Exact::from_int(licensors as i64)
            .checked_div(&parts)
            .ok_or_else(|| Unknown::new("nobody bears it").at(*at))?;
        sum = sum.plus(&paid.amount.with(paid.amount.number() * &share))?;
    }
    if sum.number().is_zero() {
        return Ok(None);
    }
    let at = royalty.third_party.first().map_or(royalty.at, |(_, _, at)| *at);
    let step =
        Step::new("third-party royalties borne by the licensor", sum.with(-sum.number().clone())).by(at);
    Ok(Some((sum, step)))
}

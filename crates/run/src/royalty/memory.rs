//! What a royalty remembers from period to period: tiers filled, what was earned, credits carried.
//!
//! What is not known is remembered too. A stretch whose base or royalty cannot be computed leaves every sum that
//! runs over it unknown, with the reason naming that stretch; a flat rate asks for no sum and goes on.

use super::base::RoyaltyLine;
use super::stretch::{Stretch, hangs_on};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{EachBy, Market, Per, Schedule, TierCycle, Tiers};
use counterpart_terms::value::{Measure, Name};
use std::collections::{BTreeMap, BTreeSet};

/// What a tier table counts by itself: the table, the separate count, the first day of the tier period.
pub(super) type Count = (usize, String, Option<Date>);

/// What a stretch came to.
#[derive(Debug, Clone)]
struct Past {
    period: Period,
    /// Where it is several payment periods told of as one, when the first of them ended, and why it is not known what
    /// came after that.
    undivided: Option<(Date, Unknown)>,
    /// Whether its base is known: without it no tier knows where it stands.
    base: bool,
    /// Whether anything was reported for it.
    reported: bool,
    /// Whether a report was due for it and was not made.
    missing: bool,
    /// Earned after and before cuts; or why that is not known.
    earned: Eval<(Val, Exact)>,
}

impl Past {
    /// Whether it is unknown only for want of a report.
    fn silent(&self) -> bool {
        self.earned.as_ref().map_or_else(|u| u.gap == Gap::Unreported, |_| true)
    }
}

/// A reduction, by its place among the royalty's, and the product or country it is taken from alone.
pub(super) type Of = (usize, Option<Name>);

/// A credit not used yet: from which stretch, how much.
pub(super) type Credit = (Period, Exact);

/// The running sums of one royalty.
#[derive(Debug, Default, Clone)]
pub(crate) struct Memory {
    /// Every stretch so far.
    past: Vec<Past>,
    /// The base so far.
    tiers: BTreeMap<Count, Exact>,
    /// What of it the table charged.
    charged_on: BTreeMap<Count, Exact>,
    /// The sum it had reached when it last charged.
    charged_at: BTreeMap<Count, Exact>,
    /// Earned by what the table charged so far, with what was added.
    royalties: BTreeMap<Count, Exact>,
    /// What the table charged, but for what a cap cut off.
    uncapped: BTreeMap<Count, Exact>,
    /// What was earned of it after cuts and caps.
    kept: BTreeMap<Count, Exact>,
    /// Credit not used.
    pub(super) credit: BTreeMap<Of, Eval<Vec<Credit>>>,
    /// Cut under a limit for a period, by the first day of the period.
    pub(super) cuts: BTreeMap<(Of, Date), Exact>,
    /// Losses carried forward.
    pub(super) loss: Exact,
    /// Charged so far in the payment period, for ceilings in money.
    pub(super) in_period: Exact,
    /// Advances the royalty earns back in the period being computed.
    pub(super) open: BTreeSet<Name>,
    /// Advances of the royalty's that were earned back once.
    pub(super) satisfied: BTreeSet<Name>,
}

impl Memory {
    /// A payment period begins.
    pub fn begin_period(&mut self) {
        self.in_period = Exact::zero();
    }

    /// The stretches that a sum since a day runs over. Of those without a report whose report is due, only those
    /// count that stand between two reports: before the first there is nothing to count.
    fn since(&self, start: Option<Date>) -> impl Iterator<Item = &Past> {
        let within = self.past.iter().filter(move |p| start.is_none_or(|s| p.period.end >= s));
        within.skip_while(|p| !p.reported && p.silent())
    }

    /// The last stretch was silent though a report was due.
    pub fn note_missing(&mut self) {
        if let Some(last) = self.past.last_mut() {
            last.missing = true;
        }
    }

    /// The remark that a sum over a cycle, or over the whole life, begins at nothing, where no report was made for the
    /// first of its periods.
    pub fn begins_at_nothing(&self, what: &str, start: Option<Date>) -> Option<Step> {
        let within = self.past.iter().filter(|p| start.is_none_or(|start| p.period.end >= start));
        let first = within.take_while(|p| !p.reported && p.silent()).filter(|p| p.missing);
        let first: Vec<Period> = first.map(|p| p.period).collect();
        let periods = super::periods::in_words(&first);
        (!first.is_empty()).then(|| Step::note(format!("{what} nothing: nothing was reported for {periods}")))
    }

    /// Whether everything since a day is known that a sum needs.
    fn known_since(&self, what: &str, start: Option<Date>, only_base: bool) -> Eval<()> {
        for past in self.since(start) {
            if let Err(unknown) = &past.earned
                && !(only_base && past.base)
            {
                return Err(hangs_on(what, &past.period, unknown));
            }
        }
        self.divided_at(what, start)
    }

    /// That no stretch told of as one begins before a day and goes on after it: what of it counts since then nobody
    /// says.
    pub fn divided_at(&self, what: &str, start: Option<Date>) -> Eval<()> {
        let Some(start) = start else { return Ok(()) };
        for past in self.past.iter().filter(|past| past.period.end >= start) {
            if let Some((_, why)) = past.undivided.as_ref().filter(|(first, _)| *first < start) {
                return Err(hangs_on(what, &past.period, why));
            }
        }
        Ok(())
    }

    /// The sum a tier table has reached before this stretch.
    pub fn reached(&self, count: &Count) -> Eval<Exact> {
        self.known_since("the sum the tiers have reached", count.2, true)?;
        Ok(self.tiers.get(count).cloned().unwrap_or_default())
    }

    /// The royalty earned within a tier table before this stretch.
    pub fn royalties_reached(&self, count: &Count) -> Eval<Exact> {
        self.known_since("the royalty the tiers have reached", count.2, false)?;
        Ok(self.royalties.get(count).cloned().unwrap_or_default())
    }

    /// What a tier table charged before this stretch and no cap cut off.
    pub fn charged(&self, count: &Count) -> Eval<Exact> {
        self.known_since("what the tiers charged", count.2, false)?;
        Ok(self.uncapped.get(count).cloned().unwrap_or_default())
    }

    /// The base that a tier table charged before this stretch, without what bears no royalty, and the sum it had
    /// reached when it last did.
    pub fn charged_on(&self, count: &Count) -> Eval<(Exact, Exact)> {
        self.known_since("what the tiers charged", count.2, false)?;
        let on = self.charged_on.get(count).cloned().unwrap_or_default();
        Ok((on, self.charged_at.get(count).cloned().unwrap_or_default()))
    }

    /// Adds a stretch's base to every tier table. Returns of a line, where the base as a whole is no loss, go back
    /// to where the count began and no further, as no more can be taken back than was charged.
    pub fn fill_tiers(&mut self, stretch: &Stretch<'_, '_>, lines: &[RoyaltyLine]) -> Eval<()> {
        for rule in &stretch.royalty.rates {
            let Schedule::Tiers(tiers) = &rule.schedule else { continue };
            let mut touched = BTreeSet::new();
            for line in lines {
                if rule.scope.as_ref().is_some_and(|s| !super::rules::in_scope(stretch, s, line)) {
                    continue;
                }
                if tiers.except.as_ref().is_some_and(|s| super::rules::in_scope(stretch, s, line)) {
                    continue;
                }
                let own = line.day.unwrap_or(stretch.sub);
                let Some(days) = super::tiers::running(stretch, tiers, &own)? else { continue };
                let count = count_of(stretch, tiers, line)?;
                let share = days.share_of(&own);
                *self.tiers.entry(count.clone()).or_default() += &(line.base.number() * &share);
                touched.insert(count);
            }
            not_below_nothing(&mut self.tiers, touched.iter());
        }
        Ok(())
    }

    /// Notes what tier tables charged: each line, and what it was due before the cap.
    pub fn note_charged(&mut self, lines: &[RoyaltyLine], before: &[Exact]) {
        let mut touched = BTreeSet::new();
        for (line, before) in lines.iter().zip(before) {
            let Some((count, charged)) = &line.counted else { continue };
            let left = line.due.number().checked_div(before).unwrap_or_else(Exact::one);
            *self.charged_on.entry(count.clone()).or_default() += line.base.number();
            if !line.base.number().is_zero() {
                let reached = self.tiers.get(count).cloned().unwrap_or_default();
                self.charged_at.insert(count.clone(), reached);
            }
            *self.royalties.entry(count.clone()).or_default() += line.full.number();
            *self.uncapped.entry(count.clone()).or_default() += &(charged * &left);
            *self.kept.entry(count.clone()).or_default() += line.due.number();
            touched.insert(count);
        }
        // What is taken back is taken back to nothing.
        for sums in [&mut self.charged_on, &mut self.royalties, &mut self.uncapped] {
            not_below_nothing(sums, touched.iter().copied());
        }
    }

    /// A table takes back no more than it charged.
    pub fn limit_taking_back(&self, lines: &mut [RoyaltyLine]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut sums: BTreeMap<Count, Exact> = BTreeMap::new();
        for line in lines.iter() {
            if let Some((count, _)) = &line.counted {
                *sums.entry(count.clone()).or_default() += line.due.number();
            }
        }
        for (count, sum) in sums.into_iter().filter(|(_, sum)| sum.is_negative()) {
            let kept = self.kept.get(&count).cloned().unwrap_or_default().max(Exact::zero());
            let most = -kept;
            if sum >= most {
                continue;
            }
            let factor = most.checked_div(&sum).unwrap_or_else(Exact::one);
            if let Some(line) = lines.iter().find(|l| l.counted.as_ref().is_some_and(|(c, _)| *c == count)) {
                let how = format!("{} was charged", line.due.with(-most.clone()));
                steps.push(
                    Step::new("no more is taken back than was charged", line.due.with(most - &sum)).how(how),
                );
            }
            for line in lines.iter_mut().filter(|l| l.counted.as_ref().is_some_and(|(c, _)| *c == count)) {
                line.due = line.due.with(line.due.number() * &factor);
            }
        }
        steps
    }

    /// Notes what a stretch earned after and before cuts.
    pub fn note(
        &mut self,
        stretch: &Stretch<'_, '_>,
        (base, reported): (&Val, bool),
        earned: &Val,
        full: &Val,
    ) {
        let earned = Ok((earned.clone(), full.number().clone()));
        let first = stretch.of.first().map(|p| p.end);
        let undivided = first.zip(stretch.undivided(base));
        let period = stretch.sub;
        self.past.push(Past { period, undivided, base: true, reported, missing: false, earned });
    }

    /// Notes that a stretch cannot be computed: its base, or only what it earns.
    pub fn note_unknown(&mut self, stretch: &Stretch<'_, '_>, unknown: &Unknown, base: bool) {
        let reported = unknown.gap != Gap::Unreported;
        let earned = Err(unknown.clone());
        let several = stretch.of.first().filter(|_| stretch.of.len() > 1);
        let undivided = several.map(|first| (first.end, unknown.clone()));
        let period = stretch.sub;
        self.past.push(Past { period, undivided, base: !base, reported, missing: false, earned });
    }

    /// Earned since a day, in the stretches that a test picks.
    pub fn earned_since(
        &self,
        zero: &Val,
        start: Option<Date>,
        wanted: impl Fn(&Period) -> Eval<bool>,
    ) -> Eval<Val> {
        let mut sum = zero.clone();
        for past in self.since(start) {
            if wanted(&past.period)? {
                let (earned, _) =
                    past.earned.as_ref().map_err(|u| hangs_on("what was earned before", &past.period, u))?;
                sum = sum.plus(earned)?;
            }
        }
        Ok(sum)
    }

    /// Earned before cuts since a day.
    pub fn full_since(&self, start: Date) -> Eval<Exact> {
        self.divided_at("what was earned before", Some(start))?;
        let mut sum = Exact::zero();
        for past in self.since(Some(start)) {
            let (_, full) =
                past.earned.as_ref().map_err(|u| hangs_on("what was earned before", &past.period, u))?;
            sum += full;
        }
        Ok(sum)
    }

    /// The loss carried forward, as money.
    pub fn loss(&self, money: &Val) -> Val {
        money.with(self.loss.clone())
    }

    /// Whether the losses carried to here are known.
    pub fn loss_known(&self) -> Eval<()> {
        self.known_since("the loss carried forward", None, true)
    }
}

/// Raises sums that have fallen below nothing to nothing.
fn not_below_nothing<'c>(sums: &mut BTreeMap<Count, Exact>, of: impl Iterator<Item = &'c Count>) {
    for count in of {
        if let Some(sum) = sums.get_mut(count).filter(|sum| sum.is_negative()) {
            *sum = Exact::zero();
        }
    }
}

/// The first day of the period a tier table counts in; `None` where it never starts anew.
fn tier_start(run: &Run<'_>, tiers: &Tiers, sub: &Period) -> Eval<Option<Date>> {
    Ok(match &tiers.cycle {
        TierCycle::Each(cycle) => run.clock().cycle(cycle)?.containing(sub.end).map(|p| p.start),
        TierCycle::ToDate | TierCycle::By(Measure { .. }) => None,
    })
}

/// What a line is counted with: everything together, or its product, country or member alone.
///
/// # Errors
/// Where the table counts with sales of another royalty, or the period it counts in is not known.
pub(super) fn count_of(stretch: &Stretch<'_, '_>, tiers: &Tiers, line: &RoyaltyLine) -> Eval<Count> {
    if let Some(EachBy::Pooled(over)) = &tiers.each
        && let Some(other) = over.iter().find(|name| is_elsewhere(stretch, name))
    {
        // Which of two royalties fills the pool first is not said.
        let reason = format!("its tiers are pooled with `{other}`, which is not part of what it is on");
        return Err(Unknown::new(reason).at(tiers.at));
    }
    let start = tier_start(stretch.run, tiers, &stretch.sub).map_err(|u| u.at(tiers.at))?;
    let apart = match &tiers.each {
        Some(EachBy::Per(per)) => {
            member(stretch.run, per, &line.cell).map_or_else(String::new, |n| n.to_string())
        }
        _ => String::new(),
    };
    Ok((tiers.table, apart, start))
}

/// Whether a name of a pool is another royalty, or a product this one is not on.
fn is_elsewhere(stretch: &Stretch<'_, '_>, name: &Name) -> bool {
    let model = stretch.run.model_on(stretch.period.start);
    let of = &stretch.royalty.of;
    let within = |a: &Name, b: &Name| model.market.within(a, b) || model.market.within(b, a);
    if model.market.products.contains_key(name) {
        return !of.is_empty() && !of.iter().any(|own| within(own, name));
    }
    model.royalties.contains_key(name) && *name != stretch.royalty.name
}

/// The product, country, field or member of a line.
pub(crate) fn member<'n>(run: &Run<'_>, per: &Per, cell: &'n [Name]) -> Option<&'n Name> {
    run.models().rev().find_map(|model| member_in(&model.market, per, cell))
}

fn member_in<'n>(market: &Market, per: &Per, cell: &'n [Name]) -> Option<&'n Name> {
    cell.iter().find(|name| match per {
        Per::Product => {
            market.products.contains_key(*name) || market.dimension_of(name) == Some(Name::from("product"))
        }
        Per::Country | Per::Region => market.is_place(name) && !market.products.contains_key(*name),
        Per::Field | Per::Indication => market.dimension.get(*name) == Some(&Name::from("fields")),
        Per::Dimension(dimension) => market.is_member(name, dimension),
    })
}

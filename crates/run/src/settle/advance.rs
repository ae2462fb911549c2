//! Advances at settlement: what falls due ahead of a period, what the period earns of it, and what comes back because it
//! was never earned.

use super::Due;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Pay, PayRule, Royalty};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The advances of a royalty that fall in a payment period: each is owed on the first day of what it is for, whatever
    /// is then earned.
    pub(super) fn advances_due(&self, royalty: &Royalty, part: &Part, from: Option<&Name>) -> Eval<Vec<Due>> {
        let Some((_, _, cycle, at)) = &royalty.advance else { return Ok(Vec::new()) };
        let (each, of) = match royalty::each_advance(self, royalty, &part.period) {
            Ok((each, of)) => (Ok(each), of),
            // How much it is may not be known though it is known when.
            Err(why) => {
                (Err(why.at(*at)), self.clock().cycle(cycle)?.between(part.period.start, part.period.end))
            }
        };
        let effective = self.clock().effective();
        let mut out = Vec::new();
        for own in of.into_iter().filter(|own| part.period.contains(own.start)) {
            let day = effective.map_or(own.start, |effective| own.start.max(effective));
            if day > self.facts.as_of() {
                continue;
            }
            // One for longer than a payment period belongs to that in which it falls.
            let period = if own.end <= part.period.end { own } else { part.period };
            let mut due = Due::arisen(&royalty.name, from.cloned(), Some(period), day, each.clone(), *at);
            due.due = self.rolled(royalty.roll, Some(day));
            let step = match &each {
                Ok(value) => Step::new("advance", value.clone()),
                Err(why) => Step::note("advance").how(why.reason.clone()),
            };
            due.steps = vec![step.by(*at)];
            out.push(due);
        }
        Ok(out)
    }

    /// A period's payment less what the royalty earned of its advances.
    pub(super) fn less_advance(
        &self,
        royalty: &Royalty,
        part: &Part,
        owed: Val,
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let (Some(advance), Some((_, _, _, at))) = (&part.advance, &royalty.advance) else { return Ok(owed) };
        let advance = advance.as_ref().map_err(|u| u.clone().at(*at))?;
        steps.push(Step::new("earned of advances", owed.with(-advance.earned.clone())).by(*at));
        Ok(owed.with(owed.number() - &advance.earned))
    }

    /// Advances of a royalty that were never earned come back when the agreement ends.
    pub(super) fn advance_back(&self, name: &Name, parts: &[Part], payer: Option<&Name>) -> Eval<Vec<Due>> {
        let royalty = royalty::find(self, name, None)?;
        let (Some((_, _, _, at)), true) = (&royalty.advance, royalty.advance_repaid) else {
            return Ok(Vec::new());
        };
        let hidden = self.end_withheld().map(|why| why.at(*at));
        let end = match &hidden {
            Some(_) => Some(self.facts.as_of()),
            None => self.ended_by_now().day().map(|(end, _)| end),
        };
        let Some(end) = end else { return Ok(Vec::new()) };
        let last =
            parts.iter().filter(|p| p.period.start <= end).filter_map(|p| p.advance.as_ref()).next_back();
        let last = last.map(|a| a.as_ref().map_err(Clone::clone)).transpose()?;
        let Some(left) = last.map(|a| a.left.clone()).filter(Exact::is_positive) else {
            return Ok(Vec::new());
        };
        let heard = royalty::heard_by(self, royalty, parts, end, &|period| period.start <= end);
        let hidden = hidden.or(heard.err().map(|u| u.at(*at)));
        let value = self.zero_of(Some(name))?.with(-left);
        let from = payer.cloned().or_else(|| super::only(&royalty.from));
        let step = Step::new("advances not earned, repaid", value.clone()).by(*at);
        // Whether the end has come is not known where its day is kept secret, nor what is left while the last period
        // is not reported.
        let back = hidden.map_or(Ok(value), Err);
        let mut due = Due::arisen(name, from, None, end, back.clone(), *at);
        due.due = Some(end).filter(|_| back.is_ok());
        due.steps = match &back {
            Ok(_) => vec![step],
            Err(why) => vec![Step::note(step.what).how(why.reason.clone()).by(*at)],
        };
        due.amount = back.map(|v| self.round_of(name, &v));
        due.back = true;
        Ok(vec![due])
    }

    /// What of a payment comes back: a refund; of an advance, what is left on the day of the balloon or at the end.
    pub(super) fn paid_back(&self, pay: &Pay) -> Eval<Vec<Due>> {
        let mut out = self.refunded(pay)?;
        let as_of = self.facts.as_of();
        for royalty in self.royalties() {
            let balloon = match (&royalty.offset, &royalty.balloon) {
                (Some((_, name, at)), Some(moment)) if *name == pay.name => {
                    self.clock().limit(moment, &crate::clock::Focus::default())?.map(|d| (d, *at))
                }
                _ => None,
            };
            let repaid = pay.rules.iter().find_map(|(rule, at)| match rule {
                PayRule::Recouped(from, _, true) if from.contains(&royalty.name) => Some(*at),
                _ => None,
            });
            let end = match repaid {
                Some(at) => match self.end_withheld() {
                    Some(_) => Some((as_of, at)),
                    // The last day of a term that another follows is no end.
                    None if self.clock().renews_on() => None,
                    None => self.ended_by_now().day().map(|(d, _)| (d, at)),
                },
                None => None,
            };
            let hidden = self.end_withheld().filter(|_| balloon.is_none());
            let Some((day, at)) = balloon.or(end).filter(|(d, _)| *d <= as_of) else { continue };
            let settled = self.settled(&royalty.name, None)?;
            // On the day of a balloon what periods left that were over by then; at the end also what came and was
            // earned in the period it falls in.
            let counts = |period: &Period| match balloon {
                Some(_) => period.end <= day,
                None => period.start <= day,
            };
            let left: Eval<Exact> = settled
                .pools
                .iter()
                .filter(|p| p.name == pay.name)
                .filter_map(|p| p.left.iter().rev().find(|(period, _)| counts(period)))
                .map(|(_, left)| left.clone())
                .collect::<Eval<Vec<Exact>>>()
                .map(|left| left.into_iter().sum());
            let left = self.heard(pay, day, &counts).and(left);
            let value = match left {
                Ok(left) if !left.is_positive() => continue,
                Ok(left) => hidden.map_or(Ok(Val::money(-left, self.currency()?)), Err),
                Err(why) => Err(why),
            };
            let mut due = Due::arisen(&pay.name, super::only(&pay.from), None, day, value.clone(), at);
            due.amount = value.as_ref().map(|v| self.round(v)).map_err(Clone::clone);
            due.due = Some(day).filter(|_| value.is_ok());
            due.back = true;
            let what = "what is left, repaid";
            let step = value.map_or_else(|why| Step::note(what).how(why.reason), |v| Step::new(what, v));
            due.steps = vec![step.by(at)];
            out.push(due);
            // Royalties that earn back one advance leave one sum.
            break;
        }
        Ok(out)
    }

    /// That everything is known which royalties drew from a payment in the periods that count.
    fn heard(&self, pay: &Pay, day: Date, counts: &dyn Fn(&Period) -> bool) -> Eval<()> {
        let drawn = self.drawn_on().into_iter().find(|(name, _)| *name == pay.name);
        for name in drawn.into_iter().flat_map(|(_, against)| against) {
            let royalty = royalty::find(self, &name, None)?;
            for payer in self.payers(&name) {
                let series = self.series_of(&name, payer.as_ref())?;
                royalty::heard_by(self, royalty, &series.parts, day, counts).map_err(|u| u.at(royalty.at))?;
            }
        }
        Ok(())
    }
}

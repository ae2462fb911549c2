//! Royalties that earn back the same advance are computed together, period by period, each in its turn (`turns`):
//! what one has earned back is no longer open for the others.

use super::advance::Advances;
use super::base;
use super::memory::Memory;
use super::more::More;
use super::periods::{Span, as_a_whole, finer_kind, payment_cycle, periods};
use super::stretch::Stretch;
use super::{BaseOnly, Part, Series, Sub, credits, find, turns};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{self as num, Date};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;

/// A royalty, for one payer where payers are computed apart.
pub(crate) type StreamOf = (Name, Option<Name>);

/// What has to be computed together with a royalty: itself, and whatever earns back an advance with it.
pub(crate) fn sharing(run: &Run<'_>, name: &Name, payer: Option<&Name>) -> Vec<StreamOf> {
    let alone = vec![(name.clone(), payer.cloned())];
    // Asked for a payer it is not computed for, it is a view of its own.
    if !run.payers(name).iter().any(|p| p.as_ref() == payer) {
        return alone;
    }
    let accounts: Vec<Vec<Name>> = run
        .earned_back()
        .into_iter()
        .map(|(_, from)| from.into_iter().filter(|n| find(run, n, None).is_ok()).collect())
        .collect();
    if !accounts.iter().any(|a| a.contains(name)) {
        return alone;
    }
    let linked = turns::linked(&accounts, name).into_iter();
    linked.flat_map(|n| run.payers(&n).into_iter().map(move |p| (n.clone(), p))).collect()
}

/// A royalty on its way through its periods.
struct Course {
    stream: StreamOf,
    /// Still to come, the next one last.
    periods: Vec<Span>,
    /// The days on which they take their turn.
    days: Vec<Date>,
    memory: Memory,
    parts: Vec<Part>,
}

impl Course {
    fn begin(run: &Run<'_>, stream: StreamOf) -> Eval<Course> {
        let mut periods = periods(run, &stream.0, stream.1.as_ref())?;
        periods.reverse();
        let days = periods.iter().map(|span| turns::day(run, &stream.0, &span.period)).collect();
        Ok(Course { stream, periods, days, memory: Memory::default(), parts: Vec::new() })
    }

    fn go(&mut self, run: &Run<'_>, advances: &mut Advances, more: Option<&More>) -> Eval<()> {
        let Some(Span { period, of }) = self.periods.pop() else { return Ok(()) };
        self.days.pop();
        let (name, payer) = &self.stream;
        // A period keeps the terms it began under; those told of as one may each have their own.
        let all: Vec<Option<&Royalty>> = of.iter().map(|p| find(run, name, Some(p.start)).ok()).collect();
        let Some(terms) = all.iter().flatten().next().copied() else { return Ok(()) };
        let other = all.iter().filter(|other| other.is_none_or(|other| other.at != terms.at));
        let mut others: Vec<Option<&Royalty>> = other.copied().collect();
        others.dedup_by_key(|other| other.map(|other| other.at));
        // Who belongs to the group only under other terms owes nothing for it.
        if payer.as_ref().is_some_and(|p| !run.is_among(p, &terms.from, period.start)) {
            return Ok(());
        }
        let cycle = payment_cycle(run, terms, period.start)?;
        let finer = finer_kind(run, terms, cycle.kind, period.start);
        let whole = finer.months() >= cycle.kind.months() || cycle.containing(period.end) != Some(period);
        let subs = if whole {
            vec![period]
        } else {
            num::Cycle::new(finer, cycle.basis).between(period.start, period.end)
        };
        self.memory.begin_period();
        let paid = advances.open(run, &self.stream, terms, &period, &mut self.memory);
        let mut found: Vec<(Eval<Sub>, Option<BaseOnly>)> = Vec::new();
        let stretch = |terms, sub| {
            let stretch = Stretch::new(run, terms, sub, period, payer.as_ref())?;
            Ok(Stretch { of: of.clone(), ..stretch })
        };
        let stretches = subs.into_iter().map(|sub| stretch(terms, sub));
        let stretches = stretches.collect::<Eval<Vec<Stretch<'_, '_>>>>()?;
        let mut told: Vec<Eval<base::Base>> = stretches.iter().map(base::told).collect();
        let more = more.filter(|more| more.name == *name && more.period == period);
        if let (Some(more), Some(Ok(base))) = (more, told.last_mut()) {
            base.base = base.base.plus(&more.line.base)?;
            base.lines.push(more.line.clone());
            base.reported = true;
        }
        base::set_off_within(&stretches, &mut told);
        for (stretch, told) in stretches.iter().zip(told) {
            let told = match told.map(|base| (self.differs(stretch, &others, &base), base)) {
                Ok((Some(why), base)) => {
                    let known = BaseOnly { period: stretch.sub, lines: base.lines, base: base.base };
                    credits::leave_open(stretch, &why, &mut self.memory);
                    self.memory.note_unknown(stretch, &why, true);
                    found.push((Err(why), Some(known)));
                    continue;
                }
                Ok((None, base)) => Ok(base),
                Err(why) => Err(why),
            };
            found.push(stretch.compute(told, &mut self.memory));
        }
        let (subs, bases): (Vec<Eval<Sub>>, Vec<Option<BaseOnly>>) = found.into_iter().unzip();
        let bases = bases.into_iter().flatten().collect();
        let mut part = Part { period, of, subs, bases, advance: None };
        part.advance = advances.close(run, &self.stream, terms, &part, paid, &mut self.memory)?;
        self.parts.push(part);
        Ok(())
    }

    /// Why nothing can be said of periods told of as one that have different terms, unless all of these make the same
    /// of what was told.
    fn differs(
        &self,
        stretch: &Stretch<'_, '_>,
        others: &[Option<&Royalty>],
        told: &base::Base,
    ) -> Option<Unknown> {
        if others.is_empty() {
            return None;
        }
        let why = as_a_whole(stretch.run, stretch.royalty, &stretch.period);
        let earned = |royalty: &Royalty| {
            let open = stretch.run.open_advances().clone();
            let (of, focus, zero) = (stretch.of.clone(), stretch.focus.clone(), stretch.zero.clone());
            let other = Stretch { royalty, of, focus, zero, ..*stretch };
            let (found, _) = other.compute(Ok(told.clone()), &mut self.memory.clone());
            *stretch.run.open_advances() = open;
            found.ok().map(|sub| sub.earned)
        };
        let first = earned(stretch.royalty);
        let same = |other: &Option<&Royalty>| other.is_some_and(|other| earned(other) == first);
        let agreed = first.is_some() && others.iter().all(same);
        (!agreed).then(|| why.at(stretch.royalty.at))
    }
}

impl Series {
    /// The periods of royalties that are computed together, with more than was reported for one of them.
    pub(super) fn together(
        run: &Run<'_>,
        streams: &[StreamOf],
        more: Option<&More>,
    ) -> Eval<Vec<(StreamOf, Series)>> {
        let mut advances = Advances::of(run, streams);
        let mut courses =
            streams.iter().cloned().map(|s| Course::begin(run, s)).collect::<Eval<Vec<Course>>>()?;
        loop {
            let next = turns::next(courses.iter().map(|c| c.days.last().copied()));
            let Some(course) = next.and_then(|at| courses.get_mut(at)) else { break };
            course.go(run, &mut advances, more)?;
        }
        Ok(courses.into_iter().map(|c| (c.stream, Series { parts: c.parts })).collect())
    }
}

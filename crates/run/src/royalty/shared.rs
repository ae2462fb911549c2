//! Royalties that earn back the same advance are computed together, period by period, each in its turn (`turns`):
//! what one has earned back is no longer open for the others.

use super::advance::Advances;
use super::base;
use super::memory::Memory;
use super::periods::{finer_kind, payment_cycle, periods};
use super::stretch::Stretch;
use super::{BaseOnly, Part, Series, Sub, find, turns};
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_num::{self as num, Date, Period};
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
    periods: Vec<Period>,
    /// The days on which they take their turn.
    days: Vec<Date>,
    memory: Memory,
    parts: Vec<Part>,
}

impl Course {
    fn begin(run: &Run<'_>, stream: StreamOf) -> Eval<Course> {
        let mut periods = periods(run, &stream.0)?;
        periods.reverse();
        let days = periods.iter().map(|period| turns::day(run, &stream.0, period)).collect();
        Ok(Course { stream, periods, days, memory: Memory::default(), parts: Vec::new() })
    }

    fn go(&mut self, run: &Run<'_>, advances: &mut Advances) -> Eval<()> {
        let Some(period) = self.periods.pop() else { return Ok(()) };
        self.days.pop();
        let (name, payer) = &self.stream;
        // A period keeps the terms it began under.
        let Ok(terms) = find(run, name, Some(period.start)) else { return Ok(()) };
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
        let stretches = subs.into_iter().map(|sub| Stretch::new(run, terms, sub, period, payer.as_ref()));
        let stretches = stretches.collect::<Eval<Vec<Stretch<'_, '_>>>>()?;
        let mut told: Vec<Eval<base::Base>> = stretches.iter().map(base::told).collect();
        base::set_off_within(&stretches, &mut told);
        for (stretch, told) in stretches.iter().zip(told) {
            found.push(stretch.compute(told, &mut self.memory));
        }
        let (subs, bases): (Vec<Eval<Sub>>, Vec<Option<BaseOnly>>) = found.into_iter().unzip();
        let bases = bases.into_iter().flatten().collect();
        let mut part = Part { period, subs, bases, advance: None };
        part.advance = advances.close(run, &self.stream, terms, &part, paid, &mut self.memory)?;
        self.parts.push(part);
        Ok(())
    }
}

impl Series {
    /// The periods of royalties that are computed together.
    pub(crate) fn together(run: &Run<'_>, streams: &[StreamOf]) -> Eval<Vec<(StreamOf, Series)>> {
        let mut advances = Advances::of(run, streams);
        let mut courses =
            streams.iter().cloned().map(|s| Course::begin(run, s)).collect::<Eval<Vec<Course>>>()?;
        loop {
            let next = turns::next(courses.iter().map(|c| c.days.last().copied()));
            let Some(course) = next.and_then(|at| courses.get_mut(at)) else { break };
            course.go(run, &mut advances)?;
        }
        Ok(courses.into_iter().map(|c| (c.stream, Series { parts: c.parts })).collect())
    }
}

//! A grade that lasts while something measured is so, as `exclusive while sales over a calendar year >= USD 1m`.
//!
//! Until the first time that is measured could be reported, the grade is as the text gives it: nothing could have failed
//! yet. From then on silence leaves open whether it still is, until a later report shows that it is.

use super::days::{Asking, DaysSo};
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::measures;
use crate::unknown::Gap;
use counterpart_num::{Basis, Cycle, Date, PeriodKind};
use counterpart_rights::{Ranges, day};
use counterpart_terms::value::{Condition, Measure, Window};

impl Run<'_> {
    /// The days on which a grade lasts that begins on a day and holds while something is so.
    pub(super) fn days_while(&self, condition: &Condition, from: Date) -> DaysSo {
        let so = self.days_so(condition, &Focus::default(), Asking::OfSilence);
        let tested = self.first_reported_by(condition, from).map_or(0, |on| day(on).saturating_add(1));
        let (mut yes, mut doubt) = (so.yes.clone(), Vec::new());
        for (days, why) in so.doubt {
            if why.gap != Gap::Unreported {
                doubt.push((days, why));
                continue;
            }
            let mut left = days.clone();
            for (start, end) in days.iter() {
                let all = Ranges::of(start, end);
                // What a later report shows to be so was so meanwhile.
                let lasts = if so.yes.contains(end) { all } else { all.and(&Ranges::of(0, tested)) };
                left = left.less(&lasts);
                yes = yes.or(&lasts);
            }
            if !left.is_empty() {
                doubt.push((left, why));
            }
        }
        DaysSo { yes, doubt }
    }

    /// The day by which what a test is about is to be reported for the first time.
    fn first_reported_by(&self, condition: &Condition, from: Date) -> Option<Date> {
        let one = |measure: &Measure, window: Option<&Window>| {
            let metric = self.metric_on(measure.metric()?, from)?;
            let end = match measure.window.as_ref().or(window) {
                Some(Window::One { unit, .. }) => cycle(*unit).containing(from)?.end,
                Some(Window::Last { count, unit } | Window::Average { count, unit, .. }) => {
                    from.add_months(i64::from(*count) * i64::from(unit.months()))?.prev_day()?
                }
                _ => self.clock().cycle(metric.cycle.as_ref()?).ok()?.containing(from)?.end,
            };
            match &metric.within {
                Some(within) => self.clock().shift(end, within, false).ok(),
                None => Some(end),
            }
        };
        match condition {
            Condition::All(all) | Condition::Any(all) => {
                all.iter().filter_map(|inner| self.first_reported_by(inner, from)).max()
            }
            Condition::Not(inner) => self.first_reported_by(inner, from),
            Condition::Compare { left, right, window, .. } => {
                let mut last = None;
                for amount in [left, right] {
                    measures(amount, &mut |measure| last = last.max(one(measure, window.as_ref())));
                }
                last
            }
            _ => None,
        }
    }
}

fn cycle(unit: PeriodKind) -> Cycle {
    Cycle::new(unit, Basis::Calendar)
}

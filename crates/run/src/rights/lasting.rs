//! Until when what a trigger brought about lasts: for so long, while its cause does, or until something undoes it.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_rights::{Ranges, date, day};
use counterpart_terms::model::{Lasting, Trigger};

/// A test that held, and what for.
#[derive(Clone, Copy)]
pub(crate) struct Cause<'a> {
    /// Of this trigger.
    pub trigger: &'a Trigger,
    /// On this day.
    pub tested: Date,
    /// In this part.
    pub focus: &'a Focus,
}

impl Run<'_> {
    /// The last day of an effect that begins on a day; none where it lasts for good.
    ///
    /// # Errors
    /// Where a length is not given, or it cannot be said whether the cause still holds or what undoes it does.
    pub(crate) fn last_day_of(
        &self,
        lasting: &Lasting,
        from: Date,
        cause: Option<Cause<'_>>,
    ) -> Eval<Option<Date>> {
        let mut ends = Vec::new();
        for length in lasting.for_.iter().chain(&lasting.most) {
            ends.extend(self.clock().shift(from, length, false)?.prev_day());
        }
        if let Some(until) = &lasting.until {
            ends.extend(self.clock().limit(until, &Focus::default())?);
        }
        if let Some(cause) = cause.filter(|_| lasting.while_it_lasts) {
            ends.extend(self.end_of_cause(cause)?);
        }
        if let Some(back) = &lasting.back {
            let focus = cause.map(|cause| cause.focus.clone()).unwrap_or_default();
            let so = self.days_when(back, &focus);
            let before = Ranges::of(0, day(from));
            let sure = so.yes.less(&before).first();
            let doubtful =
                so.doubt.into_iter().filter_map(|(days, why)| Some((days.less(&before).first()?, why)));
            let doubtful = doubtful.min_by_key(|(first, _)| *first);
            if let Some((_, why)) = doubtful.filter(|(first, _)| sure.is_none_or(|sure| *first < sure)) {
                return Err(cause.map_or(why.clone(), |cause| why.at(cause.trigger.at)));
            }
            ends.extend(sure.and_then(|first| date(first).prev_day()));
        }
        Ok(ends.into_iter().min())
    }

    /// The last day on which the cause of an effect held; of one that is tested on days of its own,
    /// the day before the first test that did not hold.
    fn end_of_cause(&self, cause: Cause<'_>) -> Eval<Option<Date>> {
        let Cause { trigger, tested, focus } = cause;
        let Some(when) = &trigger.when else { return Ok(None) };
        if let Some(days) = &trigger.tested {
            let held = self.tests(trigger, focus)?;
            for (on, _) in self.test_days(days)?.into_iter().filter(|(on, _)| *on > tested) {
                match held.iter().find(|test| test.day == on) {
                    None => return Ok(on.prev_day()),
                    Some(test) => test.doubt.clone().map_or(Ok(()), Err)?,
                }
            }
            return Ok(None);
        }
        let so = self.days_when(when, focus);
        let Some((_, end)) = so.yes.iter().find(|(start, end)| (*start..*end).contains(&day(tested))) else {
            return Ok(None);
        };
        if let Some((_, why)) = so.doubt.into_iter().find(|(days, _)| days.contains(end)) {
            return Err(why.at(trigger.at));
        }
        let ever = counterpart_rights::all_days().bounds().map_or(end, |(_, last)| last);
        // On the day on which something is told to have ended, it is over.
        Ok(date(end).prev_day().filter(|_| end <= ever))
    }
}

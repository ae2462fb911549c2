//! What follows for a right where nobody acts: an option that lapses unused, a sunset without an agreement.

use super::changes::{Dated, is_of};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Change, Effect};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Moment, Name, Value};

impl Run<'_> {
    /// What follows where an option lapses unused.
    pub(super) fn by_lapse(&self, name: &Name, record: &Record) -> Vec<Dated> {
        let Some(option) = record.name(Label::Name) else { return Vec::new() };
        if self.facts.exercised(option).is_some() {
            return Vec::new();
        }
        let ends = record.below.iter().filter_map(|line| match line.clause {
            Form::OptionExercisable | Form::OptionUntil => line.moment(Label::Until),
            _ => None,
        });
        let ends: Vec<&Moment> = ends.collect();
        let first = Moment::Earliest(ends.into_iter().cloned().collect());
        // From the day on which it may have lapsed.
        let (day, doubt) = match self.clock().moment(&first, &Focus::default()) {
            Ok(When::On(last)) => (last.next_day(), None),
            Ok(_) => return Vec::new(),
            Err(why) => {
                let day = self.span_of(&first).0.or_else(|| self.first_day()).unwrap_or(Date::MIN);
                (Some(day), Some(why.at(record.at)))
            }
        };
        let Some(day) = day else { return Vec::new() };
        let lines = record.all_below(Form::OptionLapses);
        let effects =
            lines.flat_map(|l| l.all(Label::Effect).filter_map(Effect::read).map(move |e| (e, l.at)));
        effects
            .filter(|(e, _)| is_of(e, name))
            .map(|(effect, at)| Dated { effect, doubt: doubt.clone(), ..Dated::plain(day, Change::Ends, at) })
            .collect()
    }

    /// What a sunset does where nothing else is agreed.
    pub(super) fn by_sunset(&self, name: &Name, record: &Record) -> Vec<Dated> {
        let Some(on) = record.moment(Label::On) else { return Vec::new() };
        let (day, unsure) = match self.clock().moment(on, &Focus::default()) {
            Ok(When::On(day)) => (day, None),
            Ok(_) => return Vec::new(),
            Err(why) => {
                let day = self.span_of(on).0.or_else(|| self.first_day()).unwrap_or(Date::MIN);
                (day, Some(why.at(record.at)))
            }
        };
        let held = |condition| {
            let today = day.min(self.facts.as_of());
            self.ask_on(today, |run| run.holds_on(condition, day, &Focus::default()))
        };
        let doubt = match record.below(Form::SunsetWhen).and_then(|w| w.condition(Label::When)).map(held) {
            Some(Ok(false)) => return Vec::new(),
            Some(Err(why)) => Some(why),
            _ => None,
        };
        let doubt = unsure.or(doubt);
        // The window it opens has its time before the default comes about.
        let opens = record.below(Form::SunsetOpens).and_then(|o| o.name(Label::Window));
        let hidden = opens.filter(|window| window.is_blank());
        let hidden = hidden.map(|_| Unknown::new("the window this opens is redacted or open").at(record.at));
        let doubt = doubt.or(hidden);
        let (from, doubt) = match opens.map(|window| self.window_ends(window, day)) {
            Some(Ok(Some(Some(end)))) => (if doubt.is_some() { day } else { end }, doubt),
            // Something was agreed in it.
            Some(Ok(Some(None))) => return Vec::new(),
            Some(Err(why)) => (day, Some(why)),
            _ => (day, doubt),
        };
        let lines = record.all_below(Form::SunsetOtherwise);
        let effects =
            lines.flat_map(|l| l.all(Label::Effect).filter_map(Effect::read).map(move |e| (e, l.at)));
        effects
            .filter(|(e, _)| is_of(e, name))
            .map(|(effect, at)| Dated {
                effect,
                doubt: doubt.clone(),
                ..Dated::plain(from, Change::Ends, at)
            })
            .collect()
    }

    /// The day after a window closes that opened on a day; none where something was agreed in it, and none at all where
    /// it is not said how long it is open.
    fn window_ends(&self, name: &Name, opened: Date) -> Eval<Option<Option<Date>>> {
        let mut windows = self.model_now().records.iter().filter(|r| r.clause == Form::FileWindow);
        let Some(window) = windows.find(|r| r.name(Label::Name) == Some(name)) else { return Ok(None) };
        let lasts = match window.below(Form::WindowLasts).and_then(|l| l.get(Label::Lasts)) {
            Some(Value::Duration(lasts)) => lasts,
            _ => return Ok(None),
        };
        let end = self.clock().shift(opened, lasts, false)?;
        let agreed = self.facts.happened().any(|event| {
            let EventKind::Told { word, .. } = &event.kind else { return false };
            event.date >= opened && event.date <= end && matches!(word.as_str(), "agreed" | "amended")
        });
        Ok(Some(if agreed { None } else { Some(end.next_day().unwrap_or(end)) }))
    }
}

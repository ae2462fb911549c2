//! When something follows where nobody acts: a sunset without an agreement, a window whose time passes. An option that
//! lapses unused is in `options`.

use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::unknown::Unknown;
use crate::windows::{Closed as Outcome, Round};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// From which day on what a sunset says follows, where nothing else is agreed, and why that cannot be said.
    pub(crate) fn sunset_default(&self, record: &Record) -> Option<(Date, Option<Unknown>)> {
        let on = record.moment(Label::On)?;
        let (day, unsure) = match self.clock().moment(on, &Focus::default()) {
            Ok(When::On(day)) => (day, None),
            Ok(_) => return None,
            Err(why) => {
                let day =
                    self.span_of(on, &Focus::default()).0.or_else(|| self.first_day()).unwrap_or(Date::MIN);
                (day, Some(why.at(record.at)))
            }
        };
        let doubt = match self.sunset_comes(record, day) {
            Ok(false) => return None,
            Ok(true) => None,
            Err(why) => Some(why),
        };
        let doubt = unsure.or(doubt);
        // The window it opens has its time before the default comes about.
        let opens = record.below(Form::SunsetOpens).and_then(|o| o.name(Label::Window));
        let hidden = opens.filter(|window| window.is_blank());
        let hidden = hidden.map(|_| Unknown::new("the window this opens is redacted or open").at(record.at));
        let doubt = doubt.or(hidden);
        match opens.and_then(|window| self.round_from(window, day)) {
            // Something was agreed in it.
            Some(Round { outcome: Outcome::Agreed(..), .. }) => None,
            Some(Round { unknown: Some(why), .. }) => Some((day, Some(why))),
            Some(Round { last: Some(last), .. }) if doubt.is_none() => {
                Some((last.next_day().unwrap_or(last), None))
            }
            _ => Some((day, doubt)),
        }
    }

    /// The days from which on what a window says follows, because nothing was agreed in its time, and why that cannot be
    /// said of some.
    pub(crate) fn window_defaults(&self, window: &Name) -> Vec<(Date, Option<Unknown>)> {
        let found = self.rounds_of(window);
        let mut days: Vec<(Date, Option<Unknown>)> =
            found.doubt.into_iter().map(|(on, why)| (on, Some(why))).collect();
        for round in &found.rounds {
            match (&round.outcome, round.last.and_then(Date::next_day), &round.unknown) {
                (Outcome::Agreed(..) | Outcome::Superseded(..), ..) => {}
                (_, _, Some(why)) => days.push((round.opened, Some(why.clone()))),
                (_, Some(next), None) => days.push((next, None)),
                (_, None, None) => {}
            }
        }
        days
    }
}

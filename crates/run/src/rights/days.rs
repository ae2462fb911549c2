//! The days on which a test holds.
//!
//! A test is asked again on every day on which its answer can change: when something was told, when a day it names
//! passes, when a report is due to count. Between two such days it stays as it was. Whether a right is in force is
//! not asked this way: its own days are known.

use crate::clock::Focus;
use crate::condition::is_on_the_end;
use crate::engine::Run;
use crate::royalty::measures;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period, PeriodKind};
use counterpart_rights::{Ranges, all_days, date, day};
use counterpart_syntax::Label;
use counterpart_terms::value::{Amount, Condition, Name, Quantity};

/// The days on which something is so, and those on which it cannot be said.
#[derive(Debug, Clone, Default)]
pub(crate) struct DaysSo {
    /// On these it is.
    pub yes: Ranges,
    /// On these it is not known, and why.
    pub doubt: Vec<(Ranges, Unknown)>,
}

/// How the days of a test are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// What was not reported does not make it hold.
    Plainly,
    /// It is in doubt on the days on which what it is about was not reported.
    OfSilence,
    /// Only the first day counts.
    Once,
}

impl DaysSo {
    /// Whether it is so on a day.
    ///
    /// # Errors
    /// Where that is in doubt.
    pub fn on(&self, on: Date) -> Eval<bool> {
        if self.yes.contains(day(on)) {
            return Ok(true);
        }
        let doubt = self.doubt.iter().find(|(days, _)| days.contains(day(on)));
        doubt.map_or(Ok(false), |(_, why)| Err(why.clone()))
    }

    /// On these days, without doubt.
    pub fn sure(yes: Ranges) -> DaysSo {
        DaysSo { yes, doubt: Vec::new() }
    }

    /// On no day is it known whether it is so.
    pub fn unknown(why: Unknown) -> DaysSo {
        DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] }
    }

    /// The days on which it comes to be so, or in doubt, or no longer.
    pub(super) fn turns(&self) -> impl Iterator<Item = Date> {
        let all = std::iter::once(&self.yes).chain(self.doubt.iter().map(|(days, _)| days));
        let ends: Vec<u32> = all.flat_map(|days| days.iter().flat_map(|(from, to)| [from, to])).collect();
        ends.into_iter().map(date).filter(|day| *day < Date::MAX)
    }

    /// The days in doubt.
    pub fn doubtful(&self) -> Ranges {
        self.doubt.iter().fold(Ranges::none(), |sum, (days, _)| sum.or(days))
    }

    /// The days on which it may be so.
    pub fn perhaps(&self) -> Ranges {
        self.yes.or(&self.doubtful())
    }

    /// On all other days.
    pub fn not(self) -> DaysSo {
        let yes = all_days().less(&self.perhaps());
        DaysSo { yes, doubt: self.doubt }
    }

    /// Where both are so; doubt about one matters only where the other may be so.
    pub fn and(self, other: DaysSo) -> DaysSo {
        let both = |doubt: Vec<(Ranges, Unknown)>, of: &Ranges| {
            let cut = doubt.into_iter().map(|(days, why)| (days.and(of), why));
            cut.filter(|(days, _)| !days.is_empty()).collect::<Vec<_>>()
        };
        let yes = self.yes.and(&other.yes);
        let (mine, theirs) = (self.perhaps(), other.perhaps());
        let mut doubt = both(self.doubt, &theirs);
        doubt.extend(both(other.doubt, &mine));
        DaysSo { yes, doubt }
    }

    /// Where either is so.
    pub fn or(self, other: DaysSo) -> DaysSo {
        self.not().and(other.not()).not()
    }

    /// From the first day on which it is so, for good.
    pub fn once(self) -> DaysSo {
        let from =
            |first: Option<u32>| first.map_or_else(Ranges::none, |f| all_days().less(&Ranges::of(0, f)));
        let yes = from(self.yes.first());
        let doubt = self.doubt.into_iter().map(|(days, why)| (from(days.first()).less(&yes), why));
        DaysSo { doubt: doubt.filter(|(days, _)| !days.is_empty()).collect(), yes }
    }

    /// On no day after the first stretch on which it is so has ended.
    pub fn until_it_fails(self, from: u32) -> DaysSo {
        let no = all_days().less(&self.perhaps()).less(&Ranges::of(0, from));
        let end = |first: Option<u32>| first.map_or_else(all_days, |f| Ranges::of(0, f));
        let sure = end(all_days().less(&self.yes).less(&Ranges::of(0, from)).first());
        let perhaps = end(no.first());
        let doubtful = perhaps.less(&sure);
        let why = self.doubt.into_iter().map(|(_, why)| why).next();
        let doubt = why.filter(|_| !doubtful.is_empty()).map(|why| (doubtful, why));
        DaysSo { yes: sure, doubt: doubt.into_iter().collect() }
    }
}

impl Run<'_> {
    /// The days on which a test holds, in the place and for the product of a focus. What was not reported does not make
    /// it hold.
    pub(crate) fn days_when(&self, condition: &Condition, focus: &Focus) -> DaysSo {
        self.days_so(condition, focus, Asking::Plainly)
    }

    /// The days from the first day on which it holds, for good: the first since the agreement takes effect. What was so before,
    /// and is not so then, as that a right nobody had yet was not exclusive, begins nothing.
    pub(crate) fn days_once(&self, condition: &Condition, focus: &Focus) -> DaysSo {
        let focus = focus.coming();
        let found = self.days_so(condition, &focus, Asking::Once);
        match self.clock().effective_day() {
            Ok(Some(start)) if found.perhaps().first().is_some_and(|first| first < day(start)) => {
                let since = all_days().less(&Ranges::of(0, day(start)));
                self.days_so(condition, &focus, Asking::Plainly).and(DaysSo::sure(since)).once()
            }
            _ => found.once(),
        }
    }

    /// The same, asked in some way.
    pub(super) fn days_so(&self, condition: &Condition, focus: &Focus, asking: Asking) -> DaysSo {
        // What each of several tests says on later days counts as well.
        let each = if asking == Asking::Once { Asking::Plainly } else { asking };
        let joined = matches!(condition, Condition::All(_) | Condition::Any(_) | Condition::Not(_));
        if !joined && condition.has_blank() {
            return DaysSo::unknown(Unknown::new("whom or what a test is on is redacted or open"));
        }
        if let Some(days) = self.days_of_what_is_set_off(condition, focus) {
            return days;
        }
        match condition {
            Condition::All(all) => {
                let every = DaysSo::sure(all_days());
                all.iter().fold(every, |sum, one| sum.and(self.days_so(one, focus, each)))
            }
            Condition::Any(any) => {
                any.iter().fold(DaysSo::default(), |sum, one| sum.or(self.days_so(one, focus, each)))
            }
            Condition::Not(inner) => self.asking_not(|| self.days_so(inner, focus, each)).not(),
            Condition::Always | Condition::Otherwise => DaysSo::sure(all_days()),
            Condition::State { name, state, not, territory, by: None }
                if state == "in force" && self.is_right(name) =>
            {
                let place = crate::condition::single(territory.as_ref()).or(focus.place.clone());
                let part = crate::condition::part(place.as_ref(), focus);
                let days = self.asking_not_if(*not, || self.days_held(name, &part));
                if *not { days.not() } else { days }
            }
            Condition::State { name, state, not, territory, by: None }
                if matches!(state.as_str(), "ended" | "lapsed") && self.is_right(name) =>
            {
                let place = crate::condition::single(territory.as_ref()).or(focus.place.clone());
                let part = crate::condition::part(place.as_ref(), focus);
                let days = self.asking_not_if(!*not, || self.days_ended(name, &part));
                if *not { days.not() } else { days }
            }
            // What is reached when something is so stays reached.
            Condition::State { name, state, not, by: None, .. }
                if matches!(state.as_str(), "met" | "reached")
                    && self.happens_when(name).is_some()
                    && self.facts.told("missed", Some(name), None).is_none() =>
            {
                let days = self.asking_not_if(*not, || self.days_since_it_happened(name, focus));
                if *not { days.not() } else { days }
            }
            Condition::Graded { name, grade, not, territory }
                if self.is_right(name) && !self.machine.circles.contain(condition) =>
            {
                let place = crate::condition::single(territory.as_ref()).or(focus.place.clone());
                let part = crate::condition::part(place.as_ref(), focus);
                let days = self.days_graded(name, grade, &part);
                if *not { days.not() } else { days }
            }
            Condition::State { name, state, not, by: None, .. }
                if state == "suspended"
                    && self.can_rest(name)
                    && !self.machine.circles.contain(condition) =>
            {
                let days = self.days_resting(name);
                if *not { days.not() } else { days }
            }
            Condition::State { name, state, not, by: None, territory }
                if self.runs_as_clause(name, state) && !self.machine.circles.contain(condition) =>
            {
                let ask = |test: &Condition| self.asking_not_if(*not, || self.days_so(test, focus, each));
                let days = self.days_running((name, territory.as_ref()), ask);
                if *not { days.not() } else { days }
            }
            // What opens and closes has days of its own.
            Condition::State { name, state, not, by: None, .. }
                if self.kind_of(name).is_some_and(|kind| kind.understands(state)) =>
            {
                let days = match self.course_days(name, state) {
                    Some(Ok(days)) => days,
                    Some(Err(why)) => DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] },
                    None => DaysSo::default(),
                };
                if *not { days.not() } else { days }
            }
            Condition::Happens(event) if self.is_trigger(&event.name) => self.days_of_trigger(&event.name),
            // What happens when something is so has happened from the first day on which it is.
            Condition::Happens(event) if self.happens_when(&event.name).is_some() => {
                self.days_since_it_happened(&event.name, focus)
            }
            Condition::Other(parts) if is_on_the_end(parts) => self.days_since_such_an_end(parts),
            Condition::Other(parts) if parts.has(Label::Subsidiary) => self.days_as_subsidiary(parts),
            _ => self.kept_days((condition, focus, asking), || self.days_told(condition, focus, asking)),
        }
    }

    /// The days on which a test holds that only its answer day by day can tell.
    fn days_told(&self, condition: &Condition, focus: &Focus, asking: Asking) -> DaysSo {
        let today = self.facts.as_of();
        let in_a_circle = self.machine.circles.contain(condition);
        let mut turns = match in_a_circle {
            true => self.first_turns(condition, focus),
            false => self.turns(condition, focus),
        };
        if turns.len() == 1 && self.is_too_soon(condition, today) {
            return DaysSo::default();
        }
        let before = self.before_all(&turns);
        let mut out = DaysSo::default();
        let looked = self.looked_at_by(condition);
        let mut last: Option<(Date, Eval<bool>)> = None;
        while let Some(turn) = turns.pop_first() {
            let asked = if turn == Date::MIN { before } else { turn };
            let same = looked.as_ref().zip(last.take()).and_then(|((looked, from), (day, held))| {
                (*from <= day && day <= asked && looked.same(day, asked)).then_some(held)
            });
            // Of later days it is told what follows if nothing more happens.
            let held = match same {
                Some(held) => held,
                None if in_a_circle => {
                    let (held, next) = self.day_in_a_circle(condition, focus, asked);
                    turns.extend(next.into_iter().filter(|day| *day > asked));
                    held
                }
                None => {
                    let on = (condition, asked.min(today));
                    self.ask_test(on, |run| run.kept_holds((condition, focus, asked)).held)
                }
            };
            last = Some((asked, held.clone()));
            let next = turns.first().copied();
            // A figure that is not known may be once a rate of exchange is told.
            if held.is_err() && turn > Date::MIN {
                turns.extend(
                    self.facts.rate_told_after(turn).filter(|day| {
                        next.is_none_or(|next| *day < next) && !self.is_too_soon(condition, *day)
                    }),
                );
            }
            let end = turns.first().map_or_else(|| all_days().bounds().map_or(0, |b| b.1 + 1), |d| day(*d));
            let days = Ranges::of(day(turn), end);
            match held {
                Ok(true) => {
                    out.yes = out.yes.or(&days);
                    if asking == Asking::Once {
                        break;
                    }
                }
                Ok(false) => {}
                Err(why) if why.gap == Gap::NotYet => {}
                Err(why) if why.gap == Gap::Unreported && asking != Asking::OfSilence => {}
                Err(why) => out.doubt.push((days, why)),
            }
        }
        out
    }

    /// Whether a test holds on a day: a figure is that of the last period reported, or of the time the test names.
    pub(crate) fn holds_on(&self, condition: &Condition, on: Date, focus: &Focus) -> Eval<bool> {
        self.holds(condition, &self.looked_at_on(condition, on, focus))
    }

    /// What a test looks at on a day.
    pub(crate) fn looked_at_on(&self, condition: &Condition, on: Date, focus: &Focus) -> Focus {
        let period = match condition {
            Condition::Compare { left, right, .. } => {
                self.last_report([left, right]).and_then(|end| Period::trailing(1, PeriodKind::Quarter, end))
            }
            Condition::Nil { left, .. } => self.last_report([left]).and_then(|end| Period::new(end, end)),
            _ => Period::new(on, on),
        };
        let until = period.map(|p| p.end);
        Focus { period: period.or(Period::new(on, on)), until, ..focus.clone() }
    }

    /// The last day of the last period reported of what some amounts are measured by; none where it is reported for no
    /// periods.
    pub(crate) fn last_report<'a>(&self, amounts: impl IntoIterator<Item = &'a Amount>) -> Option<Date> {
        let mut names: Vec<Name> = Vec::new();
        for amount in amounts {
            measures(amount, &mut |m| {
                names.extend(m.metric().cloned());
                if m.quantity == Some(Quantity::Earned) {
                    names.extend(self.payments_in(m));
                }
            });
        }
        let names = self.underlying(self.with_bases(names), self.facts.as_of());
        let told =
            names.iter().flat_map(|name| self.facts.reports_of(name)).filter_map(|event| match &event.kind {
                EventKind::Reported { label: Some(label), by, .. } => {
                    self.clock().period(*label, by.as_ref()).map(|p| p.end)
                }
                _ => None,
            });
        told.max()
    }
}

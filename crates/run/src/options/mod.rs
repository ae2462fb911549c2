//! Options, first rights and buy-outs: when they can be used, what became of their use, and what they give.

mod buy_out;
mod exercise;
mod first;
mod grants;
mod lapsed;
mod option;
mod void;

pub(crate) use grants::{add, before_name, clause_of, exercised_name};
pub(crate) use void::{Judgement, Void};

use crate::engine::Run;
use crate::rights::DaysSo;
use crate::unknown::{Eval, Unknown};
use crate::windows::{Drawing, State, Why};
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, date, day};
use counterpart_terms::At;
use counterpart_terms::model::Same;
use counterpart_terms::value::{Moment, Name};

/// From a day on, for good.
pub(crate) fn since(on: Date) -> Ranges {
    Ranges::of(day(on), u32::MAX).and(&all_days())
}

/// From the day after a day on, for good.
pub(crate) fn after(on: Date) -> Ranges {
    Ranges::of(day(on).saturating_add(1), u32::MAX).and(&all_days())
}

/// A right, or any other thing that ends, ends with the agreement, unless its own last day hangs on that end, or a clause
/// says that it survives.
pub(crate) fn end_with_agreement(
    run: &Run<'_>,
    (name, own): (&Name, &[&Moment]),
    at: At,
    drawing: &mut Drawing,
    but: impl Fn(State) -> bool,
) {
    if own.iter().any(|moment| moment.hangs_on_the_end()) {
        return;
    }
    let term = run.deal_days();
    let Some(mut last) = term.perhaps().bounds().map(|b| b.1) else { return };
    match run.outlives(name) {
        Ok(None) => {}
        Ok(Some(None)) => return,
        Ok(Some(Some(later))) => last = last.max(day(later)),
        Err(unknown) => {
            let days = after(date(last)).and(&drawing.days(|state| !but(state)));
            let why = Why { words: unknown.reason.clone(), at: vec![at], unknown: Some(unknown) };
            drawing.lay(&days, State::Unclear, &why);
            return;
        }
    }
    let over = after(date(last)).and(&drawing.days(|state| !but(state)));
    if !over.is_empty() {
        drawing.lay(&over, State::Ended, &Why::new("the agreement has ended", [at]));
    }
    for (days, unknown) in term.doubt {
        let sure = term.yes.bounds().map_or_else(Ranges::none, |b| Ranges::of(0, b.1.saturating_add(1)));
        let days = days.less(&sure).and(&drawing.days(|s| !but(s)));
        let why = Why { words: unknown.reason.clone(), at: vec![at], unknown: Some(unknown) };
        drawing.lay(&days, State::Unclear, &why);
    }
}

impl Run<'_> {
    /// The grant an option gives on the day asked about: the one it gives once exercised, or the one before; none where
    /// the name is no option on a grant, and none inside where it gives nothing on that day.
    pub(crate) fn given_by_option(&self, name: &Name) -> Option<Eval<Option<Name>>> {
        let (full, before) = (exercised_name(name), before_name(name));
        if !self.is_right(&full) && !self.is_right(&before) {
            return None;
        }
        let found = self.course_of(name).and_then(|course| {
            let stretch = course.on(self.facts.as_of());
            match (&stretch.unknown, stretch.state) {
                (Some(why), _) => Err(why.clone()),
                (None, State::Effective) if self.is_right(&full) => Ok(Some(full)),
                (None, State::Open | State::Exercised | State::Suspended | State::NotOpen)
                    if self.is_right(&before) =>
                {
                    Ok(Some(before))
                }
                _ => Ok(None),
            }
        });
        Some(found)
    }

    /// The grants an option gives, before its exercise and by it; none where the name is no option on a grant.
    pub(crate) fn rights_of_option(&self, name: &Name) -> Option<Vec<Name>> {
        let rights: Vec<Name> = [exercised_name(name), before_name(name)].into_iter().collect();
        let known: Vec<Name> = rights.into_iter().filter(|right| self.is_right(right)).collect();
        (!known.is_empty()).then_some(known)
    }

    /// Days cut to those before and on a last day.
    pub(crate) fn days_up_to(&self, last: Date) -> DaysSo {
        DaysSo::sure(Ranges::of(0, day(last).saturating_add(1)))
    }

    /// Why something cannot be used by somebody: it is for others, and nothing puts it into their place.
    pub(crate) fn not_theirs(
        &self,
        name: &Name,
        (by, holders): (Option<&Name>, &[Name]),
        on: Date,
    ) -> Option<String> {
        let by = by?;
        if self.is_theirs(name, (Some(by), holders), on) != Same::No {
            return None;
        }
        let holders = self.clock().who_has(holders, Some(name), on);
        Some(format!("only {} can use it, and not {by}", Name::list(&holders)))
    }

    /// Whether something can be used by somebody. Where it is not told who does, or withheld for whom it is, it is one of those.
    fn is_theirs(&self, name: &Name, (by, holders): (Option<&Name>, &[Name]), on: Date) -> Same {
        let told =
            by.filter(|by| !by.is_blank() && !holders.is_empty() && !holders.iter().any(Name::is_blank));
        told.map_or(Same::Yes, |by| self.acts_for(by, holders, Some(name), on))
    }

    /// Why it is not known whether what somebody did with something counts: he may act for those who can.
    fn perhaps_theirs(
        &self,
        name: &Name,
        (by, holders): (Option<&Name>, &[Name]),
        (on, at): (Date, At),
    ) -> Option<Unknown> {
        let by = by.filter(|_| self.is_theirs(name, (by, holders), on) == Same::Perhaps)?;
        let of = Name::list(holders);
        Some(Unknown::new(format!("whether {by} acts for {of} on {on} is not known")).at(at))
    }

    /// A value of a clause that is withheld, as a reason.
    pub(crate) fn hidden(&self, what: &str, at: At) -> Unknown {
        Unknown::new(format!("{what} is redacted or open")).at(at)
    }
}

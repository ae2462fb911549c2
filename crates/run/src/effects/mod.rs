//! Effects on what is paid and on what is to be done: when each came about, whatever brought it about, and until when it
//! lasts.
//!
//! A trigger brings one about, at once or as a party chose; so do the time of a window that passes, a sunset, a change of
//! control, an option that lapses and the end of the agreement. What an effect makes of a figure is in `figures`, what it
//! makes due in `pay`, and whom it binds in `agenda`. Effects on rights have their days in `rights`, by the same causes.

mod changed;
mod figures;
mod unrun;

pub(crate) use changed::Changed;
pub(crate) use figures::{Rated, in_force, rate_of_lines, scaled_payments};
pub(crate) use unrun::warnings;

use crate::engine::Run;
use crate::rights::{Cause, Days, Step};
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::made_due::{effects_of, on_line};
use counterpart_terms::model::{Editions, Lasting, Model, Trigger, Where, same_effect};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// An effect that came about, or may have.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    /// The effect, as the clause says it.
    pub effect: Value,
    /// The first day on which it is so.
    pub from: Date,
    /// The last, where it does not last for good.
    pub until: Option<Date>,
    /// The day on which its cause was tested.
    pub tested: Date,
    /// The days on which the terms it stands in are in force, where later ones put other words in the place of its clause.
    pub terms: Days,
    /// Its cause goes on as far as anybody told.
    pub goes_on: bool,
    /// Only in this country, where its cause was tested for one.
    pub place: Option<Name>,
    /// Only for this product, field or customer, where its cause was tested for one.
    pub of: Option<Name>,
    /// Why it cannot be said whether it came about, or until when it lasts.
    pub doubt: Option<Unknown>,
    /// The clause it stands in.
    pub host: At,
    /// Its line, where that is told apart.
    pub at: At,
    /// The clause and the day, in words.
    pub cause: String,
    /// The entry that tells of its cause, where one does.
    pub entry: Option<At>,
    /// Who chose it.
    pub chosen: Option<Name>,
}

/// A clause that says what follows, with the days its terms are in force.
type Host<'r> = (&'r Record, Days);

/// Where the clauses without a test of their own stand that say what follows: in which terms, at which place in them, and on
/// which days these are in force.
pub(crate) fn hosts(editions: &Editions) -> Vec<(usize, usize, Days)> {
    let mut out: Vec<(At, (usize, usize, Days))> = Vec::new();
    for (index, edition) in editions.0.iter().enumerate() {
        let until = editions.0.get(index + 1).and_then(|next| next.from);
        let says = |record: &Record| record.clause != Form::FileTrigger && !effects_of(record).is_empty();
        for (place, record) in edition.model.records.iter().enumerate().filter(|(_, record)| says(record)) {
            match out.iter_mut().find(|(at, _)| *at == record.at) {
                Some((_, (.., days))) => days.1 = until,
                None => out.push((record.at, (index, place, (edition.from, until)))),
            }
        }
    }
    out.into_iter().map(|(_, host)| host).collect()
}

impl Run<'_> {
    /// The effects of some kind that came about by the day asked about, or may have, oldest first: each by the terms of the
    /// day on which its cause was tested.
    pub(crate) fn came_about(&self, wanted: &dyn Fn(&Value) -> bool) -> Vec<Came> {
        let mut out = self.came_under_any_terms(wanted);
        out.retain(|came| within(came.terms, came.tested));
        out
    }

    /// The same by all terms there are, whichever were in force on the day of the test: what is for a period goes by those
    /// it began under.
    fn came_under_any_terms(&self, wanted: &dyn Fn(&Value) -> bool) -> Vec<Came> {
        let mut out = Vec::new();
        let over_time = self.triggers_over_time();
        for (trigger, model, days) in &over_time {
            let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
            if trigger.then.iter().chain(offered).any(wanted) {
                let mut again = over_time.iter().filter(|(other, ..)| other.name == trigger.name);
                let restated = again.any(|(_, _, (from, _))| *from > days.0);
                // What is taken out, and not restated, leaves what it brought about.
                let terms = (days.0, days.1.filter(|_| restated));
                let came = self.came_of_trigger(trigger, model, wanted).into_iter();
                out.extend(came.map(|came| Came { terms, ..came }));
            }
        }
        for (record, days) in self.hosts() {
            if effects_of(record).into_iter().any(|(_, effect)| wanted(effect)) {
                let mut came = self.came_of_clause(record, wanted);
                came.retain(|came| within(days, came.from));
                out.extend(came);
            }
        }
        out.retain(|came| came.from <= self.facts.as_of() || came.doubt.is_some());
        out.sort_by_key(|came| (came.from, came.at));
        out
    }

    /// The clauses without a test of their own that say what follows, each with the days its terms are in force.
    fn hosts(&self) -> impl Iterator<Item = Host<'_>> {
        let editions = &self.machine.editions.0;
        self.machine.hosts.iter().filter_map(|(edition, record, days)| {
            Some((editions.get(*edition)?.model.records.get(*record)?, *days))
        })
    }

    /// What came of a trigger: at once, and as a party chose.
    fn came_of_trigger(
        &self,
        trigger: &Trigger,
        model: &Model,
        wanted: &dyn Fn(&Value) -> bool,
    ) -> Vec<Came> {
        let mut out = Vec::new();
        let fired = self.followed(model, trigger);
        for found in &fired {
            let Step::Bites(day) = found.step else { continue };
            let cause = Cause { trigger, tested: found.tested, focus: &found.part };
            for effect in trigger.then.iter().filter(|effect| wanted(effect)) {
                let untold = found.elsewhere.as_ref().map(|_| {
                    let why = format!("of which countries `{}` held is not told", trigger.name);
                    Unknown::new(why).at(trigger.at)
                });
                let came = self.lasting_came(effect, day, (trigger.at, Some(cause)));
                let doubt = found.doubt.clone().or(came.doubt.clone()).or(untold);
                let entry = found.notice.or_else(|| self.entry_behind(trigger, found.tested));
                let until = came.until.filter(|_| !found.later);
                let (place, of) = (found.place.clone(), found.of.clone());
                out.push(Came { place, of, doubt, until, entry, ..came });
            }
        }
        let Some((_, _, offered)) = &trigger.choice else { return out };
        for event in self.facts.happened() {
            let EventKind::Chose { by, in_: Some(of), effects } = &event.kind else { continue };
            if *of != trigger.name {
                continue;
            }
            for chosen in effects {
                let line = offered.iter().filter(|one| wanted(one));
                let Some(effect) = line.into_iter().find(|one| same_effect(chosen, one)) else { continue };
                let part = part_of(chosen);
                let doubt = match self.is_open(trigger, &fired, (event.date, &part)) {
                    Ok(true) => None,
                    Ok(false) => continue,
                    Err(why) => Some(why),
                };
                // An end that may take its time comes once that has run.
                let ends = matches!(effect, Value::Parts(parts) if parts.has(Label::Ends));
                let from = match ends {
                    true => self.end_comes(trigger, event.date, |one| same_effect(chosen, one)),
                    false => Ok(event.date),
                };
                let (from, late) = match from {
                    Ok(from) => (from, None),
                    Err(why) => (event.date, Some(why)),
                };
                let bit = |f: &&crate::rights::Fired| matches!(f.step, Step::Bites(on) if on <= event.date);
                let there = |f: &&crate::rights::Fired| self.is_for(f, &part, (&model.market, event.date));
                let last = fired.iter().rev().filter(bit).find(there);
                let focus = last.map(|found| found.part.clone()).unwrap_or_default();
                let tested = last.map_or(event.date, |found| found.tested);
                let cause = Cause { trigger, tested, focus: &focus };
                let came = self.lasting_came(effect, from, (trigger.at, Some(cause)));
                let doubt = doubt.or(late).or(came.doubt.clone());
                out.push(Came {
                    place: last.and_then(|found| found.place.clone()),
                    of: last.and_then(|found| found.of.clone()),
                    doubt,
                    entry: Some(event.at),
                    chosen: Some(by.clone()),
                    ..came
                });
            }
        }
        out
    }

    /// What came of a clause without a test of its own.
    fn came_of_clause(&self, record: &Record, wanted: &dyn Fn(&Value) -> bool) -> Vec<Came> {
        let mut out = Vec::new();
        let title = crate::windows::title(record);
        let title = title.map_or_else(|| record.clause.name().to_string(), |name| name.to_string());
        for line in &record.below {
            let effects: Vec<&Value> = on_line(line).into_iter().filter(|effect| wanted(effect)).collect();
            if effects.is_empty() {
                continue;
            }
            for (from, doubt, entry) in self.days_of_line(record, line) {
                for effect in &effects {
                    let came = self.lasting_came(effect, from, (line.at, None));
                    let cause = format!("{title} on {from}");
                    let doubt = doubt.clone().or(came.doubt.clone());
                    out.push(Came { doubt, cause, entry, host: record.at, ..came });
                }
            }
        }
        out
    }

    /// The days from which on what a line says follows, each with why that cannot be said and the entry that tells of it.
    fn days_of_line(&self, record: &Record, line: &Record) -> Vec<(Date, Option<Unknown>, Option<At>)> {
        let untold = |(from, doubt): (Date, Option<Unknown>)| (from, doubt, None);
        match line.clause {
            Form::WindowOtherwise => {
                let days = record.name(Label::Name).map(|name| self.window_defaults(name));
                days.unwrap_or_default().into_iter().map(untold).collect()
            }
            Form::SunsetOtherwise => self.sunset_default(record).into_iter().map(untold).collect(),
            Form::OptionLapses => self.lapses_from(record).into_iter().map(untold).collect(),
            Form::AssignmentControl => {
                let came = self.control_came(line).into_iter();
                came.map(|(event, doubt)| (event.date, doubt, Some(event.at))).collect()
            }
            Form::AfterEndThen if record.name(Label::Of).is_none() => {
                self.once_ended(line).into_iter().map(untold).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The entry of a day that tells of what a trigger is on.
    fn entry_behind(&self, trigger: &Trigger, on: Date) -> Option<At> {
        let names = self.test_hangs_on(trigger);
        let told = self.facts.happened().filter(|event| event.date == on);
        let mut of_it = told.filter(|event| match &event.kind {
            EventKind::Began(name, _) | EventKind::Ended(name, _) => names.contains(name),
            EventKind::Reached { name, .. } | EventKind::Determined { name, .. } => names.contains(name),
            EventKind::Reported { metric, .. } => names.contains(metric),
            EventKind::Told { name: Some(name), .. } => names.contains(name),
            _ => false,
        });
        of_it.next().map(|event| event.at)
    }

    /// The first day after the end of the agreement, where a line on the time after it stands.
    fn once_ended(&self, line: &Record) -> Option<(Date, Option<Unknown>)> {
        let (end, doubt) = self.ended_by_now().day()?;
        let stands = self.tails(end, None).into_iter().find(|tail| tail.at == line.at)?;
        let doubt = match self.tail_stands(stands, end) {
            Ok(true) => doubt,
            Ok(false) => return None,
            Err(why) => doubt.or(Some(why)),
        };
        Some((end.next_day().unwrap_or(end), doubt))
    }

    /// An effect from a day on, for as long as it lasts.
    fn lasting_came(&self, effect: &Value, from: Date, (at, cause): (At, Option<Cause<'_>>)) -> Came {
        let own = Lasting::of(effect);
        let lasting = cause.map_or_else(|| own.clone(), |cause| cause.trigger.lasting(&own));
        let (until, doubt) = match self.last_day_of(&lasting, from, cause) {
            Ok(until) => (until, None),
            Err(why) => (None, Some(why.at(at))),
        };
        let said = cause.map_or_else(String::new, |cause| format!("{} on {from}", cause.trigger.name));
        Came {
            effect: effect.clone(),
            from,
            until,
            tested: cause.map_or(from, |cause| cause.tested),
            terms: (None, None),
            goes_on: lasting.while_it_lasts && until.is_none() && doubt.is_none(),
            place: None,
            of: None,
            doubt,
            host: at,
            at,
            cause: said,
            entry: None,
            chosen: None,
        }
    }
}

/// Whether a day is one of some terms.
fn within((from, until): Days, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
}

/// The part of what it is about that an effect names.
fn part_of(effect: &Value) -> Where {
    match effect {
        Value::Parts(parts) => Where::read(parts),
        _ => Where::default(),
    }
}

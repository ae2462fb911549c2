//! Whether the test on which a party ends the agreement held, by what was told: judged as of the entry's own day.
//!
//! A test below `terminate` has no name. Who ends the agreement on it says that it holds, as who ends it on a breach says
//! that there was one; so what nobody told is no refutation, but what was reported may be one. A test whose figures
//! or days are withheld may be refuted or not, and whether the agreement ended is unknown. What bars an end is asked the
//! same way. While an entry is judged it does not count, nor what comes after it on its day.

use crate::clock::Focus;
use crate::ends::right_to_end::{ground_of, ground_told};
use crate::ends::termination::of_termination;
use crate::engine::{Machine, Run};
use crate::royalty::measures;
use crate::unknown::{Eval, Gap};
use counterpart_ledger::{Event, EventKind, View};
use counterpart_num::{Basis, Cycle, Date, Exact, Period, PeriodKind};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Editions, Same};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Condition, Measure, Name, Window};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What stands against each clause as the ground of an entry, by the entry and the clause: in words, or why it is not
/// known whether anything does.
pub(crate) type Grounds = BTreeMap<(At, At), Eval<String>>;

/// What stands against the clauses on which one entry may rest.
pub(crate) type Against = Rc<Vec<(At, Eval<String>)>>;

/// Whether some edition lets a party end the agreement on a test, or bars an end while something is so.
pub(crate) fn are_tested(editions: &Editions) -> bool {
    let mut blocks =
        editions.0.iter().flat_map(|e| &e.model.records).filter(|r| r.clause == Form::FileTerminate);
    blocks.any(|block| block.below(Form::TerminateExcused).is_some() || tests(block).next().is_some())
}

/// The clauses that let a party end the agreement on a test, each with it.
fn tests(block: &Record) -> impl Iterator<Item = (&Record, &Condition)> {
    let causes = block.all_below(Form::TerminateCause).filter(|clause| ground_of(clause).is_none());
    causes.filter_map(|clause| Some((clause, clause.parts(Label::Cause)?.condition(Label::When)?)))
}

/// Whether an entry ends something on whose ground one may look.
pub(crate) fn is_an_end(event: &Event) -> bool {
    ended_by(event).is_some()
}

/// That somebody ends something.
struct End {
    /// Who.
    party: Name,
    /// What, where it is not the agreement.
    about: Option<Name>,
    /// On what part of the market.
    place: Focus,
    /// The ground is told.
    named: bool,
}

/// Who ends something by an entry.
fn ended_by(event: &Event) -> Option<End> {
    if let Some(by) = of_termination(event) {
        return Some(End { party: by.clone(), about: None, place: Focus::default(), named: false });
    }
    let EventKind::Told { word, name, place, parts, .. } = &event.kind else { return None };
    let by = parts.names(Label::By);
    let [by] = by.as_slice() else { return None };
    // What is supposed for a question has its day with it.
    if word != "terminated" || parts.has(Label::Date) {
        return None;
    }
    let (about, named) = (name.clone(), ground_told(parts).is_some());
    let place = Focus { place: place.clone(), ..Focus::default() };
    Some(End { party: by.clone(), about, place, named })
}

impl Machine<'_> {
    /// What stands against the grounds of the ends in a view; an end that is being judged is taken out of it.
    pub(crate) fn grounds_of<'j>(&'j self, view: &mut View<'j>) -> Rc<Grounds> {
        let mut out = Grounds::new();
        if !self.ends_on_tests {
            return Rc::new(out);
        }
        let known = view.known_on;
        view.events.retain(|event| {
            let Some(end) = ended_by(event) else { return true };
            if self.against.borrow().iter().any(|((seq, _), found)| found.is_none() && *seq <= event.seq) {
                return false;
            }
            let key = (event.seq, known);
            let found = self.against.borrow().get(&key).cloned().flatten();
            let found = found.unwrap_or_else(|| {
                self.against.borrow_mut().insert(key, None);
                let found: Against = Rc::new(self.run(event.date, known).grounds_against(event.date, &end));
                self.against.borrow_mut().insert(key, Some(Rc::clone(&found)));
                found
            });
            out.extend(found.iter().map(|(clause, why)| ((event.at, *clause), why.clone())));
            true
        });
        Rc::new(out)
    }
}

impl Run<'_> {
    /// What stands against the clauses on which a party may end the agreement on a day, seen without that end.
    fn grounds_against(&self, on: Date, end: &End) -> Vec<(At, Eval<String>)> {
        let End { party, about, place, named } = end;
        let mut out = Vec::new();
        for block in self.model_on(on).records.of(Form::FileTerminate) {
            for bar in block.all_below(Form::TerminateExcused) {
                let Some(so) = bar.condition(Label::While).map(|test| self.holds_on(test, on, place)) else {
                    continue;
                };
                match so {
                    Ok(true) => {
                        let why = format!("what bars it was so on that day ({})", self.place(bar.at));
                        out.push((bar.at, Ok(why)));
                    }
                    Err(why) if why.gap == Gap::Missing => out.push((bar.at, Err(why))),
                    _ => {}
                }
            }
            for (clause, test) in tests(block).filter(|_| !named) {
                let parties = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
                let theirs = || self.acts_for(party, &parties, about.as_ref(), on) != Same::No;
                if !parties.is_empty() && !theirs() {
                    continue;
                }
                match self.is_refuted(test, on, place) {
                    Ok(true) => {
                        let place = self.place(clause.at);
                        let why = format!("by what was told, the test at {place} did not hold on {on}");
                        out.push((clause.at, Ok(why)));
                    }
                    Ok(false) => {
                        out.extend(self.lapsed(clause, test, on, place).map(|so| (clause.at, so)));
                    }
                    Err(why) => out.push((clause.at, Err(why))),
                }
            }
        }
        out
    }

    /// That the time to end the agreement on a test is over, or why it is not known whether it is.
    fn lapsed(&self, clause: &Record, test: &Condition, on: Date, focus: &Focus) -> Option<Eval<String>> {
        let last = self.last_to_end_on(clause, test, on, focus).transpose()?;
        match last.and_then(|last| Ok(last.is_before(on)?.then_some(last.last))) {
            Ok(None) => None,
            Ok(Some(last)) => Some(Ok(format!("its right to end it lapsed on {last}"))),
            Err(why) => Some(Err(why)),
        }
    }

    /// Whether what was told shows that a test does not hold on a day.
    fn is_refuted(&self, test: &Condition, on: Date, focus: &Focus) -> Eval<bool> {
        match test {
            Condition::All(all) => self.some_refuted(all, true, on, focus),
            Condition::Any(any) => self.some_refuted(any, false, on, focus),
            Condition::Nil { left, .. } if !test.has_blank() => self.nil_is_refuted((test, left), on, focus),
            _ if !test.has_blank() && self.is_untold(test, on, focus) => Ok(false),
            _ => match self.holds_on(test, on, focus) {
                Ok(true) => Ok(false),
                Ok(false) => match test {
                    Condition::Compare { left, right, window, .. } => {
                        let amounts = [left, right];
                        Ok(self.all_is_reported(amounts, on)?
                            && !self.held_before(test, (amounts, window.as_ref()), on, focus)?)
                    }
                    _ => Ok(true),
                },
                // Somebody must decide it: who ends the agreement says that it is so.
                Err(why) if matches!(test, Condition::Other(_)) && !test.has_blank() => {
                    let Condition::Other(parts) = test else { return Ok(false) };
                    parts.has(Label::Unknown).then_some(why).map_or(Ok(false), Err)
                }
                Err(why) if why.gap == Gap::Missing => Err(why),
                Err(_) => Ok(false),
            },
        }
    }

    /// Whether one of several tests is refuted, or each of them is.
    fn some_refuted(&self, tests: &[Condition], any: bool, on: Date, focus: &Focus) -> Eval<bool> {
        let mut unknown = None;
        for test in tests {
            match self.is_refuted(test, on, focus) {
                Ok(so) if so == any => return Ok(any),
                Ok(_) => {}
                Err(why) => unknown = Some(why),
            }
        }
        unknown.map_or(Ok(!any), Err)
    }

    /// Whether nobody told anything of what a test is on, so that it is not so only for want of an entry.
    fn is_untold(&self, test: &Condition, on: Date, focus: &Focus) -> bool {
        let place = |territory| crate::condition::single(territory).or(focus.place.clone());
        let model = self.model_on(on);
        match test {
            Condition::Happens(event) => {
                let place = place(event.territory.as_ref());
                let computed = self.happens_when(&event.name).is_some()
                    || model.triggers.iter().any(|trigger| trigger.name == event.name);
                !computed && self.stretches(&event.name, place.as_ref()).is_empty()
            }
            Condition::Lasts { events, .. } => events.iter().all(|event| {
                let place = place(event.territory.as_ref());
                self.stretches(&event.name, place.as_ref()).is_empty()
            }),
            Condition::State { name, state, not: false, territory, .. } => match state.as_str() {
                "met" | "reached" | "agreed" | "approved" | "launched" | "on the market" => {
                    self.happens_when(name).is_none() && self.facts.told("missed", Some(name), None).is_none()
                }
                "running" | "open" => self.stretches(name, place(territory.as_ref()).as_ref()).is_empty(),
                _ => false,
            },
            Condition::After(moment) => self.clock().limit(moment, focus).is_ok_and(|limit| limit.is_none()),
            Condition::Other(parts) => word_of(parts).is_some_and(|told| {
                let mut happened = self.facts.happened();
                !happened.any(|event| matches!(&event.kind, EventKind::Told { word, .. } if word == told))
            }),
            _ => false,
        }
    }

    /// Whether something was reported in the time before a day in which a test asks for nothing; or all of that time
    /// was reported, and the test does not hold.
    fn nil_is_refuted(&self, (test, left): (&Condition, &Amount), on: Date, focus: &Focus) -> Eval<bool> {
        let Some(end) = self.last_ended([left], on)? else { return Ok(false) };
        let at = |period| Focus { period: Some(period), until: Some(end), ..focus.clone() };
        let Some(day) = Period::new(end, end) else { return Ok(false) };
        if self.all_is_reported([left], on)? {
            return match self.holds(test, &at(day)) {
                Ok(holds) => Ok(!holds),
                Err(why) if why.gap == Gap::Missing => Err(why),
                Err(_) => Ok(false),
            };
        }
        let Condition::Nil { lasting, after, .. } = test else { return Ok(false) };
        let start = lasting.as_ref().and_then(|l| l.span()?.before(end, self.calendar()));
        let Some(whole) = start.and_then(Date::next_day).and_then(|start| Period::new(start, end)) else {
            return Ok(false);
        };
        if let Some(after) = after
            && self.clock().limit(after, focus)?.is_some_and(|after| whole.start <= after)
        {
            return Ok(true);
        }
        let parts = [PeriodKind::Month, PeriodKind::Quarter]
            .into_iter()
            .flat_map(|unit| Cycle::new(unit, Basis::Calendar).between(whole.start, whole.end));
        let mut sold = parts.map(|part| self.amount(left, &at(part)));
        Ok(sold.any(|sold| sold.is_ok_and(|(sold, _)| sold.number() != &Exact::zero())))
    }

    /// The last day of the last period that had ended by a day, of those that some amounts are reported for.
    fn last_ended<'a>(&self, amounts: impl IntoIterator<Item = &'a Amount>, on: Date) -> Eval<Option<Date>> {
        let mut last: Option<Date> = None;
        for name in self.reported_in(amounts, on) {
            let cycle = self.metric_on(&name, on).and_then(|metric| metric.cycle.as_ref());
            let Some(cycle) = cycle.map(|cycle| self.clock().cycle(cycle)).transpose()? else { continue };
            let before = cycle.containing(on).and_then(|now| cycle.previous(&now));
            last = last.max(before.map(|period| period.end));
        }
        Ok(last)
    }

    /// Whether what some amounts are measured by was reported for all periods that had ended by a day.
    fn all_is_reported<'a>(&self, amounts: impl IntoIterator<Item = &'a Amount>, on: Date) -> Eval<bool> {
        for name in self.reported_in(amounts, on) {
            let cycle = self.metric_on(&name, on).and_then(|metric| metric.cycle.as_ref());
            let Some(cycle) = cycle.map(|cycle| self.clock().cycle(cycle)).transpose()? else { continue };
            let Some(last) = cycle.containing(on).and_then(|now| cycle.previous(&now)) else { continue };
            if self.reports(&name).touching(last.end, last.end).is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The metrics that some amounts are measured by as they are reported.
    pub(super) fn reported_in<'a>(
        &self,
        amounts: impl IntoIterator<Item = &'a Amount>,
        on: Date,
    ) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        for amount in amounts {
            measures(amount, &mut |measure: &Measure| names.extend(measure.names.iter().cloned()));
        }
        self.underlying(self.with_bases(names), on)
    }

    /// Whether a comparison over a year or the like that does not hold of the one that runs held of the last whole one.
    fn held_before(
        &self,
        test: &Condition,
        (amounts, window): ([&Amount; 2], Option<&Window>),
        on: Date,
        focus: &Focus,
    ) -> Eval<bool> {
        let mut windows: Vec<Window> = window.into_iter().cloned().collect();
        for amount in amounts {
            measures(amount, &mut |measure: &Measure| windows.extend(measure.window.clone()));
        }
        windows.retain(|window| matches!(window, Window::One { before: false, .. } | Window::Each(_)));
        let Some(today) = Period::new(on, on) else { return Ok(false) };
        for window in windows {
            let now = self.window(Some(&window), &Focus { period: Some(today), ..focus.clone() })?;
            let Some(end) = now.start.prev_day() else { continue };
            let Some(last) = Period::trailing(1, PeriodKind::Quarter, end) else { continue };
            match self.holds(test, &Focus { period: Some(last), until: Some(end), ..focus.clone() }) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(why) if why.gap == Gap::Missing => return Err(why),
                Err(_) => return Ok(true),
            }
        }
        Ok(false)
    }
}

/// The word of the entries that tell of what a test is on, where an entry of its own kind does.
fn word_of(test: &Parts) -> Option<&'static str> {
    let words = [
        (Label::Asserts, "asserted"),
        (Label::Challenges, "challenged"),
        (Label::Breach, "breached"),
        (Label::Insolvent, "insolvent"),
        (Label::Control, "control"),
        (Label::Drops, "dropped"),
    ];
    words.into_iter().find_map(|(label, word)| test.has(label).then_some(word))
}

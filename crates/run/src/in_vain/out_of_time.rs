//! Notices and choices that come when a trigger waits for none: before its test held, after the time to give notice or to
//! choose, or a second time; agreements in a window that is not open; licences kept before their licensor failed.
//!
//! Such an act was done, and may have been meant as something else; under its trigger nothing follows from it. That is
//! told as a warning, with the days on which it would have counted. Where a test cannot be decided nothing is said.

use crate::engine::Run;
use crate::rights::{Fired, Step};
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind, Notice};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::{Change, Effect, Trigger};
use counterpart_terms::value::{Name, Value};
use std::rc::Rc;

/// A warning for each of them, as all that is known says.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let asked = |event: &Event| match &event.kind {
        EventKind::Chose { .. } | EventKind::Notice(Notice { of: Some(_), .. }) => true,
        EventKind::Told { word, .. } => matches!(word.as_str(), "agreed" | "closed"),
        _ => false,
    };
    let Some(last) = machine.journal.last_day().filter(|_| machine.journal.events.iter().any(asked)) else {
        return Vec::new();
    };
    let run = runs.on(last, Date::MAX);
    let events: Vec<&Event> = run.facts.happened().collect();
    let found = events.into_iter().filter_map(|event| match &event.kind {
        EventKind::Chose { in_: Some(of), .. } => run.choice_out_of_time(event, of),
        EventKind::Chose { by, in_: None, effects } => run.kept_out_of_time(event, by, effects),
        EventKind::Told { word, parts, .. } if word == "agreed" => {
            run.agreed_out_of_time(event, parts.name(Label::As)?)
        }
        EventKind::Told { word, name: Some(name), .. } if word == "closed" => {
            run.agreed_out_of_time(event, name)
        }
        // One with words is a record.
        EventKind::Notice(Notice { of: Some(of), words: None, .. }) => run.notice_out_of_time(event, of),
        _ => None,
    });
    found.collect()
}

impl Run<'_> {
    /// A trigger with its tests that held; none where a test cannot be decided.
    fn decided_tests(&self, of: &Name, on: Date) -> Option<(&Trigger, Vec<Fired>)> {
        let model = self.model_on(on);
        let trigger = model.triggers.iter().find(|trigger| trigger.name == *of)?;
        let fired = self.followed(model, trigger);
        fired.iter().all(|fired| fired.doubt.is_none()).then_some((trigger, fired))
    }

    fn choice_out_of_time(&self, event: &Event, of: &Name) -> Option<Diagnostic> {
        let (trigger, fired) = self.decided_tests(of, event.date)?;
        let (who, within, _) = trigger.choice.as_ref()?;
        let mut times: Vec<(Date, Option<Date>)> = Vec::new();
        let mut open = false;
        for from in
            fired.iter().filter_map(|f| if let Step::Bites(from) = f.step { Some(from) } else { None })
        {
            let last = match within {
                Some(within) => Some(self.clock().shift(from, within, false).ok()?),
                None => None,
            };
            open |= from <= event.date && last.is_none_or(|last| event.date <= last);
            times.push((from, last));
        }
        if open {
            let again = self.chosen_again(event, (trigger, &fired));
            return again.or_else(|| self.part_out_of_time(event, (trigger, &fired)));
        }
        let when = match nearest(&times, event.date) {
            Some((from, Some(last))) => format!("it could be chosen from {from} to {last}"),
            Some((from, None)) => format!("it can be chosen from {from} on"),
            None => format!("`{of}` has not come to the point where {who} may choose"),
        };
        let message = format!("nothing could be chosen in `{of}` on {}", event.date);
        Some(
            Diagnostic::warning("choice-out-of-time", event.at.span(), message)
                .in_file(event.at.file)
                .with_also(trigger.at.file, trigger.at.span(), "how it comes to a choice, and for how long")
                .with_note(format!("{when}; this choice changes nothing"))
                .with_help("correct its day; where the parties let it count, tell their amendment"),
        )
    }

    /// That something was chosen where another choice, or the same, had been made.
    fn chosen_again(&self, event: &Event, (trigger, fired): (&Trigger, &[Fired])) -> Option<Diagnostic> {
        let made = self.choices_under(trigger, fired);
        let again = made.iter().find(|made| made.event.at == event.at && made.fired.is_empty())?;
        let (first, name) = (again.before?, &trigger.name);
        let why = match first.at == event.at {
            true => {
                "it names effects of several lines, and one line is one choice: the first counts".to_string()
            }
            false if first.known == first.date => {
                format!("one of the lines is chosen, and that was done on {}", first.date)
            }
            false => format!(
                "one of the lines is chosen, and that was done on {}, as was told on {}",
                first.date, first.known
            ),
        };
        let message = format!("`{}` had chosen in `{name}` before this was told", again.by);
        Some(
            Diagnostic::warning("choice-out-of-time", event.at.span(), message)
                .in_file(event.at.file)
                .with_also(first.at.file, first.at.span(), "chosen here")
                .with_note(format!("{why}; what is chosen after it changes nothing"))
                .with_help("take one out; where the parties let the second count, tell their amendment"),
        )
    }

    /// That something was chosen for a country, product or field for which it could not be, while it could for others.
    fn part_out_of_time(&self, event: &Event, (trigger, fired): (&Trigger, &[Fired])) -> Option<Diagnostic> {
        let EventKind::Chose { effects, .. } = &event.kind else { return None };
        let parts = effects.iter().filter_map(Effect::read).map(|effect| effect.part);
        let mut parts = parts.filter(|part| part.territory.is_some() || !part.names.is_empty());
        let part = parts.find(|part| self.is_open(trigger, fired, (event.date, part)) == Ok(false))?;
        let place = part.territory.as_ref().map(ToString::to_string);
        let of = Name::list(&part.names);
        let what = place.into_iter().chain((!of.is_empty()).then_some(of)).collect::<Vec<_>>().join(", ");
        let name = &trigger.name;
        let message = format!("nothing could be chosen in `{name}` for {what} on {}", event.date);
        Some(
            Diagnostic::warning("choice-out-of-time", event.at.span(), message)
                .in_file(event.at.file)
                .with_also(trigger.at.file, trigger.at.span(), "how it comes to a choice, and for how long")
                .with_note(format!(
                    "`{name}` has not come about there then; this choice changes nothing there"
                ))
                .with_help("name a part for which it came about, or correct the day"),
        )
    }

    /// That something was agreed in a window that was not open then, or that it was closed.
    fn agreed_out_of_time(&self, event: &Event, name: &Name) -> Option<Diagnostic> {
        let window = self.clauses(Form::FileWindow).find(|clause| clause.name(Label::Name) == Some(name))?;
        let found = self.rounds_of(name);
        if !found.doubt.is_empty() || found.rounds.iter().any(|round| round.unknown.is_some()) {
            return None;
        }
        let times: Vec<(Date, Option<Date>)> =
            found.rounds.iter().map(|round| (round.opened, round.last)).collect();
        let open = |(from, last): &(Date, Option<Date>)| {
            *from <= event.date && last.is_none_or(|last| event.date <= last)
        };
        // What is agreed on the day on which it is closed was agreed in it.
        let closed = self.facts.happened().any(|other| match &other.kind {
            EventKind::Told { word, name: Some(of), .. } => {
                word == "closed" && of == name && other.date == event.date
            }
            _ => false,
        });
        let just_closed = |(_, last): &(Date, Option<Date>)| *last == event.date.prev_day() && closed;
        if times.iter().any(|time| open(time) || just_closed(time)) {
            return None;
        }
        let when = match nearest(&times, event.date) {
            Some((from, Some(last))) => format!("it was open from {from} to {last}"),
            Some((from, None)) => format!("it is open from {from} on"),
            None => "it has not opened".to_string(),
        };
        Some(
            Diagnostic::warning(
                "agreed-out-of-time",
                event.at.span(),
                format!("`{name}` was not open on {}", event.date),
            )
            .in_file(event.at.file)
            .with_also(window.at.file, window.at.span(), "when it opens, and for how long")
            .with_note(format!("{when}; this entry changes nothing"))
            .with_help("correct its day; what was agreed outside of it is told as an amendment"),
        )
    }

    /// That a party keeps a licence of which no licensor had failed.
    fn kept_out_of_time(&self, event: &Event, by: &Name, effects: &[Value]) -> Option<Diagnostic> {
        let effects = effects.iter().filter_map(Effect::read);
        let mut named =
            effects.filter(|effect| matches!(effect.change, Change::Begins)).filter_map(|e| e.name);
        let name = named.find(|name| self.no_licensor_failed(name, event.date))?;
        let message = format!("`{by}` keeps `{name}` on {}, and its licensor had not failed", event.date);
        Some(
            Diagnostic::warning("choice-out-of-time", event.at.span(), message)
                .in_file(event.at.file)
                .with_note("a licence is kept once its licensor is insolvent; this choice changes nothing")
                .with_help("tell the insolvency before it: `insolvent` with the licensor's name"),
        )
    }

    fn notice_out_of_time(&self, event: &Event, of: &Name) -> Option<Diagnostic> {
        let (trigger, fired) = self.decided_tests(of, event.date)?;
        let (_, within) = trigger.notice.as_ref()?;
        let message = format!("nothing hangs on this notice of `{of}`");
        let problem = Diagnostic::warning("notice-out-of-time", event.at.span(), message)
            .in_file(event.at.file)
            .with_also(trigger.at.file, trigger.at.span(), "when it waits for a notice");
        if let EventKind::Notice(notice) = &event.kind {
            let (place, part) = self.part_noticed(notice);
            let each = trigger.each.as_ref();
            let by_country = each.is_some_and(|each| each.as_str() == "country");
            let place = place.filter(|_| each.is_none() || !by_country);
            let part = part.filter(|_| each.is_none() || by_country);
            if let Some(part) = place.or(part).filter(|_| each.is_none_or(|each| !each.is_blank())) {
                let why = format!(
                    "it is for `{part}` alone, and `{of}` is not tested so; this notice, of {}, changes nothing",
                    event.date
                );
                return Some(problem.with_note(why).with_help("leave out for what it is"));
            }
        }
        let mut times: Vec<(Date, Option<Date>)> = Vec::new();
        let mut before = None;
        for test in &fired {
            let last = match within {
                Some(within) => Some(self.clock().shift(test.tested, within, false).ok()?),
                None => None,
            };
            let inside = test.tested <= event.date && last.is_none_or(|last| event.date <= last);
            match test.notice {
                Some(at) if at == event.at => return None,
                Some(at) if inside => before = Some(at),
                None if inside => return None,
                _ => {}
            }
            times.push((test.tested, last));
        }
        if let Some(first) = before {
            return Some(
                problem
                    .with_also(first.file, first.span(), "notice was given here")
                    .with_note("notice of this test was given before, and that one counts")
                    .with_help("take it out, or add its words where it is only kept for the record"),
            );
        }
        let when = match nearest(&times, event.date) {
            Some((from, Some(last))) => {
                format!("its test held on {from}, and notice could be given until {last}")
            }
            Some((from, None)) => format!("its test held on {from}"),
            None => "its test has not held".to_string(),
        };
        Some(
            problem
                .with_note(format!("{when}; this notice, of {}, changes nothing", event.date))
                .with_help("correct its day, or add its words where it is only kept for the record"),
        )
    }
}

/// Of several times the last that began by a day, or else the first.
fn nearest(times: &[(Date, Option<Date>)], on: Date) -> Option<(Date, Option<Date>)> {
    let before = times.iter().filter(|(from, _)| *from <= on).max_by_key(|(from, _)| *from);
    before.or_else(|| times.iter().min_by_key(|(from, _)| *from)).copied()
}

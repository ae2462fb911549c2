//! Reasons that are not rights themselves: why a condition holds on a day, how a trigger came to bite, what a ladder
//! looked at.
//!
//! Reasons are typed steps, each with its clause or entry, and with the day it came about where there is one.

use super::joined::{denied, joined};
use super::why::graded;
use crate::breaches;
use crate::clock::Focus;
use crate::condition::single;
use crate::engine::Run;
use crate::rights::Dated;
use crate::runs::Lent;
use crate::trace::Step;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Change, Ladder, Model, Same};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Compare, Condition, Duration, Name, PeriodLabel};

/// A reason of a reason of a reason is told no further.
const DEEPEST: usize = 3;

impl<'m> Run<'m> {
    /// A change, and what brought it about.
    pub(super) fn why_change(&self, model: &Model, change: &Dated) -> Step {
        let what = match &change.effect.change {
            Change::Becomes(grade) => format!("it became {}", graded(grade)),
            Change::Ends => "it ended".to_string(),
            Change::Begins => "it began".to_string(),
            Change::Expands(_) => "it came to reach more".to_string(),
            Change::Retracts(_) => "it came to reach less".to_string(),
            Change::Rests => "it rests".to_string(),
        };
        let place = change.place.as_ref().map_or(String::new(), |place| format!(" in {place}"));
        let of =
            if change.of.is_empty() { String::new() } else { format!(" for {}", Name::list(&change.of)) };
        let step = Step::note(format!("{what}{of}{place}")).on(change.from).by(change.at);
        let entry = self.facts.happened().find(|event| event.at == change.at);
        let under = match entry.map(|event| &event.kind) {
            Some(EventKind::Chose { by, in_, .. }) => {
                let chose = Step::note(format!("{by} chose so")).on(change.from).by(change.at);
                let trigger = in_.as_ref().and_then(|name| model.triggers.iter().find(|t| t.name == *name));
                let mut parts: Vec<Step> =
                    trigger.map(|t| self.why_trigger(model, t, change)).into_iter().collect();
                parts.push(chose);
                return step.from(parts);
            }
            _ => model.triggers.iter().find(|trigger| trigger.at == change.at),
        };
        if let Some(trigger) = under {
            return step.from(vec![self.why_trigger(model, trigger, change)]);
        }
        let ladder = model.grants.values().flat_map(|grant| &grant.ladders).find(|l| l.at == change.at);
        match ladder {
            Some(ladder) => step.from(vec![self.why_ladder(ladder, change.from)]),
            None => step.from(self.why_part_could_end(change.at)),
        }
    }

    /// What a ladder looked at on a day.
    fn why_ladder(&self, ladder: &Ladder, on: Date) -> Step {
        let tested = Step::note("tested").on(on);
        let period = self.clock().period(PeriodLabel::Year(on.year() - 1), None);
        let measured =
            period.map(|p| self.then(on).measure(&ladder.metric, &Focus::of(p)).map(|(_, step)| step));
        match measured {
            Some(Ok(step)) => tested.from(vec![step]),
            Some(Err(why)) => tested.from(vec![Step::note(why.reason)]),
            None => tested,
        }
    }

    /// The machine on an earlier day, by what is known now.
    pub(super) fn then(&self, on: Date) -> Lent<'_, 'm> {
        self.on_another_day(on)
    }

    /// Whether a condition holds on a day, where that can be said.
    pub(super) fn is_so(&self, condition: &Condition, on: Date) -> Option<bool> {
        self.then(on).holds_by_day(condition, &Focus::default(), on).ok()
    }

    /// A condition on a day, and why it holds or does not.
    pub(crate) fn why_so(&self, condition: &Condition, on: Date, depth: usize) -> Step {
        self.why_so_of(condition, &Focus::default(), on, depth)
    }

    /// The same of the condition of a clause: where the condition has no words of its own, in those of the clause.
    pub(super) fn why_line(&self, condition: &Condition, at: At, on: Date, depth: usize) -> Step {
        let step = self.why_so(condition, on, depth);
        let several = matches!(condition, Condition::All(_) | Condition::Any(_));
        let bare = [asked("so").what, asked("not so").what].contains(&step.what);
        if !several && !bare {
            return step.by(at);
        }
        let words = self.said_at(at);
        let what = match (condition, self.is_so(condition, on)) {
            (_, None) => step.what,
            (_, Some(true)) => format!("`{words}` is so"),
            (Condition::Any(_), Some(false)) => format!("`{words}`: none of it is so"),
            (Condition::All(_), Some(false)) => format!("`{words}`: not all of it is so"),
            (_, Some(false)) => format!("`{words}` is not so"),
        };
        Step { what, ..step }.by(at)
    }

    pub(super) fn why_so_in(&self, condition: &Condition, focus: &Focus, on: Date, depth: usize) -> Step {
        let focus = focus.clone();
        let said = match self.holds(condition, &focus) {
            Ok(true) => "so",
            Ok(false) => "not so",
            Err(why) => return Step::note(format!("not known: {}", why.reason)),
        };
        match condition {
            Condition::All(all) | Condition::Any(all) => {
                let parts = || all.iter().map(|one| self.why_so_in(one, &focus, on, depth)).collect();
                joined(condition, &Ok(said == "so"), parts)
            }
            Condition::Not(inner) => denied(&Ok(said != "so"), || self.why_so_in(inner, &focus, on, depth)),
            Condition::Compare { row: Some((count, _)), .. } if *count > 1 => {
                let why = self.why_in_a_row(condition, &focus, on, said == "so", depth);
                why.unwrap_or_else(|| asked(said))
            }
            Condition::Compare { left, op, right, window, .. } => {
                let focus = match window.as_ref().map(|w| self.window(Some(w), &focus)) {
                    Some(Ok(period)) => Focus { period: Some(period), ..focus },
                    _ => focus,
                };
                let (Ok((left, step)), Ok((right, other))) =
                    (self.amount(left, &focus), self.amount(right, &focus))
                else {
                    return asked(said);
                };
                let not = if said == "so" { "" } else { "not " };
                let what = format!("{left} is {not}{} {right}", compared(*op));
                let other = Some(other).filter(|step| !step.parts.is_empty());
                Step::note(what).from(std::iter::once(step).chain(other).collect())
            }
            Condition::Nil { left, lasting, .. } => self.why_nil(left, lasting.as_ref(), &focus),
            Condition::State { name, state, not, .. } => {
                let place = self.place_tested(condition, &focus);
                if let Some(step) = self.why_done(condition, &focus, on, said == "so") {
                    return step;
                }
                let is = if (said == "so") != *not { "is" } else { "is not" };
                let step = Step::note(format!("{name} {is} {state}"));
                if state == "valid"
                    && let Some(told) = self.why_not_valid(name, place.as_ref(), on)
                {
                    return step.by(self.defined_at(name)).from(vec![told]);
                }
                let begun =
                    matches!(state.as_str(), "running" | "in force") && self.told_first(name, None).is_none();
                let set_off = if begun { self.set_off_by(name, place.as_ref(), on) } else { Vec::new() };
                if !set_off.is_empty() {
                    return step.by(self.defined_at(name)).from(set_off);
                }
                match self.told_first(name, place.as_ref()) {
                    Some(event) => step.on(event.date).by(event.at),
                    None => match self.grant_of(name, on).filter(|_| depth < DEEPEST) {
                        Some(grant) => step.by(grant.at).from(self.why_in_force(grant, on, depth + 1)),
                        None => step.by(self.defined_at(name)),
                    },
                }
            }
            Condition::Graded { name, grade, not, .. } => {
                let is = if (said == "so") != *not { "is" } else { "is not" };
                let changed = if depth == 0 { self.why_grade_changed(name, on) } else { Vec::new() };
                Step::note(format!("{name} {is} {}", graded(grade))).by(self.defined_at(name)).from(changed)
            }
            Condition::Lasts { events, lasting } => {
                let mut parts = Vec::new();
                for event in events {
                    let place = single(event.territory.as_ref());
                    for stretch in self.stretches(&event.name, place.as_ref()).iter() {
                        let from = stretch.from;
                        let to = stretch.to.map_or(", and goes on".to_string(), |to| format!(" until {to}"));
                        let lasted = if stretch.doubt.is_some() { "may have lasted" } else { "lasted" };
                        let step = Step::note(format!("{} {lasted} from {from}{to}", event.name)).on(from);
                        parts.push(step.by(stretch.set_off.as_ref().map(|by| by.at)));
                    }
                }
                let names: Vec<&str> = events.iter().map(|e| e.name.as_str()).collect();
                match parts.as_slice() {
                    [] => match events.as_slice() {
                        [event] => self.why_set_off(&event.name, said == "so", on),
                        _ => Step::note(format!("nobody told of {}", names.join(" or "))),
                    },
                    [one] if said == "so" => one.clone(),
                    [one] => {
                        Step { what: format!("{}: {}", one.what, not_so(lasting.as_ref())), ..one.clone() }
                    }
                    _ => {
                        let lasts = if said == "so" { "lasts" } else { "does not last" };
                        Step::note(format!("{} {lasts}", names.join(" or "))).from(parts)
                    }
                }
            }
            Condition::Happens(event) => match self.told_first(&event.name, None) {
                Some(told) if said == "so" => {
                    Step::note(format!("{} came about", event.name)).on(told.date).by(told.at)
                }
                Some(told) => {
                    let what = format!("{} came about, and not as it is asked", event.name);
                    Step::note(what).on(told.date).by(told.at)
                }
                None => self.why_set_off(&event.name, said == "so", on),
            },
            Condition::Other(_) if !self.payments_tested(condition).is_empty() => {
                let names = self.payments_tested(condition);
                let fails =
                    if said == "so" { "not all that is due is paid" } else { "all that is due is paid" };
                let why = names.iter().flat_map(|name| self.why_paid(name, on, None)).collect();
                Step::note(format!("{}: {fails}", Name::list(&names))).from(why)
            }
            Condition::Other(parts) if parts.has(Label::Fails) => {
                let party = parts.name(Label::Fails).map_or(String::new(), ToString::to_string);
                let act = parts.word(Label::Act).unwrap_or("do so");
                let fails = if said == "so" { "fails" } else { "does not fail" };
                let what = Name::list(&parts.names(Label::What));
                let step = Step::note(format!("{party} {fails} to {act} {what}").trim_end());
                if let Some(why) = self.why_failing(parts, &focus, on) {
                    return step.from(vec![why]);
                }
                match self.reports_tested(condition) {
                    Some(tested) => step.from(self.why_reported(&tested, on, None)),
                    None => asked(said),
                }
            }
            Condition::Other(parts) => {
                let Some((what, word, whose, party)) = told_of(parts) else {
                    return self.why_by_day(condition, &focus, said == "so").unwrap_or_else(|| asked(said));
                };
                let told = self.facts.happened().filter(|event| match &event.kind {
                    EventKind::Told { word: told, parts, .. } => {
                        told == word && parts.name(whose).is_none_or(|of| of == party)
                    }
                    _ => false,
                });
                let entry = match parts.name(Label::Breach) {
                    Some(party) => self.told_of_breach((party, parts.name(Label::Clause)), said == "so", on),
                    None => told.last(),
                };
                let (day, at) = entry.map(|event| (event.date, event.at)).unzip();
                let what = match (entry, said) {
                    (_, "so") => what,
                    (None, _) => format!("nobody told that {what}"),
                    (Some(_), _) => format!("it is not so that {what}"),
                };
                Step::note(what).on(day).by(at)
            }
            _ => self.why_by_day(condition, &focus, said == "so").unwrap_or_else(|| asked(said)),
        }
    }

    /// The clause that defines a name.
    pub(super) fn defined_at(&self, name: &Name) -> Option<At> {
        let at = self.machine.deal.symbols.get(name.as_str())?.at;
        let file = self.machine.deal.files.get(at.file)?;
        let clause = file.tree.clause_around(at.start)?;
        Some(file.lines.at(at.file, clause.span()))
    }

    /// The entry that tells of a breach of a party that stands on a day; or, where none does, the last that tells of one, or
    /// of its cure.
    fn told_of_breach(&self, (party, of): (&Name, Option<&Name>), stands: bool, on: Date) -> Option<&Event> {
        let theirs = |event: &&Event, word: &str| {
            breaches::told(event, word).and_then(|breach| Some((breach.by?, breach.of))).is_some_and(
                |(by, of)| self.acts_for(by, std::slice::from_ref(party), of, event.date) == Same::Yes,
            )
        };
        let mut happened = self.facts.happened().take_while(|event| event.date <= on);
        if !stands {
            return happened.filter(|event| theirs(event, "breached") || theirs(event, "cured")).last();
        }
        let clock = self.clock();
        let open = clock.standing_breaches(party, on);
        let meant = open.iter().map(|one| &one.breach).find(|breach| of.is_none() || breach.of == of)?;
        let is_it = |event: &&Event| {
            let told = breaches::told(event, "breached");
            theirs(event, "breached") && told.is_some_and(|told| told.on == meant.on && told.of == meant.of)
        };
        happened.find(is_it)
    }

    /// The first entry that says of something that it came about.
    fn told_first(&self, of: &Name, place: Option<&Name>) -> Option<&Event> {
        let here = |told: &Option<Name>| told.as_ref().zip(place).is_none_or(|(told, place)| told == place);
        self.facts.happened().find(|event| match &event.kind {
            EventKind::Reached { name, place, .. }
            | EventKind::Told { name: Some(name), place, .. }
            | EventKind::Began(name, place) => name == of && here(place),
            EventKind::Exercised(name, _) => name == of,
            _ => false,
        })
    }
}

/// Why what lasted does not count.
fn not_so(lasting: Option<&Duration>) -> String {
    match lasting {
        Some(length) => format!("that is not {}", crate::exit::length(length)),
        None => "it does not last any more".to_string(),
    }
}

/// A test that has no words of its own but those of its clause.
fn asked(said: &str) -> Step {
    Step::note(format!("what the clause asks is {said}"))
}

fn compared(op: Compare) -> &'static str {
    match op {
        Compare::Equal => "the same as",
        Compare::AtMost => "at most",
        Compare::AtLeast => "at least",
        Compare::Below => "below",
        Compare::Above => "above",
    }
}

/// What a test only entries can decide is about: in words, the entry that tells of it, and whose name that must have.
fn told_of(parts: &Parts) -> Option<(String, &'static str, Label, &Name)> {
    let kinds = [
        (Label::Asserts, "asserts a patent", "asserted", Label::By),
        (Label::Challenges, "challenges a patent", "challenged", Label::By),
        (Label::Breach, "is in breach", "breached", Label::By),
        (Label::Insolvent, "is insolvent", "insolvent", Label::Party),
        (Label::Control, "comes under other control", "control", Label::Of),
        (Label::Drops, "drops it", "dropped", Label::By),
    ];
    let found = kinds
        .into_iter()
        .find_map(|(label, what, word, whose)| Some((what, word, whose, parts.name(label)?)));
    found.map(|(what, word, whose, party)| (format!("{party} {what}"), word, whose, party))
}

//! Effects: which came about, whatever brought them about, from which day until which, where, and how they rank.
//!
//! A trigger brings one about, at once or as a party chose; so do the time of a window that passes, a sunset, a change of
//! control, an option that lapses and the end of the agreement. All who ask for effects ask here: rights, assets, payments,
//! duties, talks and events. What one makes of a figure is in `figures`, of a right in `rights`, what it makes due in `pay`,
//! and whom it binds in `agenda`.

mod came;
mod changed;
mod chosen;
mod decided;
mod figures;
mod hosts;
mod unrun;

pub(crate) use came::Came;
pub(crate) use changed::Changed;
pub(crate) use decided::{expert_line, talked_about};
pub(crate) use figures::{Rated, in_force, latest, rate_of_lines, scaled_payments};
pub(crate) use hosts::{Host, Hosts, Says};
pub(crate) use unrun::warnings;

use crate::engine::Run;
use crate::rights::{Cause, Step};
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::made_due::on_line;
use counterpart_terms::model::{Lasting, Model, Trigger, Where};
use counterpart_terms::precedence::ClauseRef;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// What is asked of effects.
pub(crate) struct Asked<'a> {
    /// Which of them.
    wanted: &'a dyn Fn(&Value) -> bool,
    /// What they are on, which may go before them.
    on: Option<&'a Name>,
    /// The triggers that are followed.
    follows: &'a dyn Fn(&Trigger) -> bool,
    /// They are on payments, or ask something of a party: those of the end of the agreement are among them.
    owed: bool,
}

impl Run<'_> {
    /// The effects of some kind on something that came about, or may have, oldest first: each by the terms of the day on
    /// which its cause was tested. What goes before its clause is not changed by it.
    pub(crate) fn came_on(&self, name: &Name, wanted: &dyn Fn(&Value) -> bool) -> Vec<Came> {
        self.came_by_triggers(name, wanted, &|_| true)
    }

    /// The same, of triggers some of which are not followed.
    pub(crate) fn came_by_triggers(
        &self,
        name: &Name,
        wanted: &dyn Fn(&Value) -> bool,
        follows: &dyn Fn(&Trigger) -> bool,
    ) -> Vec<Came> {
        let asked = Asked { wanted, on: Some(name), follows, owed: false };
        let came = self.came(&asked).into_iter();
        came.filter_map(|came| came.within_its_terms()).collect()
    }

    /// The effects of some kind of the triggers with a name.
    pub(crate) fn came_of(&self, name: &Name, wanted: &dyn Fn(&Value) -> bool) -> Vec<Came> {
        let asked = Asked { wanted, on: None, follows: &|trigger| trigger.name == *name, owed: false };
        let came = self.came(&asked).into_iter().filter(|came| came.by_trigger);
        came.filter_map(|came| came.within_its_terms()).collect()
    }

    /// The effects of some kind on payments, or that ask something of a party, that came about by the day asked about, or
    /// may have, oldest first: each by the terms of the day on which its cause was tested.
    pub(crate) fn came_about(&self, on: Option<&Name>, wanted: &dyn Fn(&Value) -> bool) -> Vec<Came> {
        let came = self.came_under_any_terms(on, wanted).into_iter();
        came.filter_map(|came| came.within_its_terms()).collect()
    }

    /// The same by all terms there are, whichever were in force on the day of the test: what is for a period goes by those
    /// it began under.
    fn came_under_any_terms(&self, on: Option<&Name>, wanted: &dyn Fn(&Value) -> bool) -> Vec<Came> {
        let asked = Asked { wanted, on, follows: &|_| true, owed: true };
        let mut out = self.came(&asked);
        out.retain(|came| came.from <= self.facts.as_of() || came.doubt.is_some());
        out.into_iter().flat_map(|came| self.in_each_place(came)).collect()
    }

    /// Every effect that is asked for, as each clause that says what follows brought it about.
    fn came(&self, asked: &Asked<'_>) -> Vec<Came> {
        let mut out = Vec::new();
        let hosts: Vec<&Host> = match asked.on {
            Some(name) => self.machine.hosts.on(name).collect(),
            None => self.machine.hosts.all().collect(),
        };
        for host in hosts {
            let Some(edition) = self.machine.editions.0.get(host.edition) else { continue };
            match host.says(&edition.model) {
                Some(Says::Trigger(trigger)) => {
                    let wanted = effects_in(trigger).any(|effect| (asked.wanted)(effect));
                    if wanted && (asked.follows)(trigger) {
                        self.came_of_trigger((trigger, &edition.model), host, asked, &mut out);
                    }
                }
                Some(Says::Clause(record)) => self.came_of_clause(record, host, asked, &mut out),
                None => {}
            }
        }
        if let Some(name) = asked.on {
            out = out.into_iter().filter_map(|came| self.ranked(came, name)).collect();
        }
        out.sort_by_key(|came| (came.from, came.at));
        out
    }

    /// What came of a trigger: at once, and as a party chose.
    fn came_of_trigger(
        &self,
        (trigger, model): (&Trigger, &Model),
        host: &Host,
        asked: &Asked<'_>,
        out: &mut Vec<Came>,
    ) {
        let mut fired = self.followed(model, trigger);
        // Before there was such a clause, and after it was taken out, nothing comes about.
        fired.retain_mut(|found| found.is_within(host.versions));
        // What is taken out, and not restated, leaves what it brought about.
        let terms = (host.days.0, host.days.1.filter(|_| host.restated));
        let clause = (Some(ClauseRef::named(trigger.name.clone())), host.edition);
        for found in &fired {
            let Step::Bites(day) = found.step else { continue };
            let cause = Cause { trigger, tested: found.tested, focus: &found.part };
            for effect in trigger.then.iter().filter(|effect| (asked.wanted)(effect)) {
                let came = self.lasting_came(effect, &Lasting::of(effect), day, (trigger.at, Some(cause)));
                out.push(Came {
                    place: found.place.clone(),
                    elsewhere: found.elsewhere.clone(),
                    of: found.of.clone(),
                    over: found.over,
                    later: found.later,
                    doubt: found.doubt.clone().or(came.doubt.clone()),
                    until: came.until.filter(|_| !found.later),
                    entry: found.notice.or_else(|| {
                        let behind = || self.entry_behind(trigger, found.tested);
                        asked.owed.then(behind).flatten()
                    }),
                    clause: clause.clone(),
                    terms,
                    ..came
                });
            }
        }
        if trigger.choice.is_some() {
            let chosen = self.came_by_choice((trigger, model), &fired, asked);
            out.extend(chosen.into_iter().map(|came| Came { clause: clause.clone(), terms, ..came }));
        }
    }

    /// What came of a clause without a test of its own.
    fn came_of_clause(&self, record: &Record, host: &Host, asked: &Asked<'_>, out: &mut Vec<Came>) {
        let title = crate::windows::title(record);
        // What a window says of itself waits for what it is about; and what becomes of rights after the end has lines of
        // its own.
        let itself = record.clause == Form::FileWindow && title.as_ref() == asked.on;
        if itself && asked.on.is_some() || record.clause == Form::FileAfterEnd && !asked.owed {
            return;
        }
        self.came_by_expert(record, host, asked, out);
        let title = title.map_or_else(|| record.clause.name().to_string(), |name| name.to_string());
        for line in &record.below {
            let effects: Vec<&Value> =
                on_line(line).into_iter().filter(|effect| (asked.wanted)(effect)).collect();
            if effects.is_empty() {
                continue;
            }
            for (from, doubt, entry) in self.days_of_line(record, line) {
                for effect in &effects {
                    let came = self.lasting_came(effect, &Lasting::of(effect), from, (line.at, None));
                    let came = Came {
                        doubt: doubt.clone().or(came.doubt.clone()),
                        later: doubt.is_some(),
                        until: came.until.filter(|_| doubt.is_none()),
                        cause: format!("{title} on {from}"),
                        entry,
                        host: record.at,
                        after: record
                            .below(Form::SunsetOpens)
                            .and_then(|line| line.name(Label::Window))
                            .cloned(),
                        clause: (ClauseRef::of(record), host.edition),
                        ..came
                    };
                    out.extend(came.within(host.days));
                }
            }
        }
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
                let clock = self.clock();
                let came = clock.control_came(line).into_iter();
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
    fn lasting_came(
        &self,
        effect: &Value,
        own: &Lasting,
        from: Date,
        (at, cause): (At, Option<Cause<'_>>),
    ) -> Came {
        let lasting = cause.map_or_else(|| own.clone(), |cause| cause.trigger.lasting(own));
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
            over: None,
            terms: (None, None),
            goes_on: lasting.while_it_lasts && until.is_none() && doubt.is_none(),
            later: false,
            place: None,
            elsewhere: None,
            of: None,
            doubt,
            host: at,
            at,
            by_trigger: cause.is_some(),
            clause: (None, 0),
            after: None,
            above: false,
            rank: 0,
            cause: said,
            entry: None,
            chosen: None,
        }
    }
}

/// What a trigger brings about, or lets a party choose.
fn effects_in(trigger: &Trigger) -> impl Iterator<Item = &Value> {
    trigger.then.iter().chain(trigger.choice.iter().flat_map(|(_, _, effects)| effects))
}

/// The part of what it is about that an effect names.
fn part_of(effect: &Value) -> Where {
    match effect {
        Value::Parts(parts) => Where::read(parts),
        _ => Where::default(),
    }
}

//! That a party ended the agreement as a whole, and from which day it is over: on the day told, or once the notice has
//! run that the text asks of that party on that ground.
//!
//! An entry `terminated` and a `notice of termination` both begin the notice. Where a notice was told before, or the
//! text asks for none, `terminated` tells the end itself; so it does on a breach that had time to be cured, since the
//! notice of a breach comes before that time. Every question about the end asks here, whether it is about grants or money.

use crate::clock::{Clock, Focus, When};
use crate::runs::Runs;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind, Notice};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Duration, Moment, Name, Value};
use std::rc::Rc;

/// The ground of an end that needs none.
pub(crate) const AT_WILL: &str = "at will";

/// That somebody ended the agreement.
#[derive(Debug, Clone)]
pub(crate) struct Termination {
    /// The day of the entry.
    pub told: Date,
    /// Who did, where the entry says.
    pub by: Vec<Name>,
    /// On what ground, where that is told.
    pub ground: Option<String>,
    /// The last day of the agreement.
    pub end: Eval<Date>,
}

impl Clock<'_> {
    /// How a party ended the agreement as a whole; `None` where nobody did, or it had run out before the notice did. A
    /// right or a country that ended is another matter.
    pub(crate) fn terminated(&self) -> Option<Termination> {
        let told = self.facts.happened().find_map(|event| self.entry(event));
        let noticed = self.facts.happened().find_map(|event| self.notice(event));
        let found = match (told, noticed) {
            (Some(told), Some(noticed)) => Some(earlier(told, noticed)),
            (one, other) => one.or(other),
        };
        let found = match (found, self.for_want_of_a_need()) {
            (Some(told), Some(wanting)) => earlier(told, wanting),
            (one, other) => one.or(other)?,
        };
        if found.end.as_ref().is_ok_and(|end| *end == found.told) {
            return Some(found);
        }
        // While the notice runs the agreement may run out by itself.
        match (self.runs_out(&Focus::default()), &found.end) {
            (Ok(When::On(day)), Ok(end)) if day < *end => None,
            // A patent of which no day is stated lives until somebody tells that it does not.
            (Err(_), Ok(_)) if self.model().header.ends.as_ref().is_some_and(hangs_on_patents) => Some(found),
            (Err(why), Ok(_)) => Some(Termination { end: Err(why), ..found }),
            _ => Some(found),
        }
    }

    /// The end on a day by which something was to come that the agreement does not go on without.
    fn for_want_of_a_need(&self) -> Option<Termination> {
        let header = &self.model().header;
        let ends = header.needs.iter().filter_map(|need| {
            let by = match self.limit(&need.by, &Focus::default()) {
                Ok(by) => by.filter(|by| *by < self.facts.as_of())?,
                // From when on the agreement may have ended, nothing says.
                Err(_) => return None,
            };
            let (name, territory) = need.what.waits_for()?;
            let place = crate::condition::single(territory);
            let so = Moment::Event { name: name.clone(), state: None, place };
            let came = self.limit(&so, &Focus::default()).ok().flatten().filter(|day| *day <= by);
            let missed = self.facts.told("missed", Some(name), None).is_some();
            (missed || came.is_none()).then_some(by)
        });
        let end = ends.min()?;
        Some(Termination { told: end, by: Vec::new(), ground: None, end: Ok(end) })
    }

    /// What an entry `terminated` says.
    fn entry(&self, event: &Event) -> Option<Termination> {
        let EventKind::Told { word, name: None, place: None, parts, .. } = &event.kind else { return None };
        if word != "terminated" || parts.has(Label::Fields) {
            return None;
        }
        let by = parts.names(Label::By);
        let ground = ground_told(parts);
        // An end that is supposed has its last day with it: its clocks were followed before.
        if let Some(Value::Date(end)) = parts.get(Label::Date) {
            return Some(Termination { told: event.date, by, ground, end: Ok(*end) });
        }
        let mut unsure = None;
        if let [party] = by.as_slice() {
            if self.is_closed((party, ground.as_deref()), event.date) {
                return None;
            }
            match self.has_lapsed((party, ground.as_deref()), event.date) {
                Ok(true) => return None,
                Ok(false) => {}
                Err(why) => unsure = Some(why),
            }
        }
        let before = self.facts.happened().take_while(|e| e.date < event.date);
        let warned = before.filter_map(of_termination).any(|party| by.is_empty() || by.contains(party));
        let notice = match by.as_slice() {
            [party] if !warned => self.notice_needed((party, ground.as_deref()), event.date, event.at),
            // What several end together needs no notice.
            _ => Ok(None),
        };
        let end = notice.and_then(|notice| self.run_out(event.date, notice));
        let end = unsure.map_or(end, Err);
        Some(Termination { told: event.date, by, ground, end })
    }

    /// What a `notice of termination` brings about: an end where its party may end the agreement by notice, and not
    /// where the agreement waits for one in order not to be renewed.
    fn notice(&self, event: &Event) -> Option<Termination> {
        let party = of_termination(event)?;
        let renews = &self.editions.on(event.date).header.renews;
        if renews.as_ref().is_some_and(|renewal| renewal.by_itself) {
            return None;
        }
        let notice = self.notice_needed((party, None), event.date, event.at).transpose()?;
        let end = notice.and_then(|notice| self.run_out(event.date, Some(notice)));
        Some(Termination { told: event.date, by: vec![party.clone()], ground: None, end })
    }

    /// The last day of a notice given on a day.
    fn run_out(&self, day: Date, notice: Option<(Duration, At)>) -> Eval<Date> {
        match notice {
            Some((notice, at)) => self.shift(day, &notice, false).map_err(|u| u.at(at)),
            None => Ok(day),
        }
    }

    /// The clauses by which a party may end the agreement as a whole, and those of which it is withheld who may; the end
    /// of a part is not that of the whole.
    fn causes<'c>(&'c self, party: &Name, day: Date) -> impl Iterator<Item = &'c Record> {
        let blocks = self.editions.on(day).records.iter().filter(|r| r.clause == Form::FileTerminate);
        let whole = blocks.flat_map(|block| block.all_below(Form::TerminateCause));
        whole.filter(move |clause| {
            let named = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
            let theirs = named.is_empty() || named.iter().any(|n| n == party || n.is_blank());
            !clause.has(Label::Product) && theirs
        })
    }

    /// The notice a party must give to end the agreement on a ground; where that is not told, on any it may have.
    fn notice_needed(
        &self,
        (party, ground): (&Name, Option<&str>),
        day: Date,
        at: At,
    ) -> Eval<Option<(Duration, At)>> {
        let mut found: Vec<Option<(Duration, At)>> = Vec::new();
        for clause in self.causes(party, day) {
            let hidden = whose_or_why(clause, party);
            let here = match (ground_of(clause), ground) {
                (Some(of), _) if Name::from(of.as_str()).is_blank() => true,
                (of, Some(ground)) => of.as_deref() == Some(ground),
                (Some(of), None) => of == AT_WILL || self.has_come(&of, party, day),
                // Whether a test holds is not asked: who ends the agreement on it says that it does.
                (None, None) => true,
            };
            if !here || !self.is_open(clause, day)? {
                continue;
            }
            if let Some(why) = hidden {
                return Err(why);
            }
            let notice = match clause.get(Label::Notice) {
                Some(Value::Duration(notice)) if !clause.has(Label::Cure) => {
                    Some((notice.clone(), clause.at))
                }
                _ => None,
            };
            let known =
                |n: &Option<(Duration, At)>| n.as_ref().map(|(n, _)| n) == notice.as_ref().map(|(n, _)| n);
            if !found.iter().any(known) {
                found.push(notice);
            }
        }
        match found.len() {
            0 | 1 => Ok(found.into_iter().next().flatten()),
            _ => {
                let why = format!(
                    "on what ground {party} ended the agreement on {day} is not told, and so not how long its notice \
                     is: add `at will`, `on breach` or another to `terminated`"
                );
                Err(Unknown::new(why).at(at))
            }
        }
    }

    /// Whether every right a party may have had to end the agreement on a day had lapsed by then.
    fn has_lapsed(&self, (party, ground): (&Name, Option<&str>), day: Date) -> Eval<bool> {
        let takeovers = self.editions.on(day).records.iter().filter(|r| r.clause == Form::FileAssignment);
        let takeovers = takeovers.flat_map(|r| r.all_below(Form::AssignmentControl));
        // Who may end it after a change of control may do so by that clause.
        let elsewhere = takeovers.into_iter().any(|line| line.name_any(&|name| name == party));
        let (mut lapsed, mut perhaps, mut unknown) = (false, None, None);
        for clause in self.causes(party, day) {
            let of = ground_of(clause);
            let hidden = whose_or_why(clause, party);
            if ground.is_some() && of.as_deref() != ground && hidden.is_none() {
                continue;
            }
            if hidden.is_some() {
                let other = if clause.has(Label::Lapse) { &mut unknown } else { &mut perhaps };
                *other = hidden;
                continue;
            }
            let came = match of.as_deref() {
                None | Some(AT_WILL) => return Ok(false),
                Some(of) => self.came(of, party, day),
            };
            let Some(came) = came else { continue };
            let Some(Value::Duration(lapse)) = clause.get(Label::Lapse) else { return Ok(false) };
            match self.shift(came, lapse, false) {
                Ok(last) if last < day => lapsed = true,
                Ok(_) => return Ok(false),
                Err(why) => unknown = Some(why.at(clause.at)),
            }
        }
        match unknown.or(perhaps.filter(|_| lapsed)) {
            Some(why) if !elsewhere => Err(why),
            _ => Ok(lapsed && !elsewhere),
        }
    }

    /// Whether a party may end the agreement at will, but not on this day: what it tells then ends nothing.
    fn is_closed(&self, (party, ground): (&Name, Option<&str>), day: Date) -> bool {
        let at_will = |clause: &&Record| ground_of(clause).as_deref() == Some(AT_WILL);
        let mut own: Vec<&Record> = self.causes(party, day).collect();
        if ground.is_none() && !own.iter().all(at_will) || ground.is_some_and(|ground| ground != AT_WILL) {
            return false;
        }
        own.retain(at_will);
        !own.is_empty() && own.iter().all(|clause| self.is_open(clause, day) == Ok(false))
    }

    /// Whether the days from and until which a clause lets end the agreement hold a day.
    pub(crate) fn is_open(&self, clause: &Record, day: Date) -> Eval<bool> {
        let edge = |label| match clause.parts(Label::Cause).and_then(|cause| cause.moment(label)) {
            Some(moment) => self.limit(moment, &Focus::default()).map(Some),
            None => Ok(None),
        };
        let begun = edge(Label::From)?.is_none_or(|from| from.is_some_and(|from| from <= day));
        let over = edge(Label::Until)?.flatten().is_some_and(|until| until < day);
        Ok(begun && !over)
    }

    /// Whether the ground of a clause was told by a day, where the party cannot be the one who gave it.
    fn has_come(&self, ground: &str, party: &Name, day: Date) -> bool {
        self.came(ground, party, day).is_some()
    }

    /// The day by which the ground of a clause was first told, where the party cannot be the one who gave it.
    pub(crate) fn came(&self, ground: &str, party: &Name, day: Date) -> Option<Date> {
        let mut happened = self.facts.happened().take_while(|e| e.date <= day);
        let word = match ground {
            "breach" => "breached",
            "insolvency" => "insolvent",
            "challenge" => "challenged",
            "change of control" => "control",
            name => {
                let name = Name::from(name);
                let told = self.facts.told_any(&name, None).or_else(|| self.facts.began(&name, None));
                let told = told.or_else(|| self.facts.reached(&name, None, None));
                return told.filter(|told| *told <= day);
            }
        };
        let found = happened.find(|event| match &event.kind {
            EventKind::Told { word: told, parts, .. } => {
                let whose = [Label::By, Label::Party, Label::Of].into_iter().find_map(|of| parts.name(of));
                told == word && whose != Some(party)
            }
            _ => false,
        });
        found.map(|event| event.date)
    }
}

/// A warning for each entry by which a party ends the agreement at will on a day on which it may not.
pub(crate) fn too_early(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let Some(last) = runs.machine.journal.last_day() else { return found };
    let run = runs.on(last, last);
    for event in run.facts.happened() {
        let EventKind::Told { word, name: None, place: None, parts, .. } = &event.kind else { continue };
        let (by, ground) = (parts.names(Label::By), ground_told(parts));
        let ([party], "terminated") = (by.as_slice(), word.as_str()) else { continue };
        let clock = run.clock();
        if !clock.is_closed((party, ground.as_deref()), event.date) {
            continue;
        }
        let from = clock.causes(party, event.date).find_map(|clause| {
            let from = clause.parts(Label::Cause)?.moment(Label::From)?;
            clock.limit(from, &Focus::default()).ok()?.filter(|from| *from > event.date)
        });
        let why = match from {
            Some(from) => format!("{party} may end it at will from {from} on"),
            None => "that day has not come, or is over".to_string(),
        };
        let message = format!("{party} could not end the agreement at will on {}", event.date);
        found.push(
            Diagnostic::warning("no-right-to-end", event.at.span(), message)
                .in_file(event.at.file)
                .with_note(format!("{why}; this entry ends nothing"))
                .with_help(
                    "if both parties agreed that it ends, name both: `terminated the agreement by A, B`",
                ),
        );
    }
    found
}

/// Whether a day hangs on how long patents live.
fn hangs_on_patents(moment: &Moment) -> bool {
    match moment {
        Moment::LastPatentExpires | Moment::LastValidClaim(_) => true,
        Moment::Shift { from, .. } => hangs_on_patents(from),
        Moment::Latest(of) | Moment::Earliest(of) => of.iter().any(hangs_on_patents),
        _ => false,
    }
}

/// Of two ways in which somebody ended the agreement, the one that ends it first; where that of one cannot be said, it is
/// not said of both, unless the other came before.
fn earlier(told: Termination, noticed: Termination) -> Termination {
    match (&told.end, &noticed.end) {
        (Ok(one), Ok(other)) if one <= other => told,
        (Ok(_), Ok(_)) => noticed,
        (Ok(end), Err(_)) if *end <= noticed.told => told,
        (Err(_), Ok(end)) if *end <= told.told => noticed,
        (Err(_), _) => told,
        (_, Err(_)) => noticed,
    }
}

/// Who gave notice that it ends the agreement.
fn of_termination(event: &Event) -> Option<&Name> {
    match &event.kind {
        EventKind::Notice(Notice { of: Some(of), by, .. }) if of.as_str() == "termination" => Some(by),
        _ => None,
    }
}

/// Why it is not known whether a clause lets a party end the agreement on a ground: who may, or on what, is withheld.
fn whose_or_why(clause: &Record, party: &Name) -> Option<Unknown> {
    let named = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
    let whose = !named.contains(party) && named.iter().any(Name::is_blank);
    let why = ground_of(clause).is_some_and(|of| Name::from(of.as_str()).is_blank());
    (whose || why).then(|| {
        Unknown::new("who may end the agreement, or on what ground, is redacted or open").at(clause.at)
    })
}

/// The ground that an entry tells.
fn ground_told(parts: &Parts) -> Option<String> {
    let on = parts.all(Label::On).find_map(word);
    on.or_else(|| parts.has(Label::Will).then(|| AT_WILL.to_string()))
}

/// The ground of a clause; `None` where it is a test.
pub(crate) fn ground_of(clause: &Record) -> Option<String> {
    let cause = clause.parts(Label::Cause);
    match cause.and_then(|cause| cause.get(Label::On)) {
        Some(on) => word(on),
        None if cause.is_some_and(|cause| cause.has(Label::When)) => None,
        None => Some(AT_WILL.to_string()),
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::Name(name) => Some(name.to_string()),
        Value::Word(word) => Some(word.clone()),
        _ => None,
    }
}

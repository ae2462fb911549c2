//! That a party ended the agreement as a whole, and from which day it is over: on the day told, or once the notice has
//! run that the text asks of that party on that ground.
//!
//! An entry `terminated` and a `notice of termination` both begin the notice. Where a notice was told before, or the
//! text asks for none, `terminated` tells the end itself; so it does on a breach that had time to be cured. While that
//! time still runs the agreement ends with it, unless the breach is put right (`breaches`). Who may end it is asked in
//! `right_to_end`. Every question about the end asks here, whether it is about grants or money; a part of the agreement
//! ends by the same rules.

use crate::clock::{Clock, Focus, When};
use crate::ends::alone::{Alone, alone};
use crate::ends::ended::{Ended, Ender};
use crate::ends::right_to_end::ground_told;
use crate::ends::whose::Right;
use crate::facts::Facts;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind, Notice};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::Same;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Duration, Moment, Name, Value};
use std::cell::OnceCell;

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
    /// No entry tells it: it is asked what would follow.
    pub supposed: bool,
    /// The entry that does.
    pub entry: Option<At>,
}

/// The ground of an end that nobody brings about, for want of what the agreement does not go on without.
const WANTING: &str = "a condition not met";

impl Termination {
    /// Whether nobody ended it: what it does not go on without had not come.
    pub(crate) fn is_for_want(&self) -> bool {
        self.by.is_empty() && self.ground.as_deref() == Some(WANTING)
    }

    /// Why something that hangs on who ended it is not known.
    pub(crate) fn nobody_told_who(&self) -> Unknown {
        Unknown::new(match self.supposed {
            true => "it hangs on who ends the agreement: say `--by` and the party",
            false => "it is not told who ended the agreement: add `by` and the party",
        })
    }

    /// Why something that hangs on the ground it was ended on is not known.
    pub(crate) fn nobody_told_why(&self) -> Unknown {
        Unknown::new(match self.supposed {
            true => "it hangs on what ground the agreement is ended: say `--cause` and the ground",
            false => {
                "it is not told on what ground the agreement was ended: add `on breach`, `at will` or another"
            }
        })
    }
}

/// How and when the agreement ends, by all that is known on a day: nearly every question asks for it, and it is the same
/// for all of them.
#[derive(Default)]
pub(crate) struct Ends {
    terminated: OnceCell<Option<Termination>>,
    /// The end where nobody ends it, for the deal as a whole.
    pub(crate) runs_out: OnceCell<Eval<When>>,
}

impl Ends {
    /// What is kept, or else found and kept unless it hangs on itself.
    pub(crate) fn once<T: Clone>(kept: &OnceCell<T>, facts: &Facts<'_>, find: impl FnOnce() -> T) -> T {
        if let Some(found) = kept.get() {
            return found.clone();
        }
        let circles = facts.circles();
        let found = find();
        if facts.circles() == circles {
            // It may have been found meanwhile by what it asked: the same then.
            let _ = kept.set(found.clone());
        }
        found
    }
}

impl Clock<'_> {
    /// How a party ended the agreement as a whole; `None` where nobody did, or it had run out before the notice did. A
    /// right or a country that ended is another matter.
    pub(crate) fn terminated(&self) -> Option<Termination> {
        Ends::once(&self.facts.ends.terminated, self.facts, || self.find_termination())
    }

    /// Whether an entry tells, or gives notice, that the agreement ends.
    pub(crate) fn tells_an_end(&self, event: &Event) -> bool {
        self.entry(event).is_some() || self.notice(event).is_some()
    }

    fn find_termination(&self) -> Option<Termination> {
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
        Some(Termination {
            told: end,
            by: Vec::new(),
            ground: Some(WANTING.into()),
            end: Ok(end),
            supposed: false,
            entry: None,
        })
    }

    /// What an entry `terminated` says of the agreement.
    fn entry(&self, event: &Event) -> Option<Termination> {
        let EventKind::Told { word, name: None, place: None, parts, .. } = &event.kind else { return None };
        if word != "terminated" || parts.has(Label::Fields) {
            return None;
        }
        self.ended_by(event, parts, &Ended::default())
    }

    /// How an entry `terminated` ends the agreement, or a part of it; `None` where it ends nothing.
    pub(crate) fn ended_by(&self, event: &Event, parts: &Parts, what: &Ended) -> Option<Termination> {
        let by = parts.names(Label::By);
        let ground = ground_told(parts);
        // An end that is supposed has its last day with it: its clocks were followed before.
        if let Some(Value::Date(end)) = parts.get(Label::Date) {
            let place = |party: &Name| {
                let who = Ender { party, ground: ground.as_deref(), what, entry: event.at };
                match self.right_used(who, event.date) {
                    Right::Of(place, _) => place,
                    Right::Gone(_) => party.clone(),
                }
            };
            return Some(Termination {
                told: event.date,
                by: by.iter().map(place).collect(),
                ground,
                end: Ok(*end),
                supposed: true,
                entry: None,
            });
        }
        if self.is_told_by_nobody(&by, what, event.date).is_some() {
            return None;
        }
        let at_once = || Termination {
            told: event.date,
            by: by.clone(),
            ground: ground.clone(),
            end: Ok(event.date),
            supposed: false,
            entry: Some(event.at),
        };
        if let Some(Alone::OwedTo(to)) = alone(what, self.editions.on(event.date)) {
            match self.gives_up(&by, (&to, what), event.date) {
                Same::Yes => return Some(at_once()),
                Same::Perhaps => {
                    let why =
                        format!("whether `{}` is owed to {} is not known", name_of(what), Name::list(&by));
                    return Some(Termination { end: Err(Unknown::new(why).at(event.at)), ..at_once() });
                }
                Same::No => {}
            }
            if !self.names_it(what, event.date) {
                return None;
            }
        }
        let with = self.with_a_part(by.clone(), what, event.date);
        // What several end together needs no notice.
        let [party] = with.as_slice() else {
            return Some(Termination {
                by: self.in_whose_place(&with, what.about(), event.date),
                ..at_once()
            });
        };
        let who = Ender { party, ground: ground.as_deref(), what, entry: event.at };
        let Right::Of(party, doubt) = self.right_used(who, event.date) else { return None };
        let who = Ender { party: &party, ..who };
        if self.has_no_right(who, event.date).is_some() || self.is_closed(who, event.date) {
            return None;
        }
        let unsure = match self.is_gone(who, event.date) {
            Ok(Some(_)) => return None,
            Ok(None) => doubt,
            Err(why) => Some(why),
        };
        let mut before = self.facts.happened().take_while(|e| e.date < event.date);
        let warned = before.any(|event| self.ends_by_notice(event).is_some_and(|(by, _)| by == party));
        let notice = if warned { Ok(None) } else { self.notice_needed(who, event.date) };
        let mut end = notice.and_then(|notice| self.run_out(event.date, notice));
        match self.ends_on_breach(who, event.date) {
            // Until then it may be put right.
            Ok(Some(last)) => end = end.map(|end| end.max(last)),
            Ok(None) => {}
            Err(why) => end = Err(why),
        }
        let end = unsure.map_or(end, Err);
        let by = vec![party.clone()];
        Some(Termination { told: event.date, by, ground, end, supposed: false, entry: Some(event.at) })
    }

    /// What a `notice of termination` brings about: an end where its party may end the agreement by notice, and not
    /// where the agreement waits for one in order not to be renewed.
    fn notice(&self, event: &Event) -> Option<Termination> {
        let (party, doubt) = self.ends_by_notice(event)?;
        let renews = &self.editions.on(event.date).header.renews;
        if renews.as_ref().is_some_and(|renewal| renewal.by_itself) {
            return None;
        }
        let who = Ender { party: &party, ground: None, what: &Ended::default(), entry: event.at };
        let unsure = match self.is_gone(who, event.date) {
            Ok(Some(_)) => return None,
            Ok(None) => doubt,
            Err(why) => Some(why),
        };
        let notice = self.notice_needed(who, event.date).transpose()?;
        let end = notice.and_then(|notice| self.run_out(event.date, Some(notice)));
        let end = unsure.map_or(end, Err);
        Some(Termination {
            told: event.date,
            by: vec![party],
            ground: None,
            end,
            supposed: false,
            entry: Some(event.at),
        })
    }

    /// In whose name an entry gives notice that the agreement ends, and why that is not known.
    fn ends_by_notice(&self, event: &Event) -> Option<(Name, Option<Unknown>)> {
        let (party, what) = (of_termination(event)?, &Ended::default());
        let who = Ender { party, ground: None, what, entry: event.at };
        match self.right_used(who, event.date) {
            Right::Of(party, doubt) => Some((party, doubt)),
            Right::Gone(_) => None,
        }
    }

    /// The last day of a notice given on a day.
    fn run_out(&self, day: Date, notice: Option<(Duration, At)>) -> Eval<Date> {
        match notice {
            Some((notice, at)) => self.shift(day, &notice, false).map_err(|u| u.at(at)),
            None => Ok(day),
        }
    }
}

/// What is ended, by its name.
fn name_of(what: &Ended) -> String {
    what.about().map(Name::to_string).unwrap_or_default()
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
pub(crate) fn of_termination(event: &Event) -> Option<&Name> {
    match &event.kind {
        EventKind::Notice(Notice { of: Some(of), by, .. }) if of.as_str() == "termination" => Some(by),
        _ => None,
    }
}

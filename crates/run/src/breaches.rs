//! Breaches, and what else may be put right, each with its own clocks: the notice of it, the last day to cure, the last day
//! of the agreement where a party ends it for that, and the last day of the right to do so.
//!
//! The clocks run from the first notice of the breach by who ends the agreement; where none was told, from the breach, and
//! after such an end is told while there was still time to cure, from that. Which clause gives a party that right is asked in
//! `right_to_end`; the entry, the ways out and the duty to cure are answered from here alike.

mod standing;

pub(crate) use standing::{NOT_OWED, Standing};

use crate::clock::Clock;
use crate::cured;
use crate::ends::ended::Ender;
use crate::ends::right_to_end::{AT_WILL, ground_of};
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::model::Same;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Duration, Name, Value};

/// The ground that may always be put right.
pub(crate) const BREACH: &str = "breach";

/// Whether what a clause lets a party end the agreement on may be put right.
pub(crate) fn may_be_cured(clause: &Record) -> bool {
    ground_of(clause).is_some_and(|ground| ground == BREACH || clause.has(Label::Cure) && ground != AT_WILL)
}

/// A breach that was told, or another ground of an end that may be put right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Breach<'e> {
    /// Its day.
    pub on: Date,
    /// Whose.
    pub by: Option<&'e Name>,
    /// Of what, where that is told.
    pub of: Option<&'e Name>,
}

/// How long a clause gives.
pub(crate) struct Times<'c> {
    /// The notice.
    pub notice: Option<&'c Duration>,
    /// The time to put it right.
    pub cure: Option<&'c Duration>,
    /// The same for whoever is at it.
    pub longer: Option<&'c Duration>,
}

/// The breach an entry with some word is about: of whom, of what, on which day.
pub(crate) fn told<'e>(event: &'e Event, word: &str) -> Option<Breach<'e>> {
    match &event.kind {
        EventKind::Told { word: told, name, parts, .. } if told == word => {
            Some(Breach { on: event.date, by: parts.name(Label::By), of: name.as_ref() })
        }
        _ => None,
    }
}

impl Clock<'_> {
    /// Whether an entry is a notice of a breach by a party, or who acts for it: it says so, or does not say of what it is. One that says to whom
    /// it is given is of that party's breaches.
    pub(crate) fn is_notice_of(&self, event: &Event, by: &Name, breach: &Breach<'_>) -> Same {
        match &event.kind {
            EventKind::Notice(notice) => {
                let about = notice.of.as_ref();
                let general = about.is_none_or(|about| matches!(about.as_str(), "breach" | "termination"));
                let to = notice.to.as_ref().zip(breach.by);
                let theirs = to.is_none_or(|(to, by)| self.are_one(to, by, event.date));
                if !theirs || !general && about != breach.of {
                    return Same::No;
                }
                self.acts_for(&notice.by, std::slice::from_ref(by), breach.of, event.date)
            }
            _ => Same::No,
        }
    }

    /// The first notice of a breach that a party gave by a day.
    ///
    /// # Errors
    /// Where one may be of that party, and it is not known.
    fn notice_of(&self, party: &Name, breach: &Breach<'_>, day: Date) -> Eval<Option<&Event>> {
        let happened = self.facts.happened().skip_while(|e| e.date < breach.on).take_while(|e| e.date <= day);
        for event in happened {
            match self.is_notice_of(event, party, breach) {
                Same::Yes => return Ok(Some(event)),
                Same::Perhaps => {
                    let why = format!("whether the notice of {} is one of {party} is not known", event.date);
                    return Err(Unknown::new(why).at(event.at));
                }
                Same::No => {}
            }
        }
        Ok(None)
    }

    /// Of the breaches on which a party may act under a clause on a day the first, where its times do not begin on that day,
    /// with the notice that began them.
    pub(crate) fn acted_on<'e>(
        &'e self,
        clause: &'e Record,
        party: &'e Name,
        day: Date,
    ) -> Option<(Breach<'e>, Option<&'e Event>)> {
        let open = |breach: &Breach<'_>| {
            let standing = self.standing(clause, party, *breach, day);
            matches!(standing, Ok(Standing::Open { from, .. }) if from < day)
        };
        let breach = self.breaches(clause, party, day).ok()?.into_iter().find(open)?;
        Some((breach, self.notice_of(party, &breach, day).ok()?))
    }

    /// Whether two parties are one, or one is a group the other belongs to, or acts for the other.
    pub(crate) fn is_one_with(&self, one: &Name, other: &Name, on: Date) -> Same {
        let acts = |one: &Name, other: &Name| self.acts_for(one, std::slice::from_ref(other), None, on);
        match (acts(one, other), acts(other, one)) {
            (Same::Yes, _) | (_, Same::Yes) => Same::Yes,
            (Same::No, Same::No) => Same::No,
            _ => Same::Perhaps,
        }
    }

    /// Whether two parties are one, or one is a group the other belongs to; of one that is withheld it may be so.
    pub(crate) fn are_one(&self, one: &Name, other: &Name, on: Date) -> bool {
        self.is_one_with(one, other, on) != Same::No
    }

    /// Whether an entry of a day on a cure is about a breach: it is of who broke it, where that is told, and else of another
    /// than a party; and it is of the same, or does not say of what. One that names what nobody was told to have broken is
    /// of a breach of which it is not told what was broken.
    pub(crate) fn is_cure_of(
        &self,
        (told, on): (&Parts, Date),
        breach: &Breach<'_>,
        not_by: Option<&Name>,
    ) -> bool {
        let Some(by) = told.name(Label::By) else { return false };
        let theirs = match breach.by {
            Some(own) => self.are_one(by, own, on),
            None => Some(by) != not_by,
        };
        let named = |name: &Name| {
            let mut happened = self.facts.happened().take_while(|event| event.date <= on);
            happened.any(|event| {
                let other = self::told(event, "breached");
                other.is_some_and(|other| other.of == Some(name) && other.by == breach.by)
            })
        };
        let same = match (told.name(Label::Name), breach.of) {
            (None, _) => true,
            (Some(name), Some(of)) => name == of,
            (Some(name), None) => !named(name),
        };
        theirs && same
    }

    /// Whether what was breached is a payment: one by its name, or any.
    pub(crate) fn is_debt(&self, name: &Name, day: Date) -> bool {
        let model = self.editions.on(day);
        model.pays.contains_key(name) || model.royalties.contains_key(name) || self.is_any_debt(name)
    }

    /// Whether an entry names no payment of its own, but any: `breached payment`. Where the deal calls something so, that is
    /// meant.
    pub(crate) fn is_any_debt(&self, name: &Name) -> bool {
        let of_its_own = |r: &Record| r.name(Label::Name) == Some(name);
        name == "payment" && !self.editions.0.iter().any(|e| e.model.records.iter().any(of_its_own))
    }

    /// How long a clause gives for a breach of something; `None` where a party that owes cannot put right what it is on.
    pub(crate) fn times<'c>(&self, clause: &'c Record, of: Option<&Name>, day: Date) -> Times<'c> {
        let length = |label| match clause.get(label) {
            Some(Value::Duration(length)) => Some(length),
            _ => None,
        };
        let is_debt = |name: &Name| self.is_debt(name, day);
        let special = clause.all(Label::What).zip(clause.all(Label::Special)).find_map(|(what, length)| {
            let here = match what {
                Value::Word(word) => word == "payment" && of.is_some_and(is_debt),
                Value::Name(name) => of == Some(name),
                _ => false,
            };
            match length {
                Value::Duration(length) if here => Some(length),
                _ => None,
            }
        });
        let (notice, cure) = (length(Label::Notice), length(Label::Cure));
        match special {
            Some(special) => Times { notice: notice.map(|_| special), cure: Some(special), longer: None },
            // Where one time is given, what is put right within it ends nothing.
            None => Times { notice, cure: cure.or(notice), longer: cured::while_curing(clause) },
        }
    }

    /// The breaches on which a clause lets a party act on a day, the oldest first.
    ///
    /// # Errors
    /// Where one may have come, and no more.
    pub(crate) fn breaches<'e>(
        &'e self,
        clause: &'e Record,
        party: &'e Name,
        day: Date,
    ) -> Eval<Vec<Breach<'e>>> {
        let cause = clause.parts(Label::Cause);
        if let Some(ground) = ground_of(clause).filter(|ground| ground != BREACH) {
            let came = self.came_under(clause, &ground, party, day)?;
            let of = cause.and_then(|cause| cause.name(Label::On));
            return Ok(came.map(|on| Breach { on, by: None, of }).into_iter().collect());
        }
        let of = cause.and_then(|cause| cause.name(Label::Of));
        let is_party = of.is_some_and(|of| self.editions.on(day).header.parties.contains(of));
        let happened = self.facts.happened().take_while(|event| event.date <= day);
        let all = happened.filter_map(|event| told(event, "breached"));
        let is = |breach: &Breach<'_>, one: Option<&Name>| {
            breach.by.zip(one).is_some_and(|(by, one)| {
                self.acts_for(by, std::slice::from_ref(one), breach.of, breach.on) == Same::Yes
            })
        };
        let whose = |breach: &Breach<'_>| !is(breach, Some(party)) && (!is_party || is(breach, of));
        let what = |breach: &Breach<'_>| is_party || of.is_none() || breach.of.is_none() || breach.of == of;
        Ok(all.filter(|breach| whose(breach) && what(breach)).collect())
    }

    /// What a breach gives a party that acts on it on a day.
    ///
    /// # Errors
    /// Where it cannot be said whether it was put right in time, or whether the right is over.
    pub(crate) fn standing(
        &self,
        clause: &Record,
        party: &Name,
        breach: Breach<'_>,
        day: Date,
    ) -> Eval<Standing> {
        let hidden = |why: Unknown| why.at(clause.at);
        let times = self.times(clause, breach.of, day);
        let theirs = |told: &Parts, on: Date| self.is_cure_of((told, on), &breach, Some(party));
        let noticed = self.notice_of(party, &breach, day)?.map(|event| event.date);
        let until = |from: Date| match times.cure {
            Some(cure) => self.last_to_cure(from, (cure, times.longer), theirs).map_err(hidden).map(Some),
            None => Ok(None),
        };
        // Who ends it without a notice before gives it by that, where there was still time.
        let own = noticed.unwrap_or(breach.on);
        let gives = noticed.is_none() && times.notice.is_some();
        let from = match until(own) {
            // A notice that is no time to cure as well is given in any case.
            Ok(Some(last)) if gives && (day < last || !clause.has(Label::Cure)) => day,
            _ => own,
        };
        let last = until(from);
        let is_breach = ground_of(clause).as_deref() == Some(BREACH);
        let mut cures = self.facts.happened().filter(|event| breach.on <= event.date);
        let cured = cures.find(|event| match &event.kind {
            EventKind::Told { word, parts, .. } => word == "cured" && theirs(parts, event.date),
            _ => false,
        });
        // What lasts is put right where it is over.
        let over = breach.of.filter(|_| !is_breach).map(|of| self.measured.stretches(of, None));
        let ends = |to: &Date| breach.on <= *to && *to <= self.facts.as_of();
        let over = over.and_then(|all| all.iter().filter_map(|stretch| stretch.to).find(ends));
        let until = last.as_ref().map_or(from, |last| last.unwrap_or(day));
        let paid = if is_breach { self.paid_in_time(breach, until).map_err(hidden)? } else { None };
        if paid.is_some_and(|paid| paid.before)
            && let Some(of) = breach.of
        {
            return Ok(Standing::NotOwed { of: of.clone(), on: breach.on });
        }
        let paid = paid.map(|paid| paid.on);
        let cured = cured.map(|event| event.date).into_iter().chain(paid).chain(over);
        if let Some(cured) = cured.min() {
            let in_time = match &last {
                Ok(last) => cured <= last.unwrap_or(day),
                // On the day of it, or of the notice, there was time in any case.
                Err(_) if cured <= from => true,
                Err(why) => return Err(why.clone()),
            };
            if in_time {
                let what =
                    breach.of.filter(|_| !is_breach).map_or("the breach".into(), |of| format!("`{of}`"));
                return Ok(Standing::Cured { what, on: breach.on, cured });
            }
        }
        if let Some(Value::Duration(lapse)) = clause.get(Label::Lapse) {
            let over = self.shift(breach.on, lapse, false).map_err(hidden)?;
            if over < day {
                return Ok(Standing::Lapsed(over));
            }
        }
        let noticed = match times.notice.filter(|_| noticed.is_some() || from == day) {
            Some(notice) => self.shift(from, notice, false).map_err(hidden),
            None => Ok(day),
        };
        let end = last.and_then(|last| Ok(day.max(noticed?).max(last.unwrap_or(day))));
        Ok(Standing::Open { from, end })
    }

    /// What the breaches that were told give a party under a clause on a day: the one on which it may end the agreement first.
    /// `None` where none was told.
    ///
    /// # Errors
    /// As for [`Clock::standing`].
    pub(crate) fn on_breach(&self, clause: &Record, party: &Name, day: Date) -> Eval<Option<Standing>> {
        let (mut open, mut closed, mut unknown): (Option<Standing>, _, _) = (None, None, None);
        for breach in self.breaches(clause, party, day)? {
            match self.standing(clause, party, breach, day) {
                Ok(Standing::Open { from, end }) => {
                    let sooner = match (&open, &end) {
                        (None, _) => true,
                        (Some(Standing::Open { end: Ok(other), .. }), Ok(end)) => end < other,
                        (Some(Standing::Open { end: Err(_), .. }), Ok(end)) => *end == day,
                        (Some(Standing::Open { end: Ok(other), .. }), Err(_)) => *other > day,
                        _ => false,
                    };
                    if sooner {
                        open = Some(Standing::Open { from, end });
                    }
                }
                Ok(other) => closed = Some(other),
                Err(why) => unknown = Some(why),
            }
        }
        match (open, unknown) {
            (Some(Standing::Open { from, end: Ok(end) }), Some(why)) if end > day => {
                Ok(Some(Standing::Open { from, end: Err(why) }))
            }
            (Some(open), _) => Ok(Some(open)),
            (None, Some(why)) => Err(why),
            (None, None) => Ok(closed),
        }
    }

    /// The last day of the agreement, or of a part of it, that a party ends on a breach on a day; `None` where it is ended on
    /// something else, or no time runs.
    ///
    /// # Errors
    /// Where that day cannot be said.
    pub(super) fn ends_on_breach(&self, who: Ender<'_>, day: Date) -> Eval<Option<Date>> {
        let mut first: Option<Date> = None;
        for clause in self.curable(who, day) {
            let end = match self.on_breach(clause, who.party, day)? {
                Some(Standing::Open { end, .. }) => end?,
                Some(_) => continue,
                // Where nobody told of the breach before, whoever ends the agreement on it tells of it.
                None => {
                    let now = Breach { on: day, by: None, of: None };
                    match self.standing(clause, who.party, now, day)? {
                        Standing::Open { end, .. } => end?,
                        _ => continue,
                    }
                }
            };
            first = Some(first.map_or(end, |first| first.min(end)));
        }
        Ok(first)
    }
}

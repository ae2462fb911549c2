//! Talks about an invention, and the first refusal that follows them, as they stand beside all else that opens and closes.

use super::It;
use super::classes::Classified;
use super::deadlines::Deadline;
use super::register::strings;
use crate::engine::Run;
use crate::measure::literal;
use crate::unknown::{Eval, Unknown};
use crate::windows::{Kind, Listed, State, Step};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::AfterTalks;
use counterpart_terms::value::Name;

/// A time that is open for one side on the days between two.
struct Time<'a> {
    name: &'a Name,
    kind: Kind,
    from: Vec<Name>,
    to: Vec<Name>,
    days: Eval<(Date, Date)>,
    because: String,
    /// Why it is over, or what follows it.
    after: String,
    at: At,
}

impl Run<'_> {
    /// The talks and first refusals of the inventions that are told.
    pub(crate) fn talks_about_inventions(&self) -> Vec<Listed> {
        let mut out = Vec::new();
        for it in self.inventions() {
            let found = self.class_of(&it).and_then(|class| Ok((self.owners_of(&it, &class)?, class)));
            match found {
                Ok((owned, class)) => {
                    let deadlines = self.deadlines_of(&it, &class, &owned);
                    let mut times = times(&it, &class, &deadlines);
                    self.say_what_follows(&it, &class, &mut times);
                    let over = self.talks_end(&class);
                    let times = times.into_iter().filter_map(|time| cut_off(time, &over));
                    out.extend(times.map(|time| self.listed_time(time)));
                }
                Err(why) => out.extend(self.perhaps_talks(&it, &why)),
            }
        }
        out
    }

    /// The talks there may be about an invention whose class or owner is not known.
    fn perhaps_talks(&self, it: &It, why: &Unknown) -> Option<Listed> {
        let model = self.made_under(it);
        let (.., at) = model.improvements.iter().find_map(|class| class.talks.as_ref())?;
        Some(self.listed_time(Time {
            name: &it.name,
            kind: Kind::Talks,
            from: it.by.clone(),
            to: self.all_but(model, &it.by),
            days: Err(why.clone()),
            because: String::new(),
            after: String::new(),
            at: *at,
        }))
    }

    /// Says what came after talks that are followed by an expert.
    fn say_what_follows(&self, it: &It, class: &Classified<'_>, times: &mut [Time<'_>]) {
        let then = class.class.and_then(|class| class.talks.as_ref()).and_then(|(_, then, _)| then.as_ref());
        for time in times.iter_mut().filter(|time| time.kind == Kind::Talks) {
            let (Some(AfterTalks::Expert), Ok((_, last))) = (then, &time.days) else { continue };
            let decided = self.expert_on(it, *last);
            time.after = match decided.map(|event| (event.date, &event.kind)) {
                _ if self.is_agreed(it, *last) => "they agreed in it".to_string(),
                Some((on, EventKind::Determined { value: Some(value), .. })) => match literal(value) {
                    Ok(value) => format!("its time is over: the expert decided on {on}: {value}"),
                    Err(_) => format!("its time is over: the expert decided on {on}"),
                },
                Some((on, _)) => format!("its time is over: the expert decided on {on}"),
                None => "its time is over: the expert is to decide".to_string(),
            };
        }
    }

    fn listed_time(&self, time: Time<'_>) -> Listed {
        let today = self.facts.as_of();
        let mut out = Listed {
            name: time.name.to_string(),
            kind: time.kind.word().to_string(),
            from: strings(&time.from),
            to: strings(&time.to),
            state: State::Unclear.to_string(),
            since: None,
            until: None,
            because: time.because.clone(),
            opens: None,
            closes: None,
            about: Vec::new(),
            otherwise: Vec::new(),
            discloses: Vec::new(),
            keeps_secret: Vec::new(),
            may: Vec::new(),
            history: Vec::new(),
            clause: self.place(time.at),
        };
        let (first, last) = match time.days {
            Ok(days) => days,
            Err(why) => return Listed { because: why.reason, ..out },
        };
        let over = if time.kind == Kind::Talks { State::Ended } else { State::Lapsed };
        let stretches = [
            (State::NotOpen, None, first.prev_day(), "not yet".to_string()),
            (State::Open, Some(first), Some(last), time.because),
            (over, last.next_day(), None, time.after),
        ];
        let by = vec![out.clause.clone()];
        for (state, from, until, because) in stretches {
            let now = from.is_none_or(|from| from <= today) && until.is_none_or(|until| today <= until);
            if now {
                (out.state, out.because) = (state.to_string(), because.clone());
                (out.since, out.until) = (from, until);
                out.opens = (state == State::NotOpen).then_some(first);
                out.closes = matches!(state, State::NotOpen | State::Open).then_some(last);
            }
            let step = Step { from, until, state: state.to_string(), because, by: by.clone() };
            out.history.push(step);
        }
        let (from, to) = (Name::list(&time.from), Name::list(&time.to));
        if out.state == State::Open.to_string() {
            out.may.push(match time.kind {
                Kind::Talks => format!("{from} must talk about it with {to} until {last}"),
                _ => format!("{to} may match what others offer until {last}"),
            });
        }
        out
    }
}

/// A time as long as the agreement lets it run; none where that ended before it began.
fn cut_off<'a>(time: Time<'a>, over: &Eval<Option<Date>>) -> Option<Time<'a>> {
    let (Ok((first, last)), Ok(Some(end))) = (&time.days, over) else {
        let days = match over {
            Err(why) => Err(why.clone()),
            Ok(_) => time.days,
        };
        return Some(Time { days, ..time });
    };
    let (first, last, end) = (*first, *last, *end);
    match first <= end {
        false => None,
        true if end < last => {
            let after = format!("the agreement ended on {end}");
            Some(Time { days: Ok((first, end)), after, ..time })
        }
        true => Some(time),
    }
}

/// The talks about an invention, and the first refusal after them.
fn times<'a>(it: &'a It, class: &Classified<'_>, deadlines: &[Deadline]) -> Vec<Time<'a>> {
    let day = |act: &str| deadlines.iter().find(|deadline| deadline.act == act);
    let last = |deadline: &Deadline| match &deadline.day {
        Ok(Some(day)) => Ok(*day),
        Ok(None) => Err(Unknown::new("its last day is not known")),
        Err(why) => Err(why.clone()),
    };
    let Some(talk) = day("talk") else { return Vec::new() };
    let end = last(talk);
    // Who owns it gives the others both.
    let time = |kind, deadline: &Deadline, days, because: String| Time {
        name: &it.name,
        kind,
        from: talk.by.clone(),
        to: talk.to.clone(),
        days,
        because,
        after: "its time is over".to_string(),
        at: deadline.at,
    };
    let class_fixed = format!("its class was fixed on {}", class.since);
    let mut out = vec![time(Kind::Talks, talk, end.clone().map(|end| (class.since, end)), class_fixed)];
    if let Some(refusal) = day("use a first refusal") {
        let days = end.and_then(|end| Ok((end.next_day().unwrap_or(end), last(refusal)?)));
        out.push(time(Kind::FirstRefusal, refusal, days, "the talks are over".to_string()));
    }
    out
}

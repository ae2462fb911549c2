//! What has a state and a history: windows, sunsets, talks, options, first rights, buy-outs, covenants, securities.
//!
//! Each is followed over all days, as told by the day asked about: on every day it is in one state, with the reason. Of
//! later days it is told what follows if nothing more happens. How long a thing lasts counts its first day; within how
//! long something must be done does not count the day it runs from.

mod clocks;
mod course;
mod last_days;
mod listed;
mod openings;
mod rounds;
mod stretch;
mod talks;
mod window;

pub use course::{Course, Kind, Note, State};
pub(crate) use course::{Drawing, Why};
pub use listed::{Listed, Step, schema};
pub(crate) use rounds::{Outcome as Closed, Round, Rounds};
pub use stretch::Stretch;

use crate::claims::Outcome;
use crate::engine::Run;
use crate::rights::DaysSo;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{ClaimKind, PartOf};
use counterpart_num::Date;
use counterpart_rights::{Ranges, day};
use counterpart_syntax::Form;
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, buy_out_name};
use counterpart_terms::value::Name;
use std::rc::Rc;

/// The text of a clause, with the days its terms are in force.
pub(crate) type Text<'m> = (&'m Record, Ranges);

impl<'m> Run<'m> {
    /// The texts a clause has had, oldest first.
    pub(crate) fn texts(&self, name: &Name, is: impl Fn(Form) -> bool) -> Vec<Text<'m>> {
        let mut out: Vec<Text<'m>> = Vec::new();
        let editions = &self.machine.editions.0;
        for (index, edition) in editions.iter().enumerate() {
            let from = edition.from.map_or(0, day);
            let until = editions.get(index + 1).and_then(|next| next.from).map_or(u32::MAX, day);
            let mut records = edition.model.records.iter();
            let Some(record) = records.find(|r| is(r.clause) && title(r).as_ref() == Some(name)) else {
                continue;
            };
            let days = Ranges::of(from, until);
            match out.last_mut().filter(|(last, _)| last.at == record.at) {
                Some(last) => last.1 = last.1.or(&days),
                None => out.push((record, days)),
            }
        }
        out
    }

    /// Everything that has a course, in the order of the text.
    pub(crate) fn with_courses(&self) -> Vec<(Name, Kind)> {
        self.machine.courses.clone()
    }

    /// What kind of thing a name is that has a course.
    pub(crate) fn kind_of(&self, name: &Name) -> Option<Kind> {
        self.machine.courses.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind)
    }

    /// The course of something, worked out once.
    ///
    /// # Errors
    /// Where the name is of nothing that has one, or it depends on itself.
    pub fn course_of(&self, name: &Name) -> Eval<Rc<Course>> {
        if let Some(course) = self.courses.borrow().get(name) {
            return Ok(Rc::clone(course));
        }
        let kind = self
            .kind_of(name)
            .ok_or_else(|| Unknown::new(format!("`{name}` is nothing that opens or closes")))?;
        // A thing that hangs on itself on the same day goes in a circle, whoever asks.
        let key = (name.clone(), self.facts.as_of());
        let circles = self.circles();
        if !self.machine.following.borrow_mut().insert(key.clone()) {
            self.goes_in_a_circle();
            return Err(Unknown::new(format!("`{name}` depends on itself")));
        }
        let course = match kind {
            Kind::Window => self.window_course(name),
            Kind::Sunset => self.sunset_course(name),
            Kind::Talks => self.talks_course(name),
            Kind::Option => self.option_course(name),
            Kind::FirstRefusal | Kind::FirstNegotiation | Kind::FirstOffer | Kind::FirstLook => {
                self.first_right_course(name, kind)
            }
            Kind::BuyOut => self.buy_out_course(name),
            Kind::Covenant => self.covenant_course(name),
            Kind::Security => self.security_course(name),
        };
        self.machine.following.borrow_mut().remove(&key);
        let course = Rc::new(course?);
        // What was worked out while something waited for itself is asked anew for others.
        if self.circles() == circles {
            self.courses.borrow_mut().insert(name.clone(), Rc::clone(&course));
        }
        Ok(course)
    }

    /// The days on which something that has a course is in a state; none where it has none, or the word says nothing of it.
    pub(crate) fn course_days(&self, name: &Name, word: &str) -> Option<Eval<DaysSo>> {
        let kind = self.kind_of(name)?;
        if word == "in force"
            && let Some(rights) = self.rights_of_option(name)
        {
            let held = |right: &Name| self.days_held(right, &PartOf::default());
            return Some(Ok(rights.iter().map(held).fold(DaysSo::default(), DaysSo::or)));
        }
        kind.understands(word).then(|| Ok(self.course_of(name)?.days(word)))
    }

    /// Whether something that has a course is in a state on a day.
    pub(crate) fn course_is(&self, name: &Name, word: &str, on: Date) -> Option<Eval<bool>> {
        let kind = self.kind_of(name).filter(|kind| kind.understands(word))?;
        if word == "in force" && self.rights_of_option(name).is_some() {
            return self.course_days(name, word).map(|days| days?.on(on));
        }
        Some(self.course_of(name).and_then(|course| course.on(on).is(kind, word)))
    }

    /// The answer to an assertion about something that has a course; none where it is about something else.
    pub(crate) fn course_claim(&self, claim: &ClaimKind) -> Option<Eval<Outcome>> {
        let today = self.facts.as_of();
        match claim {
            ClaimKind::State { name, state, not, part }
                if state == "in force" && self.rights_of_option(name).is_some() =>
            {
                let given = self.given_by_option(name)?;
                Some(given.and_then(|right| {
                    let standing = right.map(|right| self.standing(&right, part, today)).transpose()?;
                    let so = standing.as_ref().is_some_and(|standing| standing.in_force);
                    let shown = standing.map_or("gives nothing yet".into(), |s| format!("is {}", s.shown()));
                    Ok(if so != *not { Outcome::Holds } else { Outcome::Fails(format!("`{name}` {shown}")) })
                }))
            }
            ClaimKind::State { name, state, not, part } => {
                let kind = self.kind_of(name).filter(|kind| kind.understands(state))?;
                let course = match kind == Kind::Covenant && *part != PartOf::default() {
                    true => self.covenant_in(name, part).map(Rc::new),
                    false => self.course_of(name),
                };
                Some(course.and_then(|course| {
                    let found = course.on(today);
                    Ok(match found.is(kind, state)? != *not {
                        true => Outcome::Holds,
                        false => Outcome::Fails(format!("`{name}` is {}: {}", found.state, found.why)),
                    })
                }))
            }
            ClaimKind::Moves { name, opens, on } => Some(self.course_of(name).and_then(|course| {
                let found = course.opening(today, *opens)?;
                let verb = if *opens { "opens" } else { "closes" };
                Ok(match found {
                    Some(found) if found == *on => Outcome::Holds,
                    Some(found) => Outcome::Fails(format!("`{name}` {verb} on {found}")),
                    None => Outcome::Fails(format!("no day is known on which `{name}` {verb}")),
                })
            })),
            ClaimKind::Graded { name, part, grade, not } => {
                let given = self.given_by_option(name)?;
                Some(given.and_then(|right| match right {
                    Some(right) => {
                        let standing = self.standing(&right, part, today)?;
                        Ok(match standing.is(grade)? != *not {
                            true => Outcome::Holds,
                            false => Outcome::Fails(format!("`{name}` is {}", standing.shown())),
                        })
                    }
                    None if *not => Ok(Outcome::Holds),
                    None => Ok(Outcome::Fails(format!("`{name}` gives nothing yet"))),
                }))
            }
            _ => None,
        }
    }

    /// A clause as one line: without comments, with single spaces.
    pub(crate) fn said(&self, record: &Record) -> String {
        let file = self.machine.deal.files.get(record.at.file);
        let end = record.below.first().map_or(record.at.end, |below| below.at.start.min(record.at.end));
        let span = counterpart_syntax::Span { start: record.at.start, end };
        let text = file.map_or("", |file| file.tree.slice(span));
        let words: Vec<&str> = text.lines().flat_map(|line| uncommented(line).split_whitespace()).collect();
        words.join(" ")
    }

    /// What a clause says behind its first words.
    pub(crate) fn said_after(&self, record: &Record, head: &str) -> String {
        let said = self.said(record);
        said.strip_prefix(head).map_or(said.clone(), |rest| rest.trim_start().to_string())
    }
}

/// Everything that has a course in any edition of the terms, in the order of the text.
pub(crate) fn named(editions: &Editions) -> Vec<(Name, Kind)> {
    let mut out: Vec<(Name, Kind)> = Vec::new();
    let mut add = |name: Name, kind: Kind| {
        if !name.is_blank() && !out.iter().any(|(known, _)| *known == name) {
            out.push((name, kind));
        }
    };
    for model in editions.0.iter().map(|edition| &edition.model) {
        for record in &model.records {
            if let (Some(kind), Some(name)) = (Kind::of(record), title(record)) {
                add(name, kind);
            }
        }
        for trigger in model.triggers.iter().filter(|t| talks::of(t).next().is_some()) {
            add(trigger.name.clone(), Kind::Talks);
        }
    }
    out
}

/// A line without its comment.
pub(crate) fn uncommented(line: &str) -> &str {
    let mut quoted = false;
    let end = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '#' && !quoted
    });
    end.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

/// What a clause is called: by its name; a buy-out without one by what it is of.
pub(crate) fn title(record: &Record) -> Option<Name> {
    use counterpart_syntax::Label;
    if let Some(name) = record.name(Label::Name) {
        return Some(name.clone());
    }
    (record.clause == Form::FileBuyOut).then(|| buy_out_name(record))
}

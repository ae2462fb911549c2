//! When rights change: each day on which a grant gives something else than the day before, and why.

use super::words::Over;
use crate::engine::Run;
use crate::rights::{Dated, Held, Life};
use crate::statement::Line;
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Region, date, day, within};
use counterpart_terms::At;
use counterpart_terms::model::{Change, Grant};
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A day on which a right changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// The day.
    pub on: Date,
    /// The right.
    pub name: String,
    /// What it is from then on, in words.
    pub becomes: String,
    /// Where, if not in all of it.
    #[serde(default, skip_serializing_if = "Over::is_all")]
    pub over: Over,
    /// Why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Line>,
}

impl Run<'_> {
    /// When rights change, as far as is known, each with its reason; of one right alone if asked.
    pub fn timeline(&self, of: Option<&Name>) -> Vec<Turn> {
        self.turns_after(of, None)
    }

    /// What rights of the deal are called, of which it is asked when they change.
    pub fn rights_named(&self) -> Vec<Name> {
        let grants = self.grants().into_keys().cloned();
        grants.chain(self.given_beside().into_iter().map(|one| one.name)).collect()
    }

    /// The same, of what changes after a day alone.
    pub(super) fn turns_after(&self, of: Option<&Name>, after: Option<Date>) -> Vec<Turn> {
        let mut out = Vec::new();
        for (name, grant) in self.grants() {
            if of.is_some_and(|of| of != name) {
                continue;
            }
            out.extend(self.turns_of(name, grant.at, (&self.life_of(name), after)));
            out.extend(self.assignments_of(name, grant, after));
        }
        for one in self.given_beside().into_iter().filter(|one| of.is_none_or(|of| *of == one.name)) {
            out.extend(self.turns_of(&one.name, one.at, (&one.life, after)));
        }
        out.sort_by(|a, b| (a.on, &a.name).cmp(&(b.on, &b.name)));
        out
    }

    /// The days on which somebody else came to hold a grant.
    fn assignments_of(&self, name: &Name, grant: &Grant, after: Option<Date>) -> Vec<Turn> {
        let passed = self.passed_on(name, grant).into_iter();
        let passed = passed.filter(|(on, _)| after.is_none_or(|after| *on > after));
        let turn = |(on, at): (Date, At)| Turn {
            on,
            name: name.to_string(),
            becomes: format!("held by {}", self.holders_in_words(name, grant, on)),
            over: Over::default(),
            because: vec![self.statement_line(&Step::note("it is assigned").by(at))],
        };
        passed.map(turn).collect()
    }

    /// Who holds a grant on a day; where that is not known, who may.
    pub(super) fn holders_in_words(&self, name: &Name, grant: &Grant, on: Date) -> String {
        match self.holders_on(name, grant, on) {
            (who, None) => Name::list(&who),
            (who, Some(_)) => {
                let who: Vec<&str> = who.iter().map(Name::as_str).collect();
                format!("{} (not known which)", who.join(" or "))
            }
        }
    }

    /// The days on which a right gives something else than the day before.
    fn turns_of(&self, name: &Name, at: At, (life, after): (&Life, Option<Date>)) -> Vec<Turn> {
        let mut days: Vec<u32> = Vec::new();
        for held in &life.held {
            let sides = held.region.boxes().iter().filter_map(|b| b.side(DAYS));
            days.extend(sides.flat_map(|side| side.iter()).flat_map(|(from, to)| [from, to]));
        }
        days.sort_unstable();
        days.dedup();
        let whole = self.space().everything();
        let mut out = Vec::new();
        let mut was: BTreeMap<String, Region> = BTreeMap::new();
        for on in days.into_iter().filter(|on| *on <= day(Date::MAX)) {
            let mut now: BTreeMap<String, Region> = BTreeMap::new();
            for held in &life.held {
                let region = within(&held.region, DAYS, &Ranges::one(on));
                if !region.is_empty() {
                    let grade = held.grade.as_ref().map_or_else(|| self.unsaid(name), super::why::graded);
                    let part = now.entry(grade).or_default();
                    *part = std::mem::take(part).or(&moved(&region));
                }
            }
            if after.is_some_and(|after| date(on) <= after) {
                was = now;
                continue;
            }
            let all_now = now.values().fold(Region::default(), |sum, part| sum.or(part));
            let all_was = was.values().fold(Region::default(), |sum, part| sum.or(part));
            for (grade, region) in &now {
                let fresh = was.get(grade).map_or_else(|| region.clone(), |old| region.without(old)).joined();
                if fresh.is_empty() {
                    continue;
                }
                let all = region.without(&fresh).is_empty() && now.len() == 1;
                let over = if all && !all_was.is_empty() && all_now.without(&all_was).is_empty() {
                    Over::default()
                } else {
                    self.over_words(&fresh, &whole, date(on))
                };
                out.push(Turn {
                    on: date(on),
                    name: name.to_string(),
                    becomes: grade.clone(),
                    over,
                    because: self.why_turned(name, (life, on), at, Some(grade)),
                });
            }
            let gone = all_was.without(&all_now).joined();
            if !gone.is_empty() {
                let over = match all_now.is_empty() {
                    true => Over::default(),
                    false => self.over_words(&gone, &whole, date(on)),
                };
                let becomes = "not granted".to_string();
                let because = self.why_turned(name, (life, on), at, None);
                out.push(Turn { on: date(on), name: name.to_string(), becomes, over, because });
            }
            was = now;
        }
        out
    }

    /// Why a part of a right became what it did on a day: of a grade, or nothing any more.
    pub(super) fn why_turned(
        &self,
        name: &Name,
        (life, on): (&Life, u32),
        at: At,
        becomes: Option<&str>,
    ) -> Vec<Line> {
        let reasons = self.reasons_on(name, date(on)).into_iter();
        let mut steps: Vec<Step> =
            reasons.filter(|reason| reason.may_make(becomes)).map(|reason| reason.step).collect();
        if steps.is_empty() {
            steps = match becomes {
                Some(grade) => self.why_fresh(name, (life, on), grade, at),
                None => self.why_gone(name, life, on, at),
            };
        }
        steps.iter().map(|step| self.statement_line(step)).collect()
    }

    /// How a right is told of which no text says how exclusive it is: of a sublicence none has to.
    pub(super) fn unsaid(&self, name: &Name) -> String {
        if self.grants().contains_key(name) { "of a grade not said" } else { "granted" }.to_string()
    }

    /// By which clause a right is held in a way from a day on.
    fn why_fresh(&self, name: &Name, (life, on): (&Life, u32), grade: &str, at: At) -> Vec<Step> {
        let fresh = |held: &&Held| {
            let shown = held.grade.as_ref().map_or_else(|| self.unsaid(name), super::why::graded);
            let begins = held.region.boxes().iter().filter_map(|b| b.side(DAYS));
            shown == grade && begins.flat_map(|side| side.iter()).any(|(from, _)| from == on)
        };
        let last = life.held.iter().find(fresh).and_then(|held| held.by.last().copied());
        match last.filter(|last| self.is_on_the_time_after(*last)) {
            Some(last) => vec![Step::note("it goes on after the end").by(last).from(self.why_over(date(on)))],
            None if self.grant_of(name, date(on)).is_none() => {
                vec![Step::note("it is given").by(at)]
            }
            None => vec![Step::note("by its text").by(last.unwrap_or(at))],
        }
    }

    /// Why a right is no longer held from a day on.
    fn why_gone(&self, name: &Name, life: &Life, on: u32, at: At) -> Vec<Step> {
        let on = date(on);
        let over = |held: &&Held| {
            let sides = held.region.boxes().iter().filter_map(|b| b.side(DAYS));
            sides.flat_map(|side| side.iter()).any(|(_, to)| to == day(on))
        };
        let last = life.held.iter().find(over).and_then(|held| held.by.last().copied());
        if let Some(last) = last.filter(|last| self.is_on_the_time_after(*last)) {
            return vec![Step::note("what went on after the end is over").by(last)];
        }
        let about = self.on_day(&life.about, on);
        let why = self.grant_of(name, on).map(|grant| self.why_not_now(name, grant, &about, on));
        match why {
            Some(why) if !why.is_empty() => why,
            Some(_) => vec![Step::note("by its text").by(at)],
            None => match self.why_over(on) {
                over if over.is_empty() => vec![Step::note("it is given no longer").by(at)],
                over => over,
            },
        }
    }

    /// What made a grant change on a day.
    fn reasons_on(&self, name: &Name, on: Date) -> Vec<Cause> {
        let model = self.model_on(on);
        let Some(grant) = self.grant_of(name, on) else { return Vec::new() };
        let changes = self.changes_of(name, grant, model);
        let ended = |until: Option<Date>| until.and_then(Date::next_day) == Some(on);
        // What may have changed it on some day did not surely do so on this one.
        let sure = || changes.iter().filter(|c| c.doubt.is_none());
        let made = |c: &&Dated| c.from == on;
        let mut causes: Vec<Cause> = sure()
            .filter(made)
            .map(|c| Cause { step: self.why_change(model, c), makes: Some(c.effect.change.clone()) })
            .collect();
        let over = sure().filter(|c| ended(c.until));
        causes.extend(
            over.map(|c| Cause { step: Step::note("what had changed it is over").by(c.at), makes: None }),
        );
        if let Some(stages) = &grant.stages {
            for begins in self.stages_begun_on(stages, on) {
                causes.push(Cause { step: begins, makes: Some(Change::Begins) });
            }
            let back = self.why_left(stages, |_| true, on).into_iter().filter(|step| step.on == Some(on));
            causes.extend(back.map(|step| Cause { step, makes: None }));
        }
        causes
    }
}

/// What made a grant change on a day.
struct Cause {
    step: Step,
    /// What it makes of the grant, where that is one thing.
    makes: Option<Change>,
}

impl Cause {
    /// Whether it may have made a part what it became: of a grade, or nothing any more.
    fn may_make(&self, becomes: Option<&str>) -> bool {
        match (&self.makes, becomes) {
            (None, _) => true,
            (Some(Change::Becomes(grade)), Some(becomes)) => super::why::graded(grade) == becomes,
            (Some(Change::Becomes(_)), None) => false,
            (Some(Change::Begins | Change::Expands(_)), becomes) => becomes.is_some(),
            (Some(Change::Ends | Change::Rests | Change::Retracts(_)), becomes) => becomes.is_none(),
        }
    }
}

/// A region on the first day of all, so that those of two days can be compared.
pub(super) fn moved(region: &Region) -> Region {
    region.boxes().iter().map(|scope| scope.clone().with(DAYS, Ranges::one(0))).collect()
}

//! What would have to be different for another answer: an option exercised, a condition fulfilled, a test failed, a day
//! that comes, a grant by the owner.

use super::question::Standing;
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::{RightsOfDeal, Source};
use crate::trace::Step;
use crate::windows::State;
use counterpart_num::Date;
use counterpart_rights::{Kind, PARTIES, Region};
use counterpart_terms::model::{Change, Effect, Grant, Life, Model, Trigger};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// What would give another answer in a part.
    pub(super) fn would_change(
        &self,
        party: &Name,
        standing: Standing,
        by: &[&Source],
        region: &Region,
        until: Option<Date>,
        on: Date,
    ) -> Vec<Step> {
        let mut out = Vec::new();
        if let Some(next) = until.and_then(Date::next_day) {
            let said =
                if standing.lets() { "as things stand, this ends" } else { "as things stand, this changes" };
            out.push(Step::note(said).on(next));
        }
        let model = self.model_on(on);
        // What makes a right weaker or ends it changes the answer of its holder, and of those it keeps out.
        for source in by.iter().filter(|s| matches!(s.kind, Kind::Licence | Kind::Covenant)) {
            out.extend(self.pending(model, source, standing.lets()));
        }
        match standing {
            Standing::NotGranted => out.extend(self.ways_in(party, region, on)),
            Standing::Forbidden => {
                let own = by.iter().any(|source| source.kind == Kind::Barred);
                let mut holders: Vec<&str> = by.iter().flat_map(|s| &s.to).map(Name::as_str).collect();
                holders.dedup();
                if !holders.is_empty() {
                    let what = if own { "a waiver" } else { "a sublicence or waiver" };
                    out.push(Step::note(format!("{what} by {}", holders.join(", "))));
                }
                if !own {
                    out.extend(self.options_on(party, region, on));
                }
            }
            Standing::Contested => {
                let names: Vec<&str> = by.iter().map(|source| source.name.as_str()).collect();
                let said = format!("an amendment that says which of {} gives way", names.join(", "));
                out.push(Step::note(said));
            }
            Standing::Unknown => {
                let reasons = by.iter().filter_map(|source| source.doubt.as_ref());
                out.extend(
                    reasons.map(|why| Step::note(format!("it has to be told: {}", why.reason)).by(why.at)),
                );
            }
            Standing::Granted | Standing::Own | Standing::Nobodys => {}
        }
        out
    }

    /// The triggers and ladders that may still act on a right.
    pub(super) fn pending(&self, model: &Model, source: &Source, holds: bool) -> Vec<Step> {
        let mut out = Vec::new();
        for trigger in &model.triggers {
            let at_once = trigger.then.iter().filter_map(Effect::read);
            let chosen = trigger.choice.iter().flat_map(|(_, _, effects)| effects).filter_map(Effect::read);
            let acts = |effect: &Effect| {
                let takes = !matches!(effect.change, Change::Begins);
                let loosens = matches!(effect.change, Change::Becomes(_)) && holds;
                crate::rights::is_of(effect, &source.name) && takes && !loosens
            };
            if !at_once.chain(chosen).any(|effect| acts(&effect)) || self.is_spent(model, trigger) {
                continue;
            }
            let tests: Vec<Step> = self.open_tests(model, trigger);
            out.push(
                Step::note(format!("trigger {} may act on {}", trigger.name, source.name))
                    .by(trigger.at)
                    .from(tests),
            );
        }
        if let Some(grant) = self.grant_of(&source.name, self.facts.as_of()).filter(|_| !holds) {
            for ladder in &grant.ladders {
                out.push(Step::note(format!("the ladder of {} is tested again", source.name)).by(ladder.at));
            }
        }
        out
    }

    /// The tests of a trigger that held and whose end is open: notice may be given, a cure runs, a party may choose.
    pub(super) fn open_tests(&self, model: &Model, trigger: &Trigger) -> Vec<Step> {
        use crate::rights::Step as Came;
        if self.over_with_agreement(trigger).is_some() {
            return Vec::new();
        }
        let fired = self.followed_so_far(model, trigger).into_iter();
        let named = fired.filter(|fired| fired.elsewhere.is_none());
        let today = self.facts.as_of();
        let open = named.filter(|fired| match fired.step {
            Came::AwaitsNotice | Came::Curing => fired.tested <= today,
            Came::Bites(_) => self.may_still_choose(trigger, fired),
            _ => false,
        });
        let mut out: Vec<Step> = Vec::new();
        for fired in open {
            let Some(why) = &fired.doubt else {
                out.extend(self.fired_in_steps(trigger, &fired));
                continue;
            };
            // Days of which the same is not known are one.
            let said = Step::note(format!("it is not known whether the test held: {}", why.reason));
            let said = said.by(trigger.at);
            if !out.contains(&said) {
                out.push(said);
            }
        }
        out
    }

    /// The triggers that bring a grant into force, or let it reach more.
    fn brings_in(&self, name: &Name, on: Date) -> Vec<Step> {
        let model = self.model_on(on);
        let gives = |trigger: &&Trigger| {
            let chosen = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
            trigger.then.iter().chain(chosen).filter_map(Effect::read).any(|effect| {
                let more = matches!(effect.change, Change::Begins | Change::Expands(_));
                more && effect.name.as_ref() == Some(name)
            })
        };
        let found = model.triggers.iter().filter(gives).filter(|trigger| !self.is_spent(model, trigger));
        let said = |trigger: &Trigger| {
            Step::note(format!("trigger {} may bring {name} into force", trigger.name)).by(trigger.at)
        };
        found.map(|trigger| said(trigger).from(self.open_tests(model, trigger))).collect()
    }

    /// The options of a party that reach any of a region and can be used, or come to be usable.
    fn options_on(&self, party: &Name, region: &Region, on: Date) -> Vec<Step> {
        let mut out = Vec::new();
        for (name, kind) in self.with_courses() {
            let full = crate::options::exercised_name(&name);
            let theirs = |grant: &Grant| grant.to.contains(party);
            if kind == crate::windows::Kind::Covenant || !self.grant_of(&full, on).is_some_and(theirs) {
                continue;
            }
            let Ok(course) = self.course_of(&name) else { continue };
            let stretch = course.on(on);
            let coming = matches!(
                stretch.state,
                State::NotYet | State::NotOpen | State::Open | State::Exercised | State::Suspended
            );
            if !coming || self.life_of(&full).about.both(region).is_empty() {
                continue;
            }
            let last = stretch.last.map_or(String::new(), |last| format!(" until {last}"));
            let said = match stretch.state {
                State::Open => format!("the exercise of {name}, which is open{last}"),
                State::Exercised => format!("{name} is exercised, and not effective yet: {}", stretch.why),
                state => format!("the exercise of {name}, which is {state}{last}: {}", stretch.why),
            };
            out.push(Step::note(said).by(stretch.at.first().copied()));
            // Exercised by payment, it waits for its price.
            if stretch.state == State::Exercised {
                out.extend(self.ways_to_settle(&name, self.unpaid_of(&name)));
            }
        }
        out
    }

    /// Whether a grant is one that an option gives.
    fn is_of_option(&self, grant: &Name) -> bool {
        let mut named = self.with_courses().into_iter();
        named.any(|(name, _)| self.rights_of_option(&name).is_some_and(|rights| rights.contains(grant)))
    }

    /// How a party might come to what it was not given: by a grant whose condition is not fulfilled yet, or by a new one.
    fn ways_in(&self, party: &Name, region: &Region, on: Date) -> Vec<Step> {
        let mut out = Vec::new();
        let space = self.space();
        for (name, grant) in self.grants() {
            if !grant.to.contains(party) {
                continue;
            }
            let about = self.life_of(name).about.both(region);
            if about.is_empty() {
                continue;
            }
            if let Ok(Some(begins)) = self.clock().effective_day()
                && begins > on
            {
                let begins = Step::note("the agreement begins").on(begins).by(self.model_on(on).header.at);
                if !out.contains(&begins) {
                    out.push(begins);
                }
            }
            out.extend(self.ways_back(name, grant, &about, on));
            let reach = self.reach(&space);
            for stage in grant.stages.iter().flat_map(|stages| &stages.stages) {
                let Some(when) = &stage.when else { continue };
                if reach.narrow(&about, &stage.scope).is_ok_and(|part| part.is_empty()) {
                    continue;
                }
                if self.days_once(when, &Focus::default()).yes.is_empty() {
                    let step = Step::note(format!("stage {} of {name}", stage.name)).by(stage.at);
                    out.push(step.from(vec![self.why_so(when, on, 2)]));
                }
            }
            for (clause, at) in &grant.life {
                let (condition, wanted) = match clause {
                    Life::While(condition, _) | Life::Needs(condition, None) => (condition, true),
                    Life::Begins { when: Some(condition), .. } => (condition, true),
                    Life::Suspended(condition) => (condition, false),
                    _ => continue,
                };
                // What an option gives is told with the option.
                if self.is_so(condition, on) != Some(wanted) && !self.is_of_option(name) {
                    let why = self.why_so(condition, on, 2);
                    let what = format!("{name} hangs on this: {}", why.what);
                    out.push(Step { what, clause: why.clause.or(Some(*at)), ..why });
                }
            }
            out.extend(self.brings_in(name, on));
        }
        out.extend(self.options_on(party, region, on));
        let rights = self.rights_of_deal();
        let all = rights.space.all(PARTIES);
        let free =
            region.boxes().iter().map(|scope| rights.map.free(&scope.clone().with(PARTIES, all.clone())));
        let free = free.fold(Region::default(), |sum, part| sum.or(&part));
        let whole = region.boxes().iter().all(|scope| free.covers(scope));
        out.push(Step::note(match (whole, free.is_empty()) {
            (true, _) => "a grant by its owner: it is free to grant",
            (false, true) if self.is_kept_for(party, &rights, region) => {
                "a grant by its owner, who keeps it free for the option"
            }
            (false, true) => "a grant by its owner, who has given it to others so that no more can be given",
            (false, false) => "a grant by its owner: a part of it is free to grant",
        }));
        out
    }

    /// Whether an owner is not free to grant a part only because a party has an option on it.
    fn is_kept_for(&self, party: &Name, rights: &RightsOfDeal, region: &Region) -> bool {
        let all = rights.space.all(PARTIES);
        let mut shut = region.boxes().iter().flat_map(|scope| {
            let scope = scope.clone().with(PARTIES, all.clone());
            rights.map.holdings().iter().filter(move |held| held.scope.meets(&scope))
        });
        shut.all(|held| {
            let source = rights.sources.get(held.source);
            held.shuts_out.is_empty()
                || held.kind == Kind::Barred
                || held.kind == Kind::Option && source.is_some_and(|source| source.to.contains(party))
        })
    }
}

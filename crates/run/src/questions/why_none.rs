//! Why nothing gives a party a part: with whom it stays, in what each grant misses it, and why a grant that would reach
//! it does not give it on the day.

use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::Source;
use crate::trace::Step;
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Kind, Ranges, Region, Scope, Side, day, within};
use counterpart_syntax::Form;
use counterpart_terms::model::{Grant, Life};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// With whom stays what was given to nobody.
    pub(super) fn stays_with(&self, region: &Region, on: Date) -> Vec<Step> {
        let rights = self.rights_of_deal();
        let owned = rights.sources.iter().filter(|source| source.kind == Kind::Owned);
        let space = &rights.space;
        let Some(dimension) = space.dimension(&Side::Assets) else { return Vec::new() };
        let meets = |name: &Name| {
            let own = space.set(&Side::Assets, name);
            own.is_some_and(|own| {
                region.boxes().iter().any(|b| b.side(dimension).is_some_and(|s| s.meets(own)))
            })
        };
        let now = |source: &&Source| {
            let mut holdings = rights.map.holdings().iter();
            holdings.any(|h| {
                rights.sources.get(h.source).is_some_and(|s| std::ptr::eq(s, *source))
                    && h.scope.side(DAYS).is_some_and(|days| days.contains(day(on)))
            })
        };
        owned
            .filter(|source| meets(&source.name))
            .filter(now)
            .map(|source| {
                let own = if source.to.len() > 1 { "own" } else { "owns" };
                let said = format!("{} stays with {}, who {own} it", source.name, Name::list(&source.to));
                Step::note(said).by(source.by.first().copied())
            })
            .collect()
    }

    /// Why no grant gives a party a part: in what each that might does not reach it, or since when it does not.
    pub(super) fn why_none(&self, party: &Name, region: &Region, on: Date) -> Vec<Step> {
        let mut out = Vec::new();
        for (name, grant) in self.grants() {
            if !grant.to.contains(party) {
                continue;
            }
            let life = self.life_of(name);
            let about = life.about.both(region);
            let ungiven = self.ungiven(name, region, on);
            if about.is_empty() && !ungiven.is_empty() {
                out.push(Step::note(format!("{name} does not give it")).by(grant.at).from(ungiven));
                continue;
            }
            if about.is_empty() {
                let today = self.on_day(&life.about, on);
                let about = if today.is_empty() { &life.about } else { &today };
                let misses = self.misses(about, region, on);
                if !misses.is_empty() {
                    let words: Vec<&str> = misses.iter().map(|(words, _)| words.as_str()).collect();
                    let said = format!("{name} does not reach it: {}", words.join("; "));
                    let lines = misses.iter().filter_map(|(_, form)| {
                        let at = self.line_of(grant.at, (*form)?);
                        (at != grant.at).then(|| Step::note("its text says").by(at))
                    });
                    out.push(Step::note(said).by(grant.at).from(lines.collect()));
                }
                continue;
            }
            let why = self.why_not_now(name, grant, &about, on);
            out.push(
                Step::note(format!("{name} would reach it, and does not give it now")).by(grant.at).from(why),
            );
        }
        out
    }

    /// Why a grant does not give a part on a day that its text reaches; where no part is left of it, why it gives none.
    fn ungiven(&self, name: &Name, part: &Region, on: Date) -> Vec<Step> {
        let life = self.life_of(name);
        let here = |region: &Region| {
            let today = self.on_day(region, on);
            !today.is_empty() && (part.is_empty() || !today.both(part).is_empty())
        };
        let mut out: Vec<Step> = Vec::new();
        for ungiven in life.ungiven.iter().filter(|ungiven| here(&ungiven.region)) {
            let step = Step::note(ungiven.why.clone()).by(ungiven.at);
            let step = step.from(self.why_part_could_end(ungiven.at));
            if out.iter().all(|told| told.what != step.what) {
                out.push(step);
            }
        }
        out
    }

    /// In what the text of a grant misses a part that is asked about, each with the line that says how far it reaches.
    pub(super) fn why_missed(&self, grant: &Grant, about: &Region, part: &PartOf, on: Date) -> Vec<Step> {
        let today = Region::from(self.space().everything());
        let today = within(&today, DAYS, &Ranges::one(day(on)));
        let Ok(asked) = self.part_of(&today, part) else { return Vec::new() };
        let misses = self.misses(about, &asked, on).into_iter();
        let step = |(words, form): (String, Option<Form>)| {
            Step::note(words).by(form.map_or(grant.at, |form| self.line_of(grant.at, form)))
        };
        misses.map(step).collect()
    }

    /// In which dimensions a text misses a region, each with the line of a grant that is on it.
    fn misses(&self, about: &Region, region: &Region, on: Date) -> Vec<(String, Option<Form>)> {
        let space = self.space();
        let Some(asked) = region.boxes().first() else { return Vec::new() };
        let whole = space.everything();
        let mut out = Vec::new();
        for dimension in 2..space.dimensions() {
            let side = |b: &Scope| b.side(dimension).cloned().unwrap_or_default();
            let own = about.boxes().iter().map(side).fold(Ranges::none(), |a, b| a.or(&b));
            let theirs = region.boxes().iter().map(side).fold(Ranges::none(), |a, b| a.or(&b));
            if own.meets(&theirs) {
                continue;
            }
            let own = whole.clone().with(dimension, own);
            let it = self.narrower(&own, &whole, on);
            let asked = self.narrower(&whole.clone().with(dimension, side(asked)), &whole, on);
            if let (Some(own), Some(asked)) = (it.first(), asked.first()) {
                let form = match space.side(dimension) {
                    Some(Side::Assets) => Some(Form::GrantUnder),
                    Some(Side::Acts) => Some(Form::GrantTo),
                    Some(Side::Fields) => Some(Form::GrantFor),
                    Some(Side::Places) => Some(Form::GrantIn),
                    Some(Side::Products) => Some(Form::GrantOf),
                    Some(Side::Customers) => Some(Form::GrantCustomers),
                    _ => None,
                };
                out.push((format!("it is {}, not {}", own.phrase(), asked.words()), form));
            }
        }
        out
    }

    /// Why a grant whose text reaches a part does not give it on a day.
    pub(super) fn why_not_now(&self, name: &Name, grant: &Grant, part: &Region, on: Date) -> Vec<Step> {
        let mut out = Vec::new();
        if !self.agreement_days(grant).perhaps().contains(day(on)) {
            let at = self.model_on(on).header.at;
            let begun = self.clock().effective().is_some_and(|from| from <= on);
            let over = self.why_over(on);
            match (begun, over.is_empty()) {
                (true, false) => out.extend(over),
                (true, true) => out.push(Step::note("the agreement has ended").by(at)),
                (false, _) => out.push(Step::note("the agreement has not begun").by(at)),
            }
        }
        for (what, last, at) in self.over_in(grant, part, on) {
            out.push(Step::note(what).on(last).by(at));
        }
        out.extend(self.ungiven(name, part, on));
        for (clause, at) in grant.life.iter().filter(|(clause, _)| !self.is_apart(clause)) {
            let (condition, wanted) = match clause {
                Life::While(condition, _) | Life::Needs(condition, _) => (condition, true),
                Life::Begins { when: Some(condition), .. } => (condition, true),
                Life::Suspended(condition) | Life::EndsWhen(condition, _) => (condition, false),
                Life::Begins { when: None, .. } => {
                    out.push(Step::note("no trigger has brought it into force").by(*at));
                    continue;
                }
                Life::From(moment) => {
                    if !self.days_from(moment).yes.contains(day(on)) {
                        out.push(Step::note("its first day has not come").by(*at));
                    }
                    continue;
                }
                Life::Until(moments) => {
                    let over = |m| !self.days_until(m).yes.contains(day(on));
                    if moments.iter().any(over) {
                        out.push(Step::note("its last day is past").by(*at));
                    }
                    continue;
                }
            };
            if self.is_so(condition, on) != Some(wanted) {
                out.push(self.why_line(condition, *at, on, 1));
            }
        }
        if let Some(stages) = &grant.stages {
            let space = self.space();
            let reach = self.reach(&space);
            for stage in &stages.stages {
                let covers = reach.narrow(part, &stage.scope).is_ok_and(|r| !r.is_empty());
                let (true, Some(when)) = (covers, &stage.when) else { continue };
                if self.days_once(when, &Focus::default()).yes.first().is_none_or(|f| f > day(on)) {
                    let step = Step::note(format!("stage {} has not begun", stage.name)).by(stage.at);
                    out.push(step.from(vec![self.why_so(when, on, 1)]));
                }
            }
            out.extend(self.why_left(
                stages,
                |stage| reach.narrow(part, &stage.scope).is_ok_and(|r| !r.is_empty()),
                on,
            ));
        }
        for left_out in &grant.except {
            let space = self.space();
            if self.reach(&space).narrow(part, &left_out.scope).is_ok_and(|r| !r.is_empty()) {
                out.push(Step::note("it is left out of the grant").by(left_out.at));
            }
        }
        let model = self.model_on(on);
        let changes = self.changes_of(name, grant, model).into_iter();
        let taken = changes.filter(|change| self.takes(change, part, on));
        out.extend(taken.map(|change| self.why_change(model, &change)));
        out
    }
}

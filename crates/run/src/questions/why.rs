//! Why a party may, or may not: the clauses and entries that give a right, keep it, or take it away.
//!
//! They are looked up again from the clauses that made a part of a life what it is, so that a right is explained by
//! the same rules that gave it. Why a condition holds and what brought a change about is told by `reasons`.

use super::question::Standing;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::rights::Dated;
use crate::rights::Source;
use crate::trace::Step;
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_rights::{Kind, Region};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Change, Grant, Life};
use counterpart_terms::value::{Grade, Name};

impl Run<'_> {
    /// Why a part stands as it does.
    pub(super) fn because(
        &self,
        party: &Name,
        standing: Standing,
        by: &[&Source],
        region: &Region,
        on: Date,
    ) -> Vec<Step> {
        let mut out: Vec<Step> = by
            .iter()
            .map(|source| self.why_held(source, standing_of(party, standing, source), region, on))
            .collect();
        if standing == Standing::Nobodys {
            out.push(self.no_patent_stands(region, on));
        }
        let rights = self.rights_of_deal();
        let own = by.iter().any(|source| source.kind == Kind::Barred);
        if standing == Standing::Forbidden
            && !own
            && region.boxes().iter().all(|part| self.is_unpatented(&rights, part, on))
        {
            let none = self.no_patent_stands(region, on);
            let what = format!("{}: what keeps out is the deal, and no patent is infringed", none.what);
            out.push(Step { what, ..none });
        }
        if standing == Standing::NotGranted {
            out.extend(self.stays_with(region, on));
            out.extend(self.why_none(party, region, on));
        }
        if standing.refuses() {
            out.extend(self.spared(party, region, on));
        }
        out
    }

    /// Why a right stands as it does in a part of what it reaches, and what would change that.
    pub(crate) fn why_standing(&self, name: &Name, part: &PartOf) -> (Vec<Step>, Vec<Step>) {
        let on = self.facts.as_of();
        let Some(grant) = self.grant_of(name, on) else { return (self.why_sublicensed(name), Vec::new()) };
        let life = self.life_of(name);
        let about = match self.part_of(&self.on_day(&life.about, on), part) {
            Ok(about) => about,
            Err(why) => return (vec![Step::note(why.reason)], Vec::new()),
        };
        let rights = self.rights_of_deal();
        let (mut because, mut changes) = (Vec::new(), Vec::new());
        let kinds = [Kind::Licence, Kind::Covenant, Kind::Reserved];
        for (number, source) in rights.sources.iter().enumerate() {
            let own = source.name == *name && kinds.contains(&source.kind);
            let scopes = rights.map.holdings().iter().filter(|h| own && h.source == number).map(|h| {
                let everybody = rights.space.all(counterpart_rights::PARTIES);
                h.scope.clone().with(counterpart_rights::PARTIES, everybody)
            });
            let here: Region = scopes.flat_map(|scope| about.and(&scope).boxes().to_vec()).collect();
            if here.is_empty() {
                continue;
            }
            let standing = if source.doubt.is_some() { Standing::Unknown } else { Standing::Granted };
            let held = self.why_held(source, standing, &here, on);
            if because.contains(&held) {
                continue;
            }
            because.push(held);
            if source.kind == Kind::Reserved {
                continue;
            }
            // Asked how exclusive it is, what makes it less so changes the answer of its holder too.
            let loosens = self.pending(self.model_on(on), source, false).into_iter();
            changes.extend(loosens.filter(|step| !step.parts.is_empty()));
            changes.extend(self.would_change(
                source.to.first().unwrap_or(name),
                standing,
                &[source],
                &here,
                None,
                on,
            ));
        }
        let left = about.without(&life.in_force());
        if about.is_empty() {
            let said = format!("{name} does not reach this");
            let mut why = self.why_missed(grant, &life.about, part, on);
            why.extend(self.why_not_now(name, grant, &about, on));
            because.push(Step::note(said).by(grant.at).from(why));
        } else if !left.is_empty() {
            let why = self.why_not_now(name, grant, &left, on);
            let all = because.is_empty();
            let said = if all { "it is not in force there" } else { "in another part it is not in force" };
            because.push(Step::note(said).by(grant.at).from(why));
        }
        (because, changes)
    }

    /// Why a holding is there.
    fn why_held(&self, source: &Source, standing: Standing, region: &Region, on: Date) -> Step {
        if let Some(last) = source.by.last().filter(|at| self.is_on_the_time_after(**at)) {
            return self.why_after_the_end(source, *last, on);
        }
        let to = Name::list(&source.to);
        let name = &source.name;
        let head = match source.kind {
            Kind::Owned => {
                let own = if source.to.len() > 1 { "own" } else { "owns" };
                Step::note(format!("{to} {own} {name}"))
            }
            Kind::Reserved => Step::note(format!("{to} keeps it out of {name}")),
            Kind::Option => Step::note(format!("{name} is an option of {to}")),
            Kind::FirstRight => Step::note(format!("it is offered to {to} first: {name}")),
            Kind::Barred => Step::note(format!("{} promised not to: {name}", Name::list(&source.from))),
            Kind::Licence | Kind::Covenant => {
                let grade = source.grade.as_ref().map_or("of a grade not said".to_string(), graded);
                match standing {
                    Standing::Forbidden => Step::note(format!("{name} is {grade} for {to}")),
                    Standing::Unknown if source.grade.is_none() => {
                        Step::note(format!("whether {name} gives it to {to} is not known"))
                    }
                    _ => {
                        let within = self.limits_in_words(name, on);
                        Step::note(format!("{name} gives it to {to}: {grade}{within}"))
                    }
                }
            }
        };
        let mut parts = Vec::new();
        if let Some(grant) = self.grant_of(name, on) {
            parts.push(Step::note(format!("{name} is granted by {}", Name::list(&grant.from))).by(grant.at));
            parts.extend(self.why_passed(name, grant, on));
            parts.extend(self.why_in_force(grant, on, 0));
            let lasts = self.lasts_in(grant, region, on).into_iter();
            parts.extend(lasts.map(|(said, at)| Step::note(said).by(at)));
            parts.extend(self.why_graded(name, grant, source, region, on));
            parts.extend(self.by_law(name, region));
        }
        parts.extend(self.why_besides(source, on));
        parts.extend(source.doubt.as_ref().map(Step::unknown));
        head.by(source.by.first().copied()).from(parts)
    }

    /// By which law one of several owners gives a part without the others.
    fn by_law(&self, name: &Name, region: &Region) -> Vec<Step> {
        let life = self.life_of(name);
        let here = life.by_law.iter().filter(|law| !law.region.both(region).is_empty());
        here.map(|law| Step::note(law.why.clone()).by(law.at)).collect()
    }

    /// What a grant is limited to in words alone: whether something lies within them is for whoever reads the answer.
    fn limits_in_words(&self, name: &Name, on: Date) -> String {
        let mut grants = self.model_on(on).records.of(Form::FileGrant);
        let grant = grants.find(|r| r.name(Label::Name) == Some(name));
        let lines = grant.into_iter().flat_map(|r| r.all_below(Form::GrantLimits));
        let said = lines.filter_map(|line| line.text(Label::Text));
        said.map(|text| format!(", limited to \"{text}\"")).collect()
    }

    /// Why a right that has ended goes on.
    fn why_after_the_end(&self, source: &Source, line: At, on: Date) -> Step {
        let name = &source.name;
        let grade = source.grade.as_ref().map_or("of a grade not said".to_string(), graded);
        let stock = if self.is_sell_off(line) { ", for what is in stock" } else { "" };
        let head = format!("{name} goes on for {}: {grade}{stock}", Name::list(&source.to));
        let mut parts = self.why_over(on);
        if let Some(grant) = self.grant_of(name, on) {
            parts.push(Step::note(format!("{name} was granted by {}", Name::list(&grant.from))).by(grant.at));
        }
        parts.extend(source.doubt.as_ref().map(Step::unknown));
        Step::note(head).by(line).from(parts)
    }

    /// A grant in the terms of a day.
    pub(crate) fn grant_of(&self, name: &Name, on: Date) -> Option<&Grant> {
        self.named_on(on, |model| model.grants.get(name))
    }

    /// From when a grant is in force, and by what.
    pub(super) fn why_in_force(&self, grant: &Grant, on: Date, depth: usize) -> Vec<Step> {
        let mut out = Vec::new();
        out.extend(self.why_agreement(on));
        for (clause, at) in &grant.life {
            // What comes cell by cell is told for the part alone that is asked about.
            if self.is_apart(clause) {
                continue;
            }
            let step = match clause {
                Life::While(condition, _) | Life::Needs(condition, _) => self.why_so(condition, on, depth),
                Life::From(moment) => match self.clock().moment(moment, &Focus::default()) {
                    Ok(When::On(from)) => Step::note("it has begun").on(from),
                    _ => Step::note("it has not begun"),
                },
                Life::Until(moments) => {
                    let days =
                        moments.iter().filter_map(|m| self.clock().limit(m, &Focus::default()).ok()?);
                    match days.min() {
                        Some(last) => Step::note(format!("its last day is {last}")),
                        None => Step::note("its last day has not come"),
                    }
                }
                Life::Begins { when: Some(when), .. } => self.why_so(when, on, depth),
                Life::Begins { when: None, .. } => continue,
                Life::Suspended(condition) => {
                    let step = self.why_so(condition, on, depth);
                    let rests = self.is_so(condition, on) == Some(true);
                    Step::note(if rests { "it rests" } else { "it does not rest" }).from(vec![step])
                }
                Life::EndsWhen(condition, _) => self.why_so(condition, on, depth),
            };
            out.push(step.by(*at));
        }
        out.extend(grant.stages.iter().flat_map(|stages| self.why_staged(stages, on, depth)));
        out
    }

    /// How exclusive it is, and what made it so.
    fn why_graded(
        &self,
        name: &Name,
        grant: &Grant,
        source: &Source,
        region: &Region,
        on: Date,
    ) -> Vec<Step> {
        let mut out = Vec::new();
        for line in grant.grades.iter().filter(|line| source.by.contains(&line.at)) {
            let until = line.until.as_ref().and_then(|m| self.clock().limit(m, &Focus::default()).ok()?);
            let until = until.map_or(String::new(), |day| format!(" until {day}"));
            out.push(Step::note(format!("its text makes it {}{until}", graded(&line.grade))).by(line.at));
        }
        let model = self.model_on(on);
        let mut was =
            grant.grades.iter().find(|line| source.by.contains(&line.at)).map(|line| line.grade.clone());
        for change in self.changes_of(name, grant, model) {
            if change.from > on || !source.by.contains(&change.at) || self.is_elsewhere(&change, region) {
                continue;
            }
            // What left it as it was is no reason.
            if let Change::Becomes(grade) = &change.effect.change {
                if was.as_ref() == Some(grade) {
                    continue;
                }
                was = Some(grade.clone());
            }
            out.push(self.why_change(model, &change));
        }
        out
    }

    /// What made a grant as exclusive as it is on a day, where that is not its own text.
    pub(super) fn why_grade_changed(&self, name: &Name, on: Date) -> Vec<Step> {
        let Some(grant) = self.grant_of(name, on) else { return Vec::new() };
        let model = self.model_on(on);
        let changes = self.changes_of(name, grant, model).into_iter();
        let graded = changes.filter(|one| one.from <= on && matches!(one.effect.change, Change::Becomes(_)));
        graded.map(|change| self.why_change(model, &change)).collect()
    }

    /// Whether a change is on places of which a region has none.
    pub(super) fn is_elsewhere(&self, change: &Dated, region: &Region) -> bool {
        let space = self.space();
        let reach = self.reach(&space);
        let mut part = region.clone();
        if let Some(place) = &change.place {
            part = reach.in_place(&part, place).unwrap_or(part);
        }
        if let Some(territory) = &change.effect.part.territory {
            part = reach.territory(&part, territory).unwrap_or(part);
        }
        for names in [&change.effect.part.names, &change.of] {
            if !names.is_empty() {
                part = reach.names(&part, names).unwrap_or(part);
            }
        }
        part.is_empty()
    }
}

/// How a party stands to one source of a part: where two stand against each other, one lets it in and one keeps it out.
fn standing_of(party: &Name, standing: Standing, source: &Source) -> Standing {
    match standing {
        Standing::Contested if source.to.contains(party) => Standing::Granted,
        Standing::Contested => Standing::Forbidden,
        one => one,
    }
}

/// A grade in words.
pub(super) fn graded(grade: &Grade) -> String {
    crate::rights::shown(grade)
}

//! Patents that no list names: caught by a rule on a day, left out by a list, allocated to an owner after signing.

use super::It;
use super::decisions::Topic;
use super::prosecution::Patent;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{EventKind, PartOf};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Model;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// Sets of assets within each other, at most so many.
const MAX_DEPTH: usize = 16;

/// An answer with what shows it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// Whether it is so.
    pub so: bool,
    /// Why.
    pub why: Vec<Step>,
}

impl Shown {
    fn so(so: bool, why: impl Into<String>, at: At) -> Shown {
        Shown { so, why: vec![Step::note(why).by(at)] }
    }
}

impl Run<'_> {
    /// Whether a patent is licensed on the day asked about: under a grant, or under any.
    ///
    /// # Errors
    /// Where it hangs on what is not told or not given.
    pub(crate) fn patent_licensed(&self, patent: &Patent, grant: Option<&Name>) -> Eval<Shown> {
        let model = self.model_now();
        let mut last: Option<Shown> = None;
        let mut unknown = None;
        for (name, text) in model.grants.iter().filter(|(name, _)| grant.is_none_or(|g| g == *name)) {
            let Some(set) = &text.assets else { continue };
            let found: Eval<Option<Shown>> = set
                .names
                .iter()
                .filter(|assets| !set.except.contains(assets))
                .map(|assets| self.belongs(patent, assets, MAX_DEPTH))
                .try_fold(None, |found: Option<Shown>, one| match (found, one?) {
                    (Some(found), _) if found.so => Ok(Some(found)),
                    (_, one) => Ok(Some(one)),
                });
            match found {
                Ok(Some(mut found)) if found.so => {
                    let part = PartOf::default();
                    let live = self.standing(name, &part, self.facts.as_of()).map(|s| s.in_force);
                    match live {
                        Ok(true) => {
                            found.why.push(Step::note(format!("which `{name}` licenses")).by(text.at));
                            return Ok(found);
                        }
                        Ok(false) => {
                            last = Some(Shown::so(false, format!("`{name}` is not in force"), text.at))
                        }
                        Err(why) => unknown = Some(why),
                    }
                }
                Ok(found) => last = last.or(found),
                Err(why) => unknown = Some(why.at(text.at)),
            }
        }
        match (unknown, last) {
            (Some(why), _) => Err(why),
            (None, Some(shown)) => Ok(shown),
            (None, None) => Err(match grant.filter(|grant| !model.grants.contains_key(*grant)) {
                Some(other) => Unknown::new(format!("`{other}` is no grant{}", self.grants_under(other))),
                None => Unknown::new("no grant says under which assets it is given"),
            }),
        }
    }

    /// The grants that are given under some assets, in words; nothing where none is.
    fn grants_under(&self, assets: &Name) -> String {
        let under = self
            .model_now()
            .grants
            .iter()
            .filter(|(_, grant)| grant.assets.as_ref().is_some_and(|set| set.names.contains(assets)));
        let names: Vec<Name> = under.map(|(name, _)| name.clone()).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => format!(": {one} is under it"),
            some => format!(": {} are under it", Name::list(some)),
        }
    }

    /// Other assets, of other owners, under which a patent is told or listed: it is theirs and not among these.
    fn told_of_others(&self, assets: &Name, patent: &Patent) -> Option<Name> {
        let own = self.owners_of_assets(assets);
        let known = |owners: &[Name]| !owners.is_empty() && !owners.iter().any(Name::is_blank);
        let all = self.model_now().records.of(Form::FileAssets).filter_map(|record| record.name(Label::Name));
        let others = all.filter(|other| {
            let theirs = self.owners_of_assets(other);
            known(&own) && known(&theirs) && !theirs.iter().any(|owner| own.contains(owner))
        });
        let mut named = others.filter(|other| self.told_under(other, patent) || self.lists(other, patent));
        named.next().cloned()
    }

    /// Whether a patent belongs to a set of assets.
    fn belongs(&self, patent: &Patent, assets: &Name, left: usize) -> Eval<Shown> {
        if assets.is_blank() {
            return Err(Unknown::new("under which assets a grant is given is redacted or open"));
        }
        let about = |r: &&Record| r.clause == Form::FileAssets && r.name(Label::Name) == Some(assets);
        let record = |m: &'_ Model| m.records.iter().find(about).cloned();
        let Some(record) = record(self.model_now()) else {
            return Err(Unknown::new(format!("`{assets}` is no set of patents")));
        };
        let shown = format!("{} {}", patent.0, patent.1);
        for line in record.all_below(Form::AssetsExcludes) {
            let numbers: Vec<&Value> = line.all(Label::Numbers).collect();
            let same =
                |value: &&Value| matches!(value, Value::Text(number) if digits(number) == digits(&patent.1));
            if numbers.iter().any(same) {
                return Ok(Shown::so(false, format!("{shown} is on the list of patents left out"), line.at));
            }
            for out in line.names(Label::Names).iter().filter(|_| left > 0) {
                if out.is_blank() {
                    return Err(
                        Unknown::new(format!("what `{assets}` leaves out is redacted or open")).at(line.at)
                    );
                }
                if self.lists(out, patent) || self.told_under(out, patent) {
                    return Ok(Shown::so(
                        false,
                        format!("{shown} belongs to {out}, which is left out"),
                        line.at,
                    ));
                }
            }
        }
        if let Some(line) = listed(&record, patent) {
            return Ok(Shown::so(true, format!("{shown} is listed among {assets}"), line.at));
        }
        let mut last = Shown::so(false, format!("{shown} is not among {assets}"), record.at);
        for line in record.all_below(Form::AssetsCaptured) {
            let found = self.is_captured(patent, assets, line)?;
            if found.so {
                return Ok(found);
            }
            last = found;
        }
        Ok(last)
    }

    /// Whether a rule on a day catches a patent.
    fn is_captured(&self, patent: &Patent, assets: &Name, line: &Record) -> Eval<Shown> {
        let shown = format!("{} {}", patent.0, patent.1);
        if line.word(Label::Kind) == Some("know-how") {
            return Ok(Shown::so(false, format!("{shown} is no know-how"), line.at));
        }
        let Some(basis) = line.word(Label::Basis) else {
            return match (self.told_under(assets, patent), self.told_of_others(assets, patent)) {
                (true, _) => Ok(Shown::so(true, format!("{shown} is told among {assets}"), line.at)),
                (false, Some(other)) => {
                    Ok(Shown::so(false, format!("{shown} is told of {other}, not of {assets}"), line.at))
                }
                (false, None) => Err(Unknown::new(format!("whose {shown} is, is not told")).at(line.at)),
            };
        };
        let (words, what): (&[&str], _) = match basis {
            "filed" => (&["filed"], "first filed"),
            "granted" => (&["granted"], "granted"),
            "owned" | "controlled" => (&["filed", "granted"], "owned"),
            other => {
                return Err(Unknown::new(format!("the day {shown} was {other} is not told")).at(line.at));
            }
        };
        let mut days = self.patent_days(assets, patent, words);
        if basis != "granted"
            && let Some(application) = self.application_of(assets, patent)
        {
            days.extend(self.patent_days(assets, &application, words));
        }
        let Some(day) = days.into_iter().min() else {
            if let Some(other) = self.told_of_others(assets, patent) {
                return Ok(Shown::so(false, format!("{shown} is told of {other}, not of {assets}"), line.at));
            }
            let fix = format!("add `filed {assets} {shown}` on the day it was");
            return Err(Unknown::new(format!("when {shown} was {what} is not told: {fix}")).at(line.at));
        };
        let moment = line
            .moment(Label::Date)
            .ok_or_else(|| Unknown::new("the day of a rule is not given").at(line.at))?;
        let limit = match self.clock().moment(moment, &Focus::default()).map_err(|u| u.at(line.at))? {
            When::On(limit) => limit,
            _ => return Err(Unknown::new("the day of a rule on patents has not come").at(line.at)),
        };
        let mut so = match line.word(Label::Dir) {
            Some("before") => day < limit,
            Some("after") => day > limit,
            Some("on or after" | "from") => day >= limit,
            _ => day <= limit,
        };
        if let Some(until) = line.moment(Label::Until) {
            so &= match self.clock().moment(until, &Focus::default()).map_err(|u| u.at(line.at))? {
                When::On(end) => day <= end,
                _ => true,
            };
        }
        let dir = line.word(Label::Dir).unwrap_or("on or before");
        let said = if so { "so it is among" } else { "so it is not among" };
        Ok(Shown::so(
            so,
            format!("{shown} was {what} on {day}, to be so {dir} {limit}: {said} {assets}"),
            line.at,
        ))
    }

    /// The days on which one of some things was told of a patent of these assets.
    fn patent_days(&self, assets: &Name, patent: &Patent, words: &[&str]) -> Vec<Date> {
        let day = |event: &counterpart_ledger::Event| match &event.kind {
            EventKind::Patent { what, assets: told, patent: Some(one), .. }
                if words.contains(&what.as_str()) && told == assets && same(one, patent) =>
            {
                Some(event.date)
            }
            _ => None,
        };
        self.facts.happened().filter_map(day).collect()
    }

    /// The application a patent was granted on.
    fn application_of(&self, assets: &Name, patent: &Patent) -> Option<Patent> {
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Patent { assets: told, patent: Some(one), application, .. }
                if told == assets && same(one, patent) =>
            {
                application.clone()
            }
            _ => None,
        })
    }

    /// Whether anything was told of a patent as one of these assets.
    fn told_under(&self, assets: &Name, patent: &Patent) -> bool {
        self.facts.happened().any(|event| match &event.kind {
            EventKind::Patent { assets: told, patent: Some(one), .. } => told == assets && same(one, patent),
            _ => false,
        })
    }

    /// Whether the text lists a patent among assets.
    fn lists(&self, assets: &Name, patent: &Patent) -> bool {
        let about = |r: &&Record| r.clause == Form::FileAssets && r.name(Label::Name) == Some(assets);
        self.model_now().records.iter().filter(about).any(|record| listed(record, patent).is_some())
    }

    /// To whom assets, or a patent, of a pool are allocated.
    ///
    /// # Errors
    /// Where it hangs on what is not told or not given.
    pub(crate) fn allocated_to(&self, what: &Result<Patent, Name>) -> Eval<(Name, Vec<Step>)> {
        let (name, it) = self.to_be_allocated(what)?;
        let clauses = self.model_now().records.of(Form::FileAllocation);
        let mut unknown = Unknown::new("no clause says how a pool of patents finds its owners");
        for clause in clauses {
            if let Some(decision) = self.last_decision(&name, Topic::Allocation(clause))? {
                let mut why = vec![decision.step()];
                why.extend(self.void_decisions(&name, Topic::Allocation(clause)));
                return Ok((decision.value, why));
            }
            let rules = clause.all_below(Form::AllocationSubjectOf);
            let mut steps = Vec::new();
            let found = super::any_of(rules, |line| match (line.condition(Label::When), &it) {
                (Some(test), Some(it)) => {
                    self.fits(test, it, &it.name, &mut Vec::new()).map_err(|u| u.at(line.at))
                }
                _ => Err(Unknown::new(format!("nothing is told of what `{name}` is about")).at(line.at)),
            })?;
            match found.and_then(|line| Some((line, line.name(Label::To)?))) {
                Some((_, to)) if to.is_blank() => {
                    return Err(Unknown::new("to whom a rule allocates is redacted or open").at(clause.at));
                }
                Some((line, to)) => {
                    if let (Some(test), Some(it)) = (line.condition(Label::When), &it) {
                        self.fits(test, it, &it.name, &mut steps)?;
                    }
                    steps.push(Step::note(format!("so it goes to {to}")).by(line.at));
                    return Ok((to.clone(), steps));
                }
                None => {
                    let steps =
                        clause.all_below(Form::AllocationStep).filter_map(|l| l.name(Label::By).cloned());
                    let who = Name::list(&steps.collect::<Vec<_>>());
                    unknown = Unknown::new(format!("no rule takes `{name}`, and none of {who} has decided"))
                        .at(clause.at);
                }
            }
        }
        Err(unknown)
    }

    /// What is told of what is to be allocated.
    fn to_be_allocated(&self, what: &Result<Patent, Name>) -> Eval<(Name, Option<It>)> {
        let found = match what {
            Ok(patent) => {
                let name = Name::from(format!("{} {}", patent.0, patent.1).as_str());
                let it = self.facts.happened().find_map(|event| match &event.kind {
                    EventKind::Patent { assets, patent: Some(one), lines, .. }
                        if same(one, patent) && !lines.is_empty() =>
                    {
                        Some(It::read(name.clone(), self.owners_of_assets(assets), event, lines))
                    }
                    _ => None,
                });
                (name, it)
            }
            Err(name) => {
                let it = self.facts.happened().find_map(|event| match &event.kind {
                    EventKind::Patent { assets, patent: None, lines, .. }
                        if assets == name && !lines.is_empty() =>
                    {
                        Some(It::read(name.clone(), self.owners_of_assets(name), event, lines))
                    }
                    _ => None,
                });
                (name.clone(), it)
            }
        };
        Ok(found)
    }
}

/// The line of assets that lists a patent.
fn listed<'r>(record: &'r Record, patent: &Patent) -> Option<&'r Record> {
    record.all_below(Form::AssetsPatent).find(|line| {
        line.name(Label::Office) == Some(&patent.0)
            && line.text(Label::Number).is_some_and(|number| digits(number) == digits(&patent.1))
    })
}

fn same(one: &Patent, other: &Patent) -> bool {
    one.0 == other.0 && digits(&one.1) == digits(&other.1)
}

/// A number without the marks it is written with: `5,111,201` is 5111201.
fn digits(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).collect()
}

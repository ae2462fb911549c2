//! What changed a right, day by day: its ladders, its triggers and what parties chose under them, what ended it.

use super::blank;
use super::found;
use super::ladders::ladder_changes;
use super::lasting::Cause;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect, Grant, Lasting, Model, Same, Where};
use counterpart_terms::precedence::{ClauseRef, Ranking, Standing};
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

/// What acts on a right that is not named may act on any.
fn doubt_where_unnamed(change: &mut Dated) {
    if change.effect.name.as_ref().is_some_and(Name::is_blank) {
        let why = || Unknown::new("on which right this acts is redacted or open").at(change.at);
        change.doubt = change.doubt.take().or_else(|| Some(why()));
    }
}

/// The first day of some terms, and the first after them.
pub(crate) type Days = (Option<Date>, Option<Date>);

/// An effect with its day.
#[derive(Debug, Clone)]
pub(crate) struct Dated {
    /// From this day on.
    pub from: Date,
    /// Up to this day, where it does not last for good.
    pub until: Option<Date>,
    /// What happens.
    pub effect: Effect,
    /// Only in this country, where its cause was tested for one.
    pub place: Option<Name>,
    /// Only for these products, fields or customers, where its cause was tested for one.
    pub of: Vec<Name>,
    /// The period its cause was tested on, where it has one.
    pub over: Option<Period>,
    /// The clause it comes from stands above the grant.
    pub above: bool,
    /// How many other effects of its day it stands above.
    pub rank: usize,
    /// Whether it came about cannot be said, and why.
    pub doubt: Option<Unknown>,
    /// The clause or the entry.
    pub at: At,
}

impl Dated {
    /// Its turn among others: oldest first, of one day that which stands above another after it, and an end for good last.
    fn turn(&self) -> (Date, usize, bool, At) {
        let over = matches!(self.effect.change, Change::Ends) && self.until.is_none();
        (self.from, self.rank, over, self.at)
    }

    pub(crate) fn plain(from: Date, change: Change, at: At) -> Dated {
        let effect = Effect { name: None, change, part: Where::default(), lasting: Lasting::default() };
        Dated {
            from,
            until: None,
            effect,
            place: None,
            of: Vec::new(),
            over: None,
            above: false,
            rank: 0,
            doubt: None,
            at,
        }
    }
}

impl Run<'_> {
    /// What changed a grant under the terms of a model, oldest first.
    pub(crate) fn changes_of(&self, name: &Name, grant: &Grant, model: &Model) -> Vec<Dated> {
        let key = (name.clone(), grant.at, found::terms(model));
        self.kept(&self.rights.found.changes, key, || self.find_changes(name, grant, model))
    }

    fn find_changes(&self, name: &Name, grant: &Grant, model: &Model) -> Vec<Dated> {
        let mut out = Vec::new();
        let ranking = (!grant.ladders.is_empty()).then_some(&model.ranking);
        let ladder = ClauseRef::ladder(name.clone());
        let (mut overruled, mut below): (Option<Date>, Vec<Dated>) = (None, Vec::new());
        for (clause, change) in self.by_effects(name, &|effect| is_of(effect, name)) {
            let standing =
                |ranking: &Ranking| clause.map_or(Standing::Equal, |this| ranking.standing(&this, &ladder));
            match ranking.map_or(Standing::Equal, standing) {
                Standing::First => {
                    overruled = overruled.into_iter().chain([change.from]).min();
                    out.push(change);
                }
                Standing::Second => below.push(change),
                Standing::Equal | Standing::Circular => out.push(change),
            }
        }
        // What a ladder above a trigger has made of the grant, the trigger does not change again.
        let mut ruled: Option<Date> = None;
        for ladder in &grant.ladders {
            let steps = match ladder_changes(self, ladder) {
                Ok(steps) => steps,
                Err(why) => {
                    let day = self.first_day().unwrap_or(Date::MIN);
                    let doubt = Dated::plain(day, Change::Ends, ladder.at);
                    out.push(Dated { doubt: Some(why), ..doubt });
                    continue;
                }
            };
            // What a trigger above the ladder has made of the grant, the ladder does not change again.
            for step in steps.into_iter().filter(|s| overruled.is_none_or(|day| s.from < day)) {
                ruled = Some(ruled.map_or(step.from, |day| day.min(step.from)));
                match step.grade {
                    Ok(Some(grade)) => out.push(Dated::plain(step.from, Change::Becomes(grade), ladder.at)),
                    Ok(None) => out.push(Dated::plain(step.from, Change::Ends, ladder.at)),
                    // It may be at any of its steps.
                    Err(why) => out.extend(ladder.steps.iter().map(|of| {
                        let change = of.grade.clone().map_or(Change::Ends, Change::Becomes);
                        Dated { doubt: Some(why.clone()), ..Dated::plain(step.from, change, ladder.at) }
                    })),
                }
            }
        }
        out.extend(below.into_iter().filter(|change| ruled.is_none_or(|day| change.from < day)));
        out.extend(self.told_of(name));
        out.extend(self.begun_somewhere(grant));
        let prosecuted = model.records.of(Form::FileProsecution);
        out.extend(prosecuted.flat_map(|record| self.by_not_paying((name, grant), record)));
        out.iter_mut().for_each(doubt_where_unnamed);
        let mut out: Vec<Dated> =
            out.into_iter().flat_map(|change| self.country_by_country(change, grant, model)).collect();
        out.sort_by_key(Dated::turn);
        out
    }

    /// What clauses and entries did to anything but a grant: opened a window, let a promise rest, ended an option.
    pub(crate) fn changes_on(&self, name: &Name) -> Vec<Dated> {
        // The end of the agreement ends them by itself.
        let own = |effect: &Effect| effect.name.is_some() && is_of(effect, name);
        let mut out: Vec<Dated> = self.by_effects(name, &own).into_iter().map(|(_, change)| change).collect();
        out.extend(self.told_of(name));
        out.retain(|change| change.effect.name.is_some());
        out.iter_mut().for_each(doubt_where_unnamed);
        out.sort_by_key(Dated::turn);
        out
    }

    /// What effects did to a right, each with the clause that says so.
    fn by_effects(&self, name: &Name, own: &dyn Fn(&Effect) -> bool) -> Vec<(Option<ClauseRef>, Dated)> {
        let came = self.came_on(name, &|value| Effect::read(value).is_some_and(|effect| own(&effect)));
        let came = self.in_turn(came, &|one, other| self.effects_apart(name, one, other));
        let dated = came.into_iter().filter_map(|came| {
            let effect = came.on_right().filter(own)?;
            let chosen = came.chosen.is_some();
            let at = came.entry.filter(|_| chosen).unwrap_or(came.at);
            // What was chosen names its part itself.
            let tested_for = |part: Option<Name>| part.filter(|_| !chosen);
            let dated = Dated {
                from: came.from,
                until: came.until,
                effect,
                place: tested_for(came.place).filter(|_| came.elsewhere.is_none()),
                of: tested_for(came.of).into_iter().collect(),
                over: came.over,
                above: came.above,
                rank: came.rank,
                doubt: came.doubt,
                at,
            };
            Some((came.clause.0, dated))
        });
        dated.collect()
    }

    /// An effect from a day on, for as long as it lasts.
    pub(super) fn dated(&self, effect: Effect, from: Date, (at, cause): (At, Option<Cause<'_>>)) -> Dated {
        let lasting =
            cause.map_or_else(|| effect.lasting.clone(), |cause| cause.trigger.lasting(&effect.lasting));
        let (until, doubt) = match self.last_day_of(&lasting, from, cause) {
            Ok(until) => (until, None),
            Err(why) => (None, Some(why)),
        };
        Dated { until, doubt, effect, ..Dated::plain(from, Change::Ends, at) }
    }

    /// Where a party lets go of patents it was to pay for, and they go back to their owner.
    fn by_not_paying(&self, (name, grant): (&Name, &Grant), record: &Record) -> Vec<Dated> {
        let Some(line) = record.below(Form::ProsecutionPayToKeep) else { return Vec::new() };
        let assets = record.names(Label::Assets);
        let licensed = grant.assets.as_ref().map(|set| set.names.as_slice()).unwrap_or_default();
        let mut out = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Told { word, place, parts, .. } = &event.kind else { continue };
            if word != "dropped" {
                continue;
            }
            let theirs = match parts.name(Label::By) {
                Some(by) => match self.acts_for(by, &grant.to, Some(name), event.date) {
                    Same::Yes => Some(true),
                    Same::No => Some(false),
                    Same::Perhaps => None,
                },
                None => Some(true),
            };
            let what = parts.names(Label::What);
            let of = |list: &[Name], asset: &Name| blank::any(list, |listed| listed == asset);
            let each = what.iter().map(|asset| blank::both(of(&assets, asset), of(licensed, asset)));
            let doubt = match blank::both(theirs, blank::either(each)) {
                Some(false) => continue,
                Some(true) => None,
                None => Some(Unknown::new("whose or which patents go back is redacted or open").at(line.at)),
            };
            let change = Dated::plain(event.date, Change::Ends, line.at);
            out.push(Dated { place: place.clone(), doubt, ..change });
        }
        out
    }
}

/// Whether an effect is on a grant, or on the agreement and so on every grant.
pub(crate) fn is_of(effect: &Effect, name: &Name) -> bool {
    effect.name.as_ref().is_none_or(|of| of == name || of.is_blank())
}

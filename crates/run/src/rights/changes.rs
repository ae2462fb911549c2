//! What changed a right, day by day: its ladders, its triggers and what parties chose under them, what ended it.

use super::blank;
use super::found;
use super::ladders::ladder_changes;
use super::lasting::Cause;
use super::triggers::Step;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect, Grant, Lasting, Model, Trigger, Where};
use counterpart_terms::precedence::{ClauseRef, Standing};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

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
    /// Whether it came about cannot be said, and why.
    pub doubt: Option<Unknown>,
    /// The clause or the entry.
    pub at: At,
}

impl Dated {
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
        for (trigger, terms, days) in self.triggers_over_time() {
            let changes = self.by_trigger(name, terms, trigger, days);
            let this = ClauseRef::named(trigger.name.clone());
            match ranking.map_or(Standing::Equal, |ranking| ranking.standing(&this, &ladder)) {
                Standing::First => {
                    overruled = overruled.into_iter().chain(changes.iter().map(|c| c.from)).min();
                    out.extend(changes);
                }
                Standing::Second => below.extend(changes),
                Standing::Equal | Standing::Circular => out.extend(changes),
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
        out.extend(self.told_of(name, model));
        out.extend(self.begun_somewhere(grant));
        for record in &model.records {
            match record.clause {
                Form::FileAssignment => out.extend(self.by_control(name, record)),
                Form::FileOption | Form::FileFirstRight => out.extend(self.by_lapse(name, record)),
                Form::FileProsecution => out.extend(self.by_not_paying(grant, record)),
                Form::FileSunset => out.extend(self.by_sunset(name, record)),
                Form::FileWindow => out.extend(self.by_window(name, record)),
                _ => {}
            }
        }
        out.iter_mut().for_each(doubt_where_unnamed);
        let mut out: Vec<Dated> =
            out.into_iter().flat_map(|change| self.country_by_country(change, grant, model)).collect();
        out.sort_by_key(|change| (change.from, change.at));
        out
    }

    /// What clauses and entries did to anything but a grant: opened a window, let a promise rest, ended an option.
    pub(crate) fn changes_on(&self, name: &Name) -> Vec<Dated> {
        let model = self.model_now();
        let own = |value: &Value| {
            Effect::read(value).is_some_and(|e| e.name.as_ref().is_some_and(|n| n == name || n.is_blank()))
        };
        let acts = |(trigger, ..): &(&Trigger, &Model, Days)| {
            trigger.then.iter().chain(trigger.choice.iter().flat_map(|(_, _, effects)| effects)).any(own)
        };
        let over_time = self.triggers_over_time().into_iter().filter(acts);
        let mut out: Vec<Dated> = over_time
            .flat_map(|(trigger, terms, days)| self.by_trigger(name, terms, trigger, days))
            .collect();
        out.extend(self.told_of(name, model));
        for record in &model.records {
            match record.clause {
                Form::FileAssignment => out.extend(self.by_control(name, record)),
                Form::FileOption | Form::FileFirstRight => out.extend(self.by_lapse(name, record)),
                Form::FileSunset => out.extend(self.by_sunset(name, record)),
                Form::FileWindow if record.name(Label::Name) != Some(name) => {
                    out.extend(self.by_window(name, record));
                }
                _ => {}
            }
        }
        // The end of the agreement ends them by itself.
        out.retain(|change| change.effect.name.is_some());
        out.iter_mut().for_each(doubt_where_unnamed);
        out.sort_by_key(|change| (change.from, change.at));
        out
    }

    /// The triggers as amendments restated them, each with its terms and the days on which it is tested as it stands.
    pub(crate) fn triggers_over_time(&self) -> Vec<(&Trigger, &Model, Days)> {
        let mut out: Vec<(&Trigger, &Model, Days)> = Vec::new();
        let editions = &self.machine.editions.0;
        for (index, edition) in editions.iter().enumerate() {
            let until = editions.get(index + 1).and_then(|next| next.from);
            for trigger in &edition.model.triggers {
                match out.iter_mut().find(|(last, ..)| last.at == trigger.at) {
                    Some((.., days)) => days.1 = until,
                    None => out.push((trigger, &edition.model, (edition.from, until))),
                }
            }
        }
        out
    }

    /// What a trigger did to a grant, at once or as a party chose.
    fn by_trigger(&self, name: &Name, model: &Model, trigger: &Trigger, days: Days) -> Vec<Dated> {
        let at_once: Vec<Effect> =
            trigger.then.iter().filter_map(Effect::read).filter(|e| is_of(e, name)).collect();
        let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects).filter_map(Effect::read);
        let offers = offered.filter(|e| is_of(e, name)).count() > 0;
        if at_once.is_empty() && !offers {
            return Vec::new();
        }
        let mut out = Vec::new();
        let (from, until) = days;
        let mut fired = self.followed(model, trigger);
        fired.retain(|f| {
            from.is_none_or(|from| from <= f.tested) && until.is_none_or(|until| f.tested < until)
        });
        for found in &fired {
            let Step::Bites(day) = found.step else { continue };
            let cause = Cause { trigger, tested: found.tested, focus: &found.part };
            for effect in &at_once {
                let mut effect = effect.clone();
                let elsewhere = found.elsewhere.as_ref().filter(|_| effect.part.territory.is_none());
                if elsewhere.is_some() {
                    effect.part.territory = elsewhere.cloned();
                }
                let dated = self.dated(effect, day, (trigger.at, Some(cause)));
                out.push(Dated {
                    place: found.place.clone().filter(|_| elsewhere.is_none()),
                    of: found.of.clone().into_iter().collect(),
                    over: found.over,
                    doubt: found.doubt.clone().or(dated.doubt.clone()),
                    until: dated.until.filter(|_| !found.later),
                    ..dated
                });
            }
        }
        out.extend(self.chosen(name, Some(trigger), &fired));
        if out.is_empty() {
            return out;
        }
        let (this, grant) = (ClauseRef::named(trigger.name.clone()), ClauseRef::named(name.clone()));
        match model.ranking.standing(&this, &grant) {
            Standing::First => out.iter_mut().for_each(|change| change.above = true),
            // The grant goes before what would change it.
            Standing::Second => out.clear(),
            Standing::Circular => {
                let why = format!("`{this}` and `{grant}` are each said to prevail over the other");
                for change in &mut out {
                    change.doubt.get_or_insert_with(|| Unknown::new(why.clone()).at(trigger.at));
                }
            }
            Standing::Equal => {}
        }
        out
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
    fn by_not_paying(&self, grant: &Grant, record: &Record) -> Vec<Dated> {
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
                Some(by) => blank::any(&grant.to, |to| to == by),
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

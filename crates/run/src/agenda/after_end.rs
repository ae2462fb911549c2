//! What somebody is to do once the agreement has ended: give back, help with the change-over, finish, buy what is left.
//!
//! What may still be used after the end need not be given back before. Who is to give something back is not said by the
//! clause: it is who has a right to use it, or else everybody who does not own it.

use super::{Duty, Kind, State};
use crate::engine::Run;
use crate::exit::price_in_words;
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, all_days, date, day};
use counterpart_syntax::Label;
use counterpart_terms::model::{Tail, TailLine};
use counterpart_terms::value::{Duration, Name};

/// What is given back, by whom and to whom.
pub(crate) struct GivenBack {
    /// Who has it.
    pub by: Vec<Name>,
    /// Whose it is.
    pub to: Vec<Name>,
    /// By when; none where whoever has it may go on using it for good.
    pub by_day: Eval<Option<Date>>,
}

/// The duties of an end that is told, or has come.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let Some(end) = run.last_day_of_agreement() else { return Vec::new() };
    if run.facts.as_of() < end && run.clock().terminated().is_none() {
        return Vec::new();
    }
    let lines = run.tails(end, None).into_iter();
    let each = lines.map(|line| (line, run.tail_stands(line, end))).filter(|(_, so)| *so != Ok(false));
    let all = each.flat_map(|(line, so)| {
        let why = so.err().map(|why| why.reason);
        of(run, line, end)
            .into_iter()
            .map(move |duty| Duty { unknown: why.clone().or(duty.unknown.clone()), ..duty })
    });
    all.collect()
}

fn of(run: &Run<'_>, line: &TailLine, end: Date) -> Vec<Duty> {
    let clause = || run.place(line.at);
    let one =
        |by: &Name, act: &str, what: &str| Duty { by: by.to_string(), ..Duty::new(act, what, clause()) };
    match &line.tail {
        Tail::Return(what) => what.iter().filter_map(|what| given_back(run, what, line, end)).collect(),
        Tail::Assistance(by, for_, price) => {
            let others: Vec<Name> = run.all_parties().into_iter().filter(|party| party != by).collect();
            let price = price.as_ref().map(|price| format!(", {}", price_in_words(price)));
            let how = Some(format!("in the change-over{}", price.unwrap_or_default()));
            let duty = Duty { to: Name::list(&others), how, ..one(by, "assist", "") };
            vec![kept_after(run, duty, for_.as_ref(), end)]
        }
        Tail::Finishes(by, what) => vec![arisen(run, one(by, "finish", &Name::list(what)), end)],
        Tail::Stock(by, true, what, price) => {
            let how = price.as_ref().map(price_in_words);
            vec![arisen(run, Duty { how, ..one(by, "buy", what) }, end)]
        }
        _ => Vec::new(),
    }
}

/// A duty to give something back, which a delivery by who has it fulfils.
fn given_back(run: &Run<'_>, what: &Name, line: &TailLine, end: Date) -> Option<Duty> {
    let found = run.given_back(what, end);
    let duty = Duty {
        by: Name::list(&found.by),
        to: Name::list(&found.to),
        ..Duty::new("return", what, run.place(line.at))
    };
    let due = match found.by_day {
        Ok(None) => return None,
        Ok(Some(day)) => Ok(day),
        Err(why) => Err(why),
    };
    let told = run.told_as("delivered").find(|(event, parts)| {
        let by = parts.name(Label::By);
        event.date >= end.min(run.facts.as_of())
            && parts.name(Label::Name) == Some(what)
            && by.is_none_or(|by| found.by.contains(by))
    });
    Some(run.standing_of(duty, due, told.map(|(event, _)| event)))
}

/// A duty that binds so long after the end.
fn kept_after(run: &Run<'_>, duty: Duty, for_: Option<&Duration>, end: Date) -> Duty {
    let as_of = run.facts.as_of();
    let last = for_.map(|for_| run.clock().shift(end, for_, false));
    let until = last.as_ref().and_then(|last| last.as_ref().ok().copied());
    let state = match until {
        _ if as_of <= end => State::Coming,
        Some(last) if last < as_of => State::Over,
        _ => State::Running,
    };
    let unknown = match last {
        None => Some("how long is redacted or open".to_string()),
        Some(Err(why)) => Some(why.reason),
        Some(Ok(_)) => None,
    };
    Duty { kind: Kind::Keep, state, until, unknown, ..duty }
}

/// A duty that arises with the end, by a day the text does not give.
fn arisen(run: &Run<'_>, duty: Duty, end: Date) -> Duty {
    let state = if run.facts.as_of() <= end { State::Coming } else { State::Due };
    Duty { state, ..duty }
}

impl Run<'_> {
    /// Who gives something back after an end, to whom, by when.
    pub(crate) fn given_back(&self, what: &Name, end: Date) -> GivenBack {
        let model = self.model_on(end);
        let to = self.owners_of_assets(what);
        let under = |name: &&Name| {
            model.grants.get(*name).is_some_and(|grant| {
                let named = grant.assets.as_ref().is_some_and(|set| set.names.contains(what));
                named && grant.to.iter().any(|holder| !to.contains(holder))
            })
        };
        let grants: Vec<&Name> = model.grants.keys().filter(under).collect();
        let holders = grants.iter().filter_map(|name| model.grants.get(*name)).flat_map(|g| g.to.clone());
        let mut by: Vec<Name> = holders.filter(|holder| !to.contains(holder)).collect();
        if by.is_empty() {
            by = self.all_parties().into_iter().filter(|party| !to.contains(party)).collect();
        }
        let mut seen = std::collections::BTreeSet::new();
        by.retain(|party| seen.insert(party.clone()));
        GivenBack { by, by_day: self.used_until(&grants, end), to }
    }

    /// The last day on which something may be used under grants, but not before the end; none where that is for good.
    fn used_until(&self, grants: &[&Name], end: Date) -> Eval<Option<Date>> {
        let after = all_days().less(&Ranges::of(0, day(end).saturating_add(1)));
        let ever = all_days().bounds().map(|(_, ever)| ever);
        let mut last = day(end);
        for name in grants {
            let life = self.life_of(name);
            for held in &life.held {
                let boxes = held.region.boxes().iter().filter_map(|b| b.side(DAYS)?.and(&after).bounds());
                last = boxes.map(|(_, to)| to).fold(last, u32::max);
            }
            let doubtful = |region: &counterpart_rights::Region| {
                region.boxes().iter().any(|b| b.side(DAYS).is_some_and(|days| !days.and(&after).is_empty()))
            };
            if let Some((_, why)) = life.doubt.iter().find(|(region, _)| doubtful(region)) {
                return Err(why.clone());
            }
        }
        Ok(Some(date(last)).filter(|_| ever.is_none_or(|ever| last < ever)))
    }
}

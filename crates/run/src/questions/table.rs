//! The rights of a deal as tables: what each grant gives on a day, and what is free to grant.

use super::offered::offered_first;
use super::words::Over;
use crate::engine::Run;
use crate::rights::Source;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{
    ANY_OTHER_PURPOSE, DAYS, Kind, PARTIES, PURPOSE, Ranges, Region, Scope, Side, date, day, within,
};
use counterpart_terms::value::{Acts, Name, Scope as Named};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What one right gives in one way on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RightRow {
    /// The grant, option or covenant.
    pub name: String,
    /// `licence`, `covenant`, `reserved`, `option`, `first right`, `barred`; of what is free, how it may be granted.
    pub kind: String,
    /// Who gave it.
    pub from: Vec<String>,
    /// Who holds it.
    pub to: Vec<String>,
    /// How exclusive it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Over what.
    pub over: Over,
    /// The last day of it as it is, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why it cannot be said whether it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The clause.
    pub clause: String,
}

impl Run<'_> {
    /// What every right gives on a day, in a part of the space; of one party's alone if asked.
    ///
    /// # Errors
    /// Where the part stands nowhere in the deal.
    pub fn rights_table(&self, what: &Named, of: Option<&Name>, on: Date) -> Eval<Vec<RightRow>> {
        let rights = self.rights_of_deal();
        let ordinary = self.part_asked(what, &Ranges::one(day(on)))?;
        let any = self.any_purpose(what, &Ranges::one(day(on)))?;
        let mut out = Vec::new();
        for (number, source) in rights.sources.iter().enumerate() {
            // What is kept for research alone is told as well.
            let asked = if source.kind == Kind::Reserved { &any } else { &ordinary };
            let Some(whole) = asked.boxes().first() else { continue };
            let holdings = rights.map.holdings().iter().filter(|h| h.source == number);
            if source.kind == Kind::Owned || of.is_some_and(|party| !source.to.contains(party)) {
                continue;
            }
            let all = rights.space.all(PARTIES);
            let mut region = Region::default();
            for holding in holdings {
                region = region.or(&asked.and(&holding.scope.clone().with(PARTIES, all.clone())));
            }
            if region.is_empty() {
                continue;
            }
            // What goes on as it is may be another part of the space, or come of another clause, from some day on.
            let goes_on = rights.map.holdings().iter().filter(|holding| {
                rights.sources.get(holding.source).is_some_and(|other| source.gives_as(other))
            });
            let goes_on: Vec<Scope> =
                goes_on.map(|holding| holding.scope.clone().with(PARTIES, all.clone())).collect();
            for (region, until) in by_ends(region, on, &goes_on) {
                out.push(RightRow { over: self.over_words(&region, whole, on), until, ..self.row(source) });
            }
        }
        out.sort_by(|a, b| {
            (&a.name, a.unknown.is_some(), &a.over).cmp(&(&b.name, b.unknown.is_some(), &b.over))
        });
        Ok(out)
    }

    fn row(&self, source: &Source) -> RightRow {
        let names = |names: &[Name]| names.iter().map(ToString::to_string).collect();
        let kind = match source.kind {
            Kind::Owned => "owned",
            Kind::Licence => "licence",
            Kind::Covenant => "covenant",
            Kind::Reserved => "reserved",
            Kind::Option => "option",
            Kind::FirstRight => "first right",
            Kind::Barred => "barred",
        };
        RightRow {
            name: source.name.to_string(),
            kind: kind.to_string(),
            from: names(&source.from),
            to: names(&source.to),
            grade: source.grade.as_ref().map(super::why::graded),
            over: Over::default(),
            until: None,
            unknown: source.doubt.as_ref().map(|why| why.reason.clone()),
            clause: source.by.first().map_or(String::new(), |at| self.place(*at)),
        }
    }

    /// A part of the space, on some days, for any purpose.
    fn any_purpose(&self, what: &Named, days: &Ranges) -> Eval<Region> {
        let space = self.space();
        let all = within(&Region::from(space.everything()), DAYS, days);
        let unclear = |_| Unknown::new("what is asked about stands nowhere in the deal");
        self.reach(&space).narrow(&all, what).map_err(unclear)
    }

    /// A part of the space, on some days, for ordinary purposes unless others are named.
    fn part_asked(&self, what: &Named, days: &Ranges) -> Eval<Region> {
        let space = self.space();
        let region = self.any_purpose(what, days)?;
        let side = Side::Own(Name::from(PURPOSE));
        let mut fields = what.fields.iter().flat_map(|set| &set.names);
        if fields.any(|field| space.set(&side, field).is_some()) {
            return Ok(region);
        }
        let unclear = |_| Unknown::new("what is asked about stands nowhere in the deal");
        self.reach(&space).names(&region, &[Name::from(ANY_OTHER_PURPOSE)]).map_err(unclear)
    }

    /// What an owner is still free to grant on a day, asset by asset: exclusively where nobody holds anything, else
    /// non-exclusively.
    ///
    /// # Errors
    /// Where the part stands nowhere in the deal.
    pub fn avails(&self, what: &Named, by: Option<&Name>, on: Date) -> Eval<Vec<RightRow>> {
        let rights = self.rights_of_deal();
        let asked = self.part_asked(what, &Ranges::one(day(on)))?;
        let Some(whole) = asked.boxes().first() else { return Ok(Vec::new()) };
        let all = rights.space.all(PARTIES);
        let first = self.to_offer_first(on);
        let mut out = Vec::new();
        for (number, source) in rights.sources.iter().enumerate() {
            if source.kind != Kind::Owned || by.is_some_and(|party| !source.to.contains(party)) {
                continue;
            }
            let holdings = rights.map.holdings().iter().filter(|h| h.source == number);
            let (mut free, mut alone) = (Region::default(), Region::default());
            for holding in holdings {
                let own = asked.and(&holding.scope.clone().with(PARTIES, all.clone()));
                for scope in own.boxes() {
                    free = free.or(&rights.map.free(scope));
                    alone = alone.or(&rights.map.untouched(scope));
                }
            }
            let ways = [("exclusively", alone.clone()), ("non-exclusively", free.without(&alone))];
            for (how, region) in ways {
                for part in offered_first(region, &first, &source.to) {
                    let over = self.over_words(&part.region, whole, on);
                    let (kind, unknown) = (format!("{how}{}", part.words()), part.unknown);
                    out.push(RightRow { kind, over, unknown, ..self.row(source) });
                }
            }
        }
        out.sort_by(|a, b| (&a.to, &a.name, &a.kind).cmp(&(&b.to, &b.name, &b.kind)));
        Ok(out)
    }
}

/// The parts of what is held on a day by the last day of each, where some scopes are all that is held so; those that end first
/// come first, and last what goes on for good.
fn by_ends(held: Region, on: Date, scopes: &[Scope]) -> Vec<(Region, Option<Date>)> {
    let of = |scope: &Scope| scope.side(DAYS).cloned().unwrap_or_else(Ranges::none);
    let spells = |scope: &Scope| of(scope).iter().collect::<Vec<_>>();
    let today = Ranges::one(day(on));
    let ends = scopes.iter().flat_map(spells).map(|(_, to)| to);
    let mut ends: Vec<u32> = ends.filter(|to| *to > day(on) && *to <= day(Date::MAX)).collect();
    ends.sort_unstable();
    ends.dedup();
    let (mut left, mut out) = (held, Vec::new());
    for end in ends {
        if left.is_empty() {
            break;
        }
        let then = scopes.iter().filter(|scope| of(scope).contains(end));
        let then = then.map(|scope| scope.clone().with(DAYS, today.clone()));
        let over = then.fold(left.clone(), |over, scope| over.without(&Region::from(scope)));
        if !over.is_empty() {
            left = left.without(&over);
            out.push((over, Some(date(end.saturating_sub(1)))));
        }
    }
    if !left.is_empty() {
        out.push((left, None));
    }
    out
}

/// A question about every act.
pub fn every_act() -> Named {
    Named { acts: Some(Acts::All), ..Named::default() }
}

//! The rights of a deal as tables: what each grant gives on a day, and what is free to grant.

use super::offered::offered_first;
use super::words::Over;
use crate::engine::Run;
use crate::rights::Source;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{
    ANY_OTHER_PURPOSE, DAYS, Kind, PARTIES, PURPOSE, Ranges, Region, Side, date, day, within,
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
            let mut region = Region::default();
            let mut days = Ranges::none();
            for holding in holdings {
                let scope = holding.scope.clone().with(PARTIES, rights.space.all(PARTIES));
                let here = asked.and(&scope);
                if !here.is_empty() {
                    days = days.or(scope.side(DAYS).unwrap_or(&Ranges::none()));
                    region = region.or(&here);
                }
            }
            if region.is_empty() {
                continue;
            }
            let spell = days.iter().find(|(from, to)| (*from..*to).contains(&day(on)));
            let until =
                spell.filter(|(_, to)| *to <= day(Date::MAX)).map(|(_, to)| date(to.saturating_sub(1)));
            out.push(RightRow { over: self.over_words(&region, whole, on), until, ..self.row(source) });
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

/// A question about every act.
pub fn every_act() -> Named {
    Named { acts: Some(Acts::All), ..Named::default() }
}

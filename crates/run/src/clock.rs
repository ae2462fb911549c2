//! Days: what moments, periods and lengths of time come to, given what happened.

use crate::ends::termination::Ends;
use crate::facts::Facts;
use crate::facts::first_sale::SaleOf;
use crate::measured::Measured;
use crate::pay::is_a_payment;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{self as num, BusinessCalendar, Date, Period};
use counterpart_syntax::Label;
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::value::{Edge, Moment, Name, Set};

/// When a moment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// It has not happened and may yet.
    NotYet,
    /// On this day.
    On(Date),
    /// It never will, as a claim in a country without patents.
    Never,
}

impl When {
    /// The day, if it is one.
    pub fn day(self) -> Option<Date> {
        match self {
            When::On(day) => Some(day),
            _ => None,
        }
    }
}

/// What a question is about: the place, product and period it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Focus {
    /// The country.
    pub place: Option<Name>,
    /// The product.
    pub product: Option<Name>,
    /// The field.
    pub field: Option<Name>,
    /// Other names of the line: customers, titles.
    pub others: Vec<Name>,
    /// Who pays.
    pub payer: Option<Name>,
    /// The text says `for each country` or the like: also the last patent is that of the place or product asked about.
    pub each: bool,
    /// Under which royalty.
    pub stream: Option<Name>,
    /// The period.
    pub period: Option<Period>,
    /// Only what is for periods that ended by this day: whether a sum had been reached on it.
    pub until: Option<Date>,
    /// The day whose terms count, where it is not the first of the period: a month is asked for under the terms
    /// of the quarter it is paid with.
    pub terms: Option<Date>,
    /// What follows is to come about when this is so: a payment of which nothing was owed yet is not paid then, though
    /// nobody is late with it.
    pub comes: bool,
    /// What comes off this metric stays in it: the limit of what comes off is one of the gross.
    pub gross: Option<Name>,
    /// What is not known yet is left out: it comes to at least what is left.
    pub least: bool,
}

impl Focus {
    /// About a period.
    pub fn of(period: Period) -> Focus {
        Focus { period: Some(period), ..Focus::default() }
    }

    /// The same, asked of what is to come about.
    #[must_use]
    pub fn coming(&self) -> Focus {
        Focus { comes: true, ..self.clone() }
    }
}

/// Days and periods of a deal.
pub struct Clock<'r> {
    /// The terms.
    pub editions: &'r Editions,
    /// What happened.
    pub facts: &'r Facts<'r>,
    /// The business days.
    pub calendar: &'r BusinessCalendar,
    /// What comes about when something measured is so.
    pub(crate) measured: &'r dyn Measured,
}

impl Clock<'_> {
    pub(crate) fn model(&self) -> &Model {
        self.editions.on(self.facts.as_of())
    }

    /// The effective date, where it has come.
    pub fn effective(&self) -> Option<Date> {
        self.effective_day().unwrap_or(None)
    }

    /// The effective date, or why it cannot be said.
    ///
    /// # Errors
    /// Where the day it hangs on is not given.
    pub fn effective_day(&self) -> Eval<Option<Date>> {
        let header = &self.editions.first().header;
        match (&header.effective, &header.effective_on) {
            (Some(day), _) => Ok(Some(*day)),
            (None, Some(moment)) => Ok(self.moment(moment, &Focus::default())?.day()),
            (None, None) => Ok(None),
        }
    }

    /// The day a moment is.
    ///
    /// # Errors
    /// Where the length of time it hangs on is not given.
    pub fn moment(&self, moment: &Moment, focus: &Focus) -> Eval<When> {
        // No deal chains as many days to each other: they go in a circle.
        self.facts.deeper(|| self.moment_of(moment, focus))
    }

    fn moment_of(&self, moment: &Moment, focus: &Focus) -> Eval<When> {
        // Each of several days is asked for by itself: the others may decide it.
        let several = matches!(moment, Moment::Shift { .. } | Moment::Latest(_) | Moment::Earliest(_));
        if !several && moment.has_blank() {
            return Err(Unknown::new("what makes the day is redacted or open"));
        }
        Ok(match moment {
            Moment::On(date) => When::On(*date),
            Moment::Unknown(known) => {
                return Err(Unknown::new(format!("the day is {}", known.why_unknown().unwrap_or_default())));
            }
            Moment::Effective => self.effective_day()?.map_or(When::NotYet, When::On),
            Moment::Signature => {
                if let Some(why) = self.signing_withheld(focus) {
                    return Err(Unknown::new(format!("the day of signing is {why}")));
                }
                let signed = self
                    .model()
                    .header
                    .signed
                    .or_else(|| self.signed(focus.payer.as_ref(), focus.stream.as_ref()));
                signed.or_else(|| self.effective()).map_or(When::NotYet, When::On)
            }
            Moment::FirstSale { product, field, place } => {
                let product = product.as_ref().or(focus.product.as_ref());
                let place = place.as_ref().or(focus.place.as_ref());
                // For each customer or title: its own first sale.
                let own = focus.field.as_ref().filter(|_| focus.each);
                let field = field.as_ref().or(focus.others.first()).or(own);
                self.first_sale(&SaleOf { product, field, place }, focus.payer.as_ref())
                    .map_or(When::NotYet, When::On)
            }
            Moment::LastValidClaim(assets) => self.last_claim(assets, focus)?,
            Moment::LastPatentExpires => {
                let whole = Focus { period: focus.period, ..Focus::default() };
                self.last_claim(&self.licensed_assets(), if focus.each { focus } else { &whole })?
            }
            Moment::Of(edge, label) => match self.period(*label, None) {
                Some(period) => When::On(edge_of(*edge, &period)),
                None => When::NotYet,
            },
            Moment::OfEach(edge, cycle) => {
                let cycle = self.cycle(cycle)?;
                let period = focus.period.and_then(|p| cycle.containing(p.end));
                period.map_or(When::NotYet, |p| When::On(edge_of(*edge, &p)))
            }
            Moment::EachEnd(unit) => {
                let cycle = num::Cycle::new(*unit, num::Basis::Calendar);
                let period = focus.period.and_then(|p| cycle.containing(p.end));
                period.map_or(When::NotYet, |p| When::On(p.end))
            }
            Moment::OfThing(Edge::Start, None) => self.effective_day()?.map_or(When::NotYet, When::On),
            Moment::OfThing(Edge::End, None) => self.agreement_end(focus)?,
            Moment::Bare(_) if moment.is_the_end() => self.agreement_end(focus)?,
            Moment::OfThing(Edge::Start, Some(name)) => self.measured.began(name, focus.place.as_ref())?,
            Moment::OfThing(Edge::End, Some(name)) => self.measured.ended(name, focus.place.as_ref())?,
            Moment::Anniversary(number, base) => self.anniversary(*number, base, focus)?,
            Moment::Act { act, name, place } => {
                let place = place.as_ref().or(focus.place.as_ref());
                self.act(act, name.as_ref(), place)?
            }
            Moment::Bare(word) if word == "change of control" => {
                self.control_changed().map_or(When::NotYet, When::On)
            }
            Moment::Bare(word) => self.facts.told(word, None, None).map_or(When::NotYet, When::On),
            Moment::Event { name, state, place } => {
                self.event(name, state.as_deref(), place.as_ref(), focus)?
            }
            Moment::Shift { by, back, from } => match self.moment(from, focus)? {
                When::On(day) => When::On(self.shift(day, by, *back)?),
                other => other,
            },
            Moment::Latest(of) => {
                let mut latest = When::Never;
                let found: Vec<Eval<When>> = of.iter().map(|m| self.moment(m, focus)).collect();
                // Whatever the others are, it has not come where one of them has not.
                if found.contains(&Ok(When::NotYet)) {
                    return Ok(When::NotYet);
                }
                for moment in found {
                    latest = match (latest, moment?) {
                        (When::NotYet, _) | (_, When::NotYet) => When::NotYet,
                        (When::Never, other) | (other, When::Never) => other,
                        (When::On(a), When::On(b)) => When::On(a.max(b)),
                    };
                }
                latest
            }
            Moment::Earliest(of) => {
                let mut days = Vec::new();
                for moment in of {
                    days.extend(self.moment(moment, focus)?.day());
                }
                days.into_iter().min().map_or(When::NotYet, When::On)
            }
        })
    }

    /// The day of a moment as a limit: `None` while it has not come.
    ///
    /// # Errors
    /// As for [`Clock::moment`].
    pub fn limit(&self, moment: &Moment, focus: &Focus) -> Eval<Option<Date>> {
        Ok(self.moment(moment, focus)?.day())
    }

    fn agreement_end(&self, focus: &Focus) -> Eval<When> {
        match self.terminated() {
            Some(found) => found.end.map(When::On),
            None => self.runs_out(focus),
        }
    }

    /// The end of the agreement where nobody ends it, with its renewals.
    pub(crate) fn runs_out(&self, focus: &Focus) -> Eval<When> {
        match *focus == Focus::default() {
            true => Ends::once(&self.facts.ends.runs_out, self.facts, || self.run_out_of(focus)),
            false => self.run_out_of(focus),
        }
    }

    fn run_out_of(&self, focus: &Focus) -> Eval<When> {
        match (self.first_end(focus)?, &self.model().header.renews) {
            (When::On(day), Some(renewal)) => self.renewed(renewal, day).map(When::On),
            (end, _) => Ok(end),
        }
    }

    fn anniversary(&self, number: u32, base: &Moment, focus: &Focus) -> Eval<When> {
        let Some(day) = self.moment(base, focus)?.day() else { return Ok(When::NotYet) };
        if number > 0 {
            return Ok(day.add_years(number.into()).map_or(When::NotYet, When::On));
        }
        // Each anniversary: the one in, or next after, the period asked about.
        let from = focus.period.map_or(day, |p| p.start);
        let years = i64::from(from.year()) - i64::from(day.year());
        let next = (years - 1..=years + 1).filter_map(|y| day.add_years(y)).find(|d| *d >= from && *d > day);
        Ok(next.map_or(When::NotYet, When::On))
    }

    fn act(&self, act: &str, name: Option<&Name>, place: Option<&Name>) -> Eval<When> {
        let told = match (act, name) {
            ("exercise", Some(name)) => self.facts.exercised(name),
            ("termination" | "expiry", None) => {
                return self.agreement_end(&Focus::default());
            }
            ("expiry", Some(name)) => self.facts.patent_event(&["expired", "lapsed"], name, place),
            ("grant", Some(name)) => self
                .facts
                .patent_event(&["granted"], name, place)
                .or_else(|| self.facts.reached(name, None, place)),
            ("payment", Some(name)) => self.facts.paid_first(name),
            ("notice", Some(name)) => self.facts.notice(name),
            ("approval", name) => {
                self.facts.told("approved", name, place).or_else(|| self.facts.reached(name?, None, place))
            }
            ("launch", name) => {
                self.facts.told("launched", name, place).or_else(|| self.facts.first_sale_of(name, place))
            }
            (_, name) => self.facts.told(act, name, place).or_else(|| self.facts.reached(name?, None, place)),
        };
        Ok(told.map_or(When::NotYet, When::On))
    }

    /// The day something named came about.
    fn event(&self, name: &Name, state: Option<&str>, place: Option<&Name>, focus: &Focus) -> Eval<When> {
        let place = place.or(focus.place.as_ref());
        if state == Some("over") {
            // An event that never began in this place has nothing to end.
            return Ok(match (self.measured.ended(name, place)?, self.measured.began(name, place)?) {
                (When::NotYet, When::NotYet) => When::Never,
                (over, _) => over,
            });
        }
        // What was reached for one title says nothing of another of its kind.
        let kind = |of: &Name| self.model().market.dimension.get(of);
        let apart = |told: &Name| {
            let same = |of: &Name| of != told && kind(of).is_some() && kind(of) == kind(told);
            !focus.others.contains(told) && focus.others.iter().any(same)
        };
        let day = self
            .facts
            .reached_but(name, (focus.product.as_ref(), place), apart)
            .or_else(|| self.facts.reached_but(name, (None, place), apart))
            .or_else(|| self.facts.exercised(name));
        if let Some(day) = day {
            return Ok(When::On(day));
        }
        if let When::On(began) = self.measured.began(name, place)? {
            return Ok(When::On(began));
        }
        let day = self
            .facts
            .paid_first(name)
            .filter(|_| is_a_payment(self.editions, name))
            .or_else(|| self.facts.told_to_be(name, state.unwrap_or("met"), place))
            .or_else(|| self.facts.chosen(name, place));
        match day {
            Some(day) => Ok(When::On(day)),
            // What comes about by itself nobody has to tell.
            None => self.measured.since_when(name, focus),
        }
    }

    /// The first day on which control of a party to the agreement changed.
    fn control_changed(&self) -> Option<Date> {
        let parties = &self.model().header.parties;
        let changed = |event: &&Event| match &event.kind {
            EventKind::Told { word, parts, .. } if word == "control" => {
                parts.name(Label::Of).is_none_or(|of| parties.contains(of) || of.is_blank())
            }
            _ => false,
        };
        self.facts.happened().find(changed).map(|event| event.date)
    }

    /// The assets the grants of the deal are under; none where one of them is under whatever its grantor has.
    pub(crate) fn licensed_assets(&self) -> Vec<Name> {
        let grants = &self.model().grants;
        let sets: Option<Vec<&Set>> = grants.values().map(|grant| grant.assets.as_ref()).collect();
        match sets {
            Some(sets) if !sets.iter().any(|set| set.all) => {
                sets.iter().flat_map(|set| &set.names).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The last day a valid claim stands in the place asked about, or anywhere.
    fn last_claim(&self, assets: &[Name], focus: &Focus) -> Eval<When> {
        crate::patents::last_claim(self.model(), self.facts, assets, focus)
    }

    /// Why the day of signing is not known, where neither the text gives it nor the journal.
    fn signing_withheld(&self, focus: &Focus) -> Option<String> {
        let withheld = self.model().header.signed_withheld.as_ref()?.why_unknown();
        let signed = self.facts.signed(focus.payer.as_ref(), focus.stream.as_ref());
        if signed.is_some() { None } else { withheld }
    }

    /// The day of signing: of a party where one is named, or the day on which the last of the parties first signed.
    fn signed(&self, party: Option<&Name>, stream: Option<&Name>) -> Option<Date> {
        let parties = self.model().header.parties.iter();
        let last = || parties.filter_map(|party| self.facts.signed(Some(party), stream)).max();
        let last = if party.is_none() { last() } else { None };
        last.or_else(|| self.facts.signed(party, stream))
    }

    /// The signing day of a party, for rates fixed by it.
    pub fn signing_day(&self, party: Option<&Name>, stream: Option<&Name>) -> Option<Date> {
        self.facts.signed(party, stream).or(self.model().header.signed).or_else(|| self.effective())
    }
}

fn edge_of(edge: Edge, period: &Period) -> Date {
    match edge {
        Edge::Start => period.start,
        Edge::End => period.end,
    }
}

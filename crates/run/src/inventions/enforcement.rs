//! Who may sue infringers on a day: the first at any time, each that follows once those before it have let their time
//! pass; a shorter time runs from an event of its own. Who has sued keeps the suit.

use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{EventKind, PartOf};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{ClockStart, Enforcement, Suitor};
use counterpart_terms::value::Name;

/// Whether somebody may sue, and why.
#[derive(Debug, Clone)]
pub(crate) struct MaySue {
    /// Whether it may on the day asked about.
    pub so: bool,
    /// From which day, where its turn comes.
    pub from: Option<Date>,
    /// Why.
    pub why: Vec<Step>,
}

impl<'m> Run<'m> {
    /// The clauses on infringers of some assets, in a part of the market where one is named.
    ///
    /// # Errors
    /// Where there is none, or it is not known of what one speaks.
    pub(crate) fn enforcements_of(&self, assets: &Name, part: &PartOf) -> Eval<Vec<&'m Enforcement>> {
        let today = self.facts.as_of();
        let model = self.model_on(today);
        let mut found = Vec::new();
        let mut unknown = None;
        for clause in &model.enforcements {
            match self.covers(clause, assets, part) {
                Ok(true) => found.push(clause),
                Ok(false) => {}
                Err(why) => unknown = Some(why.at(clause.at)),
            }
        }
        match unknown {
            Some(why) => Err(why),
            None if found.is_empty() => {
                let there = part.place.as_ref().map_or(String::new(), |place| format!(" in {place}"));
                Err(Unknown::new(format!("no clause says who may sue under `{assets}`{there}")))
            }
            None => Ok(found),
        }
    }

    fn covers(&self, clause: &Enforcement, assets: &Name, part: &PartOf) -> Eval<bool> {
        let today = self.facts.as_of();
        if !self.speaks_of(&clause.assets, assets, today)? {
            return Ok(false);
        }
        let market = &self.model_on(today).market;
        if let Some(field) = part.field.as_ref().filter(|_| !clause.fields.is_empty()) {
            if clause.fields.iter().any(Name::is_blank) {
                return Err(Unknown::new("the fields a clause on infringers is about are redacted or open"));
            }
            if !clause.fields.iter().any(|f| market.within(field, f)) {
                return Ok(false);
            }
        }
        match (&part.place, &clause.territory) {
            (Some(place), Some(territory)) => self.lies_in(place, territory, today),
            (None, Some(territory)) if market.has_blank(territory) => {
                Err(Unknown::new("the places a clause on infringers is about are redacted or open"))
            }
            _ => Ok(true),
        }
    }

    /// Whether a party may sue under some assets on the day asked about: where no place is named, anywhere.
    ///
    /// # Errors
    /// Where it hangs on what is not told or not given.
    pub(crate) fn may_sue(&self, party: &Name, assets: &Name, part: &PartOf) -> Eval<MaySue> {
        let mut last: Option<MaySue> = None;
        let mut unknown = None;
        for clause in self.enforcements_of(assets, part)? {
            match self.may_sue_by(clause, party, assets, part) {
                Ok(found) if found.so => return Ok(found),
                Ok(found) => last = last.filter(|l| l.from.is_some()).or(Some(found)),
                Err(why) => unknown = Some(why),
            }
        }
        match (unknown, last) {
            (Some(why), _) => Err(why),
            (None, Some(found)) => Ok(found),
            (None, None) => Err(Unknown::new(format!("no clause says who may sue under `{assets}`"))),
        }
    }

    /// Whether a party may sue by one of the clauses.
    pub(super) fn may_sue_by(
        &self,
        clause: &Enforcement,
        party: &Name,
        assets: &Name,
        part: &PartOf,
    ) -> Eval<MaySue> {
        let today = self.facts.as_of();
        let at = clause.order_at;
        let said = |so: bool, why: String| Ok(MaySue { so, from: None, why: vec![Step::note(why).by(at)] });
        if clause.order.is_empty() {
            return Err(
                Unknown::new(format!("no order is said in which one may sue under `{assets}`")).at(at)
            );
        }
        let turn =
            clause.order.iter().position(|s| s.party == *party || self.members(&s.party).contains(party));
        let Some(turn) = turn else {
            if clause.order.iter().any(|suitor| suitor.party.is_blank()) {
                return Err(Unknown::new(format!("who may sue under `{assets}` is redacted or open")).at(at));
            }
            return said(false, format!("{party} is not among those who may sue"));
        };
        // Whoever is not named may have sued, or may not have.
        if clause.order.iter().any(|suitor| suitor.party.is_blank()) {
            return Err(Unknown::new(format!("who else may sue under `{assets}` is redacted or open")).at(at));
        }
        let before: Vec<&Name> = clause.order.iter().take(turn).map(|s| &s.party).collect();
        let after: Vec<&Name> = clause.order.iter().skip(turn + 1).map(|s| &s.party).collect();
        let sued = |who: &[&Name]| self.suing(assets, part, who);
        if let Some((other, day, told)) = sued(&after) {
            let mut out = said(false, format!("{party} goes first"))?;
            out.why.push(
                Step::note(format!("{other} took the matter to court on {day}, and keeps it")).by(told),
            );
            return Ok(out);
        }
        if turn == 0 {
            return said(true, format!("{party} goes first"));
        }
        if let Some((other, day, told)) = sued(&before) {
            let mut out = said(false, format!("{party} comes after {other}"))?;
            out.why.push(Step::note(format!("{other} took the matter to court on {day}")).by(told));
            return Ok(out);
        }
        let (ends, why) = self.time_of_those_before(clause, turn, assets, part)?;
        let Some(last) = ends else {
            return said(
                false,
                format!("{party} comes later, and nothing is told that starts the time of those before it"),
            );
        };
        Ok(MaySue { so: today > last, from: last.next_day(), why })
    }

    /// The last day of those who come before a turn, where their time has begun.
    fn time_of_those_before(
        &self,
        clause: &Enforcement,
        turn: usize,
        assets: &Name,
        part: &PartOf,
    ) -> Eval<(Option<Date>, Vec<Step>)> {
        let mut ends: Option<(Date, Vec<Step>)> = None;
        let mut unknown = None;
        let mut take = |day: Date, why: Vec<Step>| match &ends {
            Some((earlier, _)) if *earlier <= day => {}
            _ => ends = Some((day, why)),
        };
        // Each who follows waits from the day the infringement was told, for all the times before its own.
        let own_time = |suitor: &Suitor| suitor.after.is_some();
        let timed = clause.clocks.is_empty() || clause.order.iter().skip(1).take(turn).all(own_time);
        // Where the text has their time run from something else, the infringement starts none.
        if let Some((told, entry)) = self.infringed(assets, part).filter(|_| timed) {
            let mut day = Ok(told);
            for suitor in clause.order.iter().skip(1).take(turn) {
                day = day.and_then(|day| match &suitor.after {
                    Some(after) => self.clock().shift(day, after, false).map_err(|u| u.at(clause.order_at)),
                    None => Err(Unknown::new(format!("how long {} waits is not said", suitor.party))
                        .at(clause.order_at)),
                });
            }
            let why = |day: Date| {
                vec![
                    Step::note(format!("the infringement was told on {told}")).by(entry),
                    Step::note(format!("the time of those before it ends on {day}")).by(clause.order_at),
                ]
            };
            match day {
                Ok(day) => take(day, why(day)),
                Err(reason) => unknown = Some(reason),
            }
        }
        for (within, start, at) in &clause.clocks {
            let begun = match start {
                // What is told in words alone starts nothing here.
                ClockStart::Words(_) => continue,
                ClockStart::Moment(moment) => {
                    let focus = Focus { place: part.place.clone(), ..Focus::default() };
                    self.clock().moment(moment, &focus).map_err(|u| u.at(*at))
                }
            };
            match begun.and_then(|when| match when {
                When::On(day) if day <= self.facts.as_of() => {
                    self.clock().shift(day, within, false).map(Some)
                }
                _ => Ok(None),
            }) {
                Ok(Some(day)) => {
                    take(day, vec![Step::note(format!("the shorter time ends on {day}")).by(*at)])
                }
                Ok(None) => {}
                Err(reason) => unknown = Some(reason),
            }
        }
        match (unknown, ends) {
            // One that is not known could only make it shorter.
            (Some(_), Some((day, why))) if day < self.facts.as_of() => Ok((Some(day), why)),
            (Some(reason), _) => Err(reason),
            (None, Some((day, why))) => Ok((Some(day), why)),
            (None, None) => Ok((None, Vec::new())),
        }
    }

    /// The day an infringement of some assets was told, the first in the part asked about.
    fn infringed(&self, assets: &Name, part: &PartOf) -> Option<(Date, At)> {
        let today = self.facts.as_of();
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Told { word, parts, .. }
                if word == "infringed"
                    && parts.name(Label::Assets) == Some(assets)
                    && same(parts.name(Label::Place), part.place.as_ref())
                    && same(parts.name(Label::Field), part.field.as_ref()) =>
            {
                let told = event.known.max(event.date);
                (told <= today).then_some((told, event.at))
            }
            _ => None,
        })
    }

    /// Who of some has a suit under some assets, and since when.
    fn suing(&self, assets: &Name, part: &PartOf, who: &[&Name]) -> Option<(Name, Date, At)> {
        let mut open: Vec<(Name, Date, At)> = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Told { word, parts, .. } = &event.kind else { continue };
            let Some(by) = parts.name(Label::By) else { continue };
            match word.as_str() {
                "asserted"
                    if parts.name(Label::Assets) == Some(assets)
                        && who.contains(&by)
                        && same(parts.name(Label::Place), part.place.as_ref()) =>
                {
                    open.push((by.clone(), event.date, event.at));
                }
                "withdrew" => open.retain(|(party, ..)| party != by),
                _ => {}
            }
        }
        open.into_iter().next()
    }
}

/// What is told agrees with what is asked: the same, or not said on one side.
fn same(told: Option<&Name>, asked: Option<&Name>) -> bool {
    told.is_none() || asked.is_none() || told == asked
}

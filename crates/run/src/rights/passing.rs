//! Assets that pass from one party to another: by a clause that assigns them, by an entry that tells of it, because they
//! are bought out, or because the effect of a trigger is that they are assigned or go back.
//!
//! Where the text says that something is assigned or reverts, it is the other's from that day on: nobody has to agree to
//! it again. That it is put on record is a duty, and its entry changes nothing any more.

use super::{DaysSo, blank};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, date, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Same, buy_out_name};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Edge, Moment, Name, Value};
use counterpart_terms::{At, Record};

/// That assets pass to somebody.
#[derive(Debug, Clone)]
pub(crate) struct Passing {
    /// From this day on.
    pub from: Date,
    /// From whom; from whoever has them, where nobody is named.
    pub by: Vec<Name>,
    /// To whom.
    pub to: Vec<Name>,
    /// The clause or the entry.
    pub at: At,
    /// The effect of a clause, which is put on record by an entry.
    pub to_record: bool,
    /// To whoever had them before they passed by this clause on that day: an effect that has ended.
    pub goes_back: Option<Date>,
    /// Why it cannot be said whether they do.
    pub doubt: Option<Unknown>,
}

impl Run<'_> {
    /// Every time some assets pass to somebody, oldest first; those by a clause with a day to come among them.
    pub(crate) fn passings(&self, asset: &Name) -> Vec<Passing> {
        self.all_passings(asset).0
    }

    /// The entries by which somebody assigns assets that are not its own: nothing passes by them. Each with who owned them.
    pub(crate) fn passed_in_vain(&self, asset: &Name) -> Vec<(Passing, Vec<Name>)> {
        self.all_passings(asset).1
    }

    fn all_passings(&self, asset: &Name) -> (Vec<Passing>, Vec<(Passing, Vec<Name>)>) {
        let mut owners = self.owners_by_text(asset);
        let (mut out, mut vain): (Vec<Passing>, Vec<(Passing, Vec<Name>)>) = (Vec::new(), Vec::new());
        let mut before: Vec<(At, Date, Vec<Name>)> = Vec::new();
        for (mut passing, told) in self.passings_told(asset) {
            if let Some(since) = passing.goes_back {
                let had = before.iter().find(|(at, from, _)| *at == passing.at && *from == since);
                passing.to = had.map(|(.., had)| had.clone()).unwrap_or_default();
                // Whoever has it from there may keep it.
                if !passing.by.iter().all(|by| owners.contains(by)) {
                    let why = format!("`{asset}` was passed on before what passed it ended");
                    passing.doubt = passing.doubt.or_else(|| Some(Unknown::new(why).at(passing.at)));
                }
            } else if passing.to_record {
                before.push((passing.at, passing.from, owners.clone()));
            }
            let known = !owners.is_empty() && !owners.iter().chain(&passing.by).any(Name::is_blank);
            let day = passing.from;
            // Whoever controls an owner assigns what is that owner's.
            let gives = |owner: &Name| {
                let of = std::slice::from_ref(owner);
                passing.by.iter().any(|by| {
                    let group = || self.is_among(owner, std::slice::from_ref(by), day);
                    self.clock().is_for(by, of, day) == Same::Yes || group()
                })
            };
            let giving: Vec<Name> = owners.iter().filter(|owner| gives(owner)).cloned().collect();
            if told && known && !passing.by.is_empty() && giving.is_empty() {
                vain.push((passing, owners.clone()));
                continue;
            }
            if told && !giving.is_empty() {
                passing.by = giving;
            }
            // Where it cannot be said whether they passed, both may own them.
            match (&passing.doubt, passing.by.as_slice()) {
                (Some(_), _) => {}
                (None, []) => owners.clear(),
                (None, by) => owners.retain(|owner| !by.contains(owner)),
            }
            owners.extend(passing.to.iter().cloned());
            out.push(passing);
        }
        (out, vain)
    }

    /// Who owns assets as the text says.
    pub(crate) fn owners_by_text(&self, asset: &Name) -> Vec<Name> {
        let record = self.named_on(self.facts.as_of(), |m| m.records.named(Form::FileAssets, asset).next());
        record.map(|record| record.names(Label::Of)).unwrap_or_default()
    }

    /// Every time assets pass, oldest first, each with whether it is told by an entry alone.
    fn passings_told(&self, asset: &Name) -> Vec<(Passing, bool)> {
        let mut out = self.by_clause(asset);
        let mut told = Vec::new();
        for event in self.facts.told_as("assigned") {
            let EventKind::Told { name: Some(name), parts, .. } = &event.kind else { continue };
            if name == asset && self.may_pass_to_creditor(event) != Some(Ok(false)) {
                let doubt = match self.may_pass_to_creditor(event) {
                    Some(Err(why)) => Some(why.at(event.at)),
                    _ => None,
                };
                told.push(Passing {
                    from: event.date,
                    by: parts.names(Label::By),
                    to: parts.names(Label::To),
                    at: event.at,
                    to_record: false,
                    goes_back: None,
                    doubt,
                });
            }
        }
        out.extend(self.by_effect(asset));
        out.extend(self.passing_back(asset));
        out.extend(self.by_purchase(asset));
        let mut out: Vec<(Passing, bool)> = out.into_iter().map(|passing| (passing, false)).collect();
        out.extend(told.into_iter().map(|passing| (passing, true)));
        // Of one day effects stay in their turn, and entries come last.
        out.sort_by_key(|(passing, _)| passing.from);
        out
    }

    /// What a clause `assign` passes on its day, or on the effective date where it names none.
    fn by_clause(&self, asset: &Name) -> Vec<Passing> {
        let mut out = Vec::new();
        for record in self.clauses(Form::FileAssign) {
            let lines = record.all_below(Form::AssignUnder);
            let sets: Vec<Name> =
                lines.filter_map(|line| line.set(Label::Assets)).flat_map(|set| set.names.clone()).collect();
            let mut doubt = match blank::any(&sets, |name| name == asset) {
                Some(false) => continue,
                Some(true) => None,
                None => Some(Unknown::new("which assets are assigned is redacted or open").at(record.at)),
            };
            let line = record.below(Form::AssignOn);
            let on = line.and_then(|line| line.moment(Label::On)).cloned();
            let on = on.unwrap_or(Moment::OfThing(Edge::Start, None));
            let hidden = line.is_some_and(|line| line.name_any(&Name::is_blank));
            let from = match self.clock().moment(&on, &Focus::default()) {
                Ok(When::On(from)) if !hidden => from,
                Ok(_) if !hidden => continue,
                found => {
                    let why = found.err().unwrap_or_else(|| {
                        Unknown::new("from when on the assets are assigned is redacted or open")
                    });
                    doubt = doubt.or(Some(why.at(record.at)));
                    self.first_day().unwrap_or(Date::MIN)
                }
            };
            let (by, to) = (record.names(Label::From), record.names(Label::To));
            out.extend(self.reverting(record, from, doubt.as_ref()));
            out.push(Passing { from, by, to, at: record.at, to_record: false, goes_back: None, doubt });
        }
        out
    }

    /// What a clause `assign` passed on goes back from the first day on which its condition holds.
    fn reverting(&self, record: &Record, from: Date, doubt: Option<&Unknown>) -> Vec<Passing> {
        let since = all_days().less(&Ranges::of(0, day(from)));
        let mut out = Vec::new();
        for line in record.all_below(Form::AssignReverts) {
            let Some(when) = line.condition(Label::When) else { continue };
            let back = |from: Date, doubt: Option<Unknown>| Passing {
                from,
                by: record.names(Label::To),
                to: record.names(Label::From),
                at: line.at,
                to_record: true,
                goes_back: None,
                doubt,
            };
            // What comes back at the end is needed until the end of its last day.
            let end = self.end_or_doubt().map(|(end, _)| end);
            let after = |day: Date| if end == Some(day) { day.next_day().unwrap_or(day) } else { day };
            let so = self.days_when(when, &Focus::default()).and(DaysSo::sure(since.clone()));
            let sure = so.yes.first();
            // What may have come about before the day on which it surely has is in doubt from then on.
            for (days, why) in so.doubt {
                out.extend(
                    days.first().filter(|first| sure.is_none_or(|sure| *first < sure)).map(|first| {
                        back(after(date(first)), Some(doubt.cloned().unwrap_or(why.at(line.at))))
                    }),
                );
            }
            out.extend(sure.map(|first| back(after(date(first)), doubt.cloned())));
        }
        out
    }

    /// What is bought is the buyer's once the buy-out, or the option over it, has taken effect.
    fn by_purchase(&self, asset: &Name) -> Vec<Passing> {
        let mut out = Vec::new();
        let buy_outs =
            self.clauses(Form::FileBuyOut).filter(|record| record.names(Label::Of).contains(asset));
        let mut bought: Vec<(Name, &Record, Vec<Name>, Vec<Name>)> = buy_outs
            .map(|record| (buy_out_name(record), record, Vec::new(), record.names(Label::By)))
            .collect();
        for record in self.clauses(Form::FileOption) {
            let mut over = record.all_below(Form::OptionOver);
            if over.any(|line| line.names(Label::Names).contains(asset)) {
                // Who has the option may sell by it as well: what it owns goes to the other side.
                let (from, to) = (record.names(Label::From), record.names(Label::To));
                let sells = self.owners_by_text(asset).iter().any(|owner| to.contains(owner));
                let (from, to) = if sells { (to, from) } else { (from, to) };
                bought.extend(record.name(Label::Name).map(|name| (name.clone(), record, from, to)));
            }
        }
        for (name, record, by, to) in &bought {
            let had = |from: Date, doubt: Option<Unknown>| Passing {
                from,
                by: by.clone(),
                to: to.clone(),
                at: record.at,
                to_record: false,
                goes_back: None,
                doubt,
            };
            match self.course_of(name).map(|course| course.days("effective")) {
                Ok(days) => match (days.yes.first(), days.doubt.into_iter().next()) {
                    (Some(first), _) => out.push(had(date(first), None)),
                    (None, Some((days, why))) => {
                        out.extend(days.first().map(|first| had(date(first), Some(why))));
                    }
                    (None, None) => {}
                },
                Err(why) => out.push(had(self.first_day().unwrap_or(Date::MIN), Some(why))),
            }
        }
        out
    }

    /// What passes as the effect of a clause, at once or as a party chose; and what goes back once that effect ends.
    fn by_effect(&self, asset: &Name) -> Vec<Passing> {
        let mut out = Vec::new();
        let came = self.came_on(asset, &|effect| passes_to(effect, asset).is_some());
        let came = self.in_turn(came, &|one, other| {
            let differ = passes_to(&one.effect, asset) != passes_to(&other.effect, asset);
            differ.then(|| format!("whose `{asset}` becomes"))
        });
        for came in came {
            let Some(to) = passes_to(&came.effect, asset) else { continue };
            let at = came.entry.filter(|_| came.chosen.is_some()).unwrap_or(came.at);
            let back = came.until.and_then(Date::next_day).map(|from| Passing {
                from,
                by: vec![to.clone()],
                to: Vec::new(),
                at,
                to_record: true,
                goes_back: Some(came.from),
                doubt: None,
            });
            let passing = Passing {
                from: came.from,
                by: Vec::new(),
                to: vec![to],
                at,
                to_record: true,
                goes_back: None,
                doubt: came.doubt,
            };
            out.push(passing);
            out.extend(back);
        }
        out
    }

    /// What the effect of a clause has passed on and is to be put on record, with those who had it before.
    pub(crate) fn passings_to_record(&self) -> Vec<(Name, Vec<Name>, Passing)> {
        let today = self.facts.as_of();
        let mut out = Vec::new();
        for record in self.clauses(Form::FileAssets) {
            let Some(name) = record.name(Label::Name) else { continue };
            let mut owners = record.names(Label::Of);
            for passing in self.passings(name).into_iter().filter(|passing| passing.from <= today) {
                let before = std::mem::replace(&mut owners, passing.to.clone());
                if passing.to_record && passing.doubt.is_none() && before != passing.to {
                    out.push((name.clone(), before, passing));
                }
            }
        }
        out
    }
}

/// To whom an effect passes some assets.
fn passes_to(effect: &Value, asset: &Name) -> Option<Name> {
    let Value::Parts(parts) = effect else { return None };
    let named = |parts: &Parts| parts.names(Label::Assets).contains(asset);
    named(parts).then(|| parts.name(Label::To).cloned()).flatten()
}

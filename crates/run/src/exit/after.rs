//! What is so after an end, line by line.

use super::survival::Survival;
use super::{ExitLine, ExitPart, Group, words};
use crate::covenants::CovenantLife;
use crate::engine::Run;
use crate::rights::Sublicence;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Region, all_days, date, day, within};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Tail, TailLine, TailPrice};
use counterpart_terms::value::{Duration, Name};
use std::collections::{BTreeMap, BTreeSet};

impl Run<'_> {
    /// Every line, by its group.
    pub(super) fn after(&self, end: Date) -> Vec<ExitLine> {
        let mut out = self.rights_after(end);
        out.extend(self.money_after());
        out.extend(self.accounts_after());
        let survivals = self.survivals(end);
        out.extend(self.promises_after(end, &survivals));
        for survival in survivals {
            let (until, unknown) = match (survival.so, survival.until) {
                (Ok(false), _) => continue,
                (Err(why), _) | (Ok(true), Err(why)) => (None, Some(why.reason)),
                (Ok(true), Ok(until)) => (until, None),
            };
            let line = self.exit_line(Group::Survives, String::new(), survival.what.to_string(), survival.at);
            out.push(ExitLine { until, unknown, ..line });
        }
        out.extend(self.residuals_after(end));
        out.extend(self.sublicences_after(end, None));
        out.extend(self.improvements_after(end));
        for line in self.tails(end, None) {
            let stands = self.tail_stands(line, end);
            if stands == Ok(false) {
                continue;
            }
            let found = match &line.tail {
                Tail::Return(what) => what.iter().map(|one| self.return_line(one, end, line.at)).collect(),
                _ => self.tail_after(line, end).into_iter().collect::<Vec<_>>(),
            };
            let unknown = stands.err().map(|why| why.reason);
            out.extend(found.into_iter().map(|found| {
                let unknown = unknown.clone().or(found.unknown.clone());
                ExitLine { unknown, ..found }
            }));
        }
        out.sort_by_key(|line| line.group);
        out
    }

    /// The promises that bind after the end by their own words.
    fn promises_after(&self, end: Date, survivals: &[Survival]) -> Vec<ExitLine> {
        let after = all_days().less(&Ranges::of(0, day(end).saturating_add(1)));
        let own = |life: &CovenantLife| !survivals.iter().any(|survival| survival.what == life.name);
        let each = self.covenants().into_iter().filter(own).filter_map(|life| {
            let sure = life.days.and(&after);
            let doubt = life.doubt.iter().find(|(days, _)| !days.and(&after).is_empty());
            let line = self.exit_line(Group::Survives, Name::list(&life.by), life.name.to_string(), life.at);
            match (sure.bounds(), doubt) {
                (Some((first, last)), _) => {
                    Some(ExitLine { from: Some(date(first)), until: ends(last), ..line })
                }
                (None, Some((_, why))) => Some(ExitLine { unknown: Some(why.reason.clone()), ..line }),
                (None, None) => None,
            }
        });
        each.collect()
    }

    /// What everybody may go on using from memory, whatever is to be kept secret.
    fn residuals_after(&self, end: Date) -> Vec<ExitLine> {
        let blocks = self.model_on(end).records.of(Form::FileConfidential);
        let each = blocks.filter_map(|block| {
            let at = block.below(Form::ConfidentialResiduals)?.at;
            let what = format!("may use {}", crate::agenda::residuals(block)?);
            let who = Name::list(&self.model_on(end).header.parties);
            let line = self.exit_line(Group::Rights, who, what, at);
            Some(ExitLine { from: end.next_day(), terms: "for good".into(), ..line })
        });
        each.collect()
    }

    pub(super) fn exit_line(&self, group: Group, who: String, what: String, at: At) -> ExitLine {
        let clause = self.place(at);
        ExitLine {
            group,
            who,
            what,
            from: None,
            until: None,
            terms: String::new(),
            unknown: None,
            payment: None,
            clause,
        }
    }

    /// What each grant still gives, and what has ended.
    fn rights_after(&self, end: Date) -> Vec<ExitLine> {
        let after = all_days().less(&Ranges::of(0, day(end).saturating_add(1)));
        let tails = self.tails(end, None);
        let mut out = Vec::new();
        let names: BTreeSet<&Name> = self.models().flat_map(|m| m.grants.keys()).collect();
        for name in names {
            let Some(grant) = self.named_on(end, |m| m.grants.get(name)) else { continue };
            let who = Name::list(&grant.to);
            let life = self.life_of(name);
            let mut parts: BTreeMap<(At, String, Option<Date>), Date> = BTreeMap::new();
            for held in &life.held {
                let grade = held.grade.as_ref().map(words::grade).unwrap_or_default();
                let at = held.by.last().copied().unwrap_or(grant.at);
                for part in within(&held.region, DAYS, &after).boxes() {
                    let Some((first, last)) = part.side(DAYS).and_then(Ranges::bounds) else { continue };
                    let key = (at, grade.clone(), ends(last));
                    let from = parts.entry(key).or_insert(date(first));
                    *from = (*from).min(date(first));
                }
            }
            let held_then = life.held.iter().any(|h| !self.on_day(&h.region, end).is_empty());
            if parts.is_empty() && held_then && life.doubt.is_empty() {
                let line = self.exit_line(Group::Rights, who.clone(), format!("{name} ends"), grant.at);
                out.push(ExitLine { until: Some(end), ..line });
            }
            for ((at, grade, until), from) in parts {
                let tail = tails.iter().find(|line| line.at == at);
                let what = match tail.map(|line| &line.tail) {
                    Some(Tail::SellOff(..)) => format!("sells what is in stock under {name}"),
                    Some(Tail::Bridge(..)) => format!("{name}, as a bridge"),
                    Some(Tail::PaidUp(..)) => format!("{name}, paid up"),
                    _ => format!("{name} goes on"),
                };
                let price = tail.and_then(|line| price_of(&line.tail)).map(words::price);
                let terms: Vec<String> =
                    Some(grade).filter(|g| !g.is_empty()).into_iter().chain(price).collect();
                let line = self.exit_line(Group::Rights, who.clone(), what, at);
                out.push(ExitLine { from: Some(from), until, terms: terms.join(", "), ..line });
            }
            let mut told: BTreeSet<String> = BTreeSet::new();
            for (region, why) in &life.doubt {
                let later: Region = within(region, DAYS, &after);
                if !later.is_empty() && told.insert(why.reason.clone()) {
                    let line = self.exit_line(Group::Rights, who.clone(), name.to_string(), grant.at);
                    out.push(ExitLine { unknown: Some(why.reason.clone()), ..line });
                }
            }
        }
        let records = &self.model_on(end).records;
        for block in records.iter().filter(|r| r.clause == Form::FileInsolvency) {
            if block.below(Form::InsolvencyElection).is_some() {
                let royalty = block.below(Form::InsolvencyRoyalty).and_then(|r| r.word(Label::Royalty));
                let what = "may keep the licence if the licensor is insolvent".to_string();
                let line = self.exit_line(Group::Rights, "the licensee".into(), what, block.at);
                out.push(ExitLine { terms: royalty.unwrap_or_default().to_string(), ..line });
            }
        }
        out
    }

    /// What becomes of each sublicence; where a part alone ends, of what it held there.
    pub(super) fn sublicences_after(&self, end: Date, part: Option<&ExitPart>) -> Vec<ExitLine> {
        let after = all_days().less(&Ranges::of(0, day(end).saturating_add(1)));
        let of = part.map_or(String::new(), |part| format!(" {}", part.words()));
        let each = self.sublicences().into_iter().filter_map(|sublicence| {
            let region = match part {
                Some(part) => self.in_part(&sublicence.region, (part.place.as_ref(), &part.names), end),
                None => sublicence.region.clone(),
            };
            if part.is_some() && self.on_day(&region, end).is_empty() {
                return None;
            }
            let at = sublicence.by.last().copied().unwrap_or_default();
            let under = sublicence.head.as_ref().map_or(String::new(), |head| format!(" under {head}"));
            let later = within(&region, DAYS, &after);
            let lasts = later.boxes().iter().filter_map(|b| Some(b.side(DAYS)?.bounds()?.1)).max();
            let unknown = sublicence.doubt.first().map(|(_, why)| why.reason.clone());
            let direct = sublicence.direct.as_ref().filter(|(since, _)| part.is_none() || *since > end);
            let (what, from, until) = match (lasts, direct) {
                (None, _) if sublicence.choice.is_some() && sublicence.stands_on(end) => (
                    format!("{}{under} ends{of}{}", sublicence.name, choice_offered(&sublicence)),
                    None,
                    Some(end),
                ),
                (None, _) => (format!("{}{under} ends{of}", sublicence.name), None, Some(end)),
                (Some(last), Some((since, whose))) => {
                    let whose = Name::list(whose);
                    (
                        format!("{} becomes a licence of {whose}{of}", sublicence.name),
                        Some(*since),
                        ends(last),
                    )
                }
                // What it still holds comes from what the head licence leaves; only a choice makes it more.
                (Some(last), None) => {
                    let goes_on = format!("{}{under} goes on{of}", sublicence.name);
                    (goes_on + &choice_offered(&sublicence), end.next_day(), ends(last))
                }
            };
            let line = self.exit_line(Group::Sublicences, sublicence.to.to_string(), what, at);
            Some(ExitLine { from, until, unknown, ..line })
        });
        each.collect()
    }

    /// Who gives something back, to whom and by when.
    fn return_line(&self, what: &Name, end: Date, at: At) -> ExitLine {
        let found = self.given_back(what, end);
        let terms = match (&found.by_day, found.to.as_slice()) {
            (Ok(None), _) => "not while a right to use it goes on".to_string(),
            (_, []) => String::new(),
            (_, to) => format!("to {}", Name::list(to)),
        };
        let line = self.exit_line(Group::Data, Name::list(&found.by), format!("{what} given back"), at);
        let (until, unknown) = match found.by_day {
            Ok(day) => (day, None),
            Err(why) => (None, Some(why.reason)),
        };
        ExitLine { until, unknown, terms, ..line }
    }

    /// A line of the clause that is about neither grants nor payments.
    fn tail_after(&self, line: &TailLine, end: Date) -> Option<ExitLine> {
        let lasts = |for_: &Option<Duration>| -> Eval<Option<Date>> {
            let hidden = || Unknown::new("how long is redacted or open");
            self.clock().shift(end, for_.as_ref().ok_or_else(hidden)?, false).map(Some)
        };
        let plain = |price: &Option<TailPrice>| price.as_ref().map(words::price).unwrap_or_default();
        let none = || Ok(None);
        let (group, who, what, until, terms) = match &line.tail {
            Tail::Reverts(what, to, grade, price) => {
                let grade = grade.as_ref().map(words::grade);
                // As of what is given back, whoever has it comes first, and then to whom it goes.
                let to_whom = std::iter::once(format!("to {to}"));
                let terms: Vec<String> =
                    to_whom.chain(grade).chain(price.as_ref().map(words::price)).collect();
                let others: Vec<Name> = self.all_parties().into_iter().filter(|party| party != to).collect();
                let back = if what.len() == 1 { "goes back" } else { "go back" };
                (
                    Group::Data,
                    Name::list(&others),
                    format!("{} {back}", Name::list(what)),
                    none(),
                    terms.join(", "),
                )
            }
            Tail::LockOut(of, for_, fields) => {
                let who = if of.is_empty() { "both".to_string() } else { Name::list(of) };
                let fields = if fields.is_empty() { "the field".into() } else { Name::list(fields) };
                (Group::Rights, who, format!("stays out of {fields}"), lasts(for_), String::new())
            }
            Tail::Improvements(goes_on) => {
                let what =
                    if *goes_on { "licences already given go on" } else { "licences already given end" };
                (Group::Improvements, String::new(), what.to_string(), none(), String::new())
            }
            Tail::Assistance(by, for_, price) => {
                (Group::Help, by.to_string(), "helps with the change-over".into(), lasts(for_), plain(price))
            }
            Tail::WindDown(for_, price) => {
                (Group::Help, String::new(), "services wind down".into(), lasts(for_), plain(price))
            }
            Tail::Finishes(by, what) => {
                (Group::Help, by.to_string(), format!("finishes {}", Name::list(what)), none(), String::new())
            }
            Tail::Orders(within) => {
                (Group::Stock, String::new(), "orders are finished".into(), lasts(within), String::new())
            }
            Tail::Stock(by, must, what, price) => {
                let verb = if *must { "must buy" } else { "may buy" };
                (Group::Stock, by.to_string(), format!("{verb} the {what} left"), none(), plain(price))
            }
            Tail::Others(by) => {
                (Group::Rights, by.to_string(), "may end other agreements".into(), none(), String::new())
            }
            _ => return None,
        };
        let (until, unknown) = match until {
            Ok(until) => (until, None),
            Err(why) => (None, Some(why.reason)),
        };
        Some(ExitLine { until, unknown, terms, ..self.exit_line(group, who, what, line.at) })
    }
}

pub(super) fn price_of(tail: &Tail) -> Option<&TailPrice> {
    match tail {
        Tail::SellOff(_, _, price) | Tail::Bridge(.., price) | Tail::Continues(.., price) => price.as_ref(),
        _ => None,
    }
}

/// The last day at a position; none where it is for good.
pub(super) fn ends(last: u32) -> Option<Date> {
    all_days().bounds().is_none_or(|(_, ever)| last < ever).then(|| date(last))
}

/// What somebody may still choose to become of a sublicence.
fn choice_offered(sublicence: &Sublicence) -> String {
    let Some(choice) = &sublicence.choice else { return String::new() };
    let becomes = match choice.direct.as_slice() {
        [] => "goes on".to_string(),
        of => format!("becomes a licence of {}", Name::list(of)),
    };
    format!(", unless {} chooses that it {becomes}", choice.by)
}

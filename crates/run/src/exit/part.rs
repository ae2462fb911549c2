//! The end of a part of the agreement, a country, a product or a field alone: who may bring it about, and what is so after it
//! there. The rest goes on.

use super::after::{ends, price_of};
use super::{ExitAsk, ExitLine, ExitPlan, Group, full_cause, words};
use crate::claims::Ask;
use crate::ends::ended::Ended;
use crate::engine::{Machine, Run};
use crate::rights::EndedPart;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Region, all_days, date, day, within};
use counterpart_syntax::Form;
use counterpart_terms::At;
use counterpart_terms::model::{Model, Tail};
use counterpart_terms::value::{Name, Territory};
use std::collections::{BTreeMap, BTreeSet};

/// A part of the agreement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExitPart {
    /// In which country.
    pub place: Option<Name>,
    /// For which products and fields.
    pub names: Vec<Name>,
}

impl ExitPart {
    /// In words, as an entry has them: `in DE for Pump`.
    pub fn words(&self) -> String {
        let place = self.place.iter().map(|place| format!("in {place}"));
        let names = (!self.names.is_empty()).then(|| format!("for {}", Name::list(&self.names)));
        place.chain(names).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn ended(&self, model: &Model) -> Ended {
        Ended::told(None, self.place.as_ref(), &self.names, model)
    }

    /// Whether a part that was ended is this, or has it in it.
    fn is_in(&self, ended: &EndedPart, model: &Model, on: Date) -> bool {
        let market = &model.market;
        let place = match (&ended.place, &self.place) {
            (None, _) => true,
            (Some(of), Some(own)) => {
                let there = Territory::at(of);
                of == own || market.places(&there, on).contains(own.as_str())
            }
            (Some(_), None) => false,
        };
        let in_them = |own: &Name| ended.of.iter().any(|of| own == of || market.within(own, of));
        ended.name.is_none() && place && (ended.of.is_empty() || self.names.iter().any(in_them))
    }
}

impl Machine<'_> {
    /// What follows where a part ends: as the journal tells, or as is supposed from a day on.
    pub(super) fn exit_of_part(
        &self,
        mut plan: ExitPlan,
        part: &ExitPart,
        known_on: Date,
        ask: &ExitAsk,
    ) -> ExitPlan {
        let run = self.run(plan.on, known_on);
        let model = run.model_on(plan.on);
        let over = run.last_day_of_agreement().filter(|end| *end < plan.on);
        if let Some(told) = run.ended_parts().into_iter().find(|ended| part.is_in(ended, model, plan.on)) {
            plan.by = (!told.by.is_empty()).then(|| Name::list(&told.by));
            plan.cause = run.ground_of_entry(told.at);
            plan.last_day = told.from.prev_day().filter(|_| told.doubt.is_none());
            for way in &mut plan.ways {
                (way.available, way.clock, way.last_day) = (Some(false), None, None);
                way.why = Some(format!("that part was ended already ({})", run.place(told.at)));
            }
            if let Some(why) = told.doubt {
                (plan.available, plan.why) = (None, Some(why.reason));
            }
            // What was asked about cannot be done any more.
            let other = |asked: &String| plan.cause.as_ref() != Some(asked);
            let by = ask.by.as_ref().is_some_and(|by| !told.by.contains(by));
            if let (Some(end), Some(cause)) = (plan.last_day, ask.cause.as_deref().map(full_cause))
                && (other(&cause) || by)
            {
                let why = format!("cause {cause}: that part was ended already, its last day is {end}");
                (plan.available, plan.why) = (Some(false), Some(why));
            }
            return self.finish_part(plan, (part, None), known_on);
        }
        if let Some(end) = over {
            plan.available = Some(false);
            plan.supposed = true;
            plan.why = Some(format!("the agreement as a whole has ended, its last day was {end}"));
            return plan;
        }
        let ways = plan.ways.clone();
        if ways.is_empty() && model.records.of(Form::FileTerminate).next().is_some() {
            (plan.available, plan.supposed) = (Some(false), true);
            plan.why = Some(format!("no clause lets anybody end the agreement {} alone", part.words()));
            return plan;
        }
        self.supposed(plan, &ways, known_on, ask)
    }

    /// The lines of the plan.
    pub(super) fn finish_part(
        &self,
        mut plan: ExitPlan,
        (part, event): (&ExitPart, Option<Event>),
        known_on: Date,
    ) -> ExitPlan {
        // Had it ended then, nobody would have ended it later.
        let on = plan.on;
        let later = |event: &Event| {
            let ends = matches!(&event.kind, EventKind::Told { word, .. } if word == "terminated");
            plan.supposed && ends && event.date > on
        };
        let machine = self.with_entries(|event| !later(event), event);
        let until = plan.last_day.unwrap_or(on).max(on);
        let run = machine.run(until, known_on);
        let model = run.model_on(on);
        let Some(ended) = run.ended_parts().into_iter().find(|ended| part.is_in(ended, model, on)) else {
            return plan;
        };
        let Some(last) = ended.from.prev_day().filter(|_| ended.doubt.is_none()) else { return plan };
        plan.last_day = Some(last);
        let run = machine.run(last.max(on), known_on);
        let (mut lines, payers) = run.rights_after_part(part, last);
        lines.extend(run.money_of_part(part, &payers, last));
        lines.extend(machine.untold_of_part(&lines, (part, &payers), (last, last.max(on), known_on)));
        lines.sort_by_key(|line| line.group);
        plan.lines = lines;
        plan
    }

    /// What is owed for the time up to the end and cannot be told yet.
    fn untold_of_part(
        &self,
        listed: &[ExitLine],
        (part, payers): (&ExitPart, &[Name]),
        days: (Date, Date, Date),
    ) -> Vec<ExitLine> {
        let model = self.editions.on(days.0);
        let royalty = |line: &ExitLine| {
            let of = line.payment.as_deref().map(Name::from);
            of.is_some_and(|of| model.royalties.contains_key(&of))
                && payers.iter().any(|payer| payer.as_str() == line.who)
        };
        let of_it = format!(", as far as earned {}", part.words());
        let told = |line: &ExitLine| listed.iter().any(|other| other.what == format!("{}{of_it}", line.what));
        let found = self.owed_besides(&[], days).into_iter().filter(|line| royalty(line) && !told(line));
        // What is given a sum there is the sum of all parts.
        let found = found.filter(|line| line.unknown.is_some());
        found.map(|line| ExitLine { what: format!("{}{of_it}", line.what), ..line }).collect()
    }
}

impl Run<'_> {
    /// What each grant that reached the part gives there after its last day, and whose grants those are.
    fn rights_after_part(&self, part: &ExitPart, last: Date) -> (Vec<ExitLine>, Vec<Name>) {
        let after = all_days().less(&Ranges::of(0, day(last).saturating_add(1)));
        let there = |region: &Region| self.in_part(region, (part.place.as_ref(), &part.names), last);
        let (mut out, mut holders): (Vec<ExitLine>, Vec<Name>) = (Vec::new(), Vec::new());
        let of = part.words();
        let names: BTreeSet<&Name> = self.models().flat_map(|m| m.grants.keys()).collect();
        for name in names {
            let Some(grant) = self.named_on(last, |m| m.grants.get(name)) else { continue };
            let who = Name::list(&grant.to);
            let life = self.life_of(name);
            let mut parts: BTreeMap<(At, String, Option<Date>), Date> = BTreeMap::new();
            let mut held_then = false;
            for held in &life.held {
                let grade = held.grade.as_ref().map(words::grade).unwrap_or_default();
                let at = held.by.last().copied().unwrap_or(grant.at);
                let region = there(&held.region);
                held_then |= !self.on_day(&region, last).is_empty();
                for part in within(&region, DAYS, &after).boxes() {
                    let Some((first, last)) = part.side(DAYS).and_then(Ranges::bounds) else { continue };
                    let from = parts.entry((at, grade.clone(), ends(last))).or_insert(date(first));
                    *from = (*from).min(date(first));
                }
            }
            let doubt: Vec<&String> = life
                .doubt
                .iter()
                .filter(|(region, _)| !within(&there(region), DAYS, &after).is_empty())
                .map(|(_, why)| &why.reason)
                .collect();
            if held_then {
                holders.extend(grant.to.iter().flat_map(|to| self.members(to)).chain(grant.to.clone()));
            }
            if parts.is_empty() && held_then && doubt.is_empty() {
                let line = self.exit_line(Group::Rights, who.clone(), format!("{name} ends {of}"), grant.at);
                out.push(ExitLine { until: Some(last), ..line });
            }
            for ((at, grade, until), from) in parts {
                let mut tails = self.models().flat_map(|m| &m.after_end).flat_map(|block| &block.lines);
                let tail = tails.find(|line| line.at == at).map(|line| &line.tail);
                let what = match tail {
                    Some(Tail::SellOff(..)) => format!("sells what is in stock under {name} {of}"),
                    _ => format!("{name} goes on {of}"),
                };
                let price = tail.and_then(price_of).map(words::price);
                let terms: Vec<String> =
                    Some(grade).filter(|g| !g.is_empty()).into_iter().chain(price).collect();
                let line = self.exit_line(Group::Rights, who.clone(), what, at);
                out.push(ExitLine { from: Some(from), until, terms: terms.join(", "), ..line });
            }
            let mut told: BTreeSet<&String> = BTreeSet::new();
            for why in doubt {
                if told.insert(why) {
                    let line = self.exit_line(Group::Rights, who.clone(), format!("{name} {of}"), grant.at);
                    out.push(ExitLine { unknown: Some(why.clone()), ..line });
                }
            }
        }
        out.extend(self.sublicences_after(last, Some(part)));
        (out, holders)
    }

    /// What of each royalty was earned in the part and is not paid, as far as the deal tells it apart.
    fn money_of_part(&self, part: &ExitPart, payers: &[Name], last: Date) -> Vec<ExitLine> {
        let model = self.model_on(last);
        let mut out = Vec::new();
        for (name, royalty) in &model.royalties {
            if !royalty
                .from
                .iter()
                .flat_map(|from| self.members(from))
                .chain(royalty.from.clone())
                .any(|from| from.is_blank() || payers.contains(&from))
            {
                continue;
            }
            // What is not known as a whole is told with what is untold.
            let Ok(dues) = self.dues(name) else { continue };
            let applied = self.allotted(name, &dues);
            for (due, on) in dues.iter().zip(&applied.on) {
                let Some(period) = due.period.filter(|period| period.start <= last) else { continue };
                if on.left(due).is_ok_and(|left| !left.number().is_positive()) {
                    continue;
                }
                let product = |name: &&Name| model.market.products.contains_key(*name);
                let streams = [name.clone()];
                let ask = Ask {
                    from: due.from.as_ref(),
                    place: part.place.as_ref(),
                    product: part.names.iter().find(product),
                    ..Ask::plain(&streams)
                };
                let what = format!("owes {name} for {period}, as far as earned {}", part.words());
                let who = due.from.as_ref().map(ToString::to_string);
                let who = who.unwrap_or_else(|| Name::list(&royalty.from));
                let payment = Some(name.to_string());
                let line = self.exit_line(Group::Money, who, what, due.at);
                let line = ExitLine { until: due.due, payment, ..line };
                let others: Vec<&Name> = part.names.iter().filter(|name| !product(name)).collect();
                let several = part.names.iter().filter(product).count() > 1;
                let earned = match others.is_empty() && !several {
                    true => self
                        .zero_of(Some(name))
                        .and_then(|zero| self.earned(name, &ask, Some(&period), &zero)),
                    false => Err(Unknown::new("what is earned for a field is not told apart")),
                };
                match earned {
                    Ok(earned) if earned.number().is_zero() => {}
                    Ok(earned) => {
                        out.push(ExitLine { terms: self.round(&earned).to_string(), ..line });
                    }
                    Err(why) => out.push(ExitLine { unknown: Some(why.reason), ..line }),
                }
            }
        }
        out
    }

    /// The ground that an entry which ends something tells.
    fn ground_of_entry(&self, at: At) -> Option<String> {
        self.facts.happened().find(|event| event.at == at).and_then(|event| match &event.kind {
            EventKind::Told { parts, .. } => crate::ends::right_to_end::ground_told(parts),
            _ => None,
        })
    }
}

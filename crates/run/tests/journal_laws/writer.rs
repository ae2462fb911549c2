//! A writer of journals: from the terms of a deal, what may happen under them, and when.
//!
//! It reports each metric for its periods, some late, some known late, some corrected, some never; reaches milestones,
//! begins and ends events, gives the notices and makes the choices of triggers, pays, sells first, ends the agreement.
//! What it writes need not be likely. An entry that the deal does not take is taken out again.

use crate::deals::Source;
use crate::dice::Dice;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_syntax::{Form, Label, Severity};
use counterpart_terms::Deal;
use counterpart_terms::model::Model;
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Name, PeriodLabel, Value};
use std::collections::BTreeSet;

/// An entry: its day, and its text with the lines below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub date: Date,
    pub text: String,
}

pub fn text(entries: &[Entry]) -> String {
    entries.iter().map(|entry| entry.text.as_str()).collect()
}

/// The name of the file the journal is in.
pub const FILE: &str = "journal.deal";

/// A journal that a deal takes without an error, oldest entry first.
pub fn journal(source: &Source, number: u64) -> Vec<Entry> {
    let deal = source.with(&[]);
    let machine = Machine::new(&deal);
    let mut dice = Dice::of(&source.name, number);
    let mut entries = Writer::new(&deal, &machine).write(&mut dice);
    entries.sort_by_key(|entry| entry.date);
    for _ in 0..6 {
        let refused = refused(source, &entries);
        if refused.is_empty() {
            return entries;
        }
        let mut at = 0;
        entries.retain(|_| {
            at += 1;
            !refused.contains(&(at - 1))
        });
    }
    Vec::new()
}

/// The entries that the deal finds an error in, by their place.
fn refused(source: &Source, entries: &[Entry]) -> BTreeSet<usize> {
    let deal = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&deal);
    let problems = deal.problems.iter().chain(&machine.problems).filter(|p| p.severity == Severity::Error);
    let starts: Vec<usize> = entries
        .iter()
        .scan(0, |end, entry| {
            let start = *end;
            *end += entry.text.len();
            Some(start)
        })
        .collect();
    let here = problems.filter(|p| deal.path(p.at.file) == FILE);
    here.map(|p| starts.partition_point(|start| *start <= p.at.span.start as usize).saturating_sub(1))
        .collect()
}

pub(super) struct Writer<'m> {
    deal: &'m Deal,
    pub(super) machine: &'m Machine<'m>,
    pub(super) model: &'m Model,
    pub(super) start: Date,
    parties: Vec<Name>,
    pub(super) places: Vec<Name>,
    pub(super) money: String,
}

/// How long the journals are.
pub(super) const YEARS: i32 = 4;

impl<'m> Writer<'m> {
    fn new(deal: &'m Deal, machine: &'m Machine<'m>) -> Writer<'m> {
        let model = machine.editions.last();
        let header = &machine.editions.first().header;
        let start = header.effective.or(header.signed).or_else(|| Date::new(2020, 1, 1)).unwrap_or(Date::MIN);
        let named = |kind| {
            let of = deal.symbols.iter().filter(move |(_, symbol)| symbol.kind == kind);
            of.map(|(name, _)| Name::from(name)).collect::<Vec<_>>()
        };
        let parties =
            if header.parties.is_empty() { named(SymbolKind::Party) } else { header.parties.clone() };
        let mut places: Vec<Name> =
            model.market.territories.values().flat_map(|t| t.places.iter().cloned()).collect();
        places.extend(["US", "DE", "JP"].map(Name::from));
        places.retain(|place| place.as_str().len() == 2);
        let money = model.header.currency.map_or("USD".to_string(), |c| c.code().to_string());
        Writer { deal, machine, model, start, parties, places, money }
    }

    fn named(&self, kind: SymbolKind) -> Vec<Name> {
        let of = self.deal.symbols.iter().filter(|(_, symbol)| symbol.kind == kind);
        of.map(|(name, _)| Name::from(name)).collect()
    }

    pub(super) fn some_day(&self, dice: &mut Dice) -> Date {
        dice.after(self.start, 365 * YEARS as u64)
    }

    fn write(&self, dice: &mut Dice) -> Vec<Entry> {
        let mut out = vec![self.entry(self.start, format!("signed by {}", list(&self.parties)), "", None)];
        self.rates(&mut out);
        for (name, metric) in &self.model.market.metrics {
            self.metric(dice, name, metric, &mut out);
        }
        self.market(dice, &mut out);
        self.triggers(dice, &mut out);
        self.money(dice, &mut out);
        self.parties(dice, &mut out);
        out
    }

    pub(super) fn entry(&self, date: Date, what: String, below: &str, known: Option<Date>) -> Entry {
        let known = known.map_or(String::new(), |known| format!(" known {known}"));
        Entry { date, text: format!("{date} {what}{known}\n{below}") }
    }

    /// An entry that may have become known later.
    pub(super) fn told(&self, dice: &mut Dice, date: Date, what: impl Into<String>) -> Entry {
        let known = dice.percent(12).then(|| dice.after(date, 300));
        self.entry(date, what.into(), "", known)
    }

    fn rates(&self, out: &mut Vec<Entry>) {
        let Some(exchange) = &self.model.header.exchange else { return };
        let source = if exchange.source.is_empty() { "Bank" } else { exchange.source.as_str() };
        let mut day = self.start.end_of_month();
        for month in 0..12 * YEARS {
            let other = if self.money == "EUR" { "USD" } else { "EUR" };
            let what = format!("rate {source} {other} = {} 1.{:02}", self.money, 5 + month % 7);
            out.push(self.entry(day, what, "", None));
            day = day.next_day().map_or(day, Date::end_of_month);
        }
    }

    /// Milestones, events, first sales, patents.
    fn market(&self, dice: &mut Dice, out: &mut Vec<Entry>) {
        let market = &self.model.market;
        let products: Vec<Name> = market.products.keys().cloned().collect();
        for (name, milestone) in &market.milestones {
            if milestone.reached_when.is_some() || dice.percent(30) {
                continue;
            }
            let of = dice
                .pick(&products)
                .filter(|_| dice_says(name, 1))
                .map_or(String::new(), |p| format!(" of {p}"));
            let place = dice.pick(&self.places).cloned();
            let place = place.filter(|_| dice.percent(40)).map_or(String::new(), |p| format!(" in {p}"));
            let date = self.some_day(dice);
            out.push(self.told(dice, date, format!("reached {name}{of}{place}")));
        }
        for name in self.named(SymbolKind::Event) {
            if dice.percent(40) {
                continue;
            }
            let date = self.some_day(dice);
            out.push(self.told(dice, date, format!("began {name}")));
            if dice.percent(60) {
                let end = dice.after(date.next_day().unwrap_or(date), 300);
                out.push(self.told(dice, end, format!("ended {name}")));
            }
        }
        for product in &products {
            if dice.percent(50) {
                let (date, place) = (self.some_day(dice), dice.pick(&self.places).cloned());
                let place = place.map_or(String::new(), |p| format!(" in {p}"));
                out.push(self.told(dice, date, format!("first sale of {product}{place}")));
            }
        }
        for name in self.named(SymbolKind::OpenTerm) {
            if dice.percent(50) {
                let yes = if dice.percent(50) { "met" } else { "not met" };
                let date = self.some_day(dice);
                out.push(self.told(dice, date, format!("determined {name}: {yes}")));
            }
        }
        for option in
            [SymbolKind::Option, SymbolKind::FirstRight, SymbolKind::BuyOut].map(|k| self.named(k)).concat()
        {
            if dice.percent(40) {
                let date = self.some_day(dice);
                out.push(self.told(dice, date, format!("exercised {option}")));
            }
        }
    }

    /// Notices and choices, about when they may be made.
    fn triggers(&self, dice: &mut Dice, out: &mut Vec<Entry>) {
        for trigger in &self.model.triggers {
            let mut day = self.some_day(dice);
            if let Some((month, on)) = trigger.tested.as_ref().and_then(|tested| tested.day)
                && let Some(test) = Date::new(day.year(), month, on)
            {
                day = dice.after(test, 50);
            }
            if let Some((by, _)) = &trigger.notice
                && let Some(by) = dice.pick(if by.is_empty() { &self.parties } else { by })
            {
                out.push(self.told(dice, day, format!("notice of {} by {by}", trigger.name)));
            }
            let choices = self.choices(&trigger.name);
            if let (Some((who, ..)), Some(choice)) = (&trigger.choice, dice.pick(&choices)) {
                let on = dice.after(day, 160);
                out.push(self.told(dice, on, format!("chose by {who} in {}: {choice}", trigger.name)));
            }
        }
    }

    /// What a trigger lets somebody choose, as its lines say it.
    fn choices(&self, trigger: &Name) -> Vec<String> {
        let of = self
            .model
            .records
            .iter()
            .filter(|r| r.clause == Form::FileTrigger && r.name(Label::Name) == Some(trigger));
        let lines = of
            .flat_map(|r| r.all_below(Form::TriggerThenChoose))
            .flat_map(|r| r.all_below(Form::ChoicesChoice));
        lines
            .filter(|line| line.all(Label::Effect).all(|effect| !matches!(effect, Value::Unknown(_))))
            .filter_map(|line| {
                Some(self.deal.files.get(line.at.file)?.tree.slice(line.at.span()).trim().to_string())
            })
            .collect()
    }

    /// Payments, waivers, audits, royalties to third parties, costs.
    fn money(&self, dice: &mut Dice, out: &mut Vec<Entry>) {
        let labels: Vec<PeriodLabel> =
            self.model.market.metrics.values().flat_map(|m| self.labels(m)).collect();
        for name in self.model.royalties.keys() {
            for label in &labels {
                let sum = format!("{} {}", self.money, dice.below(900_000));
                let date = self.some_day(dice);
                match dice.below(100) {
                    0..30 => out.push(self.told(dice, date, format!("paid {name} for {label} {sum}"))),
                    30..34 => out.push(self.told(dice, date, format!("audited {name} for {label}: {sum}"))),
                    34..37 => out.push(self.told(dice, date, format!("waived {name} for {label}"))),
                    37..42 => {
                        let what = format!("third-party royalties on {name} for {label} {sum}");
                        out.push(self.told(dice, date, what));
                    }
                    _ => {}
                }
            }
            if dice.percent(30) {
                let (date, sum) = (self.some_day(dice), dice.below(200_000));
                out.push(self.told(dice, date, format!("paid {name} {} {sum}", self.money)));
            }
        }
        for name in self.model.pays.keys() {
            for _ in 0..dice.below(3) {
                let (date, sum) = (self.some_day(dice), 1 + dice.below(3_000_000));
                out.push(self.told(dice, date, format!("paid {name} {} {sum}", self.money)));
            }
        }
        let shared = [SymbolKind::Milestone, SymbolKind::Assets].map(|kind| self.named(kind)).concat();
        for name in shared {
            if let Some(by) = dice.pick(&self.parties).filter(|_| dice_says(&name, 2)) {
                let (date, sum) = (self.some_day(dice), dice.below(900_000));
                out.push(self.told(dice, date, format!("cost of {name} by {by} {} {sum}", self.money)));
            }
        }
    }

    /// What parties do to each other: breach, suits, the end.
    fn parties(&self, dice: &mut Dice, out: &mut Vec<Entry>) {
        let (Some(one), Some(other)) = (self.parties.first(), self.parties.last()) else { return };
        let (one, other) = if dice.percent(50) { (one, other) } else { (other, one) };
        let day = self.some_day(dice);
        if dice.percent(20) {
            out.push(self.told(dice, day, format!("breached by {one}")));
            let cured = dice.after(day, 100);
            out.push(self.told(dice, cured, format!("cured by {one}")));
        }
        if dice.percent(20) {
            let day = self.some_day(dice);
            out.push(self.told(dice, day, format!("asserted by {one} against {other}")));
            let later = dice.after(day, 300);
            out.push(self.told(dice, later, format!("withdrew by {one} against {other}")));
        }
        let end = dice.after(self.start.add_years(2).unwrap_or(self.start), 700);
        let what = match dice.below(12) {
            0 => format!("terminated the agreement by {one} on breach"),
            1 => format!("terminated the agreement by {}", list(&self.parties)),
            2 => format!("notice of termination by {one}"),
            3 => format!("insolvent {one}"),
            _ => return,
        };
        out.push(self.told(dice, end, what));
    }
}

/// A toss that hangs on a name alone.
fn dice_says(name: &Name, number: u64) -> bool {
    Dice::of(name.as_str(), number).percent(50)
}

fn list(names: &[Name]) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

//! What is known: the journal as of a day, ready to be asked.

pub(crate) mod first_sale;
pub(crate) mod happened;
mod rates;
pub(crate) mod sorted;

use crate::condition::shown::shows;
use crate::ends::grounds::Grounds;
use crate::facts::first_sale::{FirstSales, SaleOf};
use crate::facts::happened::What;
use crate::facts::rates::Tables;
use crate::facts::sorted::Sorted;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{COMES_ABOUT, Event, EventKind, Journal, Report, Reports};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::value::{Name, Value};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The events known on the day asked about.
pub struct Facts<'j> {
    pub(crate) journal: &'j Journal,
    /// The day the answer is asked as of.
    as_of: Date,
    /// Nothing that happened after this day is looked at.
    last: Date,
    /// What is known, of other days too.
    pub(crate) sorted: Rc<Sorted>,
    /// What stands against the grounds of the ends among them.
    grounds: Rc<Grounds>,
    /// Whether what the agreement is renewed on was so when each of its terms ran out.
    pub(crate) renewals: BTreeMap<Date, Eval<bool>>,
    sales: OnceCell<FirstSales>,
    /// The rates of a source and pair, put together when first asked for.
    tables: RefCell<Tables>,
    /// How and when the agreement ends.
    pub(crate) ends: crate::ends::termination::Ends,
    /// When each patent ends in each place.
    pub(crate) patents: crate::patents::Lives,
    /// How many days are being looked for, each for the one before.
    depth: Cell<u32>,
    /// How often that went in a circle.
    pub(crate) circles: Cell<u32>,
}

/// More days than this do not hang on one another.
const MAX_CHAIN: u32 = 64;

impl<'j> Facts<'j> {
    /// What is seen of a journal on a day: what of some entries of it had happened by a last one.
    pub(crate) fn new(
        journal: &'j Journal,
        sorted: Rc<Sorted>,
        (as_of, last): (Date, Date),
        grounds: Rc<Grounds>,
    ) -> Facts<'j> {
        Facts {
            journal,
            as_of,
            last,
            sorted,
            grounds,
            renewals: BTreeMap::new(),
            sales: OnceCell::new(),
            tables: RefCell::default(),
            ends: crate::ends::termination::Ends::default(),
            patents: crate::patents::Lives::default(),
            depth: Cell::new(0),
            circles: Cell::new(0),
        }
    }

    /// The reports in force, by metric.
    pub fn reports(&self) -> Reports<'j> {
        self.journal.reports_among(self.events())
    }

    /// The reports of a metric in force.
    pub(crate) fn reports_in_force(&self, metric: &Name) -> Vec<Report<'j>> {
        self.journal.reports_among(self.reports_of(metric)).remove(metric).unwrap_or_default()
    }

    /// What was estimated of a metric, oldest first.
    pub(crate) fn estimates_of(&self, metric: &Name) -> impl Iterator<Item = &'j Event> + '_ {
        self.seen(self.sorted.estimated.get(metric).map_or(&[], Vec::as_slice))
    }

    /// The metrics of which anything is reported or estimated on any day.
    pub(crate) fn metrics_told(&self) -> impl Iterator<Item = &Name> {
        self.sorted.reported.keys().chain(self.sorted.estimated.keys())
    }

    /// What stands against a clause as the ground of an entry that ends something, or why it is not known whether
    /// anything does.
    pub(crate) fn against(&self, entry: At, clause: At) -> Option<&Eval<String>> {
        self.grounds.get(&(entry, clause))
    }

    /// What happened but reports, payments and rates of exchange, oldest first.
    pub fn happened(&self) -> impl Iterator<Item = &'j Event> + '_ {
        self.seen(&self.sorted.happened)
    }

    /// Looks for a day that another hangs on.
    pub(crate) fn deeper<T>(&self, look: impl FnOnce() -> Eval<T>) -> Eval<T> {
        if self.depth.get() >= MAX_CHAIN {
            self.circles.set(self.circles.get() + 1);
            return Err(Unknown::new("the day depends on itself"));
        }
        self.depth.set(self.depth.get() + 1);
        let found = look();
        self.depth.set(self.depth.get() - 1);
        found
    }

    /// How often a day hung on itself.
    pub(crate) fn circles(&self) -> u32 {
        self.circles.get()
    }

    /// What was paid, oldest first.
    pub fn payments(&self) -> impl Iterator<Item = &'j Event> + '_ {
        self.seen(&self.sorted.payments)
    }

    /// The reports of a metric and their corrections, oldest first.
    pub fn reports_of(&self, metric: &Name) -> impl Iterator<Item = &'j Event> + '_ {
        self.seen(self.sorted.reported.get(metric).map_or(&[], Vec::as_slice))
    }

    /// What was paid on a payment, oldest first.
    pub fn payments_of(&self, name: &Name) -> impl Iterator<Item = &'j Event> + '_ {
        self.seen(self.sorted.paid.get(name).map_or(&[], Vec::as_slice))
    }

    /// The day the answer is asked as of.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The events, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &'j Event> + '_ {
        self.seen(&self.sorted.all)
    }

    /// Those of some entries, oldest first, that had happened by the last day that is looked at.
    fn seen<'f>(&self, places: &'f [usize]) -> impl DoubleEndedIterator<Item = &'j Event> + use<'f, 'j> {
        let events: &'j [Event] = &self.journal.events;
        let by_then = |at: &usize| events.get(*at).is_some_and(|event| event.date <= self.last);
        let end = match places.last() {
            Some(last) if !by_then(last) => places.partition_point(by_then),
            _ => places.len(),
        };
        places.iter().take(end).filter_map(|at| events.get(*at))
    }

    /// What happened of a kind about something, oldest first.
    fn all_of(&self, what: What, about: &str) -> impl Iterator<Item = &'j Event> + use<'_, 'j> {
        self.seen(self.sorted.by(&self.journal.events).of(what, about))
    }

    /// The day of the first entry of some kinds for which a test holds.
    pub(crate) fn first<'a>(
        &self,
        of: impl IntoIterator<Item = (What, &'a str)>,
        test: impl Fn(&EventKind) -> bool,
    ) -> Option<Date> {
        let first =
            of.into_iter().filter_map(|(what, about)| self.all_of(what, about).find(|e| test(&e.kind)));
        first.map(|event| event.date).min()
    }

    /// The day the deal was signed, by a party where one is named; a licence signed by itself counts for itself.
    pub fn signed(&self, party: Option<&Name>, stream: Option<&Name>) -> Option<Date> {
        self.first([(What::Signed, "")], |k| match k {
            EventKind::Signed { by, of } => {
                party.is_none_or(|p| by.contains(p)) && agrees(of.as_ref(), stream)
            }
            _ => false,
        })
    }

    /// The day a milestone was reached.
    pub fn reached(&self, name: &Name, product: Option<&Name>, place: Option<&Name>) -> Option<Date> {
        self.reached_but(name, (product, place), |_| false)
    }

    /// The same, where what was reached for some titles or indications does not count.
    pub(crate) fn reached_but(
        &self,
        name: &Name,
        (product, place): (Option<&Name>, Option<&Name>),
        apart: impl Fn(&Name) -> bool,
    ) -> Option<Date> {
        self.first([(What::Reached, name.as_str()), (What::Determined, name.as_str())], |k| match k {
            EventKind::Reached { name: n, product: p, place: c, of } => {
                n == name
                    && agrees(p.as_ref(), product)
                    && agrees(c.as_ref(), place)
                    && !of.as_ref().is_some_and(&apart)
            }
            EventKind::Determined { name: n, yes: Some(true), .. } => n == name,
            _ => false,
        })
    }

    /// The day an event began, in a place where one is named.
    pub fn began(&self, name: &Name, place: Option<&Name>) -> Option<Date> {
        self.first(
            [(What::Began, name.as_str())],
            |k| matches!(k, EventKind::Began(n, p) if n == name && agrees(p.as_ref(), place)),
        )
    }

    /// The day an event ended.
    pub fn ended(&self, name: &Name, place: Option<&Name>) -> Option<Date> {
        self.first(
            [(What::Ended, name.as_str())],
            |k| matches!(k, EventKind::Ended(n, p) if n == name && agrees(p.as_ref(), place)),
        )
    }

    /// The day a party chose under a trigger, in a country where one is asked for.
    pub fn chosen(&self, trigger: &Name, place: Option<&Name>) -> Option<Date> {
        let here = |effect: &Value| {
            let Value::Parts(parts) = effect else { return true };
            let told = parts.parts(Label::Place).and_then(|p| p.territory(Label::Territory));
            told.is_none_or(|told| place.is_none_or(|place| told.places.contains(place)))
        };
        self.first([(What::Chose, trigger.as_str())], |k| match k {
            EventKind::Chose { in_: Some(in_), effects, .. } => in_ == trigger && effects.iter().any(here),
            _ => false,
        })
    }

    /// The days an event ended on, oldest first.
    pub fn ended_all<'f>(
        &'f self,
        name: &'f Name,
        place: Option<&'f Name>,
    ) -> impl Iterator<Item = Date> + 'f {
        let ended = move |e: &&Event| matches!(&e.kind, EventKind::Ended(n, p) if n == name && agrees(p.as_ref(), place));
        self.all_of(What::Ended, name.as_str()).filter(ended).map(|e| e.date)
    }

    /// The stretches an event lasted, in a place where one is asked for: first day, and the day it ended.
    pub fn stretches(&self, name: &Name, place: Option<&Name>) -> Vec<(Date, Option<Date>)> {
        let mut out: Vec<(Date, Option<Date>, Option<&Name>)> = Vec::new();
        let both = self.all_of(What::Began, name.as_str()).chain(self.all_of(What::Ended, name.as_str()));
        let mut both: Vec<&Event> = both.collect();
        both.sort_by_key(|event| (event.date, event.seq));
        for event in both {
            match &event.kind {
                EventKind::Began(n, at) if n == name && agrees(at.as_ref(), place) => {
                    out.push((event.date, None, at.as_ref()));
                }
                EventKind::Ended(n, at) if n == name && agrees(at.as_ref(), place) => {
                    // What ends in one country goes on in the others.
                    let open = out.iter_mut().rev().find(|s| s.1.is_none() && agrees(at.as_ref(), s.2));
                    if let Some(open) = open {
                        open.1 = Some(event.date);
                    }
                }
                _ => {}
            }
        }
        out.into_iter().map(|(from, to, _)| (from, to)).collect()
    }

    /// The day an option was exercised.
    pub fn exercised(&self, name: &Name) -> Option<Date> {
        self.first(
            [(What::Exercised, name.as_str())],
            |k| matches!(k, EventKind::Exercised(n, _) if n == name),
        )
    }

    /// The day of the first payment.
    pub fn paid_first(&self, name: &Name) -> Option<Date> {
        self.payments_of(name).next().map(|e| e.date)
    }

    /// The day notice was given.
    pub fn notice(&self, name: &Name) -> Option<Date> {
        self.first(
            [(What::Notice, name.as_str())],
            |k| matches!(k, EventKind::Notice(notice) if notice.of.as_ref() == Some(name)),
        )
    }

    /// The day something was told with this word: `approved`, `launched`, `terminated`.
    pub fn told(&self, word: &str, name: Option<&Name>, place: Option<&Name>) -> Option<Date> {
        self.first([(What::Told, word)], |k| match k {
            EventKind::Told { word: w, name: n, place: p, .. } => {
                w == word && agrees(n.as_ref(), name) && agrees(p.as_ref(), place)
            }
            _ => false,
        })
    }

    /// What was told with a word, oldest first.
    pub(crate) fn told_as(&self, word: &str) -> impl Iterator<Item = &'j Event> + use<'_, 'j> {
        self.all_of(What::Told, word)
    }

    /// The first day on which an entry shows that something is in a state.
    pub fn told_to_be(&self, name: &Name, state: &str, place: Option<&Name>) -> Option<Date> {
        let words = COMES_ABOUT.iter().filter(|word| shows(word, state));
        self.first(words.map(|word| (What::Told, *word)), |k| {
            matches!(k, EventKind::Told { word, name: Some(n), place: p, .. }
                if shows(word, state) && n == name && agrees(p.as_ref(), place))
        })
    }

    /// The day a first commercial sale was told as such.
    pub fn first_sale_told(&self, of: &SaleOf<'_>, payer: Option<&Name>) -> Option<Date> {
        self.first([(What::FirstSale, "")], |k| match k {
            EventKind::FirstSale { product: p, field: f, place: c, by } => {
                agrees(by.as_ref(), payer)
                    && agrees(p.as_ref(), of.product)
                    && agrees(f.as_ref(), of.field)
                    && agrees(c.as_ref(), of.place)
            }
            _ => false,
        })
    }

    /// The first sales that the reports show, worked out when first asked for.
    pub fn first_sales(&self, read: impl FnOnce(Reports<'j>) -> FirstSales) -> &FirstSales {
        self.sales.get_or_init(|| read(self.reports()))
    }

    /// The first sale of something told as such.
    pub fn first_sale_of(&self, product: Option<&Name>, place: Option<&Name>) -> Option<Date> {
        self.first([(What::FirstSale, "")], |k| match k {
            EventKind::FirstSale { product: p, place: c, .. } => {
                agrees(p.as_ref(), product) && agrees(c.as_ref(), place)
            }
            _ => false,
        })
    }
}

/// What is told agrees with what is asked: the same, or not said on one side.
pub(crate) fn agrees(told: Option<&Name>, asked: Option<&Name>) -> bool {
    match (told, asked) {
        (Some(told), Some(asked)) => told == asked,
        _ => true,
    }
}

//! The reference machine: a deal and its journal, asked as of a day and as known on a day.
//!
//! It is slow and obvious on purpose: every figure is computed from the clauses and the events, in the
//! order a royalty accountant would, and keeps its reasons.

use crate::circles::Circles;
use crate::clock::Clock;
use crate::ends::grounds::Against;
use crate::facts::Facts;
use crate::facts::sorted::{Known, KnownBy, Sorted};
use crate::in_work::InWork;
use crate::measure::{AllReports, Reports};
use crate::options::Void;
use crate::royalty::{OpenAdvances, Series, StreamOf};
use crate::runs::{Lent, Runs, Ties};
use crate::unknown::{Eval, Unknown};
use crate::windows::{Course, Kind};
use counterpart_ledger::Journal;
use counterpart_num::{BusinessCalendar, Currency, Date, Mode, Period, Rounding};
use counterpart_rights::{Ranges, Space};
use counterpart_syntax::{Diagnostic, Form};
use counterpart_terms::model::{Editions, TierKind};
use counterpart_terms::record::{Record, in_parts};
use counterpart_terms::value::Name;
use counterpart_terms::{At, Deal};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A deal with everything that is read from it once.
pub struct Machine<'d> {
    /// The deal.
    pub deal: &'d Deal,
    /// What happened.
    pub journal: Journal,
    /// The terms over time.
    pub editions: Editions,
    /// The business days of the deal's places.
    pub calendar: BusinessCalendar,
    /// What is odd about the deal as a whole.
    pub problems: Vec<Diagnostic>,
    /// What opens and closes, in the order of the text.
    pub(crate) courses: Vec<(Name, Kind)>,
    /// The clauses that say what follows, each as it stands in the terms.
    pub(crate) hosts: crate::effects::Hosts,
    /// The rights space of each edition of the terms, drawn when first asked for.
    pub(crate) spaces: RefCell<BTreeMap<Option<Date>, Rc<Space>>>,
    /// The clauses by which entries are told.
    pub(crate) told: BTreeMap<At, &'d Record>,
    /// What is known of the journal, sorted when first looked at.
    pub(crate) sorted: RefCell<BTreeMap<KnownBy, Known>>,
    /// When those entries were told that were told later than they happened.
    pub(crate) told_late: OnceCell<Vec<Date>>,
    /// Where the entries of the journal stand.
    entries: OnceCell<BTreeSet<At>>,
    /// What of that is being worked out, and as of which day.
    pub(crate) following: RefCell<BTreeSet<(Name, Date)>>,
    /// Why an exercise has no effect, by its place in the journal and the day of knowledge; `None` while it is asked.
    pub(crate) judged: RefCell<BTreeMap<(usize, Date), Option<crate::options::Judgement>>>,
    /// The breaches of a debt, each with its day, of which it is being asked whether they are paid.
    pub(crate) asked_paid: RefCell<BTreeSet<(Name, Date)>>,
    /// The tests that hang on what follows from them.
    pub(crate) circles: Circles,
    /// The tests that are being asked, by where they stand in memory, each on a day.
    pub(crate) asking: RefCell<Vec<(usize, Date)>>,
    /// Whether the agreement may be ended on a test.
    pub(crate) ends_on_tests: bool,
    /// What stands against the grounds of an end, in the same way.
    pub(crate) against: RefCell<BTreeMap<(usize, Date), Option<Against>>>,
    /// Whether what the agreement is renewed on was so at the end of a term, in the same way.
    pub(crate) renewed: RefCell<BTreeMap<crate::ends::renewal::Asked, Option<Eval<bool>>>>,
    /// Whether failures were put right, and by which sums they may be.
    pub(crate) cures: crate::cured::Known,
}

impl<'d> Machine<'d> {
    /// Prepares a deal.
    pub fn new(deal: &'d Deal) -> Machine<'d> {
        let journal = Journal::read(deal);
        let mut editions = deal.editions.clone();
        crate::ends::sums::add(&mut editions);
        crate::options::add(&mut editions);
        crate::inventions::price::add(&mut editions, &journal);
        let mut problems = journal.problems.clone();
        problems.extend(crate::not_run::money::warnings(&deal.records, &editions));
        problems.extend(crate::not_run::rights::warnings(&deal.records));
        problems.extend(crate::cured::warnings(&editions));
        problems.extend(crate::effects::warnings(&deal.records, &editions));
        let header = &editions.first().header;
        let places: Vec<&str> = header.business_days.iter().map(Name::as_str).collect();
        let (calendar, unknown) = BusinessCalendar::new(&places);
        let market = &editions.last().market;
        for missing in unknown.into_iter().filter(|u| !market.holidays.keys().any(|p| p == u.place.as_str()))
        {
            problems.push(
                Diagnostic::warning(
                    "no-holidays",
                    header.at.span(),
                    format!("the public holidays of `{}` are not known here", missing.place),
                )
                .in_file(header.at.file)
                .with_note("only Saturdays and Sundays count as days off there")
                .with_help(format!("list them: `holidays of {}` with a line of dates below", missing.place)),
            );
        }
        // The holidays of a place that is not named make no difference here.
        let stated = header.business_days.iter().filter_map(|place| market.holidays.get(place));
        let calendar = calendar.with_holidays(stated.flatten().copied());
        let courses = crate::windows::named(&editions);
        let hosts = crate::effects::Hosts::of(&editions);
        let circles = Circles::of(&editions);
        let judged = RefCell::default();
        let ends_on_tests = crate::ends::grounds::are_tested(&editions);
        let told = in_parts(&deal.records).into_iter().filter(|record| record.clause == Form::FileEntry);
        let mut machine = Machine {
            deal,
            journal,
            editions,
            calendar,
            problems,
            courses,
            hosts,
            circles,
            asking: RefCell::default(),
            spaces: RefCell::default(),
            told: told.map(|record| (record.at, record)).collect(),
            sorted: RefCell::default(),
            told_late: OnceCell::new(),
            entries: OnceCell::new(),
            following: RefCell::default(),
            judged,
            ends_on_tests,
            against: RefCell::default(),
            asked_paid: RefCell::default(),
            renewed: RefCell::default(),
            cures: crate::cured::Known::default(),
        };
        let (left_out, odd): (Vec<At>, Vec<_>) =
            crate::in_vain::no_period::findings(&machine).into_iter().unzip();
        machine.journal.events.retain(|event| !left_out.contains(&event.at));
        machine.forget();
        machine.problems.extend(odd);
        let found = machine.findings();
        machine.problems.extend(found);
        machine
    }

    /// The entries are others now.
    pub(crate) fn forget(&mut self) {
        self.spaces = RefCell::default();
        self.sorted = RefCell::default();
        self.renewed = RefCell::default();
        self.cures = crate::cured::Known::default();
        (self.told_late, self.entries) = (OnceCell::new(), OnceCell::new());
    }

    /// What is odd about the entries, by all that is known.
    fn findings(&self) -> Vec<Diagnostic> {
        let runs = Runs::new(self);
        let mut found = crate::rights::sublicence_findings(&runs);
        found.extend(crate::rights::title_findings(&runs));
        found.extend(crate::rights::assignment_findings(&runs));
        found.extend(crate::ends::in_vain::findings(&runs));
        found.extend(crate::ends::unnoticed::findings(&runs));
        found.extend(crate::inventions::taken_in_vain(&runs));
        found.extend(self.void_exercises(&runs));
        found.extend(crate::in_vain::findings(&runs));
        found.extend(crate::agenda::no_decisions(&runs));
        found.extend(crate::settle::waived_above::findings(&runs));
        found
    }

    /// Whether a clause is an entry of the journal.
    pub(crate) fn is_entry(&self, at: At) -> bool {
        let entries = || self.journal.events.iter().map(|event| event.at).collect();
        self.entries.get_or_init(entries).contains(&at)
    }

    /// The machine as of a day, as known on another.
    pub fn run(&self, as_of: Date, known_on: Date) -> Run<'_> {
        self.run_reading(as_of, known_on, TierKind::Marginal)
    }

    /// The same, with tier tables that do not say how they are meant read as said here.
    pub fn run_reading(&self, as_of: Date, known_on: Date, reading: TierKind) -> Run<'_> {
        Runs::first(self, as_of, known_on, reading)
    }

    /// The machine as of a day, tied to those of other days.
    pub(crate) fn run_tied<'m>(&'m self, as_of: Date, reading: TierKind, ties: Ties<'m>) -> Run<'m> {
        let (known_on, last) = (ties.known_on(), as_of.min(ties.horizon()));
        // Where all days are sorted together, nothing was exercised that may have no effect, nor ended on a test.
        let shared = self.sorted(last, known_on);
        let judged = shared.is_none();
        let (sorted, void, grounds) = match shared {
            Some(sorted) => (sorted, Vec::new(), Rc::default()),
            None => {
                let mut view = self.journal.view_within(as_of, known_on, ties.horizon());
                let void = self.without_void(&mut view);
                let grounds = self.grounds_of(&mut view);
                let places = self.places_of(&view.events);
                (Rc::new(Sorted::new(&self.journal.events, places)), void, grounds)
            }
        };
        let mut run = Run {
            reading,
            machine: self,
            ties,
            facts: Facts::new(&self.journal, sorted, (as_of, last), grounds),
            void,
            courses: RefCell::default(),
            reports: OnceCell::new(),
            no_reports: Reports::default(),
            series: RefCell::default(),
            settlements: RefCell::default(),
            owed: crate::settle::found::Found::default(),
            open: RefCell::default(),
            told_on: RefCell::default(),
            nettings: RefCell::default(),
            striking: RefCell::default(),
            wide_places: RefCell::default(),
            rights: crate::rights::Known::default(),
            in_work: InWork::default(),
        };
        run.facts.renewals = self.renewals_of(&run);
        if judged { run.without_failed() } else { run }
    }
}

impl<'m> Run<'m> {
    /// The machine on another day, by what is known now: what happened after the day asked about is not looked at.
    pub(crate) fn on_another_day(&self, day: Date) -> Lent<'_, 'm> {
        Runs::then(self, day, &[])
    }

    /// The machine on another day, by what was known on that day.
    pub(crate) fn as_known_on(&self, day: Date) -> Lent<'_, 'm> {
        Runs::known(self, day)
    }
}

/// Territories and groups of countries, each with its places.
pub(crate) type WidePlaces = Rc<[(String, Ranges)]>;

/// Answers as of a day.
pub struct Run<'m> {
    pub(crate) machine: &'m Machine<'m>,
    /// What ties it to the machine on other days.
    pub(crate) ties: Ties<'m>,
    pub(crate) facts: Facts<'m>,
    /// The exercises that have no effect.
    pub(crate) void: Vec<Void>,
    /// What opens and closes, each worked out once.
    pub(crate) courses: RefCell<BTreeMap<Name, Rc<Course>>>,
    /// How tiers are read that do not say whether they are marginal.
    pub(crate) reading: TierKind,
    /// The reports in force, read when first asked for.
    pub(crate) reports: OnceCell<AllReports<'m>>,
    pub(crate) no_reports: Reports<'m>,
    series: RefCell<BTreeMap<StreamOf, Rc<Series>>>,
    /// What is owed of a royalty by a payer, settled once.
    pub(crate) settlements: RefCell<BTreeMap<StreamOf, Rc<crate::settle::Settled>>>,
    /// What is owed of each payment and what settled it, found once.
    pub(crate) owed: crate::settle::found::Found,
    /// The balances of the clauses that net payments, struck once.
    pub(crate) nettings: RefCell<BTreeMap<Vec<Name>, Rc<crate::settle::netting::Struck>>>,
    /// The clauses whose balances are being struck: what they are made of is seen as it stands without them.
    pub(crate) striking: RefCell<BTreeSet<Vec<Name>>>,
    /// The day on which a metric was first reported for a period, looked for once.
    pub(crate) told_on: RefCell<BTreeMap<(Name, Period), Option<Date>>>,
    /// Advances open in the period of a royalty that is being computed.
    open: RefCell<OpenAdvances>,
    /// The territories of the deal and groups of countries on a day, the widest first.
    pub(crate) wide_places: RefCell<BTreeMap<Date, WidePlaces>>,
    /// What is known of rights.
    pub(crate) rights: crate::rights::Known,
    /// What is being computed.
    pub(crate) in_work: InWork,
}

impl<'m> Run<'m> {
    /// Days and periods.
    pub fn clock(&self) -> Clock<'_> {
        Clock {
            editions: &self.machine.editions,
            facts: &self.facts,
            calendar: &self.machine.calendar,
            measured: self,
        }
    }

    /// The business days.
    pub fn calendar(&self) -> &BusinessCalendar {
        &self.machine.calendar
    }

    /// The money of account.
    ///
    /// # Errors
    /// Where the agreement names none.
    pub fn currency(&self) -> Eval<Currency> {
        let currency = self.model_now().header.currency;
        currency.ok_or_else(|| Unknown::new("the agreement names no currency: add `currency USD` or another"))
    }

    /// How amounts due are rounded: as agreed, or to the currency's smallest unit, half to even.
    pub fn rounding(&self, currency: Currency) -> Rounding {
        let agreed = self.model_now().header.rounding.clone();
        agreed.unwrap_or_else(|| Rounding::places(currency.minor_digits(), Mode::HalfEven))
    }

    /// The first day the deal knows of. Where the effective date is not known, what was reported may be for days
    /// before anything was told.
    pub(crate) fn first_day(&self) -> Option<Date> {
        let told = self.facts.events().next().map(|e| e.date);
        let effective = self.clock().effective();
        let reported = if effective.is_none() { self.first_reported() } else { None };
        effective.into_iter().chain(told).chain(reported).min()
    }

    /// The periods of a royalty, computed once.
    ///
    /// # Errors
    /// Where it depends on itself.
    pub(crate) fn series_of(&self, name: &Name, payer: Option<&Name>) -> Eval<Rc<Series>> {
        let key = (name.clone(), payer.cloned());
        if let Some(series) = self.series.borrow().get(&key) {
            return Ok(Rc::clone(series));
        }
        let streams = crate::royalty::sharing(self, name, payer);
        let first = streams.first().map_or_else(String::new, |(name, payer)| match payer {
            Some(payer) => format!("{name} of {payer}"),
            None => name.to_string(),
        });
        let found = self.guarded(&first, || Series::of(self, &streams))?;
        let mut asked = None;
        for (stream, series) in found {
            let series = Rc::new(series);
            if stream == key {
                asked = Some(Rc::clone(&series));
            }
            self.series.borrow_mut().insert(stream, series);
        }
        asked.ok_or_else(|| Unknown::new(format!("`{name}` is no royalty")))
    }

    /// What is open of advances while a royalty's period is being computed.
    pub(crate) fn open_advances(&self) -> std::cell::RefMut<'_, OpenAdvances> {
        self.open.borrow_mut()
    }

    /// The place of a clause as text: `agreement.deal:41`.
    pub fn place(&self, at: At) -> String {
        format!("{}:{}", self.machine.deal.path(at.file), at.line)
    }
}

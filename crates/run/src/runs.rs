//! The machine on other days: what was asked on a day is not worked out again when the same day is asked about next.
//!
//! Whoever looks at a day from another looks with a *setting*: what is known, the last day that is looked at, and what is
//! being worked out meanwhile, which counts as not there or as in force. A run keeps note of how much of its setting it
//! has *looked at*, and is used again only where the setting agrees so far: so it answers as a new one would. What
//! belongs to one question is let go with it, and a run in the middle of an answer is never used for another.

use crate::circles::Circle;
use crate::engine::{Machine, Run};
use crate::rights::Open;
use counterpart_num::Date;
use counterpart_terms::model::TierKind;
use counterpart_terms::value::Name;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::rc::{Rc, Weak};

/// So many entries of the journal are held by all runs together, each by every run that sees it.
const MOST_ENTRIES: usize = 4_000_000;
/// More runs of one day than this are not kept: they differ in their setting.
const MOST_OF_A_DAY: usize = 8;

/// What a run is looked at with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// What was known on this day counts.
    pub known_on: Date,
    /// What happened after this day is not looked at.
    pub horizon: Date,
    /// A test is asked that hangs on what follows from it: such tests are asked of the days before alone.
    looks_back: bool,
    /// The courses that are being followed, each on a day: they hang on themselves.
    following: BTreeSet<(Name, Date)>,
    /// The exercises and ends that are being judged, by their place in the journal: they do not count yet.
    judging: Vec<usize>,
    /// The rights that are being drawn: they are taken as in force.
    drawing: Vec<Open>,
}

/// How much of its setting a run has looked at.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    /// No day later than this.
    last: Date,
    /// At these rights alone.
    rights: BTreeSet<Name>,
}

/// What ties a run to those of other days.
pub(crate) struct Ties<'m> {
    runs: Others<'m>,
    setting: RefCell<Setting>,
    looked: RefCell<Looked>,
    /// It is in the middle of an answer.
    lent: Cell<bool>,
}

/// The runs of other days: held by whoever asks first, known to those that are kept.
enum Others<'m> {
    Held(Rc<Runs<'m>>),
    Known(Weak<Runs<'m>>),
}

impl Ties<'_> {
    pub fn known_on(&self) -> Date {
        self.setting.borrow().known_on
    }

    pub fn horizon(&self) -> Date {
        self.setting.borrow().horizon
    }

    /// Whether a test is asked that hangs on what follows from it.
    pub fn looks_back(&self) -> bool {
        self.setting.borrow().looks_back
    }

    /// How much of its setting was looked at by now.
    pub fn looked(&self) -> Looked {
        self.looked.borrow().clone()
    }

    /// What was looked at for it by another.
    pub fn has_looked(&self, looked: &Looked) {
        let mut mine = self.looked.borrow_mut();
        mine.last = mine.last.max(looked.last);
        for right in &looked.rights {
            if !mine.rights.contains(right) {
                mine.rights.insert(right.clone());
            }
        }
    }

    /// A right is looked at.
    pub fn look_at(&self, right: &Name) {
        let mut looked = self.looked.borrow_mut();
        if !looked.rights.contains(right) {
            looked.rights.insert(right.clone());
        }
    }
}

/// The runs of one day, each with a setting of its own.
type OfADay<'m> = Vec<Rc<Run<'m>>>;

/// Days that were found as seen from a day, as known on another.
type SeenFrom = (Date, Date, Rc<[Date]>);

/// The runs that are kept.
pub(crate) struct Runs<'m> {
    /// Of what.
    pub machine: &'m Machine<'m>,
    kept: RefCell<BTreeMap<(Date, bool), OfADay<'m>>>,
    count: Cell<usize>,
    entries: OnceCell<Entries>,
    /// The days on which the tests of a circle may turn by what stands outside of it, as seen from a day, as known on another.
    turns: RefCell<BTreeMap<usize, SeenFrom>>,
}

impl<'m> Runs<'m> {
    /// None yet.
    pub fn new(machine: &'m Machine<'m>) -> Rc<Runs<'m>> {
        Rc::new(Runs {
            machine,
            kept: RefCell::default(),
            count: Cell::new(0),
            entries: OnceCell::new(),
            turns: RefCell::default(),
        })
    }

    /// A run of its own on a day, which keeps those of other days.
    pub fn first(machine: &'m Machine<'m>, day: Date, known_on: Date, reading: TierKind) -> Run<'m> {
        let runs = Runs::new(machine);
        let setting = runs.setting((known_on, day), &[]);
        machine.run_tied(day, reading, runs.ties(day, setting, true))
    }

    /// A run on a day, as known on another, for one question.
    pub fn on<'r>(self: &Rc<Self>, day: Date, known_on: Date) -> Lent<'r, 'm> {
        self.read_as(day, known_on, TierKind::Marginal)
    }

    /// The same, with tier tables that do not say how they are meant read as said here.
    pub fn read_as<'r>(self: &Rc<Self>, day: Date, known_on: Date, reading: TierKind) -> Lent<'r, 'm> {
        self.lend(day, reading, self.setting((known_on, day), &[]), None)
    }

    /// A run on a day, as known on that day, for one question of another run.
    pub fn known<'r>(run: &'r Run<'m>, day: Date) -> Lent<'r, 'm> {
        let runs = Runs::of(run);
        let mut setting = runs.setting((day, day), &[]);
        setting.looks_back = run.ties.looks_back();
        runs.lend(day, run.reading, setting, None)
    }

    /// The days on which the tests of a circle may turn by what stands outside of it: as they were found, where that was from no
    /// earlier a day and with all that is known.
    pub fn turns_of(
        &self,
        circle: &Rc<Circle>,
        (as_of, known_on): (Date, Date),
        find: impl FnOnce() -> Vec<Date>,
    ) -> Rc<[Date]> {
        let key = Rc::as_ptr(circle).addr();
        if let Some((day, known, found)) = self.turns.borrow().get(&key)
            && as_of <= *day
            && known_on <= *known
        {
            return Rc::clone(found);
        }
        let found: Rc<[Date]> = find().into();
        self.turns.borrow_mut().insert(key, (as_of, known_on, Rc::clone(&found)));
        found
    }

    /// Those a run belongs to.
    pub fn of(run: &Run<'m>) -> Rc<Runs<'m>> {
        match &run.ties.runs {
            Others::Held(runs) => Rc::clone(runs),
            Others::Known(runs) => runs.upgrade().unwrap_or_else(|| Runs::new(run.machine)),
        }
    }

    /// A run on a day for one question of another run, which is drawing some rights.
    pub fn then<'r>(run: &'r Run<'m>, day: Date, drawing: &[Open]) -> Lent<'r, 'm> {
        Runs::looking_back(run, day, drawing, false)
    }

    /// The same, for a test that hangs on what follows from it, where it is one.
    pub fn looking_back<'r>(run: &'r Run<'m>, day: Date, drawing: &[Open], is_one: bool) -> Lent<'r, 'm> {
        let runs = Runs::of(run);
        let setting = runs.setting_of(run, drawing, is_one);
        runs.lend(day, run.reading, setting, Some(run))
    }

    /// With what a run looks at another day.
    pub fn setting_of(&self, run: &Run<'m>, drawing: &[Open], looks_back: bool) -> Setting {
        let setting = self.setting((run.ties.known_on(), run.ties.horizon()), drawing);
        Setting { looks_back: looks_back || run.ties.looks_back(), ..setting }
    }

    fn lend<'r>(
        self: &Rc<Self>,
        day: Date,
        reading: TierKind,
        setting: Setting,
        by: Option<&'r Run<'m>>,
    ) -> Lent<'r, 'm> {
        let key = (day, reading == TierKind::Whole);
        let fits = |run: &&Rc<Run<'m>>| !run.ties.lent.get() && self.fit(&run.ties, &setting);
        let found = self.kept.borrow().get(&key).and_then(|all| all.iter().find(fits).cloned());
        let run = match found {
            Some(run) => {
                run.rights.draw_only(&setting.drawing);
                *run.ties.setting.borrow_mut() = setting;
                run
            }
            None => {
                let drawing = setting.drawing.clone();
                let ties = self.ties(day, setting, false);
                let run = Rc::new(self.machine.run_tied(day, reading, ties));
                run.rights.draw_only(&drawing);
                self.keep(key, &run);
                run
            }
        };
        run.ties.lent.set(true);
        Lent { run, by }
    }

    /// Whether a run would be the same in another setting.
    fn fit(&self, ties: &Ties<'m>, setting: &Setting) -> bool {
        self.agree(&ties.setting.borrow(), &ties.looked.borrow(), setting)
    }

    /// Whether all that was looked at in one setting is the same in another.
    pub fn agree(&self, old: &Setting, looked: &Looked, setting: &Setting) -> bool {
        if old == setting {
            return true;
        }
        fn until(of: &Setting, last: Date) -> impl Iterator<Item = &(Name, Date)> {
            of.following.iter().filter(move |(_, day)| *day <= last)
        }
        let held = |of: &Setting, name: &Name| {
            of.drawing.iter().find(|open| open.name == *name).map(|open| open.way)
        };
        let seen = |of: &Setting| {
            let entries = self.entries.get_or_init(|| Entries::of(self.machine));
            entries.seen(looked.last.min(of.horizon), of.known_on)
        };
        old.judging == setting.judging
            && old.looks_back == setting.looks_back
            && until(old, looked.last).eq(until(setting, looked.last))
            && old
                .drawing
                .iter()
                .chain(&setting.drawing)
                .map(|open| &open.name)
                .all(|name| !looked.rights.contains(name) || held(old, name) == held(setting, name))
            && ((old.known_on, old.horizon) == (setting.known_on, setting.horizon)
                || seen(old) == seen(setting))
    }

    fn keep(&self, key: (Date, bool), run: &Rc<Run<'m>>) {
        let mut kept = self.kept.borrow_mut();
        let most = (MOST_ENTRIES / (self.machine.journal.events.len() + 100)).max(64);
        if self.count.get() >= most {
            kept.clear();
            self.count.set(0);
        }
        let all = kept.entry(key).or_default();
        if all.len() < MOST_OF_A_DAY {
            all.push(Rc::clone(run));
            self.count.set(self.count.get() + 1);
        }
    }

    fn setting(&self, (known_on, horizon): (Date, Date), drawing: &[Open]) -> Setting {
        let (judged, against) = (self.machine.judged.borrow(), self.machine.against.borrow());
        let judging = judged.iter().filter(|(_, why)| why.is_none()).map(|((seq, _), _)| *seq);
        let ends = against.iter().filter(|(_, why)| why.is_none()).map(|((seq, _), _)| *seq);
        let judging = judging.chain(ends).collect();
        Setting {
            known_on,
            horizon,
            looks_back: false,
            following: self.machine.following.borrow().clone(),
            judging,
            drawing: drawing.to_vec(),
        }
    }

    fn ties(self: &Rc<Self>, day: Date, setting: Setting, own: bool) -> Ties<'m> {
        Ties {
            runs: if own { Others::Held(Rc::clone(self)) } else { Others::Known(Rc::downgrade(self)) },
            setting: RefCell::new(setting),
            looked: RefCell::new(Looked { last: day, rights: BTreeSet::new() }),
            lent: Cell::new(false),
        }
    }
}

/// A run for one question.
pub(crate) struct Lent<'r, 'm> {
    run: Rc<Run<'m>>,
    /// By whom it is asked.
    by: Option<&'r Run<'m>>,
}

impl<'m> Deref for Lent<'_, 'm> {
    type Target = Run<'m>;

    fn deref(&self) -> &Run<'m> {
        &self.run
    }
}

impl Drop for Lent<'_, '_> {
    /// What it looked at, whoever asked has looked at too.
    fn drop(&mut self) {
        self.run.ties.lent.set(false);
        let Some(by) = self.by else { return };
        if self.run.circles() > 0 {
            by.goes_in_a_circle();
        }
        by.ties.has_looked(&self.run.ties.looked.borrow());
    }
}

/// When the entries of a journal happened and were known.
struct Entries {
    /// The days of those known on the day they happened, oldest first.
    at_once: Vec<Date>,
    /// The others: happened, known.
    apart: Vec<(Date, Date)>,
}

impl Entries {
    fn of(machine: &Machine<'_>) -> Entries {
        let (at_once, apart) = machine.journal.events.iter().partition::<Vec<_>, _>(|e| e.date == e.known);
        Entries {
            at_once: at_once.into_iter().map(|e| e.date).collect(),
            apart: apart.into_iter().map(|e| (e.date, e.known)).collect(),
        }
    }

    /// What is seen of what happened by a day, as known on another: two such views are the same where this is.
    fn seen(&self, last: Date, known_on: Date) -> (usize, Option<Date>, Option<Date>) {
        let seen = || self.apart.iter().filter(|(date, known)| *date <= last && *known <= known_on);
        let at_once = self.at_once.partition_point(|date| *date <= last.min(known_on));
        (at_once, seen().map(|(date, _)| *date).max(), seen().map(|(_, known)| *known).max())
    }
}

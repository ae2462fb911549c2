//! The entries of a journal sorted by what they are, once for all days on which it is looked at.
//!
//! What had happened by a day is the beginning of what has happened by any later one, as long as the same is known of
//! both. So the machine sorts what is known once, and a run takes of each list what lies before its own day. Where an
//! entry counts on one day and not on the next, as one told before the agreement was signed, or an exercise that waited
//! in vain, a run sorts what it sees for itself.

use crate::engine::Machine;
use crate::facts::happened::Happened;
use counterpart_ledger::{Event, EventKind, Heirs};
use counterpart_num::Date;
use counterpart_terms::value::Name;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where entries stand in the journal, oldest first.
pub(crate) type Places = Vec<usize>;

/// Entries by what they are.
#[derive(Default)]
pub(crate) struct Sorted {
    /// All of them.
    pub all: Places,
    /// All but reports, payments, and rates of exchange, of which a journal may have very many.
    pub happened: Places,
    pub payments: Places,
    pub rates: Places,
    /// The reports of each metric, corrections among them.
    pub reported: BTreeMap<Name, Places>,
    /// The estimates of each metric.
    pub estimated: BTreeMap<Name, Places>,
    /// What was paid on each payment.
    pub paid: BTreeMap<Name, Places>,
    /// What happened, by what it is and what it is about: sorted when first looked for.
    by: OnceCell<Happened>,
    /// Who came into whose place: read when first asked for.
    heirs: OnceCell<Heirs>,
}

impl Sorted {
    /// Of some entries of a journal.
    pub fn new(events: &[Event], all: Places) -> Sorted {
        let mut out = Sorted::default();
        for (at, event) in all.iter().filter_map(|at| Some((*at, events.get(*at)?))) {
            match &event.kind {
                EventKind::Reported { metric, .. } => add(&mut out.reported, metric, at),
                EventKind::Estimated { metric, .. } => add(&mut out.estimated, metric, at),
                EventKind::Paid { stream, .. } => {
                    out.payments.push(at);
                    add(&mut out.paid, stream, at);
                }
                EventKind::Rate { .. } => out.rates.push(at),
                _ => out.happened.push(at),
            }
        }
        out.all = all;
        out
    }

    /// What happened, by what it is.
    pub fn by(&self, events: &[Event]) -> &Happened {
        self.by.get_or_init(|| Happened::new(events, &self.happened))
    }

    /// Who came into whose place, on whichever day.
    pub fn heirs(&self, events: &[Event]) -> &Heirs {
        self.heirs.get_or_init(|| Heirs::told(self.happened.iter().filter_map(|at| events.get(*at))))
    }
}

fn add(all: &mut BTreeMap<Name, Places>, name: &Name, at: usize) {
    match all.get_mut(name) {
        Some(of) => of.push(at),
        None => {
            all.insert(name.clone(), vec![at]);
        }
    }
}

/// What is known of a journal, as far as it makes a difference to what is seen of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum KnownBy {
    /// All that happened by then, but for those of the entries told later than they happened which are not among so many
    /// that were told first.
    Then(usize),
    /// What was told by this day, which comes before the last day that is looked at.
    Day(Date),
}

/// What is known of a journal, sorted.
pub(crate) struct Known {
    /// From this day on what is seen on a day is the beginning of this; on none where that cannot be said.
    from: Option<Date>,
    sorted: Rc<Sorted>,
}

impl Machine<'_> {
    /// What is seen of the journal up to a day, as known on another: sorted for all days where it may be. Of what is
    /// given back the run looks at nothing that happened after the day.
    pub(crate) fn sorted(&self, last: Date, known_on: Date) -> Option<Rc<Sorted>> {
        let key = match known_on < last {
            true => KnownBy::Day(known_on),
            false => KnownBy::Then(self.told_late().partition_point(|known| *known <= known_on)),
        };
        let mut all = self.sorted.borrow_mut();
        let known = all.entry(key).or_insert_with(|| self.sort(key));
        known.from.filter(|from| *from <= last).map(|_| Rc::clone(&known.sorted))
    }

    /// When those entries were told that were told later than they happened, the first first.
    fn told_late(&self) -> &[Date] {
        self.told_late.get_or_init(|| {
            let late = self.journal.events.iter().filter(|event| event.known != event.date);
            let mut known: Vec<Date> = late.map(|event| event.known).collect();
            known.sort_unstable();
            known
        })
    }

    fn sort(&self, key: KnownBy) -> Known {
        let last_late = match key {
            KnownBy::Then(count) => count.checked_sub(1).and_then(|at| self.told_late().get(at).copied()),
            KnownBy::Day(day) => Some(day),
        };
        let seen = |event: &Event| match key {
            KnownBy::Then(_) => {
                event.known == event.date || last_late.is_some_and(|last| event.known <= last)
            }
            KnownBy::Day(day) => event.known <= day,
        };
        let events = &self.journal.events;
        // Whether an exercise counts, or an end on a test, is judged for each day.
        let judged = events.iter().any(|event| {
            let exercised = matches!(event.kind, EventKind::Exercised(..));
            exercised || self.ends_on_tests && crate::ends::grounds::is_an_end(event)
        });
        let (all, from) = self.journal.seen_from(seen);
        Known { from: (!judged).then_some(from), sorted: Rc::new(Sorted::new(events, all)) }
    }

    /// Where some of the entries stand, which are in their order.
    pub(crate) fn places_of(&self, some: &[&Event]) -> Places {
        let mut some = some.iter().peekable();
        let all = self.journal.events.iter().enumerate();
        all.filter(|(_, event)| some.next_if(|next| std::ptr::eq(**next, *event)).is_some())
            .map(|(at, _)| at)
            .collect()
    }
}

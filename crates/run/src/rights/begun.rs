//! Since when an event lasts, and until when: as the journal tells, or as a trigger began it.
//!
//! Whoever asks when something began or ended asks here: tests, moments, windows, options, payments and ends. What a trigger
//! may have begun is in doubt for as long as it may last. What is known of each event is found once for a day.

use super::days::DaysSo;
use crate::circles::names_in;
use crate::clock::{Focus, When};
use crate::condition::single;
use crate::effects::Came;
use crate::engine::Run;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_num::Date;
use counterpart_rights::{Ranges, day};
use counterpart_terms::model::{Change, Effect, Trigger};
use counterpart_terms::value::{Condition, Name, Territory, Value};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A stretch that an event lasted, or may have.
#[derive(Debug, Clone)]
pub(crate) struct Stretch {
    /// The first day; of one that may have begun on any of several days the first of them.
    pub from: Date,
    /// The day on which it ended: it did not last on that day any more.
    pub to: Option<Date>,
    /// Why it cannot be said whether it lasted.
    pub doubt: Option<Unknown>,
    /// What a trigger that began it made of it; none where the journal tells of it.
    pub set_off: Option<SetOff>,
}

/// How a trigger began an event.
#[derive(Debug, Clone)]
pub(crate) struct SetOff {
    /// The country it was begun in, where that is one.
    pub place: Option<Name>,
    /// The trigger and the day, in words.
    pub cause: String,
    /// The trigger.
    pub at: counterpart_terms::At,
}

impl Stretch {
    /// Whether it covers a day.
    pub fn holds(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on < to)
    }

    /// The days on which it has lasted up to a day, where it must, or all of them. What ends on the very day has lasted so
    /// long on that day, and on no other.
    fn days_once(&self, long_enough: Option<Date>) -> DaysSo {
        let days = match long_enough {
            None => self.days(),
            Some(long) if self.to == Some(long) => Ranges::one(day(long)),
            Some(long) => self.days().less(&Ranges::of(0, day(long))),
        };
        match &self.doubt {
            None => DaysSo::sure(days),
            Some(why) => DaysSo { yes: Ranges::none(), doubt: vec![(days, why.clone())] },
        }
    }

    fn days(&self) -> Ranges {
        Ranges::of(day(self.from), self.to.map_or(u32::MAX, day))
    }
}

/// The days on which one of some stretches lasted.
pub(crate) fn days_of(stretches: &[Stretch]) -> DaysSo {
    let mut out = DaysSo::default();
    for stretch in stretches {
        match &stretch.doubt {
            None => out.yes = out.yes.or(&stretch.days()),
            Some(why) => out.doubt.push((stretch.days(), why.clone())),
        }
    }
    out
}

impl Run<'_> {
    /// The stretches an event lasted, or may have, in a place where one is asked for: the oldest first.
    pub(crate) fn stretches(&self, name: &Name, place: Option<&Name>) -> Rc<Vec<Stretch>> {
        let found = &self.rights.found;
        if !found.chained.get() && !found.stretches.borrow().contains_key(&(name.clone(), None)) {
            // What it hangs on first, so that a long chain is not asked for from its end.
            found.chained.set(true);
            for name in self.sets_off(name) {
                self.stretches_in(&name, None);
            }
            found.chained.set(false);
        }
        self.stretches_in(name, place)
    }

    fn stretches_in(&self, name: &Name, place: Option<&Name>) -> Rc<Vec<Stretch>> {
        let key = (name.clone(), place.cloned());
        self.kept(&self.rights.found.stretches, key, || Rc::new(self.find_stretches(name, place)))
    }

    /// The events that the tests of the triggers name which begin an event, and so on: each after those it
    /// hangs on.
    fn sets_off(&self, name: &Name) -> Vec<Name> {
        let named_by = |name: &Name| {
            let mut names = Vec::new();
            for trigger in self.triggers_that_begin(name) {
                trigger.when.iter().chain(&trigger.excused).for_each(|test| names_in(test, &mut names));
            }
            names
        };
        let (mut seen, mut out) = (BTreeSet::from([name.clone()]), Vec::new());
        let mut stack = vec![(name.clone(), named_by(name))];
        while let Some((_, next)) = stack.last_mut() {
            match next.pop() {
                Some(other) if seen.insert(other.clone()) => {
                    let names = named_by(&other);
                    stack.push((other, names));
                }
                Some(_) => {}
                None => out.extend(stack.pop().map(|(name, _)| name)),
            }
        }
        out.pop();
        out
    }

    /// The triggers that begin something, in whichever terms.
    pub(crate) fn triggers_that_begin(&self, name: &Name) -> impl Iterator<Item = &Trigger> {
        self.triggers_among(self.machine.hosts.on(name))
            .map(|(_, trigger)| trigger)
            .filter(move |trigger| trigger.then.iter().any(|effect| begins(effect, name)))
    }

    fn find_stretches(&self, name: &Name, place: Option<&Name>) -> Vec<Stretch> {
        let told = self.facts.stretches(name, place).into_iter();
        let mut out: Vec<Stretch> =
            told.map(|(from, to)| Stretch { from, to, doubt: None, set_off: None }).collect();
        if !self.may_be_set_off(name) {
            return out;
        }
        let begins = |effect: &Value| begins(effect, name);
        let found = self.guarded(&format!("since when `{name}` lasts"), || Ok(self.came_on(name, &begins)));
        // What a party chose begins no event, nor does a clause without a test.
        let begun = |came: &Came| came.by_trigger && came.chosen.is_none();
        match found {
            Ok(all) => out.extend(all.into_iter().filter(begun).filter_map(|came| {
                let here = |tested: &Name| place.is_none_or(|place| tested == place);
                came.place.as_ref().is_none_or(here).then(|| self.stretch_of(came, (name, place)))
            })),
            Err(why) => out.push(Stretch {
                from: self.first_day().unwrap_or(Date::MIN),
                to: None,
                doubt: Some(why),
                set_off: None,
            }),
        }
        out.sort_by_key(|stretch| (stretch.from, stretch.to));
        out
    }

    fn stretch_of(&self, came: Came, (name, place): (&Name, Option<&Name>)) -> Stretch {
        // What may have begun later may have begun after it was told to have ended.
        let mut told = self.facts.ended_all(name, place).filter(|_| !came.later);
        let told = told.find(|end| *end >= came.from);
        let over = came.until.and_then(Date::next_day);
        Stretch {
            from: came.from,
            to: told.into_iter().chain(over).min(),
            // That a report is missing does not mean that nothing began.
            doubt: came.doubt.map(|why| Unknown { gap: Gap::Missing, ..why }),
            set_off: Some(SetOff { place: came.place, cause: came.cause, at: came.host }),
        }
    }

    /// The days on which an event lasts.
    pub(crate) fn days_it_lasts(&self, name: &Name, place: Option<&Name>) -> DaysSo {
        days_of(&self.stretches(name, place))
    }

    /// The days on which a test on events holds that effects may begin: they are those of the events. `None` of any other
    /// test, and of one that hangs on what follows from it.
    pub(super) fn days_of_what_is_set_off(&self, test: &Condition, focus: &Focus) -> Option<DaysSo> {
        let place =
            |territory: &Option<Territory>| single(territory.as_ref()).or_else(|| focus.place.clone());
        let known = |name: &Name| self.may_be_set_off(name) && !self.machine.circles.contain(test);
        match test {
            Condition::Happens(event) if known(&event.name) => {
                let stretches = self.stretches(&event.name, place(&event.territory).as_ref());
                (!stretches.is_empty()).then(|| days_of(&stretches))
            }
            Condition::State { name, state, not, territory, by: None }
                if state == "running" && known(name) && !self.runs_as_clause(name, state) =>
            {
                let days = self.days_it_lasts(name, place(territory).as_ref());
                Some(if *not { days.not() } else { days })
            }
            Condition::Lasts { events, lasting } if events.iter().any(|event| known(&event.name)) => {
                let mut out = DaysSo::default();
                for event in events {
                    for stretch in self.stretches(&event.name, place(&event.territory).as_ref()).iter() {
                        let long = lasting.as_ref().map(|long| self.clock().shift(stretch.from, long, false));
                        match long.transpose() {
                            Ok(long) => out = out.or(stretch.days_once(long)),
                            Err(why) => out.doubt.push((stretch.days(), why)),
                        }
                    }
                }
                Some(out)
            }
            _ => None,
        }
    }

    /// Whether a clause says that something of this name begins, or may.
    fn may_be_set_off(&self, name: &Name) -> bool {
        self.machine.hosts.on(name).next().is_some()
    }

    /// Whether an event has begun by a day.
    ///
    /// # Errors
    /// Where it may have, and no more.
    pub(crate) fn has_begun(&self, name: &Name, place: Option<&Name>, by: Date) -> Eval<bool> {
        let all = self.stretches(name, place);
        any(all.iter().filter(|stretch| stretch.from <= by))
    }

    /// Whether an event has ended by a day.
    ///
    /// # Errors
    /// Where it may have, and no more.
    pub(crate) fn has_stopped(&self, name: &Name, place: Option<&Name>, by: Date) -> Eval<bool> {
        let all = self.stretches(name, place);
        any(all.iter().filter(|stretch| stretch.to.is_some_and(|to| to <= by)))
    }

    /// The day on which an event first began.
    ///
    /// # Errors
    /// Where it may have begun before it surely did.
    pub(crate) fn first_began(&self, name: &Name, place: Option<&Name>) -> Eval<When> {
        first(self.stretches(name, place).iter().map(|stretch| (stretch.from, stretch.doubt.as_ref())))
    }

    /// The day on which an event first ended.
    ///
    /// # Errors
    /// Where it may have ended before it surely did.
    pub(crate) fn first_ended(&self, name: &Name, place: Option<&Name>) -> Eval<When> {
        let told = self.facts.ended(name, place).map(|day| (day, None));
        let all = self.stretches(name, place);
        let over = all.iter().filter_map(|stretch| Some((stretch.to?, stretch.doubt.as_ref())));
        first(told.into_iter().chain(over.filter(|(day, _)| *day <= self.facts.as_of())))
    }
}

/// Whether an effect begins something.
fn begins(effect: &Value, name: &Name) -> bool {
    let effect = Effect::read(effect).filter(|effect| effect.name.as_ref() == Some(name));
    effect.is_some_and(|effect| matches!(effect.change, Change::Begins))
}

/// Whether one of some stretches surely is.
fn any<'s>(stretches: impl Iterator<Item = &'s Stretch>) -> Eval<bool> {
    let mut unknown = None;
    for stretch in stretches {
        match &stretch.doubt {
            None => return Ok(true),
            Some(why) => unknown = Some(why.clone()),
        }
    }
    unknown.map_or(Ok(false), Err)
}

/// The first of some days; or why it is not known, where one in doubt comes before every sure one.
fn first<'u>(days: impl Iterator<Item = (Date, Option<&'u Unknown>)>) -> Eval<When> {
    match days.min_by_key(|(day, doubt)| (*day, doubt.is_some())) {
        None => Ok(When::NotYet),
        Some((day, None)) => Ok(When::On(day)),
        Some((_, Some(why))) => Err(why.clone()),
    }
}

//! Tests that hang on what follows from them: a window that opens when royalties are low, and whose end changes the rate they
//! are earned at.
//!
//! A clause hangs on what it names and on every clause whose effects name it. Where that comes back to where it began, a test
//! in the circle looks at what is known of the days before: what follows from it counts from the next day on. `ask_test` asks
//! so; which tests stand in a circle follows from the text alone and is found once, here.

mod net;

use crate::engine::Run;
use crate::royalty::measures;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::model::Editions;
use counterpart_terms::value::{Amount, Condition, Name};
use net::Net;
use std::collections::BTreeMap;
use std::rc::Rc;

/// So many tests may wait for one another. No text that is meant hangs so deep, and a chain that does not end is one of
/// these.
const MOST_WAITING: usize = 40;
/// So often may a test wait for itself on one day: what is asked meanwhile may differ.
const MOST_AGAIN: usize = 2;

/// What a figure of payments is of that names none.
const EVERY_ROYALTY: &str = "every royalty";

/// The tests of a deal that hang on what follows from them, by the names they are on.
#[derive(Debug, Default)]
pub(crate) struct Circles(BTreeMap<Vec<Name>, Vec<(Condition, Rc<Circle>)>>);

/// A circle: the tests in it turn together. The triggers it hangs on may turn them on days of which nothing is told.
#[derive(Debug, Default)]
pub(crate) struct Circle {
    /// The tests.
    pub tests: Vec<Condition>,
    /// Those that hang on nothing in a circle.
    pub from_outside: Vec<Name>,
    /// Those in a circle whose effects come later than their fact, or that have days of their own.
    pub later: Vec<Name>,
}

impl Circles {
    /// Those of a text.
    pub fn of(editions: &Editions) -> Circles {
        let net = Net::of(editions, &|_| true);
        // How exclusive a right is has days of its own, also in a circle, where another test in it is asked day by day.
        let rights = Net::of(editions, &is_on_rights);
        let (parts, of_rights) = (net.circles(), rights.circles());
        let mut found: BTreeMap<Vec<Name>, Vec<(Condition, usize)>> = BTreeMap::new();
        let mut circles: BTreeMap<usize, Circle> = BTreeMap::new();
        for (node, (tests, _)) in net.tests.iter().enumerate() {
            let Some(part) = parts.get(node).copied().flatten() else { continue };
            for test in tests {
                let mut names = Vec::new();
                names_in(test, &mut names);
                let on_rights = matches!(test, Condition::Graded { .. });
                let stands = names.iter().any(|name| match on_rights {
                    true => rights.part_of(name, &of_rights).is_some(),
                    false => net.part_of(name, &parts) == Some(part),
                });
                let known = found.entry(names).or_default();
                if stands && !known.iter().any(|(known, _)| known == *test) {
                    let circle = circles.entry(part).or_insert_with(|| net.circle(part, &parts, editions));
                    circle.tests.push((*test).clone());
                    known.push(((*test).clone(), part));
                }
            }
        }
        let circles: BTreeMap<usize, Rc<Circle>> =
            circles.into_iter().map(|(part, circle)| (part, Rc::new(circle))).collect();
        let of = |(test, part): (Condition, usize)| Some((test, Rc::clone(circles.get(&part)?)));
        let named = found.into_iter().filter(|(_, tests)| !tests.is_empty());
        Circles(named.map(|(names, tests)| (names, tests.into_iter().filter_map(of).collect())).collect())
    }

    /// Whether a test, or one of those it is joined of, hangs on what follows from it.
    pub fn contain(&self, test: &Condition) -> bool {
        if self.0.is_empty() {
            return false;
        }
        match test {
            Condition::All(all) | Condition::Any(all) => all.iter().any(|one| self.contain(one)),
            Condition::Not(inner) => self.contain(inner),
            _ => self.of_test(test).is_some(),
        }
    }

    /// The circle a single test stands in; none where it stands in none.
    pub fn of_test(&self, test: &Condition) -> Option<&Rc<Circle>> {
        let mut names = Vec::new();
        names_in(test, &mut names);
        self.0.get(&names)?.iter().find(|(known, _)| known == test).map(|(_, circle)| circle)
    }
}

impl Run<'_> {
    /// Asks for a test as of a day. One that hangs on what follows from it looks at what is known of the days before.
    ///
    /// # Errors
    /// Where it hangs on itself all the same.
    pub(crate) fn ask_test<T>(
        &self,
        (test, on): (&Condition, Date),
        ask: impl FnOnce(&Run<'_>) -> Eval<T>,
    ) -> Eval<T> {
        let waiting = (std::ptr::from_ref(test).addr(), on);
        let waits = {
            let all = self.machine.asking.borrow();
            all.len() >= MOST_WAITING || all.iter().filter(|other| **other == waiting).count() >= MOST_AGAIN
        };
        if waits {
            self.goes_in_a_circle();
            return Err(Unknown::new("whether a test holds hangs on what follows from it"));
        }
        self.machine.asking.borrow_mut().push(waiting);
        let answer = self.ask_as(on, self.machine.circles.contain(test), ask);
        self.machine.asking.borrow_mut().pop();
        answer
    }

    /// Whether a test may not be asked of a day, because what is asked now follows from it on that day.
    pub(crate) fn is_too_soon(&self, test: &Condition, on: Date) -> bool {
        self.ties.looks_back() && on >= self.facts.as_of() && self.machine.circles.contain(test)
    }
}

/// The names a test is on.
pub(crate) fn names_in(test: &Condition, out: &mut Vec<Name>) {
    match test {
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| names_in(one, out)),
        Condition::Not(inner) => names_in(inner, out),
        Condition::Compare { left, right, .. } => {
            of_amount(left, out);
            of_amount(right, out);
        }
        Condition::Nil { left, .. } => of_amount(left, out),
        Condition::State { name, by, .. } => {
            out.push(name.clone());
            out.extend(by.iter().flat_map(|by| by.events().into_iter().cloned()));
        }
        Condition::Graded { name, .. } => out.push(name.clone()),
        Condition::Lasts { events, .. } => out.extend(events.iter().map(|e| e.name.clone())),
        Condition::Happens(event) => out.push(event.name.clone()),
        Condition::After(moment) | Condition::Before(moment) => {
            out.extend(moment.events().into_iter().cloned());
        }
        Condition::Other(parts) => {
            out.extend(parts.names(Label::What));
            out.extend(parts.names(Label::Clause));
        }
        _ => {}
    }
}

/// Whether a test is on the days of a right, which are known as a whole.
fn is_on_rights(test: &Condition) -> bool {
    match test {
        Condition::Graded { .. } => true,
        Condition::State { state, by: None, .. } => matches!(state.as_str(), "in force" | "ended" | "lapsed"),
        _ => false,
    }
}

/// The names an amount is measured by.
pub(crate) fn of_amount(amount: &Amount, out: &mut Vec<Name>) {
    measures(amount, &mut |m| {
        out.extend(m.names.iter().chain(&m.of).cloned());
        if m.names.is_empty() && m.quantity.is_some() {
            out.push(Name::from(EVERY_ROYALTY));
        }
    });
}

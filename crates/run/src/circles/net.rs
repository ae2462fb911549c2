//! What hangs on what by the text alone: clauses on those they name, and on those whose effects name them; and which of them
//! hang on themselves.

use super::{Circle, EVERY_ROYALTY, names_in, of_amount};
use crate::effects::talked_about;
use crate::windows::title;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Editions;
use counterpart_terms::record::{Key, Parts, Record};
use counterpart_terms::value::{Condition, Moment, Name, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What hangs on what: clauses, by their names where they have any.
#[derive(Default)]
pub(super) struct Net<'d> {
    known: BTreeMap<Name, usize>,
    /// On which others each hangs.
    on: Vec<BTreeSet<usize>>,
    /// The tests in each, and whether it is a clause that the agreement hangs on as a whole.
    pub tests: Vec<(Vec<&'d Condition>, bool)>,
    /// Who somebody is, and where, follows from nothing.
    still: BTreeSet<Name>,
}

/// What one clause says of others.
#[derive(Default)]
struct Said<'d> {
    tests: Vec<&'d Condition>,
    /// What its effects are on.
    acts_on: Vec<Name>,
    /// What else it names.
    names: Vec<Name>,
}

impl<'d> Net<'d> {
    /// Of a text, as far as tests go that are followed.
    pub fn of(editions: &'d Editions, through: &dyn Fn(&Condition) -> bool) -> Net<'d> {
        let mut net = Net::default();
        let models = || editions.0.iter().map(|edition| &edition.model);
        let records = || models().flat_map(|model| &model.records);
        for record in records().filter(|r| is_still(r.clause)) {
            net.still.extend(title(record));
        }
        net.still.extend(models().flat_map(|model| model.header.parties.iter().cloned()));
        let mut seen = BTreeSet::new();
        for record in records().filter(|r| !is_still(r.clause)) {
            if seen.insert(record.at) {
                net.add(record, through);
            }
        }
        for trigger in models().flat_map(|model| &model.triggers) {
            let node = net.node(Some(&trigger.name));
            net.tests(node, trigger.when.iter().chain(&trigger.excused).flat_map(single_tests));
        }
        let every = net.node(Some(&Name::from(EVERY_ROYALTY)));
        for name in models().flat_map(|model| model.royalties.keys()) {
            let royalty = net.node(Some(name));
            net.hang(every, royalty);
        }
        // Every clause hangs on the end of the agreement.
        let all: Vec<usize> = (0..net.tests.len()).collect();
        let ends: Vec<usize> =
            all.iter().copied().filter(|n| net.tests.get(*n).is_some_and(|t| t.1)).collect();
        for node in net.known.values() {
            if let Some(on) = net.on.get_mut(*node) {
                on.extend(&ends);
            }
        }
        net
    }

    fn node(&mut self, name: Option<&Name>) -> usize {
        if let Some(node) = name.and_then(|name| self.known.get(name)) {
            return *node;
        }
        let node = self.on.len();
        self.on.push(BTreeSet::new());
        self.tests.push((Vec::new(), false));
        if let Some(name) = name {
            self.known.insert(name.clone(), node);
        }
        node
    }

    fn tests(&mut self, node: usize, tests: impl IntoIterator<Item = &'d Condition>) {
        if let Some((known, _)) = self.tests.get_mut(node) {
            known.extend(tests);
        }
    }

    fn hang(&mut self, node: usize, other: usize) {
        if let Some(on) = self.on.get_mut(node) {
            on.insert(other);
        }
    }

    fn add(&mut self, record: &'d Record, through: &dyn Fn(&Condition) -> bool) {
        let mut said = Said::default();
        record.walk(&mut |line| match line.clause {
            // What is talked about does not say when.
            Form::WindowRenegotiates => {}
            // What the expert decides does change it.
            Form::WindowExpert => said.acts_on.extend(talked_about(record).into_iter().map(|(_, name)| name)),
            Form::SunsetOpens => said.acts_on.extend(line.parts.names(Label::Window)),
            _ => said.read(&line.parts),
        });
        let title = title(record);
        let node = self.node(title.as_ref());
        let mut asked = Vec::new();
        let tests = said.tests.iter().flat_map(|test| single_tests(test));
        tests.filter(|test| through(test)).for_each(|test| names_in(test, &mut asked));
        for name in asked.iter().chain(&said.names) {
            if self.still.contains(name) {
                continue;
            }
            let other = self.node(Some(name));
            self.hang(node, other);
        }
        // What a clause without a name says of others, they hang on.
        let own = said.names.iter().filter(|_| title.is_none());
        for name in said.acts_on.iter().chain(own) {
            if self.still.contains(name) {
                continue;
            }
            let other = self.node(Some(name));
            self.hang(other, node);
        }
        if let Some((_, whole)) = self.tests.get_mut(node) {
            *whole |= matches!(record.clause, Form::FileTerminate | Form::FileAgreement);
        }
        self.tests(node, said.tests.into_iter().flat_map(single_tests));
    }

    /// In which of some circles a name stands.
    pub fn part_of(&self, name: &Name, parts: &[Option<usize>]) -> Option<usize> {
        parts.get(*self.known.get(name)?).copied().flatten()
    }

    /// A circle without its tests: the triggers that it hangs on.
    pub fn circle(&self, part: usize, parts: &[Option<usize>], editions: &Editions) -> Circle {
        let (mut seen, mut reached) = (vec![false; self.on.len()], Vec::new());
        let forth: Vec<Vec<usize>> = self.on.iter().map(|on| on.iter().copied().collect()).collect();
        let own = parts.iter().enumerate().filter(|(_, of)| **of == Some(part));
        own.for_each(|(node, _)| reach(node, &forth, &mut seen, &mut reached));
        let mut out = Circle::default();
        for trigger in editions.0.iter().flat_map(|edition| &edition.model.triggers) {
            let Some(node) = self.known.get(&trigger.name).copied() else { continue };
            if seen.get(node) != Some(&true) {
                continue;
            }
            let in_it = parts.get(node).copied().flatten() == Some(part);
            let later = trigger.cure.is_some() || trigger.tested.is_some();
            match in_it {
                true if later => out.later.push(trigger.name.clone()),
                true => {}
                false => out.from_outside.push(trigger.name.clone()),
            }
        }
        out
    }

    /// In which circle each stands, if in any: those that hang on one another.
    pub fn circles(&self) -> Vec<Option<usize>> {
        let count = self.on.len();
        let mut back: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (node, on) in self.on.iter().enumerate() {
            for other in on {
                if let Some(back) = back.get_mut(*other) {
                    back.push(node);
                }
            }
        }
        let forth: Vec<Vec<usize>> = self.on.iter().map(|on| on.iter().copied().collect()).collect();
        let mut seen = vec![false; count];
        let mut order = Vec::new();
        for node in 0..count {
            reach(node, &forth, &mut seen, &mut order);
        }
        let mut out = vec![None; count];
        let mut seen = vec![false; count];
        for node in order.into_iter().rev() {
            let mut part = Vec::new();
            reach(node, &back, &mut seen, &mut part);
            let itself = part.len() == 1 && self.on.get(node).is_some_and(|on| on.contains(&node));
            if part.len() > 1 || itself {
                for one in part {
                    if let Some(out) = out.get_mut(one) {
                        *out = Some(node);
                    }
                }
            }
        }
        out
    }
}

/// What can be reached from a node and was not yet, each after what is reached through it.
fn reach(from: usize, edges: &[Vec<usize>], seen: &mut [bool], out: &mut Vec<usize>) {
    let mut stack: Vec<(usize, usize)> = Vec::new();
    let mut enter = |node: usize, stack: &mut Vec<(usize, usize)>| {
        if let Some(seen) = seen.get_mut(node).filter(|seen| !**seen) {
            *seen = true;
            stack.push((node, 0));
        }
    };
    enter(from, &mut stack);
    while let Some((node, next)) = stack.last_mut() {
        let other = edges.get(*node).and_then(|on| on.get(*next)).copied();
        *next += 1;
        match other {
            Some(other) => enter(other, &mut stack),
            None => {
                out.push(*node);
                stack.pop();
            }
        }
    }
}

impl<'d> Said<'d> {
    fn read(&mut self, parts: &'d Parts) {
        for part in &parts.0 {
            match &part.value {
                value if part.key == Key::Label(Label::Effect) => acted_on(value, &mut self.acts_on),
                Value::Parts(inner) => self.read(inner),
                Value::Condition(test) => self.tests.push(test),
                Value::Name(name) => self.names.push(name.clone()),
                Value::Set(set) => self.names.extend(set.names.iter().cloned()),
                Value::Amount(amount) => of_amount(amount, &mut self.names),
                Value::Moment(moment) => of_moment(moment, &mut self.names),
                Value::Scope(scope) => self.names.extend(scope.assets.iter().flat_map(|a| a.names.clone())),
                _ => {}
            }
        }
    }
}

/// The names an effect is on, or may be.
fn acted_on(effect: &Value, out: &mut Vec<Name>) {
    match effect {
        Value::Name(name) => out.push(name.clone()),
        Value::Set(set) => out.extend(set.names.iter().cloned()),
        Value::Parts(parts) => parts.0.iter().for_each(|part| acted_on(&part.value, out)),
        _ => {}
    }
}

fn of_moment(moment: &Moment, out: &mut Vec<Name>) {
    match moment {
        Moment::Act { name: Some(name), .. } | Moment::OfThing(_, Some(name)) => out.push(name.clone()),
        Moment::Shift { from, .. } | Moment::Anniversary(_, from) => of_moment(from, out),
        Moment::Latest(of) | Moment::Earliest(of) => of.iter().for_each(|one| of_moment(one, out)),
        moment => out.extend(moment.events().into_iter().cloned()),
    }
}

/// The tests a test is joined of.
fn single_tests(test: &Condition) -> Vec<&Condition> {
    match test {
        Condition::All(all) | Condition::Any(all) => all.iter().flat_map(single_tests).collect(),
        Condition::Not(inner) => single_tests(inner),
        one => vec![one],
    }
}

/// Whether a clause says who or where somebody or something is.
fn is_still(form: Form) -> bool {
    matches!(
        form,
        Form::FileParty
            | Form::FileGroup
            | Form::FileTerritory
            | Form::FileFields
            | Form::FileDimension
            | Form::FileProduct
    )
}

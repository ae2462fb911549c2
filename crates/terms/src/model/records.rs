//! The clauses of an edition, in the order of the text, to be looked through or found by form and by name. Of a text with
//! thousands of grants each asks for the clauses of a few: looking through all of them each time would grow with the square.

use crate::record::{At, Record};
use crate::value::Name;
use counterpart_syntax::{Form, Label};
use std::collections::BTreeMap;
use std::ops::Deref;

/// The clauses of an edition, in the order of the text.
#[derive(Debug, Clone, Default)]
pub struct Records {
    all: Vec<Record>,
    forms: BTreeMap<Form, Vec<usize>>,
    named: BTreeMap<Name, Vec<usize>>,
    places: BTreeMap<At, usize>,
}

impl Records {
    /// The clauses of a form, in the order of the text.
    pub fn of(&self, form: Form) -> impl DoubleEndedIterator<Item = &Record> + Clone + use<'_> {
        self.forms.get(&form).into_iter().flatten().filter_map(|at| self.all.get(*at))
    }

    /// The clauses of a form that bear a name, in the order of the text.
    pub fn named<'r>(&'r self, form: Form, name: &Name) -> impl Iterator<Item = &'r Record> + use<'r> {
        self.bearing(name).filter(move |record| record.clause == form)
    }

    /// The clauses that bear a name, in the order of the text.
    pub fn bearing<'r>(&'r self, name: &Name) -> impl Iterator<Item = &'r Record> + use<'r> {
        self.named.get(name).into_iter().flatten().filter_map(|at| self.all.get(*at))
    }

    /// The clause that stands at a place.
    pub fn standing_at(&self, at: At) -> Option<&Record> {
        self.places.get(&at).and_then(|at| self.all.get(*at))
    }
}

impl From<Vec<Record>> for Records {
    fn from(all: Vec<Record>) -> Records {
        let (mut forms, mut named) = (BTreeMap::new(), BTreeMap::new());
        for (at, record) in all.iter().enumerate() {
            forms.entry(record.clause).or_insert_with(Vec::new).push(at);
            if let Some(name) = record.name(Label::Name) {
                named.entry(name.clone()).or_insert_with(Vec::new).push(at);
            }
        }
        let places = all.iter().enumerate().rev().map(|(at, record)| (record.at, at)).collect();
        Records { all, forms, named, places }
    }
}

impl Deref for Records {
    type Target = [Record];

    fn deref(&self) -> &[Record] {
        &self.all
    }
}

impl<'r> IntoIterator for &'r Records {
    type Item = &'r Record;
    type IntoIter = std::slice::Iter<'r, Record>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

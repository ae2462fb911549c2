//! A clause as data: its form, the parts its form names, and the clauses below it.
//!
//! Every clause of a deal is a record, so nothing that was written is lost on the way to JSON and back.

use crate::value::{Amount, Condition, Grade, Known, Moment, Name, Set, Territory, Value};
use counterpart_syntax::{Form, Label, Rule, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a clause stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub struct At {
    /// Which file, by its position in the deal's list.
    pub file: usize,
    /// Its line, from 1.
    pub line: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl At {
    /// The range of bytes.
    pub fn span(self) -> Span {
        Span { start: self.start, end: self.end }
    }
}

/// What a part is called: by the label its form gives it, or by its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A label.
    Label(Label),
    /// A rule, for a part without a label.
    Rule(Rule),
}

impl Key {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Key::Label(label) => label.name(),
            Key::Rule(rule) => rule.name(),
        }
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Label::named(&name)
            .map(Key::Label)
            .or_else(|| Rule::named(&name).map(Key::Rule))
            .ok_or_else(|| serde::de::Error::custom(format!("no clause has a part called `{name}`")))
    }
}

/// Parts that belong together, in the order they were written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Parts(#[schemars(with = "Vec<std::collections::BTreeMap<String, Value>>")] pub Vec<Part>);

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is called.
    pub key: Key,
    /// What it says.
    pub value: Value,
}

impl Serialize for Part {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.key, &self.value)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> serde::de::Visitor<'de> for One {
            type Value = Part;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one part and its value")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Part, A::Error> {
                let missing = || serde::de::Error::custom("a part has no name");
                let (key, value) = map.next_entry()?.ok_or_else(missing)?;
                Ok(Part { key, value })
            }
        }
        deserializer.deserialize_map(One)
    }
}

impl Parts {
    /// The value with this label.
    pub fn get(&self, label: Label) -> Option<&Value> {
        self.0.iter().find(|p| p.key == Key::Label(label)).map(|p| &p.value)
    }

    /// Every value with this label.
    pub fn all(&self, label: Label) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |p| p.key == Key::Label(label)).map(|p| &p.value)
    }

    /// The parts that are this rule.
    pub fn rules(&self, rule: Rule) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |p| p.key == Key::Rule(rule)).map(|p| &p.value)
    }

    /// Whether there is a part with this label.
    pub fn has(&self, label: Label) -> bool {
        self.get(label).is_some()
    }

    /// The name with this label.
    pub fn name(&self, label: Label) -> Option<&Name> {
        match self.get(label)? {
            Value::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Every name with this label, lists included.
    pub fn names(&self, label: Label) -> Vec<Name> {
        let mut out = Vec::new();
        for value in self.all(label) {
            match value {
                Value::Name(name) => out.push(name.clone()),
                Value::Set(set) => out.extend(set.names.iter().cloned()),
                Value::Parts(parts) => {
                    out.extend(parts.0.iter().filter_map(|p| match &p.value {
                        Value::Name(name) => Some(name.clone()),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        out
    }

    /// The words in quotes with this label.
    pub fn text(&self, label: Label) -> Option<&str> {
        match self.get(label)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The keyword with this label.
    pub fn word(&self, label: Label) -> Option<&str> {
        match self.get(label)? {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The amount with this label.
    pub fn amount(&self, label: Label) -> Option<&Amount> {
        match self.get(label)? {
            Value::Amount(amount) => Some(amount),
            _ => None,
        }
    }

    /// The moment with this label.
    pub fn moment(&self, label: Label) -> Option<&Moment> {
        match self.get(label)? {
            Value::Moment(moment) => Some(moment),
            _ => None,
        }
    }

    /// The condition with this label.
    pub fn condition(&self, label: Label) -> Option<&Condition> {
        match self.get(label)? {
            Value::Condition(condition) => Some(condition),
            _ => None,
        }
    }

    /// The territory with this label.
    pub fn territory(&self, label: Label) -> Option<&Territory> {
        match self.get(label)? {
            Value::Territory(territory) => Some(territory),
            _ => None,
        }
    }

    /// The set with this label.
    pub fn set(&self, label: Label) -> Option<&Set> {
        match self.get(label)? {
            Value::Set(set) => Some(set),
            _ => None,
        }
    }

    /// The grade with this label.
    pub fn grade(&self, label: Label) -> Option<&Grade> {
        match self.get(label)? {
            Value::Grade(grade) => Some(grade),
            _ => None,
        }
    }

    /// Whether any name in them, those in nested parts and lists included, passes a test.
    pub fn name_any(&self, test: &dyn Fn(&Name) -> bool) -> bool {
        self.0.iter().any(|part| match &part.value {
            Value::Name(name) => test(name),
            Value::Set(set) => set.names.iter().chain(&set.except).any(test),
            Value::Parts(parts) => parts.name_any(test),
            _ => false,
        })
    }

    /// What keeps a number or a date from being known, where the text does not give it.
    pub fn withheld(&self, label: Label) -> Option<&Known<()>> {
        match self.get(label)? {
            Value::Unknown(known) => Some(known),
            _ => None,
        }
    }

    /// The parts with this label.
    pub fn parts(&self, label: Label) -> Option<&Parts> {
        match self.get(label)? {
            Value::Parts(parts) => Some(parts),
            _ => None,
        }
    }
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Its form, as `royalty.at-least`.
    #[serde(with = "form")]
    #[schemars(with = "String")]
    pub clause: Form,
    /// Where it stands.
    pub at: At,
    /// What it says.
    #[serde(default, skip_serializing_if = "no_parts")]
    pub parts: Parts,
    /// The clauses below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<Record>,
}

fn no_parts(parts: &Parts) -> bool {
    parts.0.is_empty()
}

impl std::ops::Deref for Record {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl Record {
    /// The first clause below of this form.
    pub fn below(&self, form: Form) -> Option<&Record> {
        self.below.iter().find(|r| r.clause == form)
    }

    /// Every clause below of this form.
    pub fn all_below(&self, form: Form) -> impl Iterator<Item = &Record> {
        self.below.iter().filter(move |r| r.clause == form)
    }

    /// Whether it or a clause below it speaks of something of which this is so: in a list, a test, a day, an amount.
    pub fn speaks_of(&self, test: &dyn Fn(&Name) -> bool) -> bool {
        self.parts.0.iter().any(|part| part.value.speaks_of(test))
            || self.below.iter().any(|line| line.speaks_of(test))
    }

    /// It and every clause below it, at any depth.
    pub fn walk<'r>(&'r self, visit: &mut dyn FnMut(&'r Record)) {
        visit(self);
        for record in &self.below {
            record.walk(visit);
        }
    }
}

/// Clauses that stand in numbered parts of the agreement count like those at the margin: all of them, in the order of the
/// text.
pub fn in_parts(records: &[Record]) -> Vec<&Record> {
    let mut out = Vec::new();
    for record in records {
        match record.clause {
            Form::FileClause => out.extend(in_parts(&record.below)),
            _ => out.push(record),
        }
    }
    out
}

/// A form as its path.
mod form {
    use counterpart_syntax::Form;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(form: &Form, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&form.path())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Form, D::Error> {
        let path = String::deserialize(deserializer)?;
        Form::at_path(&path).ok_or_else(|| serde::de::Error::custom(format!("no clause is called `{path}`")))
    }
}

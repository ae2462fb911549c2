//! Whether a value speaks of somebody or something that the text keeps secret or leaves open.
//!
//! Amounts, days and lengths of time carry in themselves that they are not given. A name that is `redacted` stands where
//! any other name stands, so whoever compares names must ask this first: the secret one may be the one compared with.

use super::{Acts, Amount, Condition, Moment, Name, Scope, Set, Territory, Value};

fn any(names: &[Name]) -> bool {
    names.iter().any(Name::is_blank)
}

fn one(name: Option<&Name>) -> bool {
    name.is_some_and(Name::is_blank)
}

fn place(territory: Option<&Territory>) -> bool {
    territory.is_some_and(Territory::has_blank)
}

impl Value {
    /// Whether it names somebody or something that is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        match self {
            Value::Name(name) => name.is_blank(),
            Value::Set(set) => set.has_blank(),
            Value::Acts(acts) => acts.has_blank(),
            Value::Territory(territory) => territory.has_blank(),
            Value::Scope(scope) => scope.has_blank(),
            Value::Amount(amount) => amount.has_blank(),
            Value::Condition(condition) => condition.has_blank(),
            Value::Moment(moment) => moment.has_blank(),
            Value::Parts(parts) => parts.0.iter().any(|part| part.value.has_blank()),
            _ => false,
        }
    }
}

impl Set {
    /// Whether one of its names is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        any(&self.names) || any(&self.except)
    }
}

impl Acts {
    /// Whether one of them is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        matches!(self, Acts::These(acts) if any(acts))
    }
}

impl Territory {
    /// Whether the whole of it, or one of its places, is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.unknown.is_some() || any(&self.places) || any(&self.except)
    }
}

impl Scope {
    /// Whether one of its names is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.acts.as_ref().is_some_and(Acts::has_blank)
            || self.assets.as_ref().is_some_and(Set::has_blank)
            || self.fields.as_ref().is_some_and(Set::has_blank)
            || any(&self.products)
            || place(self.territory.as_ref())
            || any(&self.customers)
    }
}

impl Amount {
    /// Whether something it is measured by is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        match self {
            Amount::Sum(terms) => terms.iter().any(|(_, a)| a.has_blank()),
            Amount::Product(factors) => factors.iter().any(|(_, a)| a.has_blank()),
            Amount::Greatest(of) | Amount::Least(of) => of.iter().any(Amount::has_blank),
            Amount::Excess(of, above) => of.has_blank() || above.has_blank(),
            Amount::Share(_, of) => of.has_blank(),
            Amount::Measure(m) => {
                any(&m.names) || any(&m.of) || any(&m.by) || any(&m.fields) || place(m.territory.as_ref())
            }
            _ => false,
        }
    }
}

impl Condition {
    /// Whether something it tests is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        match self {
            Condition::All(all) | Condition::Any(all) => all.iter().any(Condition::has_blank),
            Condition::Not(inner) => inner.has_blank(),
            Condition::Compare { left, right, .. } => left.has_blank() || right.has_blank(),
            Condition::Nil { left, after, .. } => {
                left.has_blank() || after.as_ref().is_some_and(Moment::has_blank)
            }
            Condition::State { name, territory, by, .. } => {
                name.is_blank() || place(territory.as_ref()) || by.as_ref().is_some_and(Moment::has_blank)
            }
            Condition::Graded { name, territory, .. } => name.is_blank() || place(territory.as_ref()),
            Condition::Lasts { events, .. } => {
                events.iter().any(|e| e.name.is_blank() || place(e.territory.as_ref()))
            }
            Condition::Happens(event) => event.name.is_blank() || place(event.territory.as_ref()),
            Condition::Signed { when, .. } | Condition::After(when) | Condition::Before(when) => {
                when.has_blank()
            }
            Condition::Other(parts) => parts.0.iter().any(|part| part.value.has_blank()),
            _ => false,
        }
    }
}

impl Moment {
    /// Whether what makes the day is a name that is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        match self {
            Moment::FirstSale { product, field, place } => {
                one(product.as_ref()) || one(field.as_ref()) || one(place.as_ref())
            }
            Moment::LastValidClaim(assets) => any(assets),
            Moment::OfThing(_, name) => one(name.as_ref()),
            Moment::Act { name, place, .. } => one(name.as_ref()) || one(place.as_ref()),
            Moment::Event { name, place, .. } => name.is_blank() || one(place.as_ref()),
            Moment::Anniversary(_, of) => of.has_blank(),
            Moment::Shift { from, .. } => from.has_blank(),
            Moment::Latest(of) | Moment::Earliest(of) => of.iter().any(Moment::has_blank),
            _ => false,
        }
    }
}

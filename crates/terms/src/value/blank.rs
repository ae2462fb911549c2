//! Which names a value speaks of: whether one of them is asked for, and whether one is kept secret or left open.
//!
//! Amounts, days and lengths of time carry in themselves that they are not given. A name that is `redacted` stands where
//! any other name stands, so whoever compares names must ask this first: the secret one may be the one compared with.

use super::{Acts, Amount, Condition, Moment, Name, Scope, Set, Territory, Value};

/// What is looked for.
#[derive(Clone, Copy)]
struct Sought<'t> {
    /// A name that passes this.
    test: &'t dyn Fn(&Name) -> bool,
    /// Places that are withheld as a whole count too.
    withheld: bool,
}

/// A name that is `redacted` or `open`.
const BLANK: Sought<'static> = Sought { test: &Name::is_blank, withheld: true };

impl Sought<'_> {
    fn any(self, names: &[Name]) -> bool {
        names.iter().any(self.test)
    }

    fn one(self, name: Option<&Name>) -> bool {
        name.is_some_and(self.test)
    }

    fn place(self, territory: Option<&Territory>) -> bool {
        territory.is_some_and(|territory| territory.has(self))
    }

    fn day(self, moment: Option<&Moment>) -> bool {
        moment.is_some_and(|moment| moment.has(self))
    }
}

impl Value {
    /// Whether it names somebody or something that is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    /// Whether it speaks of something of which this is so, at any depth.
    pub fn speaks_of(&self, test: &dyn Fn(&Name) -> bool) -> bool {
        self.has(Sought { test, withheld: false })
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        match self {
            Value::Name(name) => (sought.test)(name),
            Value::Set(set) => set.has(sought),
            Value::Acts(acts) => acts.has(sought),
            Value::Territory(territory) => territory.has(sought),
            Value::Scope(scope) => scope.has(sought),
            Value::Amount(amount) => amount.has(sought),
            Value::Condition(condition) => condition.has(sought),
            Value::Moment(moment) => moment.has(sought),
            Value::Parts(parts) => parts.0.iter().any(|part| part.value.has(sought)),
            _ => false,
        }
    }
}

impl Set {
    /// Whether one of its names is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        sought.any(&self.names) || sought.any(&self.except)
    }
}

impl Acts {
    /// Whether one of them is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        matches!(self, Acts::These(acts) if sought.any(acts))
    }
}

impl Territory {
    /// Whether the whole of it, or one of its places, is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        (sought.withheld && self.unknown.is_some()) || sought.any(&self.places) || sought.any(&self.except)
    }
}

impl Scope {
    /// Whether one of its names is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        self.acts.as_ref().is_some_and(|acts| acts.has(sought))
            || self.assets.as_ref().is_some_and(|assets| assets.has(sought))
            || self.fields.as_ref().is_some_and(|fields| fields.has(sought))
            || sought.any(&self.products)
            || sought.place(self.territory.as_ref())
            || sought.any(&self.customers)
    }
}

impl Amount {
    /// Whether something it is measured by is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        match self {
            Amount::Sum(terms) => terms.iter().any(|(_, a)| a.has(sought)),
            Amount::Product(factors) => factors.iter().any(|(_, a)| a.has(sought)),
            Amount::Greatest(of) | Amount::Least(of) => of.iter().any(|a| a.has(sought)),
            Amount::Excess(of, above) => of.has(sought) || above.has(sought),
            Amount::Share(_, of) => of.has(sought),
            Amount::Measure(m) => {
                [&m.names, &m.of, &m.by, &m.fields].into_iter().any(|names| sought.any(names))
                    || sought.place(m.territory.as_ref())
            }
            _ => false,
        }
    }
}

impl Condition {
    /// Whether something it tests is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        match self {
            Condition::All(all) | Condition::Any(all) => all.iter().any(|one| one.has(sought)),
            Condition::Not(inner) => inner.has(sought),
            Condition::Compare { left, right, .. } => left.has(sought) || right.has(sought),
            Condition::Nil { left, after, .. } => left.has(sought) || sought.day(after.as_ref()),
            Condition::State { name, territory, by, .. } => {
                (sought.test)(name) || sought.place(territory.as_ref()) || sought.day(by.as_ref())
            }
            Condition::Graded { name, territory, .. } => {
                (sought.test)(name) || sought.place(territory.as_ref())
            }
            Condition::Lasts { events, .. } => {
                events.iter().any(|e| (sought.test)(&e.name) || sought.place(e.territory.as_ref()))
            }
            Condition::Happens(event) => (sought.test)(&event.name) || sought.place(event.territory.as_ref()),
            Condition::Signed { when, .. } | Condition::After(when) | Condition::Before(when) => {
                when.has(sought)
            }
            Condition::Other(parts) => parts.0.iter().any(|part| part.value.has(sought)),
            _ => false,
        }
    }
}

impl Moment {
    /// Whether what makes the day is a name that is `redacted` or `open`.
    pub fn has_blank(&self) -> bool {
        self.has(BLANK)
    }

    fn has(&self, sought: Sought<'_>) -> bool {
        match self {
            Moment::FirstSale { product, field, place } => {
                [product, field, place].into_iter().any(|name| sought.one(name.as_ref()))
            }
            Moment::LastValidClaim(assets) => sought.any(assets),
            Moment::OfThing(_, name) => sought.one(name.as_ref()),
            Moment::Act { name, place, .. } => sought.one(name.as_ref()) || sought.one(place.as_ref()),
            Moment::Event { name, place, .. } => (sought.test)(name) || sought.one(place.as_ref()),
            Moment::Anniversary(_, of) => of.has(sought),
            Moment::Shift { from, .. } => from.has(sought),
            Moment::Latest(of) | Moment::Earliest(of) => of.iter().any(|one| one.has(sought)),
            _ => false,
        }
    }
}

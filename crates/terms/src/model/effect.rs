//! What a clause or a choice does to a right.
//!
//! What it does to payments is read where payments are computed.

use super::{Market, Same};
use crate::record::{Key, Parts};
use crate::value::{Condition, Duration, Grade, Moment, Name, Scope, Territory, Value};
use counterpart_num::Date;
use counterpart_syntax::Label;

/// What happens to a right.
#[derive(Debug, Clone)]
pub enum Change {
    /// It becomes as exclusive as this.
    Becomes(Grade),
    /// It ends.
    Ends,
    /// It begins, opens or goes on again: a grant, a window, an option.
    Begins,
    /// It reaches this too from then on.
    Expands(Box<Scope>),
    /// It reaches this alone from then on, of what it reached.
    Retracts(Box<Scope>),
    /// It rests.
    Rests,
}

/// For how long an effect lasts.
#[derive(Debug, Clone, Default)]
pub struct Lasting {
    /// While its cause does.
    pub while_it_lasts: bool,
    /// For so long.
    pub for_: Option<Duration>,
    /// Until this moment.
    pub until: Option<Moment>,
    /// At most so long.
    pub most: Option<Duration>,
    /// Until this is so.
    pub back: Option<Condition>,
}

/// Where an effect happens, of what the right reaches.
#[derive(Debug, Clone, Default)]
pub struct Where {
    /// In this territory.
    pub territory: Option<Territory>,
    /// For these fields, customers or products.
    pub names: Vec<Name>,
    /// In each country, where the second is said only where that is so.
    pub each_country: Option<Option<Condition>>,
    /// In the country, product, field or customer the cause was tested for.
    pub that: bool,
    /// Not for these.
    pub except: Vec<Name>,
}

impl Where {
    /// Whether it is everywhere the right reaches.
    pub fn is_whole(&self) -> bool {
        self.territory.is_none()
            && self.names.is_empty()
            && self.each_country.is_none()
            && !self.that
            && self.except.is_empty()
    }
}

/// An effect on a right.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The right; `None` is the agreement as a whole.
    pub name: Option<Name>,
    /// What happens to it.
    pub change: Change,
    /// To which part of it.
    pub part: Where,
    /// For how long.
    pub lasting: Lasting,
}

impl Lasting {
    /// As the words of an effect say.
    pub fn of(effect: &Value) -> Lasting {
        match effect {
            Value::Parts(parts) => lasting(parts),
            _ => Lasting::default(),
        }
    }

    /// Whether the words say for how long at all.
    pub fn is_said(&self) -> bool {
        self.while_it_lasts
            || self.for_.is_some()
            || self.until.is_some()
            || self.most.is_some()
            || self.back.is_some()
    }
}

impl Effect {
    /// What an effect does to a payment: that nothing of it arises any more, or that it rests. `None` where it is on something
    /// else, or only changes the sum.
    pub fn on_payment(value: &Value, name: &Name) -> Option<Change> {
        let Value::Parts(parts) = value else { return None };
        if parts.word(Label::Part) == Some("payments") && parts.names(Label::Of).contains(name) {
            return match () {
                () if parts.has(Label::Ends) => Some(Change::Ends),
                () if parts.has(Label::Suspended) => Some(Change::Rests),
                () => None,
            };
        }
        let effect = Effect::read(value).filter(|effect| effect.name.as_ref() == Some(name))?;
        matches!(effect.change, Change::Ends | Change::Rests).then_some(effect.change)
    }

    /// Reads an effect; `None` where it is on a payment, or on nothing that is a right.
    pub fn read(value: &Value) -> Option<Effect> {
        let Value::Parts(parts) = value else { return None };
        let lasting = lasting(parts);
        if let Some(word) = parts.word(Label::Agreement) {
            let change = Change::Ends;
            return (word == "ends").then_some(Effect {
                name: None,
                change,
                part: Where::default(),
                lasting,
            });
        }
        // What goes back is not held any longer.
        if let (Some(name), true) = (parts.names(Label::Assets).into_iter().next(), parts.has(Label::To)) {
            return Some(Effect { name: Some(name), change: Change::Ends, part: Where::default(), lasting });
        }
        let elsewhere =
            [Label::Part, Label::Pays, Label::Talks, Label::Keeps, Label::Does, Label::Assets, Label::Unpaid];
        if elsewhere.iter().any(|label| parts.has(*label))
            || parts.has(Label::Bearing)
            || parts.has(Label::Free)
        {
            return None;
        }
        let name = parts.name(Label::Name)?.clone();
        let change = if let Some(grade) = parts.grade(Label::Grade) {
            Change::Becomes(grade.clone())
        } else if let Some(verb) = parts.word(Label::Verb) {
            match verb {
                "begins" | "opens" | "resumes" | "continues" => Change::Begins,
                "lapses" => Change::Ends,
                _ => return None,
            }
        } else if let Some(Value::Scope(scope)) = parts.get(Label::Scope) {
            match parts.word(Label::Move) {
                Some("retracts") => Change::Retracts(scope.clone()),
                _ => Change::Expands(scope.clone()),
            }
        } else if parts.has(Label::Suspended) {
            Change::Rests
        } else if parts.has(Label::Setter) {
            return None;
        } else {
            Change::Ends
        };
        Some(Effect { name: Some(name), change, part: Where::read(parts), lasting })
    }
}

impl Where {
    /// The part that an effect names.
    pub fn read(parts: &Parts) -> Where {
        let place = parts.parts(Label::Place);
        Where {
            territory: place.and_then(|p| p.territory(Label::Territory)).cloned(),
            names: parts.names(Label::Fields),
            each_country: place.filter(|p| p.has(Label::Each)).map(|p| p.condition(Label::With).cloned()),
            that: parts.has(Label::That) || place.is_some_and(|p| p.has(Label::That)),
            except: parts.parts(Label::Keeping).map(|k| k.names(Label::Keep)).unwrap_or_default(),
        }
    }
}

/// Whether an effect is one that is offered: the same thing happens to the same right, be it in a part of it only, or to
/// the same figure, by as much.
pub fn same_effect(chosen: &Value, offered: &Value) -> bool {
    match (Effect::read(chosen), Effect::read(offered)) {
        (Some(chosen), Some(offered)) => {
            let name = offered.name.as_ref().is_some_and(Name::is_blank) || chosen.name == offered.name;
            name && same_change(&chosen.change, &offered.change)
        }
        (None, None) => match (chosen, offered) {
            (Value::Parts(chosen), Value::Parts(offered)) => {
                let ((mine, did), (theirs, does)) = (about(chosen), about(offered));
                let named = |(mine, theirs): (&Name, &Name)| theirs.may_be(mine);
                mine.len() == theirs.len()
                    && did == does
                    && mine.iter().zip(&theirs).all(named)
                    && same_words(chosen, offered)
            }
            _ => chosen == offered,
        },
        _ => false,
    }
}

/// Whether an effect that was chosen is one that is offered, as [`same_effect`], and in a part for which it is offered. It may
/// be, where the part is withheld.
pub fn is_offered(chosen: &Value, offered: &Value, (market, day): (&Market, Date)) -> Same {
    if !same_effect(chosen, offered) {
        return Same::No;
    }
    let part = |effect: &Value| match effect {
        Value::Parts(parts) => Where::read(parts),
        _ => Where::default(),
    };
    let (mine, theirs) = (part(chosen), part(offered));
    let place = match (&mine.territory, &theirs.territory) {
        (Some(mine), Some(theirs))
            if market.places(mine, day).shared(&market.places(theirs, day)).is_none() =>
        {
            if market.has_blank(mine) || market.has_blank(theirs) { Same::Perhaps } else { Same::No }
        }
        _ => Same::Yes,
    };
    let meets = |one: &Name, other: &Name| {
        let apart = market.dimension_of(one) != market.dimension_of(other);
        apart || market.within(one, other) || market.within(other, one)
    };
    let mut pairs = mine.names.iter().flat_map(|one| theirs.names.iter().map(move |other| (one, other)));
    let blank = mine.names.iter().chain(&theirs.names).any(Name::is_blank);
    let named = !mine.names.is_empty() && !theirs.names.is_empty();
    let of = match !named || pairs.any(|(one, other)| meets(one, other)) {
        true => Same::Yes,
        false if blank => Same::Perhaps,
        false => Same::No,
    };
    place.min(of)
}

/// Whether an effect is that the agreement renews.
pub fn renews(effect: &Value) -> bool {
    let Value::Parts(parts) = effect else { return false };
    let inner = parts.parts(Label::Agreement);
    parts.has(Label::Renews) || inner.is_some_and(|agreement| agreement.has(Label::Renews))
}

fn same_change(chosen: &Change, offered: &Change) -> bool {
    match (chosen, offered) {
        (Change::Becomes(a), Change::Becomes(b)) => a.kind == b.kind || b.unknown.is_some(),
        (Change::Ends, Change::Ends)
        | (Change::Begins, Change::Begins)
        | (Change::Expands(_), Change::Expands(_))
        | (Change::Retracts(_), Change::Retracts(_))
        | (Change::Rests, Change::Rests) => true,
        _ => false,
    }
}

/// What an effect on something else than a right is about: its names and the words that say what happens.
fn about(parts: &Parts) -> (Vec<Name>, Vec<Label>) {
    let place = [Label::Place, Label::For, Label::In, Label::Within];
    let labels = parts.0.iter().filter_map(|part| match part.key {
        Key::Label(label) if !place.contains(&label) => Some(label),
        _ => None,
    });
    let names = [Label::Name, Label::Of, Label::Party, Label::Pays, Label::Does, Label::What];
    (names.into_iter().flat_map(|label| parts.names(label)).collect(), labels.collect())
}

/// Whether two effects say the same of a figure, by as much, or by as much as is withheld.
fn same_words(chosen: &Parts, offered: &Parts) -> bool {
    let words = [Label::Part, Label::Verb, Label::How, Label::Act];
    let amounts = [Label::Value, Label::Bearing, Label::Share];
    words.iter().all(|label| chosen.word(*label) == offered.word(*label))
        && amounts.iter().all(|label| match (chosen.amount(*label), offered.amount(*label)) {
            (Some(chosen), Some(offered)) => chosen == offered || offered.has_blank(),
            (chosen, offered) => chosen == offered,
        })
}

/// How long an effect lasts by its own words.
pub(super) fn lasting(parts: &Parts) -> Lasting {
    let Some(lasts) = parts.parts(Label::For) else { return Lasting::default() };
    let duration = |label| match lasts.get(label) {
        Some(Value::Duration(duration)) => Some(duration.clone()),
        _ => None,
    };
    Lasting {
        while_it_lasts: lasts.has(Label::Lasts),
        for_: duration(Label::For),
        until: lasts.moment(Label::Until).cloned(),
        most: duration(Label::Most),
        back: None,
    }
}

//! Whether a test on an invention holds: what it relies on, who made it, what it is for, what was decided of it.

use super::It;
use super::decisions::Topic;
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_syntax::Label;
use counterpart_terms::value::{Acts, Condition, Name, Scope, Set, Value};

/// Inventions that build on each other, at most so many in a row.
const MAX_CHAIN: usize = 16;

impl Run<'_> {
    /// Whether an invention passes the test of a class, with what shows it.
    ///
    /// # Errors
    /// Where it hangs on what is not told, or the text withholds.
    pub(super) fn fits(&self, test: &Condition, it: &It, class: &Name, why: &mut Vec<Step>) -> Eval<bool> {
        match test {
            Condition::All(all) => self.fits_each(all, it, class, false, why),
            Condition::Any(any) => self.fits_each(any, it, class, true, why),
            Condition::Not(inner) => {
                let so = !self.fits(inner, it, class, &mut Vec::new())?;
                if so && let Some(said) = told_not(inner) {
                    why.push(Step::note(said).by(it.at));
                }
                Ok(so)
            }
            _ if test.has_blank() => Err(Unknown::new("what decides about a class is redacted or open")),
            Condition::Other(parts) => {
                if let Some(set) = parts.set(Label::Relies) {
                    return self.fits_relying(set, it, why);
                }
                if let Some(maker) = parts.name(Label::Maker) {
                    let so = it.by.iter().any(|by| self.is_among(by, std::slice::from_ref(maker), it.made));
                    if so {
                        why.push(Step::note(format!("it was made by {}", Name::list(&it.by))).by(it.at));
                    }
                    return Ok(so);
                }
                if let Some(Value::Scope(scope)) = parts.get(Label::Within) {
                    let so = self.fits_within(scope, it)?;
                    if so {
                        why.push(Step::note("it is for nothing else").by(it.at));
                    }
                    return Ok(so);
                }
                if let Some(decider) = parts.name(Label::Decider) {
                    let found = self.last_decision(&it.name, Topic::Improvements)?;
                    let found = found.filter(|d| d.by == *decider && d.value == *class);
                    why.extend(found.as_ref().map(|d| d.step()));
                    return Ok(found.is_some());
                }
                self.fits_otherwise(test, it)
            }
            _ => self.fits_otherwise(test, it),
        }
    }

    /// A test that is not on the invention itself, on the day it was made.
    fn fits_otherwise(&self, test: &Condition, it: &It) -> Eval<bool> {
        match self.holds_on(test, it.made, &Focus::default()) {
            Err(why) if why.gap == Gap::NotYet => Ok(false),
            other => other,
        }
    }

    fn fits_each(
        &self,
        tests: &[Condition],
        it: &It,
        class: &Name,
        any: bool,
        why: &mut Vec<Step>,
    ) -> Eval<bool> {
        let mut unknown = None;
        for test in tests {
            match self.fits(test, it, class, why) {
                Ok(holds) if holds == any => return Ok(any),
                Ok(_) => {}
                Err(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        unknown.map_or(Ok(!any), Err)
    }

    fn fits_relying(&self, set: &Set, it: &It, why: &mut Vec<Step>) -> Eval<bool> {
        let Some(relies) = &it.relies else {
            let fix = "add `relies on` and the assets below the invention, or `relies on nothing`";
            return Err(Unknown::new(format!("what `{}` relies on is not told: {fix}", it.name)).at(it.at));
        };
        for asset in relies {
            if let Some(through) = self.leads_to(asset, set, it, MAX_CHAIN)? {
                let said = match through == *asset {
                    true => format!("it relies on {asset}"),
                    false => format!("it relies on {asset}, and so on {through}"),
                };
                why.push(Step::note(said).by(it.at));
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Which of some assets another stands for: itself or one above it, or, of an invention, its class or what it relies
    /// on in turn.
    fn leads_to(&self, asset: &Name, set: &Set, it: &It, left: usize) -> Eval<Option<Name>> {
        let market = &self.made_under(it).market;
        let inside = |name: &Name| {
            set.names.iter().any(|n| market.within(name, n))
                && !set.except.iter().any(|n| market.within(name, n))
        };
        if inside(asset) {
            return Ok(Some(asset.clone()));
        }
        if left == 0 || *asset == it.name || !self.is_invention(asset) {
            return Ok(None);
        }
        let Ok(earlier) = self.invention(asset) else { return Ok(None) };
        if self.made_under(it).improvements.iter().any(|class| set.names.contains(&class.name)) {
            let class = self.guarded(&format!("class of {asset}"), || self.class_of(&earlier))?;
            if let Some(class) = class.class.filter(|class| inside(&class.name)) {
                return Ok(Some(class.name.clone()));
            }
        }
        for further in earlier.relies.iter().flatten() {
            if let Some(found) = self.leads_to(further, set, &earlier, left - 1)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Whether all that an invention is for lies in a scope.
    fn fits_within(&self, scope: &Scope, it: &It) -> Eval<bool> {
        let untold = || {
            let fix = "add `within` and its fields, products or places below it";
            Unknown::new(format!("what `{}` is for is not told: {fix}", it.name)).at(it.at)
        };
        let told = it.within.as_ref().ok_or_else(untold)?;
        let market = &self.made_under(it).market;
        let names = |scope: &Scope| -> Vec<Name> {
            let fields = scope.fields.iter().flat_map(|set| set.names.iter());
            fields.chain(&scope.products).cloned().collect()
        };
        let (wanted, found) = (names(scope), names(told));
        if !wanted.is_empty() {
            if found.is_empty() {
                return Err(untold());
            }
            let out = scope.fields.iter().flat_map(|set| &set.except).collect::<Vec<_>>();
            let inside = |name: &Name| {
                wanted.iter().any(|w| market.within(name, w)) && !out.iter().any(|o| market.within(name, o))
            };
            if !found.iter().all(inside) {
                return Ok(false);
            }
        }
        if let Some(territory) = &scope.territory {
            let places = told.territory.as_ref().ok_or_else(untold)?;
            for place in &places.places {
                if !self.lies_in(place, territory, it.made)? {
                    return Ok(false);
                }
            }
        }
        if let Some(Acts::These(acts)) = &scope.acts {
            let Some(Acts::These(done)) = &told.acts else { return Err(untold()) };
            if !done.iter().all(|act| acts.contains(act)) {
                return Ok(false);
            }
        }
        if let Some(assets) = &scope.assets {
            let about = if it.concerns.is_empty() { it.relies.as_ref() } else { Some(&it.concerns) };
            let about = about.ok_or_else(untold)?;
            if about.is_empty() || !about.iter().all(|a| assets.names.iter().any(|n| market.within(a, n))) {
                return Ok(false);
            }
        }
        Ok(scope.customers.iter().all(|customer| told.customers.contains(customer)))
    }
}

/// What the contrary of a test says of an invention.
fn told_not(test: &Condition) -> Option<String> {
    let Condition::Other(parts) = test else { return None };
    let set = parts.set(Label::Relies)?;
    Some(format!("it does not rely on {}", Name::list(&set.names)))
}

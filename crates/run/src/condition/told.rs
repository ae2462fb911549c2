//! Conditions that events of their own kind decide: assertions of patents, challenges, breach, insolvency, control, and
//! how the agreement ended.

use crate::clock::Focus;
use crate::ends::renewal::Ended;
use crate::ends::termination::Termination;
use crate::engine::Run;
use crate::rights::{DaysSo, since};
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::Ranges;
use counterpart_syntax::Label;
use counterpart_terms::model::Same;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Condition, Name, Set, Value};

impl Run<'_> {
    /// Whether such a condition holds on a day.
    ///
    /// # Errors
    /// Where somebody must determine it and nobody has.
    pub(crate) fn told_condition(&self, parts: &Parts, day: Date, focus: &Focus) -> Eval<bool> {
        if let Some(assets) = parts.set(Label::Relies) {
            return self.relies_on(assets, focus);
        }
        // What one of a group does, the group does.
        let is = |by: Option<&Name>, of: &Name| {
            by.is_some_and(|by| by == of || self.is_among(by, std::slice::from_ref(of), day))
        };
        let acts = |by: &Name, of: &Name| self.acts_for(by, std::slice::from_ref(of), None, day) == Same::Yes;
        if let Some(party) = parts.name(Label::Asserts) {
            let against = parts.name(Label::Against);
            let same =
                |told: &Parts| is(told.name(Label::By), party) && agrees(told.name(Label::Against), against);
            return Ok(self.stands("asserted", Some("withdrew"), day, same));
        }
        if let Some(party) = parts.name(Label::Challenges) {
            let market = &self.model_on(day).market;
            let assets = parts.names(Label::Assets);
            let about = |told: &Parts| match told.name(Label::Assets) {
                Some(told) => assets.is_empty() || assets.iter().any(|a| market.within(told, a)),
                None => true,
            };
            let same = |told: &Parts| is(told.name(Label::By), party) && about(told);
            return Ok(self.stands("challenged", Some("withdrew challenge"), day, same));
        }
        if let Some(party) = parts.name(Label::Breach) {
            let clause = parts.name(Label::Clause);
            return self.clock().is_in_breach(party, clause, day);
        }
        if let Some(party) = parts.name(Label::Insolvent) {
            return Ok(self.stands("insolvent", None, day, |told| is(told.name(Label::Party), party)));
        }
        if let Some(party) = parts.name(Label::Control) {
            let changed = |told: &Parts| told.name(Label::Of) == Some(party);
            if let Some(holder) = parts.name(Label::Holder) {
                return Ok(self.stands("control", None, day, |told| {
                    changed(told) && told.name(Label::To) == Some(holder)
                }));
            }
            let changed = self.stands("control", None, day, changed);
            if changed && let Some(of) = parts.name(Label::Competitor) {
                let took = |event: &&counterpart_ledger::Event| match &event.kind {
                    EventKind::Told { word, parts, .. } => {
                        word == "control" && parts.name(Label::Of) == Some(party) && event.date <= day
                    }
                    _ => false,
                };
                let entry = self.facts.happened().filter(took).last();
                if let Some(EventKind::Told { parts, .. }) = entry.map(|event| &event.kind)
                    && let Some(so) = self.clock().is_competitor(parts, of)
                {
                    return Ok(so);
                }
                return Err(Unknown::not_yet(format!(
                    "whether control of {party} passed to a competitor of {of} needs a determination"
                )));
            }
            return Ok(changed);
        }
        if is_on_the_end(parts) {
            return self.agreement_ends(parts, day);
        }
        if let Some(withheld) = parts.withheld(Label::Unknown).and_then(|k| k.why_unknown()) {
            return Err(Unknown::new(format!("what is tested is {withheld}")));
        }
        if let Some(party) = parts.name(Label::Drops) {
            let mut what = parts.names(Label::What);
            // Tested for each product or field by itself, it is that one that must be dropped.
            let one = focus.product.as_ref().or(focus.field.as_ref()).or(focus.others.first());
            if let Some(one) = one.filter(|one| what.contains(one)) {
                what = vec![one.clone()];
            }
            let market = &self.model_on(day).market;
            // Of a product that is none of those named nothing can be dropped.
            let is_product = |name: &Name| market.products.contains_key(name);
            let of_others =
                |one: &&Name| is_product(one) && what.iter().all(|w| is_product(w) && !market.within(one, w));
            if one.filter(of_others).is_some() && !what.is_empty() {
                return Ok(false);
            }
            let same = |told: &Parts| {
                told.name(Label::By).is_none_or(|by| is(Some(by), party) || acts(by, party))
                    && told.names(Label::What).iter().any(|t| what.iter().any(|w| market.within(t, w)))
            };
            if self.stands("dropped", None, day, same) {
                return Ok(true);
            }
            if self.stands("dropped", None, day, |_| true) {
                return Ok(false);
            }
        }
        if let Some(decider) = parts.name(Label::Decider) {
            return Err(Unknown::not_yet(format!("{decider} has not decided so")));
        }
        if let Some(party) = parts.name(Label::Fails) {
            let what = parts.names(Label::What);
            let at_once = parts.get(Label::For).is_none();
            if at_once && parts.word(Label::Act) == Some("pay") && !what.is_empty() {
                return what.iter().try_fold(false, |any, name| Ok(any || !self.is_paid_up(name)?));
            }
            if at_once && parts.word(Label::Act) == Some("report") {
                let period = focus.period.is_some_and(|period| period.start < period.end);
                match self.fails_to_report(party, &what, day, focus)? {
                    Some(fails) if fails || period => return Ok(fails),
                    _ => {}
                }
            }
            if let Some(fails) = self.told_to_fail(party, parts, day, focus)? {
                return Ok(fails);
            }
        }
        if parts.has(Label::Subsidiary) {
            let until = match self.as_subsidiary(parts)? {
                Some(until) => self.clock().limit(until, focus)?,
                None => None,
            };
            return Ok(until.is_none_or(|until| day <= until) != parts.has(Label::Not));
        }
        // Of what nobody tells that it happened, it is not determined that it did.
        let words: &[&str] = match () {
            () if parts.has(Label::Fails) => &["refused", "failed"],
            () if parts.has(Label::Drops) => &["dropped"],
            () => &[],
        };
        let mut happened = self.facts.happened().take_while(|e| e.date <= day);
        // What is told of another party, act, product or country says nothing here.
        let apart = |told: &Parts| {
            let other =
                |told: Option<&Name>, asked: Option<&Name>| told.zip(asked).is_some_and(|(t, a)| t != a);
            let what = (told.names(Label::What), parts.names(Label::What));
            let place = parts.territory(Label::Place).and_then(|t| crate::condition::single(Some(t)));
            let place = place.or(focus.place.clone());
            other(told.name(Label::By), parts.name(Label::Fails).or(parts.name(Label::Drops)))
                || told.word(Label::Act).zip(parts.word(Label::Act)).is_some_and(|(t, a)| t != a)
                || !what.0.is_empty() && !what.1.is_empty() && !what.0.iter().any(|w| what.1.contains(w))
                || other(told.name(Label::Place), place.as_ref())
        };
        let told = happened.any(|e| match &e.kind {
            EventKind::Told { word, parts: told, .. } => words.contains(&word.as_str()) && !apart(told),
            _ => false,
        });
        let why = "this test needs a determination that nobody has made";
        Err(if !words.is_empty() && !told { Unknown::not_yet(why) } else { Unknown::new(why) })
    }

    /// Whether the agreement had ended by a day in the way asked about: a party ended it, it ran out, or somebody ended it on
    /// a ground.
    fn agreement_ends(&self, asked: &Parts, day: Date) -> Eval<bool> {
        let Some(told) = self.clock().terminated().filter(|found| found.told <= day) else {
            if !may_run_out(asked) {
                return Ok(false);
            }
            return match self.ended_by_now() {
                Ended::On(end) => Ok(end <= day),
                Ended::Perhaps(end, why) if end < day => Err(why),
                Ended::Perhaps(..) | Ended::No => Ok(false),
            };
        };
        // An end of another kind is none that is asked about, whenever it comes.
        Ok(self.is_such_an_end(&told, asked)? && told.end? <= day)
    }

    /// The days from the last day of an agreement on that ended in the way asked about.
    pub(crate) fn days_since_such_an_end(&self, asked: &Parts) -> DaysSo {
        let doubtful = |from: Date, why| DaysSo { yes: Ranges::none(), doubt: vec![(since(from), why)] };
        match self.clock().terminated() {
            Some(told) => match (self.is_such_an_end(&told, asked), told.end) {
                (Ok(false), _) => DaysSo::default(),
                (Ok(true), Ok(last)) => DaysSo::sure(since(last)),
                (Err(why), Ok(last)) => doubtful(last, why),
                (_, Err(why)) => doubtful(told.told, why),
            },
            None if may_run_out(asked) => match self.ended_by_now() {
                Ended::On(last) => DaysSo::sure(since(last)),
                Ended::Perhaps(last, why) => doubtful(last, why),
                Ended::No => DaysSo::default(),
            },
            None => DaysSo::default(),
        }
    }

    /// Whether an end that somebody brought about is of the kind asked about: by a party, on a ground.
    fn is_such_an_end(&self, told: &Termination, asked: &Parts) -> Eval<bool> {
        if let Some(party) = asked.name(Label::Ended) {
            let on: Vec<String> = grounds(asked, Label::Cause).into_iter().chain(at_will(asked)).collect();
            // What several agree to end, none of them ends on a ground of its own.
            let agreed = told.by.len() > 1 && told.ground.is_none() && !on.is_empty();
            return Ok(self.is_by(told, std::slice::from_ref(party))? && !agreed && self.is_on(told, &on)?);
        }
        let how = asked.word(Label::How);
        if how == Some("expiry") {
            return Ok(false);
        }
        let by = asked.names(Label::By);
        if !by.is_empty() && !self.is_by(told, &by)? {
            return Ok(false);
        }
        let mut on = grounds(asked, Label::Cause);
        if how == Some("will") {
            on.push("at will".into());
        }
        if !self.is_on(told, &on)? {
            return Ok(false);
        }
        asked.name(Label::Of).map_or(Ok(true), |of| self.is_on_that_of(told, of))
    }

    /// Whether the breach, the insolvency or another thing that the agreement was ended on was that of a party: of those
    /// who did not end it the only one, or the only one of whom such a thing was told.
    fn is_on_that_of(&self, told: &Termination, of: &Name) -> Eval<bool> {
        if of.is_blank() {
            return Err(Unknown::new("whose breach or other ground is asked about is redacted or open"));
        }
        // Nobody ends it on its own.
        if self.is_by(told, std::slice::from_ref(of))? {
            return Ok(false);
        }
        let parties = &self.model_on(told.told).header.parties;
        let others: Vec<&Name> = parties.iter().filter(|party| !told.by.contains(party)).collect();
        let ground = told.ground.as_deref().unwrap_or("a ground");
        let is_told = |party: &Name| match ground {
            "breach" => !self.clock().standing_breaches(party, told.told).is_empty(),
            "insolvency" => {
                self.stands("insolvent", None, told.told, |parts| parts.name(Label::Party) == Some(party))
            }
            _ => false,
        };
        let known: Vec<&Name> = others.iter().copied().filter(|party| is_told(party)).collect();
        match (known.as_slice(), others.as_slice()) {
            ([only], _) | ([], [only]) => Ok(*only == of),
            (known, _) if !known.is_empty() && !known.contains(&of) => Ok(false),
            ([], _) => {
                let why = format!("whose {ground} it was that the agreement was ended on is not told");
                Err(Unknown::new(why))
            }
            _ => {
                let why = format!("on the {ground} of which of several the agreement was ended is not told");
                Err(Unknown::new(why))
            }
        }
    }

    /// Whether one of these parties ended the agreement.
    fn is_by(&self, told: &Termination, parties: &[Name]) -> Eval<bool> {
        if told.is_for_want() {
            return Ok(false);
        }
        if told.by.is_empty() {
            return Err(told.nobody_told_who());
        }
        let by = parties.iter().any(|party| told.by.contains(party));
        if !by && told.by.iter().any(Name::is_blank) {
            return Err(Unknown::new("in whose right the agreement was ended is redacted or open"));
        }
        Ok(by)
    }

    /// Whether the agreement was ended on one of these grounds; on any where none is asked about.
    fn is_on(&self, told: &Termination, asked: &[String]) -> Eval<bool> {
        if asked.is_empty() {
            return Ok(true);
        }
        told.ground.as_ref().map(|ground| asked.contains(ground)).ok_or_else(|| told.nobody_told_why())
    }

    /// Whether the last that was told of such things by a day is that they are so.
    fn stands(&self, word: &str, undone: Option<&str>, day: Date, same: impl Fn(&Parts) -> bool) -> bool {
        let mut stands = false;
        for event in self.facts.happened().take_while(|e| e.date <= day) {
            let EventKind::Told { word: told, parts, .. } = &event.kind else { continue };
            if told == word && same(parts) {
                stands = true;
            } else if Some(told.as_str()) == undone && same(parts) {
                stands = false;
            }
        }
        stands
    }

    /// Whether the product asked about practises one of these assets.
    fn relies_on(&self, assets: &Set, focus: &Focus) -> Eval<bool> {
        let unknown = || Unknown::new("it is not said which product this is about");
        let product = focus.product.as_ref().ok_or_else(unknown)?;
        let market = &self.model_on(self.terms_day(focus)).market;
        let known = market.products.get(product).ok_or_else(unknown)?;
        let inside = |asset: &Name| {
            assets.names.iter().any(|n| market.within(asset, n))
                && !assets.except.iter().any(|n| market.within(asset, n))
        };
        match known.practises.iter().any(inside) {
            false if known.practises.iter().any(Name::is_blank) => {
                Err(Unknown::new(format!("what `{product}` practises is redacted or open")))
            }
            relies => Ok(relies),
        }
    }
}

/// Whether a test is on the end of the agreement.
pub(crate) fn is_on_the_end(asked: &Parts) -> bool {
    asked.has(Label::Ended) || asked.has(Label::Ends)
}

/// Whether a test, or one of several, is on the end of the agreement.
pub(crate) fn is_about_the_end(test: &Condition) -> bool {
    match test {
        Condition::All(tests) | Condition::Any(tests) => tests.iter().any(is_about_the_end),
        Condition::Not(inner) => is_about_the_end(inner),
        Condition::Other(parts) => is_on_the_end(parts),
        Condition::After(moment) | Condition::Before(moment) => moment.hangs_on_the_end(),
        _ => false,
    }
}

/// Whether an agreement that ran out by itself ended in the way asked about.
fn may_run_out(asked: &Parts) -> bool {
    let ways = [Label::Ended, Label::Cause, Label::By].iter().any(|label| asked.has(*label));
    !ways && asked.word(Label::How) != Some("will")
}

/// The grounds that stand at a label.
fn grounds(parts: &Parts, label: Label) -> Vec<String> {
    let read = |value: &Value| match value {
        Value::Name(name) => Some(name.to_string()),
        Value::Word(word) => Some(word.clone()),
        _ => None,
    };
    parts.all(label).filter_map(read).collect()
}

/// The ground of an end that needs none.
fn at_will(parts: &Parts) -> Option<String> {
    parts.has(Label::Will).then(|| "at will".to_string())
}

/// What is told agrees with what is asked: the same, or not said on one side.
fn agrees(told: Option<&Name>, asked: Option<&Name>) -> bool {
    told.is_none() || asked.is_none() || told == asked
}

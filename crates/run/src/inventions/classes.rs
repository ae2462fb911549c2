//! Of which class an invention is: as those decided who may, or by the first class whose condition holds; one that takes
//! what no other does comes last.
//!
//! Where several hold, one that stands `notwithstanding` another goes before it. Where nothing ranks them, the first in the
//! text decides, and the others are told beside it.

use super::It;
use super::decisions::Topic;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::Improvement;
use counterpart_terms::precedence::{ClauseRef, Ranking, Standing};
use counterpart_terms::value::Name;

/// The class of an invention.
#[derive(Debug, Clone)]
pub(crate) struct Classified<'m> {
    /// Which; none where it falls into no class.
    pub class: Option<&'m Improvement>,
    /// Classes of equal rank it fits too.
    pub also: Vec<(Name, At)>,
    /// The day from which it is of this class.
    pub since: Date,
    /// Why.
    pub why: Vec<Step>,
}

impl<'m> Run<'m> {
    /// The class of an invention on the day asked about.
    ///
    /// # Errors
    /// Where it hangs on what is not told or not given.
    pub(crate) fn class_of(&self, it: &It) -> Eval<Classified<'m>> {
        if let Some(why) = self.outside_the_agreement(it)? {
            let why = vec![Step::note(why).by(it.at)];
            return Ok(Classified { class: None, also: Vec::new(), since: it.made, why });
        }
        let classes = &self.made_under(it).improvements;
        let mut void = self.void_decisions(&it.name, Topic::Improvements);
        if let Some(decision) = self.last_decision(&it.name, Topic::Improvements)? {
            let why =
                || Unknown::new(format!("`{}` is no class of improvements", decision.value)).at(decision.at);
            let class = classes.iter().find(|class| class.name == decision.value).ok_or_else(why)?;
            let mut steps = vec![decision.step()];
            // What else speaks for it.
            if let Some(test) = &class.when {
                let mut more = Vec::new();
                if self.fits(test, it, &class.name, &mut more).unwrap_or(false) {
                    steps.extend(more.into_iter().filter(|step| step.clause != Some(decision.at)));
                }
            }
            steps.push(Step::note(format!("that is the class `{}`", class.name)).by(class.at));
            steps.append(&mut void);
            return Ok(Classified { class: Some(class), also: Vec::new(), since: decision.day, why: steps });
        }
        let mut found = self.first_that_fits(it, classes)?;
        found.why.append(&mut void);
        Ok(found)
    }

    fn first_that_fits(&self, it: &It, classes: &'m [Improvement]) -> Eval<Classified<'m>> {
        let ranking = Ranking::of(&self.made_under(it).records);
        let above = |one: &Improvement, other: &Improvement| {
            let (one, other) = (ClauseRef::named(one.name.clone()), ClauseRef::named(other.name.clone()));
            ranking.standing(&one, &other) == Standing::First
        };
        let mut fitting: Vec<(&Improvement, Vec<Step>)> = Vec::new();
        let mut unsure: Vec<(usize, &Improvement, Unknown)> = Vec::new();
        for class in classes {
            let Some(test) = &class.when else { continue };
            let mut why = Vec::new();
            match self.fits(test, it, &class.name, &mut why) {
                Ok(true) => fitting.push((class, why)),
                Ok(false) => {}
                Err(reason) => unsure.push((fitting.len(), class, reason.at(class.at))),
            }
        }
        let beaten = |class: &Improvement| fitting.iter().any(|(other, _)| above(other, class));
        let first = fitting.iter().position(|(class, _)| !beaten(class));
        // What is not known matters where it would go before what is.
        let matters = |(before, class, _): &&(usize, &Improvement, Unknown)| match first
            .and_then(|at| fitting.get(at))
        {
            Some((best, _)) => {
                first.is_some_and(|at| *before <= at && !above(best, class)) || above(class, best)
            }
            None => true,
        };
        if let Some((_, class, why)) = unsure.iter().find(matters) {
            let reason = format!("whether it is of the class `{}` is not known: {}", class.name, why.reason);
            return Err(Unknown { reason, ..why.clone() });
        }
        let Some((class, why)) = first.and_then(|at| fitting.get(at)) else {
            return Ok(self.last_class(it, classes));
        };
        let also: Vec<(Name, At)> = fitting
            .iter()
            .filter(|(other, _)| other.at != class.at && !above(class, other) && !beaten(other))
            .map(|(other, _)| (other.name.clone(), other.at))
            .collect();
        let mut why = why.clone();
        why.push(Step::note(format!("that makes it of the class `{}`", class.name)).by(class.at));
        why.extend(also.iter().map(|(name, at)| {
            Step::note(format!("it fits `{name}` too, which stands later and is not ranked above it")).by(*at)
        }));
        Ok(Classified { class: Some(class), also, since: it.made, why })
    }

    /// The class that takes what no other does; none where the text has none.
    fn last_class(&self, it: &It, classes: &'m [Improvement]) -> Classified<'m> {
        let class = classes.iter().find(|class| class.otherwise || class.when.is_none());
        let why = match class {
            Some(class) => {
                Step::note(format!("no other class takes it, so it is of the class `{}`", class.name))
                    .by(class.at)
            }
            None => Step::note("no class of improvements takes it").by(it.at),
        };
        Classified { class, also: Vec::new(), since: it.made, why: vec![why] }
    }

    /// Why the agreement does not speak of an invention at all; `None` where it may.
    fn outside_the_agreement(&self, it: &It) -> Eval<Option<String>> {
        if let Some(begins) = self.clock().effective_day()?.filter(|day| it.made < *day) {
            return Ok(Some(format!(
                "it was made on {}, before the agreement took effect on {begins}",
                it.made
            )));
        }
        let then = self.on_another_day(it.made);
        Ok(match then.ended_by_now() {
            crate::ends::renewal::Ended::On(end) if end < it.made => {
                Some(format!("it was made on {}, after the agreement ended on {end}", it.made))
            }
            crate::ends::renewal::Ended::Perhaps(end, why) if end < it.made => return Err(why),
            _ => None,
        })
    }

    /// The day the agreement ended, where it has.
    ///
    /// # Errors
    /// Where that cannot be said.
    pub(super) fn ended_before(&self, day: Date) -> Eval<Option<Date>> {
        match self.ended_by_now() {
            crate::ends::renewal::Ended::On(end) if end < day => Ok(Some(end)),
            crate::ends::renewal::Ended::Perhaps(end, why) if end < day => Err(why),
            _ => self.end_withheld().map_or(Ok(None), Err),
        }
    }
}

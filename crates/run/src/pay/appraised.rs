//! The price of an option or a buy-out that an expert or an appraiser sets: what was determined is owed once the right was
//! exercised and the price is known.

use super::Item;
use crate::engine::Run;
use crate::measure::literal;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_rights::date;
use counterpart_syntax::Form;
use counterpart_terms::At;
use counterpart_terms::Record;
use counterpart_terms::model::{Pay, buy_out_name};
use counterpart_terms::value::{Amount, Moment, Name};

impl<'m> Run<'m> {
    /// The entry that sets the price of an option or a buy-out, and the price.
    pub(crate) fn appraisal(&self, name: &Name) -> Option<(&'m Event, &'m Amount)> {
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Determined { name: told, value: Some(value), .. } if told == name => {
                Some((event, value))
            }
            _ => None,
        })
    }

    /// The day on which what is bought was exercised, a buy-out once the time of its notice has passed; and the day of that
    /// notice.
    fn bought_on(&self, name: &Name) -> Eval<Option<(Date, Date)>> {
        let buy_out = |record: &Record| buy_out_name(record) == *name;
        if !self.clauses(Form::FileBuyOut).any(buy_out) {
            return Ok(self.facts.exercised(name).map(|day| (day, day)));
        }
        let course = self.course_of(name)?;
        let days = course.days("effective");
        let as_of = self.facts.as_of();
        days.on(as_of)?;
        let told = course.days("exercised").yes.first().map(date);
        let had = days.yes.first().map(date).filter(|had| *had <= as_of);
        Ok(had.map(|had| (had, told.map_or(had, |told| told.min(had)))))
    }

    /// The price, once it is owed.
    pub(super) fn appraised_items(&self, pay: &Pay, at: At) -> Eval<Vec<Item>> {
        let Some((day, noticed)) = self.bought_on(&pay.name)? else { return Ok(Vec::new()) };
        let set = self.appraisal(&pay.name).map(|(event, value)| (event.date, literal(value), event.at));
        let item = match set {
            Some((told, value, entry)) => {
                let day = day.max(told);
                let value = value.map_err(|why| why.at(entry));
                let what = format!("{} as appraised", pay.name);
                let step = match &value {
                    Ok(value) => Step::new(what, value.clone()),
                    Err(why) => Step::note(what).how(why.reason.clone()),
                };
                let of = pay.paid.as_ref().and_then(|paid| paid.of.as_ref());
                let from = match of {
                    Some(Moment::Bare(word)) if word == "notice" => noticed,
                    _ => day,
                };
                Item {
                    due: Some(self.paid_after(pay, from, None)?.max(day)),
                    ..Item::arisen(day, value, step.by(entry), at)
                }
            }
            None => {
                let why =
                    Unknown::not_yet(format!("the price of `{}` is not appraised yet", pay.name)).at(at);
                Item::arisen(day, Err(why.clone()), Step::note(why.reason).by(at), at)
            }
        };
        Ok(vec![item])
    }
}

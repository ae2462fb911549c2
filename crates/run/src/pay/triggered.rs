//! What effects do to a payment, whatever brought them about: it ends, or rests for some time; its sums are changed; what
//! is unpaid falls due at once.

use super::Item;
use super::limits;
use super::moves::rest_through;
use super::rules::{change, spoil};
use crate::effects::{Came, Changed, latest};
use crate::ends::kept_going::Of;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::percent;
use counterpart_num::{Date, Period};
use counterpart_rights::date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect, Figure, Pay, Turn, buy_out_name};
use counterpart_terms::value::{Name, Value};

/// The days on which something rests: the first, and the last where one is known.
pub(super) type Rests = Vec<(Date, Option<Date>)>;

/// What triggers and choices did to a payment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Triggered {
    /// The first day on which it is no more.
    pub end: Option<(Date, At)>,
    /// The days on which it rests: the first, and the last where one is known.
    pub rests: Rests,
    /// Tests of which it cannot be said whether they held, each with its day.
    pub doubts: Vec<(Date, Unknown)>,
}

impl Triggered {
    /// The days among some on which it rests.
    pub fn resting(&self, days: &Period) -> i64 {
        let mut rests: Vec<(Date, Date)> =
            self.rests.iter().map(|(a, b)| (*a, b.unwrap_or(Date::MAX))).collect();
        rests.sort();
        // Days that rest twice are counted once.
        let (mut count, mut next) = (0, days.start);
        for (from, to) in rests {
            if let Some(both) = Period::new(from.max(next), to.min(days.end)) {
                count += both.days();
                next = both.end.next_day().unwrap_or(both.end);
            }
        }
        count
    }

    /// It is no more from a day on.
    fn ends(&mut self, from: Date, at: At) {
        if self.end.as_ref().is_none_or(|(end, _)| from < *end) {
            self.end = Some((from, at));
        }
    }

    /// Why it cannot be said whether something ends or rests by a day.
    pub fn doubt_by(&self, day: Date) -> Option<&Unknown> {
        self.doubts.iter().find(|(tested, _)| *tested <= day).map(|(_, why)| why)
    }
}

impl Run<'_> {
    /// What effects did to a payment, or a royalty: those of triggers and choices, and of whatever else says what follows.
    ///
    /// # Errors
    /// Where it cannot be said how long it rests, or which part of it.
    pub(crate) fn triggered(&self, name: &Name) -> Eval<Triggered> {
        self.kept_of_payment(name, || self.find_triggered(name))
    }

    fn find_triggered(&self, name: &Name) -> Eval<Triggered> {
        let mut out = Triggered::default();
        for came in self.came_about(Some(name), &|effect| Effect::on_payment(effect, name).is_some()) {
            if let Some(why) = came.doubt.clone().or_else(|| in_part(&came, name)) {
                out.doubts.push((came.from, why));
                continue;
            }
            match Effect::on_payment(&came.effect, name) {
                // What ends for a time rests.
                Some(Change::Ends) if came.until.is_none() => {
                    out.ends(came.from, came.entry.filter(|_| came.chosen.is_some()).unwrap_or(came.at))
                }
                Some(_) => out.rests.push((came.from, came.until)),
                None => {}
            }
        }
        for (from, doubt, at) in self.bought_out(name) {
            match doubt {
                Some(why) => out.doubts.push((from, why)),
                None => out.ends(from, at),
            }
        }
        Ok(out)
    }

    /// The days from which on a payment is bought out, each with why that cannot be said, and the clause.
    fn bought_out(&self, name: &Name) -> Vec<(Date, Option<Unknown>, At)> {
        let mut out = Vec::new();
        for record in self.clauses(Form::FileBuyOut) {
            let of = record.names(Label::Of);
            let hidden = of
                .iter()
                .any(Name::is_blank)
                .then(|| Unknown::new("which payment is bought out is redacted or open").at(record.at));
            if !of.contains(name) && hidden.is_none() {
                continue;
            }
            let effective = self.course_of(&buy_out_name(record)).map(|course| course.days("effective"));
            match effective {
                Ok(days) => match (days.yes.first(), days.doubt.into_iter().next()) {
                    (Some(first), _) => out.push((date(first), hidden, record.at)),
                    (None, Some((days, why))) => {
                        out.extend(days.first().map(|first| (date(first), Some(why), record.at)));
                    }
                    (None, None) => {}
                },
                Err(why) => out.push((self.first_day().unwrap_or(Date::MIN), Some(why), record.at)),
            }
        }
        out
    }
}

/// Why it cannot be said what an end or a rest makes of a payment, where it is for a part of it alone.
fn in_part(came: &Came, name: &Name) -> Option<Unknown> {
    let part = Effect::read(&came.effect).map(|effect| effect.part).unwrap_or_default();
    let whole = came.place.is_none() && came.of.is_none() && part.is_whole();
    let why = || format!("what of `{name}` ends or rests is a part that is not told apart");
    (!whole).then(|| Unknown::new(why()).at(came.at))
}

/// Applies to the sums of a payment what effects make of all that is paid under it, and of its price.
fn changed(run: &Run<'_>, pay: &Pay, items: &mut [Item]) {
    for figure in [Figure::Payments, Figure::Price] {
        let changes = run.all_changes(figure, &pay.name);
        // Where all ends or rests, nothing arises.
        let scales = |made: &&Changed| figure != Figure::Payments || !made.is_off();
        for item in items.iter_mut() {
            let is_so = |made: &&Changed| made.is_on(item.arisen) && made.is_of(item.terms);
            for made in latest(changes.iter().filter(scales).filter(is_so)) {
                change_item(run, pay, item, made);
            }
        }
    }
}

/// Applies to a sum what an effect makes of it.
fn change_item(run: &Run<'_>, pay: &Pay, item: &mut Item, made: &Changed) {
    let part = made.place.as_ref().is_none_or(|place| item.place.as_ref() == Some(place));
    let of_it = |of: &Name| item.product.as_ref() == Some(of) || item.of.as_ref() == Some(of);
    let Ok(was) = &item.amount else { return };
    let sets = matches!(made.turn, Turn::Becomes(_) | Turn::To { .. });
    let found = match () {
        () if !part || !made.of.as_ref().is_none_or(of_it) => Err(made
            .in_part_only(&pay.name)
            .unwrap_or_else(|| Unknown::new("of which part this is changed is not told").at(made.at))),
        // A sum for each unit is changed where it is charged.
        () if made.figure == Figure::Price && sets && pay.instalments.is_empty() => return,
        () => run.changed_sum(was, made),
    };
    match found {
        Ok((now, how)) => {
            change(item, |_| now, made.step(format!("{} changed", made.figure.word()), how));
        }
        Err(why) => spoil(item, why),
    }
}

/// Makes all of a payment due that has not fallen due, on the day an effect says so.
fn made_due(run: &Run<'_>, pay: &Pay, items: &mut Vec<Item>) {
    for came in run.came_about(Some(&pay.name), &|effect| makes_due(effect, &pay.name)) {
        if let Some(why) = &came.doubt {
            let step = Step::note(format!("{} may be due at once", pay.name)).by(came.at);
            let mut all = Item::arisen(came.from, Err(why.clone()), step, came.at);
            (all.line, all.unsure) = (pay.instalments.len(), true);
            items.retain(|item| item.arisen <= came.from);
            items.push(all);
            continue;
        }
        *items = limits::all_at_once(run, pay, std::mem::take(items), (came.from, None, came.at));
    }
}

/// Whether an effect makes due all that is unpaid of a payment.
fn makes_due(effect: &Value, name: &Name) -> bool {
    let Value::Parts(parts) = effect else { return false };
    let due = parts.word(Label::Verb) == Some("is due") && parts.name(Label::Name) == Some(name);
    due || parts.names(Label::Unpaid).contains(name)
}

/// Applies to what has arisen of a payment what triggers and choices did to it.
pub(super) fn apply(run: &Run<'_>, pay: &Pay, items: &mut Vec<Item>) -> Eval<()> {
    for kept in run.reduced(&pay.from, &pay.to, Of::Sum) {
        for item in items.iter_mut().filter(|item| item.arisen >= kept.from) {
            let what = Step::note("kept instead of ended").by(kept.at);
            match &kept.share {
                Ok(share) => {
                    let step = what.how(format!("{} of it from {}", percent(share), kept.from));
                    change(item, |value| value.with(value.number() * share), step);
                }
                Err(why) => spoil(item, why.clone()),
            }
        }
    }
    made_due(run, pay, items);
    changed(run, pay, items);
    let Triggered { end, rests, doubts } = run.triggered(&pay.name)?;
    for (from, why) in doubts {
        items.iter_mut().filter(|item| item.arisen >= from).for_each(|item| spoil(item, why.clone()));
    }
    if let Some((end, _)) = end {
        items.retain(|item| item.arisen < end);
    }
    rest_through(run, pay, items, &rests);
    Ok(())
}

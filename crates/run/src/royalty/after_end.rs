//! After the end of the agreement: up to which day what is sold is sold under the licence.
//!
//! A royalty is owed for sales under the licence. After the end there are none, but for those of the sell-off and of
//! what `after the end` lets go on; what goes on may be at another share of the rate. A period in which they end
//! counts up to that day, by its days where it is not told day by day. A sum for each year or quarter stops with the
//! agreement in the same way.

use super::base::{self, RoyaltyLine};
use super::stretch::Stretch;
use crate::amount::given;
use crate::clock::Focus;
use crate::ends::kept_going::Of;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::percent;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{FeeWhen, Instalment, Pay, PayRule, Royalty};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Known, Moment, Name, Set, Territory, Value};

/// How sales under the licence come to their end.
pub(super) struct Ending<'r> {
    /// The day the agreement ended, or the royalty by itself.
    end: Date,
    /// The royalty came to its end by itself, and how.
    own: Option<&'static str>,
    /// The last day of sales under the licence.
    pub last: Date,
    /// The clause that says so.
    at: At,
    /// What goes on after the end.
    tails: Vec<GoesOn<'r>>,
}

/// What goes on after the end, and what is owed for it.
pub(super) struct GoesOn<'r> {
    /// The last day of it.
    pub last: Date,
    /// The grant that alone goes on; all that is sold where none is named.
    pub of: Option<Name>,
    /// The share of the rate that is owed, where it is not all of it.
    pub share: Option<&'r Known<Exact>>,
    /// The clause.
    pub at: At,
}

/// How sales come to their end, where the agreement ended before some days were over; `None` where that makes no
/// difference to a royalty.
///
/// # Errors
/// Where it cannot be said how long sales go on after the end.
pub(super) fn ending<'r>(run: &'r Run<'_>, royalty: &Royalty, days: &Period) -> Eval<Option<Ending<'r>>> {
    let set_off = run.triggered(&royalty.name)?;
    if let Some(why) = set_off.doubt_by(days.end) {
        return Err(why.clone());
    }
    // A trigger ends it from a day on, which is the first without it.
    let by_trigger = set_off.end.and_then(|(day, at)| Some((day.prev_day()?, "ended", at)));
    let told = run.clock().last_day_alone(&royalty.name)?.map(|day| (day, "was terminated", royalty.at));
    let own = told.into_iter().chain(by_trigger).min().filter(|(day, ..)| *day < days.end);
    let alone = own.map(|(end, how, at)| Ending { end, last: end, own: Some(how), at, tails: Vec::new() });
    if goes_by_own_term(run, royalty) {
        return Ok(alone);
    }
    let whole = of_the_agreement(run, royalty, days)?;
    Ok(match (alone, whole) {
        (Some(alone), Some(whole)) if whole.last <= alone.last => Some(whole),
        (Some(alone), _) => Some(alone),
        (None, whole) => whole,
    })
}

/// Whether nothing is to be reported of a metric any more for some days: they begin after the agreement has ended, no royalty
/// on it reaches them, and it does not survive.
pub(crate) fn reports_are_over(run: &Run<'_>, metric: &Name, days: &Period) -> bool {
    let Some((end, None)) = run.ended_by_now().day().filter(|(end, _)| *end < days.start) else {
        return false;
    };
    let survives = run.survivals(end).into_iter().any(|survival| {
        let own = survival.what == *metric || matches!(survival.what.as_str(), "reports" | "all");
        let lasts = survival.until.map_or(true, |until| until.is_none_or(|until| days.start <= until));
        own && lasts && survival.so != Ok(false)
    });
    let reached = run.royalties().into_iter().any(|royalty| {
        super::reported_metrics(run, royalty, days.start).contains(metric)
            && !matches!(ending(run, royalty, days), Ok(Some(ending)) if ending.last < days.start)
    });
    !survives && !reached
}

/// How sales come to their end with the agreement, where it ended before some days were over.
fn of_the_agreement<'r>(run: &'r Run<'_>, royalty: &Royalty, days: &Period) -> Eval<Option<Ending<'r>>> {
    let Some((end, doubt)) = run.ended_by_now().day().filter(|(end, _)| *end < days.end) else {
        return Ok(None);
    };
    let mut found = Ending { end, last: end, own: None, at: royalty.at, tails: Vec::new() };
    for clause in clauses(run, end) {
        let until = lets_go_on(run, &royalty.name, clause, end).map_err(|u| u.at(clause.at))?;
        let Some(day) = until.filter(|day| *day > end) else { continue };
        if day > found.last {
            (found.last, found.at) = (day, clause.at);
        }
        let share = match clause.get(Label::At) {
            Some(Value::Amount(Amount::Percent(share))) => Some(share),
            _ => None,
        };
        let of = clause.name(Label::Grant).filter(|_| clause.clause == Form::AfterEndBridge).cloned();
        found.tails.push(GoesOn { last: day, of, share, at: clause.at });
    }
    match doubt {
        // Where what is sold goes on at the same rate, it makes no difference whether the agreement did.
        Some(_) if found.tails.iter().any(|tail| tail.is_all() && tail.last >= days.end) => Ok(None),
        Some(why) => Err(why),
        None => Ok(Some(found)),
    }
}

impl GoesOn<'_> {
    /// Whether all that is sold goes on at the whole rate.
    fn is_all(&self) -> bool {
        self.of.is_none() && self.share.is_none()
    }

    /// Whether a line is of what goes on. Of one that does not tell its place, product or field that is not known where
    /// the same licensee has other grants that reach elsewhere.
    pub fn reaches(&self, run: &Run<'_>, line: &Focus, day: Date) -> Eval<bool> {
        let Some(grant) = self.of.as_ref().and_then(|of| run.named_on(day, |model| model.grants.get(of)))
        else {
            return Ok(true);
        };
        if let (Some(territory), Some(place)) = (&grant.territory, &line.place)
            && !run.lies_in(place, territory, day)?
        {
            return Ok(false);
        }
        let market = &run.model_on(day).market;
        let misses = |set: &Option<Set>, told: &Option<Name>| {
            let (Some(set), Some(told)) = (set, told) else { return false };
            let among = |names: &[Name]| names.iter().any(|name| market.within(told, name));
            !set.all && !among(&set.names) || among(&set.except)
        };
        if misses(&grant.products, &line.product) || misses(&grant.fields, &line.field) {
            return Ok(false);
        }
        let mut others = run.model_on(day).grants.values().filter(|other| other.to == grant.to);
        let untold = |told: &Option<Name>, what| told.is_none().then_some(what);
        let everywhere =
            |place: &Territory| place.places.iter().any(|p| p == "World") && place.except.is_empty();
        let what = others.find_map(|other| {
            if other.territory != grant.territory && !grant.territory.as_ref().is_none_or(everywhere) {
                untold(&line.place, "in which country")
            } else if other.products != grant.products && grant.products.is_some() {
                untold(&line.product, "of which product")
            } else if other.fields != grant.fields && grant.fields.is_some() {
                untold(&line.field, "for which field")
            } else {
                None
            }
        });
        let Some((what, of)) = what.zip(self.of.as_ref()) else { return Ok(true) };
        let why =
            format!("{what} this was sold is not told, and so not whether it is of what goes on of `{of}`");
        Err(Unknown::new(why).at(self.at))
    }
}

impl Ending<'_> {
    /// The last day on which a line is sold under the licence.
    ///
    /// # Errors
    /// Where it cannot be said whether the line is of what goes on.
    pub fn last_for(&self, run: &Run<'_>, line: &Focus) -> Eval<Date> {
        let (mut last, mut unsure) = (self.end, None);
        for tail in self.tails.iter().filter(|tail| tail.last > self.end) {
            match tail.reaches(run, line, self.end) {
                Ok(true) => last = last.max(tail.last),
                Ok(false) => {}
                Err(why) => unsure = Some((tail.last, why.at(tail.at))),
            }
        }
        match unsure {
            Some((perhaps, why)) if perhaps > last => Err(why),
            _ => Ok(last),
        }
    }

    /// Why nothing is owed for days that began after the last sale under the licence; `None` where it is owed.
    pub fn over(&self, days: &Period) -> Option<Step> {
        if self.last >= days.start {
            return None;
        }
        let how = if let Some(how) = self.own {
            format!("the royalty {how} on {}", self.end)
        } else if self.last == self.end {
            format!("the agreement ended on {}", self.end)
        } else {
            format!("the agreement ended on {}, and what went on after it on {}", self.end, self.last)
        };
        Some(Step::note("no sales under the licence").how(how).by(self.at))
    }
}

/// Charges what is sold in a bridge at its share of the rate: each line for its days after the end. So it is with what a
/// party pays that keeps an agreement it could have ended, from the day it chose so.
pub(super) fn bridged(
    stretch: &Stretch<'_, '_>,
    lines: &mut [RoyaltyLine],
    steps: &mut Vec<Step>,
) -> Eval<()> {
    let (run, royalty) = (stretch.run, stretch.royalty);
    let ending = ending(run, royalty, &stretch.sub)?;
    for (tail, end) in ending.iter().flat_map(|ending| ending.tails.iter().map(|tail| (tail, ending.end))) {
        let days = end.next_day().and_then(|first| Period::new(first, tail.last));
        let (Some(share), Some(days)) = (tail.share, days) else { continue };
        let share = given(share, "share of the rate").map_err(|u| u.at(tail.at));
        let mut own = Vec::new();
        for line in lines.iter() {
            let sold = line.day.unwrap_or(stretch.sub);
            let after = sold.end >= days.start && sold.start <= days.end && !line.due.number().is_zero();
            own.push(after && tail.reaches(run, &base::focus(run, &stretch.focus, line), end)?);
        }
        let own = lines.iter_mut().zip(own).filter(|(_, own)| *own).map(|(line, _)| line);
        at_share(stretch, own, steps, ("after the end", &days, share, tail.at))?;
    }
    for kept in run.reduced(&royalty.from, &royalty.to, Of::Royalty) {
        let Some(days) = Period::new(kept.from.max(stretch.sub.start), stretch.sub.end) else { continue };
        at_share(stretch, lines.iter_mut(), steps, ("kept instead of ended", &days, kept.share, kept.at))?;
    }
    Ok(())
}

/// Charges what is sold on some days at a share of the rate.
fn at_share<'l>(
    stretch: &Stretch<'_, '_>,
    lines: impl Iterator<Item = &'l mut RoyaltyLine>,
    steps: &mut Vec<Step>,
    (what, days, share, at): (&str, &Period, Eval<Exact>, At),
) -> Eval<()> {
    let mut more = stretch.zero.clone();
    for line in lines {
        let own = line.day.unwrap_or(stretch.sub);
        let Some(inside) = Period::new(own.start.max(days.start), own.end.min(days.end)) else { continue };
        if line.due.number().is_zero() {
            continue;
        }
        let change = (share.clone()? - Exact::one()) * inside.share_of(&own);
        let added = line.due.with(line.due.number() * &change);
        more = more.plus(&added)?;
        line.full = line.full.with(line.full.number() * &(Exact::one() + change));
        line.due = line.due.plus(&added)?;
    }
    if !more.number().is_zero() {
        let how = format!("{} of the rate from {} to {}", percent(&share?), days.start, days.end);
        steps.push(Step::new(what, more).how(how).by(at));
    }
    Ok(())
}

/// Whether a royalty says itself how it stands to the end of the agreement: it begins or ends with it, or, where the
/// agreement ran out and nobody ended it, has a term of its own.
pub(super) fn goes_by_own_term(run: &Run<'_>, royalty: &Royalty) -> bool {
    own_term(run, royalty.starts.as_ref(), royalty.ends.as_ref())
}

fn own_term(run: &Run<'_>, starts: Option<&Moment>, ends: Option<&Moment>) -> bool {
    let by_the_end = starts.into_iter().chain(ends).any(names_the_end);
    by_the_end || ends.is_some() && run.clock().terminated().is_none()
}

/// The last day on which a sum for each period can fall due: the agreement's last, where it has ended and nothing
/// says that the payment outlives it. Where it cannot be said whether the agreement has ended, with the reason why a
/// sum after that day is not known.
///
/// # Errors
/// Where it cannot be said how long the payment goes on after the end.
pub(crate) fn last_day(run: &Run<'_>, pay: &Pay, line: &Instalment) -> Eval<Option<(Date, Option<Unknown>)>> {
    let Some((end, doubt)) = run.ended_by_now().day() else { return Ok(None) };
    let (mut starts, mut ends) = (None, None);
    if let FeeWhen::Each { from, until, .. } = &line.when {
        ends = until.as_ref();
        if let Some(Value::Moment(from)) = from {
            starts = Some(from);
        }
    }
    for (rule, _) in &pay.rules {
        match rule {
            PayRule::From(from) => starts = Some(from),
            PayRule::Until(until) => ends = Some(until),
            _ => {}
        }
    }
    if own_term(run, starts, ends) {
        return Ok(None);
    }
    let (mut last, mut doubt) = (end, doubt);
    for clause in clauses(run, end).into_iter().filter(|c| c.clause == Form::AfterEndSurvive) {
        if clause.all(Label::What).any(Value::has_blank) {
            let why = || Unknown::new("what else survives is redacted or open").at(clause.at);
            doubt = doubt.or_else(|| Some(why()));
        }
        let goes_on = lets_go_on(run, &pay.name, clause, end).map_err(|u| u.at(clause.at))?;
        last = last.max(goes_on.unwrap_or(end));
    }
    Ok(Some((last, doubt)))
}

/// The last day of sales under the licence where the agreement ended on a day.
///
/// # Errors
/// Where it cannot be said how long they go on after it.
pub(crate) fn last_of_sales(run: &Run<'_>, pay: &Pay, end: Date) -> Eval<Date> {
    let tails = clauses(run, end).into_iter();
    tails.filter(|clause| clause.clause != Form::AfterEndSurvive).try_fold(end, |last, clause| {
        let until = lets_go_on(run, &pay.name, clause, end).map_err(|why| why.at(clause.at))?;
        Ok(last.max(until.unwrap_or(end)))
    })
}

/// Whether some days are over before an end of the agreement of which it cannot be said whether it came, where a moment
/// is that end or so long after it.
pub(super) fn is_before_doubt(run: &Run<'_>, moment: &Moment, days: &Period) -> bool {
    let back = matches!(moment, Moment::Shift { back: true, .. });
    let doubt = run.clock().end_in_doubt();
    names_the_end(moment) && !back && doubt.is_some_and(|(day, _)| days.end <= day)
}

/// Whether a day hangs on the end of the agreement.
pub(crate) fn names_the_end(moment: &Moment) -> bool {
    match moment {
        Moment::Shift { from, .. } => names_the_end(from),
        Moment::Latest(of) | Moment::Earliest(of) => of.iter().any(names_the_end),
        _ => moment.is_the_end(),
    }
}

/// What the deal says of the time after this end.
fn clauses<'r>(run: &'r Run<'_>, end: Date) -> Vec<&'r Record> {
    let ended = run.clock().terminated().filter(|found| found.end.as_ref().map_or(found.told, |d| *d) == end);
    // What runs out, or comes to nothing, is ended by nobody.
    let untold = ended.as_ref().is_some_and(|found| found.by.is_empty() && !found.is_for_want());
    let by: Vec<Name> = ended.map(|found| found.by).unwrap_or_default();
    let blocks = run.model_on(end).records.of(Form::FileAfterEnd);
    let whole = blocks.filter(|r| r.name(Label::Of).is_none());
    let here = whole.filter(|r| {
        let named = r.names(Label::By);
        named.is_empty() || untold || named.iter().any(|p| by.contains(p))
    });
    here.flat_map(|r| &r.below).collect()
}

/// The last day on which a clause lets go on what a payment is owed for.
pub(super) fn lets_go_on(run: &Run<'_>, payment: &Name, clause: &Record, end: Date) -> Eval<Option<Date>> {
    let after = |label| match clause.get(label) {
        Some(Value::Duration(by)) => run.clock().shift(end, by, false).map(Some),
        _ => Ok(None),
    };
    let free = |label| clause.all(label).any(|v| matches!(v, Value::Word(w) if w == "royalty-free"));
    let here = match clause.clause {
        Form::AfterEndSellOff => !free(Label::Royalty),
        Form::AfterEndBridge | Form::AfterEndWindDown | Form::AfterEndOrders => true,
        Form::AfterEndContinues => !free(Label::Part),
        Form::AfterEndSurvive => clause.all(Label::What).any(|what| survives(what, payment)),
        _ => false,
    };
    if !here {
        return Ok(None);
    }
    let on = Focus { period: Period::new(end, end), ..Focus::default() };
    if let Some(when) = clause.condition(Label::When)
        && !run.holds(when, &on)?
    {
        return Ok(None);
    }
    let until = clause.moment(Label::Until).or(clause.moment(Label::Most));
    let until = match until {
        Some(moment) => run.clock().limit(moment, &on)?,
        None => None,
    };
    let length = match clause.clause {
        Form::AfterEndOrders => after(Label::Within)?,
        _ => after(Label::For)?,
    };
    Ok(Some(length.into_iter().chain(until).min().unwrap_or(Date::MAX)))
}

/// Whether what stays in force is this payment.
fn survives(what: &Value, payment: &Name) -> bool {
    match what {
        Value::Name(name) => name == payment,
        Value::Parts(parts) => parts.name(Label::Name) == Some(payment),
        _ => false,
    }
}

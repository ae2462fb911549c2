//! After the end of the agreement: up to which day what is sold is sold under the licence.
//!
//! A royalty is owed for sales under the licence. After the end there are none, but for those of the sell-off and of
//! what `after the end` lets go on. A sum for each year or quarter stops with the agreement in the same way.

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{FeeWhen, Instalment, Pay, PayRule, Royalty};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Edge, Moment, Name, Value};

/// Why nothing is owed for a period that began after the last sale under the licence; `None` where it is owed.
///
/// # Errors
/// Where it cannot be said how long sales go on after the end.
pub(super) fn over(run: &Run<'_>, royalty: &Royalty, period: &Period) -> Eval<Option<Step>> {
    let Some(end) = run.ended_by_now()?.filter(|end| *end < period.start) else { return Ok(None) };
    if goes_by_own_term(run, royalty) {
        return Ok(None);
    }
    let mut last = end;
    let mut at = royalty.at;
    for clause in clauses(run, end) {
        let found = lets_go_on(run, &royalty.name, clause, end).map_err(|u| u.at(clause.at))?;
        if let Some(day) = found.filter(|day| *day > last) {
            (last, at) = (day, clause.at);
        }
    }
    if last >= period.start {
        return Ok(None);
    }
    let what = "no sales under the licence";
    let how = if last == end {
        format!("the agreement ended on {end}")
    } else {
        format!("the agreement ended on {end}, and what went on after it on {last}")
    };
    Ok(Some(Step::note(what).how(how).by(at)))
}

/// Whether a royalty says itself how it stands to the end of the agreement: it begins or ends with it, or, where the
/// agreement ran out and nobody ended it, has a term of its own.
pub(super) fn goes_by_own_term(run: &Run<'_>, royalty: &Royalty) -> bool {
    own_term(run, royalty.starts.as_ref(), royalty.ends.as_ref())
}

fn own_term(run: &Run<'_>, starts: Option<&Moment>, ends: Option<&Moment>) -> bool {
    let by_the_end = starts.into_iter().chain(ends).any(names_the_end);
    by_the_end || ends.is_some() && run.facts.agreement_terminated().is_none()
}

/// The last day on which a sum for each period can fall due: the agreement's last, where it has ended and nothing
/// says that the payment outlives it.
///
/// # Errors
/// Where it cannot be said how long the payment goes on after the end.
pub(crate) fn last_day(run: &Run<'_>, pay: &Pay, line: &Instalment) -> Eval<Option<Date>> {
    let Some(end) = run.ended_by_now()? else { return Ok(None) };
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
    let mut last = end;
    for clause in clauses(run, end).into_iter().filter(|c| c.clause == Form::AfterEndSurvive) {
        let goes_on = lets_go_on(run, &pay.name, clause, end).map_err(|u| u.at(clause.at))?;
        last = last.max(goes_on.unwrap_or(end));
    }
    Ok(Some(last))
}

/// Whether a day hangs on the end of the agreement.
fn names_the_end(moment: &Moment) -> bool {
    match moment {
        Moment::OfThing(Edge::End, None) => true,
        Moment::Bare(word) => matches!(word.as_str(), "termination" | "expiry"),
        Moment::Act { act, name: None, .. } => matches!(act.as_str(), "termination" | "expiry"),
        Moment::Shift { from, .. } => names_the_end(from),
        Moment::Latest(of) | Moment::Earliest(of) => of.iter().any(names_the_end),
        _ => false,
    }
}

/// What the deal says of the time after this end.
fn clauses<'r>(run: &'r Run<'_>, end: Date) -> Vec<&'r Record> {
    let mut by: Vec<Name> = Vec::new();
    for event in run.facts.happened().filter(|e| e.date == end) {
        if let EventKind::Told { word, name: None, parts, .. } = &event.kind
            && word == "terminated"
        {
            by.extend(parts.names(Label::By));
        }
    }
    let blocks = run.model_on(end).records.iter().filter(|r| r.clause == Form::FileAfterEnd);
    let whole = blocks.filter(|r| r.name(Label::Of).is_none());
    let here = whole.filter(|r| {
        let named = r.names(Label::By);
        named.is_empty() || by.is_empty() || named.iter().any(|p| by.contains(p))
    });
    here.flat_map(|r| &r.below).collect()
}

/// The last day on which a clause lets go on what a payment is owed for.
fn lets_go_on(run: &Run<'_>, payment: &Name, clause: &Record, end: Date) -> Eval<Option<Date>> {
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

//! Reading what an `assert` line claims.

use super::figures::{compared, expected, figure};
use super::inventions::{told, told_of};
use super::{Claim, ClaimKind, DecisionAsked, DutyAsked, PartOf};
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Acts, Name, Value};

impl Claim {
    pub(crate) fn read(record: &Record) -> Option<Claim> {
        debug_assert_eq!(record.clause, Form::FileAssertion);
        let Some(Value::Date(date)) = record.get(Label::Date) else { return None };
        let what = record.parts(Label::What)?;
        // What is asked beyond these kinds is kept, so that nobody takes it for answered.
        let kind = kind(what).unwrap_or(ClaimKind::Beyond);
        Some(Claim { date: *date, kind, unsure: record.has(Label::Unsure), at: record.at })
    }
}

pub(super) fn part(what: &Parts) -> PartOf {
    let name = |l: Label| what.name(l).cloned();
    PartOf {
        product: name(Label::Product),
        place: name(Label::Place),
        field: name(Label::Field),
        acts: match what.get(Label::Acts) {
            Some(Value::Acts(Acts::These(acts))) => acts.clone(),
            _ => Vec::new(),
        },
        customer: name(Label::Customer),
    }
}

fn kind(what: &Parts) -> Option<ClaimKind> {
    let label = crate::entry::label(what);
    let name = |l: Label| what.name(l).cloned();
    if let Some(told) = told(what) {
        return Some(ClaimKind::Invention(told, what.has(Label::Not)));
    }
    if let (Some(by), Some(act)) = (name(Label::By), what.word(Label::Duty)) {
        let date = |l: Label| match what.get(l) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        // What something may only be used for is a part of what is to be done.
        let only = Name::list(&what.names(Label::Only));
        let only = if only.is_empty() { only } else { format!(" only for {only}") };
        let named = name(Label::What).map(|name| format!("{name}{only}"));
        return Some(ClaimKind::Duty(DutyAsked {
            by,
            not: what.has(Label::Not),
            act: act.to_string(),
            what: named.or(what.text(Label::Words).map(str::to_string)),
            place: name(Label::Place),
            label,
            due: date(Label::Due),
            until: date(Label::Until),
            state: what.word(Label::State).map(str::to_string),
        }));
    }
    let dispute = name(Label::Dispute).map(|name| name.to_string());
    if let Some(matter) = what.text(Label::Matter).map(str::to_string).or(dispute.clone()) {
        let decider = what.parts(Label::Decider);
        return Some(ClaimKind::Decided(DecisionAsked {
            matter,
            dispute: dispute.is_some(),
            not: what.has(Label::Not),
            who: name(Label::Decider).or_else(|| decider?.name(Label::Who).cloned()),
            arbitrators: decider.and_then(|parts| match parts.get(Label::Arbitrators) {
                Some(Value::Number(number)) => number.to_i64(),
                _ => None,
            }),
        }));
    }
    if let (Some(assets), Some(grant)) = (name(Label::Assets), name(Label::Grant)) {
        return Some(ClaimKind::Licensed { assets, grant, not: what.has(Label::Not) });
    }
    if what.has(Label::Liability) {
        let named = name(Label::Clauses).map(|name| name.to_string());
        return Some(ClaimKind::Liability {
            subject: what.text(Label::For).map(str::to_string).or(named),
            op: compared(what),
            expected: match what.amount(Label::Value) {
                Some(amount) => Some(expected(amount)?),
                None => None,
            },
        });
    }
    if let Some(stage) = name(Label::Stage) {
        return Some(ClaimKind::Stage(stage, name(Label::Is)?));
    }
    if let (Some(due), Some(Value::Date(on))) = (name(Label::Due), what.get(Label::On)) {
        return Some(ClaimKind::Due { stream: due, label, on: *on });
    }
    if let Some(survivor) = name(Label::Survives) {
        let until = match what.get(Label::Until) {
            Some(Value::Date(until)) => Some(*until),
            _ => None,
        };
        return Some(ClaimKind::Survives { name: survivor, not: what.has(Label::Not), until });
    }
    if let (Some(named), Some(word), Some(Value::Date(on))) =
        (name(Label::Name), what.word(Label::Moves), what.get(Label::On))
    {
        return Some(ClaimKind::Moves { name: named, opens: word == "opens", on: *on });
    }
    if let Some(party) = name(Label::May) {
        let Some(Value::Scope(scope)) = what.get(Label::Scope) else { return None };
        return Some(ClaimKind::May { party, what: (**scope).clone(), not: what.has(Label::Not) });
    }
    if let Some(named) = name(Label::Name) {
        let not = what.has(Label::Not);
        if let Some(told) = told_of(&named, what) {
            return Some(ClaimKind::Invention(told, not));
        }
        if let Some(grade) = what.grade(Label::Grade) {
            return Some(ClaimKind::Graded { name: named, part: part(what), grade: grade.clone(), not });
        }
        let state = what.word(Label::State)?.to_string();
        return Some(ClaimKind::State { name: named, state, not, part: part(what) });
    }
    figure(what)
}

//! Ways to put a failure right that do not fit what fails: each is told, since nothing but an entry `cured` can show it.

use crate::royalty::measures;
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::model::{CureWay, Editions, Model, Trigger};
use counterpart_terms::value::{Compare, Condition};

/// A warning for each such way of a deal.
pub(crate) fn warnings(editions: &Editions) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for model in editions.0.iter().map(|edition| &edition.model) {
        for trigger in &model.triggers {
            let why = trigger.cure_by.iter().find_map(|way| unfit(model, trigger, way));
            let Some(why) = why else { continue };
            let said = "this way to put it right is read, but no figure or payment follows from it yet";
            let problem = Diagnostic::warning("not-computed", trigger.at.span(), said)
                .in_file(trigger.at.file)
                .with_note(why)
                .with_help(format!("that it was put right is told: `cured {} by …`", trigger.name));
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

fn unfit(model: &Model, trigger: &Trigger, way: &CureWay) -> Option<&'static str> {
    let when = trigger.when.as_ref()?;
    match way {
        CureWay::Paying => (!any(when, &|one| is_on_payment(model, one)))
            .then_some("the test is on no payment that may be missing"),
        CureWay::Shortfall(None) => Some("under which payment the shortfall is paid is not said"),
        CureWay::Shortfall(Some(name)) if !name.is_blank() && !model.royalties.contains_key(name) => {
            Some("what is paid on a shortfall is reckoned of royalties alone")
        }
        CureWay::Shortfall(Some(_)) => {
            let falls = |one: &Condition| {
                matches!(one, Condition::Compare { op: Compare::Below | Compare::AtMost, row: None, .. })
            };
            (!any(when, &falls)).then_some("the test is on no figure that falls short")
        }
        CureWay::Matching => {
            let both = |one: &Condition| match one {
                Condition::Compare { left, right, .. } => [left, right].into_iter().all(|side| {
                    let mut measured = false;
                    measures(side, &mut |_| measured = true);
                    measured
                }),
                _ => false,
            };
            (!any(when, &both)).then_some("the test does not measure one figure by another")
        }
        CureWay::Doing => None,
    }
}

/// Whether a test is on a payment that is missing.
fn is_on_payment(model: &Model, one: &Condition) -> bool {
    match one {
        Condition::State { state, not: true, .. } => state == "paid",
        Condition::Compare { left, .. } => {
            let mut of_payments = false;
            measures(left, &mut |measure| of_payments |= measure.quantity.is_some());
            of_payments
        }
        Condition::Other(parts) if parts.has(Label::Fails) => parts.word(Label::Act) == Some("pay"),
        Condition::Other(parts) if parts.has(Label::Breach) => {
            parts.name(Label::Clause).is_some_and(|name| {
                name.is_blank() || model.pays.contains_key(name) || model.royalties.contains_key(name)
            })
        }
        _ => one.has_blank(),
    }
}

/// Whether a test, or one of several, is of a kind.
fn any(when: &Condition, is: &dyn Fn(&Condition) -> bool) -> bool {
    match when {
        Condition::All(all) | Condition::Any(all) => all.iter().any(|one| any(one, is)),
        one => is(one),
    }
}

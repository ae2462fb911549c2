//! Ends that nobody told of: the entry that would tell one, and which way out it takes.

use super::{ExitAsk, ExitPart, ExitPlan, Way, full_cause, ways};
use crate::engine::Machine;
use counterpart_ledger::{Event, EventKind, Notice};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::record::{Key, Part, Parts};
use counterpart_terms::value::{Name, Value};

impl Machine<'_> {
    /// An end that nobody told of.
    pub(super) fn supposed(
        &self,
        mut plan: ExitPlan,
        ways: &[Way],
        known_on: Date,
        ask: &ExitAsk,
    ) -> ExitPlan {
        plan.supposed = true;
        plan.cause = ask.cause.as_deref().map(full_cause);
        plan.by = ask.by.as_ref().map(ToString::to_string);
        let fits = |way: &&Way| {
            let cause = plan.cause.as_ref().is_none_or(|cause| way.cause == *cause);
            // Who ends a part alone leaves the rest in force.
            let whole = way.part.is_none() || ask.part.is_some();
            cause && whole && plan.by.as_ref().is_none_or(|by| way.by.as_ref() == Some(by))
        };
        let found = match ask.cause.is_some() {
            true => ways
                .iter()
                .filter(fits)
                .max_by_key(|way| (way.available == Some(true), way.available.is_none())),
            false => None,
        };
        match (found, &plan.cause) {
            (Some(way), _) => {
                plan.by = way.by.clone();
                (plan.available, plan.why, plan.clock) = (way.available, way.why.clone(), way.clock.clone());
                plan.last_day = way.last_day;
            }
            (None, Some(cause)) => {
                let whom = plan.by.as_deref().unwrap_or("anybody");
                let what = ask
                    .part
                    .as_ref()
                    .map_or("the agreement".into(), |part| format!("the agreement {} alone", part.words()));
                plan.available = Some(false);
                plan.why = Some(match cause.as_str() {
                    ways::EXPIRY => "the agreement has no last day of its own that is known".into(),
                    cause => format!("no clause lets {whom} end {what}, cause {cause}"),
                });
                return plan;
            }
            (None, None) => {}
        }
        let end = plan.last_day.unwrap_or(plan.on);
        plan.last_day = Some(end);
        if plan.cause.as_deref() == Some(ways::EXPIRY) {
            // Without a notice to give the last term runs out by itself.
            let event = plan.clock.is_some().then(|| against_renewal(&plan, known_on));
            return self.finish(plan, event, known_on);
        }
        let event = supposition(&plan, ask.part.as_ref(), end, known_on);
        match &ask.part {
            Some(part) => self.finish_part(plan, (part, Some(event)), known_on),
            None => self.finish(plan, Some(event), known_on),
        }
    }
}

/// The entry by which an agreement that renews itself would run out.
fn against_renewal(plan: &ExitPlan, known_on: Date) -> Event {
    let notice = Notice {
        of: Some(Name::from("termination")),
        by: Name::from(plan.by.as_deref().unwrap_or_default()),
        to: None,
        for_: None,
        place: None,
        words: None,
    };
    let (date, known) = (plan.on, plan.on.min(known_on));
    Event { date, known, seq: usize::MAX, kind: EventKind::Notice(notice), at: At::default() }
}

/// The entry that would tell the end, with its last day.
fn supposition(plan: &ExitPlan, part: Option<&ExitPart>, end: Date, known_on: Date) -> Event {
    let told = |label, value| Part { key: Key::Label(label), value };
    let mut parts = vec![told(Label::Date, Value::Date(end))];
    if let Some(by) = &plan.by {
        parts.push(told(Label::By, Value::Name(Name::from(by.as_str()))));
    }
    match plan.cause.as_deref() {
        Some(crate::ends::right_to_end::AT_WILL) => {
            parts.push(told(Label::Will, Value::Word("at will".into())))
        }
        Some(ways::TEST) | None => {}
        Some(cause) => parts.push(told(Label::On, Value::Word(cause.into()))),
    }
    parts.extend(
        part.iter().flat_map(|part| &part.names).map(|of| told(Label::Fields, Value::Name(of.clone()))),
    );
    let kind = EventKind::Told {
        word: "terminated".into(),
        name: None,
        place: part.and_then(|part| part.place.clone()),
        parts: Parts(parts),
        lines: Vec::new(),
    };
    Event { date: plan.on, known: plan.on.min(known_on), seq: usize::MAX, kind, at: At::default() }
}

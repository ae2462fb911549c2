//! Which states are followed here, and which only the whole rights space can weigh.

use crate::clock::Focus;
use crate::engine::Run;
use counterpart_ledger::EventKind;
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::{Edge, Moment, Name, Value};

impl Run<'_> {
    /// Whether the state of a name is followed here: a milestone, an event, or a grant without clauses that
    /// only the rights space can weigh.
    pub(crate) fn is_followed(&self, name: &Name) -> bool {
        let model = self.model_now();
        if model.market.milestones.contains_key(name) {
            return true;
        }
        let plain = |form: Form| {
            matches!(
                form,
                Form::GrantUnder
                    | Form::GrantTo
                    | Form::GrantFor
                    | Form::GrantIn
                    | Form::GrantGrade
                    | Form::GrantReserving
                    | Form::GrantSublicence
                    | Form::GrantNoSublicence
                    | Form::GrantText
            )
        };
        let grant =
            model.records.iter().find(|r| r.clause == Form::FileGrant && r.name(Label::Name) == Some(name));
        let graded = model.grants.get(name).is_some_and(|g| {
            !g.grades.is_empty()
                && g.grades.iter().all(|l| l.scope.is_none() && l.while_.is_none() && l.then.is_empty())
        });
        let touched = model.records.iter().any(|r| touches(r, name));
        // Elsewhere than in an election, what parties did to rights is for the rights space to weigh.
        let weighed = self.facts.happened().any(|e| match &e.kind {
            EventKind::Told { word, .. } => matches!(
                word.as_str(),
                "terminated"
                    | "dropped"
                    | "assigned"
                    | "sublicensed"
                    | "refused"
                    | "failed"
                    | "breached"
                    | "insolvent"
            ),
            EventKind::Chose { .. } => true,
            _ => false,
        });
        let amended = self.machine.editions.0.len() > 1;
        let ends = model
            .records
            .iter()
            .any(|r| r.clause == Form::FileAgreement && r.below(Form::AgreementEnds).is_some());
        // An end that cannot be told may have come.
        let over = || match self.clock().limit(&Moment::OfThing(Edge::End, None), &Focus::default()) {
            Ok(end) => end.is_some_and(|d| d < self.facts.as_of()),
            Err(_) => true,
        };
        let ended = ends && over();
        graded
            && !touched
            && !weighed
            && !amended
            && !ended
            && grant.is_some_and(|g| g.below.iter().all(|c| plain(c.clause)))
    }
}

/// Whether a clause has an effect on a grant: one that names it, or that ends the agreement.
fn touches(record: &counterpart_terms::Record, name: &Name) -> bool {
    let mut found = false;
    let own = record.clause == Form::FileGrant;
    record.walk(&mut |r| {
        found |= r.all(Label::Effect).any(|v| match v {
            Value::Parts(parts) => {
                let it = |n: &Name| n == name || n.is_blank();
                parts.name(Label::Name).is_some_and(it)
                    || parts.names(Label::Of).iter().any(it)
                    || parts.names(Label::Assets).iter().any(it)
                    || parts.has(Label::Agreement)
            }
            _ => false,
        });
    });
    let ladder = matches!(record.clause, Form::FileStages | Form::FileLadder | Form::FileSunset);
    found || (!own && ladder && record.name(Label::Of) == Some(name))
}

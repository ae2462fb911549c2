//! What a party pays from then on that keeps going what it could have ended: an agreement the other side broke, at a share
//! of what it owes, or the licence of a licensor that failed, without further royalty.
//!
//! The text offers it, something the other side did gives the ground, and an entry `chose` tells the choice. Whether
//! the right itself goes on is asked in `rights`; how an amount is cut, in `royalty` and `pay`.

use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Name, Value};

/// What of the payments a choice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// A running royalty.
    Royalty,
    /// What is owed of a royalty at least.
    Minimum,
    /// Any other sum.
    Sum,
}

/// A share of what is owed, from a day on.
#[derive(Debug, Clone)]
pub(crate) struct Reduced {
    /// The day of the choice.
    pub from: Date,
    /// Of each amount so much is owed.
    pub share: Eval<Exact>,
    /// The line that offers it.
    pub at: At,
}

impl Run<'_> {
    /// What choices made of what is paid by one side to the other.
    pub(crate) fn reduced(&self, from: &[Name], to: &[Name], of: Of) -> Vec<Reduced> {
        let mut out = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Chose { by, in_: None, effects } = &event.kind else { continue };
            if !from.iter().any(|payer| payer == by || self.members(payer).contains(by)) {
                continue;
            }
            let own = self.named_on(event.date, |model| Some(&model.records)).into_iter().flatten();
            for clause in own {
                let found = match clause.clause {
                    Form::FileTerminate if effects.iter().any(goes_on) => {
                        self.instead_of_ending(clause, by, event.date, of)
                    }
                    Form::FileInsolvency if of != Of::Sum => {
                        self.licensor_failed(clause, by, to, event.date, effects)
                    }
                    _ => None,
                };
                out.extend(found.map(|(share, at)| Reduced { from: event.date, share, at }));
            }
        }
        out
    }

    /// Whether a licensee that keeps a licence on a day goes on with it though the agreement ended: its licensor had failed,
    /// and not the licensee is it that ended it.
    pub(crate) fn may_be_kept(&self, name: &Name, by: &Name, on: Date) -> bool {
        if self.named_on(on, |model| model.grants.get(name)).is_none() {
            return true;
        }
        let ended_by = |own: bool| {
            self.facts.happened().any(|event| match &event.kind {
                EventKind::Told { word, name: of, parts, .. } if word == "terminated" => {
                    of.as_ref().is_none_or(|of| of == name) && parts.names(Label::By).contains(by) == own
                }
                _ => false,
            })
        };
        !self.no_licensor_failed(name, on) && ended_by(false) && !ended_by(true)
    }

    /// Whether surely none of those who gave a licence had failed by a day.
    pub(crate) fn no_licensor_failed(&self, name: &Name, on: Date) -> bool {
        let Some(grant) = self.named_on(on, |model| model.grants.get(name)) else { return false };
        let licensor = |who: &Name| {
            grant.from.iter().any(|from| from == who || from.is_blank() || self.members(from).contains(who))
        };
        let mut happened = self.facts.happened().take_while(|event| event.date <= on);
        !happened.any(|event| match &event.kind {
            EventKind::Told { word, parts, .. } if word == "insolvent" => whose(parts).is_none_or(licensor),
            _ => false,
        })
    }

    /// The share a party pays that could end the agreement on a ground that has come, and keeps it.
    fn instead_of_ending(&self, block: &Record, by: &Name, on: Date, of: Of) -> Option<(Eval<Exact>, At)> {
        let theirs = |line: &&Record| line.name(Label::By).is_some_and(|who| who == by || who.is_blank());
        let line = block.all_below(Form::TerminateKeeps).find(theirs)?;
        if of != Of::Royalty && line.word(Label::Part) != Some("payments") {
            return None;
        }
        let open = |clause: &Record| match crate::ends::right_to_end::ground_of(clause).as_deref() {
            None => Ok(false),
            Some("breach") => {
                let standing = self.clock().on_breach(clause, by, on)?;
                Ok(standing.is_some_and(|standing| standing.closed().is_none()))
            }
            Some(ground) => Ok(self.clock().came_under(clause, ground, by, on)?.is_some()),
        };
        let found: Vec<Eval<bool>> = block.all_below(Form::TerminateCause).map(open).collect();
        if !found.contains(&Ok(true)) {
            let why = found.into_iter().find_map(Result::err)?;
            return Some((Err(why.at(line.at)), line.at));
        }
        if line.name(Label::By).is_some_and(Name::is_blank) {
            let why = Unknown::new("who may keep it and pay less is redacted or open").at(line.at);
            return Some((Err(why), line.at));
        }
        let percent = |label| match line.get(label) {
            Some(Value::Amount(Amount::Percent(share))) => {
                Some(crate::amount::given(share, "share of what is owed").map_err(|why| why.at(line.at)))
            }
            _ => None,
        };
        let cut = || percent(Label::Cut).map(|cut| cut.map(|cut| Exact::one() - cut));
        Some((percent(Label::At).or_else(cut)?, line.at))
    }

    /// That a licensee keeps the licence of a licensor that failed, and pays it no royalty any more.
    fn licensor_failed(
        &self,
        block: &Record,
        by: &Name,
        to: &[Name],
        on: Date,
        effects: &[Value],
    ) -> Option<(Eval<Exact>, At)> {
        block.below(Form::InsolvencyElection)?;
        let line = block.below(Form::InsolvencyRoyalty)?;
        if line.word(Label::Royalty) != Some("without further royalty") {
            return None;
        }
        let failed: Vec<Name> = self
            .facts
            .happened()
            .take_while(|event| event.date <= on)
            .filter_map(|event| match &event.kind {
                EventKind::Told { word, parts, .. } if word == "insolvent" => whose(parts).cloned(),
                _ => None,
            })
            .filter(|failed| failed != by)
            .collect();
        let of_theirs = |effect: &Value| {
            goes_on(effect)
                || Effect::read(effect).filter(|effect| matches!(effect.change, Change::Begins)).is_some_and(
                    |effect| {
                        let grant = effect.name.as_ref().and_then(|name| self.model_on(on).grants.get(name));
                        grant.is_some_and(|grant| grant.from.iter().any(|from| failed.contains(from)))
                    },
                )
        };
        let owed = to.iter().any(|payee| failed.contains(payee));
        (owed && effects.iter().any(of_theirs)).then(|| (Ok(Exact::zero()), line.at))
    }
}

/// Whether an effect is that the agreement goes on.
fn goes_on(effect: &Value) -> bool {
    matches!(effect, Value::Parts(parts) if parts.word(Label::Agreement) == Some("continues"))
}

/// Whom an entry is about.
fn whose(parts: &Parts) -> Option<&Name> {
    [Label::Of, Label::Party, Label::By].into_iter().find_map(|of| parts.name(of))
}

//! Which kinds of names each part of a clause can mean.

use super::SymbolKind;
use counterpart_syntax::{Form, Label, Rule};

/// What a name may be the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// One of these kinds.
    Kinds(&'static [SymbolKind]),
    /// A country, a part of one, a group of countries, or a territory of the deal.
    Place,
    /// Anything the deal defines.
    Any,
    /// Not a name of the deal: an index, a court, an office, a common word.
    Free,
}

use SymbolKind as K;

pub(crate) const PARTIES: Expect = Expect::Kinds(&[K::Party, K::Group]);
pub(crate) const FIELDS: Expect = Expect::Kinds(&[K::Field, K::Member, K::Dimension, K::Product]);
pub(crate) const ASSETS: Expect = Expect::Kinds(&[K::Assets, K::Invention, K::Improvement, K::Sublicence]);
pub(crate) const PRODUCTS: Expect = Expect::Kinds(&[K::Product, K::Member, K::Field, K::Dimension]);
pub(crate) const STREAMS: Expect = Expect::Kinds(&[
    K::Royalty,
    K::Pay,
    K::Service,
    K::Audit,
    K::Supply,
    K::BuyOut,
    K::Option,
    K::Milestone,
    K::FirstRight,
    K::Assignment,
    K::Trigger,
    K::Window,
    K::Sunset,
    K::Invention,
]);
pub(crate) const MEASURED: Expect = Expect::Kinds(&[
    K::Metric,
    K::Royalty,
    K::Pay,
    K::Service,
    K::Supply,
    K::Milestone,
    K::Product,
    K::Event,
    K::BuyOut,
    K::OpenTerm,
]);
pub(crate) const WINDOWS: Expect = Expect::Kinds(&[K::Window]);
pub(crate) const RIGHTS: Expect =
    Expect::Kinds(&[K::Grant, K::Option, K::FirstRight, K::Covenant, K::Assignment, K::Sublicence]);
pub(crate) const DECIDERS: Expect = Expect::Free;

/// What the name in this part of a clause may mean. `rule` is the innermost rule with parts around it.
pub fn expected(form: Form, rule: Option<Rule>, label: Option<Label>, own: Option<Rule>) -> Expect {
    if own == Some(Rule::Party) {
        return PARTIES;
    }
    if matches!(own, Some(Rule::NameWords | Rule::Phrase)) {
        return Expect::Free;
    }
    if form.name() == "text" {
        return Expect::Free;
    }
    match (rule, label) {
        (Some(Rule::Seat | Rule::Vote | Rule::CostShare | Rule::Payee), _) => return PARTIES,
        (Some(Rule::ByList), _) | (Some(Rule::ProsecutionCost), Some(Label::Offices)) => return Expect::Free,
        (Some(Rule::Preference | Rule::IssueValue | Rule::DecisionValue | Rule::Decision), _) => {
            return Expect::Any;
        }
        (Some(Rule::Interest | Rule::InterestPart), _) => return Expect::Free,
        (Some(Rule::PatentPart), Some(Label::States)) => return Expect::Place,
        (Some(Rule::PatentPart | Rule::PatentRef), _) => return Expect::Free,
        (Some(Rule::Survivor | Rule::Reverting | Rule::Cause), _) => return Expect::Free,
        (Some(Rule::RecoveryPart), Some(Label::Stream)) => return STREAMS,
        (Some(Rule::CellWord | Rule::Effect), _) => return Expect::Any,
        _ => {}
    }
    if let Some(found) = by_form(form, label) {
        return found;
    }
    let Some(label) = label else { return Expect::Any };
    match label {
        Label::Party | Label::Parties | Label::Members | Label::To | Label::Bearing => Expect::Any,
        Label::Assets | Label::Relies => ASSETS,
        Label::Fields | Label::Field => FIELDS,
        Label::Place | Label::Places | Label::States => Expect::Place,
        Label::Product | Label::Products => PRODUCTS,
        Label::Stream | Label::Against => STREAMS,
        Label::Index | Label::Undertaking | Label::Source => Expect::Free,
        Label::Window => WINDOWS,
        Label::Unit => Expect::Free,
        _ => Expect::Any,
    }
}

/// Parts whose meaning depends on the clause they stand in.
fn by_form(form: Form, label: Option<Label>) -> Option<Expect> {
    Some(match (form, label?) {
        (Form::AgreementLaw, _) => Expect::Place,
        // Calendars may be named after banks and exchanges; `run` says which holidays it does not know.
        (Form::FileHoliday | Form::AgreementBusinessDays, _) => Expect::Free,
        (Form::FileParty, Label::Place) => Expect::Place,
        (Form::AssetsPatent, Label::Office) => Expect::Free,
        (Form::ProductPractises, _) => ASSETS,
        (Form::ProductParts | Form::ProductIncludes | Form::ProductExcludes, _) => PRODUCTS,
        (Form::ProductKinds | Form::ProductCustomers, _) => Expect::Any,
        (Form::AllocationStep | Form::DisputesStep, Label::By) => DECIDERS,
        (Form::EventDecided | Form::OpenTermDecided | Form::ProsecutionDecided, Label::By) => DECIDERS,
        (Form::ProsecutionExtension, Label::By) => DECIDERS,
        (Form::AuditUnderpaid | Form::AuditOvercharged, Label::Who) => PARTIES,
        (Form::SunsetOpens, _) => WINDOWS,
        (Form::FileStages | Form::FileLadder, Label::Name) => RIGHTS,
        (Form::StagesStage, Label::Name) => Expect::Free,
        (Form::FileNet, _) => STREAMS,
        (Form::FileShareCosts, _) => Expect::Any,
        (Form::MetricDeducts | Form::MetricIncludes | Form::MetricExempt, Label::What | Label::For) => {
            Expect::Free
        }
        (Form::MetricHolds, _) => Expect::Free,
        (Form::MilestoneEach | Form::TriggerEach, _) => Expect::Free,
        (Form::ConfidentialClass, _) => Expect::Free,
        (Form::ConfidentialResiduals, _) => Expect::Any,
        (Form::CommitteeOn | Form::CommitteeMayNot | Form::CommitteeFinal, Label::On | Label::Not) => {
            Expect::Free
        }
        (Form::EscrowUse, _) => Expect::Free,
        (Form::RoyaltyAdder, Label::Each) => Expect::Free,
        (Form::AfterEndReturn, _) => Expect::Free,
        (Form::CovenantMust, Label::WhatOf) | (Form::CovenantNotTo, Label::Against) => Expect::Any,
        (Form::FileEntry, Label::Under) => RIGHTS,
        (Form::FileAssertion, Label::Survives) => Expect::Free,
        (Form::FileEntry, Label::Source | Label::Index | Label::Fact) => Expect::Free,
        (Form::InsolvencyStatute, _) => Expect::Free,
        _ => return None,
    })
}

//! How patents are run before the offices: who leads and whom it consults, who decides which step, who pays where, and
//! what becomes of a patent its keeper lets go.

use super::improvement::{Within, duration};
use crate::record::{At, Key, Parts, Record};
use crate::value::{Amount, Duration, Known, Moment, Name, Territory, Value};
use counterpart_num::Exact;
use counterpart_syntax::{Form, Label};

/// Who leads, from when until when, and whom it asks before it acts.
#[derive(Debug, Clone)]
pub struct Led {
    /// Who.
    pub by: Vec<Name>,
    /// From this moment.
    pub from: Option<Moment>,
    /// Until this moment.
    pub until: Option<Moment>,
    /// Whom it consults, how long before which steps; before all where none is named.
    pub consults: Option<(Name, Duration, Vec<String>)>,
    /// The clause.
    pub at: At,
}

/// For which costs shares are said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CostsOf {
    /// The first filing.
    Priority,
    /// These offices.
    Offices(Vec<Name>),
    /// These places.
    In(Territory),
    /// All that no other share is said for.
    Rest,
}

/// The shares in some costs. A party without a share bears all of them.
#[derive(Debug, Clone)]
pub struct CostShares {
    /// Who bears how much.
    pub shares: Vec<(Name, Option<Known<Exact>>)>,
    /// Of which costs.
    pub of: CostsOf,
    /// The clause.
    pub at: At,
}

/// How some patents are run.
#[derive(Debug, Clone)]
pub struct Prosecution {
    /// Which.
    pub assets: Vec<Name>,
    /// Who leads, in the order of the text.
    pub led: Vec<Led>,
    /// Steps that somebody else decides.
    pub decided: Vec<(Vec<String>, Name, At)>,
    /// Who pays what.
    pub costs: Vec<CostShares>,
    /// Before one lapses it is offered to this party, or the other, so long before the deadline.
    pub offered: Option<(Option<Name>, Duration, At)>,
    /// Where a country is not paid for, it goes back to this party, or the owner.
    pub reverts: Option<(Option<Name>, At)>,
    /// How soon the countries are listed.
    pub listed: Option<Within>,
    /// What nobody has to do.
    pub no_duty: Vec<(String, At)>,
    /// Who chooses which term is extended, and who if it does not.
    pub extension: Option<(Name, Option<Name>, At)>,
    /// Who may take over, and whether its costs are made good.
    pub step_in: Option<(Name, bool, At)>,
    /// The clause.
    pub at: At,
}

impl Prosecution {
    pub(super) fn read(record: &Record) -> Prosecution {
        let mut out = Prosecution {
            assets: record.names(Label::Assets),
            led: Vec::new(),
            decided: Vec::new(),
            costs: Vec::new(),
            offered: None,
            reverts: None,
            listed: None,
            no_duty: Vec::new(),
            extension: None,
            step_in: None,
            at: record.at,
        };
        for line in &record.below {
            let at = line.at;
            let name = |label: Label| line.name(label).cloned();
            match line.clause {
                Form::ProsecutionLed => out.led.push(led(line)),
                Form::ProsecutionDecided => {
                    out.decided.extend(name(Label::By).map(|by| (words(line, Label::Acts), by, at)));
                }
                Form::ProsecutionCosts => {
                    let each = line.all(Label::Costs).filter_map(|value| match value {
                        Value::Parts(parts) => Some(costs(parts, at)),
                        _ => None,
                    });
                    out.costs.extend(each);
                }
                Form::ProsecutionAbandoned => {
                    out.offered = duration(line, Label::Duration).map(|before| (name(Label::To), before, at));
                }
                Form::ProsecutionPayToKeep => out.reverts = Some((name(Label::To), at)),
                Form::ProsecutionCountries => {
                    out.listed = duration(line, Label::Within).map(|within| (within, at)).or(out.listed);
                }
                Form::ProsecutionNoDuty => {
                    out.no_duty.extend(words(line, Label::Acts).into_iter().map(|act| (act, at)));
                }
                Form::ProsecutionExtension => {
                    out.extension = name(Label::By).map(|by| (by, name(Label::Then), at));
                }
                Form::ProsecutionStepIn => {
                    out.step_in = name(Label::By).map(|by| (by, line.has(Label::Reimbursed), at));
                }
                _ => {}
            }
        }
        out
    }
}

fn led(line: &Record) -> Led {
    let consults = line.name(Label::Consulting).zip(duration(line, Label::Days));
    Led {
        by: line.names(Label::By),
        from: line.moment(Label::From).cloned(),
        until: line.moment(Label::Until).cloned(),
        consults: consults.map(|(who, days)| (who.clone(), days, words(line, Label::Before))),
        at: line.at,
    }
}

/// The words with a label, one each.
fn words(parts: &Parts, label: Label) -> Vec<String> {
    let mut out = Vec::new();
    for value in parts.all(label) {
        match value {
            Value::Word(word) => out.extend(word.split(',').map(|w| w.trim().to_string())),
            Value::Parts(parts) => out.extend(parts.0.iter().filter_map(|part| match &part.value {
                Value::Word(word) => Some(word.clone()),
                _ => None,
            })),
            _ => {}
        }
    }
    out
}

fn costs(parts: &Parts, at: At) -> CostShares {
    let mut shares: Vec<(Name, Option<Known<Exact>>)> = Vec::new();
    // Each party is followed by its share, where it has one.
    for part in &parts.0 {
        match (&part.key, &part.value) {
            (Key::Label(Label::Party), Value::Name(party)) => shares.push((party.clone(), None)),
            (Key::Label(Label::Percent), Value::Amount(Amount::Percent(share))) => {
                if let Some(last) = shares.last_mut() {
                    last.1 = Some(share.clone());
                }
            }
            _ => {}
        }
    }
    let offices = parts.names(Label::Offices);
    let of = match parts.territory(Label::Territory) {
        Some(territory) => CostsOf::In(territory.clone()),
        None if parts.has(Label::Priority) || offices.iter().any(|o| *o == "priority") => CostsOf::Priority,
        None if !offices.is_empty() => CostsOf::Offices(offices),
        None => CostsOf::Rest,
    };
    CostShares { shares, of, at }
}

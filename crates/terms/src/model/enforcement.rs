//! How infringers are dealt with: who may sue, in which order and after how long, who gets what a suit brings in, and who
//! must agree to a settlement.

use super::improvement::duration;
use crate::record::{At, Key, Parts, Record};
use crate::value::{Amount, Condition, Duration, Known, Moment, Name, Territory, Value};
use counterpart_num::Exact;
use counterpart_syntax::{Form, Label};

/// One of those who may sue in turn.
#[derive(Debug, Clone)]
pub struct Suitor {
    /// Who.
    pub party: Name,
    /// How long those before it have.
    pub after: Option<Duration>,
}

/// What starts a shorter time.
#[derive(Debug, Clone)]
pub enum ClockStart {
    /// Something in words.
    Words(String),
    /// A moment.
    Moment(Moment),
}

/// Who gets a part of what a suit brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gets {
    /// Whoever acts.
    WhoActs,
    /// A party.
    Party(Name),
}

/// A part of what a suit brings in, in the order of the text.
#[derive(Debug, Clone)]
pub enum Recovery {
    /// The costs of whoever acts.
    CostsFirst,
    /// The costs of both.
    BothCostsFirst,
    /// A share of what is left, to somebody.
    Share(Known<Exact>, Gets),
    /// What is left, to somebody.
    Rest(Gets),
    /// What is left counts as sales: of this metric or royalty, or of the only one.
    AsSales(Option<Name>),
    /// All of it to whoever bears the costs.
    WhoPays,
}

/// How infringers of some patents are dealt with.
#[derive(Debug, Clone)]
pub struct Enforcement {
    /// Of which.
    pub assets: Vec<Name>,
    /// In these fields; in all where none is named.
    pub fields: Vec<Name>,
    /// In these places; everywhere where none is named.
    pub territory: Option<Territory>,
    /// Who may sue, in turn.
    pub order: Vec<Suitor>,
    /// The clause that says so.
    pub order_at: At,
    /// Shorter times, each with what starts it.
    pub clocks: Vec<(Duration, ClockStart, At)>,
    /// Nobody has to.
    pub no_duty: Option<At>,
    /// Who gets what, in order; no list where the text does not say.
    pub recoveries: Option<(Vec<Recovery>, At)>,
    /// Whose consent a settlement needs.
    pub consent: Option<(Vec<Name>, At)>,
    /// No royalty is cut when this is so.
    pub no_relief: Option<(Condition, At)>,
    /// The clause.
    pub at: At,
}

impl Enforcement {
    pub(super) fn read(record: &Record) -> Enforcement {
        let mut out = Enforcement {
            assets: record.names(Label::Assets),
            fields: record.names(Label::Fields),
            territory: record.territory(Label::Territory).cloned(),
            order: Vec::new(),
            order_at: record.at,
            clocks: Vec::new(),
            no_duty: None,
            recoveries: None,
            consent: None,
            no_relief: None,
            at: record.at,
        };
        for line in &record.below {
            match line.clause {
                Form::EnforcementOrder => {
                    out.order = order(line);
                    out.order_at = line.at;
                }
                Form::EnforcementClock => {
                    let start = match (line.text(Label::Of), line.moment(Label::On)) {
                        (Some(words), _) => Some(ClockStart::Words(words.to_string())),
                        (_, Some(moment)) => Some(ClockStart::Moment(moment.clone())),
                        _ => None,
                    };
                    let clock = duration(line, Label::Within).zip(start);
                    out.clocks.extend(clock.map(|(within, start)| (within, start, line.at)));
                }
                Form::EnforcementNoDuty => out.no_duty = Some(line.at),
                Form::EnforcementRecoveries => {
                    out.recoveries = Some((line.all(Label::Part).filter_map(recovery).collect(), line.at));
                }
                Form::EnforcementConsent => out.consent = Some((line.names(Label::Of), line.at)),
                Form::EnforcementNoRelief => {
                    out.no_relief = line.condition(Label::When).map(|when| (when.clone(), line.at));
                }
                _ => {}
            }
        }
        out
    }
}

/// Who may sue, in turn: each name that follows another has waited so long as is said behind it.
fn order(line: &Record) -> Vec<Suitor> {
    let mut out: Vec<Suitor> = Vec::new();
    for part in &line.parts.0 {
        match (&part.key, &part.value) {
            (Key::Label(Label::First | Label::Then), Value::Name(party)) => {
                out.push(Suitor { party: party.clone(), after: None });
            }
            (Key::Label(Label::After), Value::Duration(after)) => {
                if let Some(last) = out.last_mut() {
                    last.after = Some(after.clone());
                }
            }
            _ => {}
        }
    }
    out
}

fn recovery(value: &Value) -> Option<Recovery> {
    let parts = match value {
        Value::Word(word) if word.starts_with("both") => return Some(Recovery::BothCostsFirst),
        Value::Word(word) if word.starts_with("costs") => return Some(Recovery::CostsFirst),
        // `rest as sales`, where the metric is not told apart.
        Value::Word(_) => return None,
        Value::Parts(parts) => parts,
        _ => return None,
    };
    if parts.has(Label::Pays) {
        return Some(Recovery::WhoPays);
    }
    if let Some(stream) = parts.get(Label::Stream) {
        let named = match stream {
            Value::Name(name) => Some(name.clone()),
            _ => None,
        };
        return Some(Recovery::AsSales(named));
    }
    let gets = gets(parts)?;
    Some(match parts.amount(Label::Percent) {
        Some(Amount::Percent(share)) => Recovery::Share(share.clone(), gets),
        _ => Recovery::Rest(gets),
    })
}

fn gets(parts: &Parts) -> Option<Gets> {
    Some(match parts.get(Label::To)? {
        Value::Word(_) => Gets::WhoActs,
        Value::Name(name) => Gets::Party(name.clone()),
        Value::Parts(inner) => Gets::Party(inner.name(Label::Party)?.clone()),
        _ => return None,
    })
}

//! What an agreement says of itself: who, from when, in which money, rounded how.

use super::clauses::Per;
use super::grant::deadline;
use crate::record::{At, Parts, Record};
use crate::value::{Condition, Duration, Known, Moment, Name, Territory, Value};
use counterpart_num::{Currency, Date, Exact, Mode, Rounding};
use counterpart_syntax::{Form, Label};

/// How an agreement is renewed when it would end.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// For how long.
    pub length: Duration,
    /// The most times: once, where it is not said to be each time; `None` without limit.
    pub times: Option<Known<Exact>>,
    /// Only where this is so on the day it would end.
    pub when: Option<Condition>,
    /// Unless somebody gives notice, rather than if somebody does.
    pub by_itself: bool,
    /// Whose notice renews it.
    pub by: Option<Name>,
    /// How long before its end the notice must come; until that day itself, where it is not said.
    pub notice: Option<Duration>,
    /// The clause.
    pub at: At,
}

impl Renewal {
    fn read(clause: &Record) -> Option<Renewal> {
        let Some(Value::Duration(length)) = clause.get(Label::For) else { return None };
        let times = match (clause.get(Label::Most), clause.withheld(Label::Most)) {
            (Some(Value::Number(n)), _) => Some(Known::Given(n.clone())),
            (_, Some(Known::Redacted(hint))) => Some(Known::Redacted(hint.clone())),
            (_, Some(Known::Open(hint))) => Some(Known::Open(hint.clone())),
            _ => Some(Known::Given(Exact::one())).filter(|_| clause.get(Label::Each).is_none()),
        };
        Some(Renewal {
            length: length.clone(),
            times,
            when: clause.condition(Label::When).cloned(),
            notice: match clause.get(Label::Notice) {
                Some(Value::Duration(notice)) => Some(notice.clone()),
                _ => None,
            },
            by: clause.name(Label::By).cloned(),
            by_itself: clause.get(Label::By).is_none() && clause.condition(Label::When).is_none(),
            at: clause.at,
        })
    }
}

/// Where amounts are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundOn {
    /// Each amount that falls due; the rule when nothing is said.
    AmountDue,
    /// Each line of a statement.
    Line,
    /// The total of a statement.
    Statement,
}

/// How rates of exchange are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExchangeRule {
    /// Mean of the month-end rates in the period.
    PeriodMean,
    /// Mean of the month-end rates of the year so far, with the year end before it where stated.
    YearToDateMean {
        /// The rate of the prior 31 December counts too.
        prior_year_end: bool,
    },
    /// Mean of every daily rate in the period.
    DailyMean,
    /// The last rate in the period of payment.
    PeriodEnd,
    /// The last rate of the month reported.
    MonthEnd,
    /// The rate of the day something is done: `payment`, `report`, `invoice`.
    OnDay(String),
    /// The rate a party uses in its own books.
    Party(Name),
}

/// Amounts are shown in thousands or millions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// `m`, `k`.
    pub scale: String,
    /// What one of them is.
    pub unit: Exact,
    /// How many decimals are shown.
    pub decimals: u32,
}

/// Something without which the agreement ends, where it does not come in time.
#[derive(Debug, Clone)]
pub struct Need {
    /// What must be so.
    pub what: Condition,
    /// By when.
    pub by: Moment,
    /// The line.
    pub at: At,
}

/// The head of the agreement.
#[derive(Debug, Clone, Default)]
pub struct Header {
    /// Its title.
    pub title: String,
    /// Its kind, where stated: `cross-licence`.
    pub kind: Option<String>,
    /// Who made it.
    pub parties: Vec<Name>,
    /// The effective date, where it is a day.
    pub effective: Option<Date>,
    /// What the effective date hangs on, where it is no day.
    pub effective_on: Option<Moment>,
    /// The day of the year contract years end on: month, day; and the end of the first, where stated.
    pub contract_year: Option<((u32, u32), Option<Date>)>,
    /// The text does not give the day the first contract year ends: none can be numbered.
    pub first_year_withheld: bool,
    /// The day it was signed.
    pub signed: Option<Date>,
    /// Why the text does not give that day, where it says so.
    pub signed_withheld: Option<Known<()>>,
    /// When it ends.
    pub ends: Option<Moment>,
    /// For each of these by itself, where it does not end everywhere at once.
    pub ends_per: Vec<Per>,
    /// What must come in time, or it ends.
    pub needs: Vec<Need>,
    /// How it is renewed when it would end.
    pub renews: Option<Renewal>,
    /// Whose law governs it.
    pub law: Option<Known<Vec<Name>>>,
    /// The money of account.
    pub currency: Option<Currency>,
    /// How amounts are shown.
    pub stated: Option<Stated>,
    /// Where rates of exchange come from, and which are taken.
    pub exchange: Option<Exchange>,
    /// The places whose business days count.
    pub business_days: Vec<Name>,
    /// How amounts are rounded.
    pub rounding: Option<Rounding>,
    /// Where they are rounded.
    pub round_on: Option<RoundOn>,
    /// Whence the deal is known.
    pub source: Option<String>,
    /// The clause.
    pub at: At,
}

impl Header {
    pub(super) fn read(record: &Record) -> Header {
        let mut header = Header {
            title: record.text(Label::Title).unwrap_or_default().to_string(),
            at: record.at,
            ..Header::default()
        };
        for clause in &record.below {
            match clause.clause {
                Form::AgreementBetween => header.parties = clause.names(Label::Parties),
                Form::AgreementEffective => {
                    if let Some(Value::Date(date)) = clause.get(Label::Date) {
                        header.effective = Some(*date);
                    }
                    let withheld = clause.withheld(Label::Date).cloned().map(Moment::Unknown);
                    header.effective_on = clause.moment(Label::On).cloned().or(withheld);
                }
                Form::AgreementSigned => {
                    header.signed = date(clause, Label::Date);
                    header.signed_withheld = clause.withheld(Label::Date).cloned();
                }
                Form::AgreementEnds => {
                    let when = clause.condition(Label::When).and_then(day_of);
                    header.ends = clause.moment(Label::On).cloned().or(when);
                    header.ends_per = Per::each(clause.get(Label::Per));
                }
                Form::AgreementNeeds => header.needs.extend(need(clause)),
                Form::AgreementRenews => header.renews = Renewal::read(clause),
                Form::AgreementLaw => {
                    header.law = match clause.get(Label::Unknown) {
                        Some(Value::Unknown(Known::Redacted(hint))) => Some(Known::Redacted(hint.clone())),
                        Some(Value::Unknown(Known::Open(hint))) => Some(Known::Open(hint.clone())),
                        _ => Some(Known::Given(clause.names(Label::Places))),
                    };
                }
                Form::AgreementCurrency => header.currency = currency(clause),
                Form::AgreementKind => header.kind = clause.word(Label::Kind).map(str::to_string),
                Form::AgreementContractYear => {
                    if let Some(Value::DayOfYear(month, day)) = clause.get(Label::Day) {
                        header.contract_year = Some(((*month, *day), date(clause, Label::First)));
                        header.first_year_withheld = clause.withheld(Label::First).is_some();
                    }
                }
                Form::AgreementStated => header.stated = Some(stated(clause)),
                Form::AgreementExchange => {
                    let source = clause.text(Label::Source).unwrap_or_default().to_string();
                    let rule =
                        clause.get(Label::Rule).and_then(read_exchange).unwrap_or(ExchangeRule::PeriodEnd);
                    header.exchange = Some(Exchange { source, rule, at: clause.at });
                }
                Form::AgreementBusinessDays => header.business_days = clause.names(Label::Places),
                Form::AgreementRounding => {
                    header.rounding = Some(rounding(clause, header.currency));
                    header.round_on = Some(match clause.word(Label::On) {
                        Some(on) if on.ends_with("line") => RoundOn::Line,
                        Some(on) if on.ends_with("statement") => RoundOn::Statement,
                        _ => RoundOn::AmountDue,
                    });
                }
                Form::AgreementSource => header.source = clause.text(Label::Text).map(str::to_string),
                _ => {}
            }
        }
        header
    }
}

/// What a line needs by a day, where the agreement ends without it.
fn need(clause: &Record) -> Option<Need> {
    let what = clause.condition(Label::What).filter(|_| clause.has(Label::Ends))?.clone();
    let by = clause.parts(Label::By).and_then(|by| by.moment(Label::Moment)).cloned();
    Some(Need { what, by: by.or_else(|| deadline(clause))?, at: clause.at })
}

fn date(parts: &Parts, label: Label) -> Option<Date> {
    match parts.get(label)? {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}

pub(super) fn currency(parts: &Parts) -> Option<Currency> {
    Currency::parse(parts.word(Label::Currency)?)
}

fn stated(clause: &Record) -> Stated {
    let (scale, unit) = match clause.word(Label::Scale) {
        Some("thousands" | "k") => ("k", 1_000),
        _ => ("m", 1_000_000),
    };
    let decimals = match clause.get(Label::Decimals) {
        Some(Value::Number(n)) => n.to_i64().and_then(|n| u32::try_from(n).ok()).unwrap_or(2).min(12),
        _ => 2,
    };
    Stated { scale: scale.to_string(), unit: Exact::from_int(unit), decimals }
}

/// `rounding to cents, half even`: the step and the mode.
pub(super) fn rounding(clause: &Parts, currency: Option<Currency>) -> Rounding {
    let mode = match clause.word(Label::Mode) {
        Some("half up") => Mode::HalfUp,
        Some("half down") => Mode::HalfDown,
        Some("up") => Mode::Up,
        Some("down") => Mode::Down,
        _ => Mode::HalfEven,
    };
    let digits = currency.map_or(2, |c| c.minor_digits());
    match clause.get(Label::To) {
        Some(Value::Word(word)) if word == "units" => Rounding::places(0, mode),
        Some(Value::Word(word)) if word == "thousands" => Rounding::new(Exact::from_int(1_000), mode),
        Some(Value::Number(step)) => Rounding::new(step.clone(), mode),
        Some(Value::Amount(crate::value::Amount::Money(_, known))) => {
            known.given().map_or(Rounding::places(digits, mode), |step| Rounding::new(step.clone(), mode))
        }
        _ => Rounding::places(digits, mode),
    }
}

/// `mean of month-end rates in the period` and the like.
pub fn read_exchange(value: &Value) -> Option<ExchangeRule> {
    Some(match value {
        Value::Word(word) => match word.as_str() {
            w if w.starts_with("mean of month-end") => ExchangeRule::PeriodMean,
            w if w.starts_with("mean of daily") => ExchangeRule::DailyMean,
            w if w.starts_with("month-end") => ExchangeRule::MonthEnd,
            _ => ExchangeRule::PeriodEnd,
        },
        Value::Parts(parts) => {
            if parts.has(Label::Year) {
                ExchangeRule::YearToDateMean { prior_year_end: parts.has(Label::Prior) }
            } else if let Some(day) = parts.word(Label::Day) {
                ExchangeRule::OnDay(day.to_string())
            } else if let Some(party) = parts.name(Label::Party) {
                ExchangeRule::Party(party.clone())
            } else {
                ExchangeRule::PeriodEnd
            }
        }
        _ => return None,
    })
}

/// At which rates money becomes other money.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Who tells the rates; empty where the clause does not say.
    pub source: String,
    /// Which of them are taken.
    pub rule: ExchangeRule,
    /// The clause.
    pub at: At,
}

/// A party to the deal, or one it mentions.
#[derive(Debug, Clone)]
pub struct Party {
    /// Its full name.
    pub title: Option<String>,
    /// Its country.
    pub place: Option<Name>,
    /// The last day of its fiscal year: month, day.
    pub year_ends: Option<(u32, u32)>,
    /// The clause.
    pub at: At,
}

impl Party {
    pub(super) fn read(record: &Record) -> Option<Party> {
        let year_ends = record.below(Form::PartyYearEnds).and_then(|c| match c.get(Label::Day)? {
            Value::DayOfYear(month, day) => Some((*month, *day)),
            _ => None,
        });
        Some(Party {
            title: record.text(Label::Title).map(str::to_string),
            place: record.name(Label::Place).cloned(),
            year_ends,
            at: record.at,
        })
    }
}

/// The day on which a condition comes to hold, where it is one that holds from a day on.
fn day_of(condition: &Condition) -> Option<Moment> {
    let event = |name: &Name, place: Option<&Territory>| {
        let place = match place.map(|territory| territory.places.as_slice()) {
            None => None,
            Some([one]) => Some(one.clone()),
            Some(_) => return None,
        };
        Some(Moment::Event { name: name.clone(), state: None, place })
    };
    match condition {
        Condition::LastPatentExpires => Some(Moment::LastPatentExpires),
        Condition::After(moment) => Some(moment.clone()),
        Condition::Happens(happens) => event(&happens.name, happens.territory.as_ref()),
        Condition::State { name, state, not: false, territory, by: None } if state == "met" => {
            event(name, territory.as_ref())
        }
        Condition::Any(any) => Some(Moment::Earliest(any.iter().map(day_of).collect::<Option<_>>()?)),
        Condition::All(all) => Some(Moment::Latest(all.iter().map(day_of).collect::<Option<_>>()?)),
        _ => None,
    }
}

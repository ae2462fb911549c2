//! What the agreement says of the time after its end: which rights go on, begin or go back, what is done and given back.
//!
//! A line may stand under a test, asked on the day of the end. What it does to payments is read where payments are
//! computed.

use crate::record::{At, Key, Part, Parts, Record};
use crate::value::{Amount, Condition, Duration, Grade, Moment, Name, Value};
use counterpart_syntax::{Form, Label};

/// What is owed for something after the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Price {
    /// Nothing.
    Free,
    /// A royalty, at this rate where one is named.
    Royalty(Option<Amount>),
    /// This share of the rate that was owed before.
    ShareOfRate(Amount),
    /// What it costs, and this much on top.
    Cost(Option<Amount>),
    /// So much for each hour.
    Hour(Amount),
    /// A price.
    Price(Amount),
    /// What somebody appraises it at.
    Appraised,
}

/// What becomes of sublicences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They end with the licence they are under.
    End,
    /// They go on as they are.
    Survive,
    /// They become licences of the licensor itself.
    Direct,
}

/// One thing that is so after the end.
#[derive(Debug, Clone)]
pub enum Tail {
    /// Stock may be sold off for so long, and no longer than until a day.
    SellOff(Option<Duration>, Option<Moment>, Option<Price>),
    /// A grant goes on for so long, as exclusive as this.
    Bridge(Name, Grade, Option<Duration>, Option<Price>),
    /// Grants go on: as exclusive as this, for so long, until a day; for good where neither is said.
    Continues(Vec<Name>, Option<Grade>, (Option<Duration>, Option<Moment>), Option<Price>),
    /// Grants are paid up from then on.
    PaidUp(Vec<Name>, Option<Grade>),
    /// These end too.
    Ends(Vec<Name>),
    /// These stay in force: a clause, for so long; for good where that is not said.
    Survive(Vec<(Name, Option<Duration>)>),
    /// These go back to a party.
    Reverts(Vec<Name>, Name, Option<Grade>, Option<Price>),
    /// Parties stay out of fields for so long; both where none is named, in all fields where none is.
    LockOut(Vec<Name>, Option<Duration>, Vec<Name>),
    /// What becomes of sublicences.
    Sublicences(Fate),
    /// Licences to improvements that were given go on, or end.
    Improvements(bool),
    /// A party helps for so long.
    Assistance(Name, Option<Duration>, Option<Price>),
    /// Services go on for so long.
    WindDown(Option<Duration>, Option<Price>),
    /// Orders are finished within so long.
    Orders(Option<Duration>),
    /// A party may buy what is left, or must.
    Stock(Name, bool, String, Option<Price>),
    /// This is given back.
    Return(Vec<Name>),
    /// A party still finishes this.
    Finishes(Name, Vec<Name>),
    /// A party pays, or pays back.
    Pays(Name, bool, Amount),
    /// A party may end other agreements.
    Others(Name),
    /// Effects that follow.
    Then(Vec<Value>),
}

/// A line of the clause.
#[derive(Debug, Clone)]
pub struct TailLine {
    /// What is so.
    pub tail: Tail,
    /// Only where this was so at the end.
    pub when: Option<Condition>,
    /// The line.
    pub at: At,
}

/// What is so after the end.
#[derive(Debug, Clone)]
pub struct AfterEnd {
    /// After the end of this alone; of the agreement where none is named.
    pub of: Option<Name>,
    /// Where one of these parties ended it; whoever did where none is named.
    pub by: Vec<Name>,
    /// Its lines.
    pub lines: Vec<TailLine>,
    /// The clause.
    pub at: At,
}

impl AfterEnd {
    pub(super) fn read(record: &Record) -> AfterEnd {
        let lines = record
            .below
            .iter()
            .filter_map(|line| Some(TailLine { tail: tail(line)?, when: when(line), at: line.at }));
        AfterEnd {
            of: record.name(Label::Of).cloned(),
            by: record.names(Label::By),
            lines: lines.collect(),
            at: record.at,
        }
    }
}

/// The test a line stands under: what it says after `when`, `unless` and `at expiry`, all of it.
fn when(line: &Record) -> Option<Condition> {
    let mut all: Vec<Condition> = line.condition(Label::When).cloned().into_iter().collect();
    all.extend(line.condition(Label::Unless).map(|c| c.clone().negated()));
    if line.clause == Form::AfterEndPaidUp && line.has(Label::Expiry) {
        let ran_out = [(Label::Ends, "ends"), (Label::How, "expiry")]
            .map(|(label, word)| Part { key: Key::Label(label), value: Value::Word(word.into()) });
        all.push(Condition::Other(Parts(ran_out.to_vec())));
    }
    match all.len() {
        0 | 1 => all.pop(),
        _ => Some(Condition::All(all)),
    }
}

fn duration(line: &Record, label: Label) -> Option<Duration> {
    match line.get(label) {
        Some(Value::Duration(duration)) => Some(duration.clone()),
        _ => None,
    }
}

fn tail(line: &Record) -> Option<Tail> {
    let name = |label| line.name(label).cloned();
    let grade = || line.grade(Label::Grade).cloned();
    let for_ = || duration(line, Label::For);
    let says = |label, word: &str| line.all(label).any(|v| matches!(v, Value::Word(w) if w == word));
    Some(match line.clause {
        Form::AfterEndSellOff => {
            let price = match () {
                () if says(Label::Royalty, "royalty-free") => Some(Price::Free),
                () if says(Label::Royalty, "royalty-bearing") => Some(Price::Royalty(None)),
                () => None,
            };
            Tail::SellOff(for_(), line.moment(Label::Most).cloned(), price)
        }
        Form::AfterEndBridge => {
            let share = line.amount(Label::At).cloned().map(Price::ShareOfRate);
            Tail::Bridge(name(Label::Grant)?, grade()?, for_(), share)
        }
        Form::AfterEndContinues => continues(line),
        Form::AfterEndPaidUp => Tail::PaidUp(line.names(Label::Of), grade()),
        Form::AfterEndEnds => Tail::Ends(line.names(Label::Of)),
        Form::AfterEndSurvive => Tail::Survive(line.all(Label::What).filter_map(survivor).collect()),
        Form::AfterEndReverts => {
            let words = line.all(Label::What).filter_map(word);
            Tail::Reverts(words.collect(), name(Label::To)?, grade(), royalty(line, Label::Free))
        }
        Form::AfterEndLockOut => Tail::LockOut(line.names(Label::Of), for_(), line.names(Label::Fields)),
        Form::AfterEndSublicences => Tail::Sublicences(fate(line.word(Label::What))),
        Form::AfterEndImprovements => Tail::Improvements(line.word(Label::What) != Some("end")),
        Form::AfterEndAssistance => {
            let hour = line.amount(Label::Fee).cloned().map(Price::Hour);
            Tail::Assistance(name(Label::By)?, for_(), hour.or_else(|| at_cost(line)))
        }
        Form::AfterEndWindDown => Tail::WindDown(for_(), at_cost(line)),
        Form::AfterEndOrders => Tail::Orders(duration(line, Label::Within)),
        Form::AfterEndStock => {
            let what = line.word(Label::What).unwrap_or("stock").to_string();
            let price = line.amount(Label::Price).cloned().map(Price::Price);
            let price = price.or(match () {
                () if line.has(Label::Appraised) => Some(Price::Appraised),
                () if line.has(Label::Cost) => Some(Price::Cost(None)),
                () => None,
            });
            Tail::Stock(name(Label::By)?, line.has(Label::Must), what, price)
        }
        Form::AfterEndReturn => Tail::Return(line.names(Label::What)),
        Form::AfterEndFinishes => Tail::Finishes(name(Label::By)?, line.names(Label::What)),
        Form::AfterEndPays => Tail::Pays(name(Label::Pays)?, false, line.amount(Label::Value)?.clone()),
        Form::AfterEndRepay => Tail::Pays(name(Label::Repay)?, true, line.amount(Label::Value)?.clone()),
        Form::AfterEndOthers => Tail::Others(name(Label::By)?),
        Form::AfterEndThen => Tail::Then(line.all(Label::Effect).cloned().collect()),
        _ => return None,
    })
}

/// What becomes of sublicences, in the words of either clause that says so.
pub(super) fn fate(word: Option<&str>) -> Fate {
    match word {
        Some("survive") => Fate::Survive,
        Some(word) if word.starts_with("become") => Fate::Direct,
        _ => Fate::End,
    }
}

fn continues(line: &Record) -> Tail {
    let (mut grade, mut price) = (None, None);
    for part in line.all(Label::Part) {
        match part {
            Value::Grade(found) => grade = Some(found.clone()),
            Value::Word(word) if word == "royalty-free" => price = Some(Price::Free),
            Value::Word(word) if word == "royalty-bearing" => price = Some(Price::Royalty(None)),
            Value::Amount(rate) => price = Some(Price::Royalty(Some(rate.clone()))),
            Value::Parts(parts) => {
                grade = parts.grade(Label::Grade).cloned().or(grade);
                if let Some(rate) = parts.amount(Label::Rate) {
                    price = Some(Price::Royalty(Some(rate.clone())));
                }
            }
            _ => {}
        }
    }
    let lasting = (duration(line, Label::For), line.moment(Label::Until).cloned());
    Tail::Continues(line.names(Label::Of), grade, lasting, price)
}

fn royalty(line: &Record, label: Label) -> Option<Price> {
    match line.word(label)? {
        "royalty-free" => Some(Price::Free),
        _ => Some(Price::Royalty(line.amount(Label::Rate).cloned())),
    }
}

fn at_cost(line: &Record) -> Option<Price> {
    let plus = line.amount(Label::Plus).cloned();
    (plus.is_some() || line.has(Label::Cost)).then_some(Price::Cost(plus))
}

fn survivor(value: &Value) -> Option<(Name, Option<Duration>)> {
    match value {
        Value::Parts(parts) => {
            let for_ = match parts.get(Label::Duration) {
                Some(Value::Duration(duration)) => Some(duration.clone()),
                _ => None,
            };
            Some((parts.name(Label::Name)?.clone(), for_))
        }
        other => Some((word(other)?, None)),
    }
}

fn word(value: &Value) -> Option<Name> {
    match value {
        Value::Name(name) => Some(name.clone()),
        Value::Word(word) => Some(Name::from(word.as_str())),
        Value::Parts(parts) => parts.name(Label::Name).cloned(),
        _ => None,
    }
}

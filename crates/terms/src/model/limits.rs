//! The least and the most a royalty comes to, and how it is split by bands.

use super::clauses::{self, Payee};
use crate::record::{At, Record};
use crate::value::{Amount, Condition, Cycle, Moment, Name, PeriodLabel, Value};
use counterpart_num::PeriodKind;
use counterpart_syntax::{Form, Label};

/// One step of a minimum: an amount and the periods it is for.
#[derive(Debug, Clone)]
pub struct MinimumStep {
    /// The amount.
    pub value: Amount,
    /// Each such period.
    pub cycle: Option<Cycle>,
    /// In this period, up to that one.
    pub label: Option<(PeriodLabel, Option<PeriodLabel>)>,
    /// In all, over the whole term.
    pub in_all: bool,
    /// After the periods named before it.
    pub after: bool,
    /// From this period or moment.
    pub from: Option<Value>,
    /// Until this one.
    pub until: Option<Value>,
}

/// A minimum and how royalties count towards it.
#[derive(Debug, Clone)]
pub struct Minimum {
    /// The steps.
    pub steps: Vec<MinimumStep>,
    /// What counts: `within the year`, `against later periods`, `forward`.
    pub credit: Option<String>,
    /// The difference is paid within this time of the period's end.
    pub difference_within: Option<crate::value::Duration>,
    /// Payments above the minimum count in later periods.
    pub surplus_carried: bool,
    /// For so many periods, where stated.
    pub surplus_periods: Option<u32>,
    /// The first, partial year counts by its days.
    pub prorated_first: bool,
    /// It counts by its months instead.
    pub first_by_the_month: bool,
    /// Whole months rather than days are left out.
    pub by_the_month: bool,
    /// Days on which this is so do not count.
    pub prorated_while: Vec<Condition>,
    /// Paid in equal parts each such period.
    pub payable: Option<Cycle>,
    /// Rises by this much each such period, to at most that.
    pub escalates: Option<(Amount, PeriodKind, Option<Amount>)>,
    /// Becomes this when that is so.
    pub becomes: Vec<Becomes>,
    /// Only for this part of the base.
    pub for_part: Vec<Name>,
    /// Everything since the beginning counts, or since a moment.
    pub cumulative: Option<Option<Moment>>,
    /// What came before each such period counts no more.
    pub reset: Option<Cycle>,
    /// Each part falls due before the days it is for, and is earned back by what is earned in its year.
    pub in_advance: bool,
    /// What is said to count towards it, as often as the text says it.
    pub counts: Vec<Counts>,
    /// The day the difference is due, where it is a payment of its own.
    pub due: Option<Moment>,
    /// The clause.
    pub at: At,
}

/// What counts towards a minimum: `credit counts what was earned in the contract year, by "4.2"`.
#[derive(Debug, Clone)]
pub struct Counts {
    /// `earned`, `paid` or both; what was earned where it is not said.
    pub what: Option<String>,
    /// `the calendar year`, `the contract year`, `the 12 months before`.
    pub within: String,
    /// The place of the text that says it.
    pub by: Option<String>,
    /// The clause.
    pub at: At,
}

/// A minimum becomes another.
#[derive(Debug, Clone)]
pub struct Becomes {
    /// The new amount.
    pub value: Amount,
    /// In this period only.
    pub label: Option<PeriodLabel>,
    /// When this is so.
    pub when: Condition,
}

/// The most that is payable.
#[derive(Debug, Clone)]
pub struct Cap {
    /// The amount.
    pub most: Amount,
    /// Each such period; over the whole life where `None`.
    pub cycle: Option<Cycle>,
    /// For which of them.
    pub during: During,
    /// Those for which another line of the same table says another sum.
    pub except: Vec<During>,
    /// The clause.
    pub at: At,
}

/// The periods a line of a table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum During {
    /// Every one.
    All,
    /// This one, or from it up to that one.
    Named(PeriodLabel, Option<PeriodLabel>),
    /// All that follow this one.
    After(PeriodLabel),
}

/// Who receives which part of the stream, by bands of what it is on.
#[derive(Debug, Clone)]
pub struct SplitBand {
    /// Up to this much of the base.
    pub up_to: Option<Amount>,
    /// Who receives it.
    pub payees: Vec<Payee>,
    /// Until this party has received that much, by that moment.
    pub until: Option<(Name, Amount, Option<Moment>)>,
    /// The payments that count towards that.
    pub until_from: Vec<Name>,
    /// After the `until` clauses are satisfied.
    pub then: bool,
    /// Before the bands.
    pub first: bool,
    /// The clause.
    pub at: At,
}

impl Minimum {
    pub(super) fn read(clause: &Record) -> Minimum {
        let steps = clause.all(Label::Steps).filter_map(minimum_step).collect();
        let mut minimum = Minimum {
            steps,
            credit: credit(clause),
            difference_within: None,
            surplus_carried: false,
            surplus_periods: None,
            prorated_first: false,
            first_by_the_month: false,
            by_the_month: false,
            prorated_while: Vec::new(),
            payable: None,
            escalates: None,
            becomes: Vec::new(),
            for_part: clause.names(Label::For),
            cumulative: None,
            reset: None,
            in_advance: false,
            counts: Vec::new(),
            due: None,
            at: clause.at,
        };
        minimum.counts_later(clause);
        for line in &clause.below {
            match line.clause {
                Form::MinimumCredit => {
                    minimum.credit = credit(line);
                    minimum.counts_later(line);
                }
                Form::MinimumCreditYear => {
                    minimum.counts.extend(line.word(Label::Counts).map(|within| Counts {
                        what: line.word(Label::What).map(str::to_string),
                        within: within.to_string(),
                        by: line.text(Label::By).map(str::to_string),
                        at: line.at,
                    }))
                }
                Form::MinimumDue => minimum.due = line.moment(Label::Due).cloned(),
                Form::MinimumDifference => {
                    if let Some(Value::Duration(within)) = line.get(Label::Within) {
                        minimum.difference_within = Some(within.clone());
                    }
                }
                Form::MinimumSurplus => {
                    minimum.surplus_carried = true;
                    minimum.surplus_periods = match line.get(Label::Count) {
                        Some(Value::Number(n)) => n.to_i64().and_then(|n| u32::try_from(n).ok()),
                        _ => None,
                    };
                }
                Form::MinimumProrated => {
                    minimum.prorated_while.extend(line.all(Label::While).filter_map(|v| match v {
                        Value::Condition(c) => Some((**c).clone()),
                        _ => None,
                    }));
                    let months = line.word(Label::By) == Some("month");
                    match line.has(Label::While) {
                        true => minimum.by_the_month |= months,
                        false => {
                            minimum.prorated_first = true;
                            minimum.first_by_the_month |= months;
                        }
                    }
                }
                Form::MinimumPayable => {
                    if let Some(Value::Cycle(cycle)) = line.get(Label::Cycle) {
                        minimum.payable = Some(cycle.clone());
                        minimum.in_advance = line.word(Label::Arrears) == Some("advance");
                    }
                }
                Form::MinimumCumulative => {
                    minimum.cumulative = Some(line.moment(Label::Since).cloned());
                }
                Form::MinimumReset => {
                    if let Some(Value::Cycle(cycle)) = line.get(Label::Cycle) {
                        minimum.reset = Some(cycle.clone());
                    }
                }
                Form::MinimumEscalates => {
                    let each = line.word(Label::Each).and_then(clauses::unit).unwrap_or(PeriodKind::Year);
                    minimum.escalates = line
                        .amount(Label::By)
                        .map(|by| (by.clone(), each, line.amount(Label::Most).cloned()));
                }
                Form::MinimumBecomes => {
                    if let (Some(value), Some(when)) =
                        (line.amount(Label::Value), line.condition(Label::When))
                    {
                        let label = match line.get(Label::Label) {
                            Some(Value::Period(label)) => Some(*label),
                            _ => None,
                        };
                        minimum.becomes.push(Becomes { value: value.clone(), label, when: when.clone() });
                    }
                }
                _ => {}
            }
        }
        minimum
    }
}

impl Minimum {
    /// `creditable against later periods`, or so many years forward: what is above it counts there.
    fn counts_later(&mut self, clause: &Record) {
        match credit(clause).as_deref() {
            Some("against later periods") => self.surplus_carried = true,
            Some("forward") => {
                self.surplus_carried = true;
                let parts = match clause.get(Label::Credit) {
                    Some(Value::Parts(parts)) => Some(parts),
                    _ => None,
                };
                let rule = match parts.and_then(|p| p.get(Label::Rule)) {
                    Some(Value::Parts(rule)) => Some(rule),
                    _ => parts,
                };
                self.surplus_periods = match rule.and_then(|r| r.get(Label::Count)) {
                    Some(Value::Number(n)) => n.to_i64().and_then(|n| u32::try_from(n).ok()),
                    _ => None,
                };
            }
            _ => {}
        }
    }
}

fn credit(clause: &Record) -> Option<String> {
    match clause.get(Label::Credit)? {
        Value::Word(word) => Some(word.trim_start_matches("creditable ").to_string()),
        Value::Parts(parts) => match parts.get(Label::Rule) {
            Some(Value::Word(word)) => Some(word.clone()),
            _ => Some("forward".to_string()),
        },
        _ => None,
    }
}

fn minimum_step(value: &Value) -> Option<MinimumStep> {
    let Value::Parts(parts) = value else { return None };
    let period = |label| match parts.all(label).next() {
        Some(Value::Period(period)) => Some(*period),
        _ => None,
    };
    let cycle = match parts.get(Label::Cycle) {
        Some(Value::Cycle(cycle)) => Some(cycle.clone()),
        _ => None,
    };
    Some(MinimumStep {
        value: parts.amount(Label::Value)?.clone(),
        cycle,
        label: period(Label::Label).map(|from| (from, period(Label::To))),
        in_all: parts.has(Label::All),
        after: parts.has(Label::After),
        from: parts.get(Label::From).cloned(),
        until: parts.get(Label::Until).cloned(),
    })
}

impl Cap {
    pub(super) fn read(clause: &Record) -> Vec<Cap> {
        let cycle = match clause.get(Label::Cycle) {
            Some(Value::Cycle(cycle)) => Some(cycle.clone()),
            _ => None,
        };
        let named = |record: &Record, first: Label, last: Label| {
            let get = |label| match record.get(label) {
                Some(Value::Period(period)) => Some(*period),
                _ => None,
            };
            get(first).map(|from| During::Named(from, get(last)))
        };
        let mut caps = Vec::new();
        let mut add = |record: &Record, during: During| {
            if let Some(most) = record.amount(Label::Most) {
                let (most, cycle) = (most.clone(), cycle.clone());
                caps.push(Cap { most, cycle, during, except: Vec::new(), at: record.at });
            }
        };
        add(clause, named(clause, Label::From, Label::To).unwrap_or(During::All));
        let mut last = None;
        for line in clause.all_below(Form::CapsCap) {
            let during = named(line, Label::Label, Label::To);
            if let Some(During::Named(first, end)) = during {
                last = Some(end.unwrap_or(first));
            }
            // `then` is for what follows the periods named before it.
            add(line, during.or(last.map(During::After)).unwrap_or(During::All));
        }
        // What stands above the table is for the periods that no line of it names.
        if let Some((head, lines)) = caps.split_first_mut().filter(|(head, _)| head.at == clause.at) {
            head.except = lines.iter().map(|line| line.during).filter(|d| *d != During::All).collect();
        }
        caps
    }
}

impl SplitBand {
    pub(super) fn read(line: &Record) -> SplitBand {
        let until = match (line.clause, line.name(Label::To), line.amount(Label::Amount)) {
            (Form::SplitUntil, Some(party), Some(amount)) => {
                Some((party.clone(), amount.clone(), line.moment(Label::By).cloned()))
            }
            _ => None,
        };
        SplitBand {
            up_to: if line.clause == Form::SplitBand { line.amount(Label::To).cloned() } else { None },
            payees: clauses::payees(line),
            until,
            until_from: if line.clause == Form::SplitUntil { line.names(Label::From) } else { Vec::new() },
            then: line.clause == Form::SplitThen,
            first: line.clause == Form::SplitFirst,
            at: line.at,
        }
    }
}

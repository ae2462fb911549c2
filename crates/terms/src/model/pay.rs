//! Fees, instalments, milestone payments, recurring fees, and what options and buy-outs cost.

use super::clauses::{self, Interest, Paid, Payee, Per, Withholding, percent};
use crate::record::{At, Parts, Record};
use crate::value::time::Basis;
use crate::value::{Amount, Condition, Cycle, Duration, Known, Moment, Name, PeriodLabel, Territory, Value};
use counterpart_num::{Currency, Exact, PeriodKind, Roll};
use counterpart_syntax::{Form, Label, Rule};

/// When an instalment falls due.
#[derive(Debug, Clone)]
pub enum FeeWhen {
    /// On a moment.
    On(Moment),
    /// Within some time of a moment.
    Within(Duration, Moment),
    /// By a moment.
    By(Moment),
    /// When something is so; by a moment, within some time.
    When {
        /// What.
        when: Condition,
        /// Only if it is so by then.
        by: Option<Moment>,
        /// Paid within this time of it.
        within: Option<Duration>,
    },
    /// Each month, quarter or year.
    Each {
        /// How often.
        unit: PeriodKind,
        /// How the periods are counted.
        basis: Basis,
        /// Whose fiscal periods.
        party: Option<Name>,
        /// Only in this period.
        within: Option<PeriodLabel>,
        /// The text keeps the period secret or leaves it open: `unit` says nothing then.
        unknown: Option<Known<()>>,
        /// On this day: month, day.
        on: Option<(u32, u32)>,
        /// While this is so.
        while_: Option<Condition>,
        /// From.
        from: Option<Value>,
        /// Until.
        until: Option<Moment>,
    },
    /// Once in this period, as soon as the conditions of the clause are met.
    During(PeriodLabel),
    /// Where no earlier line of the clause applied.
    Otherwise,
}

/// How often an instalment can fall due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EachOnce {
    /// Once for each of these.
    pub per: Vec<Per>,
    /// Each time it happens.
    pub each_time: bool,
    /// Once in all.
    pub once: bool,
}

/// One line of a payment.
#[derive(Debug, Clone)]
pub struct Instalment {
    /// The amount, with the unit it is for.
    pub value: Amount,
    /// For each such unit.
    pub per: Option<String>,
    /// A number of shares instead: how many, of whom.
    pub shares: Option<(Exact, Option<Name>)>,
    /// When.
    pub when: FeeWhen,
    /// How often.
    pub each: EachOnce,
    /// Only for what happens in this territory.
    pub territory: Option<Territory>,
    /// Paid within this time.
    pub within: Option<Duration>,
    /// The clause.
    pub at: At,
}

/// What a payment clause says beyond its lines.
#[derive(Debug, Clone)]
pub enum PayRule {
    /// The stated total of the instalments.
    Total(Amount),
    /// Only when this is so.
    When(Condition),
    /// A later milestone makes earlier ones due.
    CatchUp,
    /// A replacement pays only what its predecessor had not.
    Replacement,
    /// What a dropped product had not paid moves to another.
    Dropped,
    /// Several thresholds passed in one year: `all`, `highest`, `next`.
    Several(String),
    /// Together at most this, each such period, on such a condition.
    AtMost(Amount, Option<Cycle>, Option<Condition>),
    /// Every line is multiplied by this.
    Scaled(Amount),
    /// Not while this is so.
    Paused(Condition),
    /// Everything unpaid falls due, to a stated total.
    Accelerates(Condition, Option<Amount>),
    /// Less so much for each period late, at most so much.
    LateCut(Amount, PeriodKind, Option<Amount>),
    /// Paid in shares of a party at a price, rounded up or down.
    InShares(Name, Amount, Option<String>),
    /// Credited against royalties: which, at most so much, in the same year.
    Creditable(Vec<Name>, Option<Amount>, bool),
    /// Earned back from royalties, for each title separately.
    Recouped(Vec<Name>, Option<Name>, bool),
    /// Indexed: index, at most, from.
    Indexed(Name, Option<Known<Exact>>, Option<Moment>),
    /// A multiple paid back.
    BuyBack(Known<Exact>, Option<Condition>, Option<Known<Exact>>),
    /// Refundable: when, which share.
    Refund(Option<Condition>, Option<Known<Exact>>),
    /// Rises by this much for each such period begun, from the one named on.
    Escalates(Amount, Cycle, Option<Value>),
    /// A total somebody published.
    Published(Amount),
    /// Of several lines whose conditions are met, only the first is paid.
    FirstFit,
    /// Anything that is said but moves no money.
    Other,
}

/// A payment that is not a running royalty.
#[derive(Debug, Clone)]
pub struct Pay {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: Option<String>,
    /// Who pays.
    pub from: Vec<Name>,
    /// Who is paid.
    pub to: Vec<Name>,
    /// Its lines.
    pub instalments: Vec<Instalment>,
    /// What holds for all of them.
    pub rules: Vec<(PayRule, At)>,
    /// How often each line can fall due, where the clause says so once for all.
    pub each: EachOnce,
    /// Only for these products.
    pub of: Vec<Name>,
    /// Several payees.
    pub payees: Vec<Payee>,
    /// When it is paid, where the lines do not say.
    pub paid: Option<Paid>,
    /// Late interest.
    pub interest: Option<Interest>,
    /// Tax kept back.
    pub withholding: Option<Withholding>,
    /// Currency of payment.
    pub currency: Option<Currency>,
    /// Which of several payers bears which share.
    pub borne: Vec<(Name, Known<Exact>)>,
    /// What becomes of a due day that is a day off.
    pub roll: Option<Roll>,
    /// A bonus in each period in which something is so, for the first so many years.
    pub bonuses: Vec<Bonus>,
    /// What an option or a buy-out costs, and on which days each price stands.
    pub prices: Vec<Price>,
    /// The clause.
    pub at: At,
}

/// A price and the days it stands for.
#[derive(Debug, Clone)]
pub struct Price {
    /// How much.
    pub amount: Amount,
    /// When; always where nothing is said.
    pub when: Option<Parts>,
    /// The clause.
    pub at: At,
}

/// A bonus for each period in which something is so.
#[derive(Debug, Clone)]
pub struct Bonus {
    /// How much.
    pub amount: Amount,
    /// In each such period.
    pub cycle: Cycle,
    /// What has to be so.
    pub when: Condition,
    /// Only for the first so many years.
    pub first: Option<u32>,
    /// Those years in which it was so, rather than the first years of all.
    pub such: bool,
    /// The clause.
    pub at: At,
}

impl Bonus {
    pub(super) fn read(clause: &Record) -> Option<Bonus> {
        let amount = match clause.get(Label::Value)? {
            Value::Parts(parts) => parts.amount(Label::Value)?.clone(),
            Value::Amount(amount) => amount.clone(),
            _ => return None,
        };
        let Some(Value::Cycle(cycle)) = clause.get(Label::Cycle) else { return None };
        let first = match clause.get(Label::Count) {
            Some(Value::Number(n)) => n.to_i64().and_then(|n| u32::try_from(n).ok()),
            _ => None,
        };
        Some(Bonus {
            amount,
            cycle: cycle.clone(),
            when: clause.condition(Label::When)?.clone(),
            first,
            such: clause.has(Label::Such),
            at: clause.at,
        })
    }
}

impl Pay {
    fn empty(record: &Record) -> Option<Pay> {
        Some(Pay {
            name: record.name(Label::Name)?.clone(),
            title: record.text(Label::Title).map(str::to_string),
            from: record.names(Label::From),
            to: record.names(Label::To),
            instalments: Vec::new(),
            rules: Vec::new(),
            each: EachOnce::default(),
            of: Vec::new(),
            payees: Vec::new(),
            paid: None,
            interest: None,
            withholding: None,
            currency: None,
            borne: Vec::new(),
            roll: None,
            bonuses: Vec::new(),
            prices: Vec::new(),
            at: record.at,
        })
    }

    pub(super) fn read(record: &Record) -> Option<Pay> {
        let mut pay = Pay::empty(record)?;
        for clause in &record.below {
            pay.clause(clause);
        }
        Some(pay)
    }

    /// A service is paid its yearly fee.
    pub(super) fn of_service(record: &Record) -> Option<Pay> {
        let mut pay = Pay::empty(record)?;
        pay.to = record.names(Label::By);
        for clause in &record.below {
            match clause.clause {
                Form::ServiceFee => {
                    let unit = clause.get(Label::Cycle).and_then(|v| match v {
                        Value::Parts(parts) => parts.word(Label::Unit).and_then(clauses::unit),
                        Value::Word(word) => {
                            clauses::unit(word.trim_start_matches("a ").trim_start_matches("each "))
                        }
                        _ => None,
                    });
                    let from = match clause.get(Label::From) {
                        Some(Value::Parts(parts)) => parts.0.first().map(|p| p.value.clone()),
                        other => other.cloned(),
                    };
                    if let Some(value) = clause.amount(Label::Fee) {
                        pay.instalments.push(Instalment {
                            when: FeeWhen::Each {
                                unit: unit.unwrap_or(PeriodKind::Year),
                                basis: Basis::Calendar,
                                party: None,
                                within: None,
                                unknown: None,
                                on: None,
                                while_: None,
                                from,
                                until: None,
                            },
                            ..Instalment::plain(value.clone(), clause.at)
                        });
                    }
                    if let Some(index) = clause.name(Label::Index) {
                        pay.rules.push((
                            PayRule::Indexed(index.clone(), percent(clause, Label::Most), None),
                            clause.at,
                        ));
                    }
                }
                Form::ServicePaid => {
                    pay.paid = clause.get(Label::Paid).and_then(|v| Paid::read(v, clause.at))
                }
                _ => {}
            }
        }
        Some(pay)
    }

    /// A buy-out is paid when it is exercised.
    pub(super) fn of_buy_out(record: &Record) -> Option<Pay> {
        let mut pay = Pay::empty(record)?;
        pay.from = record.names(Label::By);
        for clause in record.all_below(Form::BuyOutPrice) {
            let Some(amount) = clause.amount(Label::Price) else { continue };
            let when = clause.parts(Label::When).cloned();
            pay.prices.push(Price { amount: amount.clone(), when, at: clause.at });
            pay.instalments.push(Instalment {
                when: FeeWhen::On(Moment::Act {
                    act: "exercise".into(),
                    name: Some(pay.name.clone()),
                    place: None,
                }),
                ..Instalment::plain(amount.clone(), clause.at)
            });
        }
        Some(pay)
    }

    /// An option is paid its price when it is exercised.
    pub(super) fn of_option(record: &Record) -> Option<Pay> {
        let mut pay = Pay::empty(record)?;
        // The holder pays the grantor.
        std::mem::swap(&mut pay.from, &mut pay.to);
        let price = record.below(Form::OptionPrice)?;
        pay.prices.push(Price { amount: price.amount(Label::Price)?.clone(), when: None, at: price.at });
        pay.instalments.push(Instalment {
            when: FeeWhen::On(Moment::Act {
                act: "exercise".into(),
                name: Some(pay.name.clone()),
                place: None,
            }),
            ..Instalment::plain(price.amount(Label::Price)?.clone(), price.at)
        });
        Some(pay)
    }

    fn clause(&mut self, clause: &Record) {
        let at = clause.at;
        match clause.clause {
            Form::PayInstalment => self.instalments.extend(Instalment::read(clause)),
            Form::PayOnce => self.each.once = true,
            Form::PayEach => {
                self.each.once = true;
                self.each.per.extend(clause.all(Label::Per).filter_map(Per::read));
            }
            Form::PayOf => self.of.extend(clause.names(Label::Products)),
            Form::PayPayees => self.payees.extend(clauses::payees(clause)),
            Form::PayPaid => self.paid = clause.get(Label::Paid).and_then(|v| Paid::read(v, at)),
            Form::PayInterest => {
                self.interest = clause.get(Label::Interest).and_then(|v| Interest::read(v, at))
            }
            Form::PayWithholding => {
                self.withholding = clause.get(Label::Rule).map(|v| clauses::withholding(v, at))
            }
            Form::PayBorne => {
                self.borne.extend(clauses::cost_shares(&clause.all(Label::Borne).collect::<Vec<_>>()))
            }
            Form::PayHoliday => self.roll = clauses::roll(clause),
            Form::PayBonus => self.bonuses.extend(Bonus::read(clause)),
            Form::PayCurrency => self.currency = super::agreement::currency(clause),
            _ => {
                if let Some(rule) = rule(clause) {
                    self.rules.push((rule, at));
                }
            }
        }
    }
}

fn rule(clause: &Record) -> Option<PayRule> {
    Some(match clause.clause {
        Form::PayTotal => PayRule::Total(clause.amount(Label::Total)?.clone()),
        Form::PayWhen => PayRule::When(clause.condition(Label::When)?.clone()),
        Form::PayWhere => PayRule::When(clause.condition(Label::Where)?.clone()),
        Form::PayCatchUp => PayRule::CatchUp,
        Form::PayReplacement => PayRule::Replacement,
        Form::PayDropped => PayRule::Dropped,
        Form::PaySeveral => {
            let which = [(Label::Highest, "highest"), (Label::Next, "next")];
            let found = which.into_iter().find(|(label, _)| clause.has(*label));
            PayRule::Several(found.map_or("all", |(_, word)| word).to_string())
        }
        Form::PayAtMost => {
            let cycle = match clause.get(Label::Cycle) {
                Some(Value::Cycle(cycle)) => Some(cycle.clone()),
                _ => None,
            };
            PayRule::AtMost(
                clause.amount(Label::Most)?.clone(),
                cycle,
                clause.condition(Label::When).cloned(),
            )
        }
        Form::PayScaled => PayRule::Scaled(clause.amount(Label::By)?.clone()),
        Form::PayPaused => PayRule::Paused(clause.condition(Label::While)?.clone()),
        Form::PayAccelerates => {
            PayRule::Accelerates(clause.condition(Label::When)?.clone(), clause.amount(Label::To).cloned())
        }
        Form::PayLateCut => PayRule::LateCut(
            clause.amount(Label::Cut)?.clone(),
            clause.word(Label::Per).and_then(clauses::unit).unwrap_or(PeriodKind::Month),
            clause.amount(Label::Most).cloned(),
        ),
        Form::PayShares => PayRule::InShares(
            clause.name(Label::Of)?.clone(),
            clause.amount(Label::Price)?.clone(),
            clause.word(Label::Rounded).map(str::to_string),
        ),
        Form::PayCreditable => PayRule::Creditable(
            clause.names(Label::Against),
            clause.amount(Label::Most).cloned(),
            clause.has(Label::Same),
        ),
        Form::PayRecouped => PayRule::Recouped(
            clause.names(Label::From),
            clause.name(Label::Per).cloned(),
            clause.has(Label::Repaid),
        ),
        Form::PayIndexed => PayRule::Indexed(
            clause.name(Label::Index)?.clone(),
            percent(clause, Label::Most),
            clause.moment(Label::From).cloned(),
        ),
        Form::PayMultiple => PayRule::BuyBack(
            percent(clause, Label::Multiple)?,
            clause.condition(Label::When).cloned(),
            percent(clause, Label::Plus),
        ),
        Form::PayRefund => {
            PayRule::Refund(clause.condition(Label::When).cloned(), percent(clause, Label::Share))
        }
        Form::PayEscalates => {
            let cycle = Cycle {
                unit: clause.word(Label::Unit).and_then(clauses::unit).unwrap_or(PeriodKind::Year),
                basis: basis(clause.word(Label::Basis).unwrap_or_default()),
                party: clause.name(Label::Of).cloned(),
                anchor: None,
                unknown: None,
            };
            let from = match clause.get(Label::From) {
                Some(Value::Parts(inner)) => inner.0.first().map(|p| p.value.clone()),
                other => other.cloned(),
            };
            PayRule::Escalates(clause.amount(Label::By)?.clone(), cycle, from)
        }
        Form::PayFirstFit => PayRule::FirstFit,
        Form::PayPublishes => PayRule::Published(clause.amount(Label::Total)?.clone()),
        _ => PayRule::Other,
    })
}

impl Instalment {
    fn plain(value: Amount, at: At) -> Instalment {
        Instalment {
            value,
            per: None,
            shares: None,
            when: FeeWhen::Otherwise,
            each: EachOnce::default(),
            territory: None,
            within: None,
            at,
        }
    }

    fn read(clause: &Record) -> Option<Instalment> {
        let mut line = match clause.get(Label::Value)? {
            Value::Parts(parts) => {
                let shares = match parts.get(Label::Shares) {
                    Some(Value::Number(n)) => Some((n.clone(), parts.name(Label::Of).cloned())),
                    _ => None,
                };
                let value = parts.amount(Label::Value).or(parts.amount(Label::Price)).cloned();
                let value = value.unwrap_or(Amount::Number(Exact::zero()));
                let per = match parts.get(Label::Per) {
                    Some(Value::Parts(per)) => per.name(Label::Unit).map(|n| n.to_string()),
                    Some(Value::Name(name)) => Some(name.to_string()),
                    _ => None,
                };
                Instalment { shares, per, ..Instalment::plain(value, clause.at) }
            }
            Value::Amount(amount) => Instalment::plain(amount.clone(), clause.at),
            _ => return None,
        };
        line.when = clause.get(Label::When).and_then(when)?;
        if let Some(each) = clause.get(Label::Each) {
            line.each = each_once(each);
        }
        for flag in clause.all(Label::Flag) {
            if let Value::Parts(parts) = flag {
                line.territory = parts.territory(Label::Territory).cloned().or(line.territory);
                if let Some(Value::Duration(within)) = parts.get(Label::Within) {
                    line.within = Some(within.clone());
                }
            }
            if let Value::Territory(territory) = flag {
                line.territory = Some(territory.clone());
            }
            if let Value::Duration(within) = flag {
                line.within = Some(within.clone());
            }
            if matches!(flag, Value::Word(word) if word == "once") {
                line.each.once = true;
            }
        }
        Some(line)
    }
}

fn each_once(value: &Value) -> EachOnce {
    match value {
        Value::Word(word) => {
            EachOnce { per: Vec::new(), each_time: word.contains("time"), once: word.contains("once") }
        }
        Value::Parts(parts) => {
            let mut per: Vec<Per> = parts.all(Label::Per).filter_map(Per::read).collect();
            if parts.has(Label::EachProduct) {
                per.push(Per::Product);
            }
            EachOnce { once: !parts.has(Label::Each), each_time: parts.has(Label::Each), per }
        }
        _ => EachOnce::default(),
    }
}

fn when(value: &Value) -> Option<FeeWhen> {
    let parts: &Parts = match value {
        Value::Parts(parts) => parts,
        Value::Word(_) => return Some(FeeWhen::Otherwise),
        Value::Moment(moment) => return Some(FeeWhen::On(moment.clone())),
        _ => return None,
    };
    let duration = |label| match parts.get(label) {
        Some(Value::Duration(duration)) => Some(duration.clone()),
        _ => None,
    };
    if let Some(every) = parts.get(Label::Every) {
        let (unit, basis) = match every {
            Value::Word(word) => (word.split(' ').find_map(clauses::unit), basis(word)),
            Value::Parts(inner) => (
                inner.word(Label::Unit).and_then(clauses::unit),
                inner.word(Label::Basis).map_or(Basis::Calendar, basis),
            ),
            _ => (None, Basis::Calendar),
        };
        let within = match parts.get(Label::In) {
            Some(Value::Period(label)) => Some(*label),
            _ => None,
        };
        let from = match parts.get(Label::From) {
            Some(Value::Parts(inner)) => inner.0.first().map(|p| p.value.clone()),
            other => other.cloned(),
        };
        return Some(FeeWhen::Each {
            unit: unit.unwrap_or(PeriodKind::Year),
            unknown: match every {
                Value::Parts(inner) => match inner.get(Label::Unit) {
                    Some(Value::Unknown(unknown)) => Some(unknown.clone()),
                    _ => None,
                },
                Value::Unknown(unknown) => Some(unknown.clone()),
                _ => None,
            },
            basis,
            party: parts.name(Label::Of).or(parts.name(Label::Party)).cloned(),
            within,
            on: match parts.get(Label::Day) {
                Some(Value::DayOfYear(month, day)) => Some((*month, *day)),
                _ => None,
            },
            while_: parts.condition(Label::While).cloned(),
            from,
            until: parts.moment(Label::Until).cloned(),
        });
    }
    if let Some(on) = parts.moment(Label::On) {
        return Some(FeeWhen::On(on.clone()));
    }
    if let (Some(within), Some(of)) = (duration(Label::Within), parts.moment(Label::Of)) {
        return Some(FeeWhen::Within(within, of.clone()));
    }
    if let Some(Value::Period(label)) = parts.get(Label::In) {
        return Some(FeeWhen::During(*label));
    }
    if let Some(when) = parts.condition(Label::When) {
        return Some(FeeWhen::When {
            when: when.clone(),
            by: parts.moment(Label::By).cloned(),
            within: duration(Label::PayWithin),
        });
    }
    if let Some(by) = parts.moment(Label::By) {
        return Some(FeeWhen::By(by.clone()));
    }
    if parts.rules(Rule::FeeWhen).next().is_some() || parts.has(Label::Otherwise) {
        return Some(FeeWhen::Otherwise);
    }
    None
}

/// How the periods of `each contract year`, `each fiscal quarter` are counted.
fn basis(words: &str) -> Basis {
    match words {
        w if w.contains("contract") => Basis::Contract,
        w if w.contains("fiscal") => Basis::Fiscal,
        _ => Basis::Calendar,
    }
}

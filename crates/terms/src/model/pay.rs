//! Fees, instalments, milestone payments, recurring fees, and what options and buy-outs cost.

use super::agreement::{Exchange, read_exchange};
use super::bonus::{Bonus, Price};
use super::clauses::{self, Paid, Payee, Per, percent};
use super::instalment::{EachOnce, FeeWhen, Instalment};
use super::interest::Interest;
use super::pay_rule::PayRule;
use super::withheld::Withheld;
use super::withholding::Withholding;
use crate::names::buy_out_of;
use crate::record::{At, Record};
use crate::value::{Edge, Known, Moment, Name, Value};
use counterpart_num::{Currency, Exact, PeriodKind, Roll};
use counterpart_syntax::{Form, Label};

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
    /// The money of the price, where it is for goods or for work, and these are not charged at cost.
    pub priced_in: Option<Currency>,
    /// The rule of exchange by which sums in other money become it.
    pub exchange: Option<Exchange>,
    /// Which of several payers bears which share.
    pub borne: Vec<(Name, Known<Exact>)>,
    /// What becomes of a due day that is a day off.
    pub roll: Option<Roll>,
    /// A bonus in each period in which something is so, for the first so many years.
    pub bonuses: Vec<Bonus>,
    /// What an option or a buy-out costs, and on which days each price stands.
    pub prices: Vec<Price>,
    /// The clause by which somebody who knows sets that price.
    pub appraised: Option<At>,
    /// Numbers and names it is reckoned with that the text does not give.
    pub withheld: Vec<Withheld>,
    /// The clause.
    pub at: At,
}

/// What a buy-out is called: by its name or, where it has none, by what it buys.
pub fn buy_out_name(record: &Record) -> Name {
    let made = || {
        let of = record.names(Label::Of);
        Name::from(buy_out_of(of.iter().map(Name::as_str)).as_str())
    };
    record.name(Label::Name).cloned().unwrap_or_else(made)
}

impl Pay {
    /// How often a line can fall due: by its own words, or by those for all lines.
    pub fn each_of<'p>(&'p self, line: &'p Instalment) -> &'p EachOnce {
        if line.each == EachOnce::default() { &self.each } else { &line.each }
    }

    fn empty(record: &Record) -> Option<Pay> {
        let sides = (record.names(Label::From), record.names(Label::To));
        let title = record.text(Label::Title).map(str::to_string);
        let pay = Pay::between(record.name(Label::Name)?.clone(), sides, record.at);
        Some(Pay { title, withheld: Withheld::all(record), ..pay })
    }

    /// A payment from some parties to others of which nothing else is said.
    pub fn between(name: Name, (from, to): (Vec<Name>, Vec<Name>), at: At) -> Pay {
        Pay {
            name,
            title: None,
            from,
            to,
            instalments: Vec::new(),
            rules: Vec::new(),
            each: EachOnce::default(),
            of: Vec::new(),
            payees: Vec::new(),
            paid: None,
            interest: None,
            withholding: None,
            currency: None,
            priced_in: None,
            exchange: None,
            borne: Vec::new(),
            roll: None,
            bonuses: Vec::new(),
            prices: Vec::new(),
            appraised: None,
            withheld: Vec::new(),
            at,
        }
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
        let prices = [(Form::ServiceHourly, Label::Rate), (Form::ServiceFee, Label::Fee)];
        pay.priced_in = price_money(record, Form::ServiceCharged, &prices);
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
                                basis: None,
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
                Form::ServiceInterest => {
                    let late = clause.get(Label::Interest);
                    pay.interest = late.and_then(|v| Interest::read(v, clause.at));
                }
                Form::ServicePaid => {
                    pay.paid = clause.get(Label::Paid).and_then(|v| Paid::read(v, clause.at))
                }
                _ => {}
            }
        }
        Some(pay)
    }

    /// What is supplied is paid for by the one it is supplied to; what it comes to hangs on what is delivered.
    pub(super) fn of_supply(record: &Record) -> Option<Pay> {
        let mut pay = Pay::empty(record)?;
        (pay.from, pay.to) = (record.names(Label::To), record.names(Label::By));
        let paid = record.below(Form::SupplyPaid);
        pay.paid = paid.and_then(|clause| Paid::read(clause.get(Label::Paid)?, clause.at));
        pay.priced_in = price_money(record, Form::SupplyCharged, &[(Form::SupplyPrice, Label::Price)]);
        Some(pay)
    }

    /// What is assigned for a price is paid for by whoever gets it, on the day it passes.
    pub(super) fn of_assign(record: &Record) -> Option<Pay> {
        let mut pay = Pay::empty(record)?;
        std::mem::swap(&mut pay.from, &mut pay.to);
        let on = record.below(Form::AssignOn).and_then(|line| line.moment(Label::On));
        let on = on.cloned().unwrap_or(Moment::OfThing(Edge::Start, None));
        pay.instalments = record
            .all_below(Form::AssignFor)
            .filter_map(|line| {
                let price = Instalment::plain(line.amount(Label::Price)?.clone(), line.at);
                Some(Instalment { when: FeeWhen::On(on.clone()), ..price })
            })
            .collect();
        (!pay.instalments.is_empty()).then_some(pay)
    }

    /// A buy-out is paid when it is exercised.
    pub(super) fn of_buy_out(record: &Record) -> Option<Pay> {
        let title = record.text(Label::Title).map(str::to_string);
        let empty = Pay::between(buy_out_name(record), (Vec::new(), Vec::new()), record.at);
        let mut pay = Pay { title, withheld: Withheld::all(record), ..empty };
        pay.from = record.names(Label::By);
        pay.appraised = record.below(Form::BuyOutAppraised).map(|clause| clause.at);
        let paid = record.below(Form::BuyOutPaid);
        pay.paid = paid.and_then(|clause| Paid::read(clause.get(Label::Paid)?, clause.at));
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
        let price = record.below(Form::OptionPrice);
        let by_expert = price.filter(|line| line.word(Label::By) == Some("by expert"));
        pay.appraised = record.below(Form::OptionPriceExpert).or(by_expert).map(|line| line.at);
        for clause in record.all_below(Form::OptionAtMost) {
            let when = clause.condition(Label::When).cloned();
            let most = clause.amount(Label::Most)?.clone();
            pay.rules.push((PayRule::AtMost(most, None, when, Vec::new()), clause.at));
        }
        let Some(price) = price else { return pay.appraised.map(|_| pay) };
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

    /// The money and the amount of each instalment, where each is given and falls due once.
    pub fn once_each(&self) -> Option<(Currency, Vec<Exact>)> {
        let mut money: Option<Currency> = None;
        let mut amounts = Vec::new();
        if !self.each.per.is_empty() || self.each.each_time {
            return None;
        }
        for line in &self.instalments {
            let recurring = matches!(line.when, FeeWhen::Each { .. } | FeeWhen::Otherwise);
            if recurring
                || line.each.each_time
                || !line.each.per.is_empty()
                || line.per.is_some()
                || line.shares.is_some()
            {
                return None;
            }
            let (currency, value) = line.value.constant()?;
            if *money.get_or_insert(currency) != currency {
                return None;
            }
            amounts.push(value);
        }
        money.map(|money| (money, amounts))
    }

    /// The money it is paid in, where its text says so: by a clause of its own, or as all its fixed sums are in one money.
    pub fn money(&self) -> Option<Currency> {
        let mut sums = self.instalments.iter().filter_map(|line| Some(line.value.constant()?.0));
        self.currency.or(self.priced_in).or_else(|| {
            let first = sums.next()?;
            sums.all(|other| other == first).then_some(first)
        })
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
                if let Some(rule) = clause.get(Label::Rule) {
                    Withholding::add(&mut self.withholding, rule, at);
                }
            }
            Form::PayBorne => {
                self.borne.extend(clauses::cost_shares(&clause.all(Label::Borne).collect::<Vec<_>>()))
            }
            Form::PayHoliday => self.roll = clauses::roll(clause),
            Form::PayBonus => self.bonuses.extend(Bonus::read(clause)),
            Form::PayCurrency => {
                self.currency = super::agreement::currency(clause);
                let rule = clause.get(Label::Rule).and_then(read_exchange);
                self.exchange = rule.map(|rule| Exchange { source: String::new(), rule, at });
            }
            _ => {
                if let Some(rule) = PayRule::read(clause) {
                    self.rules.push((rule, at));
                }
            }
        }
    }
}

/// The money of the first of some prices a clause names; none where it also charges at cost, which is in any money.
fn price_money(record: &Record, at_cost: Form, prices: &[(Form, Label)]) -> Option<Currency> {
    if record.below(at_cost).is_some() {
        return None;
    }
    let price = |(form, label): &(Form, Label)| record.below(*form)?.amount(*label)?.constant();
    prices.iter().find_map(price).map(|(money, _)| money)
}

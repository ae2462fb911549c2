//! A running payment: its base, rates, term, reductions, minimums, caps, payees and dates.

use super::agreement::Exchange;
use super::bonus::Bonus;
use super::clauses::{self, Paid, Payee, Per, percent};
use super::interest::Interest;
use super::limits::{Cap, Minimum, SplitBand};
use super::reduction::Reduction;
use super::schedule::{Rate, RateRule, rate};
use super::settlement::{Estimated, Reconciled};
use super::withheld::Withheld;
use super::withholding::Withholding;
use crate::record::{At, Record};
use crate::value::{Amount, Condition, Cycle, Known, Measure, Moment, Name, Sign, Value};
use counterpart_num::{Currency, Exact, Roll, Rounding};
use counterpart_syntax::{Form, Label};

/// Something added to the rate.
#[derive(Debug, Clone)]
pub struct Adder {
    /// The rate added.
    pub rate: Rate,
    /// For each such thing.
    pub each: Option<Name>,
    /// On this condition.
    pub when: Option<Condition>,
    /// At most this.
    pub at_most: Option<Rate>,
    /// The clause.
    pub at: At,
}

/// What the payee owes others for the same sales is charged on to the payer.
#[derive(Debug, Clone)]
pub struct PassThrough {
    /// To whom it goes in the end.
    pub to: Vec<Name>,
    /// At most this.
    pub at_most: Option<Amount>,
    /// Until when.
    pub until: Option<Moment>,
    /// The clause.
    pub at: At,
}

/// An index, how much of its rise counts at most, and from when.
pub type Indexed = (Name, Option<Known<Exact>>, Option<Moment>, At);

/// A running payment.
#[derive(Debug, Clone)]
pub struct Royalty {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: Option<String>,
    /// Who pays.
    pub from: Vec<Name>,
    /// Who is paid.
    pub to: Vec<Name>,
    /// What it is on.
    pub base: Option<Amount>,
    /// Only these products.
    pub of: Vec<Name>,
    /// The rates.
    pub rates: Vec<RateRule>,
    /// Added to the rate.
    pub adders: Vec<Adder>,
    /// Never above this.
    pub ceilings: Vec<(Amount, At)>,
    /// Not on these products, customers or places.
    pub except: Vec<Name>,
    /// For each such thing until a moment.
    pub term: Option<(Vec<Per>, Moment, At)>,
    /// Until this moment instead, where this is so on the day the term would end.
    pub term_extended: Option<(Moment, Condition)>,
    /// Runs from here.
    pub starts: Option<Moment>,
    /// Runs until here.
    pub ends: Option<Moment>,
    /// Nothing is payable until here.
    pub holiday: Option<(Moment, At)>,
    /// Nothing is payable where this is so.
    pub none_where: Vec<(Condition, At)>,
    /// Payable while this is so.
    pub while_: Option<(Condition, At)>,
    /// Reductions.
    pub reductions: Vec<Reduction>,
    /// No reduction while this holds.
    pub no_relief: Vec<(Condition, At)>,
    /// Who bears what third parties must be paid: `known` or `unknown` patents, and by whom.
    pub third_party: Vec<(String, Vec<Name>, At)>,
    /// Minimums.
    pub minimums: Vec<Minimum>,
    /// Caps.
    pub caps: Vec<Cap>,
    /// Several payees.
    pub payees: Vec<Payee>,
    /// Who receives what the payees leave.
    pub rest_to: Option<Name>,
    /// Bands with payees of their own.
    pub split: Vec<SplitBand>,
    /// When it is paid.
    pub paid: Option<Paid>,
    /// Reported and paid one such period in arrears.
    pub lag: Option<counterpart_num::PeriodKind>,
    /// Late interest.
    pub interest: Option<Interest>,
    /// Tax kept back.
    pub withholding: Option<Withholding>,
    /// A negative result is carried to the next period, rather than lost.
    pub negative_carried: bool,
    /// Reduced to earn back this payment.
    pub recoups: Option<(Name, Option<Name>, At)>,
    /// An amount for each unit set off against a debt.
    pub offset: Option<(Rate, Name, At)>,
    /// The day on which what is left of the debt is paid back at once.
    pub balloon: Option<Moment>,
    /// What the payee owes others is passed on.
    pub passes_through: Option<PassThrough>,
    /// An advance each period: share, of what, each such period.
    pub advance: Option<(Known<Exact>, Amount, Cycle, At)>,
    /// What of the advances is never earned comes back at the end.
    pub advance_repaid: bool,
    /// A bonus in each period in which something is so, for the first so many years.
    pub bonuses: Vec<Bonus>,
    /// Which of several payers bears which share.
    pub borne: Vec<(Name, Known<Exact>)>,
    /// What becomes of a due day that is a day off.
    pub roll: Option<Roll>,
    /// First paid on an estimate.
    pub estimated: Option<Estimated>,
    /// Reconciled once each such period, within this time of its end.
    pub reconciled: Option<Reconciled>,
    /// The rate begins anew each such period.
    pub reset: Option<Cycle>,
    /// Currency of payment.
    pub currency: Option<Currency>,
    /// Its own rule of exchange.
    pub exchange: Option<Exchange>,
    /// Its own rounding.
    pub rounding: Option<Rounding>,
    /// Indexed: index, at most, from.
    pub indexed: Option<Indexed>,
    /// Numbers and names it is reckoned with that the text does not give.
    pub withheld: Vec<Withheld>,
    /// The clause.
    pub at: At,
}

impl Royalty {
    pub(super) fn read(record: &Record) -> Option<Royalty> {
        let mut royalty = Royalty {
            name: record.name(Label::Name)?.clone(),
            title: record.text(Label::Title).map(str::to_string),
            from: record.names(Label::From),
            to: record.names(Label::To),
            base: None,
            of: Vec::new(),
            rates: RateRule::all(record),
            adders: Vec::new(),
            ceilings: Vec::new(),
            except: Vec::new(),
            term: None,
            term_extended: None,
            starts: None,
            ends: None,
            holiday: None,
            none_where: Vec::new(),
            while_: None,
            reductions: Vec::new(),
            no_relief: Vec::new(),
            third_party: Vec::new(),
            minimums: Vec::new(),
            caps: Vec::new(),
            payees: Vec::new(),
            rest_to: None,
            split: Vec::new(),
            paid: None,
            lag: None,
            interest: None,
            withholding: None,
            negative_carried: false,
            recoups: None,
            offset: None,
            balloon: None,
            passes_through: None,
            advance: None,
            advance_repaid: false,
            bonuses: Vec::new(),
            borne: Vec::new(),
            roll: None,
            estimated: None,
            reconciled: None,
            reset: None,
            currency: None,
            exchange: None,
            rounding: None,
            indexed: None,
            withheld: Withheld::all(record),
            at: record.at,
        };
        for clause in &record.below {
            royalty.clause(clause);
            royalty.settlement(clause);
        }
        royalty.net_of_passed_on(record);
        Some(royalty)
    }

    fn clause(&mut self, clause: &Record) {
        match clause.clause {
            Form::RoyaltyOn => {
                self.base = match clause.get(Label::Base) {
                    Some(Value::Parts(parts)) => parts.amount(Label::Amount).cloned(),
                    _ => clause.amount(Label::Base).cloned(),
                };
                self.of = clause.names(Label::Of);
            }
            Form::RoyaltyAdder => {
                if let Some(value) = clause.get(Label::Value).and_then(rate) {
                    let each = clause.name(Label::Each).cloned();
                    self.adders.push(Adder {
                        rate: value,
                        each,
                        when: clause.condition(Label::Where).cloned(),
                        at_most: clause.get(Label::Most).and_then(rate),
                        at: clause.at,
                    });
                }
            }
            Form::RoyaltyCeiling => {
                self.ceilings.extend(clause.amount(Label::Most).map(|a| (a.clone(), clause.at)))
            }
            Form::RoyaltyTerm => {
                if let Some(until) = clause.moment(Label::Until) {
                    let per = Per::each(clause.get(Label::Per));
                    self.term = Some((per, until.clone(), clause.at));
                    self.term_extended =
                        clause.moment(Label::Later).cloned().zip(clause.condition(Label::If).cloned());
                }
            }
            Form::RoyaltyExcept => self.except.extend(clause.names(Label::Others)),
            Form::RoyaltyNone => {
                self.none_where.extend(clause.condition(Label::Where).map(|c| (c.clone(), clause.at)))
            }
            Form::RoyaltyWhile => {
                self.while_ = clause.condition(Label::While).map(|c| (c.clone(), clause.at))
            }
            Form::RoyaltyReductions => {
                let each = clause.word(Label::Cycle).and_then(clauses::unit);
                self.reductions.extend(clause.below.iter().filter_map(|line| Reduction::read(line, each)));
                for line in clause.all_below(Form::ReductionsNoRelief) {
                    let when = line.condition(Label::When).or(line.condition(Label::Where));
                    self.no_relief.extend(when.map(|c| (c.clone(), line.at)));
                }
            }
            Form::RoyaltyThirdParty => {
                let who = clause.word(Label::Who).unwrap_or_default().to_string();
                self.third_party.push((who, clause.names(Label::By), clause.at));
            }
            Form::RoyaltyAtLeast => self.minimums.push(Minimum::read(clause)),
            Form::RoyaltyAtMost => self.caps.extend(Cap::read(clause)),
            Form::RoyaltyPayees => {
                self.payees.extend(clauses::payees(clause));
                self.rest_to = clause.name(Label::Rest).cloned();
            }
            Form::RoyaltySplit => self.split.extend(clause.below.iter().map(SplitBand::read)),
            Form::RoyaltyNegative => {
                self.negative_carried = clause.word(Label::Carried).is_some_and(|w| w.starts_with("carried"));
            }
            Form::RoyaltyRecoups => {
                let per = clause.name(Label::Per).cloned();
                self.recoups = clause.name(Label::Advance).map(|n| (n.clone(), per, clause.at));
            }
            Form::RoyaltyOffset => {
                let value = clause.get(Label::Value).and_then(rate);
                self.balloon = clause.moment(Label::Balloon).cloned();
                self.offset = value.zip(clause.name(Label::Against).cloned()).map(|(r, n)| (r, n, clause.at));
            }
            Form::RoyaltyPassThrough => {
                self.passes_through = Some(PassThrough {
                    to: clause.names(Label::To),
                    at_most: clause.amount(Label::Most).cloned(),
                    until: clause.moment(Label::Until).cloned(),
                    at: clause.at,
                });
            }
            Form::RoyaltyAdvance => {
                if let (Some(share), Some(of), Some(Value::Cycle(cycle))) =
                    (percent(clause, Label::Share), clause.amount(Label::Of), clause.get(Label::Cycle))
                {
                    self.advance = Some((share, of.clone(), cycle.clone(), clause.at));
                    self.advance_repaid = clause.has(Label::Repaid);
                }
            }
            Form::RoyaltyBonus => self.bonuses.extend(Bonus::read(clause)),
            _ => {}
        }
    }
}

impl Royalty {
    /// `sublicence income 30%, net of passed-on`: the base is what is left after what is passed on.
    fn net_of_passed_on(&mut self, record: &Record) {
        let mut net = Vec::new();
        for clause in record.all_below(Form::RoyaltyShareOfSublicence) {
            net.extend(clause.names(Label::Net));
        }
        if net.is_empty() {
            return;
        }
        if let Some(base) = self.base.take() {
            let less =
                net.into_iter().map(|n| (Sign::Less, Amount::Measure(Box::new(Measure::of_metric(n)))));
            self.base = Some(Amount::Sum(std::iter::once((Sign::Plus, base)).chain(less).collect()));
        }
    }
}

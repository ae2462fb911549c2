//! The parts of a deal that have a meaning of their own, drawn from the records.
//!
//! A [`Model`] is one edition of the terms: the agreement with the amendments in force on a day. Clauses
//! whose meaning is not computed yet stay records; nothing is copied out of them twice.

mod after_end;
mod agreement;
mod bonus;
mod clauses;
mod cost_lines;
mod cure;
mod editions;
mod effect;
mod enforcement;
mod figure;
mod grant;
mod groups;
mod implied;
mod improvement;
mod instalment;
mod interest;
mod limits;
pub mod made_due;
mod market;
mod measured;
mod mirror;
mod pay;
mod pay_rule;
mod prosecution;
mod records;
mod reduction;
mod royalty;
mod same;
mod schedule;
mod seats;
mod settlement;
mod sides;
mod staging;
mod tested;
mod trigger;
mod withheld;
mod withholding;

pub use after_end::{AfterEnd, Fate, Price as TailPrice, Tail, TailLine};
pub use agreement::{Exchange, ExchangeRule, Header, Need, Party, Renewal, RoundOn, Stated, read_exchange};
pub use bonus::{Bonus, Price};
pub use clauses::{Paid, Payee, Per};
pub use cost_lines::cost_lines;
pub use cure::CureWay;
pub(crate) use editions::is_undated;
pub use editions::{Edition, Editions};
pub use effect::{Change, Effect, Lasting, Where, is_offered, renews, same_effect};
pub use enforcement::{ClockStart, Enforcement, Gets, Recovery, Suitor};
pub use figure::{Figure, OnFigure, Turn};
pub use grant::{GradeLine, Grant, Life, NextGrade, Part, SublicencesEnd, Transition};
pub use groups::members as group_members;
pub use improvement::{
    AfterTalks, Exploits, Improvement, JointWork, LicenceBack, Narrows, Owned, Owner, Reach, Shares, Within,
};
pub use instalment::{EachOnce, FeeWhen, Instalment};
pub use interest::{FixedOn, Interest, InterestRate};
pub use limits::{Becomes, Cap, Counts, During, Minimum, MinimumStep, SplitBand};
pub use market::{Extendable, Market, Milestone, Product};
pub use measured::{CountsAs, Deduction, Exempt, Metric, MetricKind};
pub use pay::{Pay, buy_out_name};
pub use pay_rule::PayRule;
pub use prosecution::{CostShares, CostsOf, Led, Prosecution};
pub use records::Records;
pub use reduction::{Cut, CutFloor, Reduction, ReductionCause};
pub use royalty::{Adder, PassThrough, Royalty};
pub use same::Same;
pub use schedule::{EachBy, Rate, RateRule, RateStep, Schedule, Tier, TierCycle, TierKind, Tiers};
pub use seats::seats;
pub use settlement::{Estimated, Reconciled};
pub use sides::Sides;
pub use staging::{Ladder, LadderStep, Stage, Stages};
pub use tested::Tested;
pub use trigger::{Timed, Trigger};
pub use withheld::Withheld;
pub use withholding::{TaxRate, Withholding};

use crate::precedence::Ranking;
use crate::record::{At, Record, in_parts};
use crate::value::{Amount, Cycle, Name, Value};
use counterpart_syntax::{Form, Label};
use std::collections::BTreeMap;

/// A clause that nets several payments.
#[derive(Debug, Clone)]
pub struct Net {
    /// The payments netted.
    pub streams: Vec<Name>,
    /// For each such period; where none is said, what falls due on one day.
    pub cycle: Option<Cycle>,
    /// When the balance is paid.
    pub paid: Option<Paid>,
    /// A smaller balance waits for the next period.
    pub below: Option<Amount>,
    /// Where it stands.
    pub at: At,
}

impl Net {
    fn read(record: &Record) -> Net {
        let paid = record.below(Form::NetBalance);
        let below = record.below(Form::NetCarried).and_then(|line| line.amount(Label::Below));
        Net {
            streams: record.names(Label::Streams),
            cycle: match record.get(Label::Cycle) {
                Some(Value::Cycle(cycle)) => Some(cycle.clone()),
                _ => None,
            },
            paid: paid.and_then(|line| Paid::read(line.get(Label::Paid)?, line.at)),
            below: below.cloned(),
            at: record.at,
        }
    }
}

/// One edition of the terms.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// What the agreement says of itself.
    pub header: Header,
    /// The parties.
    pub parties: BTreeMap<Name, Party>,
    /// Fields, products, metrics, places: what the world is divided into.
    pub market: Market,
    /// Grants and their grades over time.
    pub grants: BTreeMap<Name, Grant>,
    /// Triggers, in order.
    pub triggers: Vec<Trigger>,
    /// Running payments.
    pub royalties: BTreeMap<Name, Royalty>,
    /// Fees, instalments, milestone payments, recurring fees.
    pub pays: BTreeMap<Name, Pay>,
    /// What is so after the end.
    pub after_end: Vec<AfterEnd>,
    /// Netting.
    pub nets: Vec<Net>,
    /// The classes inventions fall into, in the order of the text.
    pub improvements: Vec<Improvement>,
    /// What both sides make together.
    pub joint_work: Option<JointWork>,
    /// How patents are run before the offices.
    pub prosecutions: Vec<Prosecution>,
    /// How infringers are dealt with.
    pub enforcements: Vec<Enforcement>,
    /// Withholding agreed for all payments.
    pub withholding: Option<Withholding>,
    /// Every clause of the edition, those in its numbered parts like those at the margin.
    pub records: Records,
    /// The clauses at the margin, each numbered part with what stands in it; none where no part is numbered.
    outline: Option<Vec<Record>>,
    /// Which of its clauses prevails over which.
    pub ranking: Ranking,
}

impl Model {
    /// Draws the model from clauses.
    pub fn draw<'r>(records: impl Iterator<Item = &'r Record>) -> Model {
        let margin: Vec<Record> = records.cloned().collect();
        let mut model = Model::default();
        let mut all: Vec<Record> = if margin.iter().any(|r| r.clause == Form::FileClause) {
            let all = in_parts(&margin).into_iter().cloned().collect();
            model.outline = Some(margin);
            all
        } else {
            margin
        };
        mirror::complete(&mut all);
        for record in &all {
            model.add(record);
        }
        for record in &all {
            staging::attach(&mut model.grants, record);
        }
        implied::add(&mut model, &all);
        made_due::add(&mut model, &all);
        model.records = Records::from(all);
        model.ranking = Ranking::of(model.margin());
        // A service is paid by those who do not render it.
        for pay in model.pays.values_mut().filter(|p| p.from.is_empty()) {
            pay.from = model.header.parties.iter().filter(|p| !pay.to.contains(p)).cloned().collect();
        }
        model
    }

    fn add(&mut self, record: &Record) {
        match record.clause {
            Form::FileAgreement => self.header = Header::read(record),
            Form::FileParty => insert(&mut self.parties, record, Party::read(record)),
            Form::FileGrant => insert(&mut self.grants, record, Grant::read(record)),
            Form::FileTrigger => self.triggers.extend(Trigger::read(record)),
            Form::FileRoyalty => insert(&mut self.royalties, record, Royalty::read(record)),
            Form::FilePay => insert(&mut self.pays, record, Pay::read(record)),
            Form::FileService => insert(&mut self.pays, record, Pay::of_service(record)),
            Form::FileSupply => insert(&mut self.pays, record, Pay::of_supply(record)),
            Form::FileBuyOut => {
                if let Some(pay) = Pay::of_buy_out(record) {
                    self.pays.entry(pay.name.clone()).or_insert(pay);
                }
            }
            Form::FileOption | Form::FileFirstRight => insert(&mut self.pays, record, Pay::of_option(record)),
            Form::FileAssign => insert(&mut self.pays, record, Pay::of_assign(record)),
            Form::FileAfterEnd => self.after_end.push(AfterEnd::read(record)),
            Form::FileNet => self.nets.push(Net::read(record)),
            Form::FileImprovement => self.improvements.extend(Improvement::read(record)),
            Form::FileJointWork => self.joint_work = Some(JointWork::read(record)),
            Form::FileProsecution => self.prosecutions.push(Prosecution::read(record)),
            Form::FileEnforcement => self.enforcements.push(Enforcement::read(record)),
            Form::FileWithholding => self.withholding = Withholding::read(record),
            _ => self.market.add(record),
        }
    }

    /// The clauses at the margin, each numbered part with what stands in it.
    pub fn margin(&self) -> &[Record] {
        self.outline.as_deref().unwrap_or(&self.records)
    }

    /// The name of the party or other thing, with its title where it has one.
    pub fn title(&self, name: &Name) -> String {
        let party = self.parties.get(name).and_then(|p| p.title.clone());
        party.unwrap_or_else(|| name.to_string())
    }
}

fn insert<T>(map: &mut BTreeMap<Name, T>, record: &Record, value: Option<T>) {
    if let (Some(name), Some(value)) = (record.name(Label::Name), value) {
        // The first statement stands; a second one under the same name has been reported.
        map.entry(name.clone()).or_insert(value);
    }
}

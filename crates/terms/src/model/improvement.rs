//! Improvements: the classes inventions fall into, whose they are, who may use them, what must be done with them and by
//! when; and what both sides make together.

use super::clauses::cost_shares;
use crate::record::{At, Parts, Record};
use crate::value::{Amount, Condition, Cycle, Duration, Grade, Known, Moment, Name, Territory, Value};
use counterpart_num::Exact;
use counterpart_syntax::{Form, Label};

/// Shares of several in one thing.
pub type Shares = Vec<(Name, Known<Exact>)>;

/// Whose an invention is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Whoever makes it.
    Maker,
    /// Whoever owns what it is about.
    Subject,
    /// Both sides.
    Both,
    /// A party.
    Party(Name),
}

impl Owner {
    fn read(value: &Value) -> Option<Owner> {
        Some(match value {
            Value::Word(word) if word == "both" => Owner::Both,
            Value::Word(word) if word.starts_with("who makes") => Owner::Maker,
            Value::Word(_) => Owner::Subject,
            Value::Name(name) => Owner::Party(name.clone()),
            Value::Parts(parts) => Owner::Party(parts.name(Label::Party)?.clone()),
            _ => return None,
        })
    }
}

/// Whose inventions of a class are, for some fields if said.
#[derive(Debug, Clone)]
pub struct Owned {
    /// Whose.
    pub owner: Owner,
    /// For these fields alone; for all where none is named.
    pub for_: Vec<Name>,
    /// Whose they are elsewhere.
    pub elsewhere: Option<Owner>,
    /// The clause.
    pub at: At,
}

/// For what a licence back is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// For everything.
    All,
    /// In the fields of whoever receives it.
    OthersFields,
    /// In the fields of whoever gives it.
    OwnFields,
    /// In these places.
    In(Territory),
    /// Everywhere but in these places.
    Outside(Territory),
    /// For these fields, in some places if said.
    For(Vec<Name>, Option<Territory>),
}

/// A licence that the owner gives back to the other side.
#[derive(Debug, Clone)]
pub struct LicenceBack {
    /// How exclusive.
    pub grade: Grade,
    /// Whether it is free; `None` where it is not said.
    pub free: Option<bool>,
    /// At which rate it is paid for.
    pub rate: Option<Amount>,
    /// For what.
    pub reach: Reach,
    /// While this is so.
    pub while_: Option<Condition>,
    /// Until this moment.
    pub until: Option<Moment>,
    /// It outlives the agreement.
    pub perpetual: bool,
    /// The clause.
    pub at: At,
}

/// What changes a licence back.
#[derive(Debug, Clone)]
pub struct Narrows {
    /// Its grade from then on; it ends where there is none.
    pub becomes: Option<Grade>,
    /// When.
    pub when: Condition,
    /// The clause.
    pub at: At,
}

/// What follows talks.
#[derive(Debug, Clone)]
pub enum AfterTalks {
    /// A first refusal, for so long.
    FirstRefusal(Duration),
    /// An expert decides.
    Expert,
    /// The owner is free.
    Free,
}

/// A length of time with its clause.
pub type Within = (Duration, At);

/// A class of inventions.
#[derive(Debug, Clone)]
pub struct Improvement {
    /// Its name.
    pub name: Name,
    /// What falls into it; what no other class takes where it is the last.
    pub when: Option<Condition>,
    /// It takes what no other class does.
    pub otherwise: bool,
    /// Whose its inventions are.
    pub owned: Vec<Owned>,
    /// The licences back.
    pub licensed: Vec<LicenceBack>,
    /// What changes them.
    pub narrows: Vec<Narrows>,
    /// To whom they are assigned, and the licence instead where the law bars that.
    pub assigned: Option<(Name, Option<Grade>, At)>,
    /// How soon they are disclosed.
    pub disclosed: Option<Within>,
    /// How soon they are offered.
    pub offered: Option<Within>,
    /// How soon they are put to use.
    pub integrated: Option<Within>,
    /// How long the sides talk, and what follows.
    pub talks: Option<(Duration, Option<AfterTalks>, At)>,
    /// The other side gets nothing.
    pub free: Option<At>,
    /// What is paid for them: once, or for each period.
    pub priced: Vec<(Amount, Option<Cycle>, At)>,
    /// How income from third parties is shared.
    pub income: Option<(Shares, At)>,
    /// The clause.
    pub at: At,
}

impl Improvement {
    pub(super) fn read(record: &Record) -> Option<Improvement> {
        let mut out = Improvement {
            name: record.name(Label::Name)?.clone(),
            when: record.condition(Label::When).cloned(),
            otherwise: record.has(Label::Otherwise),
            owned: Vec::new(),
            licensed: Vec::new(),
            narrows: Vec::new(),
            assigned: None,
            disclosed: None,
            offered: None,
            integrated: None,
            talks: None,
            free: None,
            priced: Vec::new(),
            income: None,
            at: record.at,
        };
        for line in &record.below {
            let within = |label: Label| duration(line, label).map(|within| (within, line.at));
            match line.clause {
                Form::ImprovementOwned => out.owned.extend(owned(line)),
                Form::ImprovementLicensed => out.licensed.extend(licensed(line)),
                Form::ImprovementNarrows => out.narrows.extend(line.condition(Label::When).map(|when| {
                    Narrows { becomes: line.grade(Label::Becomes).cloned(), when: when.clone(), at: line.at }
                })),
                Form::ImprovementAssigned => {
                    out.assigned = line
                        .name(Label::To)
                        .map(|to| (to.clone(), line.grade(Label::Else).cloned(), line.at));
                }
                Form::ImprovementDisclosed => out.disclosed = within(Label::Within),
                Form::ImprovementOffered => {
                    out.offered = within(Label::Offered);
                    out.integrated = within(Label::Integrated);
                }
                Form::ImprovementTalks => {
                    out.talks = duration(line, Label::Talks).map(|talks| (talks, after_talks(line), line.at));
                }
                Form::ImprovementFree => out.free = Some(line.at),
                Form::ImprovementPriced => {
                    let cycle = match line.get(Label::Cycle) {
                        Some(Value::Cycle(cycle)) => Some(cycle.clone()),
                        _ => None,
                    };
                    out.priced.extend(line.amount(Label::Price).map(|price| (price.clone(), cycle, line.at)));
                }
                Form::ImprovementIncome => out.income = Some((income(line), line.at)),
                _ => {}
            }
        }
        Some(out)
    }
}

/// What both sides make together.
#[derive(Debug, Clone)]
pub struct JointWork {
    /// The shares in it.
    pub owned: Option<(Shares, At)>,
    /// Who may use it where.
    pub exploits: Option<Exploits>,
    /// A share does not pass in part.
    pub no_partial: Option<At>,
    /// How income from third parties is shared.
    pub income: Option<(Shares, At)>,
    /// Who sells a share offers it to the other first: for so long, after a moment.
    pub first_refusal: Option<(Option<Duration>, Option<Moment>, At)>,
    /// The clause.
    pub at: At,
}

/// Who may use joint work where.
#[derive(Debug, Clone)]
pub struct Exploits {
    /// Each in its own fields alone; freely where not.
    pub own_fields: bool,
    /// Elsewhere with the other's consent.
    pub elsewhere_with_consent: bool,
    /// Whether each accounts to the other; `None` where it is not said.
    pub accounting: Option<bool>,
    /// The clause.
    pub at: At,
}

impl JointWork {
    pub(super) fn read(record: &Record) -> JointWork {
        let line = |form| record.below(form);
        JointWork {
            owned: line(Form::JointWorkOwned).map(|l| {
                let shares: Vec<&Value> = l.all(Label::Share).collect();
                (cost_shares(&shares), l.at)
            }),
            exploits: line(Form::JointWorkExploits).map(|l| Exploits {
                own_fields: l.word(Label::How).is_some_and(|how| how != "freely"),
                elsewhere_with_consent: l.has(Label::Elsewhere),
                accounting: l.word(Label::Accounting).map(|word| word == "with"),
                at: l.at,
            }),
            no_partial: line(Form::JointWorkNoPartial).map(|l| l.at),
            income: line(Form::JointWorkIncome).map(|l| (income(l), l.at)),
            first_refusal: line(Form::JointWorkFirstRefusal)
                .map(|l| (duration(l, Label::For), l.moment(Label::After).cloned(), l.at)),
            at: record.at,
        }
    }
}

fn owned(line: &Record) -> Option<Owned> {
    Some(Owned {
        owner: Owner::read(line.get(Label::Owner)?)?,
        for_: line.names(Label::For),
        elsewhere: line.get(Label::Elsewhere).and_then(Owner::read),
        at: line.at,
    })
}

fn licensed(line: &Record) -> Option<LicenceBack> {
    let while_ =
        line.condition(Label::While).or_else(|| line.parts(Label::While)?.condition(Label::Condition));
    let until = line.moment(Label::Until).or_else(|| line.parts(Label::Until)?.moment(Label::Moment));
    Some(LicenceBack {
        grade: line.grade(Label::Grade)?.clone(),
        free: line.word(Label::Free).map(|word| word == "royalty-free"),
        rate: line.amount(Label::Rate).cloned(),
        reach: line.get(Label::Scope).map_or(Reach::All, reach),
        while_: while_.cloned(),
        until: until.cloned(),
        perpetual: line.has(Label::Perpetual),
        at: line.at,
    })
}

fn reach(value: &Value) -> Reach {
    match value {
        Value::Word(word) if word.contains("own") => Reach::OwnFields,
        Value::Word(_) => Reach::OthersFields,
        Value::Parts(parts) => {
            let place = parts.territory(Label::Territory).cloned();
            let fields = parts.names(Label::Fields);
            match (parts.territory(Label::Outside), fields.is_empty(), place) {
                (Some(outside), ..) => Reach::Outside(outside.clone()),
                (None, false, place) => Reach::For(fields, place),
                (None, true, Some(place)) => Reach::In(place),
                (None, true, None) => Reach::All,
            }
        }
        _ => Reach::All,
    }
}

fn after_talks(line: &Record) -> Option<AfterTalks> {
    match line.get(Label::Then)? {
        Value::Word(word) if word == "expert" => Some(AfterTalks::Expert),
        Value::Word(_) => Some(AfterTalks::Free),
        Value::Parts(parts) => duration(parts, Label::Right).map(AfterTalks::FirstRefusal),
        _ => None,
    }
}

pub(super) fn duration(parts: &Parts, label: Label) -> Option<Duration> {
    match parts.get(label)? {
        Value::Duration(duration) => Some(duration.clone()),
        _ => None,
    }
}

fn income(line: &Record) -> Shares {
    let shares: Vec<&Value> = line.all(Label::Income).collect();
    cost_shares(&shares)
}

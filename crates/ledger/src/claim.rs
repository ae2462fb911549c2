//! `assert` lines: what somebody expects the answer to be.

use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Acts, Amount, Compare, Grade, Name, PeriodLabel, Scope, Value};

/// Which figure of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Computed for the period, after reductions and caps, before minimums and credits.
    Earned,
    /// To be paid for the period in the end.
    Owed,
    /// What the rates were applied to.
    Base,
    /// Owed less paid, up to the day.
    Unpaid,
    /// A number of shares.
    Shares,
    /// Carried to later periods.
    Carried,
    /// Earned back of an advance.
    Recouped,
    /// Late interest.
    Interest,
    /// Tax kept back.
    Withheld,
    /// The minimum for the period.
    Minimum,
    /// The rate: what was earned over the base.
    Rate,
    /// Still to pay, credit or earn back.
    Balance,
    /// Owed over all periods up to the day.
    Total,
    /// What the first owes less what the others owe.
    Net,
    /// The most it may come to, or the most a payee may receive of it.
    Cap,
    /// What an audit costs the party audited.
    AuditCost,
    /// What an option or a buy-out costs on the day, what a product sells for, or at which price shares are bought.
    Price,
    /// As booked when paid: of a royalty reported in arrears, what was earned that much earlier.
    Cash,
    /// A metric.
    Measured,
    /// What one of several gets of what came in: of income on an invention, or of what a suit brought.
    Share,
}

/// What is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Money.
    Money(Exact, Currency),
    /// A number or a fraction of one.
    Number(Exact),
    /// That it cannot be said.
    Unknown,
}

/// What is expected of a question about rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// Yes, in all of it.
    Yes,
    /// No, in none of it.
    No,
    /// It cannot be said.
    Unknown,
}

/// What is claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimKind {
    /// A figure of one payment or several.
    Figure {
        /// Which.
        figure: Figure,
        /// Of what.
        streams: Vec<Name>,
        /// Owed by.
        from: Option<Name>,
        /// Owed to.
        to: Option<Name>,
        /// In which country.
        place: Option<Name>,
        /// Of which product.
        product: Option<Name>,
        /// For which period.
        label: Option<PeriodLabel>,
        /// How it compares.
        op: Compare,
        /// With what.
        expected: Expected,
    },
    /// The day a payment is due.
    Due {
        /// Which.
        stream: Name,
        /// For which period.
        label: Option<PeriodLabel>,
        /// The day.
        on: Date,
    },
    /// The stage of a grant.
    Stage(Name, Name),
    /// The grade of a grant, in a part of what it reaches.
    Graded {
        /// The grant.
        name: Name,
        /// In which part.
        part: PartOf,
        /// The grade.
        grade: Grade,
        /// It is not so.
        not: bool,
    },
    /// That a clause stays in force after the end of the agreement.
    Survives {
        /// The clause, or what it is about: `confidential`, `audit`, a grant.
        name: Name,
        /// It does not.
        not: bool,
        /// Its last day, where that is claimed.
        until: Option<Date>,
    },
    /// What became of an invention, a patent, or those who run and enforce patents.
    Invention(Told, bool),
    /// The first or the last day on which something is open.
    Moves {
        /// What.
        name: Name,
        /// The first day rather than the last.
        opens: bool,
        /// The day.
        on: Date,
    },
    /// That a party must do something, or need not.
    Duty(DutyAsked),
    /// That a matter is decided, or who decides it.
    Decided(DecisionAsked),
    /// That a grant gives a right under some assets.
    Licensed {
        /// The assets.
        assets: Name,
        /// The grant.
        grant: Name,
        /// It is not so.
        not: bool,
    },
    /// The most a party is liable for.
    Liability {
        /// For which article or subject; in general where none is named.
        subject: Option<String>,
        /// How it compares.
        op: Compare,
        /// With what; none where there is to be no limit.
        expected: Option<Expected>,
    },
    /// Whether a party may do something in a part of the rights space.
    May {
        /// Who.
        party: Name,
        /// What, where, with what.
        what: Scope,
        /// What is expected.
        expected: Expectation,
    },
    /// Something this journal can say but no machine answers yet.
    Beyond,
    /// The state of something.
    State {
        /// What.
        name: Name,
        /// `in force`, `met`, `suspended`, `ended`, `open`, `exercised`, `effective`, `lapsed`, `withdrawn`, `free`.
        state: String,
        /// It is not so.
        not: bool,
        /// In which part of what it reaches.
        part: PartOf,
    },
}

/// What is claimed of inventions and patents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// An invention is of a class.
    Class(Name, Name),
    /// Of which class an invention is cannot be said.
    Undecided(Name),
    /// An invention is owned, in a part of what it is for, by these with these shares where said.
    Owned(Name, PartOf, Vec<(Name, Option<Exact>)>),
    /// An invention is licensed to somebody.
    Licensed {
        /// Which.
        name: Name,
        /// In which part.
        part: PartOf,
        /// To whom.
        to: Name,
        /// How exclusively, where said.
        grade: Option<Grade>,
        /// Free or not, where said.
        free: Option<bool>,
        /// At which rate, where said.
        rate: Option<Exact>,
    },
    /// A patent, by office and number, is licensed: under a grant, or under any.
    PatentLicensed((Name, String), Option<Name>),
    /// Assets or a patent found their owner.
    Allocated(Result<(Name, String), Name>, Name),
    /// Somebody leads the prosecution of assets, of one patent, in a place.
    Led {
        /// Which assets.
        assets: Name,
        /// One patent of them.
        patent: Option<(Name, String)>,
        /// Where.
        place: Option<Name>,
        /// Who.
        by: Name,
    },
    /// Who decides a step of the prosecution of assets.
    Steered(String, Name, Name),
    /// Nobody has to do something with assets.
    NoDuty(String, Name),
    /// Somebody may sue infringers of assets, in a part.
    MaySue(Name, Name, PartOf),
    /// A settlement under assets needs the consent of these.
    Consent(Name, PartOf, Vec<Name>),
}

/// A matter that is asked about, and who decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionAsked {
    /// The matter in words, or the name of a dispute.
    pub matter: String,
    /// It is a dispute.
    pub dispute: bool,
    /// It is not so.
    pub not: bool,
    /// Who; where nobody is named, whether it is decided.
    pub who: Option<Name>,
    /// How many arbitrators.
    pub arbitrators: Option<i64>,
}

/// A duty that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyAsked {
    /// Whose.
    pub by: Name,
    /// The party need not.
    pub not: bool,
    /// To do what.
    pub act: String,
    /// To what: a name, or words.
    pub what: Option<String>,
    /// For which period.
    pub label: Option<PeriodLabel>,
    /// By which day.
    pub due: Option<Date>,
    /// Until which day it is kept.
    pub until: Option<Date>,
    /// Where it stands; open, where not asked.
    pub state: Option<String>,
}

/// The part of what a right reaches that is asked about; what is not named is not narrowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartOf {
    /// With which product.
    pub product: Option<Name>,
    /// Where.
    pub place: Option<Name>,
    /// In which field.
    pub field: Option<Name>,
    /// Doing what.
    pub acts: Vec<Name>,
    /// For which customer.
    pub customer: Option<Name>,
}

/// An assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The answer is asked as of this day, as known on this day.
    pub date: Date,
    /// What is claimed.
    pub kind: ClaimKind,
    /// The clause.
    pub at: At,
}

impl Claim {
    pub(crate) fn read(record: &Record) -> Option<Claim> {
        debug_assert_eq!(record.clause, Form::FileAssertion);
        let Some(Value::Date(date)) = record.get(Label::Date) else { return None };
        let what = record.parts(Label::What)?;
        // What is asked beyond these kinds is kept, so that nobody takes it for answered.
        Some(Claim { date: *date, kind: kind(what).unwrap_or(ClaimKind::Beyond), at: record.at })
    }
}

fn part(what: &Parts) -> PartOf {
    let name = |l: Label| what.name(l).cloned();
    PartOf {
        product: name(Label::Product),
        place: name(Label::Place),
        field: name(Label::Field),
        acts: match what.get(Label::Acts) {
            Some(Value::Acts(Acts::These(acts))) => acts.clone(),
            _ => Vec::new(),
        },
        customer: name(Label::Customer),
    }
}

/// What is claimed of inventions and patents, but for what is claimed of a name.
fn told(what: &Parts) -> Option<Told> {
    let name = |l: Label| what.name(l).cloned();
    let patent = crate::entry::patent_ref(what, Label::Patent);
    if let Some(assets) = name(Label::Prosecuted) {
        return Some(Told::Led { assets, patent, place: name(Label::Place), by: name(Label::By)? });
    }
    if let Some(patent) = patent {
        return Some(match name(Label::Allocated) {
            Some(to) => Told::Allocated(Ok(patent), to),
            None => Told::PatentLicensed(patent, name(Label::Grant)),
        });
    }
    if let Some(assets) = name(Label::Steered) {
        return Some(Told::Steered(what.word(Label::Act)?.to_string(), assets, name(Label::By)?));
    }
    if let Some(assets) = name(Label::Freed) {
        return Some(Told::NoDuty(what.word(Label::Duty)?.to_string(), assets));
    }
    if let Some(assets) = name(Label::Sue) {
        return Some(Told::MaySue(name(Label::Suitor)?, assets, part(what)));
    }
    let settled = name(Label::Settled)?;
    Some(Told::Consent(settled, part(what), what.names(Label::By)))
}

/// What is claimed of an invention or of assets by their name.
fn told_of(named: &Name, what: &Parts) -> Option<Told> {
    let name = |l: Label| what.name(l).cloned();
    let percent = |parts: &Parts, label: Label| match parts.amount(label) {
        Some(Amount::Percent(known)) => known.given().cloned(),
        _ => None,
    };
    let owners: Vec<(Name, Option<Exact>)> = what
        .all(Label::Owner)
        .filter_map(|value| match value {
            Value::Parts(parts) => Some((parts.name(Label::Party)?.clone(), percent(parts, Label::Percent))),
            Value::Name(party) => Some((party.clone(), None)),
            _ => None,
        })
        .collect();
    if !owners.is_empty() {
        return Some(Told::Owned(named.clone(), part(what), owners));
    }
    if let Some(to) = name(Label::Licensee) {
        return Some(Told::Licensed {
            name: named.clone(),
            part: part(what),
            to,
            grade: what.grade(Label::Licence).cloned(),
            free: what.word(Label::Free).map(|word| word == "royalty-free"),
            rate: percent(what, Label::Rate),
        });
    }
    if let Some(to) = name(Label::Allocated) {
        return Some(Told::Allocated(Err(named.clone()), to));
    }
    if what.has(Label::Undecided) {
        return Some(Told::Undecided(named.clone()));
    }
    name(Label::Class).map(|class| Told::Class(named.clone(), class))
}

fn kind(what: &Parts) -> Option<ClaimKind> {
    let label = crate::entry::label(what);
    let name = |l: Label| what.name(l).cloned();
    if let Some(told) = told(what) {
        return Some(ClaimKind::Invention(told, what.has(Label::Not)));
    }
    if let (Some(by), Some(act)) = (name(Label::By), what.word(Label::Duty)) {
        let date = |l: Label| match what.get(l) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        // What something may only be used for is a part of what is to be done.
        let only = what.names(Label::Only).iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let only = if only.is_empty() { only } else { format!(" only for {only}") };
        let named = name(Label::What).map(|name| format!("{name}{only}"));
        return Some(ClaimKind::Duty(DutyAsked {
            by,
            not: what.has(Label::Not),
            act: act.to_string(),
            what: named.or(what.text(Label::Words).map(str::to_string)),
            label,
            due: date(Label::Due),
            until: date(Label::Until),
            state: what.word(Label::State).map(str::to_string),
        }));
    }
    let dispute = name(Label::Dispute).map(|name| name.to_string());
    if let Some(matter) = what.text(Label::Matter).map(str::to_string).or(dispute.clone()) {
        let decider = what.parts(Label::Decider);
        return Some(ClaimKind::Decided(DecisionAsked {
            matter,
            dispute: dispute.is_some(),
            not: what.has(Label::Not),
            who: name(Label::Decider).or_else(|| decider?.name(Label::Who).cloned()),
            arbitrators: decider.and_then(|parts| match parts.get(Label::Arbitrators) {
                Some(Value::Number(number)) => number.to_i64(),
                _ => None,
            }),
        }));
    }
    if let (Some(assets), Some(grant)) = (name(Label::Assets), name(Label::Grant)) {
        return Some(ClaimKind::Licensed { assets, grant, not: what.has(Label::Not) });
    }
    if what.has(Label::Liability) {
        let named = name(Label::Clauses).map(|name| name.to_string());
        return Some(ClaimKind::Liability {
            subject: what.text(Label::For).map(str::to_string).or(named),
            op: compared(what),
            expected: match what.amount(Label::Value) {
                Some(amount) => Some(expected(amount)?),
                None => None,
            },
        });
    }
    if let Some(stage) = name(Label::Stage) {
        return Some(ClaimKind::Stage(stage, name(Label::Is)?));
    }
    if let (Some(due), Some(Value::Date(on))) = (name(Label::Due), what.get(Label::On)) {
        return Some(ClaimKind::Due { stream: due, label, on: *on });
    }
    if let Some(survivor) = name(Label::Survives) {
        let until = match what.get(Label::Until) {
            Some(Value::Date(until)) => Some(*until),
            _ => None,
        };
        return Some(ClaimKind::Survives { name: survivor, not: what.has(Label::Not), until });
    }
    if let (Some(named), Some(word), Some(Value::Date(on))) =
        (name(Label::Name), what.word(Label::Moves), what.get(Label::On))
    {
        return Some(ClaimKind::Moves { name: named, opens: word == "opens", on: *on });
    }
    if let Some(party) = name(Label::May) {
        let Some(Value::Scope(scope)) = what.get(Label::Scope) else { return None };
        let expected = match (what.has(Label::Unsure), what.has(Label::Not)) {
            (true, _) => Expectation::Unknown,
            (false, true) => Expectation::No,
            (false, false) => Expectation::Yes,
        };
        return Some(ClaimKind::May { party, what: (**scope).clone(), expected });
    }
    if let Some(named) = name(Label::Name) {
        let not = what.has(Label::Not);
        if let Some(told) = told_of(&named, what) {
            return Some(ClaimKind::Invention(told, not));
        }
        if let Some(grade) = what.grade(Label::Grade) {
            return Some(ClaimKind::Graded { name: named, part: part(what), grade: grade.clone(), not });
        }
        let state = what.word(Label::State)?.to_string();
        return Some(ClaimKind::State { name: named, state, not, part: part(what) });
    }
    let heads = [
        (Label::Minimum, Figure::Minimum),
        (Label::Rate, Figure::Rate),
        (Label::Interest, Figure::Interest),
        (Label::Balance, Figure::Balance),
        (Label::Net, Figure::Net),
        (Label::Total, Figure::Total),
        (Label::Audit, Figure::AuditCost),
        (Label::Price, Figure::Price),
        (Label::Shared, Figure::Share),
        (Label::Sum, Figure::Measured),
    ];
    let (head, figure) = heads.into_iter().find(|(l, _)| !what.names(*l).is_empty())?;
    let figure = match (figure, what.word(Label::Quantity)) {
        (Figure::Measured, Some(word)) => figure_of(word),
        (other, _) => other,
    };
    Some(ClaimKind::Figure {
        figure,
        streams: what.names(head),
        from: name(Label::From),
        to: name(Label::To).or_else(|| name(Label::Party)),
        place: name(Label::Place),
        product: name(Label::Product).or_else(|| name(Label::Field)),
        label,
        op: compared(what),
        expected: match (what.has(Label::Unsaid), what.parts(Label::Below)) {
            (true, _) => Expected::Unknown,
            (false, Some(below)) => below_zero(below)?,
            (false, None) => expected(what.amount(Label::Value)?)?,
        },
    })
}

fn compared(what: &Parts) -> Compare {
    match what.word(Label::Op) {
        Some("<=") => Compare::AtMost,
        Some(">=") => Compare::AtLeast,
        Some("<") => Compare::Below,
        Some(">") => Compare::Above,
        _ => Compare::Equal,
    }
}

fn figure_of(word: &str) -> Figure {
    match word {
        "earned" => Figure::Earned,
        "base" => Figure::Base,
        "unpaid" => Figure::Unpaid,
        "shares" => Figure::Shares,
        "carried" => Figure::Carried,
        "recouped" => Figure::Recouped,
        "interest" => Figure::Interest,
        "withheld" => Figure::Withheld,
        "cap" => Figure::Cap,
        "cash" => Figure::Cash,
        _ => Figure::Owed,
    }
}

/// `USD -6,000`.
fn below_zero(parts: &Parts) -> Option<Expected> {
    let currency = Currency::parse(parts.word(Label::Currency)?)?;
    match parts.get(Label::Number)? {
        Value::Number(number) => Some(Expected::Money(-number.clone(), currency)),
        _ => None,
    }
}

fn expected(amount: &Amount) -> Option<Expected> {
    Some(match amount {
        Amount::Money(currency, known) => match known.given() {
            Some(value) => Expected::Money(value.clone(), *currency),
            None => Expected::Unknown,
        },
        Amount::Percent(known) => known.given().map_or(Expected::Unknown, |n| Expected::Number(n.clone())),
        Amount::Number(n) | Amount::Quantity(n, _) => Expected::Number(n.clone()),
        _ => return None,
    })
}

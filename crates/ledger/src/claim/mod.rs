//! `assert` lines: what somebody expects the answer to be. Here is what can be claimed, as types; how it is read stands in
//! the files below.

mod figures;
mod inventions;
mod read;

use counterpart_num::{Currency, Date, Exact};
use counterpart_terms::At;
use counterpart_terms::value::{Compare, Grade, Name, PeriodLabel, Scope};

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
        /// Not in any of it, rather than in all of it.
        not: bool,
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
    /// Where.
    pub place: Option<Name>,
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
    /// Rather than that it is so: that nobody can know then whether it is.
    pub unsure: bool,
    /// The clause.
    pub at: At,
}

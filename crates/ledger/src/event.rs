//! The closed list of things that can happen.

use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Name, PeriodLabel, Value};

/// One line of a report: which part of the market, how much, and what came off it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleLine {
    /// Product, field, country, customer, in any order.
    pub cell: Vec<Name>,
    /// The amount, in money or in units.
    pub amount: Amount,
    /// Further amounts with what they are: deductions, prices, units. Money that nothing is said of is more of the
    /// same, as in `EUR 5m, USD 1m`.
    pub parts: Vec<(String, Amount)>,
    /// Words that mark the line, as `samples` or `related-party`.
    pub mark: Option<String>,
    /// Where it stands.
    pub at: At,
}

/// What a published figure is a figure of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedFigure {
    /// The payment.
    pub stream: Name,
    /// `royalty`, `sales`, `revenue`, `cash`, `total`; royalty where not said.
    pub quantity: String,
    /// For which product or part.
    pub of: Option<Name>,
    /// Of which payer.
    pub from: Option<Name>,
    /// To which payee.
    pub to: Option<Name>,
    /// For which period.
    pub label: Option<PeriodLabel>,
    /// The figure as printed; a rate as a fraction of one.
    pub amount: Exact,
    /// Its currency; none for a rate.
    pub currency: Option<Currency>,
    /// Who printed it, and what is to be said of it.
    pub source: Option<String>,
    /// Where it stands.
    pub at: At,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// The deal was signed, or one licence of it.
    Signed {
        /// By whom.
        by: Vec<Name>,
        /// Which royalty or licence, where the entry says.
        of: Option<Name>,
    },
    /// A metric was reported.
    Reported {
        /// Which.
        metric: Name,
        /// By whom, where the entry says.
        by: Option<Name>,
        /// For which period; on a day where there is none.
        label: Option<PeriodLabel>,
        /// The lines.
        lines: Vec<SaleLine>,
        /// It replaces what was reported before for the same lines.
        correction: bool,
    },
    /// A metric was estimated, until it is reported.
    Estimated {
        /// Which.
        metric: Name,
        /// For which period.
        label: PeriodLabel,
        /// The lines.
        lines: Vec<SaleLine>,
    },
    /// Something was paid.
    Paid {
        /// What.
        stream: Name,
        /// By whom.
        by: Option<Name>,
        /// To whom.
        to: Option<Name>,
        /// For which period.
        label: Option<PeriodLabel>,
        /// How much; none where the entry does not give it.
        amount: Option<Exact>,
        /// In which money.
        currency: Currency,
        /// Tax kept back from it.
        withheld: Option<Exact>,
    },
    /// The world printed a figure.
    Published(PublishedFigure),
    /// A milestone was reached.
    Reached {
        /// Which.
        name: Name,
        /// With which product.
        product: Option<Name>,
        /// Where.
        place: Option<Name>,
        /// For which indication or other thing.
        of: Option<Name>,
    },
    /// Something began: a declared event, a state.
    Began(Name, Option<Name>),
    /// Something ended.
    Ended(Name, Option<Name>),
    /// A party gave notice.
    Notice(Notice),
    /// A party chose among what a trigger offers.
    Chose {
        /// Who.
        by: Name,
        /// In which trigger.
        in_: Option<Name>,
        /// The effects chosen.
        effects: Vec<Value>,
    },
    /// An option or buy-out was exercised, by whom where the entry says.
    Exercised(Name, Option<Name>),
    /// A right was waived, or an amount that is owed.
    Waived {
        /// Which right or payment.
        name: Name,
        /// By whom.
        by: Option<Name>,
        /// For which period.
        label: Option<PeriodLabel>,
        /// How much of it, where not all: a sum that may not be given.
        sum: Option<(Option<Exact>, Currency)>,
    },
    /// First commercial sale.
    FirstSale {
        /// Of which product.
        product: Option<Name>,
        /// In which field.
        field: Option<Name>,
        /// Where.
        place: Option<Name>,
        /// By whom, where the entry says.
        by: Option<Name>,
    },
    /// Patents changed their legal status: `filed`, `granted`, `lapsed`, `expired`, `abandoned`, `invalidated`.
    Patent {
        /// What happened.
        what: String,
        /// The assets.
        assets: Name,
        /// One patent of them: office and number.
        patent: Option<(Name, String)>,
        /// The application it was granted on, where the entry says.
        application: Option<(Name, String)>,
        /// Where.
        place: Option<Name>,
        /// The lines below it.
        lines: Vec<Record>,
    },
    /// Rates of exchange on the day: one unit of the first is worth so much of the second.
    Rate {
        /// Whose rates.
        source: Name,
        /// The pairs.
        pairs: Vec<(Currency, Currency, Exact)>,
    },
    /// The value of an index.
    Index {
        /// Which.
        name: Name,
        /// For which period.
        label: Option<PeriodLabel>,
        /// Its value: a plain number, or a percentage as a fraction of one.
        value: Exact,
    },
    /// A cost was borne.
    Cost {
        /// Of what.
        name: Name,
        /// By whom.
        by: Option<Name>,
        /// How much.
        amount: Exact,
        /// In which money.
        currency: Currency,
        /// For which period.
        label: Option<PeriodLabel>,
        /// Where, of what patents cost.
        place: Option<Name>,
        /// It was for the first filing.
        priority: bool,
    },
    /// Royalties paid to third parties for the right to sell.
    ThirdParty {
        /// On which royalty they count.
        stream: Name,
        /// `known` or `unknown` at signing, where it matters.
        who: Option<String>,
        /// For which product.
        product: Option<Name>,
        /// Where.
        place: Option<Name>,
        /// For which period.
        label: Option<PeriodLabel>,
        /// How much.
        amount: Exact,
        /// In which money.
        currency: Currency,
    },
    /// Someone with the power to decide, decided.
    Determined {
        /// What.
        name: Name,
        /// By whom, where the entry says.
        by: Option<Name>,
        /// For which period.
        label: Option<PeriodLabel>,
        /// A value.
        value: Option<Amount>,
        /// Met or not.
        yes: Option<bool>,
    },
    /// Approved, launched, delivered, accepted, opened, closed, missed: a word and what it is said of.
    Told {
        /// The word.
        word: String,
        /// Of what.
        name: Option<Name>,
        /// Where.
        place: Option<Name>,
        /// Everything the entry says.
        parts: Parts,
        /// The lines below it.
        lines: Vec<Record>,
    },
}

/// A notice a party gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Of what: a trigger, `termination`, `renewal`.
    pub of: Option<Name>,
    /// By whom.
    pub by: Name,
    /// To whom, where the entry says.
    pub to: Option<Name>,
    /// For which product, field or customer.
    pub for_: Option<Name>,
    /// For which country.
    pub place: Option<Name>,
    /// What it says in words.
    pub words: Option<String>,
}

/// The words of [`EventKind::Told`] that say of something that it came about; `missed`, `refused` or `terminated` say
/// the contrary.
pub const COMES_ABOUT: [&str; 8] =
    ["approved", "launched", "accepted", "delivered", "opened", "agreed", "decided", "done"];

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The day it happened.
    pub date: Date,
    /// The day it became known; the same day where the entry does not say.
    pub known: Date,
    /// Its place in the journal: events of one day are ordered by it.
    pub seq: usize,
    /// What happened.
    pub kind: EventKind,
    /// Where it is told.
    pub at: At,
}

impl Event {
    /// The finding that nothing follows from it, since it is left out.
    pub(crate) fn left_out(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.at.span(), message.into())
            .in_file(self.at.file)
            .with_note("nothing follows from it, and the entry is left out")
    }
}

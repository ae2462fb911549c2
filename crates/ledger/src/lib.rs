//! What happened, told when: the journal of a deal as typed, ordered events.
//!
//! The journal is append-only. Every event has the day it happened and the day it became known; a
//! correction names what it corrects and never erases it. Entries that make no sense are reported and
//! left out; the rest is kept. What follows from the events is computed in `run`.

mod claim;
mod csv_file;
mod csv_header;
mod currencies;
mod days;
mod deductions;
mod entitled;
mod entry;
mod event;
mod idle;
mod journal;
mod kinds;
mod misfits;
mod no_patent;
mod notices;
mod once;
mod order;
mod overlaps;
mod paid_early;
mod paid_in;
mod rates;
mod reports;
mod signatures;
mod told_again;
mod unasked;
mod unplaced;
mod ways;
mod which_one;

pub use claim::{Claim, ClaimKind, DecisionAsked, DutyAsked, Expected, Figure, PartOf, Told};
pub use days::{days, fiscal};
pub use entitled::{Heirs, is_stranger};
pub use event::{COMES_ABOUT, Event, EventKind, Notice, PublishedFigure, SaleLine};
pub use journal::{Journal, View};
pub use reports::{Report, Reports};

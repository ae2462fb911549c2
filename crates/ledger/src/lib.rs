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
mod deciders;
mod deductions;
mod entry;
mod event;
mod journal;
mod keeping;
mod kinds;
mod misfits;
mod no_patent;
mod notices;
mod of_what;
mod offered;
mod once;
mod order;
mod out_of_place;
mod outsiders;
mod overlaps;
mod paid_early;
mod paid_in;
mod parties;
mod rates;
mod refused;
mod reports;
mod seated;
mod signatures;
mod strangers;
mod to_itself;
mod together;
mod told_again;
mod too_early;
mod unplaced;
mod ways;
mod which_one;

pub use claim::{Claim, ClaimKind, DecisionAsked, DutyAsked, Expected, Figure, PartOf, Told};
pub use days::{days, fiscal};
pub use event::{COMES_ABOUT, Event, EventKind, Notice, PublishedFigure, SaleLine};
pub use journal::{Journal, View};
pub use reports::{Report, Reports};

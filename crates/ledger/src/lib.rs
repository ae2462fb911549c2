//! What happened, told when: the journal of a deal as typed, ordered events.
//!
//! The journal is append-only. Every event has the day it happened and the day it became known; a
//! correction names what it corrects and never erases it. Entries that make no sense are reported and
//! left out; the rest is kept. What follows from the events is computed in `run`.

mod claim;
mod csv_file;
mod currencies;
mod entry;
mod event;
mod journal;
mod kinds;
mod misfits;
mod reports;
mod unplaced;

pub use claim::{Claim, ClaimKind, Expected, Figure};
pub use event::{Event, EventKind, PublishedFigure, SaleLine};
pub use journal::{Journal, View};
pub use reports::{Report, Reporters, Reports};

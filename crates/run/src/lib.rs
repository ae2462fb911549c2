//! The reference machine: terms and journal to amounts, rights, dates and reasons.
//!
//! It is the meaning of a deal, written to be read. Nothing here is rounded but where the deal says so,
//! and nothing is asked of the clock: the day is always given.

pub mod agenda;
mod amount;
pub mod balances;
mod breaches;
mod circles;
mod claims;
mod clock;
mod condition;
pub mod costs;
mod counted;
mod covenants;
mod cured;
mod effects;
mod ends;
mod engine;
mod exchange;
pub mod exit;
mod explain;
mod facts;
mod figures;
mod groups;
mod in_vain;
mod in_work;
mod interest;
pub mod inventions;
mod liability;
mod measure;
mod measured;
mod milestones;
mod minimum;
mod not_run;
mod options;
mod patents;
mod pay;
mod periods;
pub mod questions;
pub mod rights;
mod rivals;
mod royalty;
mod runs;
mod securities;
mod set_off_by;
mod settle;
pub mod statement;
mod trace;
pub mod unknown;
pub mod value;
pub mod windows;

pub use claims::{Ask, Outcome};
pub use clock::{Clock, Focus, When};
pub use covenants::{CovenantLife, Promise};
pub use engine::{Machine, Run};
pub use explain::{Explained, TRACE};
pub use facts::Facts;
pub use interest::Late;
pub use pay::Item;
pub use rights::Sublicence;
pub use royalty::{Part, RoyaltyLine, Series, Sub};
pub use settle::{Due, Pool, Settled};
pub use trace::Step;
pub use unknown::{Eval, Gap, Unknown};
pub use value::Val;

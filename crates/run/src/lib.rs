//! The reference machine for money: terms and journal to amounts, dates and reasons.
//!
//! It is the meaning of a deal, written to be read. Nothing here is rounded but where the deal says so,
//! and nothing is asked of the clock: the day is always given. How exclusive a grant is is followed as far
//! as payments need it; the whole rights space is left to `rights`.

mod amount;
mod clock;
mod condition;
mod engine;
mod exchange;
mod facts;
mod measure;
mod patents;
mod royalty;
mod state;
pub mod trace;
pub mod unknown;
pub mod value;

pub use clock::{Clock, Focus, When};
pub use engine::{Machine, Run};
pub use facts::Facts;
pub use trace::Step;
pub use unknown::{Eval, Unknown};
pub use value::Val;

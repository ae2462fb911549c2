//! What is asked of the rights of a deal, and how it is answered: may a party do this, what is held, free or clashing on a
//! day, when does it change, and by which clause and event.
//!
//! What each grant gives on each day is found by `rights`; here it is looked at, explained and put into words.

mod besides;
mod clash;
mod concerned;
mod days;
mod debts;
mod fired;
mod forms;
mod given_beside;
mod joined;
mod offered;
mod parts;
mod passed;
mod question;
mod reasons;
mod spared;
mod staged;
mod status;
mod table;
mod tested;
mod timeline;
mod unpatented;
mod ways_back;
mod why;
mod why_agreement;
mod why_none;
mod words;
mod would_change;

pub use clash::{ClashRow, Sure, Witness};
pub use forms::forms;
pub(crate) use forms::{known_on, published};
pub use parts::PartStatus;
pub use question::{Answer, AnswerPart, Standing as AnswerStanding, Verdict, in_words};
pub use status::{DealStatus, RightStatus};
pub use table::{RightRow, every_act};
pub use timeline::Turn;
pub use words::{Called, Over, Told};

//! Which entries show that something is approved, launched or on the market: each state by its own.
//!
//! An approval is no launch, and a launch no approval. What is launched, or sold for the first time, is on the market, whoever
//! approved it; what a milestone or an event is told to be reached or to begin is whatever it is called. That something
//! has come about at all is shown by any of these entries.

use counterpart_ledger::COMES_ABOUT;

/// Whether an entry with a word shows that what it names is in a state.
pub(crate) fn shows(word: &str, state: &str) -> bool {
    match state {
        "approved" => word == "approved",
        "launched" | "on the market" => word == "launched",
        _ => COMES_ABOUT.contains(&word),
    }
}

/// Whether a first sale shows that a product is in a state.
pub(crate) fn is_shown_by_sale(state: &str) -> bool {
    state != "approved"
}

//! Entries that come to nothing, each told with its reason: out of time, for no period there is, before anything is owed.
//! Whether somebody may tell an entry at all is asked below, in the journal (`ledger`); ends in vain stand with `ends`.

pub(crate) mod in_advance;
pub(crate) mod no_period;
pub(crate) mod out_of_time;

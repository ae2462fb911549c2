//! Entries that come to nothing, each told with its reason: out of time, for no period there is, before anything is owed, to
//! or by somebody to whom it is not owed any more, and what nobody was to do. Whether somebody may tell
//! an entry at all is asked below, in the journal (`ledger`); ends in vain stand with `ends`.

mod decided;
mod in_advance;
pub(crate) mod no_period;
mod not_asked_for;
mod not_begun;
mod not_owed;
mod out_of_time;
mod promise_broken;
mod to_another;

use crate::runs::Runs;
use counterpart_syntax::Diagnostic;
use std::rc::Rc;

/// What is told of such entries, those for no period left aside.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let mut found = out_of_time::findings(runs);
    found.extend(decided::findings(runs));
    found.extend(in_advance::findings(runs));
    found.extend(to_another::findings(runs));
    found.extend(not_asked_for::findings(runs));
    found.extend(promise_broken::findings(runs));
    found.extend(not_owed::findings(runs));
    found.extend(not_begun::findings(runs));
    found
}

//! What only the machine as a whole can tell the clock: what comes about when something measured is so, what a trigger began,
//! and whether a debt is paid.

use crate::breaches::Breach;
use crate::clock::{Focus, When};
use crate::rights::Stretch;
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// What comes about when something is so that only the machine as a whole can measure.
pub(crate) trait Measured {
    /// The day on which something came about that nobody has to tell; [`When::NotYet`] also of all else.
    ///
    /// # Errors
    /// Where that cannot be said.
    fn since_when(&self, name: &Name, focus: &Focus) -> Eval<When>;

    /// The stretches an event lasted, or may have, in a place where one is asked for.
    fn stretches(&self, name: &Name, place: Option<&Name>) -> Rc<Vec<Stretch>>;

    /// The day on which an event first began.
    ///
    /// # Errors
    /// Where that cannot be said.
    fn began(&self, name: &Name, place: Option<&Name>) -> Eval<When>;

    /// The day on which an event first ended.
    ///
    /// # Errors
    /// Where that cannot be said.
    fn ended(&self, name: &Name, place: Option<&Name>) -> Eval<When>;

    /// Whether a debt that was told to be breached is paid on a day.
    ///
    /// # Errors
    /// Where that cannot be said.
    fn is_paid(&self, breach: Breach<'_>, on: Date) -> Eval<bool>;
}

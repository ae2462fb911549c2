//! What no report was made of has no figure, once the report is overdue.

use crate::unknown::{Eval, Unknown};

/// Whether anything at all was said of the periods a figure is asked for: where a report was due for each of them
/// and none was made, nothing is no answer.
#[derive(Default)]
pub(super) struct Silence {
    heard: bool,
    overdue: Option<Unknown>,
}

impl Silence {
    /// One period more, and why nothing is known of it.
    pub(super) fn hear(&mut self, overdue: Option<&Unknown>) {
        match overdue {
            Some(why) if self.overdue.is_none() => self.overdue = Some(why.clone()),
            Some(_) => {}
            None => self.heard = true,
        }
    }

    /// Nothing is no answer where nobody said anything.
    ///
    /// # Errors
    /// Where every report is overdue.
    pub(super) fn broken(self) -> Eval<()> {
        match self.overdue {
            Some(why) if !self.heard => Err(why),
            _ => Ok(()),
        }
    }
}

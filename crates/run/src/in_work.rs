//! What is being computed: a figure that needs itself cannot be, and an answer that hangs on something which is still
//! being worked out holds for that alone.

use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// A figure may need a figure that needs a figure, and so on, this often.
const MAX_CHAIN: u32 = 24;

/// What a run is computing.
#[derive(Default)]
pub(crate) struct InWork {
    /// How often an answer hung on something that was being worked out.
    circles: Cell<u32>,
    /// What must not need itself.
    busy: RefCell<BTreeSet<String>>,
    /// How many figures are being computed for one another.
    depth: Cell<u32>,
    /// Their names, the outermost first.
    chain: RefCell<Vec<String>>,
}

impl Run<'_> {
    /// Whether a figure is being computed for another: an answer may then lack what is not there yet.
    pub(crate) fn is_busy(&self) -> bool {
        self.in_work.depth.get() > 0 || !self.in_work.busy.borrow().is_empty()
    }

    /// An answer hangs on something that is being worked out: it holds for that alone.
    pub(crate) fn goes_in_a_circle(&self) {
        self.in_work.circles.set(self.in_work.circles.get() + 1);
    }

    /// How often that was so.
    pub(crate) fn circles(&self) -> u32 {
        self.in_work.circles.get() + self.facts.circles()
    }

    /// Computes something that must not need itself.
    pub(crate) fn guarded<T>(&self, what: &str, compute: impl FnOnce() -> Eval<T>) -> Eval<T> {
        if !self.in_work.busy.borrow_mut().insert(what.to_string()) {
            self.goes_in_a_circle();
            return Err(Unknown::new(format!("{what} depends on itself")));
        }
        let result = compute();
        self.in_work.busy.borrow_mut().remove(what);
        result
    }

    /// Computes a figure that other figures need. A chain that comes back to where it was, be it for another period
    /// each time, goes in a circle; any other that is too long is refused as such.
    pub(crate) fn deeper<T>(&self, what: &str, compute: impl FnOnce() -> Eval<T>) -> Eval<T> {
        if self.in_work.depth.get() >= MAX_CHAIN {
            self.goes_in_a_circle();
            let again = self.in_work.chain.borrow().iter().any(|before| before == what);
            return Err(Unknown::new(match again {
                true => format!("`{what}` depends on itself"),
                false => format!(
                    "`{what}` stands at the end of more than {MAX_CHAIN} figures, each computed from the next"
                ),
            }));
        }
        self.in_work.depth.set(self.in_work.depth.get() + 1);
        self.in_work.chain.borrow_mut().push(what.to_string());
        let result = compute();
        self.in_work.chain.borrow_mut().pop();
        self.in_work.depth.set(self.in_work.depth.get() - 1);
        result
    }
}

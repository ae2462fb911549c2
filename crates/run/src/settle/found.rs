//! What is owed of each payment and what settled it, found once for a run: statements, duties and balances all ask for the
//! same.
//!
//! What was found while something else was under way may lean on what is not there yet, and what hung on itself holds for
//! that alone: neither is kept.

use super::Due;
use super::allot::Allotted;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_terms::value::Name;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The amounts of a payment, or why they cannot be said.
type Owed = Eval<Rc<[Due]>>;

/// What was found.
#[derive(Default)]
pub(crate) struct Found {
    dues: RefCell<BTreeMap<Name, Owed>>,
    /// What is being settled.
    pub(super) settling: RefCell<Vec<Name>>,
    /// With the amounts it is of: those of the payment as they are kept.
    allotted: RefCell<BTreeMap<Name, Settling>>,
    /// The payments that count against others, each with those.
    pub(super) draws: OnceCell<Draws>,
    /// The payments that are earned back as a whole, each with the royalties that earn it back.
    pub(crate) earned_back: OnceCell<Draws>,
    /// Whether all that is earned back, and all that counts against others, is named.
    pub(crate) in_full: OnceCell<(Eval<()>, Eval<()>)>,
}

/// Payments, each with those it counts against.
pub(crate) type Draws = Rc<[(Name, Vec<Name>)]>;

/// The amounts of a payment, and what was paid on each.
type Settling = (Rc<[Due]>, Rc<Allotted>);

impl Run<'_> {
    /// Everything owed under a payment clause or royalty, oldest first.
    ///
    /// # Errors
    /// Where the name is neither.
    pub fn dues(&self, name: &Name) -> Eval<Rc<[Due]>> {
        if let Some(found) = self.owed.dues.borrow().get(name) {
            return found.clone();
        }
        let circles = self.circles();
        let found = self.find_dues(name).map(Rc::from);
        if self.is_for_good(circles) {
            self.owed.dues.borrow_mut().insert(name.clone(), found.clone());
        }
        found
    }

    /// What each of several amounts of a payment was paid, and when, with the payments that belong to none of them. A
    /// payment that says its period is for the amounts of that period, the earliest due first; one that says none is for
    /// what is still open, the earliest due first. A payment in another money settles nothing by itself. What is netted
    /// or set off is settled before any money is.
    pub(crate) fn allotted(&self, name: &Name, dues: &[Due]) -> Rc<Allotted> {
        let find = || {
            let mut out = self.allotted_alone(name, dues);
            self.uncross(name, dues, &mut out.on);
            Rc::new(out)
        };
        // Other amounts than those of the payment may be asked about.
        let kept = self.owed.dues.borrow().get(name).and_then(|kept| kept.as_ref().ok()).cloned();
        let Some(kept) = kept.filter(|kept| std::ptr::eq::<[Due]>(&**kept, dues)) else { return find() };
        if let Some((of, found)) = self.owed.allotted.borrow().get(name)
            && Rc::ptr_eq(of, &kept)
        {
            return Rc::clone(found);
        }
        let circles = self.circles();
        let found = find();
        if self.is_for_good(circles) {
            self.owed.allotted.borrow_mut().insert(name.clone(), (kept, Rc::clone(&found)));
        }
        found
    }

    /// Whether what was found since so many circles were counted holds whoever asks.
    fn is_for_good(&self, circles: u32) -> bool {
        !self.is_busy() && self.circles() == circles
    }
}

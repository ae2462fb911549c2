//! How an agreement, or a part of it, comes to an end: who may end it and on what ground, what an entry ends and whether
//! it ends anything, renewals, and the sums an end makes due. What may be done afterwards is left to `rights`; the plan
//! that people read is drawn in `exit`.

pub(crate) mod alone;
pub(crate) mod apart;
pub(crate) mod ended;
pub(crate) mod ground_came;
pub(crate) mod grounds;
pub(crate) mod in_vain;
pub(crate) mod kept_going;
mod lapse;
pub(crate) mod otherwise;
pub(crate) mod renewal;
mod renewed_ahead;
pub(crate) mod right_to_end;
pub(crate) mod sums;
pub(crate) mod termination;
pub(crate) mod unnoticed;
pub(crate) mod whose;

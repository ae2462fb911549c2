//! Clauses that are read and not followed: each is said, so that no answer hides one. Effects that are not followed are
//! told by their reader (`effects`).

pub(crate) mod money;
pub(crate) mod rights;

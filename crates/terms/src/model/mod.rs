//! The parts of a deal that have a meaning of their own, drawn from the records.

//! The agreement as typed data: the one model everything else reads.
//!
//! A deal folder is parsed, its names are resolved across files, and every clause becomes a [`Record`]
//! of typed values. From the records the parts with a meaning of their own are drawn: parties, metrics,
//! grants, payments ([`model`]). What happened is not read here (`ledger`), nor what follows from it (`run`).

pub mod checks;
pub mod deal;
pub mod json;
pub mod model;
pub mod names;
pub mod precedence;
mod read;
pub mod record;
pub mod value;
pub mod world;

pub use deal::{Deal, SourceFile, Table};
pub use read::closest;
pub use record::{At, Key, Record};

//! Names: what each one is, where it is defined, and which kinds a clause can mean by it.

mod expect;
mod symbols;

pub(crate) use expect::{ASSETS, FIELDS, MEASURED, PARTIES, PRODUCTS, RIGHTS, STREAMS};
pub use expect::{Expect, expected};
pub use symbols::{Lines, Symbol, SymbolKind, Symbols};
pub(crate) use symbols::{audit_name, buy_out_of};

//! The outline language: any bytes become a lossless tree of clauses and a list of diagnostics.
//!
//! A file is an indented outline. Each line is a clause; the clause grammar in `grammar/` says which
//! clauses may stand where and what their parts are. This crate knows the shape of the text and
//! nothing of what a name refers to: that is left to `terms` and `ledger`.
//!
//! ```
//! let (tree, problems) = counterpart_syntax::parse(b"party Helios \"Helios Cells, Inc.\" of US-DE\n");
//! assert!(problems.is_empty());
//! assert_eq!(tree.bytes(), b"party Helios \"Helios Cells, Inc.\" of US-DE\n");
//! ```

mod class;
pub mod diagnostic;
mod format;
mod grammar;
mod lexer;
mod lines;
mod matcher;
mod mend;
mod outline;
pub mod reference;
mod report;
mod tree;
mod words;

pub use diagnostic::{Diagnostic, Edit, Fix, Mark, Severity};
pub use format::format;
pub use grammar::{Context, Form, Label, Rule};
pub use lexer::{Token, TokenKind};
pub use outline::{MAX_BYTES, parse};
pub use report::{bad_power, clause_meant};
pub use tree::{Clause, Node, Span, Tree};
pub use words::is_keyword;

/// The language edition this build reads, and the one a file has when it names none.
pub const EDITION: u32 = 2026;

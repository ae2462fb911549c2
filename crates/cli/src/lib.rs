//! The command line: the people's door to everything below it.
//!
//! A command reads files ([`world`]), asks the layers below, and draws what they say ([`draw`]). Data goes
//! to standard output, talk to standard error; how a command ended is its exit status ([`exit`]). What each
//! finding means, with an example that triggers it, is kept in the [`catalogue`].
//!
//! A command is a module in [`command`] with its arguments and a `run`; adding one is adding the module,
//! its variant and its line of dispatch.

pub mod app;
pub mod args;
pub mod calendar;
pub mod catalogue;
pub mod command;
pub mod draw;
pub mod exit;
pub mod fix;
pub mod passes;
pub mod save;
pub mod terminal;
pub mod text;
pub mod today;
pub mod world;

pub use app::main;

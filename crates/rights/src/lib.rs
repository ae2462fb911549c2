//! Who holds which part of the rights space, and when.
//!
//! A [`Space`] has a dimension for each thing rights are cut by: days, assets, acts, fields, places, products,
//! customers, and whatever else a deal declares. Each is a tree of names, numbered so that a name is a few
//! ranges of positions ([`Ranges`]). A [`Scope`] is a set of positions in every dimension, a [`Region`] a union
//! of scopes. A [`Holding`] says who holds a scope, from whom, how exclusively; a [`RightsMap`] answers what
//! anybody may do in a part of the space, which holdings clash, and what is free to grant.
//!
//! When a grant is in force, and what it has become, is not decided here: `run` says so, holding by holding.

mod dimension;
mod draw;
mod holding;
mod index;
mod map;
mod packed;
mod ranges;
mod reach;
mod region;
mod scope;
mod shadow;
mod space;
mod territories;
mod tree;

pub use dimension::{Called, Dimension};
pub use draw::{ANY_OTHER_PURPOSE, ANYBODY_ELSE, PURPOSE, patent_name};
pub use holding::{Holding, HoldingId, Kind};
pub use map::{Clash, Piece, RightsMap, Status};
pub use ranges::Ranges;
pub use reach::{Reach, Unclear, within};
pub use region::Region;
pub use scope::{Cell, Scope};
pub use space::{DAYS, PARTIES, Side, Space, all_days, date, day, days};
pub use tree::Tree;

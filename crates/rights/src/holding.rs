//! What somebody holds: a part of the space they may use, and who is kept out of it.
//!
//! How exclusive a right is comes down to one set: the parties it shuts out. An exclusive licence shuts out
//! everybody but its holder, a sole one everybody but holder and grantor, a non-exclusive one nobody. A promise
//! not to do something is a holding nobody may use and that shuts out who promised.

use crate::ranges::Ranges;
use crate::scope::Scope;
use crate::space::PARTIES;

/// A holding, by its place in the map.
pub type HoldingId = usize;

/// What kind of right it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Ownership: whatever has not been given away.
    Owned,
    /// A licence.
    Licence,
    /// Freedom from suit, which is no licence.
    Covenant,
    /// A part the grantor keeps for itself or others.
    Reserved,
    /// A right to get a licence: nothing may be done yet.
    Option,
    /// A right to be offered a licence before others: nothing may be done yet.
    FirstRight,
    /// A promise not to do something.
    Barred,
}

/// One right over one box of the space.
#[derive(Debug, Clone)]
pub struct Holding {
    /// Which kind.
    pub kind: Kind,
    /// What it covers; in the dimension of parties, who holds it.
    pub scope: Scope,
    /// The parties it keeps out.
    pub shuts_out: Ranges,
    /// Whether it is certain to be in force, or hangs on a fact nobody told.
    pub certain: bool,
    /// The right it is a part of; several sources may make parts of one.
    pub right: usize,
    /// Who gave it.
    pub from: Ranges,
    /// The rights it derives from, as a sublicence from its licence.
    pub under: Vec<usize>,
    /// Who made it and where is known to the caller by this number; one source may make several holdings.
    pub source: usize,
}

impl Holding {
    /// Who holds it.
    pub fn holders(&self) -> Option<&Ranges> {
        self.scope.side(PARTIES)
    }

    /// Whether a party holds it.
    pub fn is_held_by(&self, party: u32) -> bool {
        self.holders().is_some_and(|who| who.contains(party))
    }

    /// The cells others are kept out of.
    pub fn bars(&self) -> Scope {
        self.scope.clone().with(PARTIES, self.shuts_out.clone())
    }

    /// Whether something may be done by it that without it may not, or that others are kept out of.
    pub fn is_licence(&self) -> bool {
        matches!(self.kind, Kind::Licence | Kind::Covenant)
    }
}

//! All holdings together: what a party may do in a part of the space, which holdings clash, what is free.

use crate::holding::{Holding, HoldingId, Kind};
use crate::ranges::Ranges;
use crate::region::Region;
use crate::scope::Scope;
use crate::space::PARTIES;
use rstar::{AABB, RTree, RTreeObject};
use std::collections::BTreeMap;

/// How many dimensions the index looks at; those beyond it are compared one by one.
const INDEXED: usize = 7;

type Corner = [i32; INDEXED];

/// A holding in the index, by the box around its scope.
#[derive(Debug, Clone)]
struct Entry {
    id: HoldingId,
    lower: Corner,
    upper: Corner,
}

impl RTreeObject for Entry {
    type Envelope = AABB<Corner>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.lower, self.upper)
    }
}

/// Whether a party may do something, in one part of the space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It holds a right to it.
    Granted,
    /// Nobody was given it: it stays with the owner, who may do it; others may not.
    Reserved {
        /// The party is the owner, or has it reserved to itself.
        own: bool,
    },
    /// A right of somebody else, or a promise of its own, keeps the party out.
    Forbidden,
    /// One right lets the party in, another keeps it out, and neither gives way.
    Contested,
    /// It hangs on a fact nobody told.
    Unknown,
}

/// A part of what was asked about, with one answer.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The part.
    pub scope: Scope,
    /// The answer.
    pub status: Status,
    /// The holdings that make it so.
    pub by: Vec<HoldingId>,
}

/// Two holdings that cannot both stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The one that keeps others out.
    pub keeps_out: HoldingId,
    /// The one that lets somebody in.
    pub lets_in: HoldingId,
    /// Where both do.
    pub overlap: Scope,
}

/// Holdings with an index over them.
#[derive(Debug)]
pub struct RightsMap {
    holdings: Vec<Holding>,
    index: RTree<Entry>,
    /// The rights each right derives from.
    under: BTreeMap<usize, Vec<usize>>,
}

impl RightsMap {
    /// A map of these holdings.
    pub fn new(holdings: Vec<Holding>) -> RightsMap {
        let entries = holdings.iter().enumerate().filter_map(|(id, holding)| {
            let (lower, upper) = around(&holding.scope)?;
            Some(Entry { id, lower, upper })
        });
        let index = RTree::bulk_load(entries.collect());
        let under =
            holdings.iter().filter(|h| !h.under.is_empty()).map(|h| (h.right, h.under.clone())).collect();
        RightsMap { holdings, index, under }
    }

    /// The holdings.
    pub fn holdings(&self) -> &[Holding] {
        &self.holdings
    }

    /// The holdings that touch a scope, whoever holds them, in order.
    fn touching(&self, scope: &Scope) -> Vec<(HoldingId, &Holding)> {
        let Some((lower, upper)) = around(scope) else { return Vec::new() };
        let found = self.index.locate_in_envelope_intersecting(AABB::from_corners(lower, upper));
        let mut ids: Vec<HoldingId> = found.map(|entry| entry.id).collect();
        ids.sort_unstable();
        let holdings = ids.into_iter().filter_map(|id| Some((id, self.holdings.get(id)?)));
        holdings.filter(|(_, h)| meets_but_parties(&h.scope, scope)).collect()
    }

    /// What a party may do in a scope, part by part; the parts share no cell and make up the scope. The party is
    /// one position of its dimension, whatever the scope says of parties.
    pub fn may(&self, party: u32, scope: &Scope) -> Vec<Piece> {
        let asked = scope.clone().with(PARTIES, Ranges::one(party));
        let mut pieces: Vec<(Scope, Vec<HoldingId>)> = vec![(asked, Vec::new())];
        for (id, holding) in self.touching(scope) {
            let touched = holding.touched();
            let mut next = Vec::with_capacity(pieces.len());
            for (piece, mut by) in pieces {
                let Some(inside) = piece.and(&touched) else {
                    next.push((piece, by));
                    continue;
                };
                next.extend(piece.less(&touched).boxes().iter().map(|left| (left.clone(), by.clone())));
                by.push(id);
                next.push((inside, by));
            }
            pieces = next;
        }
        pieces.into_iter().map(|(scope, found)| self.weigh(party, scope, &found)).collect()
    }

    /// The answer where these holdings, and no others, touch the party.
    fn weigh(&self, party: u32, scope: Scope, found: &[HoldingId]) -> Piece {
        let of = |test: &dyn Fn(&Holding) -> bool| -> Vec<HoldingId> {
            found.iter().copied().filter(|id| self.holdings.get(*id).is_some_and(test)).collect()
        };
        let held = |kinds: &'static [Kind]| {
            move |h: &Holding| kinds.contains(&h.kind) && h.holders().is_some_and(|who| who.contains(party))
        };
        let licensed = held(&[Kind::Licence, Kind::Covenant]);
        let kept = held(&[Kind::Reserved]);
        let owns = held(&[Kind::Owned]);
        let promised = |h: &Holding| h.kind == Kind::Barred && h.shuts_out.contains(party);
        // What may yet be had keeps nobody out of what is done now.
        let later = |h: &Holding| matches!(h.kind, Kind::Barred | Kind::Option | Kind::FirstRight);
        let excluded = |h: &Holding| !later(h) && h.shuts_out.contains(party);

        let surely = |test: &dyn Fn(&Holding) -> bool| of(&|h| h.certain && test(h));
        let owned = of(&owns);
        let (stands, contested) = self.uncontested(&surely(&licensed), &of(&|h| excluded(h) && !licensed(h)));
        let contest = match contested.iter().all(|id| self.holdings.get(*id).is_some_and(|h| h.certain)) {
            true => Status::Contested,
            false => Status::Unknown,
        };
        // What a party promised binds it whatever it holds; what it holds, it holds unless another was promised to be
        // alone; and an owner keeps what it gave nobody.
        let steps: [(Vec<HoldingId>, Status); 5] = [
            (surely(&promised), Status::Forbidden),
            (stands, Status::Granted),
            (contested, contest),
            (surely(&kept), Status::Reserved { own: true }),
            (surely(&excluded), Status::Forbidden),
        ];
        let doubts = [of(&promised), of(&licensed), Vec::new(), of(&kept), of(&excluded)];
        for ((sure, status), doubt) in steps.into_iter().zip(doubts) {
            if !sure.is_empty() {
                return Piece { scope, status, by: sure };
            }
            if !doubt.is_empty() && self.matters(party, &doubt, found) {
                return Piece { scope, status: Status::Unknown, by: doubt };
            }
        }
        let sure = surely(&owns);
        match sure.is_empty() && !owned.is_empty() {
            true => Piece { scope, status: Status::Unknown, by: owned },
            false => Piece { scope, status: Status::Reserved { own: !sure.is_empty() }, by: sure },
        }
    }

    /// Of rights that let a party in, those that no other keeps it out of; where there are none, all of them with those
    /// that do. What a right derives from does not stand against it.
    fn uncontested(
        &self,
        lets_in: &[HoldingId],
        keeps_out: &[HoldingId],
    ) -> (Vec<HoldingId>, Vec<HoldingId>) {
        let real = |h: &&Holding| matches!(h.kind, Kind::Licence | Kind::Covenant);
        let against = |own: HoldingId, keeper: HoldingId| {
            let pair = self.holdings.get(own).zip(self.holdings.get(keeper).filter(real));
            pair.is_some_and(|(own, keeper)| !self.derives(own, keeper.right))
        };
        let free = |own: &HoldingId| !keeps_out.iter().any(|keeper| against(*own, *keeper));
        let stands: Vec<HoldingId> = lets_in.iter().copied().filter(free).collect();
        if !stands.is_empty() || lets_in.is_empty() {
            return (stands, Vec::new());
        }
        let keepers = keeps_out.iter().filter(|keeper| lets_in.iter().any(|own| against(*own, **keeper)));
        let mut contested: Vec<HoldingId> = lets_in.iter().chain(keepers).copied().collect();
        contested.sort_unstable();
        (stands, contested)
    }

    /// Whether doubtful holdings can change a yes to a no: a bar cannot where nothing lets the party in anyway.
    fn matters(&self, party: u32, doubt: &[HoldingId], found: &[HoldingId]) -> bool {
        let get = |id: &HoldingId| self.holdings.get(*id);
        let now = |h: &Holding| !matches!(h.kind, Kind::Option | Kind::FirstRight);
        let lets_in = |h: &Holding| now(h) && h.holders().is_some_and(|who| who.contains(party));
        doubt.iter().filter_map(get).any(lets_in) || found.iter().filter_map(get).any(lets_in)
    }

    /// Every pair of holdings of which one keeps out whom the other lets in, in order.
    pub fn clashes(&self) -> Vec<Clash> {
        let mut pairs: Vec<(HoldingId, HoldingId)> = self
            .index
            .intersection_candidates_with_other_tree(&self.index)
            .map(|(a, b)| (a.id, b.id))
            .collect();
        pairs.sort_unstable();
        pairs.into_iter().filter_map(|(keeps_out, lets_in)| self.clash(keeps_out, lets_in)).collect()
    }

    /// Whether the first keeps out whom the second lets in.
    fn clash(&self, keeps_out: HoldingId, lets_in: HoldingId) -> Option<Clash> {
        let (keeper, other) = (self.holdings.get(keeps_out)?, self.holdings.get(lets_in)?);
        let real = |h: &Holding| matches!(h.kind, Kind::Licence | Kind::Covenant);
        if keeps_out == lets_in || !real(keeper) || !real(other) || !keeper.shuts_out.meets(other.holders()?)
        {
            return None;
        }
        if !meets_but_parties(&keeper.scope, &other.scope) || self.derives(other, keeper.right) {
            return None;
        }
        let overlap = other.scope.clone().within(PARTIES, &keeper.shuts_out).and(&keeper.bars())?;
        Some(Clash { keeps_out, lets_in, overlap })
    }

    /// Whether a holding derives from a right, at whatever remove.
    fn derives(&self, holding: &Holding, from: usize) -> bool {
        let mut open: Vec<usize> = holding.under.clone();
        let mut seen: Vec<usize> = Vec::new();
        while let Some(right) = open.pop() {
            if right == from {
                return true;
            }
            if !seen.contains(&right) {
                seen.push(right);
                open.extend(self.under.get(&right).into_iter().flatten());
            }
        }
        false
    }

    /// The part of a scope in which an owner is still free to grant: nobody holds it so that others are kept out,
    /// not even on a condition.
    pub fn free(&self, scope: &Scope) -> Region {
        self.left_by(scope, &|h| !h.shuts_out.is_empty() && h.kind != Kind::Barred)
    }

    /// The part of a scope in which an owner is still free to grant exclusively: nobody holds anything there but the
    /// owner.
    pub fn untouched(&self, scope: &Scope) -> Region {
        self.left_by(scope, &|h| matches!(h.kind, Kind::Licence | Kind::Covenant | Kind::Option))
    }

    fn left_by(&self, scope: &Scope, taken: &dyn Fn(&Holding) -> bool) -> Region {
        let everybody = scope.side(PARTIES).cloned().unwrap_or_default();
        self.touching(scope)
            .into_iter()
            .filter(|(_, h)| taken(h))
            .fold(Region::from(scope.clone()), |left, (_, h)| {
                left.less(&h.scope.clone().with(PARTIES, everybody.clone()))
            })
    }
}

/// The box around a scope, in the dimensions the index looks at.
fn around(scope: &Scope) -> Option<(Corner, Corner)> {
    let (mut lower, mut upper) = ([0; INDEXED], [0; INDEXED]);
    let sides = scope.0.iter().enumerate().filter(|(d, _)| *d != PARTIES).map(|(_, side)| side);
    for ((low, high), side) in lower.iter_mut().zip(&mut upper).zip(sides) {
        let (first, last) = side.bounds()?;
        *low = i32::try_from(first).unwrap_or(i32::MAX);
        *high = i32::try_from(last).unwrap_or(i32::MAX);
    }
    Some((lower, upper))
}

/// Whether two scopes meet in every dimension but that of parties.
fn meets_but_parties(one: &Scope, other: &Scope) -> bool {
    let sides = one.0.iter().zip(&other.0).enumerate();
    sides.filter(|(d, _)| *d != PARTIES).all(|(_, (a, b))| a.meets(b))
}

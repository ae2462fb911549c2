//! All holdings together: what a party may do in a part of the space, which holdings clash, what is free.

use crate::holding::{Holding, HoldingId, Kind};
use crate::index::{Index, Meeting};
use crate::ranges::Ranges;
use crate::region::Region;
use crate::scope::Scope;
use crate::space::PARTIES;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread;

/// How many entries of the index one thread looks at before it takes the next lot.
const LOT: usize = 1_024;

/// How many sorts of doubtful rights in one place are weighed against each other; where there are more, the answer is
/// unknown.
const MOST_DOUBTFUL: usize = 6;

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
    index: Index,
    /// The rights each right derives from, and who gave it.
    under: BTreeMap<usize, (Vec<usize>, Ranges)>,
}

impl RightsMap {
    /// A map of these holdings, whose scopes are all of one space.
    pub fn new(holdings: Vec<Holding>) -> RightsMap {
        let index = Index::of(&holdings);
        let derived = holdings.iter().filter(|h| !h.under.is_empty());
        let under = derived.map(|h| (h.right, (h.under.clone(), h.from.clone()))).collect();
        RightsMap { holdings, index, under }
    }

    /// The holdings.
    pub fn holdings(&self) -> &[Holding] {
        &self.holdings
    }

    /// The holdings that touch a scope, in order: whoever holds them, or those that say something of a party.
    fn touching(&self, scope: &Scope, party: Option<u32>) -> Vec<(HoldingId, &Holding)> {
        let found = self.index.touching(scope, party).into_iter();
        found.filter_map(|id| Some((id, self.holdings.get(id)?))).collect()
    }

    /// What a party may do in a scope, part by part; the parts share no cell and make up the scope. The party is
    /// one position of its dimension, whatever the scope says of parties.
    pub fn may(&self, party: u32, scope: &Scope) -> Vec<Piece> {
        let asked = scope.clone().with(PARTIES, Ranges::one(party));
        let mut pieces: Vec<(Scope, Vec<HoldingId>)> = vec![(asked, Vec::new())];
        for (id, holding) in self.touching(scope, Some(party)) {
            // What is asked is of one party throughout, so the holding's own do not matter here.
            let here = holding.scope.clone().with(PARTIES, Ranges::one(party));
            // What it cuts in two is added behind, and has been looked at.
            for at in 0..pieces.len() {
                let Some((piece, by)) = pieces.get_mut(at).filter(|(piece, _)| here.meets(piece)) else {
                    continue;
                };
                let before = by.clone();
                by.push(id);
                let Some(inside) = (!here.covers(piece)).then(|| piece.and(&here)).flatten() else {
                    continue;
                };
                let left = piece.less(&here);
                *piece = inside;
                pieces.extend(left.boxes().iter().map(|left| (left.clone(), before.clone())));
            }
        }
        pieces.into_iter().map(|(scope, found)| self.weigh(party, scope, &found)).collect()
    }

    /// The answer where these holdings, and no others, touch the party: each that is doubtful may be so or not, and
    /// the answer is known where every way it may be gives the same.
    fn weigh(&self, party: u32, scope: Scope, found: &[HoldingId]) -> Piece {
        let (sure, doubtful): (Vec<HoldingId>, Vec<HoldingId>) =
            found.iter().partition(|id| self.holdings.get(**id).is_some_and(|h| h.certain));
        let (status, by) = self.settled(party, &sure);
        let says_no = |status| matches!(status, Status::Forbidden | Status::Reserved { own: false });
        let differs = |other: Status| other != status && !(says_no(other) && says_no(status));
        let doubtful = self.told_apart(party, doubtful, found);
        if doubtful.len() > MOST_DOUBTFUL {
            return Piece { scope, status: Status::Unknown, by: doubtful };
        }
        // The first way that differs has the fewest doubtful rights that make it so.
        let mut ways: Vec<u32> = (1..1 << doubtful.len()).collect();
        ways.sort_by_key(|way| way.count_ones());
        for way in ways {
            let is_so = |at: &usize| way >> at & 1 == 1;
            let also: Vec<HoldingId> =
                (0..doubtful.len()).filter(is_so).filter_map(|at| doubtful.get(at).copied()).collect();
            if differs(self.settled(party, &[sure.as_slice(), &also].concat()).0) {
                return Piece { scope, status: Status::Unknown, by: also };
            }
        }
        Piece { scope, status, by }
    }

    /// One doubtful holding of each sort, where the answer for a party cannot hang on which of the sort is so.
    fn told_apart(&self, party: u32, doubtful: Vec<HoldingId>, found: &[HoldingId]) -> Vec<HoldingId> {
        let mut sorts = Vec::new();
        let mut out = Vec::new();
        for id in doubtful {
            let Some(holding) = self.holdings.get(id) else { continue };
            let kin = |other: &HoldingId| {
                let other = self.holdings.get(*other);
                other.is_some_and(|o| self.derives(o, holding.right) || self.derives(holding, o.right))
            };
            let kin: Vec<HoldingId> = found.iter().copied().filter(kin).collect();
            let held = (holding.is_held_by(party), holding.from.contains(party));
            let sort = (holding.kind, held, holding.shuts_out.contains(party), kin);
            if !sorts.contains(&sort) {
                sorts.push(sort);
                out.push(id);
            }
        }
        out
    }

    /// The answer where these holdings are so, whether or not they are certain, with those that make it.
    fn settled(&self, party: u32, found: &[HoldingId]) -> (Status, Vec<HoldingId>) {
        let of = |test: &dyn Fn(&Holding) -> bool| -> Vec<HoldingId> {
            found.iter().copied().filter(|id| self.holdings.get(*id).is_some_and(test)).collect()
        };
        let held = |kind: Kind| move |h: &Holding| h.kind == kind && h.is_held_by(party);
        let licensed = |h: &Holding| is_licence(h) && h.is_held_by(party);
        // What may yet be had keeps nobody out of what is done now.
        let later = |h: &Holding| matches!(h.kind, Kind::Barred | Kind::Option | Kind::FirstRight);
        let excluded = |h: &Holding| !later(h) && h.shuts_out.contains(party);
        let (stands, contested) =
            self.uncontested(party, &of(&licensed), &of(&|h| excluded(h) && !licensed(h)));
        // What a party promised binds it whatever it holds; what it holds, it holds unless another was promised to be
        // alone; and an owner keeps what it gave nobody.
        let steps: [(Vec<HoldingId>, Status); 5] = [
            (of(&|h| h.kind == Kind::Barred && h.shuts_out.contains(party)), Status::Forbidden),
            (stands, Status::Granted),
            (contested, Status::Contested),
            (of(&held(Kind::Reserved)), Status::Reserved { own: true }),
            (of(&excluded), Status::Forbidden),
        ];
        let first = steps.into_iter().find(|(by, _)| !by.is_empty());
        first.map(|(by, status)| (status, by)).unwrap_or_else(|| {
            let owned = of(&held(Kind::Owned));
            (Status::Reserved { own: !owned.is_empty() }, owned)
        })
    }

    /// Of rights that let a party in, those that no other keeps it out of; where there are none, all of them with those
    /// that do. What a right derives from does not stand against it, and what a party has given on so that it is kept out
    /// itself does not let it in.
    fn uncontested(
        &self,
        party: u32,
        lets_in: &[HoldingId],
        keeps_out: &[HoldingId],
    ) -> (Vec<HoldingId>, Vec<HoldingId>) {
        let pair = |own: HoldingId, keeper: HoldingId| {
            self.holdings.get(own).zip(self.holdings.get(keeper).filter(|h| is_licence(h)))
        };
        let gave_away = |own: HoldingId, keeper: HoldingId| {
            pair(own, keeper)
                .is_some_and(|(own, keeper)| self.gave_on(own.right, keeper, &Ranges::one(party)))
        };
        let against = |own: HoldingId, keeper: HoldingId| {
            pair(own, keeper).is_some_and(|(own, keeper)| !self.derives(own, keeper.right))
        };
        let kept = |own: &&HoldingId| !keeps_out.iter().any(|keeper| gave_away(**own, *keeper));
        let lets_in: Vec<HoldingId> = lets_in.iter().filter(kept).copied().collect();
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

    /// Every pair of holdings of which one keeps out whom the other lets in, in order.
    pub fn clashes(&self) -> Vec<Clash> {
        let lots = self.index.len().div_ceil(LOT);
        let threads = thread::available_parallelism().map_or(1, usize::from).min(lots).max(1);
        let found_by = |first: usize| {
            let mut found = Vec::new();
            for lot in (first..lots).step_by(threads) {
                self.index
                    .meetings(lot * LOT..(lot + 1) * LOT, &mut |meeting| found.extend(self.clash(meeting)));
            }
            found
        };
        let mut found = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|first| scope.spawn(move || found_by(first))).collect();
            let mut found = found_by(0);
            for other in others {
                found.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            found
        });
        // Who found which is gone with this: the order is the same on any number of threads.
        found.sort_unstable_by_key(|clash: &Clash| (clash.keeps_out, clash.lets_in));
        found
    }

    /// What a meeting is, unless the one that lets in derives from the one that keeps out, or the one that keeps out was
    /// given on by those it keeps out.
    fn clash(&self, meeting: Meeting) -> Option<Clash> {
        let (keeps_out, lets_in) = self.index.holdings(meeting)?;
        let (keeper, holder) = (self.holdings.get(keeps_out)?, self.holdings.get(lets_in)?);
        if self.derives(holder, keeper.right) {
            return None;
        }
        let overlap = self.index.overlap(meeting);
        if overlap.side(PARTIES).is_some_and(|who| self.gave_on(holder.right, keeper, who)) {
            return None;
        }
        Some(Clash { keeps_out, lets_in, overlap })
    }

    /// Whether some parties have given a right on, at whatever remove, so that a holding came of it.
    fn gave_on(&self, right: usize, holding: &Holding, who: &Ranges) -> bool {
        if holding.from.is_empty() && holding.under.is_empty() {
            return false;
        }
        let (mut left, mut seen) = (who.clone(), Vec::new());
        let mut open = vec![(&holding.under, &holding.from)];
        while let Some((under, from)) = open.pop() {
            if !under.iter().any(|up| *up == right || self.comes_of(*up, right)) {
                continue;
            }
            left = left.less(from);
            for up in under.iter().filter(|up| **up != right) {
                if !seen.contains(up) {
                    seen.push(*up);
                    open.extend(self.under.get(up).map(|(under, from)| (under, from)));
                }
            }
        }
        left.is_empty()
    }

    /// Whether a right derives from another, at whatever remove.
    fn comes_of(&self, right: usize, from: usize) -> bool {
        let above = self.under.get(&right).map(|(under, _)| under.clone()).unwrap_or_default();
        self.reaches(above, from)
    }

    /// Whether a holding derives from a right, at whatever remove.
    fn derives(&self, holding: &Holding, from: usize) -> bool {
        self.reaches(holding.under.clone(), from)
    }

    /// Whether a right is among some others, or above one of them.
    fn reaches(&self, mut open: Vec<usize>, from: usize) -> bool {
        let mut seen: Vec<usize> = Vec::new();
        while let Some(right) = open.pop() {
            if right == from {
                return true;
            }
            if !seen.contains(&right) {
                seen.push(right);
                open.extend(self.under.get(&right).into_iter().flat_map(|(under, _)| under));
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
        self.touching(scope, None)
            .into_iter()
            .filter(|(_, h)| taken(h))
            .fold(Region::from(scope.clone()), |left, (_, h)| {
                left.less(&h.scope.clone().with(PARTIES, everybody.clone()))
            })
    }
}

/// Whether a holding gives a right to act.
fn is_licence(holding: &Holding) -> bool {
    matches!(holding.kind, Kind::Licence | Kind::Covenant)
}

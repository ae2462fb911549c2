//! Which holdings may touch a part of the space, and which may touch each other.
//!
//! One dimension, the one in which fewest holdings meet, is the index's own: every range a holding has there is an
//! entry, and entries stand in the order in which they start. So those that meet an entry and start after it follow it
//! in one run, and those that reach into a part from before it are found by how far each stretch of entries reaches.
//! Of each dimension an entry knows the shadow ([`Cuts`]): nearly all that do not meet are told apart by
//! it, without a look at the holding. What is found is a candidate; whoever asks looks closer.

use crate::holding::{Holding, HoldingId};
use crate::scope::Scope;
use crate::shadow::Cuts;
use crate::space::PARTIES;
use std::cmp::Reverse;
use std::ops::Range;

/// How many holdings are looked at to see what the others are like.
const SAMPLE: usize = 512;
/// How many entries, or groups of them, share a note of how far they reach.
const GROUP: usize = 16;

/// Holdings in the order of one dimension.
#[derive(Debug, Default)]
pub struct Index {
    /// The dimension of the order.
    own: usize,
    starts: Vec<u32>,
    ends: Vec<u32>,
    ids: Vec<HoldingId>,
    /// The entries whose holdings keep somebody out, in order.
    keepers: Vec<usize>,
    /// All dimensions but that of parties, those that tell most apart first and the index's own last.
    shadows: Vec<Column>,
    /// The last end in each group of entries, in each group of such groups, and so on.
    reach: Vec<Vec<u32>>,
}

/// One dimension of all entries.
#[derive(Debug)]
struct Column {
    dimension: usize,
    cuts: Cuts,
    shadows: Vec<u64>,
}

/// Two entries that may meet: their holdings, and the first position both have in the index's own dimension.
#[derive(Debug, Clone, Copy)]
pub struct Meeting {
    /// Whose entry starts first.
    pub one: HoldingId,
    /// Whose entry starts later, or together with the first.
    pub other: HoldingId,
    /// Where the entries meet first.
    pub at: u32,
}

impl Index {
    /// An index of these holdings. What has no position in some dimension touches nothing and is left out.
    pub fn of(holdings: &[Holding]) -> Index {
        let sample: Vec<&Scope> =
            holdings.iter().step_by(holdings.len().div_ceil(SAMPLE).max(1)).map(|h| &h.scope).collect();
        let order = by_meetings(&sample);
        let Some((own, others)) = order.split_first() else { return Index::default() };
        let mut entries = Vec::with_capacity(holdings.len());
        for (id, holding) in holdings.iter().enumerate().filter(|(_, h)| !is_nowhere(&h.scope)) {
            let ranges = holding.scope.side(*own).into_iter().flat_map(|side| side.iter());
            entries.extend(ranges.map(|(start, end)| (start, Reverse(end), id)));
        }
        entries.sort_unstable();
        let column = |dimension: &usize| {
            let cuts = Cuts::between(sample.iter().filter_map(|scope| scope.side(*dimension)));
            let shadow = |h: &Holding| h.scope.side(*dimension).map_or(0, |side| cuts.shadow(side));
            let all: Vec<u64> = holdings.iter().map(shadow).collect();
            let shadows = entries.iter().filter_map(|(.., id)| all.get(*id).copied()).collect();
            Column { dimension: *dimension, cuts, shadows }
        };
        let shadows = others.iter().chain([own]).map(column).collect();
        let ends: Vec<u32> = entries.iter().map(|(_, Reverse(end), _)| *end).collect();
        let keeps = |id: &HoldingId| holdings.get(*id).is_some_and(|h| !h.shuts_out.is_empty());
        Index {
            own: *own,
            starts: entries.iter().map(|(start, ..)| *start).collect(),
            ids: entries.iter().map(|(.., id)| *id).collect(),
            keepers: entries.iter().enumerate().filter(|(_, (.., id))| keeps(id)).map(|(at, _)| at).collect(),
            shadows,
            reach: reach(&ends),
            ends,
        }
    }

    /// The dimension of its order.
    pub fn own(&self) -> usize {
        self.own
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// The holdings that may touch a scope, whoever holds them, in order.
    pub fn touching(&self, scope: &Scope) -> Vec<HoldingId> {
        let Some((first, last)) = scope.side(self.own).and_then(|side| side.bounds()) else { return Vec::new() };
        let asked: Vec<(&Column, u64)> = self
            .shadows
            .iter()
            .map(|column| (column, scope.side(column.dimension).map_or(0, |side| column.cuts.shadow(side))))
            .collect();
        let until = self.starts.partition_point(|start| *start <= last);
        let mut found = Vec::new();
        self.reaching(self.reach.len(), 0..usize::MAX, (first, until), &mut |at| {
            let meets = |(column, shadow): &(&Column, u64)| column.shadows.get(at).is_some_and(|s| s & shadow != 0);
            if asked.iter().all(meets) {
                found.extend(self.ids.get(at));
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The entries before one of them that end after a position: looks into the groups of a level that reach so far.
    fn reaching(&self, level: usize, groups: Range<usize>, (after, until): (u32, usize), hit: &mut dyn FnMut(usize)) {
        let ends = level.checked_sub(1).map_or(Some(&self.ends), |above| self.reach.get(above));
        let width = until.div_ceil(GROUP.pow(u32::try_from(level).unwrap_or(u32::MAX)));
        let groups = groups.start..groups.end.min(width);
        let Some(here) = ends.and_then(|ends| ends.get(groups.clone())) else { return };
        for (group, _) in groups.zip(here).filter(|(_, end)| **end > after) {
            match level.checked_sub(1) {
                Some(below) => self.reaching(below, group * GROUP..(group + 1) * GROUP, (after, until), hit),
                None => hit(group),
            }
        }
    }

    /// Pairs of entries that may meet and of which at least one keeps somebody out: all whose first is among these. A
    /// pair of holdings is met as often as they have entries that meet.
    pub fn meetings(&self, among: Range<usize>, hit: &mut dyn FnMut(Meeting)) {
        let Some((first, others)) = self.shadows.split_first() else { return };
        let mut keeper = self.keepers.partition_point(|at| *at < among.start);
        for at in among {
            let (Some(end), Some(shadow), Some(one)) = (self.ends.get(at), first.shadows.get(at), self.ids.get(at))
            else {
                break;
            };
            let alike = |column: &Column, to: usize| match (column.shadows.get(at), column.shadows.get(to)) {
                (Some(a), Some(b)) => a & b != 0,
                _ => false,
            };
            let mut meet = |to: usize, start: u32| {
                if let Some(other) = self.ids.get(to).filter(|_| others.iter().all(|column| alike(column, to))) {
                    hit(Meeting { one: *one, other: *other, at: start });
                }
            };
            let keeps = self.keepers.get(keeper) == Some(&at);
            if keeps {
                keeper += 1;
                let after = self.starts.iter().zip(&first.shadows).enumerate().skip(at + 1);
                for (to, (start, theirs)) in after.take_while(|(_, (start, _))| *start < end) {
                    if shadow & theirs != 0 {
                        meet(to, *start);
                    }
                }
            } else {
                for to in self.keepers.iter().skip(keeper) {
                    let Some(start) = self.starts.get(*to).filter(|start| *start < end) else { break };
                    if first.shadows.get(*to).is_some_and(|theirs| shadow & theirs != 0) {
                        meet(*to, *start);
                    }
                }
            }
        }
    }
}

/// The dimensions but that of parties, those in which fewest of some scopes meet first.
fn by_meetings(scopes: &[&Scope]) -> Vec<usize> {
    let dimensions = scopes.iter().map(|scope| scope.0.len()).max().unwrap_or(0);
    let mut order: Vec<(usize, usize)> = (0..dimensions)
        .filter(|d| *d != PARTIES)
        .map(|d| {
            let sides: Vec<(u32, u32)> = scopes.iter().filter_map(|scope| scope.side(d)?.bounds()).collect();
            let meet = |a: &(u32, u32)| sides.iter().filter(|b| a.0 <= b.1 && b.0 <= a.1).count();
            (sides.iter().map(meet).sum(), d)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, d)| d).collect()
}

/// Whether a scope has no position in some dimension but that of parties.
fn is_nowhere(scope: &Scope) -> bool {
    scope.0.iter().enumerate().any(|(d, side)| d != PARTIES && side.is_empty())
}

/// How far entries reach, by groups, up to a level of one group.
fn reach(ends: &[u32]) -> Vec<Vec<u32>> {
    let farthest = |ends: &[u32]| -> Vec<u32> {
        ends.chunks(GROUP).filter_map(|group| group.iter().max().copied()).collect()
    };
    let mut levels = vec![farthest(ends)];
    while let Some(last) = levels.last().filter(|last| last.len() > GROUP) {
        levels.push(farthest(last));
    }
    levels
}

//! Which holdings may touch a part of the space, and which may clash.
//!
//! One dimension, the one in which fewest holdings meet, is the index's own: every range a holding has there is an
//! entry, and entries stand in the order in which they start. So those that meet an entry and start after it follow it
//! in one run, and those that reach into a part from before it are found by how far each group of entries reaches.
//! Of the dimensions that tell most apart besides, an entry knows the shadows ([`Cuts`]), and of the parties: nearly
//! all that do not meet are told apart by these. The sets themselves are kept once more, [`Packed`] in the same order,
//! so that the rest is told apart without a look at holdings that are spread over the memory.

use crate::holding::{Holding, HoldingId};
use crate::packed::Packed;
use crate::ranges::{Range, Ranges, common, first_common};
use crate::scope::Scope;
use crate::shadow::Cuts;
use crate::space::PARTIES;
use std::ops;

/// How many dimensions an entry knows the shadow of, besides its range and its parties.
const WATCHED: usize = 4;
/// How many holdings are looked at to see what the others are like.
const SAMPLE: usize = 512;
/// How many entries, or groups of them, share a note of how far they reach.
const GROUP: usize = 16;

/// Holdings in the order of one dimension.
#[derive(Debug, Default)]
pub struct Index {
    /// The dimension of the order.
    own: usize,
    /// The other dimensions but that of parties, those that tell most apart first.
    others: Vec<usize>,
    /// Where the first of those are cut.
    watched: Vec<(usize, Cuts)>,
    parties: Cuts,
    entries: Vec<Entry>,
    /// What a scan reads of all entries, and of the licences among them that keep somebody out.
    all: Lane,
    keepers: Lane,
    /// The sides of each entry's scope, then whom it keeps out.
    sets: Packed,
    /// The last end in each group of entries, in each group of such groups, and so on.
    reach: Vec<Vec<u32>>,
}

/// One range of a holding in the index's own dimension, and its shadows in others.
#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    end: u32,
    id: HoldingId,
    /// Whether it is a licence, which alone can clash.
    licence: bool,
    /// Who holds it.
    held: u64,
    /// Whom it keeps out.
    out: u64,
    shadows: [u64; WATCHED],
}

/// What a scan reads of entries, and no more of most: where they start, and the shadow that tells most apart.
#[derive(Debug, Default)]
struct Lane {
    entries: Vec<usize>,
    starts: Vec<u32>,
    shadows: Vec<u64>,
}

impl Lane {
    fn push(&mut self, at: usize, entry: &Entry) {
        let [shadow, ..] = entry.shadows;
        self.entries.push(at);
        self.starts.push(entry.start);
        self.shadows.push(shadow);
    }

    /// Those from a place on that start before an entry ends and share a bit of the shadow.
    fn scan(&self, from: usize, entry: &Entry, hit: &mut impl FnMut(usize)) {
        let (starts, shadows) = (self.starts.get(from..), self.shadows.get(from..));
        let [shadow, ..] = entry.shadows;
        let both = starts.unwrap_or_default().iter().zip(shadows.unwrap_or_default());
        for (at, (start, theirs)) in (from..).zip(both) {
            if *start >= entry.end {
                break;
            }
            if theirs & shadow != 0
                && let Some(at) = self.entries.get(at)
            {
                hit(*at);
            }
        }
    }
}

/// Two entries of which one keeps out whom the other lets in.
#[derive(Debug, Clone, Copy)]
pub struct Meeting {
    keeper: usize,
    holder: usize,
}

impl Entry {
    /// Whether it is a licence that keeps somebody out.
    fn keeps(&self) -> bool {
        self.licence && self.out != 0
    }

    /// Whether a licence and another entry may meet, and one keep out whom the other lets in.
    fn may_clash(&self, other: &Entry) -> bool {
        let out = self.out & other.held | other.out & self.held;
        share(&self.shadows, &other.shadows) && out != 0 && other.licence
    }
}

impl Index {
    /// An index of these holdings. What has no position in some dimension touches nothing and is left out.
    pub fn of(holdings: &[Holding]) -> Index {
        let sample: Vec<&Holding> = holdings.iter().step_by(holdings.len().div_ceil(SAMPLE).max(1)).collect();
        let mut others = by_meetings(&sample);
        if others.is_empty() {
            return Index::default();
        }
        let own = others.remove(0);
        let cuts = |d: &usize| (*d, Cuts::between(sample.iter().filter_map(|h| h.scope.side(*d))));
        let watched = others.iter().take(WATCHED).map(cuts).collect();
        let parties =
            Cuts::between(sample.iter().flat_map(|h| h.holders().into_iter().chain([&h.shuts_out])));
        let mut index = Index { own, others, watched, parties, ..Index::default() };
        for (id, holding) in holdings.iter().enumerate().filter(|(_, h)| !is_nowhere(&h.scope)) {
            let shadows = index.shadows(&holding.scope);
            let held = holding.holders().map_or(0, |who| index.parties.shadow(who));
            let out = index.parties.shadow(&holding.shuts_out);
            let licence = holding.is_licence();
            let ranges = holding.scope.side(own).into_iter().flat_map(Ranges::iter);
            let entry = |(start, end)| Entry { start, end, id, licence, held, out, shadows };
            index.entries.extend(ranges.map(entry));
        }
        index.entries.sort_unstable_by_key(|entry| (entry.start, entry.id));
        for (at, entry) in index.entries.iter().enumerate() {
            index.all.push(at, entry);
            if entry.keeps() {
                index.keepers.push(at, entry);
            }
        }
        // Days or another dimension, parties, and whom it keeps out: no row is empty.
        index.sets = Packed::of(index.others.len() + 3);
        for holding in index.entries.iter().filter_map(|entry| holdings.get(entry.id)) {
            index.sets.push(holding.scope.0.iter().chain([&holding.shuts_out]));
        }
        index.reach = reach(index.entries.iter().map(|entry| entry.end).collect());
        index
    }

    /// The shadows of a scope in the dimensions watched; what is not watched is in everybody's.
    fn shadows(&self, scope: &Scope) -> [u64; WATCHED] {
        let mut shadows = [u64::MAX; WATCHED];
        for (shadow, (dimension, cuts)) in shadows.iter_mut().zip(&self.watched) {
            *shadow = scope.side(*dimension).map_or(0, |side| cuts.shadow(side));
        }
        shadows
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The holdings that touch a scope, in order: whoever holds them, or those that say something of a party.
    pub fn touching(&self, scope: &Scope, party: Option<u32>) -> Vec<HoldingId> {
        let Some((first, last)) = scope.side(self.own).and_then(Ranges::bounds) else { return Vec::new() };
        let (shadows, party) = (self.shadows(scope), party.map(Ranges::one));
        let shadow = party.as_ref().map_or(u64::MAX, |party| self.parties.shadow(party));
        let reaches = |at: usize, d: &usize| {
            scope.side(*d).is_some_and(|side| meet(self.sets.set(at, *d), side.as_slice()))
        };
        let concerns =
            |at: usize, who: &[Range]| meet(self.sets.set(at, PARTIES), who) || meet(self.out(at), who);
        let until = self.entries.partition_point(|entry| entry.start <= last);
        let mut found = Vec::new();
        self.reaching(self.reach.len(), 0..usize::MAX, (first, until), &mut |at, entry| {
            let seen = party.is_none() || shadow & (entry.held | entry.out) != 0;
            if seen
                && share(&entry.shadows, &shadows)
                && self.others.iter().chain([&self.own]).all(|d| reaches(at, d))
                && party.as_ref().is_none_or(|party| concerns(at, party.as_slice()))
            {
                found.push(entry.id);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The entries, so many from the first, that end after a position; looked for in some groups of one level.
    fn reaching(
        &self,
        level: usize,
        groups: ops::Range<usize>,
        (after, until): (u32, usize),
        hit: &mut impl FnMut(usize, &Entry),
    ) {
        let size = GROUP.pow(u32::try_from(level).unwrap_or(u32::MAX));
        let groups = groups.start..groups.end.min(until.div_ceil(size));
        let Some(above) = level.checked_sub(1) else {
            let here = self.entries.get(groups.clone()).unwrap_or_default();
            groups.zip(here).filter(|(_, entry)| entry.end > after).for_each(|(at, entry)| hit(at, entry));
            return;
        };
        let here = self.reach.get(above).and_then(|ends| ends.get(groups.clone())).unwrap_or_default();
        for (group, _) in groups.zip(here).filter(|(_, end)| **end > after) {
            self.reaching(above, group * GROUP..(group + 1) * GROUP, (after, until), hit);
        }
    }

    /// Licences of which one keeps out whom the other lets in, all that meet first in an entry among these and, in the
    /// order of entries, one after it. Whether one derives from the other is left to the caller.
    pub fn meetings(&self, among: ops::Range<usize>, hit: &mut impl FnMut(Meeting)) {
        let mut keeper = self.keepers.entries.partition_point(|at| *at < among.start);
        for (at, one) in self.entries.iter().enumerate().take(among.end).skip(among.start) {
            if !one.licence {
                continue;
            }
            // What keeps nobody out is compared with what does, and that with everything.
            let (lane, from) = if one.keeps() {
                keeper += 1;
                (&self.all, at + 1)
            } else {
                (&self.keepers, keeper)
            };
            lane.scan(from, one, &mut |to| {
                let other = self.entries.get(to).filter(|other| one.may_clash(other));
                if !other.is_some_and(|other| self.meet(at, to, other.start)) {
                    return;
                }
                for (keeper, holder) in [(at, to), (to, at)] {
                    if meet(self.out(keeper), self.sets.set(holder, PARTIES)) {
                        hit(Meeting { keeper, holder });
                    }
                }
            });
        }
    }

    /// The holdings of a meeting: which keeps out, and which lets in.
    pub fn holdings(&self, meeting: Meeting) -> Option<(HoldingId, HoldingId)> {
        let id = |at: usize| self.entries.get(at).map(|entry| entry.id);
        Some((id(meeting.keeper)?, id(meeting.holder)?))
    }

    /// Where a meeting is: the cells of those who hold the one and are kept out by the other.
    pub fn overlap(&self, Meeting { keeper, holder }: Meeting) -> Scope {
        let side = |d: usize| {
            let mine = if d == PARTIES { self.out(keeper) } else { self.sets.set(keeper, d) };
            common(mine, self.sets.set(holder, d))
        };
        Scope((0..self.others.len() + 2).map(side).collect())
    }

    /// Whether two entries meet in every dimension but that of parties, and for the first time at this position of the
    /// index's own: two holdings may have several entries that meet.
    fn meet(&self, one: usize, other: usize, at: u32) -> bool {
        let both = |d: usize| (self.sets.set(one, d), self.sets.set(other, d));
        let (mine, theirs) = both(self.own);
        self.others.iter().map(|d| both(*d)).all(|(a, b)| meet(a, b))
            && first_common(mine, theirs) == Some(at)
    }

    /// Whom an entry keeps out.
    fn out(&self, at: usize) -> &[Range] {
        self.sets.set(at, self.others.len() + 2)
    }
}

fn meet(one: &[Range], other: &[Range]) -> bool {
    first_common(one, other).is_some()
}

/// Whether shadows share a bit in every dimension. All are looked at: that is quicker than to stop at the first that do
/// not, because which one that is cannot be foreseen.
fn share(one: &[u64; WATCHED], other: &[u64; WATCHED]) -> bool {
    one.iter().zip(other).fold(true, |all, (a, b)| all & (a & b != 0))
}

/// The dimensions but that of parties, those in which fewest of some holdings meet first.
fn by_meetings(holdings: &[&Holding]) -> Vec<usize> {
    let dimensions = holdings.iter().map(|h| h.scope.0.len()).max().unwrap_or(0);
    let meetings = |dimension: usize| -> usize {
        let sides: Vec<_> = holdings.iter().filter_map(|h| h.scope.side(dimension)?.bounds()).collect();
        let met = |a: &(u32, u32)| sides.iter().filter(|b| a.0 <= b.1 && b.0 <= a.1).count();
        sides.iter().map(met).sum()
    };
    let mut order: Vec<(usize, usize)> =
        (0..dimensions).filter(|d| *d != PARTIES).map(|d| (meetings(d), d)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, d)| d).collect()
}

/// Whether a scope has no position in some dimension but that of parties.
fn is_nowhere(scope: &Scope) -> bool {
    scope.0.iter().enumerate().any(|(d, side)| d != PARTIES && side.is_empty())
}

/// How far entries reach, by groups, up to a level of few groups.
fn reach(mut ends: Vec<u32>) -> Vec<Vec<u32>> {
    let mut levels = Vec::new();
    while ends.len() > GROUP {
        ends = ends.chunks(GROUP).filter_map(|group| group.iter().max().copied()).collect();
        levels.push(ends.clone());
    }
    levels
}

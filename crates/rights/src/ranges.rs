//! Sets of positions on one dimension, as ranges in order that do not touch.

use smallvec::SmallVec;
use std::cmp::{max, min};

/// From the first position to before the second.
pub type Range = (u32, u32);

/// A set of positions.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ranges(SmallVec<[Range; 2]>);

impl Clone for Ranges {
    /// At one stroke: derived, it would copy one range after another.
    fn clone(&self) -> Ranges {
        Ranges(SmallVec::from_slice(&self.0))
    }
}

impl Ranges {
    /// No position.
    pub fn none() -> Ranges {
        Ranges::default()
    }

    /// The positions from `start` to before `end`.
    pub fn of(start: u32, end: u32) -> Ranges {
        if start < end { Ranges(SmallVec::from_slice(&[(start, end)])) } else { Ranges::none() }
    }

    /// One position.
    pub fn one(position: u32) -> Ranges {
        Ranges::of(position, position.saturating_add(1))
    }

    /// Ranges in any order, which may overlap.
    pub fn from_unsorted(ranges: impl IntoIterator<Item = Range>) -> Ranges {
        let mut ranges: SmallVec<[Range; 2]> = ranges.into_iter().filter(|(s, e)| s < e).collect();
        ranges.sort_unstable();
        let mut out = Ranges::none();
        for range in ranges {
            out.push(range);
        }
        out
    }

    /// Adds a range that begins no earlier than the last one.
    fn push(&mut self, (start, end): Range) {
        match self.0.last_mut() {
            Some(last) if start <= last.1 => last.1 = max(last.1, end),
            _ => self.0.push((start, end)),
        }
    }

    /// The ranges, in order.
    pub fn iter(&self) -> impl Iterator<Item = Range> + '_ {
        self.0.iter().copied()
    }

    /// The ranges side by side, in order.
    pub fn as_slice(&self) -> &[Range] {
        &self.0
    }

    /// Whether there is no position in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many positions it has.
    pub fn count(&self) -> u64 {
        self.iter().map(|(start, end)| u64::from(end - start)).sum()
    }

    /// The first position.
    pub fn first(&self) -> Option<u32> {
        self.0.first().map(|r| r.0)
    }

    /// The first position and the last.
    pub fn bounds(&self) -> Option<Range> {
        Some((self.0.first()?.0, self.0.last()?.1 - 1))
    }

    /// Whether a position is in it.
    pub fn contains(&self, position: u32) -> bool {
        let after = self.0.partition_point(|(start, _)| *start <= position);
        after.checked_sub(1).and_then(|i| self.0.get(i)).is_some_and(|(_, end)| position < *end)
    }

    /// Whether the two have a position in common.
    pub fn meets(&self, other: &Ranges) -> bool {
        first_common(&self.0, other.starting_around(self.first().unwrap_or(0))).is_some()
    }

    /// What is in both.
    pub fn and(&self, other: &Ranges) -> Ranges {
        common(&self.0, &other.0)
    }

    /// What is in either.
    pub fn or(&self, other: &Ranges) -> Ranges {
        let (mut mine, mut theirs) = (self.0.as_slice(), other.0.as_slice());
        let mut out = Ranges::none();
        loop {
            match (mine.split_first(), theirs.split_first()) {
                (Some((a, more)), Some((b, _))) if a.0 <= b.0 => {
                    out.push(*a);
                    mine = more;
                }
                (_, Some((b, rest))) => {
                    out.push(*b);
                    theirs = rest;
                }
                (Some((a, more)), None) => {
                    out.push(*a);
                    mine = more;
                }
                (None, None) => return out,
            }
        }
    }

    /// The ranges from the first on that ends after a position.
    fn starting_around(&self, position: u32) -> &[Range] {
        let before = self.0.partition_point(|(_, end)| *end <= position);
        self.0.get(before..).unwrap_or_default()
    }

    /// What is in this one and not in the other.
    pub fn less(&self, other: &Ranges) -> Ranges {
        let mut out = Ranges(SmallVec::with_capacity(self.0.len() + 1));
        let mut theirs = other.starting_around(self.first().unwrap_or(0));
        for (mut start, end) in self.iter() {
            while let Some(((from, to), rest)) = theirs.split_first() {
                if *to <= start {
                    theirs = rest;
                    continue;
                }
                if *from >= end {
                    break;
                }
                if start < *from {
                    out.0.push((start, *from));
                }
                start = *to;
                if start >= end {
                    break;
                }
                theirs = rest;
            }
            if start < end {
                out.0.push((start, end));
            }
        }
        out
    }

    /// Takes what is in the other out of this one, in its place: cheaper than [`Ranges::less`] where this one is made of
    /// many ranges and the other of few.
    pub fn take_out(&mut self, other: &Ranges) {
        for (from, to) in other.iter() {
            let first = self.0.partition_point(|(_, end)| *end <= from);
            let after = self.0.partition_point(|(start, _)| *start < to);
            let met = self.0.get(first..after).unwrap_or_default();
            let (Some((start, _)), Some((_, end))) = (met.first().copied(), met.last().copied()) else {
                continue;
            };
            self.0.drain(first..after);
            self.0.insert_many(
                first,
                [(start, from), (to, end)].into_iter().filter(|(start, end)| start < end),
            );
        }
    }

    /// Whether everything in the other is in this one.
    pub fn covers(&self, other: &Ranges) -> bool {
        let mut mine = self.starting_around(other.first().unwrap_or(0));
        other.iter().all(|(start, end)| {
            while let Some(((_, to), rest)) = mine.split_first() {
                if *to > start {
                    break;
                }
                mine = rest;
            }
            mine.first().is_some_and(|(from, to)| *from <= start && end <= *to)
        })
    }
}

/// The first position that two sets, each as ranges in order, have in common.
pub fn first_common(mut one: &[Range], mut other: &[Range]) -> Option<u32> {
    while let (Some((a, more)), Some((b, rest))) = (one.split_first(), other.split_first()) {
        let start = max(a.0, b.0);
        if start < min(a.1, b.1) {
            return Some(start);
        }
        if a.1 <= b.1 { one = more } else { other = rest }
    }
    None
}

/// What two sets, each as ranges in order, have in common.
pub fn common(mut one: &[Range], mut other: &[Range]) -> Ranges {
    let mut out = Ranges::none();
    while let (Some((a, more)), Some((b, rest))) = (one.split_first(), other.split_first()) {
        let (start, end) = (max(a.0, b.0), min(a.1, b.1));
        if start < end {
            out.0.push((start, end));
        }
        if a.1 <= b.1 { one = more } else { other = rest }
    }
    out
}

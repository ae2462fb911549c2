//! Sets of one dimension seen from afar: the dimension is cut into at most sixty-four stretches, and a set's shadow has
//! a bit for each stretch it enters. Sets whose shadows share no bit have no position in common; whether the others do
//! is not said here.

use crate::ranges::Ranges;

/// How many stretches there are at most: the bits of a shadow.
const STRETCHES: usize = 64;

/// Where a dimension is cut.
#[derive(Debug, Clone, Default)]
pub struct Cuts(Vec<u32>);

impl Cuts {
    /// Cuts where sets of this kind begin and end: everywhere, if there are few such points; otherwise so that each
    /// stretch has about as many of them.
    pub fn between<'r>(sets: impl Iterator<Item = &'r Ranges>) -> Cuts {
        let mut points: Vec<u32> =
            sets.flat_map(Ranges::iter).flat_map(|(start, end)| [start, end]).collect();
        points.sort_unstable();
        let mut cuts = points.clone();
        cuts.dedup();
        // Before the first cut there is one more stretch.
        if cuts.len() >= STRETCHES {
            cuts = (1..STRETCHES).filter_map(|n| points.get(n * points.len() / STRETCHES).copied()).collect();
            cuts.dedup();
        }
        Cuts(cuts)
    }

    /// The shadow of a set.
    pub fn shadow(&self, set: &Ranges) -> u64 {
        let stretch = |position: u32| self.0.partition_point(|cut| *cut <= position);
        set.iter().fold(0, |shadow, (start, end)| {
            let (first, last) = (stretch(start), stretch(end - 1));
            shadow | (u64::MAX << first & u64::MAX >> (STRETCHES - 1 - last))
        })
    }
}

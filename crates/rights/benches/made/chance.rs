//! Numbers that look drawn by lot and are the same each time.

use counterpart_rights::Ranges;

pub struct Chance(pub u64);

impl Chance {
    /// The next number: a counter in steps of the golden section, its bits well mixed (SplitMix64).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    pub fn percent(&mut self, of: usize) -> bool {
        self.below(100) < of
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    /// One position of a set.
    pub fn within(&mut self, set: &Ranges) -> u32 {
        let mut left = self.below(set.count() as usize) as u32;
        for (start, end) in set.iter() {
            if left < end - start {
                return start + left;
            }
            left -= end - start;
        }
        panic!("the set has fewer positions than it counts")
    }
}

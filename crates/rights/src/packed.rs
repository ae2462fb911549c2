//! Sets of many holdings, one after the other in memory: whoever compares neighbours reads what lies side by side.

use crate::ranges::{Range, Ranges};

/// Rows of as many sets each.
#[derive(Debug, Default)]
pub struct Packed {
    /// How many sets a row has.
    width: usize,
    ranges: Vec<Range>,
    /// Where in `ranges` each set ends; the next one begins there.
    ends: Vec<usize>,
}

impl Packed {
    /// No rows yet.
    pub fn of(width: usize) -> Packed {
        Packed { width, ..Packed::default() }
    }

    /// Adds a row.
    pub fn push<'r>(&mut self, sets: impl Iterator<Item = &'r Ranges>) {
        for set in sets {
            self.ranges.extend(set.iter());
            self.ends.push(self.ranges.len());
        }
    }

    /// One set of a row.
    pub fn set(&self, row: usize, column: usize) -> &[Range] {
        let at = row * self.width + column;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|to| self.ranges.get(from..*to)).unwrap_or_default()
    }
}

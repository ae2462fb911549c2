//! Dice from a seed, each step written down (xorshift64*), so that a failure can be had again on any machine.

use counterpart_num::Date;

pub struct Dice(u64);

impl Dice {
    /// Of a name and a number: each deal has dice of its own, whatever other deals there are.
    pub fn of(name: &str, number: u64) -> Dice {
        let seed = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Dice(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Whether something of so many in a hundred comes about.
    pub fn percent(&mut self, of: u64) -> bool {
        self.below(100) < of
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(of.len() as u64) as usize;
        of.get(at)
    }

    /// A day up to so many days after another.
    pub fn after(&mut self, day: Date, days: u64) -> Date {
        let more = self.below(days) as i64;
        day.add_days(more).unwrap_or(day)
    }
}

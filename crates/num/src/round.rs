//! How a deal rounds: to what step, and which way.
//!
//! The names of the modes are those of `java.math.RoundingMode` and of the General Decimal
//! Arithmetic Specification (which calls them round-half-even and so on); the two ties rules of
//! IEEE 754-2019 §4.3.1 are `HalfEven` (roundTiesToEven) and `HalfUp` (roundTiesToAway). *When* to
//! round is for the deal to say and for the machine that runs it to do.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exact::Exact;

/// Which of the two neighbouring steps is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The nearest; at the middle, the even one: 2.5 → 2, 3.5 → 4. "Banker's rounding"; IEEE 754
    /// roundTiesToEven; rule A of ISO 80000-1:2009 annex B. Leans neither way over many amounts.
    HalfEven,
    /// The nearest; at the middle, away from nought: 2.5 → 3, −2.5 → −3. Commercial rounding; what
    /// Regulation (EC) No 1103/97 art. 5 calls rounding up a result that is exactly half-way.
    HalfUp,
    /// The nearest; at the middle, towards nought: 2.5 → 2, −2.5 → −2.
    HalfDown,
    /// Away from nought: 2.1 → 3, −2.1 → −3.
    Up,
    /// Towards nought, cutting the rest off: 2.9 → 2, −2.9 → −2.
    Down,
    /// Towards plus infinity: 2.1 → 3, −2.9 → −2.
    Ceiling,
    /// Towards minus infinity: 2.9 → 2, −2.1 → −3.
    Floor,
}

impl Mode {
    /// Whether a number strictly between two steps goes to the upper one. `negative`: the number
    /// is below nought; `floor_odd`: the lower step is an odd multiple; `half`: the distance to the
    /// lower step against the distance to the upper one.
    pub(crate) fn goes_up(self, negative: bool, floor_odd: bool, half: Ordering) -> bool {
        match (self, half) {
            (Mode::Ceiling, _) => true,
            (Mode::Floor, _) => false,
            (Mode::Up, _) => !negative,
            (Mode::Down, _) => negative,
            (_, Ordering::Greater) => true,
            (_, Ordering::Less) => false,
            (Mode::HalfEven, Ordering::Equal) => floor_odd,
            (Mode::HalfUp, Ordering::Equal) => !negative,
            (Mode::HalfDown, Ordering::Equal) => negative,
        }
    }
}

/// A rounding rule: to the multiples of a step, by a mode. Applied by [`Exact::round`].
///
/// The step is in the unit of whatever is rounded: 0.01 for cents, 0.05 for Swiss cash, 1000 for
/// "to the nearest thousand". A step of nought rounds nothing; its sign does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// The distance between two neighbouring results.
    pub step: Exact,
    /// Which neighbour is taken.
    pub mode: Mode,
}

impl Rounding {
    /// To the multiples of `step`.
    #[must_use]
    pub fn new(step: Exact, mode: Mode) -> Rounding {
        Rounding { step, mode }
    }

    /// To `places` digits after the decimal point (at most 1,000; more are taken as 1,000).
    #[must_use]
    pub fn places(places: u32, mode: Mode) -> Rounding {
        let step = Exact::from_int(10).pow(places.min(1_000)).recip().unwrap_or_default();
        Rounding { step, mode }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str, mode: Mode) -> String {
        Exact::parse(text).unwrap().round_to_integer(mode).to_string()
    }

    /// The table in the documentation of `java.math.RoundingMode` (Java SE 8).
    #[test]
    fn the_published_table_of_rounding_modes() {
        use Mode::*;
        let columns = [Up, Down, Ceiling, Floor, HalfUp, HalfDown, HalfEven];
        let rows = [
            ("5.5", ["6", "5", "6", "5", "6", "5", "6"]),
            ("2.5", ["3", "2", "3", "2", "3", "2", "2"]),
            ("1.6", ["2", "1", "2", "1", "2", "2", "2"]),
            ("1.1", ["2", "1", "2", "1", "1", "1", "1"]),
            ("1.0", ["1", "1", "1", "1", "1", "1", "1"]),
            ("-1.0", ["-1", "-1", "-1", "-1", "-1", "-1", "-1"]),
            ("-1.1", ["-2", "-1", "-1", "-2", "-1", "-1", "-1"]),
            ("-1.6", ["-2", "-1", "-1", "-2", "-2", "-2", "-2"]),
            ("-2.5", ["-3", "-2", "-2", "-3", "-3", "-2", "-2"]),
            ("-5.5", ["-6", "-5", "-5", "-6", "-6", "-5", "-6"]),
        ];
        for (input, expected) in rows {
            for (mode, expected) in columns.into_iter().zip(expected) {
                assert_eq!(whole(input, mode), expected, "{input} {mode:?}");
            }
        }
    }

    #[test]
    fn steps_other_than_powers_of_ten() {
        let swiss_cash = Rounding::new(Exact::ratio(1, 20).unwrap(), Mode::HalfUp);
        let rounded = |text: &str| Exact::parse(text).unwrap().round(&swiss_cash).to_string();
        assert_eq!(rounded("7.32"), "7.3");
        assert_eq!(rounded("7.325"), "7.35");
        assert_eq!(rounded("-7.325"), "-7.35");
        let nothing = Rounding::new(Exact::zero(), Mode::Up);
        assert_eq!(Exact::parse("7.321").unwrap().round(&nothing).to_string(), "7.321");
        let thousands = Rounding::new(Exact::from_int(-1000), Mode::HalfEven);
        assert_eq!(Exact::from_int(2500).round(&thousands), Exact::from_int(2000));
    }

    #[test]
    fn serde_form() {
        let json = serde_json::to_string(&Rounding::places(2, Mode::HalfEven)).unwrap();
        assert_eq!(json, r#"{"step":"0.01","mode":"half-even"}"#);
        assert_eq!(serde_json::from_str::<Rounding>(&json).unwrap(), Rounding::places(2, Mode::HalfEven));
    }

    fn any_mode() -> impl Strategy<Value = Mode> {
        use Mode::*;
        proptest::sample::select(vec![HalfEven, HalfUp, HalfDown, Up, Down, Ceiling, Floor])
    }

    proptest! {
        #[test]
        fn the_error_is_within_bounds(
            num in any::<i64>(), den in 1i64.., step in 1i64..100_000, mode in any_mode()
        ) {
            let value = Exact::ratio(num, den).unwrap();
            let step = Exact::ratio(step, 1000).unwrap();
            let rounded = value.round(&Rounding::new(step.clone(), mode));
            prop_assert!(rounded.checked_div(&step).unwrap().is_integer());
            let error = (&rounded - &value).abs();
            match mode {
                Mode::HalfEven | Mode::HalfUp | Mode::HalfDown => {
                    prop_assert!(error * Exact::from_int(2) <= step);
                }
                _ => prop_assert!(error < step),
            }
            // Rounding what is already rounded changes nothing.
            prop_assert_eq!(rounded.round(&Rounding::new(step, mode)), rounded);
        }
    }
}

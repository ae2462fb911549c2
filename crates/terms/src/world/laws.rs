//! What the law of a country says where a text does not: of several owners of a right, whether one may license without the
//! others.
//!
//! Only what was read in the law itself stands here, with its authority. Of any other country nothing is said, and what hangs
//! on it is not known.

/// That in a country one of several owners may license without the others, though not exclusively.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicensesAlone {
    /// The country, by its two-letter code.
    pub country: &'static str,
    /// Where that is said.
    pub authority: &'static str,
}

impl LicensesAlone {
    /// In words, with the authority.
    pub fn in_words(&self) -> String {
        let LicensesAlone { country, authority } = self;
        format!(
            "in {country} one of several owners may license without the others, not exclusively ({authority})"
        )
    }
}

/// The countries in which one of several owners may license alone.
pub const LICENSES_ALONE: &[LicensesAlone] = &[LicensesAlone {
    country: "US",
    authority: "35 USC 262; Ethicon v US Surgical, 135 F.3d 1456 (Fed. Cir. 1998)",
}];

#[cfg(test)]
mod tests {
    use super::LICENSES_ALONE;
    use crate::world::{Place, place};

    #[test]
    fn a_law_is_that_of_a_country() {
        for law in LICENSES_ALONE {
            assert!(matches!(place(law.country), Some(Place::Country)), "{law:?}");
        }
    }
}

//! Holidays in North America.

use super::Place;
use super::rule::{Day::*, Observed::*, Rule, nth};
use crate::date::Weekday::*;

/// The United States: the holidays of federal law. Days on which the President closes the offices
/// by order (a day of mourning, a 24 December) are not among them.
pub(crate) const US: Place = Place {
    code: "US",
    also: &["USA"],
    source: "5 U.S.C. 6103(a); a Saturday is observed on the Friday before by 6103(b)(1), a Sunday on the Monday \
             after by Executive Order 11582 (1971); Juneteenth by Pub. L. 117-17 (2021)",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(Nearest),
        Rule::new("Birthday of Martin Luther King, Jr.", nth(3, Monday, 1)).since(1986),
        Rule::new("Washington's Birthday", nth(3, Monday, 2)),
        Rule::new("Memorial Day", OnOrAfter(Monday, 5, 25)),
        Rule::new("Juneteenth National Independence Day", Fixed(6, 19)).observed(Nearest).since(2021),
        Rule::new("Independence Day", Fixed(7, 4)).observed(Nearest),
        Rule::new("Labor Day", nth(1, Monday, 9)),
        Rule::new("Columbus Day", nth(2, Monday, 10)),
        Rule::new("Veterans Day", Fixed(11, 11)).observed(Nearest),
        Rule::new("Thanksgiving Day", nth(4, Thursday, 11)),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(Nearest),
    ],
    once: &[],
    moved: &[],
};

/// The Federal Reserve Banks, and so the payment systems of the dollar: as federal law, but open on
/// the Friday before a holiday on a Saturday.
pub(crate) const US_FED: Place = Place {
    code: "US-FED",
    also: &["FED", "FEDWIRE"],
    source: "Federal Reserve Banks, Holiday Schedules; Regulation CC, 12 CFR 229.2(g)",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(SundayToMonday),
        Rule::new("Birthday of Martin Luther King, Jr.", nth(3, Monday, 1)).since(1986),
        Rule::new("Washington's Birthday", nth(3, Monday, 2)),
        Rule::new("Memorial Day", OnOrAfter(Monday, 5, 25)),
        Rule::new("Juneteenth National Independence Day", Fixed(6, 19)).observed(SundayToMonday).since(2021),
        Rule::new("Independence Day", Fixed(7, 4)).observed(SundayToMonday),
        Rule::new("Labor Day", nth(1, Monday, 9)),
        Rule::new("Columbus Day", nth(2, Monday, 10)),
        Rule::new("Veterans Day", Fixed(11, 11)).observed(SundayToMonday),
        Rule::new("Thanksgiving Day", nth(4, Thursday, 11)),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(SundayToMonday),
    ],
    once: &[],
    moved: &[],
};

/// Canada: the federal holidays as the banks keep them; those of a single province are left out.
pub(crate) const CANADA: Place = Place {
    code: "CA",
    also: &["CAN"],
    source: "Canada Labour Code, RSC 1985, c L-2, s 166; days observed as in the Payments Canada and Bank of Canada \
             holiday schedules; National Day for Truth and Reconciliation by SC 2021, c 11",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(ToMonday),
        Rule::new("Good Friday", Easter(-2)),
        // The Monday before 25 May: Holidays Act, RSC 1985, c H-5, s 4 and Interpretation Act s 35.
        Rule::new("Victoria Day", OnOrAfter(Monday, 5, 18)),
        Rule::new("Canada Day", Fixed(7, 1)).observed(ToMonday),
        Rule::new("Labour Day", nth(1, Monday, 9)),
        Rule::new("National Day for Truth and Reconciliation", Fixed(9, 30)).observed(ToMonday).since(2021),
        Rule::new("Thanksgiving Day", nth(2, Monday, 10)),
        Rule::new("Remembrance Day", Fixed(11, 11)).observed(ToMonday),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(TwoDaysLater),
        Rule::new("Boxing Day", Fixed(12, 26)).observed(TwoDaysLater),
    ],
    once: &[],
    moved: &[],
};

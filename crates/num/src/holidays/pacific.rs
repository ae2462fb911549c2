//! Holidays in Japan and Australia.

use super::Place;
use super::rule::{Day::*, Observed::*, Rule, nth};
use crate::date::Weekday::*;

/// Japan: the national holidays and the bank holidays at the turn of the year. A national holiday
/// on a Sunday is made up for on the next day that is none (art. 3(2)), and a day between two of
/// them is one too (art. 3(3)).
pub(crate) const JAPAN: Place = Place {
    code: "JP",
    also: &["JPN"],
    source: "Act on National Holidays (Act No. 178 of 1948) arts. 2 and 3; the days of the equinoxes as in the Rekiyō \
             Kō of the National Astronomical Observatory; 31 December to 3 January by Banking Act art. 15(1) and Order \
             for Enforcement art. 5; for 2019 to 2021 the special acts on the accession and the Olympic Games",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("bank holiday", Fixed(1, 2)),
        Rule::new("bank holiday", Fixed(1, 3)),
        Rule::new("Coming of Age Day", Fixed(1, 15)).observed(SundayToMonday).until(1999),
        Rule::new("Coming of Age Day", nth(2, Monday, 1)).since(2000),
        Rule::new("National Foundation Day", Fixed(2, 11)).observed(SundayToMonday),
        Rule::new("Emperor's Birthday", Fixed(2, 23)).observed(SundayToMonday).since(2020),
        Rule::new("Vernal Equinox Day", Equinox(3)).observed(SundayToMonday),
        Rule::new("Greenery Day", Fixed(4, 29)).observed(SundayToMonday).until(2006),
        Rule::new("Showa Day", Fixed(4, 29)).observed(SundayToMonday).since(2007),
        Rule::new("Constitution Memorial Day", Fixed(5, 3)),
        Rule::new("national holiday", Fixed(5, 4)).until(2006),
        Rule::new("Greenery Day", Fixed(5, 4)).since(2007),
        Rule::new("Children's Day", Fixed(5, 5)).observed(SundayToMonday),
        // For 3 or 4 May on a Sunday.
        Rule::new("substitute holiday", FixedIf(5, 6, &[Tuesday, Wednesday])).since(2007),
        Rule::new("Marine Day", Fixed(7, 20)).observed(SundayToMonday).since(1996).until(2002),
        Rule::new("Marine Day", nth(3, Monday, 7)).since(2003),
        Rule::new("Mountain Day", Fixed(8, 11)).observed(SundayToMonday).since(2016),
        Rule::new("Respect for the Aged Day", Fixed(9, 15)).observed(SundayToMonday).until(2002),
        Rule::new("Respect for the Aged Day", nth(3, Monday, 9)).since(2003),
        Rule::new("national holiday", BetweenHolidays).since(2003),
        Rule::new("Autumnal Equinox Day", Equinox(9)).observed(SundayToMonday),
        Rule::new("Sports Day", Fixed(10, 10)).observed(SundayToMonday).until(1999),
        Rule::new("Sports Day", nth(2, Monday, 10)).since(2000),
        Rule::new("Culture Day", Fixed(11, 3)).observed(SundayToMonday),
        Rule::new("Labour Thanksgiving Day", Fixed(11, 23)).observed(SundayToMonday),
        Rule::new("Emperor's Birthday", Fixed(12, 23)).observed(SundayToMonday).since(1989).until(2018),
        Rule::new("bank holiday", Fixed(12, 31)),
    ],
    once: &[
        (2019, 4, 30, "national holiday"),
        (2019, 5, 1, "Accession of the Emperor"),
        (2019, 5, 2, "national holiday"),
        (2019, 10, 22, "Enthronement ceremony"),
        (2020, 7, 23, "Marine Day"),
        (2020, 7, 24, "Sports Day"),
        (2020, 8, 10, "Mountain Day"),
        (2021, 7, 22, "Marine Day"),
        (2021, 7, 23, "Sports Day"),
        (2021, 8, 9, "Mountain Day"),
    ],
    moved: &[
        (2020, "Marine Day"),
        (2020, "Sports Day"),
        (2020, "Mountain Day"),
        (2021, "Marine Day"),
        (2021, "Sports Day"),
        (2021, "Mountain Day"),
    ],
};

/// Australia: the holidays common to all states and territories. A contract that means a city has
/// to state that city's further holidays.
pub(crate) const AUSTRALIA: Place = Place {
    code: "AU",
    also: &["AUS"],
    source: "Fair Work Act 2009 s 115(1)(a); days observed as all states and territories do, such as Public Holidays \
             Act 2010 (NSW) s 4",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(ToMonday),
        Rule::new("Australia Day", Fixed(1, 26)).observed(ToMonday),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("Anzac Day", Fixed(4, 25)),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(TwoDaysLater),
        Rule::new("Boxing Day", Fixed(12, 26)).observed(TwoDaysLater),
    ],
    once: &[(2022, 9, 22, "National day of mourning")],
    moved: &[],
};

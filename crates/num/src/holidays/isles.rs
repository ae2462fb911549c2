//! Holidays in the United Kingdom and Ireland.

use super::Place;
use super::rule::{Day::*, Observed::*, Rule, nth};
use crate::date::Weekday::*;

/// Bank holidays of one year in all of the United Kingdom, by royal proclamation.
const UNITED_KINGDOM_ONCE: &[(i32, u32, u32, &str)] = &[
    (1999, 12, 31, "Millennium holiday"),
    (2002, 6, 3, "Golden Jubilee"),
    (2002, 6, 4, "Spring bank holiday"),
    (2011, 4, 29, "Royal Wedding"),
    (2012, 6, 4, "Spring bank holiday"),
    (2012, 6, 5, "Diamond Jubilee"),
    (2020, 5, 8, "Early May bank holiday (VE Day)"),
    (2022, 6, 2, "Spring bank holiday"),
    (2022, 6, 3, "Platinum Jubilee"),
    (2022, 9, 19, "State Funeral of Queen Elizabeth II"),
    (2023, 5, 8, "Coronation of King Charles III"),
];

/// What those days took the place of.
const UNITED_KINGDOM_MOVED: &[(i32, &str)] = &[
    (1995, "Early May bank holiday"),
    (2002, "Spring bank holiday"),
    (2012, "Spring bank holiday"),
    (2020, "Early May bank holiday"),
    (2022, "Spring bank holiday"),
];

/// England and Wales, which is what contracts mean by business days in London.
pub(crate) const ENGLAND_AND_WALES: Place = Place {
    code: "GB",
    also: &["UK", "GBR", "GB-ENG", "GB-WLS", "GB-EAW"],
    source: "Banking and Financial Dealings Act 1971, s 1 and Sch 1 para 1, with royal proclamations under s 1(3); \
             Christmas Day and Good Friday by common law; dates as published on gov.uk",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(ToMonday).since(1974),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("Early May bank holiday", nth(1, Monday, 5)).since(1978),
        Rule::new("Spring bank holiday", OnOrAfter(Monday, 5, 25)),
        Rule::new("Summer bank holiday", OnOrAfter(Monday, 8, 25)),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(TwoDaysLater),
        Rule::new("Boxing Day", Fixed(12, 26)).observed(TwoDaysLater),
    ],
    once: UNITED_KINGDOM_ONCE,
    moved: UNITED_KINGDOM_MOVED,
};

/// Scotland: the statutory bank holidays. The banks of Scotland also keep the English ones.
pub(crate) const SCOTLAND: Place = Place {
    code: "GB-SCT",
    also: &[],
    source: "Banking and Financial Dealings Act 1971, Sch 1 para 2, with royal proclamations; St Andrew's Day Bank \
             Holiday (Scotland) Act 2007; dates as published on gov.uk",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(TwoDaysLater),
        Rule::new("2 January", Fixed(1, 2)).observed(TwoDaysLater),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Early May bank holiday", nth(1, Monday, 5)).since(1978),
        Rule::new("Spring bank holiday", OnOrAfter(Monday, 5, 25)),
        // By proclamation of 4 February 2026.
        Rule::new("World Cup bank holiday", Fixed(6, 15)).since(2026).until(2026),
        Rule::new("Summer bank holiday", nth(1, Monday, 8)),
        Rule::new("St Andrew's Day", Fixed(11, 30)).observed(ToMonday).since(2007),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(TwoDaysLater),
        Rule::new("Boxing Day", Fixed(12, 26)).observed(TwoDaysLater),
    ],
    once: UNITED_KINGDOM_ONCE,
    moved: UNITED_KINGDOM_MOVED,
};

/// Northern Ireland.
pub(crate) const NORTHERN_IRELAND: Place = Place {
    code: "GB-NIR",
    also: &[],
    source: "Banking and Financial Dealings Act 1971, Sch 1 para 3, with royal and the Secretary of State's \
             proclamations; dates as published on gov.uk",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(ToMonday).since(1974),
        Rule::new("St Patrick's Day", Fixed(3, 17)).observed(ToMonday),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("Early May bank holiday", nth(1, Monday, 5)).since(1978),
        Rule::new("Spring bank holiday", OnOrAfter(Monday, 5, 25)),
        Rule::new("Battle of the Boyne", Fixed(7, 12)).observed(ToMonday),
        Rule::new("Summer bank holiday", OnOrAfter(Monday, 8, 25)),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(TwoDaysLater),
        Rule::new("Boxing Day", Fixed(12, 26)).observed(TwoDaysLater),
    ],
    once: UNITED_KINGDOM_ONCE,
    moved: UNITED_KINGDOM_MOVED,
};

/// Ireland: the public holidays. Good Friday is none, though banks close.
pub(crate) const IRELAND: Place = Place {
    code: "IE",
    also: &["IRL"],
    source: "Organisation of Working Time Act 1997, s 21 and Second Schedule; Saint Brigid's Day by SI 50/2022; a \
             weekend observed on the next weekday as by the banks",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)).observed(ToMonday),
        Rule::new("Saint Brigid's Day", SaintBrigid).since(2023),
        Rule::new("Saint Patrick's Day", Fixed(3, 17)).observed(ToMonday),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("May holiday", nth(1, Monday, 5)).since(1994),
        Rule::new("June holiday", nth(1, Monday, 6)),
        Rule::new("August holiday", nth(1, Monday, 8)),
        Rule::new("October holiday", OnOrAfter(Monday, 10, 25)),
        Rule::new("Christmas Day", Fixed(12, 25)).observed(TwoDaysLater),
        Rule::new("St Stephen's Day", Fixed(12, 26)).observed(TwoDaysLater),
    ],
    once: &[
        (1999, 12, 31, "Millennium holiday"),
        (2001, 9, 14, "National day of mourning"),
        (2022, 3, 18, "Day of remembrance and recognition"),
    ],
    moved: &[],
};

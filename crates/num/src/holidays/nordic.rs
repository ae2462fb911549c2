//! Holidays in the Nordic countries.
//!
//! Where the law on periods treats the eve of a feast like a holiday (Sweden, Finland, Denmark), so
//! do the rules.

use super::Place;
use super::rule::{Day::*, Rule, nth};
use crate::date::Weekday::*;

/// Norway.
pub(crate) const NORWAY: Place = Place {
    code: "NO",
    also: &["NOR"],
    source: "Lov 24. februar 1995 nr. 12 om helligdager og helligdagsfred § 2; lov 26. april 1947 nr. 1 om 1. og 17. \
             mai som høgtidsdager",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Maundy Thursday", Easter(-3)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Constitution Day", Fixed(5, 17)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
    ],
    once: &[],
    moved: &[],
};

/// Sweden.
pub(crate) const SWEDEN: Place = Place {
    code: "SE",
    also: &["SWE"],
    source: "Lag (1989:253) om allmänna helgdagar; the three eves by lag (1930:173) om beräkning av lagstadgad tid 2 § \
             and lag (1936:81) om skuldebrev 5 §; National Day for Whit Monday from 2005 by lag (2004:1320)",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Epiphany", Fixed(1, 6)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)).until(2004),
        Rule::new("National Day", Fixed(6, 6)).since(2005),
        Rule::new("Midsummer Eve", OnOrAfter(Friday, 6, 19)),
        Rule::new("Christmas Eve", Fixed(12, 24)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
        Rule::new("New Year's Eve", Fixed(12, 31)),
    ],
    once: &[],
    moved: &[],
};

/// Denmark.
pub(crate) const DENMARK: Place = Place {
    code: "DK",
    also: &["DNK"],
    source: "The holidays of the Church of Denmark; with Constitution Day, 24 and 31 December as in forældelsesloven \
             § 27(2); Great Prayer Day abolished from 2024 by lov nr. 214 af 6. marts 2023",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Maundy Thursday", Easter(-3)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("Great Prayer Day", Easter(26)).until(2023),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("Constitution Day", Fixed(6, 5)),
        Rule::new("Christmas Eve", Fixed(12, 24)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
        Rule::new("New Year's Eve", Fixed(12, 31)),
    ],
    once: &[],
    moved: &[],
};

/// Finland.
pub(crate) const FINLAND: Place = Place {
    code: "FI",
    also: &["FIN"],
    source: "Laki säädettyjen määräaikain laskemisesta (150/1930) 5 § and velkakirjalaki (622/1947) 5 §, with the \
             holidays of kirkkolaki; Independence Day by 388/1937",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Epiphany", Fixed(1, 6)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Midsummer Eve", OnOrAfter(Friday, 6, 19)),
        Rule::new("Independence Day", Fixed(12, 6)),
        Rule::new("Christmas Eve", Fixed(12, 24)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
    ],
    once: &[],
    moved: &[],
};

/// Iceland. Christmas Eve and New Year's Eve are holidays from 13:00 only and count as open.
pub(crate) const ICELAND: Place = Place {
    code: "IS",
    also: &["ISL"],
    source: "Lög nr. 88/1971 um 40 stunda vinnuviku, 6. gr.; lög nr. 32/1997 um helgidagafrið",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Maundy Thursday", Easter(-3)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("First day of summer", OnOrAfter(Thursday, 4, 19)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("National Day", Fixed(6, 17)),
        Rule::new("Commerce Day", nth(1, Monday, 8)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
    ],
    once: &[],
    moved: &[],
};

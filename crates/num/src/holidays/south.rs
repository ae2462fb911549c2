//! Holidays in France, Italy, Spain, Portugal and Poland: those of the whole country; what only a
//! region keeps is left out.

use super::Place;
use super::rule::{Day::*, Rule};

/// France: the legal holidays outside Alsace and Moselle.
pub(crate) const FRANCE: Place = Place {
    code: "FR",
    also: &["FRA"],
    source: "Code du travail art. L. 3133-1",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("Labour Day", Fixed(5, 1)),
        Rule::new("8 May", Fixed(5, 8)).since(1982),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("14 July", Fixed(7, 14)),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("All Saints' Day", Fixed(11, 1)),
        Rule::new("Armistice Day", Fixed(11, 11)),
        Rule::new("Christmas Day", Fixed(12, 25)),
    ],
    once: &[],
    moved: &[],
};

/// Italy.
pub(crate) const ITALY: Place = Place {
    code: "IT",
    also: &["ITA"],
    source: "Legge 27 maggio 1949 n. 260 art. 2, with legge 54/1977 and DPR 792/1985; 2 June by legge 336/2000; 4 \
             October by legge 151/2025",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Epiphany", Fixed(1, 6)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("Liberation Day", Fixed(4, 25)),
        Rule::new("Labour Day", Fixed(5, 1)),
        Rule::new("Republic Day", Fixed(6, 2)).since(2001),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("Saint Francis", Fixed(10, 4)).since(2026),
        Rule::new("All Saints' Day", Fixed(11, 1)),
        Rule::new("Immaculate Conception", Fixed(12, 8)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("St Stephen's Day", Fixed(12, 26)),
    ],
    once: &[(2011, 3, 17, "150 years of unity")],
    moved: &[],
};

/// Spain: the national holidays. Each community may replace some and adds its own.
pub(crate) const SPAIN: Place = Place {
    code: "ES",
    also: &["ESP"],
    source: "Real Decreto 2001/1983 art. 45, under art. 37(2) of the Estatuto de los Trabajadores",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Epiphany", Fixed(1, 6)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Labour Day", Fixed(5, 1)),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("National Day", Fixed(10, 12)),
        Rule::new("All Saints' Day", Fixed(11, 1)),
        Rule::new("Constitution Day", Fixed(12, 6)),
        Rule::new("Immaculate Conception", Fixed(12, 8)),
        Rule::new("Christmas Day", Fixed(12, 25)),
    ],
    once: &[],
    moved: &[],
};

/// Portugal: the obligatory holidays. Four of them were suspended from 2013 to 2015.
pub(crate) const PORTUGAL: Place = Place {
    code: "PT",
    also: &["PRT"],
    source: "Código do Trabalho art. 234(1), as suspended by Lei 23/2012 and restored by Lei 8/2016",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Freedom Day", Fixed(4, 25)),
        Rule::new("Labour Day", Fixed(5, 1)),
        Rule::new("Corpus Christi", Easter(60)).until(2012),
        Rule::new("Corpus Christi", Easter(60)).since(2016),
        Rule::new("Portugal Day", Fixed(6, 10)),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("Republic Day", Fixed(10, 5)).until(2012),
        Rule::new("Republic Day", Fixed(10, 5)).since(2016),
        Rule::new("All Saints' Day", Fixed(11, 1)).until(2012),
        Rule::new("All Saints' Day", Fixed(11, 1)).since(2016),
        Rule::new("Restoration of Independence", Fixed(12, 1)).until(2012),
        Rule::new("Restoration of Independence", Fixed(12, 1)).since(2016),
        Rule::new("Immaculate Conception", Fixed(12, 8)),
        Rule::new("Christmas Day", Fixed(12, 25)),
    ],
    once: &[],
    moved: &[],
};

/// Poland.
pub(crate) const POLAND: Place = Place {
    code: "PL",
    also: &["POL"],
    source: "Ustawa z dnia 18 stycznia 1951 r. o dniach wolnych od pracy, art. 1; Epiphany from 2011, Christmas Eve \
             from 2025",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Epiphany", Fixed(1, 6)).since(2011),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("3 May", Fixed(5, 3)),
        Rule::new("Corpus Christi", Easter(60)),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("All Saints' Day", Fixed(11, 1)),
        Rule::new("Independence Day", Fixed(11, 11)),
        Rule::new("Christmas Eve", Fixed(12, 24)).since(2025),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
    ],
    once: &[(2018, 11, 12, "100 years of independence")],
    moved: &[],
};

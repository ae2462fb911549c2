//! Holidays in Germany, Austria, Switzerland and the Low Countries: those of the whole country;
//! what only a state or canton keeps is left out.

use super::Place;
use super::rule::{Day::*, Rule};

/// Germany: the holidays common to all states.
pub(crate) const GERMANY: Place = Place {
    code: "DE",
    also: &["DEU"],
    source: "Einigungsvertrag Art. 2(2) for 3 October; otherwise the holiday laws of the states, as far as all sixteen \
             agree",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("Day of German Unity", Fixed(10, 3)).since(1990),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
    ],
    once: &[(2017, 10, 31, "500 years of the Reformation")],
    moved: &[],
};

/// Austria.
pub(crate) const AUSTRIA: Place = Place {
    code: "AT",
    also: &["AUT"],
    source: "Feiertagsruhegesetz 1957 § 1; Arbeitsruhegesetz § 7(2)",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Epiphany", Fixed(1, 6)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("Corpus Christi", Easter(60)),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("National Day", Fixed(10, 26)),
        Rule::new("All Saints' Day", Fixed(11, 1)),
        Rule::new("Immaculate Conception", Fixed(12, 8)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("St Stephen's Day", Fixed(12, 26)),
    ],
    once: &[],
    moved: &[],
};

/// Switzerland: the bank holidays. Only 1 August is federal law; the rest is cantonal.
pub(crate) const SWITZERLAND: Place = Place {
    code: "CH",
    also: &["CHE"],
    source: "Federal Constitution (SR 101) Art. 110(3) for 1 August; otherwise the bank holidays of the Swiss Interbank \
             Clearing system (SIX)",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Saint Berchtold", Fixed(1, 2)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("Swiss National Day", Fixed(8, 1)).since(1994),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Saint Stephen", Fixed(12, 26)),
    ],
    once: &[],
    moved: &[],
};

/// The Netherlands.
pub(crate) const NETHERLANDS: Place = Place {
    code: "NL",
    also: &["NLD"],
    source: "Algemene termijnenwet art. 3(1) and, for Good Friday, 3(2)",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Good Friday", Easter(-2)),
        Rule::new("Easter Monday", Easter(1)),
        // On a Sunday, both are kept on the Saturday before, when there is no business either.
        Rule::new("Queen's Day", Fixed(4, 30)).until(2013),
        Rule::new("King's Day", Fixed(4, 27)).since(2014),
        Rule::new("Liberation Day", Fixed(5, 5)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("Second day of Christmas", Fixed(12, 26)),
    ],
    once: &[],
    moved: &[],
};

/// Belgium.
pub(crate) const BELGIUM: Place = Place {
    code: "BE",
    also: &["BEL"],
    source: "Royal Decree of 18 April 1974, art. 1, under the Act of 4 January 1974 on public holidays",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("Labour Day", Fixed(5, 1)),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("National Day", Fixed(7, 21)),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("All Saints' Day", Fixed(11, 1)),
        Rule::new("Armistice Day", Fixed(11, 11)),
        Rule::new("Christmas Day", Fixed(12, 25)),
    ],
    once: &[],
    moved: &[],
};

/// Luxembourg.
pub(crate) const LUXEMBOURG: Place = Place {
    code: "LU",
    also: &["LUX"],
    source: "Code du travail art. L. 232-2; Europe Day by the law of 25 April 2019",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Easter Monday", Easter(1)),
        Rule::new("1 May", Fixed(5, 1)),
        Rule::new("Europe Day", Fixed(5, 9)).since(2019),
        Rule::new("Ascension Day", Easter(39)),
        Rule::new("Whit Monday", Easter(50)),
        Rule::new("National Day", Fixed(6, 23)),
        Rule::new("Assumption Day", Fixed(8, 15)),
        Rule::new("All Saints' Day", Fixed(11, 1)),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("St Stephen's Day", Fixed(12, 26)),
    ],
    once: &[],
    moved: &[],
};

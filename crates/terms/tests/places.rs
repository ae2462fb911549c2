//! Territories: groups have the members of the day, exceptions come off, what is kept secret is nowhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

mod common;

use counterpart_num::Date;
use counterpart_terms::model::Editions;
use counterpart_terms::value::{Known, Name};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

#[test]
fn membership_on_a_date() {
    let deal =
        common::one("territory Market \"\" is EU, CH except HR\nterritory Wide is Market, US except US-CA\n");
    assert_eq!(deal.problems, []);
    let editions = Editions::of(&deal);
    let market = &editions.first().market;
    let on = |name: &str, date: &str| market.places(&market.territories[&Name::from(name)], day(date));
    // The United Kingdom left after 2020-01-31, Croatia joined on 2013-07-01 but is excepted.
    assert!(on("Market", "2020-01-31").contains("GB"));
    assert!(!on("Market", "2020-02-01").contains("GB"));
    assert!(!on("Market", "2014-01-01").contains("HR"));
    assert!(on("Market", "1990-01-01").contains("CH"));
    assert!(!on("Market", "2004-04-30").contains("PL"));
    assert!(on("Market", "2004-05-01").contains("PL"));
    assert!(on("Wide", "2026-01-01").contains("US-NY") && !on("Wide", "2026-01-01").contains("US-CA"));
    assert!(on("Wide", "2026-01-01").contains("FR"));
}

#[test]
fn territories_that_name_each_other_end() {
    let deal = common::one("territory One is Two, FR\nterritory Two is One, DE\n");
    let editions = Editions::of(&deal);
    let market = &editions.first().market;
    let places = market.places(&market.territories[&Name::from("One")], day("2026-01-01"));
    assert!(places.contains("FR") && places.contains("DE"));
}

#[test]
fn what_is_not_said_stays_unsaid() {
    let deal = common::one(
        "agreement \"A\"\n  between Lab, Maker\n  law open\n  ends on open\nparty Lab of US\nparty Maker of US\n\
         patents Core of Lab\nmetric sales\n  money\ngrant Use from Lab to Maker\n  under Core\n  in open \"annex 2\"\n  redacted\n\
         royalty Running from Maker to Lab\n  on sales\n  marginal tiers each redacted\n    up to USD 5m 2%\n    above 3%\n",
    );
    assert_eq!(deal.problems, []);
    let editions = Editions::of(&deal);
    let model = editions.first();
    assert_eq!(model.header.law, Some(Known::Open(None)));
    assert_eq!(model.header.ends, Some(counterpart_terms::value::Moment::Unknown(Known::Open(None))));
    let grant = &model.grants[&Name::from("Use")];
    assert_eq!(grant.territory.as_ref().unwrap().unknown, Some(Known::Open(Some("annex 2".into()))));
    let grade = &grant.grades[0].grade;
    assert_eq!(grade.kind, counterpart_terms::value::GradeKind::Unknown);
    assert_eq!(grade.unknown, Some(Known::Redacted(None)));
    let counterpart_terms::model::Schedule::Tiers(tiers) =
        &model.royalties[&Name::from("Running")].rates[0].schedule
    else {
        panic!("tiers were written");
    };
    let counterpart_terms::model::TierCycle::Each(cycle) = &tiers.cycle else {
        panic!("a cycle was written")
    };
    assert_eq!(cycle.unknown, Some(Known::Redacted(None)));
}

#[test]
fn recurring_fees_say_how_their_periods_are_counted() {
    use counterpart_terms::model::FeeWhen;
    use counterpart_terms::value::PeriodLabel;
    use counterpart_terms::value::time::Basis;
    let deal = common::one(
        "party Lab of US\nparty Maker of US\npay Fee from Maker to Lab\n  USD 1 each fiscal quarter of Maker in FY2030\n  \
         USD 2 each contract year\n  USD 3 each redacted\n  USD 4 each year\n  paid within 5 days of each redacted\n",
    );
    assert_eq!(deal.problems, []);
    let editions = Editions::of(&deal);
    let pay = &editions.first().pays[&Name::from("Fee")];
    let counted: Vec<_> = pay
        .instalments
        .iter()
        .map(|line| match &line.when {
            FeeWhen::Each { basis, within, unknown, .. } => (*basis, *within, unknown.is_some()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        counted,
        [
            (Some(Basis::Fiscal), Some(PeriodLabel::FiscalYear(2030)), false),
            (Some(Basis::Contract), None, false),
            (None, None, true),
            (None, None, false),
        ]
    );
    let paid = pay.paid.as_ref().unwrap();
    assert!(paid.each.is_none(), "{paid:?}");
}

/// A country lies in a territory where the list of all its countries holds it: groups, what is taken out of them, and
/// territories made of others.
#[test]
fn one_place_is_asked_for_as_all_are_listed() {
    use counterpart_num::Date;
    use counterpart_terms::model::Market;
    use counterpart_terms::value::{Name, Territory};
    use counterpart_terms::world;

    let of = |places: &[&str], except: &[&str]| {
        let names = |of: &[&str]| of.iter().map(|n| Name::from(*n)).collect();
        Territory { places: names(places), except: names(except), unknown: None }
    };
    let mut market = Market::default();
    market.territories.insert(Name::from("Home"), of(&["EU", "US-CA"], &["DE"]));
    market.territories.insert(Name::from("Abroad"), of(&["World"], &["Home", "JP"]));
    let asked = [
        of(&["Home"], &[]),
        of(&["Abroad", "DE"], &[]),
        of(&["World"], &["Abroad"]),
        of(&["EPC", "GB"], &["FR", "Home"]),
        of(&["US"], &["US-CA"]),
    ];
    let codes: Vec<&str> = world::countries().chain(world::subdivisions("US")).collect();
    let mut held = 0;
    for day in ["1990-01-01", "2000-01-01", "2019-06-30", "2027-06-30"] {
        let day = Date::parse(day).expect("a day");
        for territory in &asked {
            let places = market.places(territory, day);
            for code in &codes {
                let one = market.lies_in(code, territory, day);
                assert_eq!(one, places.contains(code), "{code} in {territory:?} on {day}");
                held += usize::from(one);
            }
        }
    }
    assert!(held > 100, "some lie in them");
}

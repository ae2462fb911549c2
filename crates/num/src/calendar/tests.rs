//! Business days: which days are holidays in a place, and which day is the next that is none.

use proptest::prelude::*;

use super::*;
use crate::date::tests::any_date;

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn calendar(places: &[&str]) -> BusinessCalendar {
    let (calendar, unknown) = BusinessCalendar::new(places);
    assert_eq!(unknown, []);
    calendar
}

/// The weekdays of a year that are no business days, as month and day.
fn closed(place: &str, year: i32) -> Vec<String> {
    let days = calendar(&[place]).closures(year);
    days.iter().map(|(day, _)| format!("{:02}-{:02}", day.month(), day.day())).collect()
}

fn check(place: &str, year: i32, expected: &str) {
    assert_eq!(closed(place, year).join(" "), expected, "{place} {year}");
}

/// US Office of Personnel Management, list of federal holidays. The 31 December of 2021 and 2027 is
/// the New Year's Day of the year after, a Saturday.
#[test]
fn united_states() {
    check("US", 2020, "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25");
    check("US", 2021, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31");
    check("US", 2022, "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26");
    check("US", 2023, "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25");
    check("US", 2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31");
    // The Reserve Banks were open on 10 November 2023.
    check("US-FED", 2023, "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-23 12-25");
}

/// European Central Bank.
#[test]
fn euro_payments() {
    check("TARGET", 1999, "01-01 12-31");
    check("EU", 2024, "01-01 03-29 04-01 05-01 12-25 12-26");
    check("EU", 2026, "01-01 04-03 04-06 05-01 12-25");
}

/// gov.uk, bank holidays.
#[test]
fn united_kingdom() {
    check("GB", 2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26");
    check("GB", 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28");
    check("GB", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28");
    check("UK", 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27");
    check("GB", 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26");
    check("GB-SCT", 2022, "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27");
    check("GB-NIR", 2024, "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26");
}

/// Ireland: citizensinformation.ie. In 2030, 1 February is a Friday.
#[test]
fn ireland() {
    check("IE", 2023, "01-02 02-06 03-17 04-10 05-01 06-05 08-07 10-30 12-25 12-26");
    assert_eq!(closed("IE", 2030).get(1).map(String::as_str), Some("02-01"));
}

/// Norges Bank, Riksbanken, Nationalbanken, Suomen Pankki: closing days.
#[test]
fn nordic_countries() {
    check("NO", 2024, "01-01 03-28 03-29 04-01 05-01 05-09 05-17 05-20 12-25 12-26");
    check("NO", 2027, "01-01 03-25 03-26 03-29 05-06 05-17");
    check("SE", 2024, "01-01 03-29 04-01 05-01 05-09 06-06 06-21 12-24 12-25 12-26 12-31");
    check("SE", 2004, "01-01 01-06 04-09 04-12 05-20 05-31 06-25 12-24 12-31");
    check("DK", 2023, "04-06 04-07 04-10 05-05 05-18 05-29 06-05 12-25 12-26");
    check("DK", 2024, "01-01 03-28 03-29 04-01 05-09 05-20 06-05 12-24 12-25 12-26 12-31");
    check("FI", 2024, "01-01 03-29 04-01 05-01 05-09 06-21 12-06 12-24 12-25 12-26");
    check("IS", 2024, "01-01 03-28 03-29 04-01 04-25 05-01 05-09 05-20 06-17 08-05 12-25 12-26");
}

#[test]
fn continental_europe() {
    check("DE", 2017, "04-14 04-17 05-01 05-25 06-05 10-03 10-31 12-25 12-26");
    check("FR", 2024, "01-01 04-01 05-01 05-08 05-09 05-20 08-15 11-01 11-11 12-25");
    check("CH", 2024, "01-01 01-02 03-29 04-01 05-01 05-09 05-20 08-01 12-25 12-26");
    check("NL", 2025, "01-01 04-18 04-21 05-05 05-29 06-09 12-25 12-26");
    check("AT", 2024, "01-01 04-01 05-01 05-09 05-20 05-30 08-15 11-01 12-25 12-26");
    check("PL", 2025, "01-01 01-06 04-21 05-01 06-19 08-15 11-11 12-24 12-25 12-26");
    check("PT", 2014, "01-01 04-18 04-25 05-01 06-10 08-15 12-08 12-25");
}

/// Cabinet Office, "National holidays", with the bank holidays from 31 December to 3 January.
#[test]
fn japan() {
    check(
        "JP",
        2019,
        "01-01 01-02 01-03 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-06 07-15 08-12 09-16 09-23 10-14 \
         10-22 11-04 12-31",
    );
    check(
        "JP",
        2021,
        "01-01 01-11 02-11 02-23 04-29 05-03 05-04 05-05 07-22 07-23 08-09 09-20 09-23 11-03 11-23 12-31",
    );
    // 22 September 2026 lies between two holidays; 6 May makes up for the 3rd, a Sunday.
    check(
        "JP",
        2026,
        "01-01 01-02 01-12 02-11 02-23 03-20 04-29 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 \
         11-23 12-31",
    );
}

#[test]
fn canada_and_australia() {
    check("CA", 2023, "01-02 04-07 05-22 07-03 09-04 10-02 10-09 11-13 12-25 12-26");
    check("CA", 2021, "01-01 04-02 05-24 07-01 09-06 09-30 10-11 11-11 12-27 12-28");
    check("AU", 2022, "01-03 01-26 04-15 04-18 04-25 09-22 12-26 12-27");
}

#[test]
fn unknown_places_are_reported_and_keep_weekends() {
    let (some, unknown) = BusinessCalendar::new(&["us", "CN", "DE-BY", ""]);
    let told: Vec<String> = unknown.iter().map(UnknownCalendar::to_string).collect();
    assert_eq!(
        told,
        [
            "the holidays of `CN` are not known: only weekends are left out",
            "the holidays of `DE-BY` are not known beyond those of DE",
            "the holidays of `` are not known: only weekends are left out",
        ]
    );
    assert_eq!(some.places().collect::<Vec<_>>(), ["DE", "US"]);
    assert_eq!(some, calendar(&["US", "DE", "us"]));
    assert!(BusinessCalendar::known_places().all(|code| BusinessCalendar::new(&[code]).1.is_empty()));
    assert!(BusinessCalendar::known_places().is_sorted());
}

#[test]
fn a_day_counts_only_if_open_everywhere() {
    let both = calendar(&["US", "NO"]);
    assert_eq!(
        both.closure(date("2027-05-17")),
        Some(Closure::Holiday { place: "NO".to_string(), name: "Constitution Day".to_string() })
    );
    assert_eq!(both.closure(date("2027-12-24")).unwrap().to_string(), "Christmas Day (US)");
    assert_eq!(both.closure(date("2027-12-25")), Some(Closure::Weekend));
    assert_eq!(both.closure(date("2027-12-23")), None);
    let stated = both.with_holidays([date("2027-12-23")]);
    assert_eq!(stated.closure(date("2027-12-23")), Some(Closure::Stated));
    // Thursday to Sunday are closed, and Monday is open in both.
    assert_eq!(stated.next(date("2027-12-23")), Some(date("2027-12-27")));
    assert_eq!(stated.previous(date("2027-12-26")), Some(date("2027-12-22")));
    assert_eq!(stated.count(date("2027-12-20"), date("2027-12-28")), 4);
}

#[test]
fn counting_business_days() {
    let us = calendar(&["US"]);
    // From Wednesday 24 November 2027: Thanksgiving is skipped.
    assert_eq!(us.add(date("2027-11-24"), 1), Some(date("2027-11-26")));
    assert_eq!(us.add(date("2027-11-24"), 20), Some(date("2027-12-23")));
    assert_eq!(us.add(date("2027-11-26"), -1), Some(date("2027-11-24")));
    assert_eq!(us.add(date("2027-11-27"), 0), Some(date("2027-11-27")));
    assert_eq!(us.add(date("2027-11-27"), i64::MAX), None);
    assert_eq!(us.add(date("2027-11-27"), i64::MIN), None);
    assert_eq!(us.add(Date::MAX, 1), None);
    assert_eq!(us.next(Date::MAX), Some(Date::MAX));
}

/// 31 May 2027, a Monday, is Memorial Day, and 31 October 2027 a Sunday.
#[test]
fn rolling() {
    let us = calendar(&["US"]);
    let roll = |day: &str, roll| us.roll(date(day), roll).unwrap().to_string();
    assert_eq!(roll("2027-05-31", Roll::Following), "2027-06-01");
    assert_eq!(roll("2027-05-31", Roll::ModifiedFollowing), "2027-05-28");
    assert_eq!(roll("2027-05-31", Roll::Preceding), "2027-05-28");
    assert_eq!(roll("2027-05-31", Roll::None), "2027-05-31");
    assert_eq!(roll("2027-10-03", Roll::ModifiedFollowing), "2027-10-04");
}

fn any_calendar() -> impl Strategy<Value = BusinessCalendar> {
    let codes: Vec<_> = BusinessCalendar::known_places().collect();
    proptest::sample::subsequence(codes, 0..4).prop_map(|places| calendar(&places))
}

proptest! {
    #[test]
    fn adding_is_monotone(cal in any_calendar(), day in any_date(), later in 0i64..10, n in -30i64..30) {
        let Some(other) = day.add_days(later) else { return Ok(()) };
        if let (Some(a), Some(b)) = (cal.add(day, n), cal.add(other, n)) {
            prop_assert!(a <= b);
        }
        if let (Some(a), Some(b)) = (cal.add(day, n), cal.add(day, n + 1)) {
            prop_assert!(a < b);
        }
    }

    #[test]
    fn adding_is_counting(cal in any_calendar(), day in any_date(), n in 1i64..40) {
        if let Some(end) = cal.add(day, n) {
            let after = day.next_day().unwrap();
            prop_assert!(cal.is_business_day(end));
            prop_assert_eq!(cal.count(after, end) + 1, n.unsigned_abs());
        }
    }

    #[test]
    fn a_closed_day_has_a_reason(cal in any_calendar(), day in any_date()) {
        prop_assert_eq!(cal.is_business_day(day), cal.closure(day).is_none());
    }

    #[test]
    fn more_places_have_fewer_business_days(a in any_calendar(), b in any_calendar(), day in any_date()) {
        let both: Vec<_> = a.places().chain(b.places()).collect();
        let open = a.is_business_day(day) && b.is_business_day(day);
        prop_assert_eq!(calendar(&both).is_business_day(day), open);
    }

    #[test]
    fn rolled_days_are_open(cal in any_calendar(), day in any_date()) {
        for roll in [Roll::Following, Roll::Preceding, Roll::ModifiedFollowing] {
            if let Some(rolled) = cal.roll(day, roll) {
                prop_assert!(cal.is_business_day(rolled));
                if roll == Roll::ModifiedFollowing {
                    prop_assert_eq!(rolled.month_number(), day.month_number());
                }
            }
        }
    }
}
